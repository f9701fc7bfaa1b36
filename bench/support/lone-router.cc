// SPDX-License-Identifier: GPL-2.0-only
#include "support/lone-router.h"

#include "support/memory.h"
#include "support/paired-runner.h"

#include "ns3/bgp-codec.h"

#include <chrono>
#include <stdexcept>

namespace ns3
{
namespace vmm
{
namespace bench
{

LoneRouter::LoneRouter(uint32_t peers, bool encode)
    : m_encode(encode)
{
    BgpSpeakerConfig config;
    config.identity = {65000, 1, {}};
    m_speaker = std::make_unique<BgpSpeaker>(*this, *this, config);
    for (uint32_t peer = 0; peer < peers; peer++)
    {
        BgpPeerConfig neighbor;
        neighbor.address = Ipv4Address(0x0a000001 + peer);
        neighbor.localIpv4 = Ipv4Address("10.0.1.0");
        m_speaker->AddPeer(neighbor);
        m_speaker->PeerUp(peer, {65001 + peer, 10 + peer, {BGP_IPV4_UNICAST}});
    }
}

BgpUpdateMessage
LoneRouter::MakeAnnouncement(uint32_t peer, uint32_t first, uint32_t count)
{
    BgpUpdateMessage update;
    update.attributes.asPath = {{BgpAsSegmentType::SEQUENCE, {65001 + peer, 65100}}};
    update.attributes.nextHop = Ipv4Address(0x0a000001 + peer);
    update.attributes.communities = {MakeBgpCommunity(65000, 1)};
    for (uint32_t i = first; i < first + count; i++)
    {
        update.announced.emplace_back(IpAddress(Ipv4Address(0x0b000000 + i)), 32);
    }
    return update;
}

BgpUpdateMessage
LoneRouter::MakeWithdrawal(uint32_t first, uint32_t count)
{
    BgpUpdateMessage update;
    for (uint32_t i = first; i < first + count; i++)
    {
        update.withdrawn.emplace_back(IpAddress(Ipv4Address(0x0b000000 + i)), 32);
    }
    return update;
}

Time
LoneRouter::GetNow() const
{
    return Time();
}

void
LoneRouter::SetTimer(const BgpSpeakerTimer&, Time)
{
}

void
LoneRouter::CancelTimer(const BgpSpeakerTimer&)
{
}

void
LoneRouter::SendUpdate(BgpPeerId, const BgpUpdateMessage& update)
{
    m_sent += update.announced.size() + update.withdrawn.size();
    if (m_encode && EncodeBgpUpdates(update, BgpCodecOptions()).empty())
    {
        throw std::runtime_error("an UPDATE without octets");
    }
}

void
LoneRouter::InstallRoute(const IpPrefix&, const BgpNextHopSet& nextHops)
{
    m_installed += nextHops.empty() ? 0 : 1;
}

void
LoneRouter::RemoveRoute(const IpPrefix&)
{
    m_installed--;
}

BgpResolution
LoneRouter::Resolve(const IpAddress& nextHop, std::optional<BgpPeerId>) const
{
    return {true, false, 0, {{nextHop, 0}}};
}

TableCost
MeasureTable(uint32_t peers, uint32_t routes, uint32_t batch)
{
    auto measure = [=]() -> std::vector<double>
    {
        double before = HeapBytes();
        LoneRouter router(peers);
        double idle = HeapBytes();
        auto start = std::chrono::steady_clock::now();
        for (uint32_t peer = 0; peer < peers; peer++)
        {
            for (uint32_t first = 0; first < routes; first += batch)
            {
                router.GetSpeaker().Update(
                    peer,
                    LoneRouter::MakeAnnouncement(peer, first, std::min(batch, routes - first)));
            }
        }
        std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
        double full = HeapBytes();
        return {wall.count(),
                (full - idle) / peers / routes,
                (idle - before) / peers,
                static_cast<double>(router.GetSpeaker().GetAttributeSetCount())};
    };
    std::vector<double> results = CollectInChild(measure, 4);
    return {results[0], results[1], results[2], results[3]};
}

void
HandleUpdates(bool withdraw, uint32_t prefixes, uint32_t count, uint32_t prepared)
{
    constexpr uint32_t PEERS = 8;
    BgpCodecOptions options;
    LoneRouter router(PEERS, true);
    std::vector<std::vector<uint8_t>> messages;
    for (uint32_t i = 0; i < prepared; i++)
    {
        BgpUpdateMessage announcement = LoneRouter::MakeAnnouncement(0, i * prefixes, prefixes);
        if (withdraw)
        {
            router.GetSpeaker().Update(0, announcement);
        }
        auto octets = EncodeBgpUpdates(
            withdraw ? LoneRouter::MakeWithdrawal(i * prefixes, prefixes) : announcement, options);
        if (octets.size() != 1)
        {
            throw std::runtime_error("an UPDATE that does not fit into one message");
        }
        messages.push_back(octets[0]);
    }
    uint64_t before = router.GetSent();
    for (uint32_t i = 0; i < count; i++)
    {
        auto result = DecodeBgpMessage(messages[i].data(), messages[i].size(), options);
        for (const BgpMessage& message : result.messages)
        {
            router.GetSpeaker().Update(0, std::get<BgpUpdateMessage>(message));
        }
    }
    if (router.GetSent() - before != static_cast<uint64_t>(count) * prefixes * (PEERS - 1))
    {
        throw std::runtime_error("a router that has not sent on what came");
    }
}

} // namespace bench
} // namespace vmm
} // namespace ns3
