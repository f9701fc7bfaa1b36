// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/dirty-model.h"

#include "ns3/uinteger.h"

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
        TypeId("ns3::vmm::DirtyModel")
            .SetParent<Object>()
            .SetGroupName("VmMobility")
            .AddAttribute("PageSize",
                          "Size of a page of memory (octets).",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&DirtyModel::m_pageSize),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("ZeroMemory",
                          "Memory in pages that hold only zeros when a copy begins (octets); "
                          "what is no whole page does not count.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&DirtyModel::m_zeroMemory),
                          MakeUintegerChecker<uint64_t>());
    return tid;
}

DirtyModel::DirtyModel() = default;

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
DirtyModel::GetRoundDirtied(uint32_t round, const Time& from, const Time& to, uint64_t memory) const
{
    return std::min(DoGetRoundDirtied(round, from, to, memory), memory);
}

uint64_t
DirtyModel::DoGetRoundDirtied(uint32_t, const Time& from, const Time& to, uint64_t memory) const
{
    return GetDirtied(from, to, memory);
}

bool
DirtyModel::EndsAfter(uint32_t) const
{
    return false;
}

uint64_t
DirtyModel::GetZeros(uint64_t memory) const
{
    const uint64_t zeros = std::min(m_zeroMemory, memory);
    return zeros - zeros % m_pageSize;
}

double
DirtyModel::ToOctets(double pages) const
{
    return std::round(pages) * m_pageSize;
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
