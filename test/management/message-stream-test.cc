// SPDX-License-Identifier: GPL-2.0-only
#include "../star-network.h"

#include "ns3/management-channel.h"
#include "ns3/message-stream.h"
#include "ns3/tcp-socket-factory.h"

#include <memory>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint16_t PORT = 4000;

/// A frame of this many octets whose fifth octet is a number.
std::vector<uint8_t>
Frame(size_t size, uint8_t number)
{
    std::vector<uint8_t> frame(size, 0xee);
    frame[2] = static_cast<uint8_t>(size >> 8);
    frame[3] = static_cast<uint8_t>(size);
    if (size > 4)
    {
        frame[4] = number;
    }
    return frame;
}

/// Host 1 listens; host 0 connects.
class MessageStreamTest : public SimTest
{
  protected:
    void Build(bool ipv6 = false, const std::string& rate = "1Gbps")
    {
        m_net = std::make_unique<StarNetwork>(2, rate);
        m_ipv6 = ipv6;
        Listen();
        m_client = CreateObject<MessageStream>();
        m_client->SetStateCallback(
            [this](bool up, const std::string&)
            {
                m_states.push_back(up);
                m_stateTimes.push_back(Simulator::Now());
            });
        m_client->SetReceiveCallback(
            [this](const std::vector<uint8_t>& f)
            {
                m_atClient.push_back(f);
            });
    }

    void TearDown() override
    {
        m_client = nullptr;
        m_server = nullptr;
        m_listener = nullptr;
        SimTest::TearDown();
    }

    void Listen()
    {
        m_listener = Socket::CreateSocket(m_net->Host(1), TcpSocketFactory::GetTypeId());
        if (m_ipv6)
        {
            m_listener->Bind(Inet6SocketAddress(Ipv6Address::GetAny(), PORT));
        }
        else
        {
            m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        }
        m_listener->Listen();
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&MessageStreamTest::Accepted, this));
    }

    void Accepted(Ptr<Socket> socket, const Address&)
    {
        m_server = CreateObject<MessageStream>();
        m_server->SetReceiveCallback(
            [this](const std::vector<uint8_t>& f)
            {
                m_atServer.push_back(f);
            });
        m_server->SetStateCallback(
            [this](bool up, const std::string&)
            {
                m_serverUp = up;
            });
        m_server->Accept(socket);
        m_serverUp = true;
        ++m_accepted;
    }

    /// Connects as the first event, when the nodes are initialised.
    void Start()
    {
        Simulator::Schedule(Seconds(0),
                            &MessageStream::Connect,
                            m_client,
                            m_net->Host(0),
                            m_ipv6 ? m_net->Address6(1) : m_net->Address4(1),
                            PORT);
        if (Simulator::Now().IsZero())
        {
            RunTo(1e-9);
        }
    }

    void RunTo(double seconds)
    {
        Simulator::Stop(Seconds(seconds) - Simulator::Now());
        Simulator::Run();
    }

    std::unique_ptr<StarNetwork> m_net;
    bool m_ipv6{false};
    Ptr<Socket> m_listener;
    Ptr<MessageStream> m_client;
    Ptr<MessageStream> m_server;
    std::vector<std::vector<uint8_t>> m_atServer;
    std::vector<std::vector<uint8_t>> m_atClient;
    std::vector<bool> m_states;
    std::vector<Time> m_stateTimes;
    bool m_serverUp{false};
    int m_accepted{0};
};

} // namespace

TEST_F(MessageStreamTest, ManyFramesInOneSegmentAndOneOverMany)
{
    for (bool ipv6 : {false, true})
    {
        Build(ipv6);
        Start();
        RunTo(1);
        ASSERT_TRUE(m_client->IsConnected()) << ipv6;
        std::vector<std::vector<uint8_t>> sent;
        for (uint8_t i = 0; i < 50; ++i)
        {
            sent.push_back(Frame(4 + i % 20, i)); // some 30 of them fit one segment
        }
        sent.push_back(Frame(65535, 77)); // 46 segments
        sent.push_back(Frame(4, 0));
        for (const auto& f : sent)
        {
            EXPECT_TRUE(m_client->Send(f));
        }
        EXPECT_TRUE(m_server->Send(Frame(100, 5)));
        RunTo(2);
        EXPECT_EQ(m_atServer, sent);
        ASSERT_EQ(m_atClient.size(), 1u);
        EXPECT_EQ(m_atClient[0], Frame(100, 5));
        EXPECT_EQ(m_client->GetRemoteAddress(), ipv6 ? m_net->Address6(1) : m_net->Address4(1));
        EXPECT_EQ(m_client->GetLocalAddress(), ipv6 ? m_net->Address6(0) : m_net->Address4(0));
        m_atServer.clear();
        m_atClient.clear();
        TearDown();
    }
}

TEST_F(MessageStreamTest, BackPressure)
{
    Build(false, "100Mbps");
    Start();
    RunTo(1);
    // 6.5 MB into a 1 MiB socket buffer: the rest waits for the socket's word.
    for (int i = 0; i < 100; ++i)
    {
        EXPECT_TRUE(m_client->Send(Frame(65535, static_cast<uint8_t>(i))));
    }
    RunTo(1.3); // 100 Mbit/s carry at most 3.75 MB in 0.3 s: 57 frames
    EXPECT_GT(m_atServer.size(), 40u);
    EXPECT_LE(m_atServer.size(), 57u);
    RunTo(3);
    ASSERT_EQ(m_atServer.size(), 100u);
    for (int i = 0; i < 100; ++i)
    {
        EXPECT_EQ(m_atServer[i], Frame(65535, static_cast<uint8_t>(i)));
    }
}

TEST_F(MessageStreamTest, LossyLinkDelaysOnly)
{
    Build();
    m_net->SetLoss(0, 0.1);
    Start();
    RunTo(30);
    ASSERT_TRUE(m_client->IsConnected());
    for (int i = 0; i < 100; ++i)
    {
        m_client->Send(Frame(3000, static_cast<uint8_t>(i)));
    }
    RunTo(120);
    ASSERT_EQ(m_atServer.size(), 100u);
    EXPECT_EQ(m_atServer[99], Frame(3000, 99));
    EXPECT_EQ(m_accepted, 1);
}

TEST_F(MessageStreamTest, ConnectsAgainWithBackoff)
{
    Build();
    m_listener->Close(); // nobody listens; ns-3's TCP ignores the reset of its SYN
    m_listener = nullptr;
    Start();
    RunTo(3);
    EXPECT_FALSE(m_client->Send(Frame(10, 1)));
    EXPECT_FALSE(m_client->IsConnected());
    EXPECT_TRUE(m_states.empty());
    // Attempts of 4 s each begin at 0, 4.5 and 9.5: waits of 0.5 and 1 s lie between.
    RunTo(8.6);
    Listen();
    RunTo(9.49);
    EXPECT_FALSE(m_client->IsConnected());
    RunTo(9.51);
    EXPECT_TRUE(m_client->IsConnected());
    ASSERT_EQ(m_states, (std::vector<bool>{true}));
    // The server ends the connection: the client is told and comes back after the first wait.
    m_server->Close();
    RunTo(11);
    EXPECT_EQ(m_states, (std::vector<bool>{true, false, true}));
    EXPECT_NEAR((m_stateTimes[2] - m_stateTimes[1]).GetSeconds(), 0.5, 0.001);
    EXPECT_EQ(m_accepted, 2);
    m_client->Send(Frame(10, 9));
    RunTo(12);
    ASSERT_EQ(m_atServer.size(), 1u);
}

TEST_F(MessageStreamTest, UnreachablePeer)
{
    Build();
    m_net->SetLoss(1, 1);
    Start();
    RunTo(20);
    EXPECT_FALSE(m_client->IsConnected());
    m_net->SetLoss(1, 0);
    RunTo(60);
    EXPECT_TRUE(m_client->IsConnected());
    EXPECT_EQ(m_accepted, 1);
}

TEST_F(MessageStreamTest, CloseStopsEverything)
{
    Build();
    Start();
    RunTo(1);
    m_client->Close();
    EXPECT_FALSE(m_client->IsConnected());
    RunTo(100);
    EXPECT_FALSE(m_serverUp);
    EXPECT_EQ(m_accepted, 1);
    EXPECT_EQ(m_states, (std::vector<bool>{true}));
    EXPECT_FALSE(m_client->Send(Frame(10, 1)));
    EXPECT_EQ(m_client->GetLocalAddress(), IpAddress());
}

TEST_F(MessageStreamTest, GarbageEndsTheConnection)
{
    Build();
    Start();
    RunTo(1);
    m_client->Send(std::vector<uint8_t>{1, 2, 0, 0, 1}); // a length of 0 would loop for ever
    RunTo(1.4);
    EXPECT_FALSE(m_serverUp);
    EXPECT_EQ(m_states, (std::vector<bool>{true, false}));
    EXPECT_TRUE(m_atServer.empty());
}

namespace
{

/// Two channels over the streams of MessageStreamTest.
class ManagementChannelTest : public MessageStreamTest
{
  protected:
    void BuildChannels()
    {
        Build();
        m_near = CreateObject<ManagementChannel>();
        m_far = CreateObject<ManagementChannel>();
        m_near->SetHandler(
            [this](const ManagementMessage& m)
            {
                m_nearGot.push_back(m);
            });
        m_far->SetHandler(
            [this](const ManagementMessage& m)
            {
                m_farGot.push_back(m);
                if (m_answering)
                {
                    m_far->Answer(m.MakeAcknowledgement());
                }
            });
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&ManagementChannelTest::AcceptedChannel, this));
        m_near->TraceConnectWithoutContext("Tx", MakeCallback(&ManagementChannelTest::Sent, this));
    }

    void TearDown() override
    {
        m_near->Dispose();
        m_far->Dispose();
        m_near = nullptr;
        m_far = nullptr;
        MessageStreamTest::TearDown();
    }

    void AcceptedChannel(Ptr<Socket> socket, const Address&)
    {
        auto stream = CreateObject<MessageStream>();
        stream->Accept(socket);
        m_server = stream;
        m_far->SetStream(stream);
    }

    void Sent(const ManagementEvent& event)
    {
        m_sent.push_back(event);
    }

    void StartChannel()
    {
        m_near->SetStream(m_client);
        Start();
    }

    static ManagementMessage Destroy(const std::string& vm)
    {
        ManagementMessage m;
        m.type = ManagementType::DESTROY;
        m.epoch = 4;
        m.vm = vm;
        return m;
    }

    Ptr<ManagementChannel> m_near;
    Ptr<ManagementChannel> m_far;
    std::vector<ManagementMessage> m_nearGot;
    std::vector<ManagementMessage> m_farGot;
    std::vector<ManagementEvent> m_sent;
    bool m_answering{true};
};

} // namespace

TEST_F(ManagementChannelTest, OrderAndAnswer)
{
    BuildChannels();
    m_near->Send(Destroy("early")); // before there is a connection
    StartChannel();
    RunTo(1);
    m_near->Send(Destroy("late"));
    EXPECT_EQ(m_near->GetOutstandingCount(), 1u);
    RunTo(2);
    EXPECT_EQ(m_near->GetOutstandingCount(), 0u);
    ASSERT_EQ(m_farGot.size(), 2u);
    EXPECT_EQ(m_farGot[0].vm, "early");
    EXPECT_EQ(m_farGot[1].vm, "late");
    ASSERT_EQ(m_nearGot.size(), 2u);
    EXPECT_TRUE(m_nearGot[1].acknowledgement);
    ASSERT_EQ(m_sent.size(), 2u);
    EXPECT_EQ(m_sent[1].from, m_net->Address4(0));
    EXPECT_EQ(m_sent[1].to, m_net->Address4(1));
    EXPECT_EQ(m_sent[1].bytes, 12u + 2 + 4);
    EXPECT_EQ(m_sent[1].vm, "late");
}

TEST_F(ManagementChannelTest, SentAgainOnTheNextConnection)
{
    BuildChannels();
    m_answering = false;
    StartChannel();
    RunTo(1);
    m_near->Send(Destroy("a"));
    m_near->Send(Destroy("b"));
    RunTo(1.1);
    m_answering = true;
    m_server->Close(); // the far end loses its connection before it has answered
    RunTo(3);
    std::vector<std::string> got;
    for (const auto& m : m_farGot)
    {
        got.push_back(m.vm);
    }
    EXPECT_EQ(got, (std::vector<std::string>{"a", "b", "a", "b"}));
    EXPECT_EQ(m_near->GetOutstandingCount(), 0u);
    EXPECT_EQ(m_nearGot.size(), 2u);
}

// The far end forgets the connection without a word; TCP alone would never notice.
TEST_F(ManagementChannelTest, KeepAliveFindsADeadConnection)
{
    BuildChannels();
    ManagementMessage hello;
    hello.type = ManagementType::HELLO;
    hello.server = "near";
    m_near->SetKeepAlive(hello, Seconds(10), Seconds(30));
    StartChannel();
    RunTo(95);
    EXPECT_EQ(m_sent.size(), 9u); // one every 10 s, each answered
    EXPECT_EQ(m_farGot.size(), 9u);
    EXPECT_EQ(m_states.size(), 0u);
    Ptr<MessageStream> old = m_server;
    old->Abandon();
    m_server = nullptr;
    // Heard last at 90 s: probes at 100, 110, given up at 120, connected again at 120.5.
    RunTo(119.9);
    EXPECT_TRUE(m_near->IsConnected());
    EXPECT_FALSE(m_server);
    RunTo(120.4);
    EXPECT_FALSE(m_near->IsConnected());
    RunTo(120.6);
    EXPECT_TRUE(m_near->IsConnected());
    EXPECT_TRUE(m_server && m_server != old);
}

TEST_F(ManagementChannelTest, MalformedOrderIsAnswered)
{
    BuildChannels();
    StartChannel();
    RunTo(1);
    // A DESTROY without VM-ID: the codec writes it, the receiver answers MALFORMED.
    ManagementMessage bad;
    bad.type = ManagementType::DESTROY;
    bad.move = 3;
    m_near->Send(bad);
    RunTo(2);
    EXPECT_TRUE(m_farGot.empty());
    ASSERT_EQ(m_nearGot.size(), 1u);
    EXPECT_EQ(m_nearGot[0].status, ManagementStatus::MALFORMED);
    EXPECT_EQ(m_near->GetOutstandingCount(), 0u);
    // An answer nobody asked for is not handed on.
    m_far->Answer(Destroy("x").MakeAcknowledgement());
    RunTo(3);
    EXPECT_EQ(m_nearGot.size(), 1u);
}
