// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BENCH_LONE_ROUTER_H
#define VMM_BENCH_LONE_ROUTER_H

#include "ns3/bgp-speaker.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{
namespace vmm
{
namespace bench
{

/// A speaker whose neighbours and forwarding table cost nothing.
class LoneRouter : public BgpSpeakerHost, public BgpNextHopResolver
{
  public:
    /// @param peers number of external neighbours, all up
    /// @param encode whether what it sends is encoded
    explicit LoneRouter(uint32_t peers, bool encode = false);

    /**
     * @param peer from whom
     * @param first number of the first host route
     * @param count number of host routes
     * @return an UPDATE as that neighbour sends it
     */
    static BgpUpdateMessage MakeAnnouncement(uint32_t peer, uint32_t first, uint32_t count);
    /// @param first number of the first host route @param count of them @return an UPDATE
    static BgpUpdateMessage MakeWithdrawal(uint32_t first, uint32_t count);

    /// @return the tables
    BgpSpeaker& GetSpeaker()
    {
        return *m_speaker;
    }

    /// @return routes of its forwarding table
    uint64_t GetInstalled() const
    {
        return m_installed;
    }

    /// @return routes that it announced to neighbours and withdrew from them, so far
    uint64_t GetSent() const
    {
        return m_sent;
    }

    Time GetNow() const override;
    void SetTimer(const BgpSpeakerTimer& timer, Time delay) override;
    void CancelTimer(const BgpSpeakerTimer& timer) override;
    void SendUpdate(BgpPeerId peer, const BgpUpdateMessage& update) override;
    void InstallRoute(const IpPrefix& prefix, const BgpNextHopSet& nextHops) override;
    void RemoveRoute(const IpPrefix& prefix) override;
    BgpResolution Resolve(const IpAddress& nextHop, std::optional<BgpPeerId> peer) const override;

  private:
    bool m_encode;                         //!< what is sent
    uint64_t m_installed = 0;              //!< routes
    uint64_t m_sent = 0;                   //!< routes and withdrawals
    std::unique_ptr<BgpSpeaker> m_speaker; //!< under test
};

/// What one router takes for many host routes.
struct TableCost
{
    double wallSeconds = 0;   //!< to learn all
    double bytesPerRoute = 0; //!< of heap, for a route of one neighbour, with its share of the rest
    double bytesPerPeer = 0;  //!< of heap, for a neighbour without routes
    double attributeSets = 0; //!< stored
};

/**
 * Learns the same host routes from several neighbours; in a process of its own.
 * @param peers how many
 * @param routes how many of each
 * @param batch host routes in an UPDATE
 * @return what it took
 */
TableCost MeasureTable(uint32_t peers, uint32_t routes, uint32_t batch);

/**
 * One neighbour of eight announces or withdraws host routes; every UPDATE is decoded, goes through
 * the tables, and is encoded for the other seven.
 * @param withdraw whether the routes are withdrawn that all know
 * @param prefixes in each UPDATE
 * @param count UPDATEs that are handled
 * @param prepared UPDATEs that are made before, not fewer than count
 * @throws std::runtime_error if the router has not sent on what came
 */
void HandleUpdates(bool withdraw, uint32_t prefixes, uint32_t count, uint32_t prepared);

} // namespace bench
} // namespace vmm
} // namespace ns3

#endif // VMM_BENCH_LONE_ROUTER_H
