// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/sampled-dirty-model.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(SampledDirtyModel);

TypeId
SampledDirtyModel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::SampledDirtyModel")
                            .SetParent<DirtyModel>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<SampledDirtyModel>();
    return tid;
}

SampledDirtyModel::SampledDirtyModel() = default;

SampledDirtyModel::~SampledDirtyModel() = default;

void
SampledDirtyModel::SetCurve(const std::vector<DirtySample>& curve)
{
    if (curve.empty())
    {
        throw std::invalid_argument("a curve has at least one point");
    }
    std::vector<DirtySample> points = {{Time(0), 0}};
    for (const DirtySample& point : curve)
    {
        if (point.period <= points.back().period || !(point.pages >= points.back().pages))
        {
            throw std::invalid_argument("the periods of a curve increase and its pages do not "
                                        "decrease");
        }
        points.push_back(point);
    }
    m_curve = points;
}

double
SampledDirtyModel::DoGetDirtied(const Time& from, const Time& to, uint64_t memory) const
{
    if (m_curve.empty())
    {
        return 0;
    }
    const Time period = to - from;
    const auto isBefore = [](const DirtySample& point, const Time& t)
    {
        return point.period < t;
    };
    auto right = std::lower_bound(m_curve.begin() + 1, m_curve.end(), period, isBefore);
    right = right == m_curve.end() ? right - 1 : right; // the last piece goes on
    const auto left = right - 1;
    const double part =
        (period - left->period).GetDouble() / (right->period - left->period).GetDouble();
    const double pages = left->pages + (right->pages - left->pages) * part;
    const double filled = static_cast<double>(memory - GetZeros(memory));
    return std::min(ToOctets(pages), filled);
}

} // namespace vmm
} // namespace ns3
