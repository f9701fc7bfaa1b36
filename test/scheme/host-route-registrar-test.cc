// SPDX-License-Identifier: GPL-2.0-only
// Whom the management node tells of a move, and in which order, without a network.
#include "ns3/host-route-registrar.h"

#include "sim-fixture.h"

#include <gtest/gtest.h>
#include <set>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

IpAddress
A(const std::string& text)
{
    return IpAddress::FromString(text);
}

// NVEs 1, 2, 3 behind leaves 11, 12, 13 and spines 21, 22; every address is 10.0.0.<number>.
// The tree of a redirect runs leaf(D), spine 21, leaf(S).
class TestFabric : public FabricView
{
  public:
    RedirectRecipients PlanRedirect(const IpAddress& destination,
                                    const IpAddressList& previous,
                                    RedirectPaths::Set) const override
    {
        RedirectRecipients plan;
        plan.routers.push_back({{Leaf(destination), {destination}}});
        plan.routers.push_back({{A("10.0.0.21"), {Leaf(destination)}}});
        std::vector<RedirectHop> last;
        for (const auto& nve : previous)
        {
            last.push_back({Leaf(nve), {A("10.0.0.21")}});
            plan.sources.push_back({nve, {Leaf(nve)}});
        }
        plan.routers.push_back(last);
        return plan;
    }

    RedirectHop GetDefaultRouter(const IpAddress& nve) const override
    {
        return {Leaf(nve), {nve}};
    }

    IpAddressList GetAddresses(const IpAddress& nve) const override
    {
        return {nve};
    }

    bool IsHome(const IpAddress& nve, const IpAddressList&) const override
    {
        return nve == A("10.0.0.1");
    }

    IpAddress GetHome(const IpAddressList&) const override
    {
        return A("10.0.0.1");
    }

    uint32_t GetDistance(const IpAddress& from, const IpAddress&) const override
    {
        return from == A("10.0.0.11") ? 1 : from == A("10.0.0.21") ? 2 : 3;
    }

    void SetChangeCallback(std::function<void()>) override
    {
    }

    static IpAddress Leaf(const IpAddress& nve)
    {
        return A("10.0.0.1" + nve.ToString().substr(nve.ToString().rfind('.') + 1));
    }
};

// Keeps what is sent until the test answers it.
class TestRegistrar : public RegistrarContext
{
  public:
    BindingCache& GetBindings() override
    {
        return m_bindings;
    }

    const FabricView* GetFabric() const override
    {
        return &m_fabric;
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
        cancelled.insert(handle);
    }

    // Takes out what is waiting, as "<last octet><role>" with w for a withdrawal.
    std::vector<std::string> Take()
    {
        std::vector<std::string> names;
        taken = std::exchange(waiting, {});
        for (const auto& sent : taken)
        {
            std::string text = sent.to.ToString();
            names.push_back(text.substr(text.rfind('.') + 1) +
                            (sent.request.flags & REGISTRATION_WITHDRAW ? "w" : ""));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    void AnswerTaken()
    {
        for (const auto& sent : std::exchange(taken, {}))
        {
            if (!cancelled.count(sent.handle))
            {
                sent.reply(RegistrationStatus::ACCEPTED);
            }
        }
    }

    struct Sent
    {
        IpAddress to;
        RegistrationMessage request;
        ReplyCallback reply;
        uint64_t handle;
    };

    std::vector<Sent> waiting;
    std::vector<Sent> taken;
    std::set<uint64_t> cancelled;

  private:
    TestFabric m_fabric;
    BindingCache m_bindings;
    uint64_t m_handle = 0;
};

using NameList = std::vector<std::string>;

class HostRouteRegistrarTest : public SimTest
{
  protected:
    void SetOptions(HostRouteOptions::Redirect redirect,
                    HostRouteOptions::Optimize optimize = HostRouteOptions::NONE,
                    HostRouteOptions::PathOrder order = HostRouteOptions::ORDERED)
    {
        HostRouteOptions options;
        options.redirect = redirect;
        options.optimize = optimize;
        options.pathOrder = order;
        options.routerLifetime = Seconds(240);
        m_registrar.SetOptions(options);
    }

    void TearDown() override
    {
        m_registrar.Forget();
        SimTest::TearDown();
    }

    BindingEntry At(int nve, std::vector<int> previous, uint16_t epoch)
    {
        BindingEntry entry;
        entry.vm = {0, "vm"};
        entry.addresses = {{A("10.1.1.5"), IpAddress()}};
        entry.servingNve = A("10.0.0." + std::to_string(nve));
        for (int p : previous)
        {
            entry.previous.push_back({A("10.0.0." + std::to_string(p)), PreviousNveState::TO_TELL});
        }
        entry.sequence = MakeSequence(epoch, 1);
        return entry;
    }

    TestRegistrar m_context;
    HostRouteRegistrar m_registrar;
};

} // namespace

TEST_F(HostRouteRegistrarTest, SourceOnlyTellsThePreviousNveAlone)
{
    SetOptions(HostRouteOptions::SOURCE_ONLY);
    m_registrar.Moved(m_context, At(2, {1}, 2));
    EXPECT_EQ(m_context.Take(), NameList({"1"}));
    ASSERT_EQ(m_context.taken.size(), 1u);
    const auto& request = m_context.taken[0].request;
    EXPECT_EQ(request.role, RecipientRole::SOURCE_NVE);
    EXPECT_EQ(request.servingNve, A("10.0.0.2"));
    EXPECT_EQ(EpochOf(request.sequence), 2);
    EXPECT_EQ(request.vmId, "vm");
    m_context.AnswerTaken();
    EXPECT_TRUE(m_context.waiting.empty());
}

TEST_F(HostRouteRegistrarTest, OrderedPathTellsRoutersBeforeTheSource)
{
    SetOptions(HostRouteOptions::PATH);
    m_registrar.Moved(m_context, At(2, {1}, 2));
    EXPECT_EQ(m_context.Take(), NameList({"12"}));
    EXPECT_TRUE(m_context.waiting.empty()) << "the next level waits for the reply";
    m_context.AnswerTaken();
    EXPECT_EQ(m_context.Take(), NameList({"21"}));
    m_context.AnswerTaken();
    EXPECT_EQ(m_context.Take(), NameList({"11"}));
    m_context.AnswerTaken();
    EXPECT_EQ(m_context.Take(), NameList({"1"}));
    m_context.AnswerTaken();
    EXPECT_TRUE(m_context.waiting.empty());
}

TEST_F(HostRouteRegistrarTest, ParallelPathTellsAllAtOnce)
{
    SetOptions(HostRouteOptions::PATH, HostRouteOptions::NONE, HostRouteOptions::PARALLEL);
    m_registrar.Moved(m_context, At(2, {1}, 2));
    EXPECT_EQ(m_context.Take(), NameList({"1", "11", "12", "21"}));
}

TEST_F(HostRouteRegistrarTest, ReturnHomeWithdrawsNearestToHomeFirst)
{
    SetOptions(HostRouteOptions::PATH);
    m_registrar.Moved(m_context, At(2, {1}, 2));
    for (int i = 0; i < 4; ++i)
    {
        m_context.Take();
        m_context.AnswerTaken();
    }
    m_registrar.Moved(m_context, At(1, {2}, 3));
    EXPECT_EQ(m_context.Take(), NameList({"11w"}));
    m_context.AnswerTaken();
    EXPECT_EQ(m_context.Take(), NameList({"21w"}));
    m_context.AnswerTaken();
    EXPECT_EQ(m_context.Take(), NameList({"12w"}));
    m_context.AnswerTaken();
    EXPECT_EQ(m_context.Take(), NameList({"2"}));
    m_context.AnswerTaken();
    EXPECT_TRUE(m_context.waiting.empty());
    Simulator::Stop(Seconds(1000));
    Simulator::Run();
    EXPECT_TRUE(m_context.waiting.empty()) << "nothing is refreshed that was withdrawn";
}

TEST_F(HostRouteRegistrarTest, RoutersAreRefreshedAtHalfTheirLifetime)
{
    SetOptions(HostRouteOptions::PATH);
    m_registrar.Moved(m_context, At(2, {1}, 2));
    for (int i = 0; i < 4; ++i)
    {
        m_context.Take();
        m_context.AnswerTaken();
    }
    Simulator::Stop(Seconds(121));
    Simulator::Run();
    EXPECT_EQ(m_context.Take(), NameList({"11", "12", "21"}));
    EXPECT_TRUE(m_context.taken[0].request.flags & REGISTRATION_REFRESH);
}

TEST_F(HostRouteRegistrarTest, LaterMoveOvertakesOneUnderWay)
{
    SetOptions(HostRouteOptions::PATH);
    m_registrar.Moved(m_context, At(2, {1}, 2));
    EXPECT_EQ(m_context.Take(), NameList({"12"}));
    m_registrar.Moved(m_context, At(3, {1, 2}, 3));
    m_context.AnswerTaken();
    EXPECT_EQ(m_context.cancelled.size(), 1u);
    EXPECT_EQ(m_context.Take(), NameList({"13"})) << "the old run does not go on";
    EXPECT_EQ(EpochOf(m_context.taken[0].request.sequence), 3);
}

TEST_F(HostRouteRegistrarTest, TunnelWithDefaultRouterTellsBothRouters)
{
    SetOptions(HostRouteOptions::TUNNEL, HostRouteOptions::DEFAULT_ROUTER);
    m_registrar.Moved(m_context, At(2, {1}, 2));
    EXPECT_EQ(m_context.Take(), NameList({"1", "11", "12"}));
    for (const auto& sent : m_context.taken)
    {
        if (sent.to != A("10.0.0.1"))
        {
            EXPECT_EQ(sent.request.role, RecipientRole::DEFAULT_ROUTER);
            EXPECT_EQ(sent.request.nextHops, IpAddressList({A("10.0.0.2")}));
        }
    }
}

TEST_F(HostRouteRegistrarTest, ARepairCarriesTheRefreshFlagUnlessItCompletesAMove)
{
    SetOptions(HostRouteOptions::PATH);
    m_registrar.Moved(m_context, At(2, {1}, 2));
    EXPECT_EQ(m_context.Take(), NameList({"12"}));
    m_registrar.FabricChanged(m_context); // the move is still being told
    auto refreshes = [this]()
    {
        size_t count = 0;
        for (int i = 0; i < 4; ++i)
        {
            m_context.Take();
            for (const auto& sent : m_context.taken)
            {
                count += (sent.request.flags & REGISTRATION_REFRESH) != 0;
            }
            m_context.AnswerTaken();
        }
        return count;
    };
    EXPECT_EQ(refreshes(), 0u);
    m_registrar.FabricChanged(m_context); // leaf, spine, leaf, source
    EXPECT_EQ(refreshes(), 4u);
    m_registrar.Moved(m_context, At(3, {1}, 3)); // and the withdrawal of leaf 2
    EXPECT_EQ(refreshes(), 0u);
    m_context.Take();
    m_context.AnswerTaken();
    m_registrar.Moved(m_context, At(3, {1}, 3), true);
    EXPECT_EQ(refreshes(), 4u);
}

TEST_F(HostRouteRegistrarTest, RemovalWithdrawsEverywhere)
{
    SetOptions(HostRouteOptions::PATH);
    m_registrar.Moved(m_context, At(2, {1}, 2));
    for (int i = 0; i < 4; ++i)
    {
        m_context.Take();
        m_context.AnswerTaken();
    }
    m_registrar.Removed(m_context, At(2, {1}, 2));
    std::set<std::string> all;
    for (int i = 0; i < 4; ++i)
    {
        for (const auto& name : m_context.Take())
        {
            all.insert(name);
        }
        m_context.AnswerTaken();
    }
    EXPECT_EQ(all, std::set<std::string>({"1w", "11w", "12w", "21w"}));
}
