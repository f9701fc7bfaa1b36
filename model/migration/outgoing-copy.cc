// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/outgoing-copy.h"

#include "ns3/dirty-model.h"
#include "ns3/disk-model.h"
#include "ns3/hypervisor.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/vm.h"

#include <algorithm>
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
    if (m_sender)
    {
        m_sender->Dispose();
    }
    m_environment = Environment();
    m_vm = nullptr;
    m_dirty = nullptr;
    m_disk = nullptr;
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
    m_order = order;
    m_order.method = order.method.empty() ? "pre-copy" : order.method;
    m_order.transfer = order.transfer.empty() ? "tcp" : order.transfer;
    try
    {
        m_method = CopyMethod::Create(m_order.method);
        CopyTransfer::Create(m_order.transfer);
    }
    catch (const std::invalid_argument& error)
    {
        NS_LOG_WARN(error.what());
        return ManagementStatus::UNSPECIFIED;
    }
    m_environment = std::move(environment);
    m_dirty = m_vm->GetObject<DirtyModel>();
    m_disk = m_vm->GetObject<DiskModel>();
    if (m_disk && m_disk->GetImage() == 0)
    {
        m_disk = nullptr;
    }
    m_state = State::CONNECTING;
    m_environment.hypervisor->BeginMigration(order.vm);
    Connect();
    if (m_order.lease)
    {
        BeginLease();
    }
    return ManagementStatus::OK;
}

void
OutgoingCopy::Connect()
{
    m_sender = CreateObject<CopySender>();
    m_sender->SetConnectedCallback(
        [this]
        {
            Connected();
        });
    m_sender->SetWrittenCallback(
        [this]
        {
            Written();
        });
    m_sender->SetReplyCallback(
        [this](const CopyRecord& record)
        {
            Answered(record);
        });
    m_sender->SetFailedCallback(
        [this](const std::string& reason)
        {
            Failed(reason);
        });
    CopySender::Settings settings;
    settings.transfer = m_order.transfer;
    settings.streams = m_environment.streams;
    settings.faultStream = m_method->ResumesFirst();
    CopyRecord open;
    open.move = m_order.move;
    open.epoch = m_order.epoch;
    open.vm = m_order.vm;
    m_sender->Open(m_environment.node, m_order.address, *m_order.port, settings, open);
}

void
OutgoingCopy::Failed(const std::string& reason)
{
    if (m_state == State::FENCED || m_state == State::CUT)
    {
        return; // the manager decides
    }
    if (m_state != State::SENT && m_state != State::PUSHING)
    {
        GiveUp(ManagementStatus::BROKEN, reason);
        return;
    }
    // Whether END has arrived is not known here: the manager asks the destination.
    m_sender->Close();
    auto report = MakeReport(ManagementType::FAILED);
    report.status = ManagementStatus::BROKEN;
    report.owner = VmOwner::DESTINATION;
    report.reason = reason;
    m_environment.report(report);
}

void
OutgoingCopy::CommitTimedOut()
{
    GiveUp(ManagementStatus::BROKEN, "the last round was not sent in time");
}

void
OutgoingCopy::GiveUp(ManagementStatus status, const std::string& reason)
{
    if (m_order.lease && status == ManagementStatus::BROKEN)
    {
        // Only the manager knows whether the standby has become active.
        m_timer.Cancel();
        m_sender->Close();
        Ease();
        m_state = m_vm->IsRunning() ? State::CUT : State::FENCED;
    }
    else
    {
        RollBack();
        End(State::ENDED, status, reason);
    }
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
    Ease();
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
    m_pauseTimer.Cancel();
    m_lease.Cancel();
    auto event = GetProgress();
    event.status = status;
    event.reason = reason;
    m_sender->Close();
    m_environment.finished(event);
}

ManagementStatus
OutgoingCopy::SwitchOver()
{
    const bool mirrors = m_state == State::COPYING || m_state == State::WAITING;
    if (!mirrors || !m_method->SwitchOver())
    {
        return ManagementStatus::BUSY;
    }
    if (m_state == State::WAITING)
    {
        m_timer.Cancel();
        WaitDone();
    }
    return ManagementStatus::OK;
}

ManagementStatus
OutgoingCopy::Commit()
{
    if (m_state == State::SENT || m_state == State::FENCED)
    {
        if (m_state == State::SENT)
        {
            EndArrived(); // at the latest now, if the reply was lost with the connection
        }
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
    const bool sent = m_state == State::SENT || m_state == State::PUSHING;
    if (m_state == State::RELEASED || (sent && kind == AbortKind::CANCEL))
    {
        return ManagementStatus::TOO_LATE;
    }
    if (kind == AbortKind::DISCARD && !sent)
    {
        // It was never handed over: it is whole here and nowhere else.
        RollBack();
        End(State::ENDED, ManagementStatus::UNSPECIFIED, "aborted by the VM Manager");
        return ManagementStatus::BUSY;
    }
    if (kind == AbortKind::DISCARD)
    {
        End(State::ENDED, ManagementStatus::LOST, "the VM is lost");
        if (m_vm->GetState() == VmState::STOPPED_AT_SOURCE)
        {
            m_environment.hypervisor->Destroy(m_order.vm);
        }
        else
        {
            m_environment.hypervisor->Release(m_order.vm);
        }
        return ManagementStatus::OK;
    }
    if (!RollBack())
    {
        return ManagementStatus::TOO_LATE;
    }
    End(State::ENDED, ManagementStatus::UNSPECIFIED, "aborted by the VM Manager");
    return ManagementStatus::OK;
}

ManagementStatus
OutgoingCopy::Destroy()
{
    if (m_state == State::SENT || m_state == State::PUSHING || m_state == State::RELEASED)
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
    m_pauseTimer.Cancel();
    m_lease.Cancel();
    m_state = State::ENDED;
    if (m_sender)
    {
        m_sender->Abandon();
    }
}

void
OutgoingCopy::BeginLease()
{
    Lease::Holder holder;
    holder.confirmed = m_environment.confirmed;
    holder.greet = m_environment.greet;
    holder.isBound = [this]()
    {
        return m_state == State::CONNECTING || m_state == State::COPYING ||
               m_state == State::WAITING || m_state == State::STOPPING || m_state == State::CUT;
    };
    holder.expired = [this]()
    {
        Fence();
        return true;
    };
    m_lease.Begin(MilliSeconds(*m_order.lease), std::move(holder));
}

void
OutgoingCopy::Fence()
{
    m_timer.Cancel();
    m_sender->Close();
    Ease();
    m_environment.hypervisor->StopAtSource(m_order.vm);
    m_state = State::FENCED;
    m_environment.stopped(GetProgress());
    auto report = MakeReport(ManagementType::STOPPED);
    report.status = ManagementStatus::BROKEN;
    report.reason = "the VM Manager has not been heard";
    m_environment.report(report);
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
    event.copied = m_sender ? m_sender->GetSentVirtualOctets() : 0;
    event.wire = m_sender ? m_sender->GetWireOctets() : 0;
    event.storage = m_storage;
    event.throttled =
        m_throttled + Seconds((Simulator::Now() - m_slowSince).GetSeconds() * (1 - m_speed));
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
