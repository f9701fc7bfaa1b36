// SPDX-License-Identifier: GPL-2.0-only
// Sessions that are cut, starve, expire or begin twice: each ends Established again, and what one
// side has advertised is what the other one has received.
#include "helper/bgp-fabric.h"

#include "ns3/bgp-codec.h"
#include "ns3/inet-socket-address.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>
#include <memory>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// What a router has told its neighbours and heard from them, and how its sessions went.
struct RouterLog
{
    /// Routes by prefix.
    using Table = std::map<IpPrefix, BgpPathAttributes>;

    std::map<std::string, Table> in;                        //!< by neighbour
    std::map<std::string, Table> out;                       //!< by neighbour
    std::map<std::string, std::vector<BgpSessionEnd>> ends; //!< by neighbour
    std::map<std::string, int> established;                 //!< how often, by neighbour

    static void Note(Table& table, const IpPrefix& prefix, const BgpAttributesPtr& attributes)
    {
        attributes ? table.insert_or_assign(prefix, *attributes).second : table.erase(prefix);
    }

    void In(const std::string& name, const IpPrefix& prefix, const BgpAttributesPtr& attributes)
    {
        Note(in[name], prefix, attributes);
    }

    void Out(const std::string& name, const IpPrefix& prefix, const BgpAttributesPtr& attributes)
    {
        Note(out[name], prefix, attributes);
    }

    void State(const std::string& name, BgpSessionState from, BgpSessionState to)
    {
        established[name] += to == BgpSessionState::ESTABLISHED;
        if (from == BgpSessionState::ESTABLISHED)
        {
            out[name].clear(); // a new session starts with nothing told
        }
    }

    void End(const std::string& name, const BgpSessionEnd& end)
    {
        ends[name].push_back(end);
    }
};

/// A neighbour that says OPEN and KEEPALIVE and never reads.
class DeafPeer
{
  public:
    DeafPeer(Ptr<Node> node, BgpOpenMessage open)
        : m_open(std::move(open)),
          m_listener(Socket::CreateSocket(node, TcpSocketFactory::GetTypeId()))
    {
        m_listener->SetAttribute("RcvBufSize", UintegerValue(8192));
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 179));
        m_listener->Listen();
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&DeafPeer::Accept, this));
    }

    /// Ends all.
    void Close()
    {
        m_listener->Close();
        for (auto& call : m_calls)
        {
            Simulator::Cancel(call->next);
            call->socket->Close();
        }
    }

    /// How often it was called.
    size_t GetCalls() const
    {
        return m_calls.size();
    }

  private:
    /// One connection.
    struct Call
    {
        Ptr<Socket> socket; //!< of it
        EventId next;       //!< KEEPALIVE
    };

    void Accept(Ptr<Socket> socket, const Address&)
    {
        m_calls.push_back(std::make_unique<Call>(Call{socket, {}}));
        Send(*m_calls.back(), EncodeBgpOpen(m_open));
        KeepAlive(m_calls.back().get());
    }

    static void Send(Call& call, const std::vector<uint8_t>& octets)
    {
        call.socket->Send(octets.data(), octets.size(), 0);
    }

    void KeepAlive(Call* call)
    {
        Send(*call, EncodeBgpKeepalive());
        call->next = Simulator::Schedule(Seconds(3), &DeafPeer::KeepAlive, this, call);
    }

    BgpOpenMessage m_open;                      //!< what it says first
    Ptr<Socket> m_listener;                     //!< takes calls
    std::vector<std::unique_ptr<Call>> m_calls; //!< taken
};

class BgpSessionsTest : public BgpFabricTest
{
  protected:
    void SetUp() override
    {
        BgpFabricTest::SetUp();
        bgp.SetAttribute("HoldTime", TimeValue(Seconds(9)));
    }

    void BuildAndListen(const std::map<std::string, std::string>& values)
    {
        Build("leaf-spine", values);
        for (const auto& [node, router] : bgp.GetRouters())
        {
            RouterLog& log = logs[fabric->GetTopology().GetNode(node).name];
            router->TraceConnectWithoutContext("AdjRibIn", MakeCallback(&RouterLog::In, &log));
            router->TraceConnectWithoutContext("AdjRibOut", MakeCallback(&RouterLog::Out, &log));
            router->TraceConnectWithoutContext("SessionState",
                                               MakeCallback(&RouterLog::State, &log));
            router->TraceConnectWithoutContext("SessionEnd", MakeCallback(&RouterLog::End, &log));
        }
    }

    /// Both directions of every session: told is heard.
    void ExpectEqualTables()
    {
        EXPECT_TRUE(bgp.AreAllEstablished());
        size_t routes = 0;
        for (const auto& [name, log] : logs)
        {
            for (const auto& [neighbour, all] : log.out)
            {
                // What has been there already is not kept (RFC 4271 section 9.1.2).
                RouterLog::Table told = all;
                const uint32_t asn = Router(neighbour)->GetAsn();
                for (auto route = told.begin(); route != told.end();)
                {
                    route = route->second.ContainsAs(asn) ? told.erase(route) : std::next(route);
                }
                const auto& heard = logs[neighbour].in[name];
                EXPECT_EQ(heard.size(), told.size()) << name << " to " << neighbour;
                EXPECT_TRUE(heard == told) << name << " to " << neighbour;
                routes += told.size();
            }
        }
        EXPECT_GT(routes, 0u);
    }

    /// A router announces host routes, each of its own attributes, so that each is an UPDATE.
    void AnnounceMany(const std::string& name, uint32_t number)
    {
        for (uint32_t i = 0; i < number; ++i)
        {
            const IpAddress address(Ipv4Address(Ipv4Address("10.99.0.0").Get() + i));
            Router(name)->AnnounceHostRoute(address, i + 1, HostRouteRank::NORMAL);
        }
    }

    std::map<std::string, RouterLog> logs; //!< by router
};

} // namespace

TEST_F(BgpSessionsTest, SimultaneousOpenLeavesOneSession)
{
    BuildAndListen({{"leaves", "3"}, {"spines", "2"}, {"servers", "1"}});
    RunUntil(Seconds(3));
    ExpectEqualTables();
    for (const auto& [name, log] : logs)
    {
        for (const auto& [neighbour, times] : log.established)
        {
            EXPECT_EQ(times, 1) << name << " and " << neighbour;
        }
        // All called each other at once: of two connections one was closed (RFC 4271 section 6.8).
        for (const auto& [neighbour, ends] : log.ends)
        {
            for (const BgpSessionEnd& end : ends)
            {
                EXPECT_EQ(end.code, BgpErrorCode::CEASE) << end.ToString();
            }
        }
    }
}

TEST_F(BgpSessionsTest, CutInMidStream)
{
    detectTime = Seconds(0);
    BuildAndListen({{"leaves", "2"}, {"spines", "2"}, {"servers", "1"}});
    RunUntil(Seconds(2));
    AnnounceMany("leaf-0", 5000);
    fabric->FailLinkAt(Seconds(2) + MicroSeconds(60), "leaf-0", "spine-0");
    fabric->RestoreLinkAt(Seconds(4), "leaf-0", "spine-0");
    RunUntil(Seconds(3));
    const size_t heard = logs["leaf-1"].in["spine-1"].size();
    EXPECT_GT(heard, 5000u);
    EXPECT_LT(logs["leaf-1"].in["spine-0"].size(), 100u) << "gone with the session";
    RunUntil(Seconds(60));
    EXPECT_EQ(logs["leaf-0"].established["spine-0"], 2);
    ExpectEqualTables();
    EXPECT_EQ(logs["leaf-1"].in["spine-0"].size(), heard);
}

TEST_F(BgpSessionsTest, CutInMidStreamThatNobodyNotices)
{
    detectTime = Seconds(1000);
    BuildAndListen({{"leaves", "2"}, {"spines", "2"}, {"servers", "1"}});
    RunUntil(Seconds(2));
    AnnounceMany("leaf-0", 5000);
    fabric->FailLinkAt(Seconds(2) + MicroSeconds(60), "leaf-0", "spine-0");
    fabric->RestoreLinkAt(Seconds(20), "leaf-0", "spine-0");
    RunUntil(Seconds(19));
    EXPECT_EQ(logs["leaf-0"].ends["spine-0"].back().code, BgpErrorCode::HOLD_TIMER_EXPIRED);
    RunUntil(Seconds(100));
    EXPECT_EQ(logs["leaf-0"].established["spine-0"], 2);
    ExpectEqualTables();
}

TEST_F(BgpSessionsTest, ACutThatHealsBeforeTheHoldTimeIsOnlyLate)
{
    detectTime = Seconds(1000);
    BuildAndListen({{"leaves", "2"}, {"spines", "2"}, {"servers", "1"}});
    RunUntil(Seconds(2));
    AnnounceMany("leaf-0", 5000);
    fabric->FailLinkAt(Seconds(2) + MicroSeconds(60), "leaf-0", "spine-0");
    fabric->RestoreLinkAt(Seconds(4), "leaf-0", "spine-0");
    RunUntil(Seconds(60));
    EXPECT_EQ(logs["leaf-0"].established["spine-0"], 1) << "TCP sends again what was lost";
    ExpectEqualTables();
}

TEST_F(BgpSessionsTest, BothSidesRestartAtOnce)
{
    BuildAndListen({{"leaves", "2"}, {"spines", "1"}, {"servers", "1"}});
    RunUntil(Seconds(2));
    AnnounceMany("leaf-0", 1000);
    RunUntil(Seconds(4));
    for (const std::string name : {"leaf-0", "spine-0"})
    {
        Router(name)->Shutdown();
    }
    RunUntil(Seconds(5));
    EXPECT_LT(logs["leaf-1"].in["spine-0"].size(), 1u);
    for (const std::string name : {"leaf-0", "spine-0"})
    {
        Router(name)->Restart();
    }
    RunUntil(Seconds(60));
    ExpectEqualTables();
    EXPECT_GT(logs["leaf-1"].in["spine-0"].size(), 1000u);
}

// RFC 9687: who cannot send for the send hold time, 8 minutes, gives the session up, though
// KEEPALIVEs come. With a neighbour that reads all is as it should be again.
TEST_F(BgpSessionsTest, APeerThatStopsReading)
{
    BuildAndListen({{"leaves", "2"}, {"spines", "1"}, {"servers", "1"}});
    RunUntil(Seconds(2));
    BgpOpenMessage open;
    open.asn = Router("spine-0")->GetAsn();
    open.holdTime = 9;
    open.routerId = 0x01020304;
    open.capabilities.families = {BGP_IPV4_UNICAST};
    open.capabilities.fourOctetAs = true;
    Router("spine-0")->Shutdown();
    auto deaf = std::make_unique<DeafPeer>(fabric->GetNode("spine-0"), open);
    RunUntil(Seconds(20));
    EXPECT_EQ(deaf->GetCalls(), 2u) << "both leaves";
    EXPECT_EQ(Router("leaf-0")->GetEstablishedCount(), 1u);
    AnnounceMany("leaf-0", 50000);
    RunUntil(Seconds(400));
    EXPECT_EQ(Router("leaf-0")->GetEstablishedCount(), 1u) << "KEEPALIVEs come";
    RunUntil(Seconds(520));
    ASSERT_FALSE(logs["leaf-0"].ends["spine-0"].empty());
    const BgpSessionEnd& end = logs["leaf-0"].ends["spine-0"].back();
    EXPECT_EQ(end.ToString(), "local 8/0: the peer reads nothing");
    deaf->Close();
    RunUntil(Seconds(700));
    Router("spine-0")->Restart();
    RunUntil(Seconds(800));
    ExpectEqualTables();
    EXPECT_GT(logs["leaf-1"].in["spine-0"].size(), 50000u);
}
