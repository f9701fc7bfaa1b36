// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/disk-model.h"

#include "ns3/uinteger.h"

#include <cmath>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(DiskModel);

TypeId
DiskModel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::DiskModel")
                            .SetParent<Object>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<DiskModel>()
                            .AddAttribute("ImageSize",
                                          "The image that a move copies (octets); 0 for shared "
                                          "storage.",
                                          UintegerValue(0),
                                          MakeUintegerAccessor(&DiskModel::m_image),
                                          MakeUintegerChecker<uint64_t>())
                            .AddAttribute("WriteRate",
                                          "The image is written while the guest runs (bit/s).",
                                          DataRateValue(DataRate(0)),
                                          MakeDataRateAccessor(&DiskModel::m_rate),
                                          MakeDataRateChecker());
    return tid;
}

DiskModel::DiskModel() = default;

DiskModel::~DiskModel() = default;

uint64_t
DiskModel::GetWritten(const Time& from, const Time& to) const
{
    if (to <= from)
    {
        return 0;
    }
    const double octets = static_cast<double>(m_rate.GetBitRate()) / 8 * (to - from).GetSeconds();
    return octets >= static_cast<double>(m_image) ? m_image
                                                  : static_cast<uint64_t>(std::llround(octets));
}

} // namespace vmm
} // namespace ns3
