// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/geo-position.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace ns3::vmm;

namespace
{

const double PI = std::acos(-1.0);

} // namespace

TEST(GeoPositionTest, ArcsOfKnownAngle)
{
    // A degree of a great circle is R pi / 180 = 111.195 km.
    const double degree = EARTH_RADIUS_KM * PI / 180;
    EXPECT_NEAR(degree, 111.19508, 1e-5);
    EXPECT_NEAR(GetGreatCircleKm({0, 0}, {0, 1}), degree, 1e-9);
    EXPECT_NEAR(GetGreatCircleKm({89, 30}, {90, -120}), degree, 1e-9);
    EXPECT_NEAR(GetGreatCircleKm({0, 0}, {90, 0}), 90 * degree, 1e-6);
    EXPECT_NEAR(GetGreatCircleKm({0, 170}, {0, -170}), 20 * degree, 1e-6) << "over the date line";
    EXPECT_NEAR(GetGreatCircleKm({60, 0}, {60, 180}), 60 * degree, 1e-6) << "over the pole";
    EXPECT_NEAR(GetGreatCircleKm({-33, 20}, {33, -160}), 180 * degree, 1e-6) << "antipodes";
    EXPECT_EQ(GetGreatCircleKm({47.6, -122.3}, {47.6, -122.3}), 0);
}

TEST(GeoPositionTest, MiddleOfPlaces)
{
    auto middle = GetMiddle({{10, 20}, {10, 20}});
    ASSERT_TRUE(middle);
    EXPECT_NEAR(middle->latitude, 10, 1e-9);
    EXPECT_NEAR(middle->longitude, 20, 1e-9);
    middle = GetMiddle({{0, 170}, {0, -170}});
    ASSERT_TRUE(middle);
    EXPECT_NEAR(middle->latitude, 0, 1e-9);
    EXPECT_NEAR(std::abs(middle->longitude), 180, 1e-9) << "not on the other side of the earth";
    middle = GetMiddle({{80, 0}, {80, 180}});
    ASSERT_TRUE(middle);
    EXPECT_NEAR(middle->latitude, 90, 1e-9) << "the pole lies between them";
    EXPECT_FALSE(GetMiddle({}));
    EXPECT_FALSE(GetMiddle({{0, 0}, {0, 180}})) << "any meridian would do";
}
