// SPDX-License-Identifier: GPL-2.0-only
// What an NVE of the overlay does when a VM comes, leaves and is still sent packets, without a
// network.
#include "overlay-nve.h"
#include "sim-fixture.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

const VmKey V{7, "v"};

class OverlaySourceTest : public SimTest
{
  protected:
    void SetUp() override
    {
        SimTest::SetUp();
        m_nve = std::make_unique<OverlayNve>();
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

    /// VM v is, or was, attached here.
    BindingUpdateEntry& Entry(BindingRole role)
    {
        BindingUpdateEntry& entry = m_nve->bindings.Add(V, role);
        m_nve->bindings.SetAddresses(entry, {{At("10.1.0.5"), IpAddress()}});
        return entry;
    }

    /// The management node says that v has moved to an NVE, as Nve handles it.
    void MoveTo(const std::string& nve, uint32_t epoch, uint8_t flags = 0)
    {
        BindingUpdateEntry& entry = Entry(BindingRole::SOURCE);
        RegistrationMessage request;
        request.role = RecipientRole::SOURCE_NVE;
        request.flags = flags;
        request.sequence = MakeSequence(epoch, 1);
        request.lifetime = 8;
        request.vnId = V.vnId;
        request.vmId = V.vmId;
        request.addresses = entry.GetAddresses();
        request.servingNve = At(nve);
        entry.redirectSequence = request.sequence;
        entry.newServingNve = request.servingNve;
        m_answer.reset();
        m_scheme->Redirected(*m_nve,
                             entry,
                             request,
                             [this](RegistrationStatus status)
                             {
                                 m_answer = status;
                             });
        RunFor(Seconds(0));
    }

    void Stray(const std::string& sender, const std::string& address = "10.1.0.5")
    {
        m_scheme->StrayPacket(*m_nve, 7, At(address), At(sender));
    }

    bool HasTunnel()
    {
        const Route* route =
            m_nve->GetFibOf(7).Find(IpPrefix::Host(At("10.1.0.5")), RouteOwner::REGISTRATION);
        return route && route->ToString() == "vxlan:7:10.0.0.3";
    }

    static void RunFor(Time time)
    {
        Simulator::Stop(time);
        Simulator::Run();
    }

    std::unique_ptr<OverlayNve> m_nve;
    Ptr<NvaOverlayScheme> m_scheme;
    std::optional<RegistrationStatus> m_answer;
};

} // namespace

TEST_F(OverlaySourceTest, PacketsInFlightAreSentOnForTheirTime)
{
    Use({{"InFlightTunnelTime", "5s"}});
    m_nve->SetInstallDelay(0.25);
    MoveTo("10.0.0.3", 2);
    EXPECT_FALSE(m_answer) << "the reply means that the route is in the table";
    RunFor(Seconds(0.3));
    EXPECT_EQ(m_answer, RegistrationStatus::ACCEPTED);
    EXPECT_TRUE(HasTunnel());
    // The route came at 0.25 s and goes 5 s later, after an install delay.
    RunFor(Seconds(5.1));
    EXPECT_TRUE(HasTunnel());
    RunFor(Seconds(0.2));
    EXPECT_FALSE(HasTunnel());
}

TEST_F(OverlaySourceTest, ASecondMoveBeginsTheTimeAnew)
{
    Use({{"InFlightTunnelTime", "5s"}});
    MoveTo("10.0.0.2", 2);
    RunFor(Seconds(4));
    MoveTo("10.0.0.3", 3);
    RunFor(Seconds(4));
    EXPECT_TRUE(HasTunnel());
    RunFor(Seconds(1.5));
    EXPECT_FALSE(HasTunnel());
}

TEST_F(OverlaySourceTest, WithoutInFlightTimeNothingIsSentOn)
{
    Use({{"InFlightTunnelTime", "0s"}});
    MoveTo("10.0.0.3", 2);
    EXPECT_EQ(m_answer, RegistrationStatus::ACCEPTED);
    EXPECT_FALSE(HasTunnel());
}

TEST_F(OverlaySourceTest, TheEndOfTheVmEndsTheTunnel)
{
    Use({});
    MoveTo("10.0.0.3", 2);
    EXPECT_TRUE(HasTunnel());
    MoveTo("10.0.0.3", 2, REGISTRATION_WITHDRAW);
    EXPECT_EQ(m_answer, RegistrationStatus::ACCEPTED);
    EXPECT_FALSE(HasTunnel());
}

TEST_F(OverlaySourceTest, LocalVmsResolveTheVmAnewAfterTheInFlightTime)
{
    Use({{"InFlightTunnelTime", "5s"}});
    MoveTo("10.0.0.3", 2);
    m_nve->GetFibOf(7).Reinject(MakePacket(At("10.1.0.5"), m_nve->GetFibOf(7).GetTenantDevice()));
    ASSERT_EQ(m_nve->sent.size(), 1U);
    EXPECT_EQ(m_nve->sent[0].remote, At("10.0.0.3"));
    RunFor(Seconds(6));
    EXPECT_EQ(m_nve->GetFibOf(7).Lookup(At("10.1.0.5")), nullptr);
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    EXPECT_EQ(m_nve->Take().size(), 1U);
}

TEST_F(OverlaySourceTest, AttachedVmIsRegisteredAndItsMappingForgotten)
{
    Use({});
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    auto asked = m_nve->Take();
    auto reply = MakeReply(asked.at(0).request, RegistrationStatus::ACCEPTED, 60);
    reply.vmId = "v";
    reply.SetVmAddresses({At("10.1.0.5")});
    reply.servingNve = At("10.0.0.2");
    reply.bindingEpoch = 1;
    asked[0].reply(reply);
    RunFor(Seconds(0));
    EXPECT_EQ(m_scheme->GetCache().GetSize(), 1U);
    m_scheme->VmAttached(*m_nve, Entry(BindingRole::SERVING), AttachReason::MOVED);
    EXPECT_EQ(m_nve->registered, std::vector<VmKey>{V});
    EXPECT_EQ(m_scheme->GetCache().GetSize(), 0U);
    EXPECT_EQ(m_nve->GetFibOf(7).Lookup(At("10.1.0.5")), nullptr) << "the serving route is Nve's";
}

TEST_F(OverlaySourceTest, AttachedVmGetsWhatWasHeldForItAndIgnoresTheAnswer)
{
    Use({});
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.5")));
    const auto asked = m_nve->Take();
    Ptr<NetDevice> device = m_nve->GetFibOf(7).GetTenantDevice();
    size_t served = 0;
    m_nve->GetFibOf(7).SetRoute(IpPrefix::Host(At("10.1.0.5")),
                                RouteOwner::SERVING,
                                Route::Punt(
                                    [&served](const PuntedPacket&)
                                    {
                                        ++served;
                                    }));
    m_scheme->VmAttached(*m_nve, Entry(BindingRole::SERVING), AttachReason::MOVED);
    RunFor(Seconds(0));
    EXPECT_EQ(served, 1U);
    asked.at(0).reply(MakeReply(asked[0].request, RegistrationStatus::UNKNOWN_VM));
    EXPECT_TRUE(m_nve->dropped.empty());
}

TEST_F(OverlaySourceTest, AReturnEndsTheInFlightTime)
{
    Use({{"InFlightTunnelTime", "5s"}});
    MoveTo("10.0.0.2", 2);
    RunFor(Seconds(4));
    // Home again and away once more: the first time does not end the second tunnel.
    m_scheme->VmAttached(*m_nve, Entry(BindingRole::SERVING), AttachReason::MOVED);
    MoveTo("10.0.0.3", 4);
    RunFor(Seconds(4));
    EXPECT_TRUE(HasTunnel());
}

TEST_F(OverlaySourceTest, StraySendersAreToldOncePerInterval)
{
    Use({{"Update", "Redirect"}, {"RedirectInterval", "3s"}});
    MoveTo("10.0.0.3", 2);
    Stray("10.0.0.8");
    Stray("10.0.0.8");
    Stray("10.0.0.9");
    const auto asked = m_nve->Take();
    ASSERT_EQ(asked.size(), 2U);
    EXPECT_EQ(asked[0].to, At("10.0.0.8"));
    EXPECT_EQ(asked[1].to, At("10.0.0.9"));
    const RegistrationMessage& request = asked[0].request;
    EXPECT_EQ(CheckRegistration(request), RegistrationFault::NONE);
    EXPECT_EQ(request.role, RecipientRole::REMOTE_NVE);
    EXPECT_EQ(request.flags, REGISTRATION_WITHDRAW);
    EXPECT_EQ(request.GetVmKey(), V);
    EXPECT_EQ(request.servingNve, At("10.0.0.3")) << "packets are sent on";
    EXPECT_EQ(request.bindingEpoch, 2);
    RunFor(Seconds(2.9));
    Stray("10.0.0.8");
    EXPECT_TRUE(m_nve->Take().empty());
    RunFor(Seconds(0.2));
    Stray("10.0.0.8");
    EXPECT_EQ(m_nve->Take().size(), 1U);
}

TEST_F(OverlaySourceTest, StraySendersAreToldWithoutAWayOrAnEntry)
{
    Use({{"Update", "Redirect"}, {"InFlightTunnelTime", "0s"}});
    MoveTo("10.0.0.3", 2);
    Stray("10.0.0.8");
    auto asked = m_nve->Take();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_FALSE(asked[0].request.servingNve) << "packets are lost here";
    EXPECT_EQ(asked[0].request.bindingEpoch, 2);
    Stray("10.0.0.8", "10.1.0.77");
    asked = m_nve->Take();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_TRUE(asked[0].request.vmId.empty());
    EXPECT_FALSE(asked[0].request.bindingEpoch);
    EXPECT_EQ(CheckRegistration(asked[0].request), RegistrationFault::NONE);
}

TEST_F(OverlaySourceTest, NobodyIsToldBeforeThisNveIs)
{
    Use({{"Update", "Redirect"}});
    Entry(BindingRole::SOURCE);
    Stray("10.0.0.8");
    EXPECT_TRUE(m_nve->Take().empty());
}

TEST_F(OverlaySourceTest, WithPullNobodyIsTold)
{
    Use({{"Update", "Pull"}});
    MoveTo("10.0.0.3", 2);
    Stray("10.0.0.8");
    EXPECT_TRUE(m_nve->Take().empty());
}

TEST_F(OverlaySourceTest, WithPushOnlyThoseAreToldThatStillSendAfterAnInterval)
{
    Use({{"Update", "Push"}, {"RedirectInterval", "3s"}});
    MoveTo("10.0.0.3", 2);
    Stray("10.0.0.8");
    RunFor(Seconds(2.9));
    Stray("10.0.0.8");
    EXPECT_TRUE(m_nve->Take().empty());
    RunFor(Seconds(0.2));
    Stray("10.0.0.8");
    EXPECT_EQ(m_nve->Take().size(), 1U);
}

TEST_F(OverlaySourceTest, ACrashForgetsAll)
{
    Use({{"InFlightTunnelTime", "5s"}});
    MoveTo("10.0.0.3", 2);
    EXPECT_TRUE(m_nve->Send(*m_scheme, 7, At("10.1.0.6")));
    m_scheme->NveClosed();
    size_t held = 0;
    m_scheme->VisitHeldPackets(
        [&held](Ptr<const Packet>)
        {
            ++held;
        });
    EXPECT_EQ(held, 0U);
    EXPECT_EQ(m_scheme->GetCache().GetSize(), 0U);
    RunFor(Seconds(6));
    EXPECT_TRUE(HasTunnel()) << "nobody is there to end it";
}
