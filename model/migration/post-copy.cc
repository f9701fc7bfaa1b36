// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/post-copy.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(PostCopy);

TypeId
PostCopy::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::PostCopy")
                            .SetParent<CopyMethod>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<PostCopy>();
    return tid;
}

PostCopy::PostCopy() = default;

PostCopy::~PostCopy() = default;

CopyStep
PostCopy::Begin(uint64_t memory, uint64_t zeros)
{
    // Zero pages are told by the bitmap alone.
    m_left = GetWireSize(memory - std::min(zeros, memory));
    CopyStep step;
    step.action = CopyStep::Action::STOP;
    return step;
}

CopyStep
PostCopy::RoundDone(const CopyRound&)
{
    return {}; // there are no rounds while the VM runs at the source
}

CopyStep
PostCopy::Stopped(uint64_t)
{
    CopyStep step;
    step.action = CopyStep::Action::HANDOVER;
    step.octets = m_left;
    step.rate = GetMaxBandwidth();
    return step;
}

uint64_t
PostCopy::GetLeft() const
{
    return m_left;
}

bool
PostCopy::ResumesFirst() const
{
    return true;
}

} // namespace vmm
} // namespace ns3
