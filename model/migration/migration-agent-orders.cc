// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/hypervisor.h"
#include "ns3/log.h"
#include "ns3/migration-agent.h"
#include "ns3/node.h"
#include "ns3/vm.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmMigrationAgentOrders");

void
MigrationAgent::HandleMessage(const ManagementMessage& message)
{
    if (message.acknowledgement)
    {
        return; // what was reported has been heard
    }
    ManagementStatus status = ManagementStatus::UNSPECIFIED;
    try
    {
        status = CarryOut(message);
    }
    catch (const std::logic_error& error)
    {
        // An order that does not fit what is here: the hypervisor has changed nothing.
        NS_LOG_WARN(error.what());
        status = ManagementStatus::BUSY;
    }
    auto answer = message.MakeAcknowledgement(status);
    if (message.type == ManagementType::RESERVE || message.type == ManagementType::CREATE)
    {
        AddResources(answer);
    }
    if (message.type == ManagementType::RESERVE)
    {
        answer.address = GetCopyAddress();
        answer.port = m_copyPort;
    }
    m_channel->Answer(answer);
}

ManagementStatus
MigrationAgent::CarryOut(const ManagementMessage& order)
{
    switch (order.type)
    {
    case ManagementType::CREATE:
        return HandleCreate(order);
    case ManagementType::CONFIRM:
        return HandleConfirm(order);
    case ManagementType::WITHDRAW:
        return HandleWithdraw(order);
    case ManagementType::RESERVE:
        return HandleReserve(order);
    case ManagementType::MOVE:
        return HandleMove(order);
    case ManagementType::COMMIT:
        return HandleCommit(order);
    case ManagementType::ABORT:
        return HandleAbort(order);
    case ManagementType::DESTROY:
        return HandleDestroy(order);
    case ManagementType::SWITCH_OVER:
        return HandleSwitchOver(order);
    default:
        return ManagementStatus::UNSPECIFIED; // nothing a hypervisor is told
    }
}

ManagementStatus
MigrationAgent::HandleReserve(const ManagementMessage& order)
{
    if (auto copy = FindIncoming(order.move))
    {
        return copy->GetState() == IncomingCopy::State::ENDED ? ManagementStatus::BROKEN
                                                              : ManagementStatus::OK;
    }
    IncomingCopy::Environment environment;
    environment.hypervisor = m_hypervisor;
    environment.resumeDelay = Seconds(std::max(0.0, m_resumeDelay->GetValue()));
    environment.reserveTimeout = m_reserveTimeout;
    environment.report = [this](const ManagementMessage& m)
    {
        m_channel->Send(m);
    };
    environment.defaultLease = m_lease;
    environment.greet = [this]
    {
        Greet();
    };
    environment.confirmed = [this]
    {
        return m_channel->GetLastConfirmed();
    };
    environment.resumed = [this](const CopyEvent& event)
    {
        m_resumed(event);
    };
    environment.suspended = [this](const CopyEvent& event)
    {
        m_suspended(event);
    };
    environment.completed = [this](const CopyEvent& event)
    {
        m_completed(event);
    };
    const uint32_t move = order.move;
    environment.closeStreams = [this, move]
    {
        CloseReceiver(move);
    };
    auto copy = CreateObject<IncomingCopy>();
    const auto status = copy->Start(environment, order);
    m_incoming[order.move] = copy;
    return status;
}

ManagementStatus
MigrationAgent::HandleMove(const ManagementMessage& order)
{
    if (FindOutgoing(order.move))
    {
        return ManagementStatus::OK; // the order came twice; reports have told the rest
    }
    OutgoingCopy::Environment environment;
    environment.node = GetNode();
    environment.hypervisor = m_hypervisor;
    environment.stopDelay = Seconds(std::max(0.0, m_stopDelay->GetValue()));
    environment.commitTimeout = m_commitTimeout;
    environment.deviceState =
        static_cast<uint64_t>(std::llround(std::max(0.0, m_deviceState->GetValue())));
    environment.streams = static_cast<uint8_t>(m_streams);
    environment.greet = [this]
    {
        Greet();
    };
    environment.confirmed = [this]
    {
        return m_channel->GetLastConfirmed();
    };
    environment.report = [this](const ManagementMessage& m)
    {
        m_channel->Send(m);
    };
    environment.started = [this](const CopyEvent& event)
    {
        m_copyStart(event);
    };
    environment.round = [this](const CopyRound& round)
    {
        m_round(round);
    };
    environment.stopped = [this](const CopyEvent& event)
    {
        m_stopped(event);
    };
    environment.rolledBack = [this](const CopyEvent& event)
    {
        m_rolledBack(event);
    };
    environment.finished = [this](const CopyEvent& event)
    {
        m_finished(event);
    };
    auto copy = CreateObject<OutgoingCopy>();
    const auto status = copy->Start(environment, order);
    if (status == ManagementStatus::OK)
    {
        m_outgoing[order.move] = copy;
    }
    return status;
}

ManagementStatus
MigrationAgent::HandleCommit(const ManagementMessage& order)
{
    if (auto copy = FindOutgoing(order.move))
    {
        return copy->Commit();
    }
    if (auto copy = FindIncoming(order.move))
    {
        return copy->Commit();
    }
    return ManagementStatus::UNKNOWN_VM;
}

ManagementStatus
MigrationAgent::HandleAbort(const ManagementMessage& order)
{
    if (auto copy = FindOutgoing(order.move))
    {
        return copy->Abort(*order.abortKind);
    }
    if (auto copy = FindIncoming(order.move))
    {
        const auto status = copy->Abort(*order.abortKind);
        if (status != ManagementStatus::TOO_LATE)
        {
            CloseReceiver(order.move);
        }
        return status;
    }
    return ManagementStatus::OK; // never began here
}

ManagementStatus
MigrationAgent::HandleSwitchOver(const ManagementMessage& order)
{
    if (auto copy = FindOutgoing(order.move))
    {
        return copy->SwitchOver();
    }
    if (auto copy = FindIncoming(order.move))
    {
        return copy->SwitchOver();
    }
    return ManagementStatus::UNKNOWN_VM;
}

ManagementStatus
MigrationAgent::HandleDestroy(const ManagementMessage& order)
{
    for (const auto& [move, copy] : m_outgoing)
    {
        const bool active = copy->GetState() != OutgoingCopy::State::ENDED &&
                            copy->GetState() != OutgoingCopy::State::RELEASED;
        if (active && copy->GetVmId() == order.vm)
        {
            return copy->Destroy();
        }
    }
    if (!m_hypervisor->Find(order.vm))
    {
        return ManagementStatus::UNKNOWN_VM;
    }
    m_hypervisor->Destroy(order.vm);
    return ManagementStatus::OK;
}

void
MigrationAgent::RegistrationResult(const std::string& vmId,
                                   uint32_t epoch,
                                   bool accepted,
                                   uint8_t status)
{
    if (!m_channel)
    {
        return;
    }
    ManagementMessage report;
    report.type = ManagementType::REGISTERED;
    report.vm = vmId;
    report.epoch = static_cast<uint16_t>(epoch);
    report.status = accepted ? ManagementStatus::OK : ManagementStatus::REJECTED;
    report.registrationStatus = status;
    for (const auto& [move, copy] : m_incoming)
    {
        if (copy->GetVmId() == vmId && copy->GetEpoch() == report.epoch)
        {
            report.move = move;
        }
    }
    m_channel->Send(report);
}

void
MigrationAgent::VmDestroyed(Ptr<Vm> vm)
{
    for (const auto& [move, copy] : m_outgoing)
    {
        if (copy->GetVmId() == vm->GetId())
        {
            copy->VmGone();
        }
    }
    for (const auto& [move, copy] : m_incoming)
    {
        if (copy->GetVmId() == vm->GetId())
        {
            copy->VmGone();
        }
    }
}

} // namespace vmm
} // namespace ns3
