// SPDX-License-Identifier: GPL-2.0-only
// Whom the management node of the overlay tells of a move, without a network.
#include "ns3/nva-overlay-registrar.h"

#include "sim-fixture.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

const VmKey V{7, "v"};

IpAddress
Nve(int number)
{
    return IpAddress::FromString("10.0.0." + std::to_string(number));
}

// A registrar for its scheme alone: what it sends waits for the test's answer.
class WaitingRegistrar : public RegistrarContext
{
  public:
    struct Sent
    {
        IpAddress to;
        RegistrationMessage request;
        ReplyCallback reply;
        uint64_t handle;
    };

    BindingCache& GetBindings() override
    {
        return bindings;
    }

    const FabricView* GetFabric() const override
    {
        return nullptr;
    }

    uint64_t SendRequest(const IpAddress& to,
                         const RegistrationMessage& request,
                         ReplyCallback reply) override
    {
        waiting.push_back({to, request, reply, ++m_handle});
        return m_handle;
    }

    void CancelRequest(uint64_t handle) override
    {
        waiting.erase(std::remove_if(waiting.begin(),
                                     waiting.end(),
                                     [handle](const Sent& sent)
                                     {
                                         return sent.handle == handle;
                                     }),
                      waiting.end());
    }

    BindingCache bindings;
    std::vector<Sent> waiting;

  private:
    uint64_t m_handle = 0;
};

class OverlayRegistrarTest : public SimTest
{
  protected:
    void Use(NvaOverlayOptions::Update update,
             NvaOverlayOptions::PushTo pushTo = NvaOverlayOptions::USERS)
    {
        NvaOverlayOptions options;
        options.update = update;
        options.pushTo = pushTo;
        options.inFlightTime = Seconds(30);
        options.lifetime = Seconds(240);
        m_registrar.SetOptions(options);
    }

    /// A VM registers at an NVE, as the management node handles it.
    void Register(int nve, uint32_t epoch, const VmKey& vm = V, const std::string& host = "5")
    {
        RegistrationMessage request;
        request.sequence = MakeSequence(epoch, 0);
        request.lifetime = 60;
        request.vnId = vm.vnId;
        request.vmId = vm.vmId;
        request.mac = Mac48Address("02:00:00:00:00:05");
        request.SetVmAddresses({IpAddress::FromString("10.1.0." + host)});
        const auto decision = m_context.bindings.Process(request, Nve(nve), Seconds(0));
        ASSERT_TRUE(decision.IsAccepted());
        if (decision.verdict == BindingVerdict::MOVED)
        {
            m_registrar.Moved(m_context, *m_context.bindings.Find(vm), decision.oldServingNve);
        }
    }

    RegistrationMessage Ask(int nve, uint32_t vn = 7)
    {
        RegistrationMessage query;
        query.role = RecipientRole::RESOLVER;
        query.lifetime = 60;
        query.vnId = vn;
        query.SetVmAddresses({IpAddress::FromString("10.1.0.5")});
        return m_registrar.Answer(m_context, query, Nve(nve));
    }

    /// @return what waits: role and NVE of each, in order
    std::vector<std::string> Waiting() const
    {
        std::vector<std::string> list;
        for (const auto& sent : m_context.waiting)
        {
            std::string text = sent.to.ToString();
            list.push_back(RecipientRoleName(sent.request.role) + " " +
                           text.substr(text.rfind('.') + 1) +
                           (sent.request.HasFlag(REGISTRATION_WITHDRAW) ? " withdraw" : ""));
        }
        return list;
    }

    void AnswerAll(RegistrationStatus status = RegistrationStatus::ACCEPTED)
    {
        for (const auto& sent : std::exchange(m_context.waiting, {}))
        {
            sent.reply(status);
        }
    }

    WaitingRegistrar m_context;
    NvaOverlayRegistrar m_registrar;
};

using Texts = std::vector<std::string>;

} // namespace

TEST_F(OverlayRegistrarTest, AnswersWithTheBinding)
{
    Use(NvaOverlayOptions::PUSH);
    Register(1, 3);
    const auto reply = Ask(4);
    EXPECT_EQ(reply.status, RegistrationStatus::ACCEPTED);
    EXPECT_EQ(CheckRegistration(reply), RegistrationFault::NONE);
    EXPECT_EQ(reply.vmId, "v");
    EXPECT_EQ(reply.servingNve, Nve(1));
    EXPECT_EQ(reply.bindingEpoch, 3);
    EXPECT_EQ(reply.lifetime, 60);
    EXPECT_EQ(Ask(4, 8).status, RegistrationStatus::UNKNOWN_VM) << "another network";
}

TEST_F(OverlayRegistrarTest, PushTellsTheSourceAndTheUsersBesidesTheTwo)
{
    Use(NvaOverlayOptions::PUSH);
    Register(1, 1);
    for (int user : {2, 3, 4})
    {
        Ask(user);
    }
    Ask(1); // serves it: no user
    Register(2, 2);
    EXPECT_EQ(Waiting(), Texts({"source-nve 1", "remote-nve 3", "remote-nve 4"}));
    for (const auto& sent : m_context.waiting)
    {
        EXPECT_EQ(CheckRegistration(sent.request), RegistrationFault::NONE);
        EXPECT_EQ(sent.request.servingNve, Nve(2));
        EXPECT_EQ(EpochOf(sent.request.sequence), 2);
    }
    AnswerAll();
    // NVE 1 has asked since, 2 is the source now.
    Ask(1);
    Register(5, 3);
    EXPECT_EQ(Waiting(), Texts({"source-nve 2", "remote-nve 1", "remote-nve 3", "remote-nve 4"}));
}

TEST_F(OverlayRegistrarTest, PullAndRedirectTellTheSourceAlone)
{
    for (auto update : {NvaOverlayOptions::PULL, NvaOverlayOptions::REDIRECT})
    {
        m_context.waiting.clear();
        m_context.bindings.Clear();
        Use(update);
        Register(1, 1);
        Ask(3);
        Register(2, 2);
        EXPECT_EQ(Waiting(), Texts({"source-nve 1"}));
    }
}

TEST_F(OverlayRegistrarTest, WithRedirectUsersAreToldIfTheSourceDoesNotAnswer)
{
    Use(NvaOverlayOptions::REDIRECT);
    Register(1, 1);
    Ask(3);
    Register(2, 2);
    const auto reply = m_context.waiting.at(0).reply;
    m_context.waiting.clear();
    reply(std::nullopt);
    EXPECT_EQ(Waiting(), Texts({"remote-nve 3"}));
    EXPECT_EQ(m_context.waiting.at(0).request.servingNve, Nve(2));
}

TEST_F(OverlayRegistrarTest, OnlyTheLastSourceIsTold)
{
    Use(NvaOverlayOptions::PULL);
    Register(1, 1);
    Register(2, 2);
    AnswerAll();
    Register(3, 3);
    EXPECT_EQ(Waiting(), Texts({"source-nve 2"}));
    EXPECT_EQ(m_context.bindings.Find(V)->previous.size(), 1U);
}

TEST_F(OverlayRegistrarTest, PushToTheNetworkTellsAllThatServeIt)
{
    Use(NvaOverlayOptions::PUSH, NvaOverlayOptions::NETWORK);
    Register(1, 1);
    Register(2, 1, {7, "w"}, "6");
    Register(3, 1, {7, "x"}, "7");
    Register(4, 1, {8, "y"}, "8");
    Ask(5);
    Register(2, 2);
    EXPECT_EQ(Waiting(), Texts({"source-nve 1", "remote-nve 3", "remote-nve 5"}));
}

TEST_F(OverlayRegistrarTest, ALaterMoveSupersedesPushesButNotTheSourcesOrder)
{
    Use(NvaOverlayOptions::PUSH);
    Register(1, 1);
    Ask(4);
    Register(2, 2);
    Register(3, 3);
    EXPECT_EQ(Waiting(), Texts({"source-nve 1", "source-nve 2", "remote-nve 4"}));
    EXPECT_EQ(m_context.waiting[0].request.servingNve, Nve(2));
    EXPECT_EQ(m_context.waiting[2].request.servingNve, Nve(3));
    // Back at NVE 1: what it was to hear is no longer so.
    Register(1, 4);
    EXPECT_EQ(Waiting(), Texts({"source-nve 2", "source-nve 3", "remote-nve 4"}));
}

TEST_F(OverlayRegistrarTest, WhoDoesNotUseAMappingIsNotToldAgain)
{
    Use(NvaOverlayOptions::PUSH);
    Register(1, 1);
    Ask(4);
    Register(2, 2);
    m_context.waiting.at(1).reply(RegistrationStatus::UNKNOWN_VM);
    m_context.waiting.clear();
    EXPECT_TRUE(m_registrar.GetUsers(V).empty());
    Register(3, 3);
    EXPECT_EQ(Waiting(), Texts({"source-nve 2"}));
}

TEST_F(OverlayRegistrarTest, WithPullTheEndOfABindingIsToldToTheLastSourceAlone)
{
    Use(NvaOverlayOptions::PULL);
    Register(1, 1);
    Ask(4);
    Register(2, 2);
    AnswerAll();
    m_registrar.Removed(m_context, BindingEntry(*m_context.bindings.Find(V)));
    EXPECT_EQ(Waiting(), Texts({"source-nve 1 withdraw"}));
}

TEST_F(OverlayRegistrarTest, TheEndOfABindingIsToldToUsersAndTheLastSource)
{
    Use(NvaOverlayOptions::PUSH);
    Register(1, 1);
    Ask(4);
    Register(2, 2);
    AnswerAll();
    m_registrar.Removed(m_context, BindingEntry(*m_context.bindings.Find(V)));
    EXPECT_EQ(Waiting(), Texts({"source-nve 1 withdraw", "remote-nve 4 withdraw"}));
    for (const auto& sent : m_context.waiting)
    {
        EXPECT_TRUE(sent.request.HasFlag(REGISTRATION_REFRESH)) << "it is no move";
        EXPECT_EQ(CheckRegistration(sent.request), RegistrationFault::NONE);
    }
    AnswerAll();
    EXPECT_TRUE(m_registrar.GetUsers(V).empty());
}

TEST_F(OverlayRegistrarTest, ASourceThatHasReleasedTheVmIsOffTheList)
{
    Use(NvaOverlayOptions::PUSH);
    Register(1, 1);
    Register(2, 2);
    AnswerAll(RegistrationStatus::UNKNOWN_VM);
    EXPECT_TRUE(m_context.bindings.Find(V)->previous.empty());
}
