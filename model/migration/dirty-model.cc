// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/dirty-model.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(DirtyModel);
NS_OBJECT_ENSURE_REGISTERED(ConstantDirtyModel);

TypeId
DirtyModel::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::DirtyModel").SetParent<Object>().SetGroupName("VmMobility");
    return tid;
}

DirtyModel::~DirtyModel() = default;

uint64_t
DirtyModel::GetDirtied(const Time& from, const Time& to, uint64_t memory) const
{
    if (to <= from)
    {
        return 0;
    }
    const double octets = DoGetDirtied(from, to, memory);
    if (!(octets > 0))
    {
        return 0;
    }
    return octets >= static_cast<double>(memory) ? memory
                                                 : static_cast<uint64_t>(std::llround(octets));
}

uint64_t
DirtyModel::GetZeros(uint64_t memory) const
{
    return std::min(DoGetZeros(memory), memory);
}

uint64_t
DirtyModel::DoGetZeros(uint64_t) const
{
    return 0;
}

TypeId
ConstantDirtyModel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::ConstantDirtyModel")
                            .SetParent<DirtyModel>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<ConstantDirtyModel>()
                            .AddAttribute("Rate",
                                          "Memory written while the VM runs (bit/s).",
                                          DataRateValue(DataRate(0)),
                                          MakeDataRateAccessor(&ConstantDirtyModel::m_rate),
                                          MakeDataRateChecker());
    return tid;
}

ConstantDirtyModel::ConstantDirtyModel() = default;

ConstantDirtyModel::~ConstantDirtyModel() = default;

double
ConstantDirtyModel::DoGetDirtied(const Time& from, const Time& to, uint64_t) const
{
    return static_cast<double>(m_rate.GetBitRate()) / 8 * (to - from).GetSeconds();
}

} // namespace vmm
} // namespace ns3
