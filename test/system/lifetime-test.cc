// SPDX-License-Identifier: GPL-2.0-only
// Bindings and routes live as long as somebody refreshes them.
#include "failure-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

class LifetimeTest : public FailureTest
{
  protected:
    void SetUp() override
    {
        FailureTest::SetUp();
        SetKey("ns3::vmm::Nve::Lifetime", "4s");
        SetKey("duration", "14s");
    }
};

TEST_F(LifetimeTest, NveRefreshesAtHalfTheLifetime)
{
    Build();
    std::vector<double> refreshed;
    run->GetMobility().GetNva()->TraceConnectWithoutContext(
        "Binding",
        Callback<void, const BindingEntry&, BindingVerdict>(
            [&](const BindingEntry& entry, BindingVerdict verdict)
            {
                if (entry.vm.vmId == "web" && verdict == BindingVerdict::REFRESHED)
                {
                    refreshed.push_back(Simulator::Now().GetSeconds());
                }
            }));
    int expired = 0;
    run->GetMobility().GetNva()->TraceConnectWithoutContext("Expired",
                                                            Callback<void, const BindingEntry&>(
                                                                [&](const BindingEntry&)
                                                                {
                                                                    ++expired;
                                                                }));
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(expired, 0);
    // Registered at about 1.05 s by m1, then every 2 s: 3, 5, 7, 9, 11 and 13 s.
    double registered = Move("m1", "mn_updated_s");
    ASSERT_EQ(refreshed.size(), 6u);
    for (size_t i = 0; i < refreshed.size(); ++i)
    {
        EXPECT_NEAR(refreshed[i], registered + 2.0 * (i + 1), 0.01);
    }
    EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
}

TEST_F(LifetimeTest, BindingOfAFailedServerExpires)
{
    Build();
    std::map<std::string, double> expired;
    run->GetMobility().GetNva()->TraceConnectWithoutContext(
        "Expired",
        Callback<void, const BindingEntry&>(
            [&](const BindingEntry& entry)
            {
                expired[entry.vm.vmId] = Simulator::Now().GetSeconds();
            }));
    bool looked = false;
    At(5,
       "mn",
       [&]()
       {
           looked = true;
           EXPECT_NE(HostRoute("leaf-0", "web"), nullptr);
           EXPECT_NE(HostRoute("spine-0", "web"), nullptr);
           Server("server-2-0").hypervisor->Fail();
       });
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_TRUE(looked);
    // Refreshed at about 3.05 s for the last time before 5 s: gone 4 s later.
    ASSERT_EQ(expired.size(), 1u);
    EXPECT_NEAR(expired["web"], Move("m1", "mn_updated_s") + 2 + 4, 0.01);
    EXPECT_FALSE(Bound("web"));
    for (const auto* node : {"server-0-0", "leaf-0", "leaf-2", "spine-0", "spine-1"})
    {
        EXPECT_EQ(HostRoute(node, "web"), nullptr) << node;
    }
}

TEST_F(LifetimeTest, RoutersForgetWithoutTheManagementNode)
{
    SetKey("ns3::vmm::Nve::Lifetime", "");
    SetKey("RouterLifetime", "4s");
    files["failures.csv"] = "time,what,target\n6s,link-down,mn:leaf-0\n";
    Build();
    int looked = 0;
    // Told at about 1.05 s, refreshed at 3.05 and 5.05 s: valid until 9.05 s.
    for (double time : {5.9, 9.0})
    {
        At(time,
           "mn",
           [&]()
           {
               ++looked;
               EXPECT_NE(HostRoute("leaf-0", "web"), nullptr);
               EXPECT_NE(HostRoute("spine-0", "web"), nullptr);
           });
    }
    At(9.2,
       "mn",
       [&]()
       {
           ++looked;
           EXPECT_EQ(HostRoute("leaf-0", "web"), nullptr);
           EXPECT_EQ(HostRoute("spine-0", "web"), nullptr);
           EXPECT_EQ(HostRoute("leaf-2", "web"), nullptr);
       });
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(looked, 3);
    EXPECT_EQ(Summary("unaccounted"), 0);
}

TEST_F(LifetimeTest, RepliesToOrdersGrantWhatWasAskedFor)
{
    SetKey("RouterLifetime", "100s");
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,5s,web,server-0-0\n";
    Build();
    std::map<RecipientRole, std::set<uint16_t>> granted;
    std::set<uint16_t> withdrawn;
    run->GetMobility().GetNva()->TraceConnectWithoutContext(
        "Answer",
        Callback<void, const RegistrationMessage&, const IpAddress&, const RequestOutcome&>(
            [&](const RegistrationMessage& request, const IpAddress&, const RequestOutcome& outcome)
            {
                ASSERT_TRUE(outcome.IsAccepted());
                if (request.HasFlag(REGISTRATION_WITHDRAW))
                {
                    withdrawn.insert(outcome.reply->lifetime);
                }
                else
                {
                    granted[request.role].insert(outcome.reply->lifetime);
                }
            }));
    EXPECT_EQ(Finish(), std::vector<std::string>());
    // 100 s are 25 units of 4 s.
    EXPECT_EQ(granted,
              (std::map<RecipientRole, std::set<uint16_t>>{{RecipientRole::SOURCE_NVE, {25}},
                                                           {RecipientRole::PATH_ROUTER, {25}}}));
    EXPECT_EQ(withdrawn, std::set<uint16_t>{0});
}
