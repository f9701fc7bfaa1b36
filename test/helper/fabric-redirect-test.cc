// SPDX-License-Identifier: GPL-2.0-only
// Every triple of a leaf-spine fabric, simulated: host routes and tunnels as a plan has them, one
// datagram for each triple, its links counted and compared with what was predicted.
#include "sim-fixture.h"

#include "ns3/fabric-helper.h"
#include "ns3/flow-choice.h"
#include "ns3/forwarding-walk.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"

#include <map>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint16_t PORT = 4000; //!< where VMs listen

/// What is tested: a reading in a family.
using Case = std::tuple<RedirectReading, IpFamily>;

/// @return the case's name
std::string
CaseName(const ::testing::TestParamInfo<Case>& info)
{
    const char* names[] = {"SourceOnly", "Tunnel", "PathSingle", "PathAllEqualCost"};
    return std::string(names[static_cast<size_t>(std::get<0>(info.param))]) +
           (std::get<1>(info.param) == IpFamily::IPV4 ? "Ipv4" : "Ipv6");
}

/// All VMs have moved: that of each ordered pair of NVEs from the first to the second.
class FabricRedirectTest : public SimTest, public ::testing::WithParamInterface<Case>
{
  protected:
    /// A datagram under way.
    struct Triple
    {
        NodeId from = NO_NODE;   //!< sender's NVE
        NodeId source = NO_NODE; //!< previous NVE
        NodeId to = NO_NODE;     //!< NVE of the VM
        uint16_t port = 0;       //!< sender's port
        uint64_t links = 0;      //!< links crossed
        bool delivered = false;  //!< arrived
    };

    void SetUp() override
    {
        SimTest::SetUp();
        m_reading = std::get<0>(GetParam());
        m_family = std::get<1>(GetParam());
        BuilderInput input;
        input.values = {{"leaves", "4"}, {"spines", "2"}, {"servers", "2"}};
        m_fabric = FabricHelper().Build("leaf-spine", input);
        const Topology& t = m_fabric->GetTopology();
        for (LinkId link = 0; link < t.GetLinkCount(); link++)
        {
            for (NodeId end : {t.GetLink(link).a, t.GetLink(link).b})
            {
                m_fabric->GetDevice(link, end)->TraceConnectWithoutContext(
                    "PhyTxEnd", MakeCallback(&FabricRedirectTest::Count, this));
            }
        }
    }

    void TearDown() override
    {
        m_sockets.clear();
        m_fabric = nullptr;
        SimTest::TearDown();
    }

    /// @return the address of the VM that moved between two NVEs
    IpAddress GetVm(NodeId source, NodeId to) const
    {
        return m_fabric->GetPlan().GetVmPrefix(source, m_family).At(10 + to);
    }

    /// @return what the nodes know of that VM
    ForwardingState GetState(NodeId source, NodeId to) const
    {
        return MakeForwardingState(m_fabric->GetTopology(), m_reading, source, to, {source});
    }

    /// Puts a VM's address at its NVE and its routes into the tables.
    void Place(NodeId source, NodeId to)
    {
        IpAddress vm = GetVm(source, to);
        Ptr<Node> node = m_fabric->GetNode(to);
        if (m_family == IpFamily::IPV4)
        {
            node->GetObject<Ipv4>()->AddAddress(
                0, Ipv4InterfaceAddress(vm.ToIpv4(), Ipv4Mask::GetOnes()));
        }
        else
        {
            node->GetObject<Ipv6>()->AddAddress(0,
                                                Ipv6InterfaceAddress(vm.ToIpv6(), Ipv6Prefix(128)));
        }
        Ptr<Socket> socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
        socket->Bind(vm.ToSocketAddress(PORT));
        socket->SetRecvCallback(MakeCallback(&FabricRedirectTest::Receive, this));
        m_sockets.push_back(socket);
        ForwardingState state = GetState(source, to);
        for (const auto& [at, remote] : state.tunnels)
        {
            m_fabric->GetFib(at)->SetRoute(IpPrefix::Host(vm),
                                           RouteOwner::REGISTRATION,
                                           Route::Tunnel(m_fabric->GetAddress(remote, m_family)));
        }
        for (const auto& [at, nodes] : state.hostRoutes)
        {
            std::vector<NextHop> hops;
            for (NodeId next : nodes)
            {
                for (const NextHop& hop : m_fabric->GetNeighbourHops(at, next, m_family))
                {
                    hops.push_back(hop);
                }
            }
            m_fabric->GetFib(at)->SetRoute(
                IpPrefix::Host(vm), RouteOwner::REGISTRATION, Route::Forward(hops));
        }
    }

    /// Sends a triple's datagram.
    void Send(size_t index)
    {
        m_current = index;
        Triple& triple = m_triples[index];
        Ptr<Socket> socket =
            Socket::CreateSocket(m_fabric->GetNode(triple.from), UdpSocketFactory::GetTypeId());
        socket->Bind(m_fabric->GetAddress(triple.from, m_family).ToSocketAddress(triple.port));
        EXPECT_EQ(socket->SendTo(
                      Create<Packet>(64), 0, GetVm(triple.source, triple.to).ToSocketAddress(PORT)),
                  64);
        socket->Close();
    }

    void Count(Ptr<const Packet>)
    {
        m_triples[m_current].links++;
    }

    void Receive(Ptr<Socket> socket)
    {
        while (socket->Recv())
        {
            m_triples[m_current].delivered = true;
        }
    }

    /// Simulates all triples, one after the other.
    void RunAll()
    {
        std::vector<NodeId> nves = m_fabric->GetTopology().GetNves();
        for (NodeId source : nves)
        {
            for (NodeId to : nves)
            {
                if (source == to)
                {
                    continue;
                }
                Place(source, to);
                for (NodeId from : nves)
                {
                    if (from != source && from != to)
                    {
                        uint16_t port = static_cast<uint16_t>(10000 + m_triples.size());
                        m_triples.push_back({from, source, to, port});
                        Simulator::Schedule(MilliSeconds(m_triples.size()),
                                            &FabricRedirectTest::Send,
                                            this,
                                            m_triples.size() - 1);
                    }
                }
            }
        }
        Simulator::Run();
    }

    RedirectReading m_reading = RedirectReading::IDEAL; //!< of the case
    IpFamily m_family = IpFamily::NONE;                 //!< of the case
    Ptr<Fabric> m_fabric;                               //!< the fabric
    std::vector<Ptr<Socket>> m_sockets;                 //!< of the VMs
    std::vector<Triple> m_triples;                      //!< in the order of sending
    size_t m_current = 0;                               //!< the one under way
};

} // namespace

INSTANTIATE_TEST_SUITE_P(Readings,
                         FabricRedirectTest,
                         ::testing::Combine(::testing::Values(RedirectReading::SOURCE_ONLY,
                                                              RedirectReading::TUNNEL,
                                                              RedirectReading::PATH_SINGLE,
                                                              RedirectReading::PATH_ALL_EQUAL_COST),
                                            ::testing::Values(IpFamily::IPV4, IpFamily::IPV6)),
                         CaseName);

TEST_P(FabricRedirectTest, EveryTripleCrossesThePredictedLinks)
{
    RunAll();
    const Topology& t = m_fabric->GetTopology();
    ASSERT_EQ(m_triples.size(), 336u);
    double stretch = 0;
    double most = 0;
    for (const Triple& triple : m_triples)
    {
        FlowKey key;
        key.source = m_fabric->GetAddress(triple.from, m_family);
        key.destination = GetVm(triple.source, triple.to);
        key.protocol = 17;
        key.ports = (static_cast<uint32_t>(triple.port) << 16) | PORT;
        ForwardingWalk walk = WalkFlow(
            t, GetState(triple.source, triple.to), triple.from, MakeFlowChoice(m_fabric, key));
        EXPECT_EQ(triple.delivered, walk.outcome == WalkOutcome::DELIVERED);
        if (m_reading == RedirectReading::SOURCE_ONLY)
        {
            // Sent with TTL 64: 64 links, then the router that gets it with 1 gives it up; the
            // ICMP error goes back and is counted too.
            EXPECT_EQ(walk.outcome, WalkOutcome::LOOP);
            EXPECT_GE(triple.links, 64u);
            continue;
        }
        EXPECT_EQ(triple.links, walk.hops);
        double ratio = static_cast<double>(triple.links) /
                       t.GetDistance(triple.from, triple.to, PathMetric::HOPS);
        stretch += ratio / m_triples.size();
        most = std::max(most, ratio);
    }
    if (m_reading == RedirectReading::TUNNEL)
    {
        EXPECT_NEAR(stretch, 2.1429, 0.5e-4);
        EXPECT_DOUBLE_EQ(most, 4);
    }
    else if (m_reading == RedirectReading::PATH_SINGLE)
    {
        // One flow for each triple instead of the mean over both spines: within a few per cent.
        EXPECT_NEAR(stretch, 1.1429, 0.05);
        EXPECT_DOUBLE_EQ(most, 1.5);
    }
    else if (m_reading == RedirectReading::PATH_ALL_EQUAL_COST)
    {
        EXPECT_DOUBLE_EQ(most, 1);
    }
}
