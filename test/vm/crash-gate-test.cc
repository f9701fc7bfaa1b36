// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/crash-gate.h"

#include "ns3/csma-helper.h"
#include "ns3/csma-net-device.h"
#include "ns3/data-rate.h"
#include "ns3/fib.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/simple-net-device-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

#include "sim-fixture.h"

#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint16_t PROTOCOL = 0x0800;

/// Two nodes on one link of some kind, and what they hear and lose.
class CrashGateTest : public SimTest, public ::testing::WithParamInterface<std::string>
{
  protected:
    void SetUp() override
    {
        SimTest::SetUp();
        m_nodes.Create(2);
        const std::string kind = GetParam();
        if (kind == "point-to-point")
        {
            PointToPointHelper helper;
            helper.SetDeviceAttribute("DataRate", StringValue("8Mbps"));
            m_devices = helper.Install(m_nodes);
        }
        else if (kind == "csma")
        {
            CsmaHelper helper;
            helper.SetChannelAttribute("DataRate", StringValue("8Mbps"));
            m_devices = helper.Install(m_nodes);
        }
        else
        {
            SimpleNetDeviceHelper helper;
            helper.SetDeviceAttribute("DataRate", StringValue("8Mbps"));
            m_devices = helper.Install(m_nodes);
        }
        for (uint32_t i = 0; i < 2; ++i)
        {
            for (bool promiscuous : {false, true})
            {
                m_nodes.Get(i)->RegisterProtocolHandler(
                    MakeCallback(&CrashGateTest::Hear, this), PROTOCOL, nullptr, promiscuous);
            }
        }
        m_gate = CreateObject<CrashGate>();
        m_gate->TraceConnectWithoutContext("Drop", MakeCallback(&CrashGateTest::Lose, this));
    }

    void TearDown() override
    {
        m_gate->Dispose();
        m_gate = nullptr;
        m_devices = NetDeviceContainer();
        m_nodes = NodeContainer();
        SimTest::TearDown();
    }

    void Hear(Ptr<NetDevice> device,
              Ptr<const Packet>,
              uint16_t,
              const Address&,
              const Address&,
              NetDevice::PacketType)
    {
        ++m_heard.at(device->GetNode()->GetId());
    }

    void Lose(Ptr<const Packet> packet, DropCause cause)
    {
        EXPECT_EQ(cause, DropCause::HOST);
        m_lost.push_back(packet);
    }

    // 980 octets take about 1 ms.
    bool Send(uint32_t from, uint32_t count = 1)
    {
        bool sent = true;
        for (uint32_t i = 0; i < count; ++i)
        {
            sent = m_devices.Get(from)->Send(
                Create<Packet>(980), m_devices.Get(1 - from)->GetAddress(), PROTOCOL);
        }
        return sent;
    }

    NodeContainer m_nodes;
    NetDeviceContainer m_devices;
    Ptr<CrashGate> m_gate;
    std::vector<uint32_t> m_heard{0, 0}; // every packet twice: promiscuous and not
    std::vector<Ptr<const Packet>> m_lost;
};

} // namespace

TEST_P(CrashGateTest, NothingIsHeardAndNothingIsSent)
{
    EXPECT_TRUE(Send(0));
    EXPECT_TRUE(Send(1));
    Simulator::Run();
    EXPECT_EQ(m_heard, (std::vector<uint32_t>{2, 2}));
    m_gate->Shut(m_nodes.Get(0));
    EXPECT_TRUE(Send(1));
    EXPECT_FALSE(Send(0));
    Simulator::Run();
    EXPECT_EQ(m_heard, (std::vector<uint32_t>{2, 2}));
    EXPECT_EQ(m_lost.size(), 2u);
}

TEST_P(CrashGateTest, WhatWaitsInTheDeviceIsLost)
{
    // One is being sent, nine wait, when the node crashes.
    Send(0, 10);
    Simulator::Stop(MicroSeconds(500));
    Simulator::Run();
    m_gate->Shut(m_nodes.Get(0));
    EXPECT_EQ(m_lost.size(), 9u);
    Simulator::Run();
    EXPECT_EQ(m_heard, (std::vector<uint32_t>{0, 2}));
    EXPECT_EQ(m_lost.size(), 9u);
}

TEST_P(CrashGateTest, TheNodesTableTellsOfIt)
{
    auto fib = CreateObject<Fib>();
    m_nodes.Get(0)->AggregateObject(fib);
    std::vector<DropCause> causes;
    fib->TraceConnectWithoutContext("Drop",
                                    Callback<void, Ptr<const Packet>, DropCause>(
                                        [&](Ptr<const Packet>, DropCause cause)
                                        {
                                            causes.push_back(cause);
                                        }));
    m_gate->Shut(m_nodes.Get(0));
    Send(1);
    Simulator::Run();
    EXPECT_EQ(causes, std::vector<DropCause>{DropCause::HOST});
}

INSTANTIATE_TEST_SUITE_P(Devices,
                         CrashGateTest,
                         ::testing::Values("point-to-point", "csma", "simple"));
