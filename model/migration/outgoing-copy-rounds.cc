// SPDX-License-Identifier: GPL-2.0-only
// What a copy sends, round by round.
#include "ns3/dirty-model.h"
#include "ns3/disk-model.h"
#include "ns3/hypervisor.h"
#include "ns3/outgoing-copy.h"
#include "ns3/simulator.h"
#include "ns3/vm.h"

#include <algorithm>
#include <limits>

namespace ns3
{
namespace vmm
{

namespace
{
constexpr uint64_t MIN_PUSH = 1 << 20; //!< octets pushed at once, at least
constexpr uint64_t MAX_PUSHES = 256;   //!< parts of what is pushed
} // namespace

void
OutgoingCopy::Connected()
{
    m_state = State::COPYING;
    m_environment.started(GetProgress());
    m_round.end = Simulator::Now();
    m_taken = m_vm->GetGuestTime();
    if (m_disk && !m_method->StopsFirst())
    {
        SendRound(CopyStep(), CopyPhase::STORAGE);
        return;
    }
    BeginMemory();
}

void
OutgoingCopy::BeginMemory()
{
    const uint64_t memory = m_vm->GetSpec().memory;
    m_taken = m_vm->GetGuestTime();
    m_earlier = m_rounds;
    m_round.dirtied = 0;
    Execute(m_method->Begin(memory, m_dirty ? m_dirty->GetZeros(memory) : 0));
}

void
OutgoingCopy::Execute(const CopyStep& step)
{
    switch (step.action)
    {
    case CopyStep::Action::SEND:
        SetSpeed(step.speed);
        SendRound(step, step.checkpoint ? CopyPhase::MIRROR : CopyPhase::MEMORY);
        break;
    case CopyStep::Action::WAIT:
        Wait(step.delay);
        break;
    case CopyStep::Action::STOP:
        m_state = State::STOPPING;
        m_timer = Simulator::Schedule(m_environment.stopDelay, &OutgoingCopy::StopVm, this);
        break;
    default:
        GiveUp(ManagementStatus::NOT_CONVERGED,
               "not converged after " + std::to_string(m_rounds) + " rounds");
    }
}

void
OutgoingCopy::OpenRound(uint64_t octets, CopyPhase phase)
{
    m_round = CopyRound();
    m_round.migration = m_order.migration;
    m_round.move = m_order.move;
    m_round.round = m_rounds + 1;
    m_round.start = Simulator::Now();
    m_round.sent = octets;
    m_round.phase = phase;
    m_round.speed = m_speed;
    m_taken = m_vm->GetGuestTime();
}

void
OutgoingCopy::SendBody(CopyRecordType type, uint64_t length, uint64_t rate)
{
    CopyRecord record;
    record.type = type;
    record.round = m_round.round;
    record.length = length;
    m_sender->Send(record, rate);
}

void
OutgoingCopy::SendStorage(uint64_t rate)
{
    const uint64_t octets = GetUnsentStorage();
    if (octets > 0)
    {
        SendBody(CopyRecordType::STORAGE, octets, rate);
        m_round.storage = octets;
        m_round.sent += octets;
        m_storage += octets;
    }
    m_diskTaken = m_vm->GetGuestTime();
}

void
OutgoingCopy::SendRound(const CopyStep& step, CopyPhase phase)
{
    OpenRound(step.octets, phase);
    if (phase != CopyPhase::STORAGE)
    {
        SendBody(CopyRecordType::PAGES, step.octets, step.rate);
    }
    SendStorage(step.rate);
    if (step.checkpoint && phase == CopyPhase::MIRROR)
    {
        SendCheckpoint();
    }
    SendBody(CopyRecordType::ROUND_END, 0);
    m_sender->ExpectReply(true);
    if (step.pause.IsStrictlyPositive())
    {
        m_vm->Stall();
        m_pauseTimer.Cancel();
        m_pauseTimer = Simulator::Schedule(step.pause, &OutgoingCopy::PauseDone, this);
    }
}

void
OutgoingCopy::SendCheckpoint()
{
    SendBody(CopyRecordType::DEVICE_STATE, m_environment.deviceState);
    m_round.sent += m_environment.deviceState;
    CopyRecord record;
    record.type = CopyRecordType::CHECKPOINT;
    record.round = m_round.round;
    record.time = m_taken.GetNanoSeconds();
    m_sender->Send(record);
}

void
OutgoingCopy::PauseDone()
{
    m_vm->Unstall();
}

CopyRound
OutgoingCopy::EndRound()
{
    ++m_rounds;
    m_round.end = Simulator::Now();
    m_round.stopped = m_round.phase == CopyPhase::LAST;
    m_round.dirtied = m_round.stopped ? 0 : GetDirtied();
    m_round.written = m_round.stopped ? 0 : GetUnsentStorage();
    m_round.ends = m_dirty && m_dirty->EndsAfter(m_round.round - m_earlier);
    const double seconds = (m_round.end - m_round.start).GetSeconds();
    m_round.rate = seconds > 0 ? m_round.sent * 8 / seconds : 0;
    m_environment.round(m_round);
    return m_round;
}

void
OutgoingCopy::Answered(const CopyRecord& record)
{
    if (record.type == CopyRecordType::END)
    {
        EndArrived();
    }
    else if (record.type == CopyRecordType::FAULT)
    {
        PageWanted(record.round);
    }
    else if (record.round == m_round.round)
    {
        RoundArrived();
    }
}

void
OutgoingCopy::RoundArrived()
{
    if (m_rounds >= m_round.round)
    {
        return; // it has been said before
    }
    const CopyRound round = EndRound();
    if (m_state != State::COPYING)
    {
        return; // the last one: END is awaited
    }
    m_sender->ExpectReply(false);
    if (round.phase == CopyPhase::STORAGE)
    {
        BeginMemory();
        return;
    }
    const CopyStep step = m_method->RoundDone(round);
    auto progress = MakeReport(ManagementType::PROGRESS);
    progress.round = m_rounds;
    progress.sent = m_sender->GetSentVirtualOctets();
    progress.left = m_method->GetLeft();
    m_environment.report(progress);
    Execute(step);
}

void
OutgoingCopy::EndArrived()
{
    if (m_state != State::SENT)
    {
        return;
    }
    RoundArrived();
    if (m_handedOver)
    {
        ReportPush();
    }
    m_sender->Close();
}

void
OutgoingCopy::ReportPush()
{
    m_handedOver = false; // once
    OpenRound(m_pushTotal, CopyPhase::PUSH);
    ++m_rounds;
    m_round.start = m_pushStart;
    m_round.end = Simulator::Now();
    const double seconds = (m_round.end - m_round.start).GetSeconds();
    m_round.rate = seconds > 0 ? m_round.sent * 8 / seconds : 0;
    m_environment.round(m_round);
}

void
OutgoingCopy::Wait(const Time& delay)
{
    m_state = State::WAITING;
    CopyRecord record;
    record.type = CopyRecordType::PAUSE;
    record.round = static_cast<uint32_t>(
        std::min<int64_t>(delay.GetMilliSeconds() + 1, std::numeric_limits<uint32_t>::max()));
    m_sender->Send(record);
    m_timer = Simulator::Schedule(delay, &OutgoingCopy::WaitDone, this);
}

void
OutgoingCopy::WaitDone()
{
    m_state = State::COPYING;
    Execute(m_method->WaitDone(GetDirtied() - m_round.dirtied));
}

void
OutgoingCopy::StopVm()
{
    const uint64_t total = GetDirtied();
    const uint64_t dirtied = total - std::min(m_round.dirtied, total);
    Ease();
    m_environment.hypervisor->StopAtSource(m_order.vm);
    m_state = State::LAST;
    m_timer = Simulator::Schedule(m_environment.commitTimeout, &OutgoingCopy::CommitTimedOut, this);
    m_environment.stopped(GetProgress());
    m_environment.report(MakeReport(ManagementType::STOPPED));
    const CopyStep step = m_method->Stopped(dirtied);
    if (step.action == CopyStep::Action::HANDOVER)
    {
        HandOver(step);
    }
    else
    {
        SendLast(step);
    }
    m_endQueued = true;
    Written();
}

void
OutgoingCopy::SendLast(const CopyStep& step)
{
    SendRound(step, CopyPhase::LAST);
    // A standby that is to go on from its last checkpoint gets no newer state.
    CopyRecord record;
    record.type = CopyRecordType::DEVICE_STATE;
    record.round = step.checkpoint ? 0 : m_round.round;
    record.length = step.checkpoint ? 0 : m_environment.deviceState;
    m_sender->Send(record);
    SendBody(CopyRecordType::END, 0);
}

void
OutgoingCopy::HandOver(const CopyStep& step)
{
    const uint32_t page = m_method->GetPageWireSize();
    const uint64_t memory = m_vm->GetSpec().memory;
    CopyStep nothing;
    nothing.rate = step.rate;
    SendRound(nothing, CopyPhase::LAST);
    m_pushTotal = step.octets;
    m_pushLeft = step.octets;
    m_pushRate = step.rate;
    m_pushPart =
        std::max<uint64_t>(page, std::max(MIN_PUSH, step.octets / MAX_PUSHES) / page * page);
    CopyRecord record;
    record.type = CopyRecordType::HANDOVER;
    record.missing = step.octets / page;
    record.pageSize = page;
    SendBody(CopyRecordType::MISSING, (memory / m_method->GetPageSize() + 7) / 8);
    SendBody(CopyRecordType::DEVICE_STATE, m_environment.deviceState);
    m_sender->Send(record);
}

void
OutgoingCopy::Written()
{
    if (m_state == State::PUSHING)
    {
        Push();
    }
    else if (m_state == State::LAST && m_endQueued && m_sender->IsWritten())
    {
        m_timer.Cancel();
        m_handedOver = m_method->ResumesFirst();
        m_pushStart = Simulator::Now();
        m_state = m_handedOver ? State::PUSHING : State::SENT;
        if (m_handedOver)
        {
            Push();
        }
    }
}

void
OutgoingCopy::Push()
{
    if (m_pushLeft > 0)
    {
        const uint64_t octets = std::min(m_pushLeft, m_pushPart);
        m_pushLeft -= octets;
        SendBody(CopyRecordType::PUSH, octets, m_pushRate);
        return;
    }
    m_state = State::SENT;
    SendBody(CopyRecordType::END, 0);
    m_sender->ExpectReply(true);
}

void
OutgoingCopy::PageWanted(uint32_t fault)
{
    if (m_state != State::PUSHING)
    {
        return; // all pages and END are on their way
    }
    CopyRecord record;
    record.type = CopyRecordType::FAULT_PAGE;
    record.round = fault;
    // A page that was pushed already is on its way.
    record.length = std::min<uint64_t>(m_pushLeft, m_method->GetPageWireSize());
    m_pushLeft -= record.length;
    m_sender->Send(record);
}

void
OutgoingCopy::Ease()
{
    m_pauseTimer.Cancel();
    SetSpeed(1);
    m_vm->Unstall();
}

void
OutgoingCopy::SetSpeed(double speed)
{
    const Time now = Simulator::Now();
    m_throttled += Seconds((now - m_slowSince).GetSeconds() * (1 - m_speed));
    m_slowSince = now;
    if (speed != m_speed)
    {
        m_speed = speed;
        m_vm->SetSpeed(speed);
    }
}

uint64_t
OutgoingCopy::GetDirtied() const
{
    return m_dirty ? m_dirty->GetRoundDirtied(m_round.round - m_earlier,
                                              m_taken,
                                              m_vm->GetGuestTime(),
                                              m_vm->GetSpec().memory)
                   : 0;
}

uint64_t
OutgoingCopy::GetUnsentStorage() const
{
    if (!m_disk)
    {
        return 0;
    }
    return m_diskTaken ? m_disk->GetWritten(*m_diskTaken, m_vm->GetGuestTime())
                       : m_disk->GetImage();
}

} // namespace vmm
} // namespace ns3
