// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/checkpoint.h"

#include "ns3/boolean.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(Checkpoint);

TypeId
Checkpoint::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::Checkpoint")
            .SetParent<CopyMethod>()
            .SetGroupName("VmMobility")
            .AddConstructor<Checkpoint>()
            .AddAttribute("Interval",
                          "From the beginning of a checkpoint to that of the next (time).",
                          TimeValue(MilliSeconds(500)),
                          MakeTimeAccessor(&Checkpoint::m_interval),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("PauseTime",
                          "How long the VM stands at each checkpoint (time).",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&Checkpoint::m_pauseTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("FinalDelta",
                          "Whether a switch-over that is ordered first sends what the standby "
                          "does not have; if not, the standby goes on from the last checkpoint.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&Checkpoint::m_finalDelta),
                          MakeBooleanChecker());
    return tid;
}

Checkpoint::Checkpoint() = default;

Checkpoint::~Checkpoint() = default;

uint64_t
Checkpoint::GetLeft() const
{
    return GetWireSize(m_left, m_zeros);
}

CopyStep
Checkpoint::MakeStep(CopyStep::Action action) const
{
    CopyStep step;
    step.action = action;
    step.octets = GetLeft();
    step.rate = GetMaxBandwidth();
    return step;
}

CopyStep
Checkpoint::Begin(uint64_t memory, uint64_t zeros)
{
    m_memory = memory;
    m_left = memory;
    m_zeros = std::min(zeros, memory);
    return MakeStep(CopyStep::Action::SEND);
}

CopyStep
Checkpoint::RoundDone(const CopyRound& round)
{
    m_hasCheckpoint = m_complete; // the first round was sent while the VM wrote
    m_complete = true;
    m_left = std::min(round.dirtied, m_memory);
    m_zeros = 0;
    CopyStep step;
    step.action = CopyStep::Action::WAIT;
    step.delay = Max(Time(0), m_hasCheckpoint ? round.start + m_interval - round.end : Time(0));
    return m_switchOver && m_hasCheckpoint ? MakeStep(CopyStep::Action::STOP) : step;
}

CopyStep
Checkpoint::WaitDone(uint64_t dirtied)
{
    if (m_switchOver && m_hasCheckpoint)
    {
        return MakeStep(CopyStep::Action::STOP); // Stopped() is told of what was written
    }
    m_left = std::min(m_left + dirtied, m_memory);
    CopyStep step = MakeStep(CopyStep::Action::SEND);
    step.checkpoint = true;
    step.pause = m_pauseTime;
    return step;
}

CopyStep
Checkpoint::Stopped(uint64_t dirtied)
{
    m_left = m_finalDelta ? std::min(m_left + dirtied, m_memory) : 0;
    CopyStep step = MakeStep(CopyStep::Action::LAST);
    step.checkpoint = !m_finalDelta;
    return step;
}

bool
Checkpoint::SwitchOver()
{
    m_switchOver = true;
    return true;
}

} // namespace vmm
} // namespace ns3
