// SPDX-License-Identifier: GPL-2.0-only
// What a BgpRouter does for its tables: time, messages, the Fib, next hops and traces.
#include "ns3/bgp-router.h"
#include "ns3/boolean.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint32_t COST_OVER_ROUTERS = 1; //!< of a next hop that is not a neighbour on a link
const Time AS_PROFILE = NanoSeconds(-1);  //!< default of delays that Profile sets
constexpr size_t TYPE_OCTET = 18;         //!< of a message (RFC 4271 section 4.1)

/// @return help for a delay that Profile sets
std::string
Help(const std::string& text)
{
    return text + "; negative: as Profile says (time)";
}

/// @return an optional random variable in seconds
Ptr<const AttributeChecker>
MakeVariableChecker()
{
    return MakePointerChecker<RandomVariableStream>();
}

} // namespace

TypeId
BgpRouter::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::BgpRouter")
            .SetParent<Application>()
            .SetGroupName("VmMobility")
            .AddConstructor<BgpRouter>()
            .AddAttribute("Asn",
                          "AS number.",
                          UintegerValue(64512),
                          MakeUintegerAccessor(&BgpRouter::m_asn),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("RouterId",
                          "BGP identifier; 0: the IPv4 router address of the Fib, or else the "
                          "node's id + 1.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&BgpRouter::m_routerId),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Port",
                          "TCP port.",
                          UintegerValue(179),
                          MakeUintegerAccessor(&BgpRouter::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("Profile",
                          "How long things take: Instant, Bird or Frr.",
                          StringValue("Instant"),
                          MakeStringAccessor(&BgpRouter::m_profile),
                          MakeStringChecker())
            .AddAttribute("ProcessPerUpdate",
                          "Time that an UPDATE takes (s); null: as Profile says.",
                          PointerValue(),
                          MakePointerAccessor(&BgpRouter::m_perUpdate),
                          MakeVariableChecker())
            .AddAttribute("ProcessPerPrefix",
                          "Time that each prefix of an UPDATE takes (s); null: as Profile says.",
                          PointerValue(),
                          MakePointerAccessor(&BgpRouter::m_perPrefix),
                          MakeVariableChecker())
            .AddAttribute("InstallDelay",
                          "Time from a decision to the route in the Fib (s); null: as Profile "
                          "says.",
                          PointerValue(),
                          MakePointerAccessor(&BgpRouter::m_install),
                          MakeVariableChecker())
            .AddAttribute("Jitter",
                          "Factor of timer intervals (RFC 4271 section 10), above 0 to 1.",
                          StringValue("ns3::UniformRandomVariable[Min=0.75|Max=1.0]"),
                          MakePointerAccessor(&BgpRouter::m_jitter),
                          MakeVariableChecker())
            .AddAttribute("SelectionDelay",
                          Help("Time for which changes are collected before routes are selected"),
                          TimeValue(AS_PROFILE),
                          MakeTimeAccessor(&BgpRouter::m_selectionDelay),
                          MakeTimeChecker())
            .AddAttribute("AdvertiseStartDelay",
                          Help("Time from the start of a session to its first UPDATE"),
                          TimeValue(AS_PROFILE),
                          MakeTimeAccessor(&BgpRouter::m_startDelay),
                          MakeTimeChecker())
            .AddAttribute("Mrai",
                          Help("MinRouteAdvertisementInterval to external neighbours"),
                          TimeValue(AS_PROFILE),
                          MakeTimeAccessor(&BgpRouter::m_externalInterval),
                          MakeTimeChecker())
            .AddAttribute("InternalMrai",
                          Help("MinRouteAdvertisementInterval to internal neighbours"),
                          TimeValue(AS_PROFILE),
                          MakeTimeAccessor(&BgpRouter::m_internalInterval),
                          MakeTimeChecker())
            .AddAttribute("WithdrawalsWait",
                          "Whether withdrawals obey the MinRouteAdvertisementInterval too.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&BgpRouter::m_withdrawalsWait),
                          MakeBooleanChecker())
            .AddAttribute("HoldTime",
                          "Proposed hold time: 0, or 3 s to 65535 s (time).",
                          TimeValue(Seconds(90)),
                          MakeTimeAccessor(&BgpRouter::m_holdTime),
                          MakeTimeChecker(Time(0), Seconds(65535)))
            .AddAttribute("ConnectRetryTime",
                          "Time until another attempt to connect (time).",
                          TimeValue(Seconds(5)),
                          MakeTimeAccessor(&BgpRouter::m_connectRetryTime),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("IdleHoldTime",
                          "Time from the end of a session to the next attempt (time).",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&BgpRouter::m_idleHoldTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("FastFailover",
                          "Whether a session ends as soon as its device is known to be down, "
                          "instead of with its hold time.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&BgpRouter::m_fastFailover),
                          MakeBooleanChecker())
            .AddAttribute("AsPathRelax",
                          "Whether paths of equal length through different ASes are used together.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&BgpRouter::m_asPathRelax),
                          MakeBooleanChecker())
            .AddAttribute("MaxPaths",
                          "Most next hops of a route.",
                          UintegerValue(128),
                          MakeUintegerAccessor(&BgpRouter::m_maxPaths),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute(
                "SplitHorizon",
                "Whether a route is held back from the neighbour that it is from, as BIRD "
                "does; FRR sends it, and the neighbour finds the loop.",
                BooleanValue(true),
                MakeBooleanAccessor(&BgpRouter::m_splitHorizon),
                MakeBooleanChecker())
            .AddAttribute("HostRouteCommunity",
                          "Standard community of the host routes that are announced for VMs.",
                          UintegerValue(MakeBgpCommunity(65000, 100)),
                          MakeUintegerAccessor(&BgpRouter::m_hostRouteCommunity),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("OutsideCommunity",
                          "Standard community of host routes that a border router announces "
                          "outside its data centre alone.",
                          UintegerValue(MakeBgpCommunity(65000, 101)),
                          MakeUintegerAccessor(&BgpRouter::m_outsideCommunity),
                          MakeUintegerChecker<uint32_t>())
            .AddTraceSource("SessionState",
                            "The state of a session has changed.",
                            MakeTraceSourceAccessor(&BgpRouter::m_stateTrace),
                            "ns3::vmm::BgpRouter::StateCallback")
            .AddTraceSource("SessionEnd",
                            "A connection with a neighbour has ended.",
                            MakeTraceSourceAccessor(&BgpRouter::m_endTrace),
                            "ns3::vmm::BgpRouter::EndCallback")
            .AddTraceSource("Tx",
                            "A message is handed to TCP.",
                            MakeTraceSourceAccessor(&BgpRouter::m_txTrace),
                            "ns3::vmm::BgpRouter::MessageCallback")
            .AddTraceSource("Rx",
                            "A message has come.",
                            MakeTraceSourceAccessor(&BgpRouter::m_rxTrace),
                            "ns3::vmm::BgpRouter::MessageCallback")
            .AddTraceSource("UpdateFault",
                            "An UPDATE had a fault that the session survives (RFC 7606).",
                            MakeTraceSourceAccessor(&BgpRouter::m_faultTrace),
                            "ns3::vmm::BgpRouter::FaultCallback")
            .AddTraceSource("AdjRibIn",
                            "A neighbour has announced or withdrawn a route.",
                            MakeTraceSourceAccessor(&BgpRouter::m_adjRibInTrace),
                            "ns3::vmm::BgpRouter::RibCallback")
            .AddTraceSource("AdjRibOut",
                            "A route is announced to a neighbour, or withdrawn.",
                            MakeTraceSourceAccessor(&BgpRouter::m_adjRibOutTrace),
                            "ns3::vmm::BgpRouter::RibCallback")
            .AddTraceSource("BestPath",
                            "The best path of a prefix, or the next hops beside it, have changed.",
                            MakeTraceSourceAccessor(&BgpRouter::m_bestPathTrace),
                            "ns3::vmm::BgpRouter::BestPathCallback");
    return tid;
}

// ---- BgpSpeakerHost

Time
BgpRouter::GetNow() const
{
    return Simulator::Now();
}

void
BgpRouter::SetTimer(const BgpSpeakerTimer& timer, Time delay)
{
    m_timers[timer] = Simulator::Schedule(delay, &BgpRouter::Expire, this, timer);
}

void
BgpRouter::CancelTimer(const BgpSpeakerTimer& timer)
{
    m_timers[timer].Cancel();
}

void
BgpRouter::Expire(BgpSpeakerTimer timer)
{
    m_speaker->TimerExpired(timer);
}

double
BgpRouter::DrawJitter()
{
    return m_jitter->GetValue();
}

void
BgpRouter::SendUpdate(BgpPeerId peer, const BgpUpdateMessage& update)
{
    m_neighbors[peer]->SendUpdate(update);
}

void
BgpRouter::InstallRoute(const IpPrefix& prefix, const BgpNextHopSet& nextHops)
{
    std::vector<NextHop> hops;
    hops.reserve(nextHops.size());
    for (const BgpNextHop& hop : nextHops)
    {
        hops.push_back({hop.gateway, GetNode()->GetDevice(hop.interface)});
    }
    Route route = hops.empty() ? Route::Discard(DropCause::NO_ROUTE) : Route::Forward(hops);
    route.epoch = GetEpoch(prefix);
    m_fib->SetRoute(prefix, RouteOwner::BGP, route);
}

void
BgpRouter::RemoveRoute(const IpPrefix& prefix)
{
    m_fib->RemoveRoute(prefix, RouteOwner::BGP);
}

uint32_t
BgpRouter::GetEpoch(const IpPrefix& prefix) const
{
    const BgpBestPath* best = prefix.IsHost() ? m_speaker->GetBest(prefix) : nullptr;
    if (best && best->attributes)
    {
        for (const BgpLargeCommunity& community : best->attributes->largeCommunities)
        {
            if (community.b == BGP_EPOCH_FUNCTION)
            {
                return community.c;
            }
        }
    }
    return 0;
}

const std::string&
BgpRouter::GetName(BgpPeerId peer) const
{
    static const std::string self;
    return IsBgpLocal(peer) ? self : m_neighbors[peer]->GetConfig().peer.name;
}

void
BgpRouter::AdjRibInChanged(BgpPeerId peer,
                           const IpPrefix& prefix,
                           const BgpAttributesPtr& attributes)
{
    m_adjRibInTrace(GetName(peer), prefix, attributes);
}

void
BgpRouter::AdjRibOutChanged(BgpPeerId peer,
                            const IpPrefix& prefix,
                            const BgpAttributesPtr& attributes)
{
    m_adjRibOutTrace(GetName(peer), prefix, attributes);
}

void
BgpRouter::BestPathChanged(const IpPrefix& prefix,
                           const BgpBestPath& before,
                           const BgpBestPath& after,
                           BgpDecisionStep)
{
    m_bestPathTrace(prefix, before, after);
}

// ---- BgpNextHopResolver

BgpResolution
BgpRouter::Resolve(const IpAddress& nextHop, std::optional<BgpPeerId> peer) const
{
    BgpResolution resolution;
    if (m_fib->IsLocal(nextHop))
    {
        resolution.local = true;
        return resolution;
    }
    if (peer)
    {
        Ptr<NetDevice> device = m_neighbors[*peer]->GetConfig().device;
        resolution.reachable = device && m_fib->IsDeviceUp(device);
        resolution.hops = {{nextHop, device ? device->GetIfIndex() : 0}};
        return resolution;
    }
    std::optional<Fib::Listed> found = m_fib->LookupListed(nextHop);
    if (!found || found->route->action != RouteAction::FORWARD)
    {
        return resolution;
    }
    if (found->owner == RouteOwner::BGP)
    {
        m_throughBgp = true;
        const BgpBestPath* best = m_speaker->GetBest(found->prefix);
        if (best && best->attributes && best->attributes->nextHop == nextHop)
        {
            return resolution; // it would lead to itself
        }
    }
    for (const NextHop& hop : found->route->nextHops)
    {
        if (m_fib->IsDeviceUp(hop.device))
        {
            resolution.hops.push_back(
                {hop.gateway ? hop.gateway : nextHop, hop.device->GetIfIndex()});
            resolution.cost = hop.gateway ? COST_OVER_ROUTERS : 0;
        }
    }
    resolution.reachable = !resolution.hops.empty();
    return resolution;
}

// ---- what neighbours report

void
BgpRouter::SessionUp(BgpPeerId peer, const BgpNegotiated& negotiated)
{
    m_speaker->PeerUp(peer, {negotiated.peerAs, negotiated.peerRouterId, negotiated.families});
}

void
BgpRouter::SessionDown(BgpPeerId peer)
{
    m_speaker->PeerDown(peer);
}

void
BgpRouter::UpdateReceived(BgpPeerId peer, const BgpUpdateMessage& update)
{
    m_speaker->Update(peer, update);
}

void
BgpRouter::RouteRefreshReceived(BgpPeerId peer, const BgpFamily& family)
{
    m_speaker->RouteRefresh(peer, family);
}

void
BgpRouter::NoteCongestion(BgpPeerId peer, bool congested)
{
    m_speaker->SetSendable(peer, !congested);
}

void
BgpRouter::NoteState(BgpPeerId peer, BgpSessionState from, BgpSessionState to)
{
    m_stateTrace(GetName(peer), from, to);
}

void
BgpRouter::NoteEnd(BgpPeerId peer, const BgpSessionEnd& end)
{
    m_endTrace(GetName(peer), end);
}

void
BgpRouter::NoteMessage(BgpPeerId peer, const std::vector<uint8_t>& octets, bool sent)
{
    const BgpNeighborConfig& config = m_neighbors[peer]->GetConfig();
    BgpMessageTrace message;
    message.node = GetNode()->GetId();
    message.neighbor = config.peer.name;
    message.local = config.localAddress;
    message.remote = config.peer.address;
    message.type = BgpMessageType(octets[TYPE_OCTET]);
    message.bytes = octets.size();
    message.octets = &octets;
    (sent ? m_txTrace : m_rxTrace)(message);
}

void
BgpRouter::NoteFault(BgpPeerId peer, BgpUpdateOutcome outcome, const BgpError& fault)
{
    m_faultTrace(GetName(peer), outcome, fault);
}

} // namespace vmm
} // namespace ns3
