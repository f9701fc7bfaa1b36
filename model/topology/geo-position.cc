// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/geo-position.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace vmm
{

namespace
{

const double RADIAN = std::atan(1.0) / 45; //!< of a degree

} // namespace

double
GetGreatCircleKm(const GeoPosition& a, const GeoPosition& b)
{
    double north = std::sin((b.latitude - a.latitude) * RADIAN / 2);
    double east = std::sin((b.longitude - a.longitude) * RADIAN / 2);
    double h =
        north * north + std::cos(a.latitude * RADIAN) * std::cos(b.latitude * RADIAN) * east * east;
    return 2 * EARTH_RADIUS_KM * std::asin(std::min(1.0, std::sqrt(h)));
}

std::optional<GeoPosition>
GetMiddle(const std::vector<GeoPosition>& places)
{
    double x = 0;
    double y = 0;
    double z = 0;
    for (const GeoPosition& place : places)
    {
        x += std::cos(place.latitude * RADIAN) * std::cos(place.longitude * RADIAN);
        y += std::cos(place.latitude * RADIAN) * std::sin(place.longitude * RADIAN);
        z += std::sin(place.latitude * RADIAN);
    }
    if (std::sqrt(x * x + y * y + z * z) < 1e-9 * static_cast<double>(places.size() + 1))
    {
        return std::nullopt;
    }
    return GeoPosition{std::atan2(z, std::sqrt(x * x + y * y)) / RADIAN, std::atan2(y, x) / RADIAN};
}

} // namespace vmm
} // namespace ns3
