// SPDX-License-Identifier: GPL-2.0-only
// The shortest program that moves a running VM: a leaf-spine fabric, a VM that receives a probe
// every millisecond, one hot move to another rack, and the count of what arrived.
#include "ns3/command-line.h"
#include "ns3/fabric-helper.h"
#include "ns3/guest-clock.h"
#include "ns3/packet-sink.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/vm-mobility-helper.h"
#include "ns3/workload-helper.h"

#include <iostream>

using namespace ns3;
using namespace ns3::vmm;

int
main(int argc, char* argv[])
{
    std::string redirect = "Path";
    CommandLine command(__FILE__);
    command.AddValue("redirect", "Path, Tunnel or SourceOnly", redirect);
    command.Parse(argc, argv);

    // Before the first node: the applications of a VM stand still while it is stopped.
    GuestClock::Enable();
    // 4 leaves, 2 spines, 2 servers a leaf and a management node; every server can run VMs.
    Ptr<Fabric> fabric = FabricHelper().Build("leaf-spine", {});
    // On each server a hypervisor and an NVE, on `mn` the registrar and the VM Manager.
    VmMobilityHelper mobility("host-route");
    mobility.SetSchemeAttribute("Redirect", StringValue(redirect));
    mobility.Install(fabric, "mn");

    // A VM is an ns-3 node with an address of its server's prefix, which it keeps when it moves.
    Ptr<Vm> web = mobility.CreateVm("web", "server-0-0", Seconds(0));
    Ptr<Vm> client = mobility.CreateVm("client", "server-1-0", Seconds(0));
    mobility.ScheduleMove("move", "web", "server-2-0", Seconds(2));

    // A datagram of 100 octets each millisecond, in ns-3 applications.
    WorkloadFlow probe;
    probe.name = "probe";
    probe.from = WorkloadEnd::OfVm(client);
    probe.to = WorkloadEnd::OfVm(web);
    probe.start = Seconds(1);
    probe.stop = Seconds(5);
    probe.packetSize = 100;
    probe.period = MilliSeconds(1);
    WorkloadHelper workload;
    auto applications = workload.InstallUdpProbe(probe);

    Simulator::Stop(Seconds(6));
    Simulator::Run();
    auto sink = DynamicCast<PacketSink>(applications.server);
    std::cout << "web runs on " << mobility.GetVmManager()->GetVm("web")->server << ", "
              << sink->GetTotalRx() / probe.packetSize << " of 4000 probes arrived" << std::endl;
    Simulator::Destroy();
    return 0;
}
