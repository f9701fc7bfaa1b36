// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ip-prefix.h"

#include <gtest/gtest.h>
#include <stdexcept>

using namespace ns3::vmm;

TEST(IpPrefix, ClearsHostBits)
{
    EXPECT_EQ(IpPrefix::FromString("10.1.2.3/24").ToString(), "10.1.2.0/24");
    EXPECT_EQ(IpPrefix::FromString("10.1.2.3/31").ToString(), "10.1.2.2/31");
    EXPECT_EQ(IpPrefix::FromString("10.1.2.3/0").ToString(), "0.0.0.0/0");
    EXPECT_EQ(IpPrefix::FromString("fd00:1:2::7/64").ToString(), "fd00:1:2::/64");
}

TEST(IpPrefix, ContainsOnlyItsFamily)
{
    auto p = IpPrefix::FromString("10.1.2.0/24");
    EXPECT_TRUE(p.Contains(IpAddress::FromString("10.1.2.255")));
    EXPECT_FALSE(p.Contains(IpAddress::FromString("10.1.3.0")));
    EXPECT_FALSE(p.Contains(IpAddress::FromString("fd00::1")));
}

TEST(IpPrefix, CountsAddresses)
{
    EXPECT_EQ(IpPrefix::FromString("10.1.0.0/16").At(258).ToString(), "10.1.1.2");
    EXPECT_EQ(IpPrefix::FromString("fd00::/64").At(65536).ToString(), "fd00::1:0");
}

TEST(IpPrefix, RefusesNonsense)
{
    EXPECT_THROW(IpPrefix::FromString("10.1.2.0/33"), std::invalid_argument);
    EXPECT_THROW(IpPrefix::FromString("10.1.2.0/"), std::invalid_argument);
    EXPECT_THROW(IpPrefix::FromString("10.1.2/24"), std::invalid_argument);
    EXPECT_THROW(IpPrefix::FromString(""), std::invalid_argument);
}
