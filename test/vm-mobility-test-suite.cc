// SPDX-License-Identifier: GPL-2.0-only
// Inside an ns-3 tree: all GoogleTest cases of this module as one ns-3 test suite, "vm-mobility".
// Alone the cases are programs of their own and this file is not built.
#include "ns3/test.h"

#include <gtest/gtest.h>

using namespace ns3;

namespace
{

class AllCases : public TestCase
{
  public:
    AllCases()
        : TestCase("All GoogleTest cases of vm-mobility")
    {
    }

  private:
    void DoRun() override
    {
        int argc = 1;
        char name[] = "vm-mobility";
        char* argv[] = {name, nullptr};
        testing::InitGoogleTest(&argc, argv);
        NS_TEST_ASSERT_MSG_EQ(RUN_ALL_TESTS(), 0, "the cases' own output says which failed");
    }
};

class AllCasesSuite : public TestSuite
{
  public:
    AllCasesSuite()
        : TestSuite("vm-mobility", TestSuite::Type::UNIT)
    {
        AddTestCase(new AllCases);
    }
};

AllCasesSuite g_allCasesSuite;

} // namespace
