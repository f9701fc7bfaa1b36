// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_ROUTER_H
#define VMM_BGP_ROUTER_H

#include "ns3/application.h"
#include "ns3/bgp-neighbor.h"
#include "ns3/bgp-speaker.h"
#include "ns3/fib.h"
#include "ns3/host-route-announcer.h"
#include "ns3/ns3-compat.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Second field of a large community that carries an attachment epoch in its third.
constexpr uint32_t BGP_EPOCH_FUNCTION = 1;

/// A BGP message on its way out of a router or into it, for traces.
struct BgpMessageTrace
{
    uint32_t node = 0;                            //!< id of the router's node
    std::string neighbor;                         //!< name of the neighbour
    IpAddress local;                              //!< this end of the session
    IpAddress remote;                             //!< the other end
    BgpMessageType type{};                        //!< what it is
    uint32_t bytes = 0;                           //!< of the message, without TCP
    const std::vector<uint8_t>* octets = nullptr; //!< good during the call
};

/// How many routes the tables of a router hold.
struct BgpRibSizes
{
    size_t adjRibIn = 0;  //!< received, of all neighbours
    size_t locRib = 0;    //!< prefixes that it knows a route to
    size_t adjRibOut = 0; //!< advertised, to all neighbours
};

/**
 * A BGP-4 router (RFC 4271) as an ns-3 Application: sessions over simulated TCP, and routes of
 * owner BGP in the node's Fib beside those of others, which it never touches.
 *
 *     Ptr<BgpRouter> router = CreateObject<BgpRouter>();
 *     router->SetAttribute("Asn", UintegerValue(64512));
 *     node->AddApplication(router);
 *     router->AddNeighbor(config);
 *     router->Announce(IpPrefix::FromString("10.1.0.0/16"));
 *
 * Attributes have to be set before the first neighbour or route is given. Neighbours are over a
 * link, or at a loopback address that the Fib reaches; next hops are resolved in the Fib. When a
 * device goes down (Fib::SetDeviceUp) its sessions end at once with FastFailover, and otherwise
 * when their hold time is over.
 *
 * A host route that AnnounceHostRoute() brings carries HostRouteCommunity, and a large community
 * (the router's AS, 1, attachment epoch) from which every router takes the epoch of its Fib entry:
 * so the traces tell which move a route belongs to [interpretation; cf. the sequence number of
 * RFC 7432 section 7.7].
 */
class BgpRouter : public Application,
                  public HostRouteAnnouncer,
                  private BgpSpeakerHost,
                  private BgpNextHopResolver
{
  public:
    /// Signature of SessionState. @param neighbor its name @param from old state @param to new one
    typedef void (*StateCallback)(const std::string& neighbor,
                                  BgpSessionState from,
                                  BgpSessionState to);
    /// Signature of SessionEnd. @param neighbor its name @param end why a connection ended
    typedef void (*EndCallback)(const std::string& neighbor, const BgpSessionEnd& end);
    /// Signature of Tx and Rx. @param message which
    typedef void (*MessageCallback)(const BgpMessageTrace& message);
    /// Signature of UpdateFault. @param neighbor its name @param outcome what became of the UPDATE
    /// @param fault what was wrong with it
    typedef void (*FaultCallback)(const std::string& neighbor,
                                  BgpUpdateOutcome outcome,
                                  const BgpError& fault);
    /// Signature of AdjRibIn and AdjRibOut. @param neighbor its name, "" for the router itself
    /// @param prefix of the route @param attributes of the route; null: withdrawn
    typedef void (*RibCallback)(const std::string& neighbor,
                                const IpPrefix& prefix,
                                const BgpAttributesPtr& attributes);
    /// Signature of BestPath. @param prefix of the route @param before best path, without
    /// attributes if there was none @param after likewise
    typedef void (*BestPathCallback)(const IpPrefix& prefix,
                                     const BgpBestPath& before,
                                     const BgpBestPath& after);

    /// @return the TypeId
    static TypeId GetTypeId();
    BgpRouter();
    ~BgpRouter() override;

    /**
     * @param config a neighbour; its session starts with the application, or now if that runs
     * @return its number, from 0
     * @throws std::invalid_argument if an address is none, the device is no device of the node, or
     *         as BgpSpeaker::AddPeer()
     */
    BgpPeerId AddNeighbor(const BgpNeighborConfig& config);
    /**
     * Originates a route (RFC 4271 section 9.4); the Fib is left alone.
     * @param prefix where to
     * @param attributes communities and the like
     */
    void Announce(const IpPrefix& prefix, const BgpPathAttributes& attributes = {});
    /// @param prefix that Announce() brought @return whether there was one
    bool Withdraw(const IpPrefix& prefix);
    /// @param config an aggregate @throws std::invalid_argument as BgpAggregates::Add()
    void AddAggregate(const BgpAggregateConfig& config);

    // HostRouteAnnouncer
    void AnnounceHostRoute(const IpAddress& address, uint32_t epoch, HostRouteRank rank) override;
    void WithdrawHostRoute(const IpAddress& address) override;

    /// Ends all sessions with a Cease and forgets all routes that were learned. Restart() ends it.
    void Shutdown();
    /// Starts the sessions again.
    void Restart();
    /**
     * Asks a neighbour for its routes again (RFC 2918).
     * @param neighbor its number
     * @param family of the routes
     * @return whether it was asked
     */
    bool RefreshRoutes(BgpPeerId neighbor, const BgpFamily& family);

    /// @return number of neighbours
    size_t GetNeighborCount() const
    {
        return m_neighbors.size();
    }

    /// @param neighbor its number @return it @throws std::out_of_range if unknown
    const BgpNeighbor& GetNeighbor(BgpPeerId neighbor) const
    {
        return *m_neighbors.at(neighbor);
    }

    /// @return how many sessions are Established
    size_t GetEstablishedCount() const;
    /// @return how many routes its tables hold
    BgpRibSizes GetRibSizes() const;

    /// @return the tables; null before the first neighbour or route is given
    const BgpSpeaker* GetSpeaker() const
    {
        return m_speaker.get();
    }

    /// @return the AS number
    uint32_t GetAsn() const
    {
        return m_asn;
    }

    /// @return TCP port
    uint16_t GetPort() const
    {
        return m_port;
    }

    /// @return whether no session or table of the router waits for time to pass or octets to come
    bool IsSettled() const;
    /**
     * Assigns fixed streams to the random variables.
     * @param stream the first
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream) VMM_APPLICATION_OVERRIDE;

    /// @return a factor for an interval (RFC 4271 section 10)
    double DrawJitter() override;

    /// Sets the buffers of a session's socket. @param socket of this router, not yet in use
    static void PrepareSocket(Ptr<Socket> socket);

    // What neighbours report
    /// A session is up. @param peer whose @param negotiated what was agreed on
    void SessionUp(BgpPeerId peer, const BgpNegotiated& negotiated);
    /// A session is not up any more. @param peer whose
    void SessionDown(BgpPeerId peer);
    /// @param peer who sent it @param update what came
    void UpdateReceived(BgpPeerId peer, const BgpUpdateMessage& update);
    /// @param peer who asks @param family for what
    void RouteRefreshReceived(BgpPeerId peer, const BgpFamily& family);
    /// @param peer who reads slowly, or reads again @param congested which
    void NoteCongestion(BgpPeerId peer, bool congested);
    /// @param peer whose session @param from old state @param to new state
    void NoteState(BgpPeerId peer, BgpSessionState from, BgpSessionState to);
    /// @param peer whose connection @param end why it ended
    void NoteEnd(BgpPeerId peer, const BgpSessionEnd& end);
    /// @param peer to or from whom @param octets of the message @param sent which
    void NoteMessage(BgpPeerId peer, const std::vector<uint8_t>& octets, bool sent);
    /// @param peer who sent it @param outcome what became of it @param fault what was wrong
    void NoteFault(BgpPeerId peer, BgpUpdateOutcome outcome, const BgpError& fault);

  protected:
    void DoDispose() override;

  private:
    // bgp-router.cc
    void StartApplication() override;
    void StopApplication() override;
    void MakeSpeaker();
    BgpTiming MakeTiming() const;
    BgpSessionConfig MakeSession(const BgpNeighborConfig& config) const;
    void Listen(IpFamily family);
    bool IsNeighbor(Ptr<Socket> listener, const Address& from);
    void Accepted(Ptr<Socket> socket, const Address& from);
    BgpNeighbor* FindNeighbor(const Address& from) const;
    void DeviceChanged(Ptr<const NetDevice> device, bool up);
    void FibChanged(const FibChange& change);
    void ResolveAgain();

    // bgp-router-host.cc: BgpSpeakerHost and BgpNextHopResolver
    Time GetNow() const override;
    void SetTimer(const BgpSpeakerTimer& timer, Time delay) override;
    void CancelTimer(const BgpSpeakerTimer& timer) override;
    void Expire(BgpSpeakerTimer timer);
    void SendUpdate(BgpPeerId peer, const BgpUpdateMessage& update) override;
    void InstallRoute(const IpPrefix& prefix, const BgpNextHopSet& nextHops) override;
    void RemoveRoute(const IpPrefix& prefix) override;
    void AdjRibInChanged(BgpPeerId peer,
                         const IpPrefix& prefix,
                         const BgpAttributesPtr& attributes) override;
    void AdjRibOutChanged(BgpPeerId peer,
                          const IpPrefix& prefix,
                          const BgpAttributesPtr& attributes) override;
    void BestPathChanged(const IpPrefix& prefix,
                         const BgpBestPath& before,
                         const BgpBestPath& after,
                         BgpDecisionStep step) override;
    BgpResolution Resolve(const IpAddress& nextHop, std::optional<BgpPeerId> peer) const override;
    uint32_t GetEpoch(const IpPrefix& prefix) const;
    const std::string& GetName(BgpPeerId peer) const;

    uint32_t m_asn = 0;                    //!< attribute Asn
    uint32_t m_routerId = 0;               //!< attribute RouterId
    uint16_t m_port = 179;                 //!< attribute Port
    std::string m_profile;                 //!< attribute Profile
    Ptr<RandomVariableStream> m_perUpdate; //!< attribute ProcessPerUpdate
    Ptr<RandomVariableStream> m_perPrefix; //!< attribute ProcessPerPrefix
    Ptr<RandomVariableStream> m_install;   //!< attribute InstallDelay
    Ptr<RandomVariableStream> m_jitter;    //!< attribute Jitter
    Time m_selectionDelay;                 //!< attribute SelectionDelay
    Time m_startDelay;                     //!< attribute AdvertiseStartDelay
    Time m_externalInterval;               //!< attribute Mrai
    Time m_internalInterval;               //!< attribute InternalMrai
    bool m_withdrawalsWait = false;        //!< attribute WithdrawalsWait
    Time m_holdTime;                       //!< attribute HoldTime
    Time m_connectRetryTime;               //!< attribute ConnectRetryTime
    Time m_idleHoldTime;                   //!< attribute IdleHoldTime
    bool m_fastFailover = true;            //!< attribute FastFailover
    bool m_asPathRelax = true;             //!< attribute AsPathRelax
    bool m_splitHorizon = true;            //!< attribute SplitHorizon
    uint32_t m_maxPaths = 128;             //!< attribute MaxPaths
    uint32_t m_hostRouteCommunity = 0;     //!< attribute HostRouteCommunity
    uint32_t m_outsideCommunity = 0;       //!< attribute OutsideCommunity

    Ptr<Fib> m_fib;                                        //!< the node's table
    std::unique_ptr<BgpSpeaker> m_speaker;                 //!< the tables
    std::vector<std::unique_ptr<BgpNeighbor>> m_neighbors; //!< by number
    std::vector<Ptr<Socket>> m_listeners;                  //!< one per family
    std::map<BgpSpeakerTimer, EventId> m_timers;           //!< of the speaker
    std::set<IpAddress> m_hostRoutes;                      //!< announced for VMs
    EventId m_resolve;                                     //!< next hops are to be resolved again
    mutable bool m_throughBgp = false; //!< a next hop was resolved through a BGP route
    bool m_running = false;            //!< the application has started

    TracedCallback<const std::string&, BgpSessionState, BgpSessionState>
        m_stateTrace;                                                    //!< SessionState
    TracedCallback<const std::string&, const BgpSessionEnd&> m_endTrace; //!< SessionEnd
    TracedCallback<const BgpMessageTrace&> m_txTrace;                    //!< Tx
    TracedCallback<const BgpMessageTrace&> m_rxTrace;                    //!< Rx
    TracedCallback<const std::string&, BgpUpdateOutcome, const BgpError&>
        m_faultTrace; //!< UpdateFault
    TracedCallback<const std::string&, const IpPrefix&, const BgpAttributesPtr&>
        m_adjRibInTrace; //!< AdjRibIn
    TracedCallback<const std::string&, const IpPrefix&, const BgpAttributesPtr&>
        m_adjRibOutTrace; //!< AdjRibOut
    TracedCallback<const IpPrefix&, const BgpBestPath&, const BgpBestPath&>
        m_bestPathTrace; //!< BestPath
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_ROUTER_H
