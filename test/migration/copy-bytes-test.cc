// SPDX-License-Identifier: GPL-2.0-only
// What a copy says that it has sent is what has crossed the destination's link.
#include "../managed-servers.h"

#include "ns3/channel.h"
#include "ns3/fluid-network.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/tcp-header.h"

#include <map>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t MIB = 1 << 20;
constexpr uint16_t COPY_PORT = 49152;

class CopyBytesTest : public ManagedServersTest
{
  protected:
    /// Listens to the IP layer of the destination and of the source.
    void Listen()
    {
        m_unique.clear();
        m_sent = 0;
        m_net->Host(2)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Rx", MakeCallback(&CopyBytesTest::Received, this));
        m_net->Host(1)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Tx", MakeCallback(&CopyBytesTest::Sent, this));
    }

    /// Reads a datagram. @return whether it is one to the copy port, with its payload
    bool Parse(Ptr<const Packet> packet, TcpHeader& tcp, uint32_t& payload)
    {
        auto copy = packet->Copy();
        Ipv4Header ip;
        copy->RemoveHeader(ip);
        if (ip.GetProtocol() != 6)
        {
            return false;
        }
        copy->RemoveHeader(tcp);
        payload = copy->GetSize();
        return tcp.GetDestinationPort() == COPY_PORT;
    }

    void Received(Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t)
    {
        TcpHeader tcp;
        uint32_t payload;
        if (!Parse(packet, tcp, payload) || payload == 0)
        {
            return;
        }
        // Streams here are shorter than the space of sequence numbers. Overlaps count once.
        auto& space = m_unique[tcp.GetSourcePort()];
        uint64_t begin = tcp.GetSequenceNumber().GetValue();
        uint64_t end = begin + payload;
        auto next = space.upper_bound(begin);
        if (next != space.begin() && std::prev(next)->second >= begin)
        {
            --next;
            begin = next->first;
        }
        while (next != space.end() && next->first <= end)
        {
            end = std::max(end, next->second);
            next = space.erase(next);
        }
        space[begin] = end;
    }

    void Sent(Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t)
    {
        TcpHeader tcp;
        uint32_t payload;
        if (Parse(packet, tcp, payload))
        {
            m_sent += packet->GetSize();
        }
    }

    /// @return octets of the streams that have arrived, each counted once
    uint64_t GetUnique() const
    {
        uint64_t octets = 0;
        for (const auto& [port, space] : m_unique)
        {
            for (const auto& [begin, end] : space)
            {
                octets += end - begin;
            }
        }
        return octets;
    }

    std::map<uint16_t, std::map<uint64_t, uint64_t>> m_unique; //!< ranges, by source port
    uint64_t m_sent{0};                                        //!< octets of datagrams
};

} // namespace

TEST_F(CopyBytesTest, PayloadOnTheDestinationsLinkIsWhatTheCopyReports)
{
    for (double loss : {0.0, 0.01})
    {
        Build(2);
        AddVm("vm1", "s1", 4 * MIB, "50Mbps");
        m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
        Listen();
        m_net->SetLoss(2, loss);
        RunTo(100);
        ASSERT_EQ(OutcomeOf(1), "completed");
        const CopyEvent done = Of("finished").at(0).event;
        // OPEN with its body; PAGES and ROUND_END of each round; DEVICE_STATE and END.
        const uint64_t headers = 16 + 9 + 3 + m_rounds.size() * 32 + 32;
        EXPECT_EQ(GetUnique(), done.copied + headers) << loss;
        EXPECT_EQ(done.wire, m_sent) << loss;
        if (loss > 0)
        {
            EXPECT_GT(m_sent, GetUnique() + 2000); // retransmissions are in the octets on the wire
        }
        Clear();
    }
}

// Pages that a fluid transfer carries cross the link as a flow, of which 1448 in 1502 octets are
// content; the headers of the records come over TCP.
TEST_F(CopyBytesTest, FluidOctetsOnTheDestinationsLinkAreWhatTheCopyReports)
{
    Build(2);
    AddVm("vm1", "s1", 4 * MIB, "50Mbps");
    m_manager->ScheduleMove(Seconds(1),
                            {"m1", "vm1", "s2", MoveType::HOT, "pre-copy", "fluid", {}, {}});
    Listen();
    RunTo(100);
    ASSERT_EQ(OutcomeOf(1), "completed");
    const CopyEvent done = Of("finished").at(0).event;
    EXPECT_EQ(GetUnique(), 16 + 9 + 3 + m_rounds.size() * 32 + 32);
    auto own = m_net->Host(2)->GetDevice(1);
    auto channel = own->GetChannel();
    auto sender = channel->GetDevice(channel->GetDevice(0) == own ? 1 : 0);
    EXPECT_NEAR(FluidNetwork::Get()->GetFluidOctets(sender) * 1448 / 1502, done.copied, 2);
    EXPECT_NEAR(done.wire - m_sent, done.copied * 1500.0 / 1448, done.copied * 0.002);
    EXPECT_EQ(Of("resumed").at(0).event.copied, done.copied);
}
