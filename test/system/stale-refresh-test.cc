// SPDX-License-Identifier: GPL-2.0-only
// Requests that are late, forged or broken: what is bound stays bound.
#include "failure-fixture.h"

#include "ns3/inet-socket-address.h"
#include "ns3/udp-socket-factory.h"

using namespace ns3;
using namespace ns3::vmm;

using StaleRefreshTest = FailureTest;

// Epoch 1 is that of web's creation on server-0-0, 2 that of m1 to server-2-0.

TEST_F(StaleRefreshTest, LateRefreshDoesNotStealTheBinding)
{
    Build();
    std::optional<RegistrationMessage> reply;
    auto late = [this]()
    {
        auto request = Claim("web", 1, 65000);
        request.flags |= REGISTRATION_REFRESH;
        return request;
    };
    SendAt(2, "server-0-0", Registrar(), late, reply);
    EXPECT_EQ(Finish(), std::vector<std::string>());
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, RegistrationStatus::STALE_SEQUENCE); // 131
    EXPECT_EQ(reply->servingNve, AddressOf("server-2-0"));
    EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
    ExpectNoLossAfter("probe", Move("m1", "control_converged_s"));
}

TEST_F(StaleRefreshTest, FirstRequestOfTheDestinationBeatsAnyCounter)
{
    Build();
    std::optional<RegistrationMessage> reply;
    auto highest = [this]()
    {
        auto request = Claim("web", 1, 0xffff);
        request.flags |= REGISTRATION_REFRESH;
        return request;
    };
    SendAt(0.8, "server-0-0", Registrar(), highest, reply);
    EXPECT_EQ(Finish(), std::vector<std::string>());
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, RegistrationStatus::ACCEPTED);
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
}

TEST_F(StaleRefreshTest, ForgedRedirectIsRefused)
{
    Build();
    std::optional<RegistrationMessage> fromSource;
    std::optional<RegistrationMessage> fromRouter;
    auto forge = [this](RecipientRole role)
    {
        auto request = Claim("web", 9, 1);
        request.role = role;
        request.servingNve = AddressOf("server-3-0");
        request.nextHops = {AddressOf("server-3-0")};
        return request;
    };
    SendAt(
        0.7,
        "server-3-0",
        AddressOf("server-0-0"),
        [&]()
        {
            return forge(RecipientRole::SOURCE_NVE);
        },
        fromSource);
    SendAt(
        0.7,
        "server-3-0",
        AddressOf("leaf-0"),
        [&]()
        {
            return forge(RecipientRole::PATH_ROUTER);
        },
        fromRouter);
    bool looked = false;
    At(0.9,
       "mn",
       [&]()
       {
           looked = true;
           EXPECT_EQ(HostRoute("server-0-0", "web"), nullptr);
           EXPECT_EQ(HostRoute("leaf-0", "web"), nullptr);
           EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-0-0"});
       });
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_TRUE(looked);
    ASSERT_TRUE(fromSource);
    EXPECT_EQ(fromSource->status, RegistrationStatus::NOT_FROM_MN); // 133
    ASSERT_TRUE(fromRouter);
    EXPECT_EQ(fromRouter->status, RegistrationStatus::NOT_FROM_MN);
    EXPECT_EQ(Outcome("m1"), "completed");
    for (double sent : LostAt("probe"))
    {
        EXPECT_GT(sent, 1); // nothing but what the move itself cost
    }
}

TEST_F(StaleRefreshTest, TwoClaimsInOneEpochRaiseTheAlarm)
{
    Build();
    std::vector<std::pair<IpAddress, BindingVerdict>> alarms;
    run->GetMobility().GetNva()->TraceConnectWithoutContext(
        "Alarm",
        Callback<void, const VmKey&, const IpAddress&, BindingVerdict>(
            [&](const VmKey& key, const IpAddress& claimant, BindingVerdict verdict)
            {
                EXPECT_EQ(key.vmId, "web");
                alarms.emplace_back(claimant, verdict);
            }));
    std::optional<RegistrationMessage> reply;
    auto claim = [this]()
    {
        return Claim("web", 1, 60000);
    };
    SendAt(0.8, "server-3-0", Registrar(), claim, reply);
    bool looked = false;
    At(0.9,
       "mn",
       [&]()
       {
           looked = true;
           EXPECT_EQ(Bound("web"), AddressOf("server-0-0"));
       });
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_TRUE(looked);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, RegistrationStatus::PROHIBITED); // 129
    ASSERT_EQ(alarms.size(), 1u);
    EXPECT_EQ(alarms.front().first, AddressOf("server-3-0"));
    EXPECT_EQ(alarms.front().second, BindingVerdict::DOUBLE_CLAIM);
    EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
}

TEST_F(StaleRefreshTest, TruncatedRequestsAreMalformed)
{
    Build();
    std::map<RegistrationStatus, int> replies;
    size_t sent = 0;
    Ptr<Socket> socket;
    At(0.7,
       "server-3-0",
       [&]()
       {
           socket = Socket::CreateSocket(run->GetFabric()->GetNode("server-3-0"),
                                         UdpSocketFactory::GetTypeId());
           ASSERT_EQ(socket->Bind(), 0);
           socket->SetRecvCallback(Callback<void, Ptr<Socket>>(
               [&](Ptr<Socket> from)
               {
                   while (Ptr<Packet> packet = from->Recv())
                   {
                       std::vector<uint8_t> octets(packet->GetSize());
                       packet->CopyData(octets.data(), octets.size());
                       auto decoded = DecodeRegistration(octets.data(), octets.size());
                       EXPECT_EQ(decoded.message.type, RegistrationType::REPLY);
                       ++replies[decoded.message.status];
                   }
               }));
           // A claim that would be accepted if it were whole: its epoch is the newest.
           auto octets = EncodeRegistration(Claim("web", 7, 1));
           for (size_t length = 0; length < octets.size(); ++length, ++sent)
           {
               socket->SendTo(Create<Packet>(octets.data(), length),
                              0,
                              InetSocketAddress(Registrar().ToIpv4(), REGISTRATION_PORT));
           }
       });
    EXPECT_EQ(Finish(), std::vector<std::string>());
    // Those without a whole header of 12 octets are dropped; all others get 134. All are counted.
    ASSERT_EQ(replies.size(), 1u);
    EXPECT_EQ(replies.begin()->first, RegistrationStatus::MALFORMED);
    EXPECT_EQ(replies.begin()->second, static_cast<int>(sent) - 12);
    EXPECT_EQ(run->GetMobility().GetNva()->GetEndpoint()->GetDiscardCount(), sent);
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
}
