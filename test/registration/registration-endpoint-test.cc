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

TEST_F(RegistrationEndpointTest, RequestAndReply)
{
    Open(Ipv4Pair());
    AcceptAll();
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(300));
    ASSERT_EQ(m_handled.size(), 1U);
    EXPECT_EQ(m_handled[0], SampleRequest());
    ASSERT_EQ(m_outcomes.size(), 1U);
    const auto& outcome = m_outcomes[0].second;
    EXPECT_TRUE(outcome.IsAccepted());
    EXPECT_EQ(outcome.transmissions, 1U);
    EXPECT_EQ(outcome.reply->lifetime, 75);
    EXPECT_EQ(outcome.reply->sequence, SampleRequest().sequence);
    EXPECT_EQ(outcome.reply->vmId, "vm1");
    ASSERT_EQ(m_wire.size(), 2U);
    // Request: 31 octets of ours, from the NVE's address, port 50364 at both ends.
    EXPECT_EQ(m_wire[0].message, SampleRequest());
    EXPECT_EQ(m_wire[0].from, m_nveAddress);
    EXPECT_EQ(m_wire[0].to, m_mnAddress);
    EXPECT_EQ(m_wire[0].sourcePort, 50364);
    EXPECT_EQ(m_wire[0].destinationPort, 50364);
    EXPECT_EQ(m_wire[0].bytes, 31U);
    EXPECT_EQ(m_wire[1].from, m_mnAddress);
    EXPECT_EQ(m_wire[1].sourcePort, 50364);
    EXPECT_EQ(m_wire[1].bytes, 17U);
    EXPECT_EQ(m_nveTx.size(), 1U);
    EXPECT_EQ(m_nveRx.size(), 1U);
    EXPECT_EQ(m_nve->GetPendingCount(), 0U);
}

TEST_F(RegistrationEndpointTest, Ipv6)
{
    Open(Ipv6Pair());
    AcceptAll();
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(10));
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_TRUE(m_outcomes[0].second.IsAccepted());
    ASSERT_EQ(m_nveRx.size(), 1U);
    EXPECT_EQ(m_nveRx[0].from, m_mnAddress);
    EXPECT_EQ(m_nveRx[0].to, m_nveAddress);
    EXPECT_TRUE(m_nveRx[0].to.IsIpv6());
}

TEST_F(RegistrationEndpointTest, LostRequestIsSentAgainWithTheSameNumber)
{
    Open(Ipv4Pair());
    AcceptAll();
    LoseAtMn({0, 1});
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(300));
    ASSERT_EQ(m_nveTx.size(), 3U);
    EXPECT_EQ(m_nveTx[0].at, Seconds(1));
    EXPECT_EQ(m_nveTx[1].at, Seconds(2));
    EXPECT_EQ(m_nveTx[2].at, Seconds(4));
    EXPECT_EQ(m_nveTx[2].message, m_nveTx[0].message);
    EXPECT_EQ(m_handled.size(), 1U);
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_EQ(m_outcomes[0].second.transmissions, 3U);
}

TEST_F(RegistrationEndpointTest, LostReplyIsRepeatedAndTheRequestHandledOnce)
{
    Open(Ipv4Pair());
    AcceptAll();
    LoseAtNve({0, 1});
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(300));
    EXPECT_EQ(m_handled.size(), 1U);
    EXPECT_EQ(m_mnTx.size(), 3U);
    EXPECT_EQ(m_mnTx[1].message, m_mnTx[0].message);
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_TRUE(m_outcomes[0].second.IsAccepted());
}

TEST_F(RegistrationEndpointTest, GivesUpAfterEightRetransmissions)
{
    Open(Ipv4Pair());
    m_mn->Close();
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(1000));
    EXPECT_EQ(m_nveTx.size(), 9U);
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_FALSE(m_outcomes[0].second.reply);
    EXPECT_EQ(m_outcomes[0].second.transmissions, 9U);
    EXPECT_EQ(m_outcomes[0].first, Seconds(160));
    EXPECT_EQ(m_giveUps, 1U);
    EXPECT_EQ(m_nve->GetPendingCount(), 0U);
}

TEST_F(RegistrationEndpointTest, MnUnreachableForTenSeconds)
{
    Open(Ipv4Pair());
    m_mn->Close();
    AcceptAll();
    Simulator::Schedule(Seconds(11),
                        [this]
                        {
                            m_mn->Open(m_mnNode, {m_mnAddress});
                        });
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(100));
    ASSERT_EQ(m_outcomes.size(), 1U);
    // 1, 2, 4, 8 s are lost, 16 s is answered.
    EXPECT_EQ(m_outcomes[0].second.transmissions, 5U);
    EXPECT_EQ(m_outcomes[0].first.RoundTo(Time::S), Seconds(16));
}

TEST_F(RegistrationEndpointTest, DuplicateInFlightIsHandledOnceAndAnsweredTwice)
{
    Open(Ipv4Pair());
    AcceptAll();
    const auto octets = EncodeRegistration(SampleRequest());
    InjectAtMn(Seconds(1), octets);
    InjectAtMn(Seconds(1), octets);
    Run(Seconds(10));
    EXPECT_EQ(m_handled.size(), 1U);
    ASSERT_EQ(m_injectedReplies.size(), 2U);
    EXPECT_EQ(m_injectedReplies[0], m_injectedReplies[1]);
}

TEST_F(RegistrationEndpointTest, DuplicateWhileTheAnswerIsPending)
{
    Open(Ipv4Pair());
    RegistrationEndpoint::Responder kept;
    int handled = 0;
    m_mn->SetRequestHandler(
        [&](const RegistrationMessage&,
            const IpAddress&,
            const RegistrationEndpoint::Responder& respond)
        {
            kept = respond;
            handled++;
        });
    Simulator::Schedule(Seconds(4.5),
                        [&]
                        {
                            kept(MakeReply(SampleRequest(), RegistrationStatus::ACCEPTED, 75));
                            kept(MakeReply(SampleRequest(), RegistrationStatus::PROHIBITED));
                        });
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(100));
    // Copies of 1, 2 and 4 s are swallowed until the answer at 4.5 s; the second answer counts not.
    EXPECT_EQ(handled, 1);
    EXPECT_EQ(m_mnDiscards,
              (std::vector<std::string>{"duplicate-in-progress", "duplicate-in-progress"}));
    EXPECT_EQ(m_mnTx.size(), 1U);
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_TRUE(m_outcomes[0].second.IsAccepted());
}

TEST_F(RegistrationEndpointTest, UnansweredRequestCountsAsFreshAgain)
{
    Open(Ipv4Pair());
    int handled = 0;
    m_mn->SetRequestHandler(
        [&](const RegistrationMessage& request,
            const IpAddress&,
            const RegistrationEndpoint::Responder& respond)
        {
            if (++handled == 3)
            {
                respond(MakeReply(request, RegistrationStatus::ACCEPTED, 75));
            }
        });
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(100));
    EXPECT_EQ(handled, 3);
    EXPECT_EQ(m_outcomes.size(), 1U);
}

TEST_F(RegistrationEndpointTest, ReplyDelayedPastARetransmissionIsTakenOnce)
{
    Open(Ipv4Pair(), MilliSeconds(700));
    AcceptAll();
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(100));
    // Round trip 1.4 s: sent at 1 and 2 s, answered at 2.4 s, the second answer is discarded.
    EXPECT_EQ(m_nveTx.size(), 2U);
    EXPECT_EQ(m_handled.size(), 1U);
    EXPECT_EQ(m_outcomes.size(), 1U);
    EXPECT_EQ(m_nveDiscards, std::vector<std::string>{"unexpected-reply"});
}

TEST_F(RegistrationEndpointTest, RepliesInAnotherOrderFindTheirRequests)
{
    Open(Ipv4Pair());
    std::vector<std::pair<RegistrationMessage, RegistrationEndpoint::Responder>> waiting;
    m_mn->SetRequestHandler(
        [&](const RegistrationMessage& request,
            const IpAddress&,
            const RegistrationEndpoint::Responder& respond)
        {
            waiting.emplace_back(request, respond);
        });
    // Three VMs with the same sequence number, and two numbers of one VM.
    std::map<std::string, uint16_t> granted;
    const auto send = [&](const std::string& vm, uint16_t counter)
    {
        m_nve->Send(m_mnAddress,
                    SampleRequest(vm, 1, counter),
                    [&granted, vm, counter](const RequestOutcome& outcome)
                    {
                        granted[vm + std::to_string(counter)] = outcome.reply->lifetime;
                    });
    };
    Simulator::Schedule(Seconds(1),
                        [&]
                        {
                            send("a", 0);
                            send("b", 0);
                            send("c", 0);
                            send("a", 1);
                        });
    Simulator::Schedule(Seconds(1.5),
                        [&]
                        {
                            for (size_t i = waiting.size(); i-- > 0;)
                            {
                                waiting[i].second(MakeReply(waiting[i].first,
                                                            RegistrationStatus::ACCEPTED,
                                                            static_cast<uint16_t>(10 + i)));
                            }
                        });
    Run(Seconds(1.9));
    const std::map<std::string, uint16_t> expected = {
        {"a0", 10}, {"b0", 11}, {"c0", 12}, {"a1", 13}};
    EXPECT_EQ(granted, expected);
}

TEST_F(RegistrationEndpointTest, PacingOnTheWire)
{
    Open(Ipv4Pair());
    AcceptAll();
    for (uint16_t i = 0; i < 7; i++)
    {
        SendAt(Seconds(1), SampleRequest("vm1", 1, i));
    }
    SendAt(Seconds(1), SampleRequest("vm2"));
    Run(Seconds(10));
    std::map<int64_t, int> perSecond;
    for (const auto& sent : m_nveTx)
    {
        perSecond[sent.at.GetMilliSeconds()] += sent.message.vmId == "vm1";
    }
    const std::map<int64_t, int> expected = {{1000, 3}, {2000, 3}, {3000, 1}};
    EXPECT_EQ(perSecond, expected);
    EXPECT_EQ(m_outcomes.size(), 8U);
}

TEST_F(RegistrationEndpointTest, CancelledRequestIsNotSentAgain)
{
    Open(Ipv4Pair());
    m_mn->Close();
    uint32_t handle = 0;
    Simulator::Schedule(Seconds(1),
                        [&]
                        {
                            handle = m_nve->Send(m_mnAddress,
                                                 SampleRequest(),
                                                 [](const RequestOutcome&)
                                                 {
                                                     FAIL();
                                                 });
                            EXPECT_NE(handle, 0U);
                        });
    Simulator::Schedule(Seconds(2.5),
                        [&]
                        {
                            EXPECT_TRUE(m_nve->Cancel(handle));
                            EXPECT_FALSE(m_nve->Cancel(handle));
                        });
    Run(Seconds(300));
    EXPECT_EQ(m_nveTx.size(), 2U);
    EXPECT_EQ(m_giveUps, 0U);
}

TEST_F(RegistrationEndpointTest, CloseForgetsEverythingAndMayHappenAnywhere)
{
    Open(Ipv4Pair());
    RegistrationEndpoint::Responder kept;
    m_mn->SetRequestHandler(
        [&](const RegistrationMessage&,
            const IpAddress&,
            const RegistrationEndpoint::Responder& respond)
        {
            kept = respond;
            m_mn->Close();
        });
    SendAt(Seconds(1), SampleRequest());
    Simulator::Schedule(Seconds(1.5),
                        [&]
                        {
                            kept(MakeReply(SampleRequest(), RegistrationStatus::ACCEPTED, 75));
                            m_nve->Close();
                            m_nve->Close();
                            EXPECT_FALSE(m_nve->IsOpen());
                            EXPECT_THROW(m_nve->Send(m_mnAddress, SampleRequest()),
                                         std::logic_error);
                        });
    Run(Seconds(300));
    EXPECT_TRUE(m_outcomes.empty());
    EXPECT_TRUE(m_mnTx.empty());
    EXPECT_EQ(m_nveTx.size(), 1U);
}

TEST_F(RegistrationEndpointTest, ClosedEndpointOpensAgainWithoutMemory)
{
    Open(Ipv4Pair());
    AcceptAll();
    SendAt(Seconds(1), SampleRequest());
    Simulator::Schedule(Seconds(2),
                        [this]
                        {
                            m_mn->Close();
                            m_mn->Open(m_mnNode, {m_mnAddress});
                        });
    SendAt(Seconds(3), SampleRequest());
    Run(Seconds(10));
    EXPECT_EQ(m_handled.size(), 2U);
    EXPECT_EQ(m_outcomes.size(), 2U);
}

TEST_F(RegistrationEndpointTest, SendFromWithinACallback)
{
    Open(Ipv4Pair());
    AcceptAll();
    int rounds = 0;
    std::function<void(const RequestOutcome&)> again = [&](const RequestOutcome& outcome)
    {
        EXPECT_TRUE(outcome.IsAccepted());
        if (++rounds < 5)
        {
            m_nve->Send(m_mnAddress, SampleRequest("vm" + std::to_string(rounds)), again);
        }
    };
    Simulator::Schedule(Seconds(1),
                        [&]
                        {
                            m_nve->Send(m_mnAddress, SampleRequest("vm0"), again);
                        });
    Run(Seconds(10));
    EXPECT_EQ(rounds, 5);
    EXPECT_EQ(m_handled.size(), 5U);
}

TEST_F(RegistrationEndpointTest, BadUseThrows)
{
    EXPECT_THROW(m_nve->Send(IpAddress::FromString("10.0.0.1"), SampleRequest()), std::logic_error);
    EXPECT_THROW(
        m_nve->Open(m_nveNode,
                    {IpAddress::FromString("10.0.0.1"), IpAddress::FromString("10.0.0.2")}),
        std::invalid_argument);
    EXPECT_THROW(m_nve->Open(CreateObject<Node>()), std::invalid_argument);
    auto slow = CreateObject<RegistrationEndpoint>();
    slow->SetAttribute("InitialTimeout", TimeValue(Seconds(33)));
    EXPECT_THROW(slow->Open(m_nveNode), std::invalid_argument);
    slow = CreateObject<RegistrationEndpoint>();
    EXPECT_FALSE(slow->SetAttributeFailSafe("ServiceTime", PointerValue()));
    slow->Dispose();
    EXPECT_THROW(slow->Open(m_nveNode), std::invalid_argument);
    EXPECT_FALSE(slow->IsOpen());
    Open(Ipv4Pair());
    EXPECT_THROW(m_nve->Open(m_nveNode), std::logic_error);
    EXPECT_THROW(CreateObject<RegistrationEndpoint>()->Open(m_nveNode, {m_nveAddress}),
                 std::invalid_argument);
    EXPECT_THROW(m_nve->Send(IpAddress::FromString("fd00::1"), SampleRequest()),
                 std::invalid_argument);
    auto bad = SampleRequest();
    bad.mac.reset();
    EXPECT_THROW(m_nve->Send(m_mnAddress, bad), std::invalid_argument);
    EXPECT_THROW(m_nve->Send(m_mnAddress, MakeReply(SampleRequest(), RegistrationStatus::ACCEPTED)),
                 std::invalid_argument);
    EXPECT_EQ(m_nve->GetPendingCount(), 0U);
}

TEST_F(RegistrationEndpointTest, UnboundEndpointUsesBothFamilies)
{
    m_nve->Open(m_nveNode);
    m_mn->Open(m_mnNode);
    AcceptAll();
    for (const auto& to : {Ipv4Pair().second, Ipv6Pair().second})
    {
        m_mnAddress = to;
        m_nve->Send(to,
                    SampleRequest(to.ToString()),
                    [this](const RequestOutcome& outcome)
                    {
                        m_outcomes.emplace_back(Simulator::Now(), outcome);
                    });
    }
    Run(Seconds(10));
    EXPECT_EQ(m_outcomes.size(), 2U);
    EXPECT_EQ(m_nve->GetLocalAddress(IpFamily::IPV4), IpAddress());
}

} // namespace
} // namespace vmm
} // namespace ns3
