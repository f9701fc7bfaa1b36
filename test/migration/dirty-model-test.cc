// SPDX-License-Identifier: GPL-2.0-only
#include "../sim-fixture.h"

#include "ns3/data-rate.h"
#include "ns3/disk-model.h"
#include "ns3/phased-dirty-model.h"
#include "ns3/rounds-dirty-model.h"
#include "ns3/sampled-dirty-model.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"
#include "ns3/working-set-dirty-model.h"

#include <cmath>
#include <stdexcept>
#include <vector>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t PAGE = 4096;
constexpr uint64_t GIB = 1 << 30;

class DirtyModelTest : public SimTest
{
  public:
    static Ptr<DirtyModel> Constant(const std::string& rate)
    {
        auto model = CreateObject<ConstantDirtyModel>();
        model->SetAttribute("Rate", StringValue(rate));
        return model;
    }

    /// 1000 hot pages, 500 page writes a second to them; 10 pages a second elsewhere.
    static Ptr<DirtyModel> WorkingSet(const std::string& pattern, uint64_t coldPages = 0)
    {
        auto model = CreateObject<WorkingSetDirtyModel>();
        model->SetAttribute("HotSet", UintegerValue(1000 * PAGE));
        model->SetAttribute("HotRate", DataRateValue(DataRate(500 * PAGE * 8)));
        model->SetAttribute("ColdRate", DataRateValue(DataRate(coldPages * PAGE * 8)));
        model->SetAttribute("Pattern", StringValue(pattern));
        return model;
    }

    static Ptr<SampledDirtyModel> Sampled()
    {
        auto model = CreateObject<SampledDirtyModel>();
        model->SetCurve(
            {{Seconds(1), 100}, {Seconds(3), 200}, {Seconds(4), 200}, {Seconds(8), 300}});
        return model;
    }

    /// @return pages written from 0 to a time
    static double Pages(Ptr<DirtyModel> model, double seconds, uint64_t memory = GIB)
    {
        return model->GetDirtied(Time(0), Seconds(seconds), memory) / double(PAGE);
    }
};

} // namespace

TEST_F(DirtyModelTest, RandomWritesFillTheWorkingSetExponentially)
{
    auto model = WorkingSet("Random");
    for (const double t : {0.1, 1.0, 2.0, 5.0, 20.0})
    {
        EXPECT_EQ(Pages(model, t), std::round(1000 * (1 - std::exp(-t / 2)))) << t;
    }
    EXPECT_EQ(Pages(model, 1000), 1000);
    // The limit that it stands for: w t writes, each to one of 1000 pages.
    EXPECT_NEAR(Pages(model, 2), 1000 * (1 - std::pow(1 - 1e-3, 1000)), 1);
}

TEST_F(DirtyModelTest, SweepMeetsTheWorkingSetAtOnce)
{
    auto model = WorkingSet("Sweep");
    EXPECT_EQ(Pages(model, 1), 500);
    EXPECT_EQ(Pages(model, 2), 1000);
    EXPECT_EQ(Pages(model, 60), 1000);
}

TEST_F(DirtyModelTest, ColdPagesGrowUpToTheRest)
{
    auto model = WorkingSet("Sweep", 10);
    EXPECT_EQ(Pages(model, 60), 1600);
    EXPECT_EQ(Pages(model, 1e6, 5000 * PAGE), 5000);
    EXPECT_EQ(Pages(model, 60, 500 * PAGE), 500); // less memory than hot set
}

TEST_F(DirtyModelTest, CurveIsPiecewiseLinear)
{
    auto model = Sampled();
    EXPECT_EQ(Pages(model, 0.5), 50); // from 0 at 0
    EXPECT_EQ(Pages(model, 1), 100);
    EXPECT_EQ(Pages(model, 2), 150);
    EXPECT_EQ(Pages(model, 3.5), 200);
    EXPECT_EQ(Pages(model, 6), 250);
    EXPECT_EQ(Pages(model, 8), 300);
    EXPECT_EQ(Pages(model, 16), 500);   // as its last piece
    EXPECT_EQ(Pages(model, 0.504), 50); // whole pages
    EXPECT_EQ(Pages(model, 0.506), 51);
    // Only the length of an interval counts.
    EXPECT_EQ(model->GetDirtied(Seconds(100), Seconds(102), GIB), 150 * PAGE);
}

TEST_F(DirtyModelTest, CurveEndsAtThePagesThatAreNotZero)
{
    auto model = Sampled();
    model->SetAttribute("ZeroMemory", UintegerValue(600 * PAGE + 1)); // no whole page more
    EXPECT_EQ(model->GetZeros(1000 * PAGE), 600 * PAGE);
    EXPECT_EQ(Pages(model, 8, 1000 * PAGE), 300);
    EXPECT_EQ(Pages(model, 1000, 1000 * PAGE), 400);
    EXPECT_EQ(model->GetZeros(10 * PAGE), 10 * PAGE); // never more than there is
    EXPECT_EQ(Pages(model, 1000, 10 * PAGE), 0);
}

TEST_F(DirtyModelTest, WrongCurves)
{
    auto model = CreateObject<SampledDirtyModel>();
    EXPECT_EQ(model->GetDirtied(Time(0), Seconds(1), GIB), 0U); // not set
    const std::vector<std::vector<DirtySample>> wrong = {
        {},
        {{Time(0), 0}},
        {{Seconds(1), -1}},
        {{Seconds(1), std::nan("")}},
        {{Seconds(2), 1}, {Seconds(2), 2}},
        {{Seconds(2), 1}, {Seconds(1), 2}},
        {{Seconds(1), 2}, {Seconds(2), 1}},
    };
    for (const auto& curve : wrong)
    {
        EXPECT_THROW(model->SetCurve(curve), std::invalid_argument);
    }
}

TEST_F(DirtyModelTest, RoundsAreReplayedWhateverTheyTake)
{
    auto model = CreateObject<RoundsDirtyModel>();
    EXPECT_THROW(model->SetRounds({}), std::invalid_argument);
    model->SetRounds({5000, 300, 0});
    EXPECT_EQ(model->GetRoundDirtied(1, Seconds(1), Seconds(2), GIB), 5000U);
    EXPECT_EQ(model->GetRoundDirtied(2, Seconds(2), Seconds(200), GIB), 300U);
    EXPECT_EQ(model->GetRoundDirtied(2, Seconds(2), Seconds(2), GIB), 300U);
    EXPECT_EQ(model->GetRoundDirtied(3, Seconds(2), Seconds(3), GIB), 0U);
    EXPECT_EQ(model->GetRoundDirtied(4, Seconds(2), Seconds(3), GIB), 0U);
    EXPECT_EQ(model->GetRoundDirtied(1, Seconds(1), Seconds(2), 4096), 4096U);
    EXPECT_EQ(model->GetDirtied(Seconds(1), Seconds(2), GIB), 0U);
    EXPECT_FALSE(model->EndsAfter(1));
    EXPECT_FALSE(model->EndsAfter(2));
    EXPECT_TRUE(model->EndsAfter(3));
    EXPECT_TRUE(model->EndsAfter(4));
}

TEST_F(DirtyModelTest, OtherModelsKnowNoRounds)
{
    auto model = Constant("8Mbps");
    EXPECT_EQ(model->GetRoundDirtied(7, Seconds(1), Seconds(3), GIB), 2000000U);
    EXPECT_FALSE(model->EndsAfter(1000));
}

TEST_F(DirtyModelTest, PhasesFollowEachOther)
{
    auto model = CreateObject<PhasedDirtyModel>();
    EXPECT_EQ(model->GetDirtied(Time(0), Seconds(1), GIB), 0U);
    model->SetPhases({{Seconds(10), Constant("8Mbps")},
                      {Seconds(20), Constant("0bps")},
                      {Seconds(30), Sampled()}});
    EXPECT_EQ(model->GetDirtied(Time(0), Seconds(10), GIB), 0U);
    EXPECT_EQ(model->GetDirtied(Seconds(9), Seconds(12), GIB), 2000000U);
    EXPECT_EQ(model->GetDirtied(Seconds(15), Seconds(25), GIB), 5000000U);
    EXPECT_EQ(model->GetDirtied(Seconds(20), Seconds(30), GIB), 0U);
    EXPECT_EQ(model->GetDirtied(Seconds(29), Seconds(32), GIB), 150 * PAGE);
    EXPECT_EQ(model->GetDirtied(Seconds(0), Seconds(32), GIB), 10000000U + 150 * PAGE);
    EXPECT_EQ(model->GetDirtied(Seconds(0), Seconds(32), 2 * PAGE), 2 * PAGE);
}

TEST_F(DirtyModelTest, WrongPhases)
{
    auto model = CreateObject<PhasedDirtyModel>();
    auto constant = Constant("8Mbps");
    EXPECT_THROW(model->SetPhases({}), std::invalid_argument);
    EXPECT_THROW(model->SetPhases({{Seconds(-1), constant}}), std::invalid_argument);
    EXPECT_THROW(model->SetPhases({{Seconds(1), nullptr}}), std::invalid_argument);
    EXPECT_THROW(model->SetPhases({{Seconds(1), constant}, {Seconds(1), constant}}),
                 std::invalid_argument);
}

// A longer interval never says less; two halves together never less than the whole, but for the
// rounding of each to whole pages; a constant rate adds up.
TEST_F(DirtyModelTest, MonotoneAndSubadditive)
{
    std::vector<Ptr<DirtyModel>> models = {
        WorkingSet("Random", 3), WorkingSet("Sweep", 3), Constant("8Mbps")};
    for (const auto& model : models)
    {
        uint64_t last = 0;
        for (int ms = 1; ms < 8000; ms += 37)
        {
            const Time end = MilliSeconds(ms);
            const uint64_t whole = model->GetDirtied(Time(0), end, GIB);
            EXPECT_GE(whole, last);
            last = whole;
            const uint64_t halves =
                model->GetDirtied(Time(0), end / 3, GIB) + model->GetDirtied(end / 3, end, GIB);
            EXPECT_GE(halves + PAGE, whole);
        }
    }
    auto constant = Constant("8Mbps");
    EXPECT_EQ(constant->GetDirtied(Time(0), Seconds(3), GIB) +
                  constant->GetDirtied(Seconds(3), Seconds(7), GIB),
              constant->GetDirtied(Time(0), Seconds(7), GIB));
}

TEST_F(DirtyModelTest, ZeroPages)
{
    auto model = Constant("0bps");
    EXPECT_EQ(model->GetZeros(GIB), 0U);
    model->SetAttribute("ZeroMemory", UintegerValue(3 * PAGE + 100));
    EXPECT_EQ(model->GetZeros(GIB), 3 * PAGE);
    EXPECT_EQ(model->GetZeros(PAGE + 1), PAGE);
    model->SetAttribute("PageSize", UintegerValue(2 << 20));
    EXPECT_EQ(model->GetZeros(GIB), 0U);
}

TEST_F(DirtyModelTest, Disk)
{
    auto disk = CreateObject<DiskModel>();
    EXPECT_EQ(disk->GetImage(), 0U);
    disk->SetAttribute("WriteRate", StringValue("8Mbps"));
    EXPECT_EQ(disk->GetWritten(Seconds(0), Seconds(10)), 0U); // nothing of it is copied
    disk->SetAttribute("ImageSize", UintegerValue(5000000));
    EXPECT_EQ(disk->GetImage(), 5000000U);
    EXPECT_EQ(disk->GetWritten(Seconds(1), Seconds(3)), 2000000U);
    EXPECT_EQ(disk->GetWritten(Seconds(1), Seconds(300)), 5000000U);
    EXPECT_EQ(disk->GetWritten(Seconds(3), Seconds(3)), 0U);
    EXPECT_EQ(disk->GetWritten(Seconds(3), Seconds(1)), 0U);
}
