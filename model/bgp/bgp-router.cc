// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-router.h"

#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(BgpRouter);

namespace
{

/// Octets. The receiver takes twice as many: ns-3's TCP may crash in loss recovery at the edge of
/// the peer's window.
constexpr uint32_t SEND_BUFFER = 131072;

/// @return what makes a route that is about to go the last choice (RFC 8326 section 4.1)
BgpPolicyRule
MakeGracefulShutdownRule()
{
    BgpPolicyRule rule;
    rule.name = "graceful-shutdown";
    rule.match.anyOfCommunities = {BGP_GRACEFUL_SHUTDOWN};
    rule.actions.setLocalPref = 0;
    rule.verdict = BgpVerdict::CONTINUE;
    return rule;
}

} // namespace

BgpRouter::BgpRouter() = default;

BgpRouter::~BgpRouter() = default;

void
BgpRouter::DoDispose()
{
    for (auto& neighbor : m_neighbors)
    {
        neighbor->Abandon(); // the stack below may be gone
    }
    for (auto& [timer, event] : m_timers)
    {
        event.Cancel();
    }
    m_resolve.Cancel();
    m_listeners.clear();
    m_neighbors.clear();
    m_speaker.reset();
    m_fib = nullptr;
    Application::DoDispose();
}

int64_t
BgpRouter::AssignStreams(int64_t stream)
{
    int64_t used = 0;
    for (const auto& variable : {m_perUpdate, m_perPrefix, m_install, m_jitter})
    {
        if (variable)
        {
            variable->SetStream(stream + used);
        }
        used++;
    }
    return used;
}

BgpTiming
BgpRouter::MakeTiming() const
{
    BgpTiming timing = BgpTiming::FromProfile(m_profile);
    auto replace = [](Time& value, Time given)
    {
        value = given.IsNegative() ? value : given;
    };
    replace(timing.selectionDelay, m_selectionDelay);
    replace(timing.advertiseStartDelay, m_startDelay);
    replace(timing.externalInterval, m_externalInterval);
    replace(timing.internalInterval, m_internalInterval);
    timing.withdrawalsWait = m_withdrawalsWait;
    if (m_perUpdate || m_perPrefix)
    {
        timing.processingTime = [this, timing](size_t prefixes)
        {
            Time time = m_perUpdate ? Seconds(m_perUpdate->GetValue()) : timing.processPerUpdate;
            for (size_t i = 0; i < prefixes; i++)
            {
                time += m_perPrefix ? Seconds(m_perPrefix->GetValue()) : timing.processPerPrefix;
            }
            return Max(time, Time(0));
        };
    }
    if (m_install)
    {
        timing.installTime = [this]()
        {
            return Max(Seconds(m_install->GetValue()), Time(0));
        };
    }
    return timing;
}

void
BgpRouter::MakeSpeaker()
{
    if (m_speaker)
    {
        return;
    }
    if (!GetNode() || !GetNode()->GetObject<Fib>())
    {
        throw std::invalid_argument("found a BGP router without a node that has a Fib");
    }
    m_fib = GetNode()->GetObject<Fib>();
    BgpSpeakerConfig config;
    config.identity.asn = m_asn;
    IpAddress address = m_fib->GetRouterAddress(IpFamily::IPV4);
    m_routerId = m_routerId != 0 ? m_routerId
                 : address       ? address.ToIpv4().Get()
                                 : GetNode()->GetId() + 1;
    config.identity.routerId = m_routerId;
    config.decision.relaxAsPath = m_asPathRelax;
    config.decision.maxPathsEbgp = m_maxPaths;
    config.decision.maxPathsIbgp = m_maxPaths;
    config.timing = MakeTiming();
    m_speaker.reset(new BgpSpeaker(*this, *this, config)); // its bases are private
    m_fib->TraceConnectWithoutContext("Change", MakeCallback(&BgpRouter::FibChanged, this));
    m_fib->TraceConnectWithoutContext("DeviceState", MakeCallback(&BgpRouter::DeviceChanged, this));
}

BgpSessionConfig
BgpRouter::MakeSession(const BgpNeighborConfig& config) const
{
    BgpSessionConfig session;
    session.localAs = m_asn;
    session.peerAs = config.asn;
    session.routerId = m_routerId;
    session.holdTime = m_holdTime;
    session.connectRetryTime = m_connectRetryTime;
    session.idleHoldTime = m_idleHoldTime;
    session.passive = config.passive;
    session.capabilities.families.clear();
    if (config.peer.localIpv4)
    {
        session.capabilities.families.push_back(BGP_IPV4_UNICAST);
    }
    if (config.peer.localIpv6)
    {
        session.capabilities.families.push_back(BGP_IPV6_UNICAST);
    }
    return session;
}

BgpPeerId
BgpRouter::AddNeighbor(const BgpNeighborConfig& config)
{
    MakeSpeaker();
    if (!config.peer.address || !config.localAddress)
    {
        throw std::invalid_argument("found BGP neighbour " + config.peer.name +
                                    " without an address");
    }
    if (config.device && config.device->GetNode() != GetNode())
    {
        throw std::invalid_argument("found BGP neighbour " + config.peer.name +
                                    " on a device of another node");
    }
    BgpNeighborConfig complete = config;
    complete.peer.splitHorizon = complete.peer.splitHorizon && m_splitHorizon;
    auto& rules = complete.peer.importPolicy.rules;
    rules.insert(rules.begin(), MakeGracefulShutdownRule());
    BgpSessionConfig session = MakeSession(complete);
    CheckBgpSessionConfig(session);
    BgpPeerId id = m_speaker->AddPeer(complete.peer);
    m_neighbors.push_back(std::make_unique<BgpNeighbor>(*this, id, complete, session));
    if (m_running)
    {
        Listen(complete.localAddress.GetFamily());
        m_neighbors.back()->Start();
    }
    return id;
}

void
BgpRouter::Announce(const IpPrefix& prefix, const BgpPathAttributes& attributes)
{
    MakeSpeaker();
    m_speaker->Originate(prefix, attributes);
}

bool
BgpRouter::Withdraw(const IpPrefix& prefix)
{
    return m_speaker && m_speaker->Withdraw(prefix);
}

BgpRibSizes
BgpRouter::GetRibSizes() const
{
    BgpRibSizes sizes;
    if (m_speaker)
    {
        sizes.locRib = m_speaker->GetPrefixCount();
        for (size_t peer = 0; peer < m_neighbors.size(); peer++)
        {
            sizes.adjRibIn += m_speaker->GetReceivedCount(static_cast<BgpPeerId>(peer));
            sizes.adjRibOut += m_speaker->GetAdvertisedCount(static_cast<BgpPeerId>(peer));
        }
    }
    return sizes;
}

void
BgpRouter::AddAggregate(const BgpAggregateConfig& config)
{
    MakeSpeaker();
    m_speaker->AddAggregate(config);
}

void
BgpRouter::AnnounceHostRoute(const IpAddress& address, uint32_t epoch, HostRouteRank rank)
{
    MakeSpeaker();
    BgpPathAttributes attributes;
    attributes.origin = BgpOrigin::INCOMPLETE;
    attributes.communities = {m_hostRouteCommunity};
    if (rank != HostRouteRank::NORMAL)
    {
        attributes.communities.push_back(BGP_GRACEFUL_SHUTDOWN);
        attributes.localPref = 0; // for this router as for those that know the community
    }
    if (rank == HostRouteRank::OUTSIDE)
    {
        attributes.origin = BgpOrigin::IGP; // draft-04 section 7.3
        attributes.communities.push_back(m_outsideCommunity);
    }
    std::sort(attributes.communities.begin(), attributes.communities.end());
    attributes.largeCommunities = {{m_asn, BGP_EPOCH_FUNCTION, epoch}};
    m_hostRoutes.insert(address);
    m_speaker->Redistribute(IpPrefix::Host(address), attributes);
}

void
BgpRouter::WithdrawHostRoute(const IpAddress& address)
{
    if (m_hostRoutes.erase(address) > 0)
    {
        m_speaker->WithdrawRedistributed(IpPrefix::Host(address));
    }
}

void
BgpRouter::StartApplication()
{
    MakeSpeaker();
    m_running = true;
    for (const auto& neighbor : m_neighbors)
    {
        Listen(neighbor->GetConfig().localAddress.GetFamily());
    }
    for (const auto& neighbor : m_neighbors)
    {
        if (!neighbor->GetConfig().device || m_fib->IsDeviceUp(neighbor->GetConfig().device))
        {
            neighbor->Start();
        }
    }
}

void
BgpRouter::StopApplication()
{
    Shutdown();
}

void
BgpRouter::Shutdown()
{
    m_running = false;
    for (const auto& neighbor : m_neighbors)
    {
        neighbor->Stop(BGP_CEASE_SHUTDOWN, "");
    }
    for (const auto& listener : m_listeners)
    {
        listener->Close();
    }
    m_listeners.clear();
}

void
BgpRouter::Restart()
{
    StartApplication();
}

void
BgpRouter::Listen(IpFamily family)
{
    for (const auto& listener : m_listeners)
    {
        Address local;
        listener->GetSockName(local);
        if (IpAddress::FromAddress(local).GetFamily() == family)
        {
            return;
        }
    }
    Ptr<Socket> listener = Socket::CreateSocket(GetNode(), TcpSocketFactory::GetTypeId());
    IpAddress any = family == IpFamily::IPV4 ? IpAddress(Ipv4Address::GetAny())
                                             : IpAddress(Ipv6Address::GetAny());
    PrepareSocket(listener);
    if (listener->Bind(any.ToSocketAddress(m_port)) != 0)
    {
        throw std::runtime_error("found TCP port " + std::to_string(m_port) +
                                 " in use, expected it free for BGP");
    }
    listener->Listen();
    listener->SetAcceptCallback(MakeCallback(&BgpRouter::IsNeighbor, this),
                                MakeCallback(&BgpRouter::Accepted, this));
    m_listeners.push_back(listener);
}

void
BgpRouter::PrepareSocket(Ptr<Socket> socket)
{
    socket->SetAttribute("SndBufSize", UintegerValue(SEND_BUFFER));
    socket->SetAttribute("RcvBufSize", UintegerValue(2 * SEND_BUFFER));
    // ns-3.37 probes a closed window with an octet that it may not have, and dies of it. Only a
    // peer that does not read closes its window; the send hold timer is there for that (RFC 9687).
    socket->SetAttribute("PersistTimeout", TimeValue(Years(10)));
}

BgpNeighbor*
BgpRouter::FindNeighbor(const Address& from) const
{
    IpAddress address = IpAddress::FromAddress(from);
    for (const auto& neighbor : m_neighbors)
    {
        const auto& others = neighbor->GetConfig().peerSource;
        if (neighbor->GetConfig().peer.address == address ||
            std::find(others.begin(), others.end(), address) != others.end())
        {
            return neighbor.get();
        }
    }
    return nullptr;
}

bool
BgpRouter::IsNeighbor(Ptr<Socket>, const Address& from)
{
    BgpNeighbor* neighbor = FindNeighbor(from);
    return neighbor && neighbor->GetSession().GetState() != BgpSessionState::IDLE;
}

void
BgpRouter::Accepted(Ptr<Socket> socket, const Address& from)
{
    if (BgpNeighbor* neighbor = FindNeighbor(from))
    {
        neighbor->Accept(socket);
    }
    else
    {
        socket->Close();
    }
}

bool
BgpRouter::RefreshRoutes(BgpPeerId neighbor, const BgpFamily& family)
{
    return m_neighbors.at(neighbor)->SendRouteRefresh(family);
}

size_t
BgpRouter::GetEstablishedCount() const
{
    return std::count_if(m_neighbors.begin(),
                         m_neighbors.end(),
                         [](const auto& neighbor)
                         {
                             return neighbor->GetSession().GetState() ==
                                    BgpSessionState::ESTABLISHED;
                         });
}

bool
BgpRouter::IsSettled() const
{
    return !m_speaker || m_speaker->IsIdle();
}

void
BgpRouter::DeviceChanged(Ptr<const NetDevice> device, bool up)
{
    for (const auto& neighbor : m_neighbors)
    {
        if (neighbor->GetConfig().device != device || !m_running)
        {
            continue;
        }
        if (up)
        {
            neighbor->Start();
        }
        else if (m_fastFailover)
        {
            neighbor->Break();
        }
    }
    ResolveAgain();
}

void
BgpRouter::FibChanged(const FibChange& change)
{
    if (!change.vn && (change.owner != RouteOwner::BGP || m_throughBgp))
    {
        ResolveAgain();
    }
}

void
BgpRouter::ResolveAgain()
{
    // Not at once: the change may come from within the speaker, and several come together.
    if (!m_resolve.IsRunning())
    {
        m_resolve = Simulator::ScheduleNow(&BgpSpeaker::NextHopsChanged, m_speaker.get());
    }
}

} // namespace vmm
} // namespace ns3
