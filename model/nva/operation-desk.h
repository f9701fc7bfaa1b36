// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_OPERATION_DESK_H
#define VMM_OPERATION_DESK_H

#include "ns3/event-id.h"
#include "ns3/vm-operation.h"

#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

class VmManager;

/// Runs the operations of a VM Manager: what they order goes through the manager's own calls.
class OperationDesk : private VmOperation::Environment
{
  public:
    /// Operations that AssignStreams() has streams for.
    static constexpr int64_t MAX_OPERATIONS = 1000;

    /// @param manager outlives this
    explicit OperationDesk(VmManager& manager);
    ~OperationDesk() override;

    /// @param request see VmManager::OrderOperation
    void Start(const OperationRequest& request);
    /// @param record a move that is over, whoever ordered it
    void MoveEnded(const MoveRecord& record);
    /// The simulation ends.
    void CloseBooks();
    /// No timer runs out any more.
    void Stop();
    /// @param stream the first @return how many are used
    int64_t AssignStreams(int64_t stream);
    /// @return all operations in order of their orders
    std::vector<OperationRecord> GetRecords() const;

  private:
    std::vector<OperationVm> GetVms() const override;
    std::vector<OperationServer> GetServers() const override;
    std::vector<std::string> Rank(const OperationVm& vm, const std::string& policy) const override;
    void Order(const MoveRequest& request) override;
    void CancelWaiting(const std::string& migration) override;
    void Close(const std::string& server, bool closed) override;
    std::string MakeMoveName(const std::string& name) const override;
    void SetTimer(VmOperation& operation, const Time& delay) override;
    void OperationChanged(const OperationRecord& record) override;
    Time Now() const override;

    /// @throws std::invalid_argument if the request is not good in itself
    void Check(const OperationRequest& request) const;
    /// @return the operation, not started
    Ptr<VmOperation> Make(const OperationRequest& request);
    /// Calls a move or an operation off. @return what that was
    OperationRecord Cancel(const OperationRequest& request);
    /// The timer of an operation has run out.
    void TimedOut(std::string name);

    VmManager& m_manager;                                 //!< orders the moves
    std::vector<std::string> m_order;                     //!< names in order of the orders
    std::map<std::string, Ptr<VmOperation>> m_operations; //!< those that run, by name
    std::map<std::string, OperationRecord> m_cancels;     //!< those of kind CANCEL
    std::map<std::string, EventId> m_timers;              //!< by name
    int64_t m_stream{-1};                                 //!< first; -1: automatic ones
};

} // namespace vmm
} // namespace ns3

#endif // VMM_OPERATION_DESK_H
