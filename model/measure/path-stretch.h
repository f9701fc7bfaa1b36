// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_PATH_STRETCH_H
#define VMM_PATH_STRETCH_H

#include "ns3/packet-ledger.h"
#include "ns3/shortest-path-oracle.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What a delivered packet's way cost, against the best there was.
struct StretchFigures
{
    PathCost taken;         //!< links it crossed between NVEs
    PathCost shortest;      //!< least links and least delay between the same two NVEs
    uint32_t routeHops = 0; //!< links of the underlay's own route between them
    bool valid = false;     //!< whether the packet was in the fabric at all

    /// @return links more than the least
    uint32_t GetExtraHops() const;
    /// @return propagation delay more than the least
    Time GetExtraDelay() const;
    /// @return links taken / least links; none if the least is 0
    std::optional<double> GetHopStretch() const;
    /// @return delay taken / least delay; none if the least is 0
    std::optional<double> GetDelayStretch() const;
};

/// One row of stretch.csv: a delivered packet that took another path than the one before it.
struct StretchChange
{
    Time time;              //!< of the delivery
    uint32_t book = 0;      //!< 2 x flow + direction
    PathId path = 0;        //!< the new path
    StretchFigures figures; //!< of the new path
};

/**
 * Path stretch from what packets did. The ledger interns paths, so each distinct path is weighed
 * once. The ends of a path that are not in the fabric's graph (VMs) do not count: the first fabric
 * node is the sender's NVE, or the outside host itself, and the last one is the NVE that delivered.
 */
class PathStretch
{
  public:
    /**
     * @param ledger the books; must outlive this
     * @param oracle the fabric's graph; must outlive this
     */
    PathStretch(const PacketLedger& ledger, const ShortestPathOracle& oracle);

    /**
     * @param path a path of the ledger
     * @return its figures
     */
    const StretchFigures& Get(PathId path);
    /**
     * @param path a path of the ledger
     * @return its fabric nodes, the sender's NVE first
     */
    std::vector<uint32_t> GetFabricNodes(PathId path) const;
    /**
     * @param path a path of the ledger
     * @return the names of all its nodes, separated by blanks
     */
    std::string GetNames(PathId path) const;
    /// @return the changes of path of every book, in order of time, then book
    std::vector<StretchChange> GetChanges();
    /// @return the fabric's graph
    const ShortestPathOracle& GetOracle() const;

  private:
    /// Weighs a path.
    StretchFigures Weigh(PathId path) const;

    const PacketLedger& m_ledger;        //!< the books
    const ShortestPathOracle& m_oracle;  //!< the fabric's graph
    std::vector<StretchFigures> m_known; //!< by path
    std::vector<bool> m_weighed;         //!< by path
};

/**
 * @param ledger the books
 * @return for each book the ids of its delivered datagrams in order of arrival
 */
std::vector<std::vector<LedgerId>> GetArrivals(const PacketLedger& ledger);

} // namespace vmm
} // namespace ns3

#endif // VMM_PATH_STRETCH_H
