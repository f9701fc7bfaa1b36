// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/hybrid-copy.h"

#include "ns3/uinteger.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(HybridCopy);

TypeId
HybridCopy::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::HybridCopy")
                            .SetParent<PreCopy>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<HybridCopy>()
                            .AddAttribute("PreCopyRounds",
                                          "Rounds before the VM runs at the destination, at least "
                                          "1.",
                                          UintegerValue(1),
                                          MakeUintegerAccessor(&HybridCopy::m_preCopyRounds),
                                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

HybridCopy::HybridCopy() = default;

HybridCopy::~HybridCopy() = default;

CopyStep
HybridCopy::RoundDone(const CopyRound& round)
{
    const CopyStep step = PreCopy::RoundDone(round);
    const bool enough = ++m_done >= m_preCopyRounds || step.action != CopyStep::Action::SEND;
    return enough ? MakeStep(CopyStep::Action::STOP) : step;
}

CopyStep
HybridCopy::Stopped(uint64_t dirtied)
{
    PreCopy::Stopped(dirtied);
    CopyStep step = MakeStep(CopyStep::Action::HANDOVER);
    // Zero pages, if no round has sent them, are told by the bitmap alone.
    step.octets = GetWireSize(GetLeftMemory() - GetLeftZeros());
    return step;
}

bool
HybridCopy::ResumesFirst() const
{
    return true;
}

} // namespace vmm
} // namespace ns3
