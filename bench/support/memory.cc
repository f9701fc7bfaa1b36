// SPDX-License-Identifier: GPL-2.0-only
#include "support/memory.h"

#include "ns3/hypervisor.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-container.h"
#include "ns3/packet-sink.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/vm.h"

#include <malloc.h>
#include <string>

namespace ns3
{
namespace vmm
{
namespace bench
{
namespace
{

constexpr uint32_t COUNT = 200; //!< machines that are averaged over; even

/// @return the application of every machine
Ptr<Application>
MakeSink()
{
    auto sink = CreateObject<PacketSink>();
    sink->SetAttribute("Protocol", StringValue("ns3::UdpSocketFactory"));
    sink->SetAttribute("Local", AddressValue(InetSocketAddress(Ipv4Address::GetAny(), 9)));
    return sink;
}

/// Makes machines number from to COUNT - 1 and lets them start. @return octets of heap
template <typename Make>
double
Grow(uint32_t from, uint32_t to, Make make)
{
    for (uint32_t i = from; i < to; ++i)
    {
        make(i);
    }
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    return HeapBytes();
}

} // namespace

double
HeapBytes()
{
    struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

double
MeasureVmBytes()
{
    auto server = CreateObject<Node>();
    InternetStackHelper().Install(server);
    auto hypervisor = CreateObject<Hypervisor>();
    server->AddApplication(hypervisor);
    auto make = [&](uint32_t i)
    {
        VmSpec spec;
        spec.id = "vm-" + std::to_string(i);
        spec.mac = VmMac(i);
        spec.addresses = {Ipv4Address(0x0a010000 + i)};
        spec.memory = 1;
        auto vm = CreateObject<Vm>();
        vm->Build(spec);
        vm->AddApplication(MakeSink());
        hypervisor->Create(vm, 1);
    };
    // What the first machines bring besides is not counted.
    double before = Grow(0, 20, make);
    return (Grow(20, 20 + COUNT, make) - before) / COUNT;
}

double
MeasureNodeBytes()
{
    InternetStackHelper stack;
    PointToPointHelper link;
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.252");
    auto make = [&](uint32_t i)
    {
        if (i % 2)
        {
            return;
        }
        NodeContainer pair;
        pair.Create(2);
        stack.Install(pair);
        addresses.Assign(link.Install(pair));
        addresses.NewNetwork();
        pair.Get(0)->AddApplication(MakeSink());
        pair.Get(1)->AddApplication(MakeSink());
    };
    double before = Grow(0, 20, make);
    return (Grow(20, 20 + COUNT, make) - before) / COUNT;
}

} // namespace bench
} // namespace vmm
} // namespace ns3
