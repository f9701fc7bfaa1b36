// SPDX-License-Identifier: GPL-2.0-only
#include "fib-chain.h"
#include "ns3/link-failure-error-model.h"
#include "ns3/pointer.h"

#include <gmock/gmock.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class LinkFailureTest : public FibTest
{
  protected:
    void SetUp() override
    {
        FibTest::SetUp();
        MakeChain(3);
        model = CreateObject<LinkFailureErrorModel>();
        Device(2, 0)->SetAttribute("ReceiveErrorModel", PointerValue(model));
        Device(2, 0)->TraceConnectWithoutContext("PhyRxDrop",
                                                 MakeCallback(&LinkFailureTest::PhyDrop, this));
        model->TraceConnectWithoutContext("Drop", MakeCallback(&LinkFailureTest::Drop, this));
        model->TraceConnectWithoutContext("State", MakeCallback(&LinkFailureTest::State, this));
        Listen(2);
    }

    void TearDown() override
    {
        model = nullptr;
        FibTest::TearDown();
    }

    void PhyDrop(Ptr<const Packet>)
    {
        ++phy[DropCauseName(model->GetCause())];
    }

    void Drop(Ptr<const Packet>, DropCause cause)
    {
        ++drops[DropCauseName(cause)];
    }

    void State(bool down)
    {
        states.push_back(down);
    }

    Ptr<LinkFailureErrorModel> model; //!< at the far end of the second link
    std::map<std::string, int> phy;   //!< drops of the device
    std::map<std::string, int> drops; //!< drops of the model
    std::vector<bool> states;         //!< its changes
};

} // namespace

TEST_F(LinkFailureTest, LosesEverythingWhileDown)
{
    for (int t = 1; t <= 5; ++t)
    {
        SendAt(Seconds(t), 0, Router(IpFamily::IPV4, 2));
    }
    Simulator::Schedule(Seconds(1.5), &LinkFailureErrorModel::SetDown, model, true);
    Simulator::Schedule(Seconds(1.6), &LinkFailureErrorModel::SetDown, model, true);
    Simulator::Schedule(Seconds(3.5), &LinkFailureErrorModel::SetDown, model, false);
    Simulator::Run();
    EXPECT_EQ(received[2].size(), 3u);
    EXPECT_THAT(drops, testing::ElementsAre(testing::Pair("link-down", 2)));
    EXPECT_EQ(phy, drops);
    EXPECT_THAT(states, testing::ElementsAre(true, false));
}

TEST_F(LinkFailureTest, TheModelInsideActsWhileUp)
{
    auto inner = CreateObject<ReceiveListErrorModel>();
    inner->SetList({1});
    model->SetInner(inner);
    for (int t = 1; t <= 3; ++t)
    {
        SendAt(Seconds(t), 0, Router(IpFamily::IPV4, 2));
    }
    Simulator::Run();
    EXPECT_EQ(received[2].size(), 2u);
    EXPECT_THAT(drops, testing::ElementsAre(testing::Pair("corrupted", 1)));
    EXPECT_EQ(phy, drops);
    model->SetDown(true);
    model->Reset();
    EXPECT_FALSE(model->IsDown());
}
