// SPDX-License-Identifier: GPL-2.0-only
// Moves of guests that write as files say.
#include "../sim-fixture.h"
#include "../validation/validation-scenario.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class ReplayTest : public SimTest
{
  protected:
    /// @return the rounds of a move: octets sent, octets dirtied
    static std::vector<std::pair<uint64_t, uint64_t>> Run(ValidationScenario& scenario)
    {
        scenario.files["moves.csv"] = "migration,time,vm,to\nm,1s,vm,b\n";
        scenario.keys["duration"] = "10s";
        scenario.keys["ns3::vmm::PreCopy::MaxDowntime"] = "0s";
        scenario.keys["ns3::vmm::PreCopy::PageHeader"] = "0";
        scenario.Run();
        std::vector<std::pair<uint64_t, uint64_t>> rounds;
        for (const auto& round : scenario.GetMove().rounds)
        {
            rounds.emplace_back(round.sentBytes, round.dirtiedBytes);
        }
        return rounds;
    }

    static constexpr uint64_t PAGE = 4096;
};

} // namespace

TEST_F(ReplayTest, RoundsAreThoseOfTheListAndTheListEndsThem)
{
    ValidationScenario scenario("1Gbps");
    scenario.files["vms.csv"] = "vm,nve,memory,dirty_model,dirty_file,zero\n"
                                "vm,a,1MiB,rounds,r.csv,256KiB\n";
    scenario.files["r.csv"] = "round,bytes\n1,40KiB\n2,80KiB\n3,12KiB\n";
    EXPECT_EQ(Run(scenario),
              (std::vector<std::pair<uint64_t, uint64_t>>{{192 * PAGE, 10 * PAGE},
                                                          {10 * PAGE, 20 * PAGE},
                                                          {20 * PAGE, 3 * PAGE},
                                                          {3 * PAGE, 0}}));
}

TEST_F(ReplayTest, ARoundOfTheDiskIsNoneOfTheList)
{
    ValidationScenario scenario("1Gbps");
    scenario.files["vms.csv"] = "vm,nve,memory,dirty_model,dirty_file,storage\n"
                                "vm,a,1MiB,rounds,r.csv,2MiB\n";
    scenario.files["r.csv"] = "round,bytes\n1,40KiB\n2,12KiB\n";
    const auto rounds = Run(scenario);
    ASSERT_EQ(rounds.size(), 4U);
    EXPECT_EQ(rounds[0].first, 2U << 20); // the image
    EXPECT_EQ(rounds[1], (std::pair<uint64_t, uint64_t>{256 * PAGE, 10 * PAGE}));
    EXPECT_EQ(rounds[2], (std::pair<uint64_t, uint64_t>{10 * PAGE, 3 * PAGE}));
    EXPECT_EQ(rounds[3], (std::pair<uint64_t, uint64_t>{3 * PAGE, 0}));
}

TEST_F(ReplayTest, ABusyGuestWritesAndAnIdleOneDoesNot)
{
    // Busy until 1.05 s, in the first of rounds that take 70 ms for 8 MiB.
    ValidationScenario scenario("1Gbps");
    scenario.files["vms.csv"] = "vm,nve,memory,dirty_model,dirty_file\n"
                                "vm,a,8MiB,phases,p.csv\n";
    scenario.files["p.csv"] = "start,model,rate,hot_set,hot_rate,hot_pattern\n"
                              "0s,working-set,,64KiB,1Gbps,sweep\n"
                              "1050ms,constant,,,,\n";
    const auto rounds = Run(scenario);
    ASSERT_EQ(rounds.size(), 3U);
    EXPECT_EQ(rounds[0], (std::pair<uint64_t, uint64_t>{2048 * PAGE, 16 * PAGE}));
    EXPECT_EQ(rounds[1], (std::pair<uint64_t, uint64_t>{16 * PAGE, 0}));
    EXPECT_EQ(rounds[2], (std::pair<uint64_t, uint64_t>{0, 0}));
}
