// SPDX-License-Identifier: GPL-2.0-only
// From the Loc-RIB to the Adj-RIBs-Out.
#include "ns3/bgp-speaker-peer.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

void
BgpSpeaker::Advertise(BgpRib::Id id, Peer& peer)
{
    BgpRibEntry& entry = m_rib.Get(id);
    BgpAdvertisedPath* told = entry.FindOutgoing(peer.id);
    BgpAttributesPtr wanted = Export(entry, peer);
    bool same = told ? told->sent == wanted && !told->resend : !wanted;
    if (same)
    {
        return; // if it waits, its turn will find nothing to say
    }
    bool waits = peer.starting || !peer.sendable ||
                 (peer.advertising && (wanted || m_config.timing.withdrawalsWait));
    if (!waits)
    {
        Tell(entry, peer, wanted);
        return;
    }
    BgpAdvertisedPath& waiting = entry.FindOrAddOutgoing(peer.id);
    if (!waiting.pending)
    {
        waiting.pending = true;
        peer.pending.push_back(id);
    }
}

void
BgpSpeaker::AdvertiseAll(Peer& peer)
{
    for (BgpRib::Id id : m_rib.GetSorted())
    {
        Advertise(id, peer);
    }
}

void
BgpSpeaker::Tell(BgpRibEntry& entry, Peer& peer, const BgpAttributesPtr& wanted)
{
    if (peer.packer.IsEmpty())
    {
        m_told.push_back(&peer);
    }
    BgpAdvertisedPath& told = entry.FindOrAddOutgoing(peer.id);
    peer.advertised += (wanted ? 1 : 0) - (told.sent ? 1 : 0);
    told.sent = wanted;
    told.resend = false;
    bool forget = !wanted && !told.pending;
    if (wanted)
    {
        peer.packer.Announce(entry.prefix, wanted);
    }
    else
    {
        peer.packer.Withdraw(entry.prefix);
    }
    m_host.AdjRibOutChanged(peer.id, entry.prefix, wanted);
    if (forget)
    {
        entry.EraseOutgoing(peer.id);
    }
}

BgpAttributesPtr
BgpSpeaker::Export(const BgpRibEntry& entry, Peer& peer)
{
    const BgpBestPath& best = entry.best;
    bool back = best.peer == peer.id && peer.config.splitHorizon;
    bool heard = best.attributes && !back && peer.Speaks(BgpFamilyOf(entry.prefix)) &&
                 !m_aggregates.IsSuppressed(entry.prefix);
    if (!heard)
    {
        return nullptr;
    }
    BgpExportRoute route;
    route.source = SourceOf(best.peer);
    route.family = entry.prefix.GetAddress().GetFamily();
    if (!IsBgpLocal(best.peer))
    {
        route.fromClient = m_peers[best.peer]->config.routeReflectorClient;
        route.fromRouterId = m_peers[best.peer]->session.routerId;
    }
    if (peer.config.exportPolicy.LooksAtPrefix())
    {
        return MakeExport(entry, peer, route);
    }
    BgpExportMemo::Key key;
    key.attributes = best.attributes;
    key.source = best.peer;
    key.family = route.family;
    BgpExportMemo::Slot& slot = peer.memo.At(key);
    if (!(slot.key == key))
    {
        BgpAttributesPtr outcome = MakeExport(entry, peer, route);
        peer.memo.At(key) = {key, outcome};
        return outcome;
    }
    return slot.outcome;
}

BgpAttributesPtr
BgpSpeaker::MakeExport(const BgpRibEntry& entry, Peer& peer, const BgpExportRoute& route)
{
    BgpSessionEnds ends = EndsOf(peer);
    if (!MayExportBgpRoute(ends, route, *entry.best.attributes))
    {
        return nullptr;
    }
    BgpAttributesPtr clean = CleanBgpExport(ends, route, entry.best.attributes, m_pool);
    BgpPolicyContext context;
    context.prefix = entry.prefix;
    context.source = route.source;
    context.neighbor = peer.id;
    context.neighborAs = peer.session.asn;
    context.localAs = m_config.identity.asn;
    BgpAttributesPtr passed = peer.config.exportPolicy.Apply(context, clean, m_pool);
    if (!passed)
    {
        return nullptr;
    }
    BgpExportMemo::Key key;
    key.attributes = passed;
    key.source = entry.best.peer;
    key.family = route.family;
    key.made = true;
    key.keepNextHop = passed->nextHop != clean->nextHop;
    BgpExportMemo::Slot& slot = peer.memo.At(key);
    if (!(slot.key == key))
    {
        slot = {
            key,
            MakeBgpExport(
                ends, route, *passed, m_config.decision.defaultLocalPref, key.keepNextHop, m_pool)};
    }
    return slot.outcome;
}

void
BgpSpeaker::FlushPending(Peer& peer)
{
    std::vector<BgpRib::Id> ids;
    ids.swap(peer.pending);
    for (BgpRib::Id id : ids)
    {
        BgpAdvertisedPath* told = m_rib.Get(id).FindOutgoing(peer.id);
        told->pending = false;
        Advertise(id, peer);
        BgpRibEntry& entry = m_rib.Get(id);
        told = entry.FindOutgoing(peer.id);
        if (told && !told->sent && !told->pending)
        {
            entry.EraseOutgoing(peer.id);
        }
        m_rib.ReleaseIfEmpty(id);
    }
}

void
BgpSpeaker::RouteRefresh(BgpPeerId number, const BgpFamily& family)
{
    Peer& peer = GetPeer(number);
    if (peer.up)
    {
        for (BgpRib::Id id : m_rib.GetSorted())
        {
            BgpRibEntry& entry = m_rib.Get(id);
            BgpAdvertisedPath* told = entry.FindOutgoing(number);
            if (told && told->sent && BgpFamilyOf(entry.prefix) == family)
            {
                told->resend = true;
                Advertise(id, peer);
            }
        }
    }
    Finish();
}

void
BgpSpeaker::Post()
{
    for (Peer* peer : m_told)
    {
        if (!peer->up)
        {
            peer->packer.Take();
            continue;
        }
        bool paced = peer->packer.HasAnnouncements() || m_config.timing.withdrawalsWait;
        for (BgpUpdateMessage& message : peer->packer.Take())
        {
            m_mail.push_back({peer->id, peer->sessions, std::move(message)});
        }
        const BgpTiming& timing = m_config.timing;
        const Time& usual =
            EndsOf(*peer).IsExternal() ? timing.externalInterval : timing.internalInterval;
        const auto& own = peer->config.advertisementInterval;
        const Time& interval = own ? *own : usual;
        if (paced && !interval.IsZero() && !peer->advertising)
        {
            peer->advertising = true;
            m_host.SetTimer({BgpSpeakerTimerKind::ADVERTISE, peer->id},
                            interval * m_host.DrawJitter());
        }
    }
    m_told.clear();
}

void
BgpSpeaker::SendEndOfRib(Peer& peer)
{
    if (!m_config.sendEndOfRib)
    {
        return;
    }
    for (const BgpFamily& family : peer.session.families)
    {
        BgpUpdateMessage message;
        message.endOfRib = family;
        m_mail.push_back({peer.id, peer.sessions, std::move(message)});
    }
}

} // namespace vmm
} // namespace ns3
