// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MAX_MIN_SHARE_H
#define VMM_MAX_MIN_SHARE_H

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Weighted max-min fair rates of flows on links (Bertsekas and Gallager, Data Networks, section
 * 6.5.2): all rates grow in proportion to the flows' weights; a flow stops growing when it reaches
 * its limit or one of its links is full. Nobody can get more without taking from someone who has
 * less per weight.
 *
 *     MaxMinShare share;
 *     uint32_t link = share.AddLink(10e9);
 *     share.AddFlow({link}, 1);
 *     share.AddFlow({link}, 1, 2e9);
 *     share.Solve(); // 8e9, 2e9
 *
 * It takes as many steps as there are different levels at which flows stop, and a step looks at
 * every link once and at the flows that stop.
 */
class MaxMinShare
{
  public:
    /// No limit of a flow's rate.
    static constexpr double UNLIMITED = std::numeric_limits<double>::infinity();

    /// @param capacity of the link in bit/s, not negative @return its number, from 0
    uint32_t AddLink(double capacity);
    /**
     * @param links numbers of the links that the flow crosses, each once
     * @param weight more than 0: two flows with one bottleneck get rates in this proportion
     * @param limit of its rate in bit/s
     * @return its number, from 0
     */
    uint32_t AddFlow(const std::vector<uint32_t>& links, double weight, double limit = UNLIMITED);
    /// @return the rate of each flow in bit/s; UNLIMITED if nothing limits it
    std::vector<double> Solve() const;

  private:
    /// A link.
    struct Link
    {
        double capacity;             //!< bit/s
        std::vector<uint32_t> flows; //!< that cross it
    };

    /// A flow.
    struct Flow
    {
        std::vector<uint32_t> links; //!< that it crosses
        double weight;               //!< more than 0
        double limit;                //!< bit/s
    };

    /// How far the filling has come.
    struct Filling
    {
        std::vector<double> left;   //!< per link: bit/s that flows at rest leave
        std::vector<double> weight; //!< per link: of the flows that grow
        std::vector<double> rate;   //!< per flow
        std::vector<bool> rests;    //!< per flow: it has stopped growing
    };

    /// Stops a flow. @param filling changed @param flow its number @param rate bit/s
    void Rest(Filling& filling, uint32_t flow, double rate) const;

    std::vector<Link> m_links; //!< by number
    std::vector<Flow> m_flows; //!< by number
};

} // namespace vmm
} // namespace ns3

#endif // VMM_MAX_MIN_SHARE_H
