// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_PACKET_LOAD_H
#define VMM_PACKET_LOAD_H

#include <cstddef>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What the packets on a link claim against fluid flows.
struct PacketDemand
{
    double reserved{0}; //!< bit/s that they take whatever the others do
    double weight{0};   //!< of those that share, as so many flows; 0: there are none
    double limit{std::numeric_limits<double>::infinity()}; //!< bit/s that those take at most
};

/**
 * What packets a link was given in a window of time, and what they claim of its capacity from that.
 * Octets and time in, demand out.
 *
 * A TCP sender takes what is left to it, so "capacity minus load" would mean nothing: whoever comes
 * second would get nothing. So segments with content are counted per flow. If the packets had
 * enough, they are taken to send no more than they do, with some headroom to grow into. If they
 * filled what they were offered, each flow that had a part comparable to the others' is one more
 * competitor in the max-min share, and the rest is reserved. Datagrams of other protocols and
 * segments without content do not give way and are reserved too. [interpretation]
 */
class PacketLoad
{
  public:
    /// How a window is judged.
    struct Rules
    {
        double headroom{0.25};  //!< part of the load that is claimed on top
        double saturation{0.9}; //!< part of the capacity offered from which on it was filled
    };

    /// @param rules how windows are judged
    explicit PacketLoad(Rules rules);

    /**
     * A packet has come.
     * @param octets on the link
     * @param flow a hash of its addresses and ports
     * @param shares whether its sender gives way to others
     */
    void Add(uint32_t octets, uint64_t flow, bool shares);
    /// @return whether no packet has come in this window
    bool IsEmpty() const;
    /**
     * Ends a window.
     * @param seconds how long it was
     * @param offered octets that the link could have sent for packets in it
     */
    void Close(double seconds, double offered);
    /// Forgets everything.
    void Clear();

    /// @return what the packets claim after the last window
    const PacketDemand& GetDemand() const;
    /// @return bit/s that came in the last window
    double GetRate() const;

  private:
    /// A flow that shares.
    struct Flow
    {
        uint64_t hash;   //!< which
        uint64_t octets; //!< in this window
        double rate;     //!< bit/s, falling slowly
    };

    /// @param seconds length of the window; brings the rates up to date and forgets old flows
    void UpdateFlows(double seconds);
    /// @return the least rate of a flow that counts as a competitor; counts them @param count set
    double FindCompetitors(uint32_t& count) const;

    Rules m_rules;                                //!< how windows are judged
    std::vector<Flow> m_flows;                    //!< in order of appearance
    std::unordered_map<uint64_t, size_t> m_index; //!< of a hash in m_flows; only searched
    uint64_t m_octets{0};                         //!< all that came in this window
    uint64_t m_rest{0};                           //!< of those that do not give way
    double m_restRate{0};                         //!< bit/s, falling slowly
    double m_rate{0};                             //!< see GetRate
    PacketDemand m_demand;                        //!< see GetDemand
};

} // namespace vmm
} // namespace ns3

#endif // VMM_PACKET_LOAD_H
