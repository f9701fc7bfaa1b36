// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/working-set-dirty-model.h"

#include "ns3/ns3-compat.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(WorkingSetDirtyModel);

TypeId
WorkingSetDirtyModel::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::WorkingSetDirtyModel")
            .SetParent<DirtyModel>()
            .SetGroupName("VmMobility")
            .AddConstructor<WorkingSetDirtyModel>()
            .AddAttribute("HotSet",
                          "Memory that is written again and again (octets).",
                          UintegerValue(0),
                          MakeUintegerAccessor(&WorkingSetDirtyModel::m_hotSet),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("HotRate",
                          "Writes to the hot set, a whole page each (bit/s).",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&WorkingSetDirtyModel::m_hotRate),
                          MakeDataRateChecker())
            .AddAttribute("ColdRate",
                          "Memory outside the hot set written, none of it twice (bit/s).",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&WorkingSetDirtyModel::m_cold),
                          MakeDataRateChecker())
            .AddAttribute("Pattern",
                          "How writes are spread over the hot set: Random or Sweep.",
                          EnumValue(RANDOM),
                          MakeEnumAccessorFor<Pattern>(&WorkingSetDirtyModel::m_pattern),
                          MakeEnumChecker(RANDOM, "Random", SWEEP, "Sweep"));
    return tid;
}

WorkingSetDirtyModel::WorkingSetDirtyModel() = default;

WorkingSetDirtyModel::~WorkingSetDirtyModel() = default;

double
WorkingSetDirtyModel::DoGetDirtied(const Time& from, const Time& to, uint64_t memory) const
{
    const double seconds = (to - from).GetSeconds();
    const auto hotSet = static_cast<double>(std::min(m_hotSet, memory));
    const double writes = static_cast<double>(m_hotRate.GetBitRate()) / 8 * seconds;
    double hot = std::min(writes, hotSet);
    if (m_pattern == RANDOM && hotSet > 0)
    {
        hot = -hotSet * std::expm1(-writes / hotSet);
    }
    const double cold = std::min(static_cast<double>(m_cold.GetBitRate()) / 8 * seconds,
                                 static_cast<double>(memory) - hotSet);
    return ToOctets((hot + cold) / GetPageSize());
}

} // namespace vmm
} // namespace ns3
