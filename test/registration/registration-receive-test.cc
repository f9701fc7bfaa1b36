// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/registration-endpoint.h"

#include "registration-link.h"
#include "registration-samples.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace vmm
{
namespace
{

using Octets = std::vector<uint8_t>;

/// What arrives: broken, forged, too much at once.
using RegistrationReceiveTest = RegistrationEndpointTest;

TEST_F(RegistrationReceiveTest, TruncatedRequestIsAnswered134)
{
    Open(Ipv4Pair());
    AcceptAll();
    const auto octets = EncodeRegistration(SampleRequest());
    InjectAtMn(Seconds(1), Octets(octets.begin(), octets.begin() + 20));
    InjectAtMn(Seconds(2), Octets(octets.begin(), octets.begin() + 11));
    Run(Seconds(10));
    EXPECT_TRUE(m_handled.empty());
    EXPECT_EQ(m_mnDiscards, (std::vector<std::string>{"length-mismatch", "too-short"}));
    ASSERT_EQ(m_injectedReplies.size(), 1U);
    const auto& reply = m_injectedReplies[0];
    EXPECT_EQ(DecodeRegistration(reply.data(), reply.size()).message,
              MakeReply(SampleRequest(), RegistrationStatus::MALFORMED));
    EXPECT_EQ(m_mn->GetDiscardCount(), 2U);
}

TEST_F(RegistrationReceiveTest, Reply134EndsTheRequestEvenWithoutVmId)
{
    Open(Ipv4Pair());
    m_nve->Send(m_mnAddress,
                SampleRequest(),
                [this](const RequestOutcome& outcome)
                {
                    m_outcomes.emplace_back(Simulator::Now(), outcome);
                });
    m_mn->Close();
    auto reply = MakeReply(SampleRequest(), RegistrationStatus::MALFORMED);
    reply.vmId.clear();
    InjectAtNve(Seconds(1.5), EncodeRegistration(reply));
    Run(Seconds(5));
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_EQ(m_outcomes[0].second.reply->status, RegistrationStatus::MALFORMED);
}

TEST_F(RegistrationReceiveTest, Reply134WithoutVmIdNeedsOneCandidate)
{
    Open(Ipv4Pair());
    m_mn->Close();
    const auto callback = [this](const RequestOutcome& outcome)
    {
        m_outcomes.emplace_back(Simulator::Now(), outcome);
    };
    m_nve->Send(m_mnAddress, SampleRequest("a"), callback);
    m_nve->Send(m_mnAddress, SampleRequest("b"), callback);
    auto reply = MakeReply(SampleRequest("a"), RegistrationStatus::MALFORMED);
    reply.vmId.clear();
    InjectAtNve(Seconds(1.5), EncodeRegistration(reply));
    Run(Seconds(5));
    EXPECT_TRUE(m_outcomes.empty());
    EXPECT_EQ(m_nveDiscards, std::vector<std::string>{"unexpected-reply"});
}

TEST_F(RegistrationReceiveTest, ForgedRepliesHaveNoEffectAndNoAnswer)
{
    Open(Ipv4Pair());
    m_mn->Close();
    SendAt(Seconds(1), SampleRequest());
    const auto reply = MakeReply(SampleRequest(), RegistrationStatus::ACCEPTED, 75);
    auto other = reply;
    other.sequence++;
    InjectAtNve(Seconds(1.1), EncodeRegistration(other));
    other = reply;
    other.vmId = "vm2";
    InjectAtNve(Seconds(1.2), EncodeRegistration(other));
    other = reply;
    other.role = RecipientRole::PATH_ROUTER;
    InjectAtNve(Seconds(1.3), EncodeRegistration(other));
    other = reply;
    other.vnId = 4;
    InjectAtNve(Seconds(1.4), EncodeRegistration(other));
    // Right in all but the address, and right in all but the port.
    InjectAtNve(Seconds(1.5), EncodeRegistration(reply), OTHER_ADDRESS);
    InjectAtNve(Seconds(1.6), EncodeRegistration(reply), OTHER_PORT);
    Run(Seconds(1.9));
    EXPECT_TRUE(m_outcomes.empty());
    EXPECT_EQ(m_nveDiscards, std::vector<std::string>(6, "unexpected-reply"));
    EXPECT_EQ(m_nveTx.size(), 1U);
}

TEST_F(RegistrationReceiveTest, KeyAuthenticatesBothWays)
{
    m_mn->SetAttribute("Key", StringValue("secret"));
    m_nve->SetAttribute("Key", StringValue("secret"));
    Open(Ipv4Pair());
    AcceptAll();
    SendAt(Seconds(1), SampleRequest());
    InjectAtMn(Seconds(2), EncodeRegistration(SampleRequest("vm2"), "wrong"));
    InjectAtMn(Seconds(3), EncodeRegistration(SampleRequest("vm3")));
    Run(Seconds(10));
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_TRUE(m_outcomes[0].second.IsAccepted());
    EXPECT_EQ(m_handled.size(), 1U);
    ASSERT_EQ(m_injectedReplies.size(), 2U);
    const auto status = [this](size_t i)
    {
        const auto& octets = m_injectedReplies[i];
        return DecodeRegistration(octets.data(), octets.size(), "secret").message.status;
    };
    EXPECT_EQ(status(0), RegistrationStatus::AUTHENTICATION_FAILED);
    EXPECT_EQ(status(1), RegistrationStatus::MALFORMED);
}

TEST_F(RegistrationReceiveTest, KeylessRegistrarCannotBeReachedWithAKey)
{
    m_nve->SetAttribute("Key", StringValue("secret"));
    Open(Ipv4Pair());
    AcceptAll();
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(500));
    // Its replies carry no authenticator, so the NVE believes none.
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_FALSE(m_outcomes[0].second.reply);
    EXPECT_EQ(m_nveDiscards, std::vector<std::string>(9, "authenticator-missing"));
}

TEST_F(RegistrationReceiveTest, ServiceIsOneAtATimeInOrder)
{
    m_mn->SetAttribute("ServiceTime", StringValue("ns3::ConstantRandomVariable[Constant=0.1]"));
    Open(Ipv4Pair());
    std::vector<double> handled;
    m_mn->SetRequestHandler(
        [&](const RegistrationMessage& request,
            const IpAddress&,
            const RegistrationEndpoint::Responder& respond)
        {
            handled.push_back(Simulator::Now().GetSeconds());
            respond(MakeReply(request, RegistrationStatus::ACCEPTED, 75));
        });
    for (int i = 0; i < 4; i++)
    {
        SendAt(Seconds(1), SampleRequest("vm" + std::to_string(i)));
    }
    Run(Seconds(10));
    ASSERT_EQ(handled.size(), 4U);
    // Delay 1 ms and a few us of serialisation, then 100 ms each.
    for (int i = 0; i < 4; i++)
    {
        EXPECT_NEAR(handled[i], 1.001 + 0.1 * (i + 1), 1e-4);
    }
    EXPECT_EQ(m_maxQueue, 4U);
    EXPECT_EQ(m_mnRx[3].at.RoundTo(Time::MS), MilliSeconds(1001));
}

TEST_F(RegistrationReceiveTest, FullQueueDiscards)
{
    m_mn->SetAttribute("ServiceTime", StringValue("ns3::ConstantRandomVariable[Constant=0.1]"));
    m_mn->SetAttribute("QueueSize", UintegerValue(2));
    Open(Ipv4Pair());
    AcceptAll();
    for (int i = 0; i < 4; i++)
    {
        SendAt(Seconds(1), SampleRequest("vm" + std::to_string(i)));
    }
    Run(Seconds(1.9));
    EXPECT_EQ(m_handled.size(), 2U);
    EXPECT_EQ(m_mnDiscards, (std::vector<std::string>{"queue-full", "queue-full"}));
}

TEST_F(RegistrationReceiveTest, SameStreamSameServiceTimes)
{
    std::vector<std::vector<double>> runs;
    for (const int64_t stream : {7, 7, 8})
    {
        m_mn->SetAttribute("ServiceTime", StringValue("ns3::ExponentialRandomVariable[Mean=0.01]"));
        EXPECT_EQ(m_mn->AssignStreams(stream), 1);
        Open(Ipv4Pair());
        AcceptAll();
        for (int i = 0; i < 5; i++)
        {
            SendAt(Seconds(1), SampleRequest("vm" + std::to_string(i)));
        }
        Run(Seconds(10));
        runs.emplace_back();
        for (const auto& [at, outcome] : m_outcomes)
        {
            runs.back().push_back(at.GetSeconds());
        }
        m_outcomes.clear();
        Reset();
        Build();
    }
    EXPECT_EQ(runs[0].size(), 5U);
    EXPECT_EQ(runs[0], runs[1]);
    EXPECT_NE(runs[0], runs[2]);
}

TEST_F(RegistrationReceiveTest, NoHandlerNoAnswer)
{
    Open(Ipv4Pair());
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(1.5));
    EXPECT_EQ(m_mnDiscards, std::vector<std::string>{"no-handler"});
    EXPECT_TRUE(m_mnTx.empty());
}

TEST_F(RegistrationReceiveTest, GrantAboveTheAskedLifetimeIsCut)
{
    Open(Ipv4Pair());
    m_mn->Close();
    SendAt(Seconds(1), SampleRequest());
    auto reply = MakeReply(SampleRequest(), RegistrationStatus::ACCEPTED);
    reply.lifetime = 1000;
    InjectAtNve(Seconds(1.5), EncodeRegistration(reply));
    Run(Seconds(5));
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_EQ(m_outcomes[0].second.reply->lifetime, 75);
}

TEST_F(RegistrationReceiveTest, RandomDatagramsNeverReachTheHandlerHalfRead)
{
    Open(Ipv4Pair());
    AcceptAll();
    std::mt19937 random(3);
    for (int i = 0; i < 2000; i++)
    {
        auto octets = EncodeRegistration(RandomMessage(random));
        octets[random() % octets.size()] = static_cast<uint8_t>(random());
        octets.resize(std::max<size_t>(1, octets.size() - random() % 4));
        InjectAtMn(MilliSeconds(10 * i), octets);
    }
    Run(Seconds(30));
    for (const auto& request : m_handled)
    {
        EXPECT_EQ(CheckRegistration(request), RegistrationFault::NONE);
    }
    EXPECT_EQ(m_mnRx.size() + m_mn->GetDiscardCount(),
              2000U + std::count(m_mnDiscards.begin(), m_mnDiscards.end(), "unexpected-reply"));
}

} // namespace
} // namespace vmm
} // namespace ns3
