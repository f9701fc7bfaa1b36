// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GEO_POSITION_H
#define VMM_GEO_POSITION_H

#include <optional>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A place on the earth.
struct GeoPosition
{
    double latitude = 0;  //!< degrees, -90 to 90, north positive
    double longitude = 0; //!< degrees, -180 to 180, east positive
};

/// Mean radius of the earth, (2a + b) / 3 of the Geodetic Reference System 1980 (IUGG).
constexpr double EARTH_RADIUS_KM = 6371.0088;

/**
 * The haversine formula on a sphere of EARTH_RADIUS_KM; within 0.6 % of the distance on the
 * ellipsoid.
 *
 * @param a a place
 * @param b another
 * @return length of the great circle's shorter arc between them, kilometres
 */
double GetGreatCircleKm(const GeoPosition& a, const GeoPosition& b);

/**
 * @param places places
 * @return the middle of them: their mean as points in space, brought back to the sphere, so that
 *         two places on either side of the date line have theirs between them; none if there is no
 *         place, or they are spread so that no direction is the middle
 */
std::optional<GeoPosition> GetMiddle(const std::vector<GeoPosition>& places);

} // namespace vmm
} // namespace ns3

#endif // VMM_GEO_POSITION_H
