// SPDX-License-Identifier: GPL-2.0-only
// Fib::WatchUse: who waits for the next packet that takes a route is told once.
#include "sim-fixture.h"

#include "ns3/fib.h"
#include "ns3/node.h"
#include "ns3/simple-net-device.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class FibWatchTest : public SimTest
{
  protected:
    void SetUp() override
    {
        SimTest::SetUp();
        node = CreateObject<Node>();
        device = CreateObject<SimpleNetDevice>();
        node->AddDevice(device);
        fib = CreateObject<Fib>();
        node->AggregateObject(fib);
        fib->SetRoute(prefix, RouteOwner::REGISTRATION, Over());
    }

    void TearDown() override
    {
        fib = nullptr;
        device = nullptr;
        node = nullptr;
        SimTest::TearDown();
    }

    Route Over() const
    {
        return Route::Forward({{IpAddress(), device}});
    }

    void Watch()
    {
        fib->WatchUse(prefix,
                      RouteOwner::REGISTRATION,
                      [this]()
                      {
                          told.push_back(Simulator::Now());
                      });
    }

    void UseAt(double seconds)
    {
        Simulator::Schedule(Seconds(seconds),
                            [this]()
                            {
                                fib->Match(Ipv4Address("10.1.2.3")).Use();
                            });
    }

    const IpPrefix prefix = IpPrefix::FromString("10.1.2.3/32"); //!< of the route
    Ptr<Node> node;                                              //!< with the table
    Ptr<SimpleNetDevice> device;                                 //!< of the node
    Ptr<Fib> fib;                                                //!< under test
    std::vector<Time> told;                                      //!< when
};

} // namespace

TEST_F(FibWatchTest, TellsOfTheNextPacketOnce)
{
    UseAt(1);
    Simulator::Schedule(Seconds(2),
                        [this]()
                        {
                            Watch();
                        });
    UseAt(3);
    UseAt(4);
    Simulator::Run();
    EXPECT_EQ(told, std::vector<Time>{Seconds(3)});
    EXPECT_EQ(fib->GetLastUse(prefix, RouteOwner::REGISTRATION), Seconds(4));
}

TEST_F(FibWatchTest, LastUseIsThatOfBeforeWhileItWaits)
{
    UseAt(1);
    Simulator::Schedule(
        Seconds(2),
        [this]()
        {
            Watch();
            EXPECT_EQ(fib->GetLastUse(prefix, RouteOwner::REGISTRATION), Seconds(1));
            Watch(); // again
            EXPECT_EQ(fib->GetLastUse(prefix, RouteOwner::REGISTRATION), Seconds(1));
        });
    UseAt(3);
    Simulator::Run();
    EXPECT_EQ(told.size(), 1u);
}

TEST_F(FibWatchTest, ARouteThatIsHiddenWaitsUntilItIsTaken)
{
    Watch();
    fib->SetRoute(prefix, RouteOwner::SERVING, Over());
    UseAt(1);
    Simulator::Schedule(Seconds(2),
                        [this]()
                        {
                            EXPECT_TRUE(told.empty());
                            fib->RemoveRoute(prefix, RouteOwner::SERVING);
                        });
    UseAt(3);
    Simulator::Run();
    EXPECT_EQ(told, std::vector<Time>{Seconds(3)});
}

TEST_F(FibWatchTest, NothingComesOfARouteThatGoes)
{
    Watch();
    fib->RemoveRoute(prefix, RouteOwner::REGISTRATION);
    fib->SetRoute(prefix, RouteOwner::REGISTRATION, Over());
    UseAt(1);
    fib->WatchUse(prefix,
                  RouteOwner::BGP,
                  []()
                  {
                      FAIL() << "there is no such route";
                  });
    Simulator::Run();
    EXPECT_TRUE(told.empty());
}

TEST_F(FibWatchTest, TheOneWhoIsToldMayChangeTheTable)
{
    fib->WatchUse(prefix,
                  RouteOwner::REGISTRATION,
                  [this]()
                  {
                      fib->RemoveRoute(prefix, RouteOwner::REGISTRATION);
                  });
    UseAt(1);
    Simulator::Run();
    EXPECT_FALSE(fib->Find(prefix, RouteOwner::REGISTRATION));
}
