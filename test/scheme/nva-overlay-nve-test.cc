// SPDX-License-Identifier: GPL-2.0-only
// What an NVE of the overlay does with packets and messages, without a network.
#include "overlay-nve.h"
#include "sim-fixture.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

const VmKey V{7, "v"};

class OverlayNveTest : public SimTest
{
  protected:
    void SetUp() override
    {
        SimTest::SetUp();
        m_nve = std::make_unique<OverlayNve>();
        Use({{"Update", "Push"}});
    }

    void TearDown() override
    {
        m_scheme->Dispose();
        m_scheme = nullptr;
        m_nve.reset();
        SimTest::TearDown();
    }

    void Use(const std::map<std::string, std::string>& attributes)
    {
        m_scheme = MakeOverlay(attributes);
    }

    /// Answers a query: VM v is at an NVE.
    void AnswerWith(const OverlayNve::Asked& query,
                    const std::string& nve,
                    uint16_t epoch,
                    const IpAddressList& addresses = {At("10.1.0.5")})
    {
        auto reply = MakeReply(query.request, RegistrationStatus::ACCEPTED, query.request.lifetime);
        reply.vmId = V.vmId;
        reply.mac = Mac48Address("02:00:00:00:00:05");
        reply.SetVmAddresses(addresses);
        reply.servingNve = At(nve);
        reply.bindingEpoch = epoch;
        query.reply(reply);
    }

    void AnswerUnknown(const OverlayNve::Asked& query)
    {
        query.reply(MakeReply(query.request, RegistrationStatus::UNKNOWN_VM));
    }

    /// VM v, of epoch 1, is learnt to be at an NVE, by a query.
    void Learn(const std::string& nve, uint16_t epoch = 1)
    {
        EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
        const auto asked = m_nve->Take();
        ASSERT_EQ(asked.size(), 1U);
        AnswerWith(asked[0], nve, epoch);
        RunFor(Seconds(0));
        m_nve->sent.clear();
    }

    RegistrationMessage Told(const std::string& nve, uint32_t epoch)
    {
        RegistrationMessage request;
        request.role = RecipientRole::REMOTE_NVE;
        request.sequence = MakeSequence(epoch, 1);
        request.lifetime = 60;
        request.vnId = V.vnId;
        request.vmId = V.vmId;
        request.SetVmAddresses({At("10.1.0.5")});
        if (!nve.empty())
        {
            request.servingNve = At(nve);
        }
        return request;
    }

    /// @return how the message is answered; nothing if it is not yet
    std::optional<RegistrationStatus> Tell(const RegistrationMessage& request,
                                           const std::string& from)
    {
        auto answer = std::make_shared<std::optional<RegistrationStatus>>();
        m_scheme->MappingTold(*m_nve,
                              request,
                              At(from),
                              [answer](RegistrationStatus status)
                              {
                                  *answer = status;
                              });
        RunFor(Seconds(0));
        return *answer;
    }

    /// @return where the table sends packets for v; empty if nowhere
    std::string Way(const std::string& address = "10.1.0.5", uint32_t vn = 7)
    {
        const Route* route = m_nve->GetFibOf(vn).Lookup(At(address));
        return route ? route->ToString() : "";
    }

    static void RunFor(Time time)
    {
        Simulator::Stop(time);
        Simulator::Run();
    }

    std::unique_ptr<OverlayNve> m_nve;
    Ptr<NvaOverlayScheme> m_scheme;
};

} // namespace

TEST_F(OverlayNveTest, PacketsAreHeldUntilTheAnswerAndFollowInOrder)
{
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    auto asked = m_nve->Take();
    ASSERT_EQ(asked.size(), 1U) << "one query at a time for an address";
    EXPECT_EQ(asked[0].to, At("10.0.0.100"));
    EXPECT_EQ(asked[0].request.role, RecipientRole::RESOLVER);
    EXPECT_EQ(asked[0].request.vnId, 7U);
    EXPECT_EQ(asked[0].request.GetVmAddresses(), IpAddressList{At("10.1.0.5")});
    EXPECT_EQ(asked[0].request.flags, 0);
    EXPECT_EQ(asked[0].request.lifetime, 60) << "BackstopLifetime is 240 s";
    EXPECT_EQ(CheckRegistration(asked[0].request), RegistrationFault::NONE);
    AnswerWith(asked[0], "10.0.0.2", 1);
    RunFor(Seconds(0));
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.2");
    ASSERT_EQ(m_nve->sent.size(), 2U);
    EXPECT_EQ(m_nve->sent[0].destination, At("10.1.0.5"));
    EXPECT_EQ(m_nve->sent[0].remote, At("10.0.0.2"));
    EXPECT_TRUE(m_nve->dropped.empty());
}

TEST_F(OverlayNveTest, InstallDelayHoldsPacketsFurther)
{
    m_nve->SetInstallDelay(0.5);
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    AnswerWith(m_nve->Take().at(0), "10.0.0.2", 1);
    RunFor(Seconds(0.4));
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_TRUE(m_nve->Take().empty()) << "the answer is there already";
    EXPECT_TRUE(m_nve->sent.empty());
    RunFor(Seconds(0.2));
    EXPECT_EQ(m_nve->sent.size(), 2U);
}

TEST_F(OverlayNveTest, BothAddressesOfAVmComeWithOneAnswer)
{
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("fd01::5")));
    const auto asked = m_nve->Take();
    ASSERT_EQ(asked.size(), 2U);
    AnswerWith(asked[0], "10.0.0.2", 1, {At("10.1.0.5"), At("fd01::5")});
    RunFor(Seconds(0));
    EXPECT_EQ(Way("fd01::5"), "vxlan:7:10.0.0.2");
    EXPECT_EQ(m_nve->sent.size(), 2U);
    AnswerWith(asked[1], "10.0.0.2", 1, {At("10.1.0.5"), At("fd01::5")});
    EXPECT_EQ(m_scheme->GetCache().GetSize(), 1U);
}

TEST_F(OverlayNveTest, OverflowOfTheBufferIsTheCallersToDrop)
{
    Use({{"ResolveBufferPackets", "2"}});
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_FALSE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.6"))) << "another address, another buffer";
    size_t held = 0;
    m_scheme->VisitHeldPackets(
        [&held](Ptr<const Packet>)
        {
            ++held;
        });
    EXPECT_EQ(held, 3U);
    EXPECT_EQ(m_nve->Take().size(), 2U);
}

TEST_F(OverlayNveTest, UnknownAddressIsRememberedForItsTime)
{
    Use({{"NegativeLifetime", "2s"}});
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    AnswerUnknown(m_nve->Take().at(0));
    EXPECT_EQ(m_nve->dropped, std::vector<DropCause>{DropCause::NO_ROUTE});
    RunFor(Seconds(1.9));
    EXPECT_FALSE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_TRUE(m_nve->Take().empty());
    RunFor(Seconds(0.2));
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_EQ(m_nve->Take().size(), 1U);
}

TEST_F(OverlayNveTest, UnansweredQueryLosesWhatWaitsAndIsMadeAnew)
{
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    m_nve->Take().at(0).reply(std::nullopt);
    EXPECT_EQ(m_nve->dropped, std::vector<DropCause>{DropCause::NO_ROUTE});
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_EQ(m_nve->Take().size(), 1U);
}

TEST_F(OverlayNveTest, AnAnswerThatNamesThisNveIsNone)
{
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    AnswerWith(m_nve->Take().at(0), "10.0.0.1", 1);
    EXPECT_EQ(m_nve->dropped, std::vector<DropCause>{DropCause::NO_ROUTE});
    EXPECT_EQ(Way(), "");
}

TEST_F(OverlayNveTest, NetworksAreResolvedApart)
{
    Learn("10.0.0.2");
    EXPECT_EQ(Way("10.1.0.5", 8), "");
    EXPECT_TRUE(m_nve->Send(*m_scheme, 8, At("10.1.0.5")));
    EXPECT_EQ(m_nve->Take().at(0).request.vnId, 8U);
}

TEST_F(OverlayNveTest, PulledMappingAgesAndIsAskedForAgain)
{
    Use({{"Update", "Pull"}, {"MappingLifetime", "8s"}});
    Learn("10.0.0.2");
    RunFor(Seconds(7.9));
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.2");
    RunFor(Seconds(0.2));
    EXPECT_EQ(Way(), "");
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    const auto asked = m_nve->Take();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].request.lifetime, 2);
    EXPECT_EQ(asked[0].request.flags, REGISTRATION_REFRESH) << "none of a move's messages";
    AnswerWith(asked[0], "10.0.0.3", 2);
    RunFor(Seconds(0));
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.3");
}

TEST_F(OverlayNveTest, PushChangesAMappingInUseAndRefusesOthers)
{
    EXPECT_EQ(Tell(Told("10.0.0.3", 2), "10.0.0.100"), RegistrationStatus::UNKNOWN_VM);
    EXPECT_EQ(Way(), "");
    Learn("10.0.0.2");
    EXPECT_EQ(Tell(Told("10.0.0.3", 2), "10.0.0.100"), RegistrationStatus::ACCEPTED);
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.3");
    // What was sent before and comes later changes nothing.
    EXPECT_EQ(Tell(Told("10.0.0.2", 1), "10.0.0.100"), RegistrationStatus::ACCEPTED);
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.3");
}

TEST_F(OverlayNveTest, PushIsAnsweredWhenTheRouteIsInTheTable)
{
    Learn("10.0.0.2");
    m_nve->SetInstallDelay(0.5);
    EXPECT_EQ(Tell(Told("10.0.0.3", 2), "10.0.0.100"), std::nullopt);
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.2");
    RunFor(Seconds(1));
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.3");
}

TEST_F(OverlayNveTest, PushToTheNetworkIsTakenUnasked)
{
    Use({{"PushTo", "Network"}});
    EXPECT_EQ(Tell(Told("10.0.0.3", 2), "10.0.0.100"), RegistrationStatus::ACCEPTED);
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.3");
}

TEST_F(OverlayNveTest, PushThatOvertakesTheAnswerStands)
{
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    const auto asked = m_nve->Take();
    EXPECT_EQ(Tell(Told("10.0.0.3", 2), "10.0.0.100"), RegistrationStatus::ACCEPTED);
    EXPECT_EQ(m_nve->sent.size(), 1U) << "what was held need not wait for the answer";
    AnswerWith(asked.at(0), "10.0.0.2", 1);
    RunFor(Seconds(0));
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.3");
}

TEST_F(OverlayNveTest, WithdrawalByTheManagementNodeForgetsTheMapping)
{
    Learn("10.0.0.2", 3);
    auto gone = Told("10.0.0.2", 2);
    gone.flags = REGISTRATION_WITHDRAW | REGISTRATION_REFRESH;
    EXPECT_EQ(Tell(gone, "10.0.0.100"), RegistrationStatus::ACCEPTED);
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.2") << "of an earlier life of the VM";
    gone.sequence = MakeSequence(3, 2);
    EXPECT_EQ(Tell(gone, "10.0.0.100"), RegistrationStatus::ACCEPTED);
    EXPECT_EQ(Way(), "");
}

TEST_F(OverlayNveTest, StaleMappingWhosePacketsAreSentOnStaysUntilTheAnswer)
{
    Learn("10.0.0.2");
    auto stale = Told("10.0.0.3", 2);
    stale.flags = REGISTRATION_WITHDRAW;
    stale.bindingEpoch = 2;
    EXPECT_EQ(Tell(stale, "10.0.0.4"), RegistrationStatus::ACCEPTED);
    m_nve->GetFibOf(7).Reinject(MakePacket(At("10.1.0.5"), m_nve->GetFibOf(7).GetTenantDevice()));
    RunFor(Seconds(0));
    EXPECT_TRUE(m_nve->Take().empty()) << "from an NVE that the mapping does not lead to";
    EXPECT_EQ(Tell(stale, "10.0.0.2"), RegistrationStatus::ACCEPTED);
    EXPECT_TRUE(m_nve->Take().empty()) << "nobody sends";
    m_nve->sent.clear();
    for (int i = 0; i < 2; ++i)
    {
        m_nve->GetFibOf(7).Reinject(
            MakePacket(At("10.1.0.5"), m_nve->GetFibOf(7).GetTenantDevice()));
        RunFor(Seconds(0));
    }
    const auto asked = m_nve->Take();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(EpochOf(asked[0].request.sequence), 2) << "it is the move that makes it ask";
    ASSERT_EQ(m_nve->sent.size(), 2U);
    EXPECT_EQ(m_nve->sent[1].remote, At("10.0.0.2"));
    AnswerWith(asked[0], "10.0.0.3", 2);
    RunFor(Seconds(0));
    EXPECT_EQ(Way(), "vxlan:7:10.0.0.3");
}

TEST_F(OverlayNveTest, StaleMappingWhosePacketsAreLostIsForgottenAtOnce)
{
    Learn("10.0.0.2");
    auto stale = Told("", 0);
    stale.flags = REGISTRATION_WITHDRAW;
    stale.vmId.clear();
    EXPECT_EQ(CheckRegistration(stale), RegistrationFault::NONE);
    EXPECT_EQ(Tell(stale, "10.0.0.2"), RegistrationStatus::ACCEPTED);
    EXPECT_EQ(Way(), "");
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_EQ(m_nve->Take().size(), 1U);
}

TEST_F(OverlayNveTest, LateWithdrawalFromAnNveThatHasTheVmAgainChangesNothing)
{
    Learn("10.0.0.2", 3);
    auto stale = Told("10.0.0.3", 2);
    stale.flags = REGISTRATION_WITHDRAW;
    stale.bindingEpoch = 2;
    EXPECT_EQ(Tell(stale, "10.0.0.2"), RegistrationStatus::ACCEPTED);
    EXPECT_FALSE(m_scheme->GetCache().Find(V)->suspect);
}
