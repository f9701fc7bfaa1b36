// SPDX-License-Identifier: GPL-2.0-only
// A mobility scheme of one's own, in the program that uses it: packets follow the VM's trail. Each
// NVE that it leaves is told the next one, once, and sends what still comes there in a tunnel. Two
// moves make a trail of two tunnels, which the time that a probe takes shows.
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

// Each node of the fabric has an object of this class, and calls it when something happens there.
class TrailScheme : public MobilityScheme
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid =
            TypeId("TrailScheme").SetParent<MobilityScheme>().AddConstructor<TrailScheme>();
        return tid;
    }

    // At the NVE to which the VM has come: a message to the registrar, which runs on `mn`.
    void VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason) override
    {
        nve.Register(entry.GetVm(), REGISTRATION_ADDRESS_KEPT | GetMoveFlags(reason));
    }

    // At the registrar, when that message says that the VM is elsewhere now: a message to the NVE
    // that it has left, repeated until it is answered.
    void BindingMoved(RegistrarContext& registrar,
                      const BindingEntry& entry,
                      const IpAddress& previous) override
    {
        RegistrationMessage request = MakeAnnouncement(entry);
        request.role = RecipientRole::SOURCE_NVE;
        registrar.SendRequest(previous, request, nullptr);
    }

    // At the NVE that the VM has left: a host route into a tunnel, and then the answer.
    void Redirected(NveContext& nve,
                    BindingUpdateEntry&,
                    const RegistrationMessage& request,
                    Respond respond) override
    {
        const Route tunnel = Route::Tunnel(request.servingNve, EpochOf(request.sequence));
        nve.InstallHostRoutes(
            request.GetVmAddresses(), {tunnel}, std::bind(respond, RegistrationStatus::ACCEPTED));
    }
};

// From here on the scheme has a name, as those of the library have.
const SchemeRegistry::Registration g_trail("trail", TrailScheme::GetTypeId(), "follows the trail");

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
    std::cout << when << " a probe takes " << delay->GetNanoSeconds() << " ns" << std::endl;
}

} // namespace

int
main()
{
    GuestClock::Enable();
    FabricHelper fabrics;
    fabrics.SetAttribute("Ipv6", BooleanValue(false)); // one family: Redirected() makes one route
    Ptr<Fabric> fabric = fabrics.Build("leaf-spine", {});
    VmMobilityHelper mobility("trail");
    mobility.Install(fabric, "mn");
    WorkloadFlow probe;
    probe.from = WorkloadEnd::OfVm(mobility.CreateVm("client", "server-1-0", Seconds(0)));
    probe.to = WorkloadEnd::OfVm(mobility.CreateVm("web", "server-0-0", Seconds(0)));
    probe.start = Seconds(1);
    probe.stop = Seconds(4);
    probe.packetSize = 100;
    probe.period = MilliSeconds(1);
    auto sink = WorkloadHelper().InstallUdpProbe(probe).server;
    mobility.ScheduleMove("first", "web", "server-2-0", Seconds(2));
    mobility.ScheduleMove("second", "web", "server-3-0", Seconds(3));

    Time delay;
    sink->TraceConnectWithoutContext("Rx", MakeBoundCallback(&Arrived, &delay));
    Simulator::Schedule(Seconds(2), &Print, "at home", &delay);
    Simulator::Schedule(Seconds(3), &Print, "behind one tunnel", &delay);
    Simulator::Schedule(Seconds(4), &Print, "behind two tunnels", &delay);
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    Simulator::Destroy();
    return 0;
}
