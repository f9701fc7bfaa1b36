// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SIM_FIXTURE_H
#define VMM_SIM_FIXTURE_H

#include "ns3/config.h"
#include "ns3/names.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace vmm
{

/**
 * Base of every test that touches the simulator: leaves ns-3's process-wide state as a new process
 * has it, so that the cases of one executable do not see each other. Automatic random streams and
 * packet uids are never reset by ns-3: tests assign streams and do not look at uids.
 */
class SimTest : public ::testing::Test
{
  public:
    ~SimTest() override = default;

  protected:
    void SetUp() override
    {
        Reset();
    }

    void TearDown() override
    {
        Reset();
    }

    /// Ends the simulation and forgets names, defaults, seed and run; also usable inside a case.
    static void Reset()
    {
        Simulator::Destroy();
        Names::Clear();
        Config::Reset();
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SIM_FIXTURE_H
