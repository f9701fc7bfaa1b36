// SPDX-License-Identifier: GPL-2.0-only
// Neighbours, local routes and timers of a BgpSpeaker.
#include "ns3/bgp-speaker-peer.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/**
 * @param time to be checked
 * @param name for the message
 * @throws std::invalid_argument if time is negative
 */
void
CheckTime(const Time& time, const std::string& name)
{
    if (time.IsStrictlyNegative())
    {
        throw std::invalid_argument("BGP " + name + ": found " +
                                    std::to_string(time.GetNanoSeconds()) +
                                    " ns, expected 0 or more");
    }
}

/// @param config to be checked @throws std::invalid_argument
void
CheckConfig(const BgpSpeakerConfig& config)
{
    if (config.identity.asn == 0 || config.identity.routerId == 0)
    {
        throw std::invalid_argument("BGP speaker: found AS " + std::to_string(config.identity.asn) +
                                    " and identifier " + BgpRouterIdName(config.identity.routerId) +
                                    ", expected both above 0");
    }
    if (config.decision.maxPathsEbgp == 0 || config.decision.maxPathsIbgp == 0)
    {
        throw std::invalid_argument("BGP speaker: found a limit of 0 paths, expected 1 or more");
    }
    const BgpTiming& timing = config.timing;
    CheckTime(timing.processPerUpdate, "processing time per UPDATE");
    CheckTime(timing.processPerPrefix, "processing time per prefix");
    CheckTime(timing.selectionDelay, "selection delay");
    CheckTime(timing.installDelay, "install delay");
    CheckTime(timing.advertiseStartDelay, "advertisement start delay");
    CheckTime(timing.externalInterval, "external advertisement interval");
    CheckTime(timing.internalInterval, "internal advertisement interval");
    config.redistributionPolicy.Check();
}

} // namespace

bool
BgpSpeaker::Peer::Speaks(const BgpFamily& family) const
{
    const auto& families = session.families;
    return std::find(families.begin(), families.end(), family) != families.end();
}

BgpSpeaker::BgpSpeaker(BgpSpeakerHost& host,
                       const BgpNextHopResolver& resolver,
                       const BgpSpeakerConfig& config)
    : m_host(host),
      m_config(config),
      m_nextHops(resolver),
      m_aggregates(config.identity)
{
    CheckConfig(config);
}

BgpSpeaker::~BgpSpeaker() = default;

BgpPeerId
BgpSpeaker::AddPeer(const BgpPeerConfig& config)
{
    config.importPolicy.Check();
    config.exportPolicy.Check();
    CheckTime(config.advertisementInterval.value_or(Time()), "advertisement interval");
    auto peer = std::make_unique<Peer>();
    peer->id = static_cast<BgpPeerId>(m_peers.size());
    peer->config = config;
    m_peers.push_back(std::move(peer));
    return m_peers.back()->id;
}

BgpSpeaker::Peer&
BgpSpeaker::GetPeer(BgpPeerId peer)
{
    if (peer >= m_peers.size())
    {
        throw std::invalid_argument("BGP neighbour: found number " + std::to_string(peer) +
                                    ", expected less than " + std::to_string(m_peers.size()));
    }
    return *m_peers[peer];
}

const BgpSpeaker::Peer&
BgpSpeaker::GetPeer(BgpPeerId peer) const
{
    return const_cast<BgpSpeaker*>(this)->GetPeer(peer);
}

BgpSessionEnds
BgpSpeaker::EndsOf(const Peer& peer) const
{
    return {m_config.identity, peer.config, peer.session};
}

BgpRouteSource
BgpSpeaker::SourceOf(BgpPeerId peer) const
{
    if (IsBgpLocal(peer))
    {
        return BgpRouteSource::LOCAL;
    }
    return EndsOf(*m_peers[peer]).IsExternal() ? BgpRouteSource::EBGP : BgpRouteSource::IBGP;
}

void
BgpSpeaker::PeerUp(BgpPeerId number, const BgpPeerSession& session)
{
    Peer& peer = GetPeer(number);
    if (session.asn == 0)
    {
        throw std::invalid_argument("BGP session: found AS 0, expected another");
    }
    PeerDown(number);
    peer.session = session;
    peer.up = true;
    peer.sessions++;
    peer.sendable = true;
    for (auto& other : m_peers)
    {
        other->memo.Clear(); // what it remembers may depend on the neighbour that came
    }
    const Time& delay = m_config.timing.advertiseStartDelay;
    peer.starting = !delay.IsZero();
    if (peer.starting)
    {
        m_host.SetTimer({BgpSpeakerTimerKind::START, number}, delay);
    }
    AdvertiseAll(peer);
    Post();
    if (!peer.starting)
    {
        SendEndOfRib(peer);
    }
    Finish();
}

void
BgpSpeaker::PeerDown(BgpPeerId number)
{
    Peer& peer = GetPeer(number);
    if (!peer.up)
    {
        return;
    }
    peer.up = false;
    peer.sessions++;
    if (peer.starting)
    {
        m_host.CancelTimer({BgpSpeakerTimerKind::START, number});
    }
    if (peer.advertising)
    {
        m_host.CancelTimer({BgpSpeakerTimerKind::ADVERTISE, number});
    }
    peer.starting = false;
    peer.advertising = false;
    ForgetPeer(peer);
    Finish();
}

void
BgpSpeaker::ForgetPeer(Peer& peer)
{
    peer.pending.clear();
    peer.memo.Clear();
    peer.advertised = 0;
    for (BgpRib::Id id : m_rib.GetSorted())
    {
        BgpRibEntry& entry = m_rib.Get(id);
        entry.EraseOutgoing(peer.id);
        if (entry.FindPath(peer.id))
        {
            RemovePath(peer, id);
        }
        m_rib.ReleaseIfEmpty(id);
    }
}

void
BgpSpeaker::SetSendable(BgpPeerId number, bool sendable)
{
    Peer& peer = GetPeer(number);
    peer.sendable = sendable;
    if (sendable && peer.up)
    {
        FlushPending(peer);
    }
    Finish();
}

void
BgpSpeaker::SetImportPolicy(BgpPeerId number, const BgpPolicy& policy)
{
    Peer& peer = GetPeer(number);
    policy.Check();
    peer.config.importPolicy = policy;
    for (BgpRib::Id id : m_rib.GetSorted())
    {
        BgpRibEntry& entry = m_rib.Get(id);
        BgpPath* path = entry.FindPath(number);
        if (!path)
        {
            continue;
        }
        auto clean = CleanBgpImport(EndsOf(peer), path->received, m_pool);
        auto imported = Import(peer, entry.prefix, clean);
        if (imported != path->imported)
        {
            SetImported(*path, imported);
            MarkDirty(id);
        }
    }
    Finish();
}

void
BgpSpeaker::SetExportPolicy(BgpPeerId number, const BgpPolicy& policy)
{
    Peer& peer = GetPeer(number);
    policy.Check();
    peer.config.exportPolicy = policy;
    peer.memo.Clear();
    if (peer.up)
    {
        AdvertiseAll(peer);
    }
    Finish();
}

void
BgpSpeaker::Originate(const IpPrefix& prefix, const BgpPathAttributes& attributes)
{
    SetLocal(prefix, BGP_LOCAL_NETWORK, m_pool.Intern(attributes));
    Finish();
}

bool
BgpSpeaker::Withdraw(const IpPrefix& prefix)
{
    bool found = DropLocal(prefix, BGP_LOCAL_NETWORK);
    Finish();
    return found;
}

void
BgpSpeaker::Redistribute(const IpPrefix& prefix, const BgpPathAttributes& attributes)
{
    BgpPolicyContext context;
    context.prefix = prefix;
    context.neighbor = BGP_LOCAL_REDISTRIBUTED;
    context.neighborAs = m_config.identity.asn;
    context.localAs = m_config.identity.asn;
    const BgpPolicy& policy = m_config.redistributionPolicy;
    BgpAttributesPtr admitted = policy.Apply(context, m_pool.Intern(attributes), m_pool);
    if (admitted)
    {
        SetLocal(prefix, BGP_LOCAL_REDISTRIBUTED, admitted);
    }
    else
    {
        DropLocal(prefix, BGP_LOCAL_REDISTRIBUTED);
    }
    Finish();
}

bool
BgpSpeaker::WithdrawRedistributed(const IpPrefix& prefix)
{
    bool found = DropLocal(prefix, BGP_LOCAL_REDISTRIBUTED);
    Finish();
    return found;
}

void
BgpSpeaker::SetLocal(const IpPrefix& prefix, BgpPeerId kind, const BgpAttributesPtr& attributes)
{
    if (!prefix.GetAddress())
    {
        throw std::invalid_argument("BGP local route: found no prefix");
    }
    BgpRib::Id id = m_rib.FindOrAdd(prefix);
    BgpPath& path = m_rib.Get(id).FindOrAddPath(kind);
    if (path.imported == attributes)
    {
        return;
    }
    path.received = attributes;
    path.imported = attributes;
    m_host.AdjRibInChanged(kind, prefix, attributes);
    MarkDirty(id);
}

bool
BgpSpeaker::DropLocal(const IpPrefix& prefix, BgpPeerId kind)
{
    auto id = m_rib.FindId(prefix);
    if (!id || !m_rib.Get(*id).ErasePath(kind))
    {
        return false;
    }
    m_host.AdjRibInChanged(kind, prefix, nullptr);
    MarkDirty(*id);
    return true;
}

void
BgpSpeaker::AddAggregate(const BgpAggregateConfig& config)
{
    m_aggregates.Add(config);
    std::vector<BgpRib::Id> ids = m_rib.GetSorted();
    for (BgpRib::Id id : ids)
    {
        const BgpRibEntry& entry = m_rib.Get(id);
        m_aggregates.CountFor(config.prefix, entry.prefix, entry.best.attributes.get());
    }
    UpdateAggregates();
    AdvertiseSuppressed(config);
    Finish();
}

bool
BgpSpeaker::RemoveAggregate(const IpPrefix& prefix)
{
    auto config = m_aggregates.Remove(prefix);
    if (config)
    {
        DropLocal(prefix, BGP_LOCAL_AGGREGATE);
        AdvertiseSuppressed(*config);
    }
    Finish();
    return config.has_value();
}

void
BgpSpeaker::AdvertiseSuppressed(const BgpAggregateConfig& config)
{
    if (config.summaryOnly)
    {
        for (auto& peer : m_peers)
        {
            if (peer->up)
            {
                AdvertiseAll(*peer);
            }
        }
    }
}

void
BgpSpeaker::NextHopsChanged()
{
    if (m_nextHops.Refresh())
    {
        for (BgpRib::Id id : m_rib.GetSorted())
        {
            const auto& paths = m_rib.Get(id).paths;
            bool changed = std::any_of(paths.begin(),
                                       paths.end(),
                                       [](const BgpPath& path)
                                       {
                                           return path.nextHop && path.nextHop->second.changed;
                                       });
            if (changed)
            {
                MarkDirty(id);
            }
        }
    }
    Finish();
}

void
BgpSpeaker::TimerExpired(const BgpSpeakerTimer& timer)
{
    switch (timer.kind)
    {
    case BgpSpeakerTimerKind::PROCESS:
        EndJob();
        break;
    case BgpSpeakerTimerKind::SELECT:
        m_selectRuns = false;
        Select();
        break;
    case BgpSpeakerTimerKind::INSTALL:
        m_installRuns = false;
        break;
    case BgpSpeakerTimerKind::START:
    {
        Peer& peer = GetPeer(timer.peer);
        peer.starting = false;
        FlushPending(peer);
        Post();
        SendEndOfRib(peer);
        break;
    }
    case BgpSpeakerTimerKind::ADVERTISE:
    {
        Peer& peer = GetPeer(timer.peer);
        peer.advertising = false;
        FlushPending(peer);
        break;
    }
    }
    Finish();
}

const BgpBestPath*
BgpSpeaker::GetBest(const IpPrefix& prefix) const
{
    const BgpRibEntry* entry = m_rib.Find(prefix);
    return entry && entry->best.attributes ? &entry->best : nullptr;
}

const BgpRibEntry*
BgpSpeaker::GetEntry(const IpPrefix& prefix) const
{
    return m_rib.Find(prefix);
}

std::map<IpPrefix, BgpBestPath>
BgpSpeaker::GetLocRib() const
{
    std::map<IpPrefix, BgpBestPath> routes;
    for (BgpRib::Id id : m_rib.GetSorted())
    {
        const BgpRibEntry& entry = m_rib.Get(id);
        if (entry.best.attributes)
        {
            routes.emplace_hint(routes.end(), entry.prefix, entry.best);
        }
    }
    return routes;
}

size_t
BgpSpeaker::GetReceivedCount(BgpPeerId peer) const
{
    return GetPeer(peer).received;
}

size_t
BgpSpeaker::GetAdvertisedCount(BgpPeerId peer) const
{
    return GetPeer(peer).advertised;
}

bool
BgpSpeaker::IsUp(BgpPeerId peer) const
{
    return GetPeer(peer).up;
}

bool
BgpSpeaker::IsIdle() const
{
    return !m_jobRuns && !m_selectRuns && !m_installRuns &&
           std::none_of(m_peers.begin(),
                        m_peers.end(),
                        [](const std::unique_ptr<Peer>& peer)
                        {
                            return peer->starting || peer->advertising;
                        });
}

} // namespace vmm
} // namespace ns3
