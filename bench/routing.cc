// SPDX-License-Identifier: GPL-2.0-only
// Absolute times of the forwarding table's parts, for whoever works on them.
#include "ns3/fib.h"
#include "ns3/node.h"
#include "ns3/simple-net-device.h"

#include <benchmark/benchmark.h>

#include <random>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// A table with host routes of random addresses.
struct Table
{
    explicit Table(size_t count)
    {
        auto node = CreateObject<Node>();
        fib = CreateObject<Fib>();
        node->AggregateObject(fib);
        for (int i = 0; i < 4; ++i)
        {
            auto device = CreateObject<SimpleNetDevice>();
            node->AddDevice(device);
            hops.push_back({IpAddress(), device});
        }
        std::mt19937 random(1);
        for (size_t i = 0; i < count; ++i)
        {
            keys.emplace_back(random());
            fib->SetRoute(IpPrefix::Host(keys.back()),
                          RouteOwner::REGISTRATION,
                          Route::Forward({hops[i % 4]}));
        }
    }

    Ptr<Fib> fib;                  //!< the table
    std::vector<NextHop> hops;     //!< of its node
    std::vector<Ipv4Address> keys; //!< that are in it
};

void
LongestMatch(benchmark::State& state)
{
    Table table(state.range(0));
    size_t i = 0;
    for (auto _ : state)
    {
        benchmark::DoNotOptimize(table.fib->Match(table.keys[i]));
        i = i + 1 == table.keys.size() ? 0 : i + 1;
    }
    Simulator::Destroy();
}

void
SetAndRemove(benchmark::State& state)
{
    Table table(state.range(0));
    auto prefix = IpPrefix::FromString("10.0.0.0/24");
    auto route = Route::Forward({table.hops[0]});
    for (auto _ : state)
    {
        table.fib->SetRoute(prefix, RouteOwner::STATIC, route);
        table.fib->RemoveRoute(prefix, RouteOwner::STATIC);
    }
    Simulator::Destroy();
}

void
FlowHash(benchmark::State& state)
{
    FlowKey key;
    key.source = Ipv4Address("10.0.0.1");
    key.destination = Ipv4Address("10.0.0.2");
    key.protocol = 17;
    for (auto _ : state)
    {
        ++key.ports;
        benchmark::DoNotOptimize(HashFlow(key, 1));
    }
}

BENCHMARK(LongestMatch)->Arg(10)->Arg(100000);
BENCHMARK(SetAndRemove)->Arg(10)->Arg(100000);
BENCHMARK(FlowHash);

} // namespace

BENCHMARK_MAIN();
