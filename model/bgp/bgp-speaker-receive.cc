// SPDX-License-Identifier: GPL-2.0-only
// From an UPDATE to the Adj-RIB-In.
#include "ns3/bgp-speaker-peer.h"

namespace ns3
{
namespace vmm
{

void
BgpSpeaker::Update(BgpPeerId number, const BgpUpdateMessage& update)
{
    Peer& peer = GetPeer(number);
    if (!peer.up)
    {
        return;
    }
    if (!m_jobs.empty())
    {
        m_jobs.push_back({number, peer.sessions, update});
        return;
    }
    Time time =
        m_config.timing.GetProcessingTime(update.withdrawn.size() + update.announced.size());
    if (time.IsZero())
    {
        ApplyUpdate(peer, update);
        Finish();
        return;
    }
    m_jobs.push_back({number, peer.sessions, update});
    m_jobRuns = true;
    m_host.SetTimer({BgpSpeakerTimerKind::PROCESS, 0}, time);
}

void
BgpSpeaker::EndJob()
{
    m_jobRuns = false;
    bool ended = true; // the first was in service, and its time is spent
    while (!m_jobs.empty())
    {
        const Job& job = m_jobs.front();
        Peer& peer = *m_peers[job.peer];
        const BgpUpdateMessage& update = job.message;
        if (peer.sessions == job.session)
        {
            Time time = ended ? Time()
                              : m_config.timing.GetProcessingTime(update.withdrawn.size() +
                                                                  update.announced.size());
            if (!time.IsZero())
            {
                m_jobRuns = true;
                m_host.SetTimer({BgpSpeakerTimerKind::PROCESS, 0}, time);
                return;
            }
            ApplyUpdate(peer, update);
        }
        ended = false;
        m_jobs.pop_front();
    }
}

void
BgpSpeaker::ApplyUpdate(Peer& peer, const BgpUpdateMessage& message)
{
    for (const IpPrefix& prefix : message.withdrawn)
    {
        if (auto id = m_rib.FindId(prefix))
        {
            RemovePath(peer, *id);
        }
    }
    if (message.announced.empty())
    {
        return;
    }
    BgpAttributesPtr received = m_pool.Intern(message.attributes);
    BgpImportFault fault = CheckBgpImport(EndsOf(peer), *received);
    if (fault != BgpImportFault::NONE)
    {
        for (const IpPrefix& prefix : message.announced)
        {
            m_host.RouteRefused(peer.id, prefix, fault);
            if (auto id = m_rib.FindId(prefix))
            {
                RemovePath(peer, *id);
            }
        }
        return;
    }
    BgpAttributesPtr clean = CleanBgpImport(EndsOf(peer), received, m_pool);
    bool each = peer.config.importPolicy.LooksAtPrefix();
    BgpAttributesPtr all = each ? nullptr : Import(peer, message.announced.front(), clean);
    for (const IpPrefix& prefix : message.announced)
    {
        if (prefix.GetAddress() && peer.Speaks(BgpFamilyOf(prefix)))
        {
            SetPath(peer, prefix, received, each ? Import(peer, prefix, clean) : all);
        }
    }
}

BgpAttributesPtr
BgpSpeaker::Import(const Peer& peer, const IpPrefix& prefix, const BgpAttributesPtr& clean)
{
    const BgpPolicy& policy = peer.config.importPolicy;
    if (policy.rules.empty() && policy.otherwise != BgpVerdict::REJECT)
    {
        return clean;
    }
    BgpPolicyContext context;
    context.prefix = prefix;
    context.source = SourceOf(peer.id);
    context.neighbor = peer.id;
    context.neighborAs = peer.session.asn;
    context.localAs = m_config.identity.asn;
    return policy.Apply(context, clean, m_pool);
}

void
BgpSpeaker::SetPath(Peer& peer,
                    const IpPrefix& prefix,
                    const BgpAttributesPtr& received,
                    const BgpAttributesPtr& imported)
{
    BgpRib::Id id = m_rib.FindOrAdd(prefix);
    BgpPath& path = m_rib.Get(id).FindOrAddPath(peer.id);
    if (path.received == received && path.imported == imported)
    {
        return;
    }
    if (!path.received)
    {
        peer.received++;
    }
    path.received = received;
    m_host.AdjRibInChanged(peer.id, prefix, received);
    if (path.imported != imported)
    {
        SetImported(path, imported);
        MarkDirty(id);
    }
}

void
BgpSpeaker::SetImported(BgpPath& path, const BgpAttributesPtr& imported)
{
    path.imported = imported;
    path.arrival = ++m_arrivals;
    BgpNextHopTable::Node* old = path.nextHop;
    path.nextHop = nullptr;
    if (imported)
    {
        const IpAddress& address = imported->linkLocalNextHop.value_or(imported->nextHop);
        path.nextHop = m_nextHops.Acquire(address, path.peer);
    }
    m_nextHops.Release(old);
}

void
BgpSpeaker::RemovePath(Peer& peer, BgpRib::Id id)
{
    BgpRibEntry& entry = m_rib.Get(id);
    BgpPath* path = entry.FindPath(peer.id);
    if (!path)
    {
        return;
    }
    bool used = path->imported != nullptr;
    m_nextHops.Release(path->nextHop);
    entry.ErasePath(peer.id);
    peer.received--;
    m_host.AdjRibInChanged(peer.id, entry.prefix, nullptr);
    if (used)
    {
        MarkDirty(id);
    }
    else
    {
        m_rib.ReleaseIfEmpty(id);
    }
}

} // namespace vmm
} // namespace ns3
