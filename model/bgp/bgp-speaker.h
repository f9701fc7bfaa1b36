// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_SPEAKER_H
#define VMM_BGP_SPEAKER_H

#include "ns3/bgp-aggregate.h"
#include "ns3/bgp-decision.h"
#include "ns3/bgp-next-hop.h"
#include "ns3/bgp-peer-config.h"
#include "ns3/bgp-rib.h"
#include "ns3/bgp-speaker-host.h"
#include "ns3/bgp-timing.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * A BGP router above its sessions.
 *
 *     BgpSpeaker speaker(host, resolver, config);
 *     BgpPeerId leaf = speaker.AddPeer(leafConfig);
 *     speaker.Originate(IpPrefix::FromString("10.1.0.0/16"), BgpPathAttributes());
 *     speaker.PeerUp(leaf, session);       // host.SendUpdate(leaf, ...) with all there is
 *     speaker.Update(leaf, message);       // host.InstallRoute(...), host.SendUpdate(...)
 */

namespace ns3
{
namespace vmm
{

/// What a speaker is told at the beginning.
struct BgpSpeakerConfig
{
    BgpRouterIdentity identity;     //!< who it is
    BgpDecisionOptions decision;    //!< how it chooses
    BgpTiming timing;               //!< how long it takes
    BgpPolicy redistributionPolicy; //!< of what Redistribute() brings; it may tag it
    bool sendEndOfRib = false;      //!< after the first UPDATEs of a session (RFC 4724 section 2)
};

/**
 * The tables of a BGP router and what happens to routes in them: import rules and policy, decision,
 * export policy and rules, packing, and when each is done. It knows no octets, no sockets and no
 * simulator: sessions report to it, and it acts through its host.
 *
 * Work per UPDATE is proportional to its prefixes and the neighbours, not to the table. Only a
 * neighbour that comes or goes, a changed policy, and changed next hops walk the table.
 */
class BgpSpeaker
{
  public:
    /**
     * @param host the world, outlives the speaker
     * @param resolver of next hops, outlives the speaker
     * @param config who the speaker is
     * @throws std::invalid_argument if AS or identifier is 0, a policy is wrong, a limit of paths
     * is 0 or a time is negative
     */
    BgpSpeaker(BgpSpeakerHost& host,
               const BgpNextHopResolver& resolver,
               const BgpSpeakerConfig& config);
    ~BgpSpeaker();
    BgpSpeaker(const BgpSpeaker&) = delete;
    BgpSpeaker& operator=(const BgpSpeaker&) = delete;

    /**
     * @param config a neighbour, down as yet
     * @return its number: 0, 1, ... in order of addition
     * @throws std::invalid_argument if a policy is wrong or the interval negative
     */
    BgpPeerId AddPeer(const BgpPeerConfig& config);
    /**
     * A session reached Established: the neighbour is told all there is. A session that was up is
     * first taken down.
     *
     * @param peer a neighbour
     * @param session what was negotiated
     * @throws std::invalid_argument for an unknown number or an AS of 0
     */
    void PeerUp(BgpPeerId peer, const BgpPeerSession& session);
    /// A session ended: its routes go, also those in UPDATEs that wait. @param peer a neighbour
    void PeerDown(BgpPeerId peer);
    /**
     * An UPDATE came. Routes of families that were not negotiated are ignored, and so is all while
     * the session is down.
     *
     * @param peer a neighbour
     * @param update what it says
     */
    void Update(BgpPeerId peer, const BgpUpdateMessage& update);
    /**
     * A ROUTE-REFRESH came (RFC 2918): what the neighbour was told it is told again.
     *
     * @param peer a neighbour
     * @param family of the routes
     */
    void RouteRefresh(BgpPeerId peer, const BgpFamily& family);
    /**
     * Holds UPDATEs back while a neighbour does not read: changes of a prefix then merge.
     *
     * @param peer a neighbour
     * @param sendable whether it takes messages; true after PeerUp()
     */
    void SetSendable(BgpPeerId peer, bool sendable);
    /**
     * Applies at once to what the neighbour has sent.
     * @param peer a neighbour
     * @param policy instead of the present one
     * @throws std::invalid_argument if the policy is wrong
     */
    void SetImportPolicy(BgpPeerId peer, const BgpPolicy& policy);
    /**
     * Applies at once to what the neighbour is told.
     * @param peer a neighbour
     * @param policy instead of the present one
     * @throws std::invalid_argument if the policy is wrong
     */
    void SetExportPolicy(BgpPeerId peer, const BgpPolicy& policy);

    /**
     * Originates a route, or replaces one. It is not put into the forwarding table, where what it
     * stands for is already. NEXT_HOP: ours where none is given or the neighbour is external.
     *
     * @param prefix where to
     * @param attributes ORIGIN, communities, MED, LOCAL_PREF, NEXT_HOP as wanted
     * @throws std::invalid_argument for an empty prefix
     */
    void Originate(const IpPrefix& prefix, const BgpPathAttributes& attributes);
    /// @param prefix that Originate() brought @return whether there was one
    bool Withdraw(const IpPrefix& prefix);
    /**
     * Takes a route over from another protocol, as far as the redistribution policy lets it.
     *
     * @param prefix where to
     * @param attributes as for Originate(); ORIGIN is INCOMPLETE by custom
     * @throws std::invalid_argument for an empty prefix
     */
    void Redistribute(const IpPrefix& prefix, const BgpPathAttributes& attributes);
    /// @param prefix that Redistribute() brought @return whether there was one
    bool WithdrawRedistributed(const IpPrefix& prefix);
    /**
     * @param config an aggregate, formed from now on
     * @throws std::invalid_argument as BgpAggregates::Add()
     */
    void AddAggregate(const BgpAggregateConfig& config);
    /// @param prefix of an aggregate @return whether there was one
    bool RemoveAggregate(const IpPrefix& prefix);

    /// What the resolver says may have changed: all next hops in use are resolved again.
    void NextHopsChanged();
    /// @param timer that the host was asked to set
    void TimerExpired(const BgpSpeakerTimer& timer);

    /// @param prefix a prefix @return its route in the Loc-RIB, nullptr if there is none
    const BgpBestPath* GetBest(const IpPrefix& prefix) const;
    /// @param prefix a prefix @return all about it, nullptr if nothing is known
    const BgpRibEntry* GetEntry(const IpPrefix& prefix) const;
    /// @return the Loc-RIB: a copy, for reports and tests
    std::map<IpPrefix, BgpBestPath> GetLocRib() const;
    /// @param peer a neighbour @return number of routes in its Adj-RIB-In
    size_t GetReceivedCount(BgpPeerId peer) const;
    /// @param peer a neighbour @return number of routes in its Adj-RIB-Out
    size_t GetAdvertisedCount(BgpPeerId peer) const;
    /// @param peer a neighbour @return whether its session is up
    bool IsUp(BgpPeerId peer) const;

    /// @return number of neighbours
    size_t GetPeerCount() const
    {
        return m_peers.size();
    }

    /// @return number of prefixes that something is known of
    size_t GetPrefixCount() const
    {
        return m_rib.GetSize();
    }

    /// @return number of different sets of attributes in use
    size_t GetAttributeSetCount() const
    {
        return m_pool.GetSize();
    }

    /// @return whether no timer of the speaker runs, that is nothing more happens by itself
    bool IsIdle() const;

  private:
    struct Peer;    //!< a neighbour
    struct Job;     //!< an UPDATE that waits to be processed
    struct Mail;    //!< an UPDATE that waits to be sent
    struct Install; //!< a row that waits to be installed

    // bgp-speaker.cc: neighbours and local routes
    Peer& GetPeer(BgpPeerId peer);                 //!< @throws std::invalid_argument
    const Peer& GetPeer(BgpPeerId peer) const;     //!< @throws std::invalid_argument
    BgpSessionEnds EndsOf(const Peer& peer) const; //!< both ends
    BgpRouteSource SourceOf(BgpPeerId peer) const; //!< kind of a neighbour
    void SetLocal(const IpPrefix& prefix,
                  BgpPeerId kind,
                  const BgpAttributesPtr& attributes);      //!< kind: a BGP_LOCAL_ number
    bool DropLocal(const IpPrefix& prefix, BgpPeerId kind); //!< whether there was one
    void ForgetPeer(Peer& peer);                            //!< takes its routes out of all rows
    void AdvertiseSuppressed(const BgpAggregateConfig& config); //!< what it hides, or not any more

    // bgp-speaker-receive.cc: from UPDATE to Adj-RIB-In
    void EndJob();                                                 //!< and those that take no time
    void ApplyUpdate(Peer& peer, const BgpUpdateMessage& message); //!< into the Adj-RIB-In
    void RemovePath(Peer& peer, BgpRib::Id id);                    //!< from the Adj-RIB-In
    BgpAttributesPtr Import(const Peer& peer,
                            const IpPrefix& prefix,
                            const BgpAttributesPtr& clean); //!< import policy
    void SetPath(Peer& peer,
                 const IpPrefix& prefix,
                 const BgpAttributesPtr& received,
                 const BgpAttributesPtr& imported);                    //!< into the Adj-RIB-In
    void SetImported(BgpPath& path, const BgpAttributesPtr& imported); //!< and its next hop

    // bgp-speaker-select.cc: from Adj-RIB-In to Loc-RIB and forwarding table
    void MarkDirty(BgpRib::Id id); //!< to be decided
    void Select();                 //!< decides all that is marked
    void Decide(BgpRib::Id id);    //!< Loc-RIB of a prefix
    BgpBestPath Choose(const BgpRibEntry& entry, BgpDecisionStep& step); //!< the decision
    void UpdateAggregates();          //!< local routes of those that changed
    void QueueInstall(BgpRib::Id id); //!< forwarding table, later
    void DoInstall(BgpRib::Id id);    //!< forwarding table, now
    void Finish();                    //!< ends every public function

    // bgp-speaker-send.cc: from Loc-RIB to Adj-RIB-Out
    void Advertise(BgpRib::Id id, Peer& peer); //!< now or when it may
    void AdvertiseAll(Peer& peer);             //!< every row, in order of prefixes
    void Tell(BgpRibEntry& entry, Peer& peer, const BgpAttributesPtr& wanted); //!< now
    BgpAttributesPtr Export(const BgpRibEntry& entry, Peer& peer);             //!< null: nothing
    BgpAttributesPtr MakeExport(const BgpRibEntry& entry, Peer& peer, const BgpExportRoute& route);
    void FlushPending(Peer& peer); //!< what waited for its turn
    void Post();                   //!< packs what was told
    void SendEndOfRib(Peer& peer); //!< if configured

    BgpSpeakerHost& m_host;                       //!< the world
    BgpSpeakerConfig m_config;                    //!< as given
    BgpAttributePool m_pool;                      //!< attributes of all routes
    BgpNextHopTable m_nextHops;                   //!< next hops of all routes
    BgpAggregates m_aggregates;                   //!< aggregates
    BgpRib m_rib;                                 //!< routes
    std::vector<std::unique_ptr<Peer>> m_peers;   //!< by number
    uint32_t m_arrivals = 0;                      //!< routes that came so far
    std::deque<Job> m_jobs;                       //!< the first is in service
    bool m_jobRuns = false;                       //!< PROCESS timer
    std::vector<BgpRib::Id> m_dirty;              //!< to be decided
    uint32_t m_round = 0;                         //!< selections so far
    bool m_selectRuns = false;                    //!< SELECT timer
    std::deque<Install> m_installs;               //!< in order of time
    bool m_installRuns = false;                   //!< INSTALL timer
    std::vector<Peer*> m_told;                    //!< neighbours with something to pack
    std::deque<Mail> m_mail;                      //!< packed
    bool m_finishing = false;                     //!< Finish() is calling the host
    std::vector<BgpCandidate> m_candidates;       //!< scratch of Choose()
    std::vector<const BgpPath*> m_candidatePaths; //!< scratch of Choose()
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_SPEAKER_H
