// SPDX-License-Identifier: GPL-2.0-only
// The network refuses the VM at its destination: it runs at the source again.
#include "failure-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

using RejectionTest = FailureTest;

TEST_F(RejectionTest, VmReturnsToItsSource)
{
    Course course = Learn();
    files["moves.csv"] = "migration,time,vm,to,expect\nm1,1s,web,server-2-0,rolled-back\n";
    Build();
    // While the VM stands, another NVE claims it with the epoch of the move, 2. The claim of
    // server-2-0 comes second and is refused (129); the roll-back has epoch 3 and beats both.
    std::optional<RegistrationMessage> reply;
    auto claim = [this]()
    {
        return Claim("web", 2, 1);
    };
    SendAt((course.stop + course.resume) / 2, "server-3-1", Registrar(), claim, reply);
    int alarms = 0;
    run->GetMobility().GetNva()->TraceConnectWithoutContext(
        "Alarm",
        Callback<void, const VmKey&, const IpAddress&, BindingVerdict>(
            [&](const VmKey&, const IpAddress& claimant, BindingVerdict verdict)
            {
                ++alarms;
                EXPECT_EQ(claimant, AddressOf("server-2-0"));
                EXPECT_EQ(verdict, BindingVerdict::DOUBLE_CLAIM);
            }));
    EXPECT_EQ(Finish(), std::vector<std::string>());
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, RegistrationStatus::ACCEPTED);
    EXPECT_EQ(alarms, 1);
    EXPECT_EQ(Outcome("m1"), "rolled-back");
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-0-0"});
    EXPECT_EQ(Bound("web"), AddressOf("server-0-0"));
    EXPECT_EQ(VmDirectory::Find("web")->GetState(), VmState::RUNNING);
    EXPECT_EQ(Server("server-2-0").hypervisor->Find("web"), nullptr);
    EXPECT_FALSE(Server("server-2-0").hypervisor->IsReserved("web"));
    EXPECT_EQ(Summary("unaccounted"), 0);
    EXPECT_EQ(Summary("in_flight_packets"), 0);
    // Some 50 ms of stop, refusal and resume at both ends; then all is as before the move.
    ExpectNoLossAfter("probe", course.resume + 0.05);
    EXPECT_EQ(HostRoute("server-0-0", "web"), nullptr);
    for (const auto* router : {"leaf-0", "leaf-2", "leaf-3", "spine-0", "spine-1"})
    {
        EXPECT_EQ(HostRoute(router, "web"), nullptr) << router; // home: nothing is announced
    }
}
