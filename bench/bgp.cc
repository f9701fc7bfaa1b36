// SPDX-License-Identifier: GPL-2.0-only
// One router with many host routes from several neighbours: time per route, per change.
#include "support/lone-router.h"

#include <benchmark/benchmark.h>

using namespace ns3::vmm;
using namespace ns3::vmm::bench;

namespace
{

/// Arguments: neighbours, host routes, host routes in an UPDATE.
void
LearnHostRoutes(benchmark::State& state)
{
    uint32_t peers = state.range(0);
    uint32_t routes = state.range(1);
    uint32_t batch = state.range(2);
    for (auto _ : state)
    {
        auto router = std::make_unique<LoneRouter>(peers);
        for (uint32_t peer = 0; peer < peers; peer++)
        {
            for (uint32_t first = 0; first < routes; first += batch)
            {
                router->GetSpeaker().Update(peer, LoneRouter::MakeAnnouncement(peer, first, batch));
            }
        }
        state.PauseTiming(); // the end of the router is not timed
        router.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * peers * routes);
}

/// One route of a full table is withdrawn and announced again.
void
FlapOneHostRoute(benchmark::State& state)
{
    LoneRouter router(8);
    for (uint32_t peer = 0; peer < 8; peer++)
    {
        router.GetSpeaker().Update(peer, LoneRouter::MakeAnnouncement(peer, 0, state.range(0)));
    }
    const auto withdrawal = LoneRouter::MakeWithdrawal(5, 1);
    const auto announcement = LoneRouter::MakeAnnouncement(0, 5, 1);
    for (auto _ : state)
    {
        router.GetSpeaker().Update(0, withdrawal);
        router.GetSpeaker().Update(0, announcement);
    }
}

BENCHMARK(LearnHostRoutes)
    ->Args({8, 100000, 100})
    ->Args({8, 100000, 1})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(FlapOneHostRoute)->Arg(10)->Arg(100000);

} // namespace

BENCHMARK_MAIN();
