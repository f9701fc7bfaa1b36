// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/access-device.h"
#include "ns3/access-pcap-helper.h"
#include "ns3/access-switch.h"
#include "ns3/data-rate.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/node.h"
#include "ns3/pcap-file.h"
#include "ns3/pointer.h"
#include "ns3/uinteger.h"
#include "ns3/vm-spec.h"

#include "sim-fixture.h"

#include <cstdio>
#include <stdexcept>
#include <unistd.h>
#include <vector>

namespace ns3
{
namespace vmm
{
namespace
{

/// A tag that has to survive.
class MarkTag : public Tag
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid =
            TypeId("ns3::vmm::test::MarkTag").SetParent<Tag>().AddConstructor<MarkTag>();
        return tid;
    }

    TypeId GetInstanceTypeId() const override
    {
        return GetTypeId();
    }

    uint32_t GetSerializedSize() const override
    {
        return 4;
    }

    void Serialize(TagBuffer i) const override
    {
        i.WriteU32(mark);
    }

    void Deserialize(TagBuffer i) override
    {
        mark = i.ReadU32();
    }

    void Print(std::ostream& os) const override
    {
        os << mark;
    }

    uint32_t mark = 0;
};

constexpr uint16_t PROTOCOL = 0x88b5; //!< for experiments

/// Two switches of 8 Mbit/s (1 us per octet) and 10 us; three machines.
class AccessSwitchTest : public SimTest
{
  public:
    struct Arrival
    {
        uint32_t device;
        int64_t microseconds;
        uint32_t size;

        bool operator==(const Arrival& o) const
        {
            return device == o.device && microseconds == o.microseconds && size == o.size;
        }
    };

    struct Lost
    {
        DropCause cause;
        int64_t microseconds;
        uint32_t mark;

        bool operator==(const Lost& o) const
        {
            return cause == o.cause && microseconds == o.microseconds && mark == o.mark;
        }
    };

    void SetUp() override
    {
        SimTest::SetUp();
        for (int i = 0; i < 2; ++i)
        {
            switches.push_back(CreateObject<AccessSwitch>());
            switches[i]->SetAttribute("DataRate", DataRateValue(DataRate("8Mbps")));
            switches[i]->SetAttribute("Delay", TimeValue(MicroSeconds(10)));
            AddDevice(GatewayMac());
            switches[i]->AttachNve(devices[i]);
        }
        for (uint32_t i = 0; i < 3; ++i)
        {
            AddDevice(VmMac(i));
        }
        switches[0]->Attach(devices[2]);
        switches[0]->Attach(devices[3]);
    }

    void TearDown() override
    {
        switches.clear();
        devices.clear();
        SimTest::TearDown();
    }

    void AddDevice(Mac48Address mac)
    {
        Ptr<Node> node = CreateObject<Node>();
        Ptr<AccessDevice> device = CreateObject<AccessDevice>();
        device->SetAddress(mac);
        node->AddDevice(device);
        device->TraceConnectWithoutContext("Drop", MakeCallback(&AccessSwitchTest::OnDrop, this));
        device->TraceConnectWithoutContext("Suppressed",
                                           MakeCallback(&AccessSwitchTest::OnSuppressed, this));
        node->RegisterProtocolHandler(
            MakeCallback(&AccessSwitchTest::OnArrival, this), PROTOCOL, device);
        devices.push_back(device);
    }

    void OnArrival(Ptr<NetDevice> device,
                   Ptr<const Packet> packet,
                   uint16_t,
                   const Address&,
                   const Address&,
                   NetDevice::PacketType)
    {
        EXPECT_EQ(Simulator::GetContext(), device->GetNode()->GetId());
        arrivals.push_back(
            {device->GetNode()->GetId(), Simulator::Now().GetMicroSeconds(), packet->GetSize()});
    }

    void OnDrop(Ptr<const Packet> packet, DropCause cause)
    {
        MarkTag tag;
        packet->PeekPacketTag(tag);
        lost.push_back({cause, Simulator::Now().GetMicroSeconds(), tag.mark});
    }

    void OnSuppressed(Ptr<const Packet>)
    {
        suppressed++;
    }

    void Emit()
    {
        EXPECT_FALSE(Send(2, GatewayMac(), 86, 9));
    }

    bool Send(uint32_t from, const Address& to, uint32_t size, uint32_t mark = 0)
    {
        Ptr<Packet> packet = Create<Packet>(size);
        MarkTag tag;
        tag.mark = mark;
        packet->AddPacketTag(tag);
        return devices[from]->Send(packet, to, PROTOCOL);
    }

    std::vector<Ptr<AccessSwitch>> switches;
    std::vector<Ptr<AccessDevice>> devices; //!< port 0, port 0, then three VMs
    std::vector<Arrival> arrivals;
    std::vector<Lost> lost;
    uint32_t suppressed = 0;
};

using A = AccessSwitchTest::Arrival;
using L = AccessSwitchTest::Lost;

TEST_F(AccessSwitchTest, TimesOfFramesInARow)
{
    // 100 octets and 14 of header: 114 us each, 10 us on the way.
    EXPECT_TRUE(Send(2, GatewayMac(), 100));
    EXPECT_TRUE(Send(2, GatewayMac(), 100));
    EXPECT_TRUE(Send(3, GatewayMac(), 36)); // another port: a rate of its own
    Simulator::Run();
    EXPECT_EQ(arrivals, (std::vector<A>{{0, 60, 36}, {0, 124, 100}, {0, 238, 100}}));
    EXPECT_TRUE(lost.empty());
}

TEST_F(AccessSwitchTest, ByAddressAndToAll)
{
    Send(0, VmMac(1), 86);
    Simulator::Run();
    EXPECT_EQ(arrivals, (std::vector<A>{{3, 110, 86}}));
    arrivals.clear();
    Send(0, Mac48Address::GetBroadcast(), 86);
    Send(0, Mac48Address("33:33:00:00:00:01"), 86);
    Simulator::Run();
    EXPECT_EQ(arrivals, (std::vector<A>{{2, 220, 86}, {3, 220, 86}, {2, 320, 86}, {3, 320, 86}}));
    arrivals.clear();
    Send(2, Mac48Address::GetBroadcast(), 86); // a VM's broadcast: the NVE alone
    Simulator::Run();
    EXPECT_EQ(arrivals, (std::vector<A>{{0, 430, 86}}));
}

TEST_F(AccessSwitchTest, NobodyThere)
{
    Send(0, VmMac(2), 86, 7); // not plugged in
    Send(2, VmMac(1), 86, 8); // VM to VM does not go past the NVE
    Simulator::Run();
    EXPECT_TRUE(arrivals.empty());
    EXPECT_EQ(lost, (std::vector<L>{{DropCause::UNPLUGGED, 0, 7}, {DropCause::OTHER, 110, 8}}));
}

TEST_F(AccessSwitchTest, UnplugWithFramesOnTheWire)
{
    Send(0, VmMac(0), 86, 1); // on the wire when the VM leaves
    Send(0, VmMac(0), 86, 2); // in the queue of port 0 then
    Send(0, VmMac(1), 86, 3); // for another VM
    Send(2, GatewayMac(), 86, 4);
    Simulator::Schedule(MicroSeconds(50), &AccessSwitch::Detach, switches[0], devices[2]);
    Simulator::Schedule(MicroSeconds(60), &AccessSwitch::Attach, switches[1], devices[2]);
    Simulator::Run();
    EXPECT_EQ(lost,
              (std::vector<L>{{DropCause::UNPLUGGED, 100, 2}, {DropCause::UNPLUGGED, 110, 1}}));
    EXPECT_EQ(arrivals, (std::vector<A>{{0, 110, 86}, {3, 310, 86}}));
}

TEST_F(AccessSwitchTest, BackAtTheSamePortIsAnotherPlug)
{
    Send(0, VmMac(0), 86, 1);
    Simulator::Schedule(MicroSeconds(50), &AccessSwitch::Detach, switches[0], devices[2]);
    Simulator::Schedule(MicroSeconds(60), &AccessSwitch::Attach, switches[0], devices[2]);
    Simulator::Run();
    EXPECT_EQ(lost, (std::vector<L>{{DropCause::UNPLUGGED, 110, 1}}));
}

TEST_F(AccessSwitchTest, HaltedDevice)
{
    Send(2, GatewayMac(), 86, 1); // being sent
    Send(2, GatewayMac(), 86, 2); // waits
    Send(0, VmMac(0), 86, 3);     // arrives at 110
    Simulator::Schedule(MicroSeconds(50), &AccessDevice::Halt, devices[2], DropCause::VM_STOPPED);
    Simulator::Schedule(MicroSeconds(70), &AccessSwitchTest::Emit, this);
    Simulator::Schedule(MicroSeconds(500), &AccessDevice::Resume, devices[2]);
    Simulator::Run();
    EXPECT_EQ(arrivals, (std::vector<A>{{0, 110, 86}, {0, 610, 86}}));
    EXPECT_EQ(lost, (std::vector<L>{{DropCause::VM_STOPPED, 110, 3}}));
    EXPECT_EQ(suppressed, 1U);
}

TEST_F(AccessSwitchTest, QueueOfAMovingVmGoesWithIt)
{
    Send(2, GatewayMac(), 86, 1);
    Send(2, GatewayMac(), 86, 2);
    Simulator::Schedule(MicroSeconds(50), &AccessSwitch::Detach, switches[0], devices[2]);
    Simulator::Schedule(MicroSeconds(200), &AccessSwitch::Attach, switches[1], devices[2]);
    Simulator::Run();
    // The first was on the wire already; the second leaves from the new place.
    EXPECT_EQ(arrivals, (std::vector<A>{{0, 110, 86}, {1, 310, 86}}));
    EXPECT_TRUE(lost.empty());
}

TEST_F(AccessSwitchTest, TooLargeQueueFullAndUnplugged)
{
    devices[2]->SetAttribute("Mtu", UintegerValue(100));
    devices[2]->SetAttribute("TxQueue",
                             PointerValue(CreateObjectWithAttributes<DropTailQueue<Packet>>(
                                 "MaxSize", QueueSizeValue(QueueSize("1p")))));
    EXPECT_TRUE(Send(2, GatewayMac(), 100, 1));
    EXPECT_TRUE(Send(2, GatewayMac(), 100, 2));
    EXPECT_FALSE(Send(2, GatewayMac(), 100, 3));
    EXPECT_FALSE(Send(2, GatewayMac(), 101, 4));
    EXPECT_FALSE(Send(4, GatewayMac(), 100, 5));
    Simulator::Run();
    EXPECT_EQ(arrivals.size(), 2U);
    EXPECT_EQ(lost,
              (std::vector<L>{
                  {DropCause::QUEUE, 0, 3}, {DropCause::MTU, 0, 4}, {DropCause::UNPLUGGED, 0, 5}}));
}

TEST_F(AccessSwitchTest, LinkIsAlwaysUpAndNoCallbackRuns)
{
    bool called = false;
    devices[2]->AddLinkChangeCallback(Callback<void>(
        [&called]
        {
            called = true;
        }));
    switches[0]->Detach(devices[2]);
    EXPECT_TRUE(devices[2]->IsLinkUp());
    EXPECT_EQ(devices[2]->GetChannel(), nullptr);
    switches[1]->Attach(devices[2]);
    EXPECT_EQ(devices[2]->GetChannel(), switches[1]);
    EXPECT_FALSE(called);
}

TEST_F(AccessSwitchTest, WrongUse)
{
    EXPECT_THROW(switches[1]->Attach(devices[2]), std::logic_error);
    EXPECT_THROW(switches[1]->Detach(devices[2]), std::logic_error);
    EXPECT_THROW(switches[0]->Detach(devices[0]), std::logic_error);
    EXPECT_THROW(switches[0]->AttachNve(devices[4]), std::logic_error);
    EXPECT_THROW(devices[2]->SetAddress(VmMac(9)), std::logic_error);
    EXPECT_THROW(switches[0]->SetDataRate(DataRate("0bps")), std::invalid_argument);
    devices[4]->SetAddress(VmMac(0));
    EXPECT_THROW(switches[0]->Attach(devices[4]), std::logic_error);
    EXPECT_EQ(switches[0]->GetNDevices(), 3U);
    EXPECT_EQ(switches[0]->GetDevice(0), devices[0]);
    EXPECT_EQ(switches[0]->GetDevice(2), devices[3]);
}

TEST_F(AccessSwitchTest, Pcap)
{
    const std::string name = ::testing::TempDir() + "vmm-access-" + std::to_string(getpid());
    AccessPcapHelper().EnablePcap(name, devices[0], true, true);
    Send(2, GatewayMac(), 86);
    Send(0, VmMac(1), 36);
    Simulator::Run();
    Simulator::Destroy();
    devices.clear(); // closes the file
    switches.clear();
    PcapFile file;
    file.Open(name, std::ios::in);
    EXPECT_EQ(file.GetDataLinkType(), PcapHelper::DLT_EN10MB);
    uint8_t data[200];
    uint32_t seconds = 0;
    uint32_t microseconds = 0;
    uint32_t included = 0;
    uint32_t original = 0;
    uint32_t read = 0;
    file.Read(data, sizeof(data), seconds, microseconds, included, original, read);
    EXPECT_EQ(microseconds, 0U); // sent by port 0
    EXPECT_EQ(read, 50U);
    const std::vector<uint8_t> header = {2, 0x56, 0x4d, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};
    EXPECT_EQ(std::vector<uint8_t>(data, data + 14), header);
    file.Read(data, sizeof(data), seconds, microseconds, included, original, read);
    EXPECT_EQ(microseconds, 110U); // received
    EXPECT_EQ(read, 100U);
    file.Close();
    std::remove(name.c_str());
}

} // namespace
} // namespace vmm
} // namespace ns3
