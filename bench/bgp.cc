// SPDX-License-Identifier: GPL-2.0-only
// One router with many host routes from several neighbours: time per route, octets per route.
#include "ns3/bgp-speaker.h"

#include <benchmark/benchmark.h>

#include <malloc.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// A speaker whose neighbours and forwarding table cost nothing.
struct Router : public BgpSpeakerHost, public BgpNextHopResolver
{
    /// @param peers number of external neighbours, all up
    explicit Router(uint32_t peers)
    {
        BgpSpeakerConfig config;
        config.identity = {65000, 1, {}};
        speaker = std::make_unique<BgpSpeaker>(*this, *this, config);
        for (uint32_t peer = 0; peer < peers; peer++)
        {
            BgpPeerConfig neighbor;
            neighbor.address = Ipv4Address(0x0a000001 + peer);
            neighbor.localIpv4 = Ipv4Address("10.0.1.0");
            speaker->AddPeer(neighbor);
            speaker->PeerUp(peer, {65001 + peer, 10 + peer, {BGP_IPV4_UNICAST}});
        }
    }

    /**
     * @param peer from whom
     * @param first number of the first host route
     * @param count number of host routes
     */
    void Announce(uint32_t peer, uint32_t first, uint32_t count)
    {
        BgpUpdateMessage update;
        update.attributes.asPath = {{BgpAsSegmentType::SEQUENCE, {65001 + peer, 65100}}};
        update.attributes.nextHop = Ipv4Address(0x0a000001 + peer);
        update.attributes.communities = {MakeBgpCommunity(65000, 1)};
        for (uint32_t i = first; i < first + count; i++)
        {
            update.announced.emplace_back(IpAddress(Ipv4Address(0x0b000000 + i)), 32);
        }
        speaker->Update(peer, update);
    }

    Time GetNow() const override
    {
        return Time();
    }

    void SetTimer(const BgpSpeakerTimer&, Time) override
    {
    }

    void CancelTimer(const BgpSpeakerTimer&) override
    {
    }

    void SendUpdate(BgpPeerId, const BgpUpdateMessage& update) override
    {
        benchmark::DoNotOptimize(update.announced.size());
    }

    void InstallRoute(const IpPrefix&, const BgpNextHopSet& nextHops) override
    {
        benchmark::DoNotOptimize(nextHops.size());
    }

    void RemoveRoute(const IpPrefix&) override
    {
    }

    BgpResolution Resolve(const IpAddress& nextHop, std::optional<BgpPeerId>) const override
    {
        return {true, false, 0, {{nextHop, 0}}};
    }

    std::unique_ptr<BgpSpeaker> speaker; //!< under test
};

/// Arguments: neighbours, host routes, host routes in an UPDATE.
void
LearnHostRoutes(benchmark::State& state)
{
    uint32_t peers = state.range(0);
    uint32_t routes = state.range(1);
    uint32_t batch = state.range(2);
    for (auto _ : state)
    {
        size_t before = mallinfo2().uordblks;
        Router router(peers);
        size_t idle = mallinfo2().uordblks;
        for (uint32_t peer = 0; peer < peers; peer++)
        {
            for (uint32_t first = 0; first < routes; first += batch)
            {
                router.Announce(peer, first, batch);
            }
        }
        double full = mallinfo2().uordblks;
        state.counters["bytes/route"] = (full - idle) / peers / routes;
        state.counters["bytes/peer"] = double(idle - before) / peers;
        state.counters["attribute sets"] = router.speaker->GetAttributeSetCount();
        state.PauseTiming(); // the end of the router is not timed
        router.speaker.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * peers * routes);
}

/// One route of a full table is withdrawn and announced again.
void
FlapOneHostRoute(benchmark::State& state)
{
    Router router(8);
    for (uint32_t peer = 0; peer < 8; peer++)
    {
        router.Announce(peer, 0, state.range(0));
    }
    BgpUpdateMessage withdrawal;
    withdrawal.withdrawn = {IpPrefix(IpAddress(Ipv4Address(0x0b000005)), 32)};
    for (auto _ : state)
    {
        router.speaker->Update(0, withdrawal);
        router.Announce(0, 5, 1);
    }
}

BENCHMARK(LearnHostRoutes)
    ->Args({8, 100000, 100})
    ->Args({8, 100000, 1})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(FlapOneHostRoute)->Arg(10)->Arg(100000);

} // namespace

BENCHMARK_MAIN();
