// SPDX-License-Identifier: GPL-2.0-only
#include "../sim-fixture.h"
#include "fluid-copy.h"

#include "ns3/data-rate.h"
#include "ns3/pre-copy.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <stdexcept>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t MIB = 1 << 20;
constexpr uint64_t GIB = 1 << 30;

Ptr<PreCopy>
Method(Time maxDowntime, uint64_t minLeft, uint32_t pageHeader, uint32_t maxRounds = 30)
{
    auto method = CreateObject<PreCopy>();
    method->SetAttribute("MaxDowntime", TimeValue(maxDowntime));
    method->SetAttribute("MinLeft", UintegerValue(minLeft));
    method->SetAttribute("PageHeader", UintegerValue(pageHeader));
    method->SetAttribute("MaxRounds", UintegerValue(maxRounds));
    return method;
}

Ptr<DirtyModel>
Constant(const std::string& rate)
{
    auto model = CreateObject<ConstantDirtyModel>();
    model->SetAttribute("Rate", DataRateValue(DataRate(rate)));
    return model;
}

class PreCopyTest : public SimTest
{
};

} // namespace

// Constant dirty rate D on bandwidth R: round i carries V (D/R)^(i-1).
TEST_F(PreCopyTest, GeometricSeries)
{
    const auto r = RunFluid(Method(Time(0), MIB, 0), Constant("250Mbps"), GIB, 1e9);
    ASSERT_EQ(r.rounds.size(), 6u); // 5 while the VM runs, 1 stopped
    for (size_t i = 0; i < 5; ++i)
    {
        EXPECT_EQ(r.rounds[i].sent, GIB >> (2 * i));
        EXPECT_EQ(r.rounds[i].dirtied, GIB >> (2 * i + 2));
        EXPECT_FALSE(r.rounds[i].stopped);
    }
    EXPECT_TRUE(r.rounds[5].stopped);
    EXPECT_NEAR(r.live, 11.442, 11.442e-3);
    EXPECT_NEAR(r.last, 8.39e-3, 8.39e-6);
    EXPECT_NEAR(r.total, r.live + r.last, 1e-9);
}

TEST_F(PreCopyTest, StopsAtMaxDowntime)
{
    // What is left takes 8.59 / 4^i s: 2.15, 0.537, 0.134 after rounds 1, 2, 3.
    const auto r = RunFluid(Method(MilliSeconds(300), 0, 0), Constant("250Mbps"), GIB, 1e9);
    EXPECT_EQ(r.rounds.size(), 4u);
    EXPECT_NEAR(r.last, 8.589934592 / 64, 1e-6);
}

TEST_F(PreCopyTest, PagesAndHeaders)
{
    auto method = Method(Time(0), 0, 8);
    EXPECT_EQ(method->GetWireSize(0), 0u);
    EXPECT_EQ(method->GetWireSize(1), 4104u);
    EXPECT_EQ(method->GetWireSize(4096), 4104u);
    EXPECT_EQ(method->GetWireSize(4097), 8208u);
    // 1 MiB is 256 pages; a quarter of them are zero and cost 8 octets each.
    EXPECT_EQ(method->Begin(MIB, MIB / 4).octets, 256u * 8 + 192 * 4096);
    // They do not count in the second round.
    CopyRound round;
    round.dirtied = MIB;
    round.rate = 1e6;
    EXPECT_EQ(method->RoundDone(round).octets, 256u * 4104);
}

TEST_F(PreCopyTest, NothingWritten)
{
    const auto r = RunFluid(Method(Time(0), 0, 8), Constant("0bps"), 64 * MIB, 1e9);
    ASSERT_EQ(r.rounds.size(), 2u);
    EXPECT_EQ(r.rounds[0].sent, 16384u * 4104);
    EXPECT_EQ(r.rounds[1].sent, 0u);
    EXPECT_EQ(r.last, 0);
}

TEST_F(PreCopyTest, OnePage)
{
    const auto r = RunFluid(Method(MilliSeconds(300), 0, 8), Constant("100Gbps"), 4096, 1e9);
    ASSERT_EQ(r.rounds.size(), 2u);
    EXPECT_EQ(r.rounds[0].sent, 4104u);
    EXPECT_EQ(r.rounds[0].dirtied, 4096u); // never more than there is
    EXPECT_EQ(r.rounds[1].sent, 4104u);
}

TEST_F(PreCopyTest, WrittenFasterThanSent)
{
    auto method = Method(MilliSeconds(1), 0, 8, 7);
    const auto r = RunFluid(method, Constant("2Gbps"), 64 * MIB, 1e9);
    EXPECT_FALSE(r.gaveUp);
    ASSERT_EQ(r.rounds.size(), 8u);
    for (const auto& round : r.rounds)
    {
        EXPECT_EQ(round.sent, 16384u * 4104); // everything again each time
    }
    method = Method(MilliSeconds(1), 0, 8, 7);
    method->SetAttribute("NotConverged", StringValue("Fail"));
    const auto f = RunFluid(method, Constant("2Gbps"), 64 * MIB, 1e9);
    EXPECT_TRUE(f.gaveUp);
    EXPECT_EQ(f.rounds.size(), 7u);
}

TEST_F(PreCopyTest, RateLimit)
{
    auto method = Method(MilliSeconds(300), 0, 0);
    method->SetAttribute("MaxBandwidth", StringValue("100Mbps"));
    const auto r = RunFluid(method, Constant("0bps"), 10 * MIB, 1e9);
    EXPECT_NEAR(r.live, 10 * MIB * 8 / 1e8, 1e-6);
}

TEST_F(PreCopyTest, WrittenDuringTheStop)
{
    auto method = Method(Seconds(10), 0, 0);
    method->Begin(MIB, 0);
    CopyRound round;
    round.dirtied = 8192;
    round.rate = 1e9;
    EXPECT_EQ(method->RoundDone(round).action, CopyStep::Action::STOP);
    EXPECT_EQ(method->GetLeft(), 8192u);
    EXPECT_EQ(method->Stopped(4096).octets, 12288u);
    EXPECT_EQ(method->Stopped(~0ULL / 2).octets, MIB); // capped
}

TEST_F(PreCopyTest, ByName)
{
    EXPECT_TRUE(DynamicCast<PreCopy>(CopyMethod::Create("pre-copy")));
    EXPECT_TRUE(DynamicCast<PreCopy>(CopyMethod::Create("ns3::vmm::PreCopy")));
    EXPECT_THROW(CopyMethod::Create("teleport"), std::invalid_argument);
    EXPECT_THROW(CopyMethod::Create("ns3::Node"), std::invalid_argument);
    EXPECT_THROW(CopyMethod::Create("ns3::vmm::CopyMethod"), std::invalid_argument);
    EXPECT_THROW(CopyMethod::Create(""), std::invalid_argument);
}

TEST_F(PreCopyTest, DirtyModelBounds)
{
    auto model = Constant("8Mbps"); // 1e6 octets a second
    EXPECT_EQ(model->GetDirtied(Seconds(1), Seconds(3), GIB), 2000000u);
    EXPECT_EQ(model->GetDirtied(Seconds(3), Seconds(1), GIB), 0u);
    EXPECT_EQ(model->GetDirtied(Seconds(1), Seconds(1), GIB), 0u);
    EXPECT_EQ(model->GetDirtied(Seconds(0), Seconds(1e6), 4096), 4096u);
    EXPECT_EQ(model->GetZeros(GIB), 0u);
}
