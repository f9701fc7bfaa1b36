// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/stop-and-copy.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(StopAndCopy);

TypeId
StopAndCopy::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::StopAndCopy")
                            .SetParent<CopyMethod>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<StopAndCopy>();
    return tid;
}

StopAndCopy::StopAndCopy() = default;

StopAndCopy::~StopAndCopy() = default;

CopyStep
StopAndCopy::Begin(uint64_t memory, uint64_t zeros)
{
    m_left = GetWireSize(memory, std::min(zeros, memory));
    CopyStep step;
    step.action = CopyStep::Action::STOP;
    return step;
}

CopyStep
StopAndCopy::RoundDone(const CopyRound&)
{
    return {}; // there are no rounds while the VM runs
}

CopyStep
StopAndCopy::Stopped(uint64_t)
{
    CopyStep step;
    step.action = CopyStep::Action::LAST;
    step.octets = m_left;
    step.rate = GetMaxBandwidth();
    return step;
}

uint64_t
StopAndCopy::GetLeft() const
{
    return m_left;
}

bool
StopAndCopy::StopsFirst() const
{
    return true;
}

} // namespace vmm
} // namespace ns3
