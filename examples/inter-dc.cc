// SPDX-License-Identifier: GPL-2.0-only
// Three data centres, 200 km of fibre between each two, and a VM that moves from one to another and
// keeps its address. Prints how long probes from the third one take: with the draft's host routes
// they go on by the VM's first data centre, a triangle of 400 km; --scheme=ideal shows the direct
// way.
#include "ns3/command-line.h"
#include "ns3/fabric-helper.h"
#include "ns3/guest-clock.h"
#include "ns3/packet-sink.h"
#include "ns3/seq-ts-header.h"
#include "ns3/simulator.h"
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

void
Print(const char* when, const Time* delay)
{
    std::cout << when << " the move a probe takes " << delay->GetMicroSeconds() << " us"
              << std::endl;
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string scheme = "host-route";
    CommandLine command(__FILE__);
    command.AddValue("scheme", "The mobility scheme", scheme);
    command.Parse(argc, argv);

    GuestClock::Enable();
    // What a builder is not told has a standard value: each data centre is a leaf-spine fabric with
    // two border routers, and all border routers are linked with each other.
    BuilderInput input;
    input.values = {{"dcs", "3"}};
    input.wanDelay = GetFibreDelay(200000); // 5 us a kilometre
    Ptr<Fabric> fabric = FabricHelper().Build("multi-dc", input);
    VmMobilityHelper mobility(scheme);
    mobility.Install(fabric, "mn");

    // Names begin with the data centre. The management node is in dc0.
    Ptr<Vm> web = mobility.CreateVm("web", "dc0-server-0-0", Seconds(0));
    Ptr<Vm> client = mobility.CreateVm("client", "dc2-server-0-0", Seconds(0));
    mobility.ScheduleMove("move", "web", "dc1-server-0-0", Seconds(2));

    WorkloadFlow probe;
    probe.from = WorkloadEnd::OfVm(client);
    probe.to = WorkloadEnd::OfVm(web);
    probe.start = Seconds(1);
    probe.stop = Seconds(10);
    probe.packetSize = 100;
    probe.period = MilliSeconds(1);
    auto sink = WorkloadHelper().InstallUdpProbe(probe).server;
    Time delay;
    sink->TraceConnectWithoutContext("Rx", MakeBoundCallback(&Arrived, &delay));
    Simulator::Schedule(Seconds(2), &Print, "before", &delay);
    Simulator::Schedule(Seconds(10), &Print, "after", &delay);

    Simulator::Stop(Seconds(11));
    Simulator::Run();
    std::cout << "web runs on " << mobility.GetVmManager()->GetVm("web")->server << std::endl;
    Simulator::Destroy();
    return 0;
}
