// SPDX-License-Identifier: GPL-2.0-only
#include "vm-net.h"

#include "ns3/arp-cache.h"
#include "ns3/icmpv4-l4-protocol.h"
#include "ns3/icmpv4.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/socket-factory.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{
namespace
{

using Log = std::vector<std::string>;

class HypervisorTest : public SimTest
{
  public:
    void SetUp() override
    {
        SimTest::SetUp();
        GuestClock::Enable();
    }

    void OnEvent(HypervisorEvent event, const std::string& id, uint32_t epoch)
    {
        events.push_back(HypervisorEventName(event) + (" " + id + " ") + std::to_string(epoch));
    }

    void OnState(Ptr<const Vm>, VmState from, VmState to)
    {
        states.push_back(std::string(VmStateName(from)) + ">" + VmStateName(to));
    }

    Log events;
    Log states;
};

TEST_F(HypervisorTest, LifeOfAMove)
{
    VmNet net(2);
    Ptr<Vm> vm = net.AddVm(1, 0, false);
    vm->TraceConnectWithoutContext("State", MakeCallback(&HypervisorTest::OnState, this));
    auto source = net.hypervisors[0];
    auto target = net.hypervisors[1];
    source->TraceConnectWithoutContext("Event", MakeCallback(&HypervisorTest::OnEvent, this));
    target->TraceConnectWithoutContext("Event", MakeCallback(&HypervisorTest::OnEvent, this));

    EXPECT_EQ(source->Create(vm, 1), Admission::ADMITTED);
    EXPECT_EQ(vm->GetHost(), source->GetNode());
    EXPECT_EQ(target->Reserve(vm->GetSpec(), 2), Admission::ADMITTED);
    EXPECT_TRUE(target->IsReserved("vm1"));
    EXPECT_EQ(target->Find("vm1"), nullptr);
    source->BeginMigration("vm1");
    EXPECT_TRUE(vm->IsRunning());
    source->StopAtSource("vm1");
    EXPECT_FALSE(vm->IsRunning());
    EXPECT_TRUE(GuestClock::IsFrozen(vm->GetNode()->GetId()));
    target->ResumeHere("vm1");
    EXPECT_EQ(vm->GetHost(), target->GetNode());
    EXPECT_EQ(source->Find("vm1"), vm); // the copy is kept
    EXPECT_EQ(source->GetFreeVcpus(), 63U);
    source->Release("vm1");
    EXPECT_EQ(source->GetFreeVcpus(), 64U);
    EXPECT_EQ(source->GetFreeMemory(), uint64_t(64) << 30);
    EXPECT_EQ(target->GetFreeMemory(), uint64_t(63) << 30);
    EXPECT_EQ(target->GetVmIds(), Log{"vm1"});
    target->Destroy("vm1");
    EXPECT_EQ(vm->GetState(), VmState::DESTROYED);
    EXPECT_EQ(vm->GetHost(), nullptr);

    EXPECT_EQ(net.trackers[0]->log, (Log{"attached", "leaving", "stopped", "released"}));
    EXPECT_EQ(net.trackers[1]->log, (Log{"arriving", "attached", "destroyed"}));
    EXPECT_EQ(events,
              (Log{"defined vm1 0",
                   "created vm1 1",
                   "reserved vm1 2",
                   "leaving vm1 1",
                   "stopped vm1 1",
                   "resumed vm1 2",
                   "released vm1 1",
                   "destroyed vm1 2"}));
    EXPECT_EQ(states,
              (Log{"defined>running",
                   "running>migrating",
                   "migrating>stopped-at-source",
                   "stopped-at-source>running",
                   "running>destroyed"}));
}

TEST_F(HypervisorTest, NeverTwiceAlive)
{
    VmNet net(3);
    Ptr<Vm> vm = net.AddVm(1, 0);
    auto& h = net.hypervisors;
    EXPECT_THROW(h[1]->Create(vm, 2), std::logic_error);
    EXPECT_THROW(vm->Plug(h[1]->GetAccessSwitch(), h[1]->GetNode()), std::logic_error);
    EXPECT_THROW(vm->Unplug(), std::logic_error);
    EXPECT_THROW(vm->ChangeState(VmState::RUNNING), std::logic_error);
    EXPECT_THROW(h[1]->GetAccessSwitch()->Attach(vm->GetDevice()), std::logic_error);
    h[1]->Reserve(vm->GetSpec(), 2);
    h[2]->Reserve(vm->GetSpec(), 3);
    EXPECT_THROW(h[1]->ResumeHere("vm1"), std::logic_error); // runs
    h[0]->BeginMigration("vm1");
    EXPECT_THROW(h[1]->ResumeHere("vm1"), std::logic_error); // still runs
    EXPECT_TRUE(h[1]->IsReserved("vm1"));
    h[0]->StopAtSource("vm1");
    h[1]->ResumeHere("vm1");
    EXPECT_THROW(h[0]->RollBack("vm1", 4), std::logic_error);
    EXPECT_THROW(h[2]->ResumeHere("vm1"), std::logic_error);
    EXPECT_THROW(h[0]->Destroy("vm1"), std::logic_error);
    EXPECT_THROW(h[0]->BeginMigration("vm1"), std::logic_error);
    EXPECT_THROW(h[1]->Release("vm1"), std::logic_error);
    EXPECT_EQ(vm->GetHost(), h[1]->GetNode());
    h[1]->Suspend("vm1"); // suspended there is there, too
    EXPECT_THROW(h[0]->RollBack("vm1", 4), std::logic_error);
    EXPECT_EQ(h[0]->GetAccessSwitch()->GetNDevices(), 1U);
    EXPECT_EQ(h[1]->GetAccessSwitch()->GetNDevices(), 2U);
    VmSpec twin = vm->GetSpec();
    EXPECT_THROW(CreateObject<Vm>()->Build(twin), std::invalid_argument);
    EXPECT_THROW(vm->Build(twin), std::logic_error);
}

TEST_F(HypervisorTest, RollBacks)
{
    VmNet net(2);
    Ptr<Vm> vm = net.AddVm(1, 0);
    auto& h = net.hypervisors;
    EXPECT_THROW(h[0]->RollBack("vm1", 2), std::logic_error); // no move
    h[0]->BeginMigration("vm1");
    h[0]->RollBack("vm1", 2); // while it still runs
    EXPECT_EQ(vm->GetState(), VmState::RUNNING);
    EXPECT_EQ(h[0]->GetEpoch("vm1"), 2U);
    h[0]->BeginMigration("vm1");
    h[0]->StopAtSource("vm1");
    h[0]->RollBack("vm1", 3); // stopped already
    EXPECT_EQ(vm->GetState(), VmState::RUNNING);
    EXPECT_EQ(vm->GetHost(), h[0]->GetNode());
    h[0]->Suspend("vm1");
    EXPECT_THROW(h[0]->StopAtSource("vm1"), std::logic_error);
    h[0]->RollBack("vm1", 4);
    EXPECT_EQ(net.trackers[0]->log,
              (Log{"attached",
                   "leaving",
                   "attached",
                   "leaving",
                   "stopped",
                   "attached",
                   "stopped",
                   "attached"}));
}

TEST_F(HypervisorTest, Admission)
{
    VmNet net(1);
    auto h = net.hypervisors[0];
    h->SetAttribute("Memory", UintegerValue(uint64_t(3) << 30));
    h->SetAttribute("Vcpus", UintegerValue(2));
    net.AddVm(1, 0);
    VmSpec spec;
    spec.id = "big";
    spec.mac = VmMac(5);
    spec.addresses = {Ipv4Address("10.1.0.5")};
    spec.memory = (uint64_t(2) << 30) + 1;
    EXPECT_EQ(h->Reserve(spec, 1), Admission::NO_MEMORY);
    spec.memory--;
    spec.vcpus = 2;
    EXPECT_EQ(h->Reserve(spec, 1), Admission::NO_VCPUS);
    spec.vcpus = 1;
    EXPECT_EQ(h->Reserve(spec, 1), Admission::ADMITTED);
    EXPECT_EQ(h->Reserve(spec, 1), Admission::PRESENT);
    EXPECT_EQ(h->GetFreeMemory(), 0U);
    spec.id = "vm1";
    EXPECT_EQ(h->Reserve(spec, 1), Admission::PRESENT);
    EXPECT_TRUE(h->CancelReserve("big"));
    EXPECT_FALSE(h->CancelReserve("big"));
    EXPECT_FALSE(h->CancelReserve("vm1")); // a VM is no reservation
    EXPECT_EQ(h->GetFreeMemory(), uint64_t(2) << 30);
    EXPECT_EQ(net.trackers[0]->log, (Log{"attached", "arriving", "cancelled"}));
    EXPECT_STREQ(AdmissionName(Admission::NO_VCPUS), "no-vcpus");
}

TEST_F(HypervisorTest, UnknownVms)
{
    VmNet net(1);
    auto h = net.hypervisors[0];
    EXPECT_THROW(h->BeginMigration("x"), std::invalid_argument);
    EXPECT_THROW(h->StopAtSource("x"), std::invalid_argument);
    EXPECT_THROW(h->Release("x"), std::invalid_argument);
    EXPECT_THROW(h->RollBack("x", 1), std::invalid_argument);
    EXPECT_THROW(h->Destroy("x"), std::invalid_argument);
    EXPECT_THROW(h->ResumeHere("x"), std::invalid_argument);
    VmSpec spec;
    EXPECT_THROW(h->Reserve(spec, 1), std::invalid_argument);
    spec.id = "x";
    spec.mac = VmMac(1);
    spec.addresses = {Ipv4Address("10.1.0.1")};
    h->Reserve(spec, 1);
    EXPECT_THROW(h->ResumeHere("x"), std::invalid_argument); // exists nowhere
}

TEST_F(HypervisorTest, SpecIsChecked)
{
    VmSpec good;
    good.id = "x";
    good.mac = VmMac(1);
    good.addresses = {Ipv4Address("10.1.0.1")};
    EXPECT_NO_THROW(good.Validate());
    const auto bad = [&good](auto change)
    {
        VmSpec spec = good;
        change(spec);
        EXPECT_THROW(spec.Validate(), std::invalid_argument);
    };
    bad(
        [](VmSpec& s)
        {
            s.id = "";
        });
    bad(
        [](VmSpec& s)
        {
            s.id = std::string(64, 'x');
        });
    bad(
        [](VmSpec& s)
        {
            s.vn = 1 << 24;
        });
    bad(
        [](VmSpec& s)
        {
            s.mac = Mac48Address::GetBroadcast();
        });
    bad(
        [](VmSpec& s)
        {
            s.mac = GatewayMac();
        });
    bad(
        [](VmSpec& s)
        {
            s.mac = Mac48Address("00:00:00:00:00:00");
        });
    bad(
        [](VmSpec& s)
        {
            s.addresses.clear();
        });
    bad(
        [](VmSpec& s)
        {
            s.addresses.push_back(s.addresses[0]);
        });
    bad(
        [](VmSpec& s)
        {
            s.addresses.push_back(IpAddress());
        });
    bad(
        [](VmSpec& s)
        {
            s.memory = 0;
        });
    bad(
        [](VmSpec& s)
        {
            s.vcpus = 0;
        });
    bad(
        [](VmSpec& s)
        {
            s.mtu = 67;
        });
    EXPECT_EQ(VmMac(0x010203), Mac48Address("02:56:4d:01:02:03"));
    EXPECT_THROW(VmMac(1 << 24), std::invalid_argument);
}

TEST_F(HypervisorTest, HostFails)
{
    VmNet net(3);
    Ptr<Vm> vm = net.AddVm(1, 0);
    Ptr<Vm> leaving = net.AddVm(2, 0);
    Ptr<Vm> kept = net.AddVm(3, 0);
    auto& h = net.hypervisors;
    h[1]->Reserve(kept->GetSpec(), 2);
    h[0]->BeginMigration("vm2");
    h[0]->BeginMigration("vm3");
    h[0]->StopAtSource("vm3");
    h[1]->ResumeHere("vm3");
    h[0]->Fail();
    h[0]->Fail();
    EXPECT_TRUE(h[0]->HasFailed());
    EXPECT_EQ(vm->GetState(), VmState::STOPPED);
    EXPECT_EQ(leaving->GetState(), VmState::STOPPED);
    EXPECT_EQ(vm->GetHost(), nullptr);
    EXPECT_EQ(kept->GetState(), VmState::RUNNING); // it is elsewhere
    EXPECT_EQ(kept->GetHost(), h[1]->GetNode());
    EXPECT_EQ(h[0]->CheckAdmission(vm->GetSpec()), Admission::FAILED);
    EXPECT_TRUE(h[0]->GetVmIds().empty());
    EXPECT_EQ(net.trackers[0]->log.back(), "failed");
    // It can be started again elsewhere.
    EXPECT_EQ(h[2]->Reserve(vm->GetSpec(), 5), Admission::ADMITTED);
    h[2]->ResumeHere("vm1");
    EXPECT_TRUE(vm->IsRunning());
}

TEST_F(HypervisorTest, FailedHostDropsWithItsCause)
{
    VmNet net(2);
    Ptr<Vm> vm = net.AddVm(1, 0);
    Ptr<Vm> cn = net.AddVm(2, 1);
    Ptr<PacketSink> sink = AddSink(vm, "ns3::UdpSocketFactory", AnyAddress(false, 9));
    AddSink(cn, "ns3::UdpSocketFactory", AnyAddress(false, 9));
    AddUdp(vm, cn, false, MilliSeconds(100), 100);
    AddUdp(cn, vm, false, MilliSeconds(100), 100);
    Simulator::Schedule(MicroSeconds(150500), &Hypervisor::Fail, net.hypervisors[0]);
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    EXPECT_TRUE(GuestClock::IsFrozen(vm->GetNode()->GetId()));
    EXPECT_EQ(net.drops.suppressed, 0U);
    EXPECT_EQ(sink->GetTotalRx(), 5100U);
    EXPECT_EQ(net.drops.count[DropCause::HOST], 49U);
    EXPECT_EQ(net.drops.Total(), 49U);
}

TEST_F(HypervisorTest, NeighboursComeAndGoWithTheVm)
{
    VmNet net(2);
    Ptr<Vm> vm = net.AddVm(1, 0);
    const auto entry = [&net](uint32_t server)
    {
        Ptr<Ipv4L3Protocol> ipv4 = net.hypervisors[server]->GetNode()->GetObject<Ipv4L3Protocol>();
        return ipv4->GetInterface(2)->GetArpCache()->Lookup(Ipv4Address("10.1.0.1"));
    };
    ASSERT_NE(entry(0), nullptr);
    EXPECT_TRUE(entry(0)->IsPermanent());
    EXPECT_EQ(entry(1), nullptr);
    net.Begin("vm1", 0, 1);
    net.hypervisors[0]->StopAtSource("vm1");
    net.hypervisors[1]->ResumeHere("vm1");
    net.hypervisors[0]->Release("vm1");
    EXPECT_EQ(entry(0), nullptr);
    ASSERT_NE(entry(1), nullptr);
    net.hypervisors[1]->Destroy("vm1");
    EXPECT_EQ(entry(1), nullptr);
}

TEST_F(HypervisorTest, FramesAfterTheResumeElsewhereAreUnplugged)
{
    VmNet net(3);
    Ptr<Vm> vm = net.AddVm(1, 0);
    Ptr<Vm> cn = net.AddVm(2, 2);
    AddUdp(cn, vm, false, MicroSeconds(500500), 2000);
    net.hypervisors[1]->RemoveListener(net.trackers[1].get()); // nobody changes the routes
    net.PlanMove(vm, 0, 1, Seconds(1), MilliSeconds(1200));
    Simulator::Stop(MilliSeconds(1240)); // before the release
    Simulator::Run();
    EXPECT_EQ(net.drops.count[DropCause::VM_STOPPED], 200U);
    EXPECT_EQ(net.drops.count[DropCause::UNPLUGGED], 40U);
    EXPECT_EQ(net.drops.Total(), 240U);
}

TEST_F(HypervisorTest, VmToVmOnOneServerAndPing)
{
    VmNet net(2);
    Ptr<Vm> a = net.AddVm(1, 0);
    Ptr<Vm> b = net.AddVm(2, 0);
    for (const bool v6 : {false, true})
    {
        Ptr<PacketSink> sink = AddSink(b, "ns3::UdpSocketFactory", AnyAddress(v6, 9));
        AddUdp(a, b, v6, MilliSeconds(100), 10);
        Simulator::Schedule(MilliSeconds(900),
                            [sink]
                            {
                                EXPECT_EQ(sink->GetTotalRx(), 1000U);
                            });
    }
    Ptr<Socket> raw =
        Socket::CreateSocket(a->GetNode(), TypeId::LookupByName("ns3::Ipv4RawSocketFactory"));
    raw->SetAttribute("Protocol", UintegerValue(1));
    uint32_t replies = 0;
    Simulator::ScheduleWithContext(
        a->GetNode()->GetId(),
        MilliSeconds(500),
        [&]
        {
            Ptr<Packet> packet = Create<Packet>();
            Icmpv4Echo echo;
            echo.SetData(Create<Packet>(56));
            packet->AddHeader(echo);
            Icmpv4Header header;
            header.SetType(Icmpv4Header::ICMPV4_ECHO);
            header.EnableChecksum();
            packet->AddHeader(header);
            raw->SendTo(packet, 0, InetSocketAddress(Ipv4Address("10.1.0.2"), 0));
        });
    Simulator::Schedule(MilliSeconds(800),
                        [&]
                        {
                            while (Ptr<Packet> packet = raw->Recv())
                            {
                                Ipv4Header ip;
                                packet->RemoveHeader(ip);
                                Icmpv4Header icmp;
                                packet->RemoveHeader(icmp);
                                replies += icmp.GetType() == Icmpv4Header::ICMPV4_ECHO_REPLY &&
                                           ip.GetSource() == Ipv4Address("10.1.0.2") &&
                                           ip.GetTtl() == 63;
                            }
                        });
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    EXPECT_EQ(replies, 1U);
    EXPECT_EQ(net.drops.Total(), 0U);
}

TEST_F(HypervisorTest, ApplicationsOfALateBootStartWithIt)
{
    VmNet net(2);
    Ptr<Vm> vm = net.AddVm(1, 0, false);
    Ptr<Vm> cn = net.AddVm(2, 1);
    Ptr<PacketSink> sink = AddSink(cn, "ns3::UdpSocketFactory", AnyAddress(false, 9));
    AddUdp(vm, cn, false, MilliSeconds(500), 10);  // before the boot
    AddUdp(vm, cn, false, MilliSeconds(3000), 10); // after it
    Simulator::Schedule(Seconds(2),
                        [&]
                        {
                            net.hypervisors[0]->Create(vm, 1);
                        });
    const auto expect = [sink](int64_t ms, uint64_t octets)
    {
        Simulator::Schedule(MilliSeconds(ms),
                            [sink, octets]
                            {
                                EXPECT_EQ(sink->GetTotalRx(), octets);
                            });
    };
    expect(2000, 0);
    expect(2020, 1000);
    expect(2999, 1000);
    expect(3020, 2000);
    Simulator::Stop(Seconds(4));
    Simulator::Run();
    EXPECT_EQ(net.drops.suppressed, 0U);
}

TEST_F(HypervisorTest, NothingIsLeftAfterDestroy)
{
    Ptr<Node> node;
    Ptr<Vm> vm;
    Ptr<AccessSwitch> access;
    {
        VmNet net(2);
        vm = net.AddVm(1, 0);
        Ptr<Vm> cn = net.AddVm(2, 1);
        node = vm->GetNode();
        access = net.hypervisors[0]->GetAccessSwitch();
        AddSink(cn, "ns3::UdpSocketFactory", AnyAddress(false, 9));
        AddUdp(vm, cn, false, MilliSeconds(100), 5000);
        net.PlanMove(vm, 0, 1, Seconds(1), Seconds(3));
        Simulator::Stop(Seconds(2)); // in the middle of the stop
        Simulator::Run();
    }
    Simulator::Destroy();
    EXPECT_EQ(VmDirectory::Find("vm1"), nullptr);
    EXPECT_TRUE(VmDirectory::GetAll().empty());
    EXPECT_EQ(vm->GetNode(), nullptr);
    EXPECT_EQ(vm->GetReferenceCount(), 1U);
    EXPECT_EQ(access->GetReferenceCount(), 1U);
    // The id is free again.
    GuestClock::Enable();
    VmNet net(1);
    EXPECT_NO_THROW(net.AddVm(1, 0));
}

} // namespace
} // namespace vmm
} // namespace ns3
