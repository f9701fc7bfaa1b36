// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/outgoing-copy.h"

#include "ns3/copy-record.h"
#include "ns3/dirty-model.h"
#include "ns3/hypervisor.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/vm.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmOutgoingCopy");
NS_OBJECT_ENSURE_REGISTERED(OutgoingCopy);

TypeId
OutgoingCopy::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::OutgoingCopy").SetParent<Object>().SetGroupName("VmMobility");
    return tid;
}

OutgoingCopy::OutgoingCopy() = default;

OutgoingCopy::~OutgoingCopy() = default;

void
OutgoingCopy::DoDispose()
{
    Abandon();
    m_environment = Environment();
    m_vm = nullptr;
    Object::DoDispose();
}

OutgoingCopy::State
OutgoingCopy::GetState() const
{
    return m_state;
}

const std::string&
OutgoingCopy::GetVmId() const
{
    return m_order.vm;
}

ManagementStatus
OutgoingCopy::Start(Environment environment, const ManagementMessage& order)
{
    m_state = State::ENDED;
    m_vm = environment.hypervisor->Find(order.vm);
    if (!m_vm)
    {
        return ManagementStatus::UNKNOWN_VM;
    }
    if (m_vm->GetState() != VmState::RUNNING || m_vm->GetHost() != environment.node)
    {
        return ManagementStatus::BUSY;
    }
    const auto ahead =
        static_cast<int16_t>(order.epoch - environment.hypervisor->GetEpoch(order.vm));
    if (ahead <= 0)
    {
        return ManagementStatus::STALE;
    }
    try
    {
        m_method = CopyMethod::Create(order.method.empty() ? "pre-copy" : order.method);
    }
    catch (const std::invalid_argument& error)
    {
        NS_LOG_WARN(error.what());
        return ManagementStatus::UNSPECIFIED;
    }
    m_environment = std::move(environment);
    m_order = order;
    m_state = State::CONNECTING;
    m_environment.hypervisor->BeginMigration(order.vm);
    m_transfer = CopyTransfer::Create("tcp");
    m_transfer->SetConnectedCallback(
        [this]
        {
            Connected();
        });
    m_transfer->SetWrittenCallback(
        [this]
        {
            Written();
        });
    m_transfer->SetReceiveCallback(
        [this](Ptr<const Packet> data)
        {
            Received(data);
        });
    m_transfer->SetFailedCallback(
        [this](const std::string& reason)
        {
            Failed(reason);
        });
    m_transfer->Connect(m_environment.node, order.address, *order.port);
    return ManagementStatus::OK;
}

void
OutgoingCopy::Connected()
{
    CopyRecord open;
    open.type = CopyRecordType::OPEN;
    open.move = m_order.move;
    open.epoch = m_order.epoch;
    open.vm = m_order.vm;
    m_transfer->Send(EncodeCopyRecord(open), 0, 0);
    m_state = State::COPYING;
    m_environment.started(GetProgress());
    const uint64_t memory = m_vm->GetSpec().memory;
    auto model = m_vm->GetObject<DirtyModel>();
    m_round.end = Simulator::Now();
    Execute(m_method->Begin(memory, model ? model->GetZeros(memory) : 0));
}

void
OutgoingCopy::Execute(const CopyStep& step)
{
    switch (step.action)
    {
    case CopyStep::Action::SEND:
        SendRound(step);
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
OutgoingCopy::SendRound(const CopyStep& step)
{
    m_round.migration = m_order.migration;
    m_round.move = m_order.move;
    m_round.round = m_rounds + 1;
    m_round.start = Simulator::Now();
    m_round.sent = step.octets;
    CopyRecord record;
    record.type = CopyRecordType::PAGES;
    record.round = m_round.round;
    record.length = step.octets;
    m_transfer->Send(EncodeCopyRecord(record), step.octets, step.rate);
    record.type = CopyRecordType::ROUND_END;
    record.length = 0;
    m_transfer->Send(EncodeCopyRecord(record), 0, 0);
    m_transfer->ExpectReply(true);
}

CopyRound
OutgoingCopy::EndRound()
{
    ++m_rounds;
    m_round.end = Simulator::Now();
    m_round.stopped = m_state != State::COPYING;
    m_round.dirtied = m_round.stopped ? 0 : GetDirtied(m_round.start, m_round.end);
    const double seconds = (m_round.end - m_round.start).GetSeconds();
    m_round.rate = seconds > 0 ? m_round.sent * 8 / seconds : 0;
    m_environment.round(m_round);
    return m_round;
}

void
OutgoingCopy::Received(Ptr<const Packet> data)
{
    const size_t had = m_reply.size();
    m_reply.resize(had + data->GetSize());
    data->CopyData(m_reply.data() + had, data->GetSize());
    while (m_reply.size() >= COPY_RECORD_HEADER_SIZE)
    {
        const auto record = DecodeCopyReply(m_reply.data());
        m_reply.erase(m_reply.begin(), m_reply.begin() + COPY_RECORD_HEADER_SIZE);
        if (!record)
        {
            Failed("what the destination sends is no reply");
            return;
        }
        if (record->type == CopyRecordType::END)
        {
            EndArrived();
        }
        else if (record->round == m_round.round)
        {
            RoundArrived();
        }
    }
}

void
OutgoingCopy::RoundArrived()
{
    if (m_rounds == m_round.round)
    {
        return; // it has been said before
    }
    const CopyRound round = EndRound();
    if (m_state != State::COPYING)
    {
        return; // the last one: END is awaited
    }
    m_transfer->ExpectReply(false);
    const CopyStep step = m_method->RoundDone(round);
    auto progress = MakeReport(ManagementType::PROGRESS);
    progress.round = m_rounds;
    progress.sent = m_transfer->GetSentVirtualOctets();
    progress.left = m_method->GetLeft();
    m_environment.report(progress);
    Execute(step);
}

void
OutgoingCopy::EndArrived()
{
    if (m_state == State::SENT)
    {
        RoundArrived();
        m_transfer->Close();
    }
}

void
OutgoingCopy::StopVm()
{
    const uint64_t dirtied = GetDirtied(m_round.end, Simulator::Now());
    m_environment.hypervisor->StopAtSource(m_order.vm);
    m_state = State::LAST;
    m_timer = Simulator::Schedule(m_environment.commitTimeout, &OutgoingCopy::CommitTimedOut, this);
    m_environment.stopped(GetProgress());
    m_environment.report(MakeReport(ManagementType::STOPPED));
    SendRound(m_method->Stopped(dirtied));
    CopyRecord record;
    record.type = CopyRecordType::DEVICE_STATE;
    record.length = m_environment.deviceState;
    m_transfer->Send(EncodeCopyRecord(record), record.length, 0);
    record.type = CopyRecordType::END;
    record.length = 0;
    m_transfer->Send(EncodeCopyRecord(record), 0, 0);
    m_endQueued = true;
    Written();
}

void
OutgoingCopy::Written()
{
    if (m_state == State::LAST && m_endQueued && m_transfer->IsWritten())
    {
        m_state = State::SENT;
        m_timer.Cancel();
    }
}

void
OutgoingCopy::CommitTimedOut()
{
    GiveUp(ManagementStatus::BROKEN, "the last round was not sent in time");
}

void
OutgoingCopy::Failed(const std::string& reason)
{
    if (m_state != State::SENT)
    {
        GiveUp(ManagementStatus::BROKEN, reason);
        return;
    }
    // Whether END has arrived is not known here: the manager asks the destination.
    m_transfer->Close();
    auto report = MakeReport(ManagementType::FAILED);
    report.status = ManagementStatus::BROKEN;
    report.owner = VmOwner::DESTINATION;
    report.reason = reason;
    m_environment.report(report);
}

void
OutgoingCopy::GiveUp(ManagementStatus status, const std::string& reason)
{
    RollBack();
    End(State::ENDED, status, reason);
    auto report = MakeReport(ManagementType::FAILED);
    report.status = status;
    report.owner = VmOwner::SOURCE;
    report.reason = reason;
    m_environment.report(report);
}

bool
OutgoingCopy::RollBack()
{
    const auto state = m_vm->GetState();
    if (state == VmState::DESTROYED)
    {
        return true;
    }
    const bool wasStopped = state != VmState::MIGRATING;
    const auto epoch = wasStopped ? static_cast<uint16_t>(m_order.epoch + 1)
                                  : m_environment.hypervisor->GetEpoch(m_order.vm);
    try
    {
        m_environment.hypervisor->RollBack(m_order.vm, epoch);
    }
    catch (const std::logic_error& error)
    {
        NS_LOG_WARN(error.what());
        return false;
    }
    if (wasStopped)
    {
        m_environment.rolledBack(GetProgress());
    }
    return true;
}

void
OutgoingCopy::End(State state, ManagementStatus status, const std::string& reason)
{
    m_state = state;
    m_timer.Cancel();
    auto event = GetProgress();
    event.status = status;
    event.reason = reason;
    m_transfer->Close();
    m_environment.finished(event);
}

ManagementStatus
OutgoingCopy::Commit()
{
    if (m_state == State::SENT)
    {
        EndArrived(); // at the latest now, if the reply was lost with the connection
        m_environment.hypervisor->Release(m_order.vm);
        End(State::RELEASED, ManagementStatus::OK, "");
    }
    return m_state == State::RELEASED ? ManagementStatus::OK : ManagementStatus::BUSY;
}

ManagementStatus
OutgoingCopy::Abort(AbortKind kind)
{
    if (m_state == State::ENDED)
    {
        return ManagementStatus::OK;
    }
    if (m_state == State::RELEASED || (m_state == State::SENT && kind == AbortKind::CANCEL) ||
        !RollBack())
    {
        return ManagementStatus::TOO_LATE;
    }
    End(State::ENDED, ManagementStatus::UNSPECIFIED, "aborted by the VM Manager");
    return ManagementStatus::OK;
}

ManagementStatus
OutgoingCopy::Destroy()
{
    if (m_state == State::SENT || m_state == State::RELEASED)
    {
        return ManagementStatus::TOO_LATE;
    }
    if (m_state != State::ENDED)
    {
        End(State::ENDED, ManagementStatus::UNKNOWN_VM, "VM destroyed");
        m_environment.hypervisor->Destroy(m_order.vm);
    }
    return ManagementStatus::OK;
}

void
OutgoingCopy::VmGone()
{
    if (m_state != State::ENDED && m_state != State::RELEASED)
    {
        GiveUp(ManagementStatus::UNKNOWN_VM, "VM destroyed");
    }
}

void
OutgoingCopy::Abandon()
{
    m_timer.Cancel();
    m_state = State::ENDED;
    if (m_transfer)
    {
        m_transfer->Abandon();
    }
}

uint64_t
OutgoingCopy::GetDirtied(const Time& from, const Time& to) const
{
    auto model = m_vm->GetObject<DirtyModel>();
    return model ? model->GetDirtied(from, to, m_vm->GetSpec().memory) : 0;
}

CopyEvent
OutgoingCopy::GetProgress() const
{
    CopyEvent event;
    event.move = m_order.move;
    event.migration = m_order.migration;
    event.vm = m_order.vm;
    event.epoch = m_order.epoch;
    event.rounds = m_rounds;
    event.copied = m_transfer ? m_transfer->GetSentVirtualOctets() : 0;
    event.wire = m_transfer ? m_transfer->GetWireOctets() : 0;
    return event;
}

ManagementMessage
OutgoingCopy::MakeReport(ManagementType type) const
{
    ManagementMessage message;
    message.type = type;
    message.move = m_order.move;
    message.epoch = m_order.epoch;
    message.vm = m_order.vm;
    message.migration = m_order.migration;
    return message;
}

} // namespace vmm
} // namespace ns3
