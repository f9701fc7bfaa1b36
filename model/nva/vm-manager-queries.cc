// SPDX-License-Identifier: GPL-2.0-only
// What the VM Manager tells of itself, and its limits.
#include "ns3/operation-desk.h"
#include "ns3/vm-manager.h"

namespace ns3
{
namespace vmm
{

void
VmManager::SetMaxMoves(uint32_t limit)
{
    m_limits.total = limit;
    m_queue.SetLimits(m_limits);
}

void
VmManager::SetMaxMovesPerHost(uint32_t limit)
{
    m_limits.perHost = limit;
    m_queue.SetLimits(m_limits);
}

void
VmManager::SetMaxMovesPerRack(uint32_t limit)
{
    m_limits.perRack = limit;
    m_queue.SetLimits(m_limits);
}

void
VmManager::SetMaxOvertakes(uint32_t limit)
{
    m_limits.overtakes = limit;
    m_queue.SetLimits(m_limits);
}

const MoveRecord*
VmManager::GetMove(uint32_t move) const
{
    return move == 0 || move > m_moves.size() ? nullptr : &m_moves[move - 1]->GetRecord();
}

const MoveRecord*
VmManager::FindMove(const std::string& migration) const
{
    const auto found = m_migrations.find(migration);
    return found == m_migrations.end() ? nullptr : GetMove(found->second);
}

std::vector<MoveRecord>
VmManager::GetMoves() const
{
    std::vector<MoveRecord> records;
    for (const auto& move : m_moves)
    {
        records.push_back(move->GetRecord());
    }
    return records;
}

std::vector<OperationRecord>
VmManager::GetOperations() const
{
    return m_desk->GetRecords();
}

void
VmManager::OperationChanged(const OperationRecord& record)
{
    m_operationTrace(record);
}

int64_t
VmManager::AssignStreams(int64_t stream)
{
    return m_desk->AssignStreams(stream);
}

const ManagedVm*
VmManager::GetVm(const std::string& vm) const
{
    const auto found = m_vms.find(vm);
    return found == m_vms.end() ? nullptr : &found->second;
}

} // namespace vmm
} // namespace ns3
