// SPDX-License-Identifier: GPL-2.0-only
// What is expected of every mobility scheme, whatever it sends and installs: each scheme that is
// known goes through each case. Judged by what arrives, and by the ledger. doc/adding-a-scheme.md
// says how a scheme of the reader's own comes into it.
#include "conformance/first-loss.h"
#include "system/failure-fixture.h"

#include <algorithm>
#include <cmath>
#include <ostream>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// A scheme with options, and the fabric that it needs.
struct Candidate
{
    std::string scheme;  //!< as for --scheme
    SchemeTraits traits; //!< of the scheme with these options
};

/// Prints a candidate, for GoogleTest.
void
PrintTo(const Candidate& candidate, std::ostream* os)
{
    *os << candidate.scheme;
}

/// @return all schemes that are known, and further options of those that have very different ones
std::vector<Candidate>
GetCandidates()
{
    std::vector<Candidate> candidates;
    for (const auto& [name, summary] : SchemeRegistry::List())
    {
        candidates.push_back({name, SchemeRegistry::GetTraits(name)});
    }
    const SchemeTraits overBgp{true, true};
    candidates.push_back({"host-route:Redirect=Tunnel", {}});
    candidates.push_back({"nva-overlay:Update=Pull:MappingLifetime=4s", {}});
    candidates.push_back({"nva-overlay:Update=Redirect", {}});
    candidates.push_back({"host-route:Optimize=Bgp", overBgp});
    candidates.push_back({"bgp-host-route:Overlap=WithdrawFirst", overBgp});
    return candidates;
}

/// @return a name of letters, digits and underscores
std::string
NameOf(const ::testing::TestParamInfo<Candidate>& info)
{
    std::string name = info.param.scheme;
    std::replace_if(
        name.begin(),
        name.end(),
        [](unsigned char c)
        {
            return !std::isalnum(c);
        },
        '_');
    return name;
}

constexpr double MOVE = 2;      //!< when the first move is ordered, s
constexpr double START = 1.5;   //!< of the flows, s
constexpr double SETTLED = 1;   //!< from a resume to when every packet arrives, s
constexpr double REPEATED = 4;  //!< the same if a message was lost
constexpr double PERIOD = 0.01; //!< of each probe

/**
 * web is at home on server-0-0, moves to server-2-0 and from there to server-1-1. near is on its
 * first server, there on its second, rack beside the first, one on another leaf.
 */
class ConformanceTest : public FailureTest, public ::testing::WithParamInterface<Candidate>
{
  protected:
    void SetUp() override
    {
        FailureTest::SetUp();
        SetKey("leaves", "3");
        SetKey("duration", "8s");
        SetKey("ns3::vmm::Nve::Linger", "500ms");
        UseFabricOf(GetParam());
        files["vms.csv"] = "vm,nve,memory,create\n"
                           "web,server-0-0,1MiB,1s\n"
                           "near,server-0-0,1MiB,1s\n"
                           "rack,server-0-1,1MiB,1s\n"
                           "one,server-1-0,1MiB,1s\n"
                           "there,server-2-0,1MiB,1s\n";
        SetMoves({"m1,2s,web,server-2-0"});
        SetFlows(7);
    }

    // The underlay that a scheme needs.
    void UseFabricOf(const Candidate& candidate)
    {
        if (candidate.traits.needsBgp)
        {
            SetKey("underlay", "bgp");
            SetKey("bgp_servers", "on");
            SetKey("ns3::vmm::BgpRouter::Profile", "Frr");
            SetKey("ns3::TcpSocket::ConnTimeout", "1s");
        }
    }

    void SetMoves(const std::vector<std::string>& rows)
    {
        files["moves.csv"] = "migration,time,vm,to\n";
        for (const auto& row : rows)
        {
            files["moves.csv"] += row + "\n";
        }
    }

    // Probes between web and all others, and a connection.
    void SetFlows(int seconds)
    {
        end = seconds;
        const std::string stop = std::to_string(seconds) + "s";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size,"
                               "response_size,think_time\n";
        for (const std::string& other : CORRESPONDENTS)
        {
            files["traffic.csv"] += "to-" + other + ",web," + other + ",udp-probe,1500ms," + stop +
                                    ",10ms,100B,,\n" + "from-" + other + "," + other +
                                    ",web,udp-probe,1500ms," + stop + ",10ms,100B,,\n";
        }
        files["traffic.csv"] += "calls,one,web,rpc,1500ms," + stop + ",,100B,100B,10ms\n";
    }

    // Runs what Build() made; whatever happened, the books are right.
    void FinishWell()
    {
        EXPECT_EQ(Finish(), std::vector<std::string>());
        ExpectBooksToClose();
    }

    void RunWell(const std::string& scheme = GetParam().scheme, uint64_t seed = 1)
    {
        Build(scheme, seed);
        FinishWell();
    }

    // Each packet that was sent has arrived once or was lost for a reason that is known.
    void ExpectBooksToClose() const
    {
        EXPECT_EQ(Summary("unaccounted"), 0);
        EXPECT_EQ(Summary("in_flight_packets"), 0);
        std::map<std::string, int> lost;
        for (const auto& loss : Trace("losses").rows)
        {
            ++lost[loss.at("flow") + loss.at("direction")];
            EXPECT_NE(loss.at("cause"), "other");
        }
        for (const auto& flow : Trace("flows").rows)
        {
            const std::string name = flow.at("flow") + flow.at("direction");
            EXPECT_EQ(std::stoi(flow.at("sent")),
                      std::stoi(flow.at("delivered")) + std::stoi(flow.at("lost")))
                << name;
            EXPECT_EQ(std::stoi(flow.at("lost")), lost[name]) << name;
            EXPECT_EQ(flow.at("duplicated"), "0") << name;
        }
        // These senders never stand still.
        for (const std::string flow : {"from-near", "from-rack"})
        {
            for (const auto& row : Trace("flows").Where({{"flow", flow}, {"direction", "forward"}}))
            {
                EXPECT_EQ(std::stoi(row.at("sent")), std::lround((end - START) / PERIOD)) << flow;
            }
        }
    }

    // Nothing is lost that is sent from then on.
    void ExpectReachableFrom(double seconds) const
    {
        for (const auto& loss : Trace("losses").rows)
        {
            EXPECT_LT(std::stod(loss.at("sent_s")), seconds)
                << loss.at("flow") << ": " << loss.at("cause") << " at " << loss.at("node");
        }
        // From each sender a packet is to come every PERIOD.
        EXPECT_LT(seconds, end - 0.5);
    }

    // The VM is where it was to go, for the server and, where there are bindings, the registrar.
    void ExpectAt(const std::string& vm, const std::string& server)
    {
        EXPECT_EQ(Serving(vm), std::vector<std::string>{server});
        EXPECT_EQ(VmDirectory::Find(vm)->GetState(), VmState::RUNNING);
        if (Bound(vm))
        {
            EXPECT_EQ(Bound(vm), AddressOf(server));
        }
    }

    void ExpectSurvival(const std::string& migration) const
    {
        EXPECT_EQ(MoveFlow(migration, "calls", "survived"), "true");
    }

    // What nodes have in their tables for the address of a VM.
    std::vector<std::string> RoutesFor(const std::string& vm)
    {
        std::vector<std::string> found;
        const auto& topology = run->GetFabric()->GetTopology();
        auto look = [&](const Fib& fib, const std::string& where)
        {
            for (const auto& address : VmDirectory::Find(vm)->GetSpec().addresses)
            {
                for (int owner = 0; owner < ROUTE_OWNER_COUNT; ++owner)
                {
                    if (fib.Find(IpPrefix::Host(address), static_cast<RouteOwner>(owner)))
                    {
                        found.push_back(where);
                    }
                }
            }
        };
        for (NodeId node = 0; node < topology.GetNodeCount(); ++node)
        {
            const std::string& name = topology.GetNode(node).name;
            look(*run->GetFabric()->GetNode(name)->GetObject<Fib>(), name);
        }
        for (const auto& [node, server] : run->GetMobility().GetServers())
        {
            look(server.nve->GetFibOf(0), "network 0 of " + topology.GetNode(node).name);
        }
        return found;
    }

    // The states of web since its boot.
    void Watch()
    {
        states.clear();
        VmDirectory::Find("web")->TraceConnectWithoutContext(
            "State",
            Callback<void, Ptr<const Vm>, VmState, VmState>(
                [&](Ptr<const Vm>, VmState, VmState after)
                {
                    states.push_back(after);
                }));
    }

    // A server crashes; the move is not completed, and the books are right.
    void RunCrash(double seconds, const std::string& server)
    {
        Build(GetParam().scheme);
        Watch();
        At(seconds,
           server,
           [this, server]()
           {
               Server(server).hypervisor->Fail();
           });
        for (const auto& line : Finish())
        {
            EXPECT_EQ(line.rfind("migration m1", 0), 0u) << line;
        }
        EXPECT_EQ(Summary("unaccounted"), 0);
    }

    const std::vector<std::string> CORRESPONDENTS{"near", "rack", "one", "there"};
    std::vector<VmState> states;
    int end = 0; // of the flows, s
};

} // namespace

TEST_P(ConformanceTest, AttachedVmIsReachable)
{
    SetMoves({});
    SetKey("duration", "4s");
    SetFlows(3);
    RunWell();
    EXPECT_EQ(Summary("lost_packets"), 0);
    // 1.5 s at 100 Hz.
    EXPECT_EQ(Delivered("from-one"), 150);
    EXPECT_EQ(Delivered("to-near"), 150);
    ExpectAt("web", "server-0-0");
}

TEST_P(ConformanceTest, HotMove)
{
    RunWell();
    EXPECT_EQ(Outcome("m1"), "completed");
    ExpectAt("web", "server-2-0");
    ExpectReachableFrom(Move("m1", "resume_s") + SETTLED);
    ExpectSurvival("m1");
    EXPECT_EQ(Summary("control_messages") > 0, GetParam().traits.sendsMessages);
}

TEST_P(ConformanceTest, HotMoveWithIpv6)
{
    SetKey("family", "ipv6");
    RunWell();
    EXPECT_EQ(Outcome("m1"), "completed");
    ExpectReachableFrom(Move("m1", "resume_s") + SETTLED);
    ExpectSurvival("m1");
}

TEST_P(ConformanceTest, ReturnHome)
{
    SetMoves({"m1,2s,web,server-2-0", "m2,4s,web,server-0-0"});
    RunWell();
    EXPECT_EQ(Outcome("m2"), "completed");
    ExpectAt("web", "server-0-0");
    ExpectReachableFrom(Move("m2", "resume_s") + SETTLED);
    ExpectSurvival("m2");
}

TEST_P(ConformanceTest, MoveOn)
{
    SetMoves({"m1,2s,web,server-2-0", "m2,4s,web,server-1-1"});
    RunWell();
    EXPECT_EQ(Outcome("m2"), "completed");
    ExpectAt("web", "server-1-1");
    ExpectReachableFrom(Move("m2", "resume_s") + SETTLED);
    ExpectSurvival("m2");
}

TEST_P(ConformanceTest, TwoMoversAtOnce)
{
    // They talk to each other, and each comes to where the other one was.
    SetMoves({"m1,2s,web,server-1-0", "m2,2s,one,server-0-0"});
    RunWell();
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_EQ(Outcome("m2"), "completed");
    ExpectAt("web", "server-1-0");
    ExpectAt("one", "server-0-0");
    ExpectReachableFrom(std::max(Move("m1", "resume_s"), Move("m2", "resume_s")) + SETTLED);
    ExpectSurvival("m1");
    ExpectSurvival("m2");
}

TEST_P(ConformanceTest, CorrespondentMovesAfterwards)
{
    // one comes to know of web's place, and then is somewhere that does not know it yet.
    SetMoves({"m1,2s,web,server-2-0", "m2,4s,one,server-1-1"});
    RunWell();
    EXPECT_EQ(Outcome("m2"), "completed");
    ExpectAt("web", "server-2-0");
    ExpectAt("one", "server-1-1");
    ExpectReachableFrom(Move("m2", "resume_s") + SETTLED);
    ExpectSurvival("m2");
}

TEST_P(ConformanceTest, EachLostMessageIsRepeated)
{
    auto runWith = [this](const std::string& kind)
    {
        SCOPED_TRACE(kind);
        Ptr<FirstLoss> loss = Create<FirstLoss>(kind, Seconds(MOVE));
        Build(GetParam().scheme);
        loss->Install(run->GetFabric());
        FinishWell();
        EXPECT_EQ(loss->lost, kind.empty() ? 0 : 1);
        EXPECT_EQ(Outcome("m1"), "completed");
        ExpectAt("web", "server-2-0");
        ExpectReachableFrom(Move("m1", "resume_s") + REPEATED);
        ExpectSurvival("m1");
        return loss->kinds;
    };
    const auto kinds = runWith("");
    EXPECT_EQ(!kinds.empty(), GetParam().traits.sendsMessages);
    for (const auto& kind : kinds)
    {
        runWith(kind);
    }
}

TEST_P(ConformanceTest, DestinationCrashesInTheCopy)
{
    // 1 MiB over 1 Gb/s take 8.4 ms. All timeouts are over at the end.
    SetKey("duration", "200s");
    RunCrash(MOVE + 0.004, "server-2-0");
    EXPECT_EQ(Outcome("m1"), "failed");
    EXPECT_EQ(states,
              (std::vector<VmState>{VmState::RUNNING, VmState::MIGRATING, VmState::RUNNING}));
    ExpectAt("web", "server-0-0");
    // Nothing is lost but at the server that is no more.
    for (const auto& loss : Trace("losses").rows)
    {
        EXPECT_NE(loss.at("flow").find("there"), std::string::npos) << loss.at("flow");
    }
}

TEST_P(ConformanceTest, DestinationCrashesBeforeTheResume)
{
    RunWell();
    const double crash = (Move("m1", "stop_s") + Move("m1", "resume_s")) / 2;
    SetKey("duration", "260s");
    end = 255;
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe,1500ms,255s,100ms,100B\n";
    RunCrash(crash, "server-2-0");
    EXPECT_EQ(Outcome("m1"), "rolled-back");
    EXPECT_EQ(
        states,
        (std::vector<VmState>{
            VmState::RUNNING, VmState::MIGRATING, VmState::STOPPED_AT_SOURCE, VmState::RUNNING}));
    ExpectAt("web", "server-0-0");
    // 120 s until the resume is given up and 60 s until the source is told.
    ExpectReachableFrom(MOVE + 182);
}

TEST_P(ConformanceTest, DestroyedVmLeavesNothing)
{
    // What others had cached for a time is gone at the end.
    SetKey("duration", "300s");
    SetKey("ns3::vmm::Nve::Lifetime", "8s");
    SetMoves({"m1,2s,web,server-2-0", "m2,4s,web,server-1-1"});
    SetFlows(6);
    Build(GetParam().scheme);
    run->GetMobility().ScheduleDestroy("web", Seconds(7));
    FinishWell();
    EXPECT_EQ(VmDirectory::Find("web")->GetState(), VmState::DESTROYED);
    EXPECT_EQ(RoutesFor("web"), std::vector<std::string>());
    EXPECT_FALSE(Bound("web"));
    for (const auto& [node, server] : run->GetMobility().GetServers())
    {
        EXPECT_EQ(server.nve->GetBindings().Find({0, "web"}), nullptr) << node;
    }
    // No timer has anything to say of it any more.
    for (const auto& message : Trace("messages").Where({{"vm", "web"}}))
    {
        EXPECT_LT(std::stod(message.at("time_s")), 60);
    }
}

TEST_P(ConformanceTest, RegistrarRestart)
{
    // Registrations are refreshed every 4 s.
    SetKey("ns3::vmm::Nve::Lifetime", "8s");
    SetKey("duration", "14s");
    SetMoves({"m1,2s,web,server-2-0", "m2,10s,web,server-1-1"});
    SetFlows(13);
    Build(GetParam().scheme);
    At(3.5,
       "mn",
       [this]()
       {
           run->GetMobility().GetNva()->Fail();
       });
    At(4.5,
       "mn",
       [this]()
       {
           run->GetMobility().GetNva()->Restart();
       });
    FinishWell();
    EXPECT_EQ(Outcome("m2"), "completed");
    ExpectAt("web", "server-1-1");
    ExpectReachableFrom(Move("m2", "resume_s") + SETTLED);
    ExpectSurvival("m2");
}

TEST_P(ConformanceTest, IdealIsNotBeaten)
{
    // By definition: no scheme has its tables right before the resume. What is left is when the
    // first packet after it is sent, within a period, and how long it takes: 4 links of 5 us, the
    // switches' 1 us, and sending times.
    const double slack = PERIOD + 0.00005;
    SetKey("randomness", "on");
    SetKey("duration", "5s");
    SetFlows(4);
    for (uint64_t seed = 1; seed <= 3; ++seed)
    {
        SCOPED_TRACE(seed);
        RunWell("ideal", seed);
        const double bound = Move("m1", "outage_s");
        EXPECT_GT(bound, 0);
        RunWell(GetParam().scheme, seed);
        EXPECT_GE(Move("m1", "outage_s"), bound - slack);
    }
}

INSTANTIATE_TEST_SUITE_P(Schemes, ConformanceTest, ::testing::ValuesIn(GetCandidates()), NameOf);
