// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/access-gateway.h"
#include "ns3/arp-cache.h"
#include "ns3/gratuitous-announcer.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"

#include "vm-net.h"

#include <utility>

namespace ns3
{
namespace vmm
{
namespace
{

using Bytes = std::vector<uint8_t>;

class AnnouncerTest : public SimTest
{
  public:
    void OnFrame(Ptr<const Packet> frame)
    {
        Bytes bytes(frame->GetSize());
        frame->CopyData(bytes.data(), bytes.size());
        frames.emplace_back(Simulator::Now().GetMilliSeconds(), bytes);
    }

    void Watch(Ptr<AccessDevice> device)
    {
        device->TraceConnectWithoutContext("MacRx", MakeCallback(&AnnouncerTest::OnFrame, this));
    }

    /// Times of the frames of one Ethernet type.
    std::vector<int64_t> Times(uint16_t type) const
    {
        std::vector<int64_t> times;
        for (const auto& [ms, bytes] : frames)
        {
            if (bytes[12] == type >> 8 && bytes[13] == (type & 0xff))
            {
                times.push_back(ms);
            }
        }
        return times;
    }

    /// One's complement sum of 16-bit words; 0xffff for a good checksum.
    static uint32_t Sum(const Bytes& bytes)
    {
        uint32_t sum = 0;
        for (size_t i = 0; i + 1 < bytes.size(); i += 2)
        {
            sum += bytes[i] << 8 | bytes[i + 1];
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return sum;
    }

    std::vector<std::pair<int64_t, Bytes>> frames;
};

TEST_F(AnnouncerTest, BytesOnTheWireAndTimes)
{
    GuestClock::Enable();
    VmNet net(2);
    Ptr<Vm> vm = net.AddVm(7, 0);
    Watch(net.hypervisors[0]->GetAccessDevice());
    Watch(net.hypervisors[1]->GetAccessDevice());
    net.PlanMove(vm, 0, 1, Seconds(9), Seconds(10));
    Simulator::Stop(Seconds(30));
    Simulator::Run();
    // Nothing before the move: no router solicitation, no ARP.
    EXPECT_EQ(Times(0x0806), (std::vector<int64_t>{10000, 12000}));
    EXPECT_EQ(Times(0x86dd), (std::vector<int64_t>{10000, 11000, 12000}));
    ASSERT_EQ(frames.size(), 5U);

    const Bytes arp = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x56, 0x4d, 0,
                       0,    7,    0x08, 0x06,                                  // Ethernet
                       0,    1,    8,    0,    6,    4,    0,    1,             // request
                       0x02, 0x56, 0x4d, 0,    0,    7,    10,   1,    0,    7, // sender
                       0,    0,    0,    0,    0,    0,    10,   1,    0,    7};
    EXPECT_EQ(frames[0].second, arp);

    const Bytes& na = frames[1].second;
    ASSERT_EQ(na.size(), 14U + 40 + 24 + 8);
    EXPECT_EQ(Bytes(na.begin(), na.begin() + 6), (Bytes{0x33, 0x33, 0, 0, 0, 1}));
    EXPECT_EQ(Bytes(na.begin() + 14, na.begin() + 22), (Bytes{0x60, 0, 0, 0, 0, 32, 58, 255}));
    const Bytes own = {0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
    const Bytes all = {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    EXPECT_EQ(Bytes(na.begin() + 22, na.begin() + 38), own);
    EXPECT_EQ(Bytes(na.begin() + 38, na.begin() + 54), all);
    EXPECT_EQ(Bytes(na.begin() + 54, na.begin() + 56), (Bytes{136, 0}));
    EXPECT_EQ(Bytes(na.begin() + 58, na.begin() + 62), (Bytes{0x20, 0, 0, 0})); // override
    EXPECT_EQ(Bytes(na.begin() + 62, na.begin() + 78), own);
    EXPECT_EQ(Bytes(na.begin() + 78, na.end()), (Bytes{2, 1, 0x02, 0x56, 0x4d, 0, 0, 7}));
    Bytes checked(na.begin() + 22, na.end());
    checked.insert(checked.end(), {0, 0, 0, 32, 0, 0, 0, 58}); // pseudo header
    EXPECT_EQ(Sum(checked), 0xffffU);
}

TEST_F(AnnouncerTest, QemuSchedule)
{
    Config::SetDefault("ns3::vmm::GratuitousAnnouncer::Schedule", StringValue("Qemu"));
    VmNet net(2);
    Ptr<Vm> vm = net.AddVm(7, 0);
    Watch(net.hypervisors[1]->GetAccessDevice());
    net.PlanMove(vm, 0, 1, Seconds(1), Seconds(2));
    Simulator::Stop(Seconds(30));
    Simulator::Run();
    const std::vector<int64_t> expected{2000, 2050, 2200, 2450, 2800};
    EXPECT_EQ(Times(0x0806), expected);
    EXPECT_EQ(Times(0x86dd), expected);
}

TEST_F(AnnouncerTest, NoneAndCounts)
{
    Config::SetDefault("ns3::vmm::GratuitousAnnouncer::ArpCount", UintegerValue(0));
    Config::SetDefault("ns3::vmm::GratuitousAnnouncer::NaCount", UintegerValue(1));
    VmNet net(2);
    Ptr<Vm> vm = net.AddVm(7, 0);
    Watch(net.hypervisors[1]->GetAccessDevice());
    net.PlanMove(vm, 0, 1, Seconds(1), Seconds(2));
    Simulator::Stop(Seconds(30));
    Simulator::Run();
    EXPECT_EQ(Times(0x0806), std::vector<int64_t>{});
    EXPECT_EQ(Times(0x86dd), std::vector<int64_t>{2000});
}

TEST_F(AnnouncerTest, ASecondMoveEndsTheFirstSeries)
{
    GuestClock::Enable();
    VmNet net(3);
    Ptr<Vm> vm = net.AddVm(7, 0);
    for (const auto& hypervisor : net.hypervisors)
    {
        Watch(hypervisor->GetAccessDevice());
    }
    net.PlanMove(vm, 0, 1, Seconds(1), Seconds(2));
    net.PlanMove(vm, 1, 2, MilliSeconds(2500), Seconds(3));
    Simulator::Stop(Seconds(30));
    Simulator::Run();
    EXPECT_EQ(Times(0x0806), (std::vector<int64_t>{2000, 3000, 5000}));
    EXPECT_EQ(Times(0x86dd), (std::vector<int64_t>{2000, 3000, 4000, 5000}));
}

/// The ARP cache of an NVE that learns by itself.
class GratuitousArpTest : public AnnouncerTest
{
  public:
    void Learn(bool accept)
    {
        Config::SetDefault("ns3::vmm::AccessGateway::PermanentNeighbours", BooleanValue(false));
        Config::SetDefault("ns3::vmm::AccessGateway::AcceptGratuitousArp", BooleanValue(accept));
        VmNet net(3);
        Ptr<Vm> vm = net.AddVm(7, 0);
        Ptr<Vm> cn = net.AddVm(8, 2);
        Ptr<PacketSink> sink = AddSink(vm, "ns3::UdpSocketFactory", AnyAddress(false, 9));
        AddUdp(cn, vm, false, Seconds(3), 1000);
        net.PlanMove(vm, 0, 1, Seconds(1), Seconds(2));
        Watch(vm->GetDevice());
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        received = sink->GetTotalRx() / 100;
        requests = Times(0x0806).size();
        Ptr<Ipv4L3Protocol> ipv4 = net.hypervisors[1]->GetNode()->GetObject<Ipv4L3Protocol>();
        auto cache = ipv4->GetInterface(2)->GetArpCache();
        ArpCache::Entry* entry = cache->Lookup(Ipv4Address("10.1.0.7"));
        ASSERT_NE(entry, nullptr);
        EXPECT_TRUE(entry->IsAlive());
        EXPECT_EQ(Mac48Address::ConvertFrom(entry->GetMacAddress()), VmMac(7));
    }

    uint32_t received = 0;
    size_t requests = 0;
};

TEST_F(GratuitousArpTest, WithEffectNoRequestIsNeeded)
{
    Learn(true);
    EXPECT_EQ(requests, 0U);
    EXPECT_EQ(received, 1000U);
}

TEST_F(GratuitousArpTest, WithoutEffectTheNveAsks)
{
    Learn(false);
    EXPECT_EQ(requests, 1U);
    EXPECT_GE(received, 980U);
}

TEST_F(AnnouncerTest, LearningReleasesWaitingPacketsAndRevivesDeadEntries)
{
    Config::SetDefault("ns3::vmm::AccessGateway::PermanentNeighbours", BooleanValue(false));
    Config::SetDefault("ns3::vmm::AccessGateway::AcceptGratuitousArp", BooleanValue(true));
    VmNet net(1);
    Ptr<Vm> vm = net.AddVm(7, 0);
    Ptr<AccessGateway> gateway = net.hypervisors[0]->GetGateway();
    Ptr<Ipv4L3Protocol> ipv4 = net.hypervisors[0]->GetNode()->GetObject<Ipv4L3Protocol>();
    Ptr<ArpCache> cache = ipv4->GetInterface(2)->GetArpCache();
    ArpCache::Entry* entry = cache->Add(Ipv4Address("10.1.0.7"));
    Ipv4Header header;
    header.SetDestination(Ipv4Address("10.1.0.7"));
    header.SetProtocol(253);
    entry->MarkWaitReply({Create<Packet>(100), header});
    Watch(vm->GetDevice());
    Simulator::Schedule(MilliSeconds(1), &GratuitousAnnouncer::Start, vm->GetAnnouncer());
    Simulator::Stop(MilliSeconds(500));
    Simulator::Run();
    EXPECT_EQ(Times(0x0800), std::vector<int64_t>{1});
    cache->Lookup(Ipv4Address("10.1.0.7"))->MarkDead();
    Simulator::Schedule(MilliSeconds(1), &GratuitousAnnouncer::Start, vm->GetAnnouncer());
    Simulator::Stop(MilliSeconds(500));
    Simulator::Run();
    EXPECT_TRUE(cache->Lookup(Ipv4Address("10.1.0.7"))->IsAlive());
}

} // namespace
} // namespace vmm
} // namespace ns3
