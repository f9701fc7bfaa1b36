// SPDX-License-Identifier: GPL-2.0-only
// A fabric whose routers and servers speak BGP (RFC 7938), and a VM that is found by its host
// route: the server that runs it announces it. Prints which tables know the route, and what probes
// take before and after the move: with a host route everywhere there is no detour.
#include "ns3/bgp-helper.h"
#include "ns3/boolean.h"
#include "ns3/command-line.h"
#include "ns3/fabric-helper.h"
#include "ns3/guest-clock.h"
#include "ns3/packet-sink.h"
#include "ns3/seq-ts-header.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/vm-mobility-helper.h"
#include "ns3/workload-helper.h"

#include <iostream>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

// What a probe took on its way. ProbeClient has put the time into the packet.
void
Arrived(Time* delay, Ptr<const Packet> packet, const Address&)
{
    SeqTsHeader stamp;
    packet->PeekHeader(stamp);
    *delay = Simulator::Now() - stamp.GetTs();
}

// Prints how many nodes have learnt a VM's host route by BGP.
void
Print(const char* when, Ptr<const Fabric> fabric, Ptr<Vm> vm, const Time* delay)
{
    const IpPrefix host = IpPrefix::Host(vm->GetSpec().addresses.front());
    int tables = 0;
    for (NodeId node = 0; node < fabric->GetTopology().GetNodeCount(); ++node)
    {
        tables += fabric->GetFib(node)->Find(host, RouteOwner::BGP) ? 1 : 0;
    }
    std::cout << when << " the move: " << host << " in " << tables << " tables, a probe takes "
              << delay->GetNanoSeconds() << " ns" << std::endl;
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string profile = "Frr";
    CommandLine command(__FILE__);
    command.AddValue("profile", "How long a router takes: Instant, Bird or Frr", profile);
    command.Parse(argc, argv);

    GuestClock::Enable();
    // BGP takes the place of the routes that are computed from the graph.
    FabricHelper fabrics;
    fabrics.SetAttribute("StaticUnderlay", BooleanValue(false));
    Ptr<Fabric> fabric = fabrics.Build("leaf-spine", {});
    BgpHelper bgp; // lives as long as the simulation
    bgp.SetAttribute("Profile", StringValue(profile));
    bgp.SetServersSpeak(true); // servers announce their VMs
    bgp.Install(fabric);

    VmMobilityHelper mobility("bgp-host-route");
    mobility.Install(fabric, "mn");
    mobility.UseBgp(bgp);
    // By 10 s all sessions are up; before, nobody could reach a VM.
    Ptr<Vm> web = mobility.CreateVm("web", "server-0-0", Seconds(10));
    Ptr<Vm> client = mobility.CreateVm("client", "server-1-0", Seconds(10));
    mobility.ScheduleMove("move", "web", "server-2-0", Seconds(12));

    WorkloadFlow probe;
    probe.from = WorkloadEnd::OfVm(client);
    probe.to = WorkloadEnd::OfVm(web);
    probe.start = Seconds(11);
    probe.stop = Seconds(15);
    probe.packetSize = 100;
    probe.period = MilliSeconds(1);
    auto sink = DynamicCast<PacketSink>(WorkloadHelper().InstallUdpProbe(probe).server);
    Time delay;
    sink->TraceConnectWithoutContext("Rx", MakeBoundCallback(&Arrived, &delay));
    Simulator::Schedule(Seconds(12), &Print, "before", fabric, web, &delay);
    Simulator::Schedule(Seconds(15), &Print, "after", fabric, web, &delay);

    Simulator::Stop(Seconds(16));
    Simulator::Run();
    std::cout << sink->GetTotalRx() / probe.packetSize << " of 4000 probes arrived" << std::endl;
    Simulator::Destroy();
    return 0;
}
