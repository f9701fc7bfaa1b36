// SPDX-License-Identifier: GPL-2.0-only
// From the Adj-RIBs-In to the Loc-RIB and the forwarding table.
#include "ns3/bgp-speaker-peer.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

void
BgpSpeaker::MarkDirty(BgpRib::Id id)
{
    BgpRibEntry& entry = m_rib.Get(id);
    if (!entry.dirty)
    {
        entry.dirty = true;
        m_dirty.push_back(id);
    }
}

void
BgpSpeaker::Select()
{
    if (m_dirty.empty())
    {
        return;
    }
    m_round++;
    // Aggregates are added to the list on the way, perhaps for a second time.
    for (size_t i = 0; i < m_dirty.size(); i++)
    {
        BgpRib::Id id = m_dirty[i];
        BgpRibEntry& entry = m_rib.Get(id);
        if (entry.round == m_round)
        {
            Post(); // the packer may not hear of a prefix twice
        }
        entry.dirty = false;
        entry.round = m_round;
        Decide(id);
        m_rib.ReleaseIfEmpty(id);
    }
    m_dirty.clear();
}

void
BgpSpeaker::Decide(BgpRib::Id id)
{
    BgpRibEntry& entry = m_rib.Get(id);
    BgpDecisionStep step = BgpDecisionStep::NONE;
    BgpBestPath best = Choose(entry, step);
    if (best == entry.best)
    {
        return;
    }
    BgpBestPath before = std::move(entry.best);
    entry.best = std::move(best);
    m_host.BestPathChanged(entry.prefix, before, entry.best, step);
    if (entry.best.nextHops != entry.installed)
    {
        QueueInstall(id);
    }
    bool sameRoute = before.attributes == entry.best.attributes && before.peer == entry.best.peer;
    if (sameRoute)
    {
        return;
    }
    if (!m_aggregates.IsEmpty())
    {
        m_aggregates.Count(entry.prefix, before.attributes.get(), entry.best.attributes.get());
        UpdateAggregates();
    }
    for (auto& peer : m_peers)
    {
        if (peer->up)
        {
            Advertise(id, *peer);
        }
    }
}

BgpBestPath
BgpSpeaker::Choose(const BgpRibEntry& entry, BgpDecisionStep& step)
{
    m_candidates.clear();
    m_candidatePaths.clear();
    for (const BgpPath& path : entry.paths)
    {
        if (!path.imported)
        {
            continue;
        }
        BgpCandidate candidate;
        candidate.attributes = path.imported.get();
        candidate.peer = path.peer;
        candidate.arrival = path.arrival;
        candidate.source = SourceOf(path.peer);
        candidate.routerId = m_config.identity.routerId;
        if (path.nextHop)
        {
            const BgpResolution& resolution = path.nextHop->second.resolution;
            if (!resolution.reachable || resolution.local)
            {
                continue;
            }
            candidate.igpCost = resolution.cost;
            candidate.routerId = m_peers[path.peer]->session.routerId;
            candidate.peerAddress = m_peers[path.peer]->config.address;
        }
        m_candidates.push_back(candidate);
        m_candidatePaths.push_back(&path);
    }
    BgpDecision decision = DecideBgpRoute(m_candidates, m_config.decision);
    step = decision.step;
    BgpBestPath best;
    if (decision.paths.empty())
    {
        return best;
    }
    const BgpPath& chosen = *m_candidatePaths[decision.paths.front()];
    best.attributes = chosen.imported;
    best.peer = chosen.peer;
    if (chosen.peer == BGP_LOCAL_AGGREGATE)
    {
        best.nextHops = m_nextHops.Share({});
    }
    else if (chosen.nextHop && decision.paths.size() == 1)
    {
        best.nextHops = chosen.nextHop->second.hops;
    }
    else if (chosen.nextHop)
    {
        BgpNextHopSet hops;
        for (uint32_t i : decision.paths)
        {
            const BgpNextHopSet& more = *m_candidatePaths[i]->nextHop->second.hops;
            hops.insert(hops.end(), more.begin(), more.end());
        }
        best.nextHops = m_nextHops.Share(std::move(hops));
    }
    return best;
}

void
BgpSpeaker::UpdateAggregates()
{
    for (const IpPrefix& prefix : m_aggregates.TakeChanged())
    {
        if (auto route = m_aggregates.GetRoute(prefix))
        {
            SetLocal(prefix, BGP_LOCAL_AGGREGATE, m_pool.Intern(std::move(*route)));
        }
        else
        {
            DropLocal(prefix, BGP_LOCAL_AGGREGATE);
        }
    }
}

void
BgpSpeaker::QueueInstall(BgpRib::Id id)
{
    BgpRibEntry& entry = m_rib.Get(id);
    if (entry.fibQueued)
    {
        return;
    }
    entry.fibQueued = true;
    Time due = m_host.GetNow() + m_config.timing.GetInstallTime();
    m_installs.push_back({m_installs.empty() ? due : std::max(due, m_installs.back().due), id});
}

void
BgpSpeaker::DoInstall(BgpRib::Id id)
{
    BgpRibEntry& entry = m_rib.Get(id);
    entry.fibQueued = false;
    IpPrefix prefix = entry.prefix;
    BgpNextHopSetPtr before = entry.installed;
    BgpNextHopSetPtr wanted = entry.best.nextHops;
    entry.installed = wanted;
    m_rib.ReleaseIfEmpty(id);
    if (wanted && wanted != before)
    {
        m_host.InstallRoute(prefix, *wanted);
    }
    else if (!wanted && before)
    {
        m_host.RemoveRoute(prefix);
    }
}

void
BgpSpeaker::Finish()
{
    Post();
    const Time& delay = m_config.timing.selectionDelay;
    if (delay.IsZero())
    {
        Select();
    }
    else if (!m_dirty.empty() && !m_selectRuns)
    {
        m_selectRuns = true;
        m_host.SetTimer({BgpSpeakerTimerKind::SELECT, 0}, delay);
    }
    Post();
    if (m_finishing)
    {
        return; // the call below that led here goes on with what is new
    }
    m_finishing = true;
    while (!m_installRuns && !m_installs.empty())
    {
        Install next = m_installs.front();
        Time now = m_host.GetNow();
        if (next.due > now)
        {
            m_installRuns = true;
            m_host.SetTimer({BgpSpeakerTimerKind::INSTALL, 0}, next.due - now);
            break;
        }
        m_installs.pop_front();
        DoInstall(next.id);
    }
    while (!m_mail.empty())
    {
        Mail mail = std::move(m_mail.front());
        m_mail.pop_front();
        if (m_peers[mail.peer]->sessions == mail.session)
        {
            m_host.SendUpdate(mail.peer, mail.message);
        }
    }
    m_finishing = false;
}

} // namespace vmm
} // namespace ns3
