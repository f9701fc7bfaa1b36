// SPDX-License-Identifier: GPL-2.0-only
// Endpoints and tables together: what each disturbance on the link does to the binding.
#include "ns3/binding-cache.h"
#include "ns3/binding-update-list.h"
#include "ns3/registration-sender-policy.h"

#include "registration-link.h"
#include "registration-samples.h"

namespace ns3
{
namespace vmm
{
namespace
{

using Octets = std::vector<uint8_t>;

/// The registrar has a binding cache; crafted requests come from the NVE's node, port 40000.
class RegistrationExchangeTest : public RegistrationEndpointTest
{
  protected:
    void UseCache()
    {
        Open(Ipv4Pair());
        m_mn->SetRequestHandler(
            [this](const RegistrationMessage& request,
                   const IpAddress& from,
                   const RegistrationEndpoint::Responder& respond)
            {
                const auto decision = m_cache.Process(request, from, Simulator::Now());
                m_verdicts.push_back(BindingVerdictName(decision.verdict));
                respond(decision.MakeReplyTo(request));
            });
    }

    static Octets Refresh(uint32_t epoch, uint16_t counter, const std::string& key = "")
    {
        auto request = SampleRequest("vm1", epoch, counter);
        request.flags |= REGISTRATION_REFRESH;
        return EncodeRegistration(request, key);
    }

    RegistrationMessage Answer(size_t i, const std::string& key = "") const
    {
        const auto& octets = m_injectedReplies.at(i);
        return DecodeRegistration(octets.data(), octets.size(), key).message;
    }

    const BindingEntry& Binding() const
    {
        return *m_cache.Find({0, "vm1"});
    }

    BindingCache m_cache;                //!< of the registrar
    std::vector<std::string> m_verdicts; //!< on the requests that reached it
};

TEST_F(RegistrationExchangeTest, ReorderedRefreshesLeaveTheNewestNumber)
{
    UseCache();
    InjectAtMn(Seconds(1), Refresh(1, 0));
    InjectAtMn(Seconds(2), Refresh(1, 2));
    InjectAtMn(Seconds(3), Refresh(1, 1));
    Run(Seconds(10));
    EXPECT_EQ(m_verdicts, (std::vector<std::string>{"created", "refreshed", "stale"}));
    EXPECT_EQ(Binding().sequence, MakeSequence(1, 2));
    EXPECT_EQ(Binding().expires.RoundTo(Time::S), Seconds(302));
    EXPECT_EQ(Answer(2).status, RegistrationStatus::STALE_SEQUENCE);
    EXPECT_EQ(Answer(2).servingNve, m_nveAddress);
}

TEST_F(RegistrationExchangeTest, LateRefreshOfTheSourceStealsNothing)
{
    UseCache();
    // 10.0.0.9 had the VM with a high counter; the NVE on the link takes it with epoch 2.
    auto before = SampleRequest("vm1", 1, 0xfff0);
    m_cache.Process(before, Ipv4Address("10.0.0.9"), Seconds(0));
    SendAt(Seconds(1), SampleRequest("vm1", 2, 0));
    Run(Seconds(2));
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_TRUE(m_outcomes[0].second.IsAccepted());
    EXPECT_EQ(Binding().servingNve, m_nveAddress);
    before.sequence = MakeSequence(1, 0xfff1);
    const auto late = m_cache.Process(before, Ipv4Address("10.0.0.9"), Simulator::Now());
    EXPECT_EQ(late.MakeReplyTo(before).servingNve, m_nveAddress);
    EXPECT_EQ(Binding().servingNve, m_nveAddress);
}

TEST_F(RegistrationExchangeTest, DuplicatesAndLossesCountOnce)
{
    UseCache();
    LoseAtMn({0});
    LoseAtNve({0, 1});
    SendAt(Seconds(1), SampleRequest());
    Run(Seconds(100));
    // Lost, answered in vain twice, answered: 1, 2, 4 and 8 s.
    EXPECT_EQ(m_verdicts, std::vector<std::string>{"created"});
    EXPECT_EQ(m_mnTx.size(), 3U);
    ASSERT_EQ(m_outcomes.size(), 1U);
    EXPECT_EQ(m_outcomes[0].second.transmissions, 4U);
    EXPECT_EQ(Binding().expires.RoundTo(Time::S), Seconds(302));
}

TEST_F(RegistrationExchangeTest, CopyThatComesAfterTheReplyWasForgotten)
{
    m_mn->SetAttribute("DuplicateCacheTime", TimeValue(Seconds(5)));
    UseCache();
    InjectAtMn(Seconds(1), Refresh(1, 0));
    InjectAtMn(Seconds(2), Refresh(1, 0));
    InjectAtMn(Seconds(20), Refresh(1, 0));
    Run(Seconds(30));
    EXPECT_EQ(m_verdicts, (std::vector<std::string>{"created", "repeated"}));
    ASSERT_EQ(m_injectedReplies.size(), 3U);
    EXPECT_EQ(m_injectedReplies[1], m_injectedReplies[0]);
    EXPECT_EQ(m_injectedReplies[2], m_injectedReplies[0]);
    EXPECT_EQ(Binding().expires.RoundTo(Time::S), Seconds(301));
}

TEST_F(RegistrationExchangeTest, ForgedRequestsNeedTheKey)
{
    m_mn->SetAttribute("Key", StringValue("secret"));
    UseCache();
    InjectAtMn(Seconds(1), Refresh(1, 0, "secret"));
    InjectAtMn(Seconds(2), Refresh(2, 0, "guess"));
    auto altered = Refresh(2, 0, "secret");
    altered[5] ^= 4;
    InjectAtMn(Seconds(3), altered);
    InjectAtMn(Seconds(4), Refresh(2, 0));
    Run(Seconds(10));
    EXPECT_EQ(m_verdicts, std::vector<std::string>{"created"});
    EXPECT_EQ(Binding().sequence, MakeSequence(1, 0));
    ASSERT_EQ(m_injectedReplies.size(), 4U);
    EXPECT_EQ(Answer(0, "secret").status, RegistrationStatus::ACCEPTED);
    EXPECT_EQ(Answer(1, "secret").status, RegistrationStatus::AUTHENTICATION_FAILED);
    EXPECT_EQ(Answer(2, "secret").status, RegistrationStatus::AUTHENTICATION_FAILED);
    EXPECT_EQ(Answer(3, "secret").status, RegistrationStatus::MALFORMED);
}

TEST_F(RegistrationExchangeTest, TruncatedRequestsChangeNothing)
{
    UseCache();
    const auto octets = Refresh(1, 0);
    for (size_t size = 1; size < octets.size(); size++)
    {
        InjectAtMn(Seconds(static_cast<double>(size)),
                   Octets(octets.begin(), octets.begin() + size));
    }
    Run(Seconds(100));
    EXPECT_TRUE(m_verdicts.empty());
    EXPECT_TRUE(m_cache.GetEntries().empty());
    // 11 are shorter than a header, the other 19 of 30 are answered with 134.
    ASSERT_EQ(m_injectedReplies.size(), 19U);
    for (size_t i = 0; i < m_injectedReplies.size(); i++)
    {
        EXPECT_EQ(Answer(i).status, RegistrationStatus::MALFORMED);
        EXPECT_EQ(Answer(i).sequence, MakeSequence(1, 0));
    }
}

TEST_F(RegistrationExchangeTest, RedirectIsBelievedFromTheManagementNodeAlone)
{
    // Roles turned round: the registrar's endpoint of the link plays a source NVE.
    Open(Ipv4Pair());
    RegistrationSenderPolicy policy;
    policy.AddManagementNode(Ipv4Address("10.0.0.99"));
    BindingUpdateList list;
    auto& entry = list.Add({0, "vm1"}, BindingRole::SOURCE);
    entry.SetEpoch(1);
    m_mn->SetRequestHandler(
        [&](const RegistrationMessage& request,
            const IpAddress& from,
            const RegistrationEndpoint::Responder& respond)
        {
            if (!policy.MayAsk(request.role, from))
            {
                respond(MakeReply(request, RegistrationStatus::NOT_FROM_MN));
                return;
            }
            ASSERT_EQ(JudgeRedirect(list.Find(request.GetVmKey()), request.sequence),
                      RedirectVerdict::ACCEPT);
            list.Find(request.GetVmKey())->newServingNve = request.servingNve;
            respond(MakeReply(request, RegistrationStatus::ACCEPTED, request.lifetime));
        });
    auto redirect = SampleRequest("vm1", 2, 0);
    redirect.role = RecipientRole::SOURCE_NVE;
    redirect.servingNve = Ipv4Address("10.0.0.77");
    InjectAtMn(Seconds(1), EncodeRegistration(redirect));
    Simulator::Schedule(Seconds(2),
                        [&]
                        {
                            policy.AddManagementNode(m_nveAddress);
                        });
    redirect.sequence = MakeSequence(2, 1);
    InjectAtMn(Seconds(3), EncodeRegistration(redirect));
    Run(Seconds(2.5));
    EXPECT_FALSE(entry.newServingNve);
    Run(Seconds(10));
    EXPECT_EQ(entry.newServingNve, IpAddress(Ipv4Address("10.0.0.77")));
    ASSERT_EQ(m_injectedReplies.size(), 2U);
    EXPECT_EQ(Answer(0).status, RegistrationStatus::NOT_FROM_MN);
    EXPECT_EQ(Answer(1).status, RegistrationStatus::ACCEPTED);
}

TEST_F(RegistrationExchangeTest, RandomLossOnTheLinkOnlyDelays)
{
    UseCache();
    for (uint32_t i = 0; i < 2; i++)
    {
        auto model = CreateObject<RateErrorModel>();
        model->SetAttribute("ErrorUnit", StringValue("ERROR_UNIT_PACKET"));
        model->SetAttribute("ErrorRate", DoubleValue(0.2));
        model->AssignStreams(50 + i);
        m_devices.Get(i)->SetAttribute("ReceiveErrorModel", PointerValue(model));
    }
    for (int i = 0; i < 50; i++)
    {
        auto request = SampleRequest("vm" + std::to_string(i));
        request.SetVmAddresses({Ipv4Address(0x0a010000U + i)});
        SendAt(Seconds(1 + i), request);
    }
    Run(Seconds(400));
    // Each request is handled once, however often it and its reply were sent.
    EXPECT_EQ(m_verdicts, std::vector<std::string>(50, "created"));
    EXPECT_EQ(m_outcomes.size(), 50U);
    for (const auto& [at, outcome] : m_outcomes)
    {
        EXPECT_TRUE(outcome.IsAccepted());
    }
    EXPECT_GT(m_nveTx.size(), 60U);
}

TEST_F(RegistrationExchangeTest, QueriesArePacedByAddressAndAnsweredWithAVm)
{
    Open(Ipv4Pair());
    m_mn->SetRequestHandler(
        [](const RegistrationMessage& query,
           const IpAddress&,
           const RegistrationEndpoint::Responder& respond)
        {
            auto reply = MakeReply(query, RegistrationStatus::ACCEPTED, query.lifetime);
            reply.vmId = "vm of " + query.addresses.front().address.ToString();
            reply.mac = Mac48Address("02:00:00:00:00:07");
            reply.addresses = query.addresses;
            reply.servingNve = IpAddress::FromString("10.0.0.9");
            reply.bindingEpoch = 3;
            respond(reply);
        });
    for (uint16_t i = 1; i <= 5; i++)
    {
        RegistrationMessage query;
        query.role = RecipientRole::RESOLVER;
        query.sequence = MakeSequence(0, i);
        query.lifetime = 5;
        query.vnId = 7;
        query.SetVmAddresses({IpAddress::FromString("10.1.0." + std::to_string(i))});
        SendAt(Seconds(1), query);
    }
    Run(Seconds(10));
    // Three about one VM in a second would be the limit.
    ASSERT_EQ(m_nveTx.size(), 5U);
    EXPECT_EQ(m_nveTx.back().at, Seconds(1));
    ASSERT_EQ(m_outcomes.size(), 5U);
    for (size_t i = 0; i < 5; i++)
    {
        const auto& reply = *m_outcomes[i].second.reply;
        EXPECT_EQ(reply.vmId, "vm of 10.1.0." + std::to_string(i + 1));
        EXPECT_EQ(reply.bindingEpoch, 3);
        EXPECT_EQ(reply.lifetime, 5);
    }
    EXPECT_TRUE(m_nveDiscards.empty());
}

} // namespace
} // namespace vmm
} // namespace ns3
