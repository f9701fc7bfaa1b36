// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/trace-collector.h"

#include "managed-servers.h"

#include "ns3/fabric-helper.h"

namespace ns3
{
namespace vmm
{
namespace
{

/// Servers with real agents, whose traces go to a collector.
class MoveTraceTest : public ManagedServersTest
{
  protected:
    /// Makes the servers and their collector.
    void BuildAndListen(uint32_t servers)
    {
        Build(servers);
        Topology star;
        TopologyNode hub{"hub", NodeRole::ROUTER};
        const NodeId centre = star.AddNode(hub);
        collector = CreateObject<TraceCollector>();
        std::vector<NodeId> ids;
        for (uint32_t i = 0; i <= servers; ++i)
        {
            const std::string name = i == 0 ? "mn" : "s" + std::to_string(i);
            ids.push_back(star.AddNode({name, i == 0 ? NodeRole::MANAGEMENT : NodeRole::SERVER}));
            star.AddLink({ids.back(), centre, DataRate("1Gbps"), MicroSeconds(10)});
        }
        collector->SetTopology(star);
        for (uint32_t i = 0; i <= servers; ++i)
        {
            collector->AddFabricNode(m_net->Host(i), ids[i]);
        }
        collector->SetScheme("host-route");
        collector->AddVmManager(m_manager);
        for (const auto& agent : m_agents)
        {
            collector->AddAgent(agent);
        }
    }

    void TearDown() override
    {
        ManagedServersTest::TearDown();
        collector = nullptr;
    }

    Ptr<TraceCollector> collector; //!< of the case
};

TEST_F(MoveTraceTest, AHotMoveFillsTheTimeline)
{
    BuildAndListen(2);
    auto vm = AddVm("vm1", "s1", 4 << 20, "100Mbps");
    collector->AddVm(vm);
    collector->PlanMove("m1", "completed");
    collector->PlanMove("m2", "completed");
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
    m_manager->ScheduleMove(MilliSeconds(1001), {"m2", "vm1", "s1"});
    RunTo(5);
    m_manager->CloseBooks();
    const RunResults& results = collector->Finish();
    ASSERT_EQ(results.timeline->GetMoves().size(), 2U);
    const MoveHistory& move = results.timeline->GetMoves()[0];
    EXPECT_EQ(move.order.vm, "vm1");
    EXPECT_EQ(move.order.type, "hot");
    EXPECT_EQ(move.order.method, "pre-copy");
    EXPECT_EQ(move.order.scheme, "host-route");
    EXPECT_EQ(move.order.sourceNve, "s1");
    EXPECT_EQ(move.order.destinationNve, "s2");
    EXPECT_EQ(move.order.sourceNode, m_net->Host(1)->GetId());
    EXPECT_EQ(move.order.destinationNode, m_net->Host(2)->GetId());
    EXPECT_EQ(move.ordered, Seconds(1));
    EXPECT_FALSE(move.windowEnd) << "a refused order ends no window";
    EXPECT_EQ(move.copyStart, Of("start").at(0).when);
    EXPECT_EQ(move.stop, Of("stopped").at(0).when);
    EXPECT_EQ(move.resume, Of("resumed").at(0).when);
    EXPECT_GT(*move.copyStart, move.ordered);
    EXPECT_GT(*move.stop, *move.copyStart);
    EXPECT_GT(*move.resume, *move.stop);
    EXPECT_EQ(move.rounds.size(), m_rounds.size());
    EXPECT_EQ(move.copiedBytes, Of("finished").at(0).event.copied);
    EXPECT_EQ(move.wireBytes, Of("finished").at(0).event.wire);
    EXPECT_EQ(move.outcome, "completed");
    EXPECT_EQ(results.timeline->GetMoves()[1].outcome, "refused");
    EXPECT_EQ(results.timeline->GetMoves()[1].order.sourceNve, "s1") << "where the VM was then";
    // And after the resume 2 gratuitous ARPs of 28 octets (RFC 5227 section 2.3, RFC 826).
    EXPECT_EQ(results.timeline->GetMessages().size(), m_messages.size() + 2);
    EXPECT_EQ(results.timeline->CountMessages("announcement").messages, 2U);
    EXPECT_EQ(results.timeline->CountMessages("announcement").bytes, 56U);
    EXPECT_EQ(results.timeline->GetMessages()[0].kind, "management");
    EXPECT_EQ(results.timeline->GetMessages()[0].type, "hello");
    EXPECT_EQ(results.timeline->GetMessages()[0].to, "mn");
    EXPECT_EQ(results.movesPlanned, 2U);
    EXPECT_EQ(CheckResults(results),
              std::vector<std::string>{"migration m2 of vm1: outcome refused, expected completed"});
}

TEST_F(MoveTraceTest, ACopyThatNobodyCommitsCountsWhatWasSent)
{
    Config::SetDefault("ns3::vmm::MigrationAgent::ResumeDelay",
                       StringValue("ns3::ConstantRandomVariable[Constant=10]"));
    BuildAndListen(2);
    collector->AddVm(AddVm("vm1", "s1", 4 << 20));
    collector->PlanMove("m1", "unfinished");
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
    RunTo(3);
    const MoveHistory& move = collector->Finish().timeline->GetMoves()[0];
    EXPECT_EQ(move.outcome, "unfinished");
    // 1024 pages of 4096 octets, each with 8 of header, and 256 KiB of device state.
    EXPECT_EQ(move.copiedBytes, 1024U * 4104 + 262144);
    EXPECT_GT(move.wireBytes, move.copiedBytes + move.copiedBytes / 1448 * 52);
    EXPECT_LT(move.wireBytes, move.copiedBytes + move.copiedBytes / 1448 * 52 + 5000);
}

TEST_F(MoveTraceTest, ADestroyedVmHasNotCopiedWhatWasOnlyQueued)
{
    BuildAndListen(2);
    collector->AddVm(AddVm("vm1", "s1", 64 << 20));
    collector->PlanMove("m1", "cancelled");
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
    RunTo(1.1);
    m_manager->DestroyVm("vm1");
    RunTo(5);
    const MoveHistory& move = collector->Finish().timeline->GetMoves()[0];
    EXPECT_EQ(move.outcome, "cancelled");
    EXPECT_EQ(Of("finished").size(), 1U);
    // 100 ms at 1 Gbit/s, 1448 of 1502 octets, of 67,239,936; then what the socket's MiB still
    // held.
    const double sent = 0.1 * 1e9 / 8 * 1448 / 1502;
    EXPECT_GT(move.copiedBytes, 0.95 * sent);
    EXPECT_LT(move.copiedBytes, sent + (1 << 20));
    EXPECT_GT(move.wireBytes, move.copiedBytes + move.copiedBytes / 1448 * 52);
    EXPECT_LT(move.wireBytes, move.copiedBytes * 1.05);
}

/// A small leaf-spine in which registrations are exchanged by hand.
class RegistrationTraceTest : public SimTest
{
};

TEST_F(RegistrationTraceTest, MessagesAndRoutesFillTheTimeline)
{
    BuilderInput input;
    input.values = {{"leaves", "2"}, {"spines", "1"}, {"servers", "1"}};
    const Topology topology = TopologyBuilder::Make("leaf-spine", input);
    FabricHelper helper;
    Ptr<Fabric> fabric = helper.Build(topology);
    Ptr<TraceCollector> collector = CreateObject<TraceCollector>();
    collector->SetTopology(topology);
    std::map<NodeId, Ptr<RegistrationEndpoint>> endpoints;
    for (NodeId id = 0; id < topology.GetNodeCount(); ++id)
    {
        collector->AddFabricNode(fabric->GetNode(id), id);
        endpoints[id] = CreateObject<RegistrationEndpoint>();
        endpoints[id]->Open(fabric->GetNode(id), {fabric->GetAddress(id, IpFamily::IPV4)});
        collector->AddEndpoint(endpoints[id], fabric->GetNode(id));
    }
    const NodeId n1 = topology.GetNodeId("server-0-0");
    const NodeId n2 = topology.GetNodeId("server-1-0");
    const NodeId mn = topology.GetNodesOf(NodeRole::MANAGEMENT).at(0);
    MigrationTimeline& timeline = collector->GetTimeline();
    const IpAddress address = Ipv4Address("10.77.0.1");
    timeline.AddVm("vm1", {address});
    MoveOrder order;
    order.migration = "m1";
    order.vm = "vm1";
    order.sourceNode = fabric->GetNode(n1)->GetId();
    order.destinationNode = fabric->GetNode(n2)->GetId();
    order.epoch = 2;
    timeline.OnOrder(order, Time(0));

    RegistrationMessage request;
    request.sequence = MakeSequence(2, 0);
    request.lifetime = LifetimeToUnits(Seconds(300));
    request.vmId = "vm1";
    request.mac = VmMac(1);
    request.SetVmAddresses({address});
    endpoints[mn]->SetRequestHandler(
        [&](const RegistrationMessage& asked,
            const IpAddress&,
            const RegistrationEndpoint::Responder& respond)
        {
            RegistrationMessage reply;
            reply.type = RegistrationType::REPLY;
            reply.lifetime = asked.lifetime;
            respond(reply);
            RegistrationMessage redirect = request;
            redirect.role = RecipientRole::SOURCE_NVE;
            redirect.servingNve = fabric->GetAddress(n2, IpFamily::IPV4);
            endpoints[mn]->Send(fabric->GetAddress(n1, IpFamily::IPV4), redirect, nullptr);
        });
    Ptr<Fib> fib = fabric->GetFib(n1);
    endpoints[n1]->SetRequestHandler(
        [&](const RegistrationMessage&,
            const IpAddress&,
            const RegistrationEndpoint::Responder& respond)
        {
            fib->SetRoute(IpPrefix::Host(address),
                          RouteOwner::REGISTRATION,
                          Route::Tunnel(fabric->GetAddress(n2, IpFamily::IPV4), 2));
            RegistrationMessage reply;
            reply.type = RegistrationType::REPLY;
            respond(reply);
        });
    Simulator::Schedule(MilliSeconds(10),
                        [&]
                        {
                            timeline.OnResume("m1", Simulator::Now());
                            endpoints[n2]->Send(
                                fabric->GetAddress(mn, IpFamily::IPV4), request, nullptr);
                        });
    Simulator::Schedule(Seconds(1),
                        [&]
                        {
                            fib->RemoveRoute(IpPrefix::Host(address), RouteOwner::REGISTRATION);
                        });
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    const RunResults& results = collector->Finish();
    const MoveHistory& move = results.timeline->GetMoves()[0];
    EXPECT_EQ(move.registerSent, MilliSeconds(10));
    ASSERT_TRUE(move.bindingUpdated && move.sourceRoute);
    EXPECT_GT(*move.bindingUpdated, MilliSeconds(10));
    EXPECT_LT(*move.bindingUpdated, MilliSeconds(11));
    const RedirectTimes& redirect = move.redirects.at(fabric->GetNode(n1)->GetId());
    EXPECT_GT(*redirect.request, *move.bindingUpdated);
    EXPECT_EQ(redirect.route, move.sourceRoute);
    EXPECT_EQ(move.controlConverged, move.sourceRoute);
    EXPECT_EQ(move.controlMessages, 4U) << "two requests and two replies";
    EXPECT_EQ(results.timeline->GetHostRoutes().GetTotal().peak, 1U);
    ASSERT_EQ(results.timeline->GetMessages().size(), 4U);
    const MessageEvent& first = results.timeline->GetMessages()[0];
    EXPECT_EQ(first.from, "server-1-0");
    EXPECT_EQ(first.to, topology.GetNode(mn).name);
    EXPECT_EQ(first.vm, "vm1");
    EXPECT_EQ(results.timeline->GetMessages()[3].from, "server-0-0");
    EXPECT_EQ(results.timeline->GetMessages()[3].type, "reply");
    fabric->Dispose();
}

TEST(TopologyOracle, AsksTheGraph)
{
    BuilderInput input;
    input.values = {{"leaves", "2"}, {"spines", "2"}, {"servers", "2"}};
    input.serverDelay = MicroSeconds(1);
    input.fabricDelay = MicroSeconds(5);
    const Topology topology = TopologyBuilder::Make("leaf-spine", input);
    TopologyOracle oracle(topology);
    for (NodeId id = 0; id < topology.GetNodeCount(); ++id)
    {
        oracle.AddFabricNode(100 + id, id);
    }
    oracle.AddName(7, "vm1");
    const uint32_t a = 100 + topology.GetNodeId("server-0-0");
    const uint32_t b = 100 + topology.GetNodeId("server-1-1");
    const uint32_t leaf = 100 + topology.GetNodeId("leaf-0");
    EXPECT_EQ(oracle.GetShortest(a, b), (PathCost{4, MicroSeconds(12)}));
    EXPECT_EQ(oracle.GetShortest(a, a), (PathCost{0, Time(0)}));
    EXPECT_EQ(oracle.GetRouteHops(a, b), 4U);
    EXPECT_EQ(oracle.GetStep(a, leaf), (PathCost{1, MicroSeconds(1)}));
    EXPECT_TRUE(oracle.IsFabricNode(a));
    EXPECT_FALSE(oracle.IsFabricNode(7));
    EXPECT_FALSE(oracle.IsFabricNode(9999));
    EXPECT_EQ(oracle.GetName(7), "vm1");
    EXPECT_EQ(oracle.GetName(a), "server-0-0");
    EXPECT_EQ(oracle.GetName(8), "node-8");
}

} // namespace
} // namespace vmm
} // namespace ns3
