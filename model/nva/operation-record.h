// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_OPERATION_RECORD_H
#define VMM_OPERATION_RECORD_H

#include "ns3/move-record.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3
{
namespace vmm
{

/// What an operator can order of many VMs at once.
enum class OperationKind : uint8_t
{
    EVACUATE, //!< every VM leaves the target's servers
    BALANCE,  //!< VMs leave the fullest servers for the emptiest
    CHURN,    //!< random VMs move at random times
    CANCEL    //!< a move, or an earlier operation, is called off
};

/// @param kind a kind @return its name in orders.csv, for instance "evacuate"
const char* OperationKindName(OperationKind kind);

/// An operation as somebody orders it.
struct OperationRequest
{
    std::string name; //!< 1..40 octets, not used before; its moves are NAME.VM, or NAME.NUMBER
    OperationKind kind{OperationKind::EVACUATE}; //!< what is ordered
    std::string target;                          //!< see ServerInventory::Resolve; CANCEL: the name
                                                 //!< of a move or an operation
    std::optional<Time> until{};  //!< no move is ordered any more from this time on; EVACUATE: and
                                  //!< the servers take VMs again
    double rate{0};               //!< CHURN: mean number of moves ordered in a second
    double threshold{0.1};        //!< BALANCE: spread of the used shares at which it ends, 0 to 1
    std::string placement{};      //!< policy for the destinations; empty: the manager's; CHURN also
                                  //!< "random": any that has room
    MoveType type{MoveType::HOT}; //!< of the moves
    std::string method{"pre-copy"};   //!< of the moves
    std::string transfer{"tcp"};      //!< of the moves
    std::optional<Time> switchOver{}; //!< of the moves, see MoveRequest
    uint32_t concurrency{0};          //!< most moves ordered and not over at once; 0: any number
    std::optional<uint32_t> maxRetries{}; //!< of each VM; none: the manager's MaxRetries
};

/// One operation as the VM Manager knows it: what the trace source Operation carries.
struct OperationRecord
{
    std::string name;                            //!< as ordered
    OperationKind kind{OperationKind::EVACUATE}; //!< what was ordered
    std::string target;                          //!< as ordered
    Time order;                                  //!< when it was ordered
    std::optional<Time> end{};                   //!< when it was over
    std::string outcome;      //!< empty while it runs; then "done", "partial" (VMs that should have
                              //!< moved have not), "refused", "cancelled" or "unfinished"
    std::string reason;       //!< why, for humans
    uint32_t ordered{0};      //!< moves
    uint32_t completed{0};    //!< of them
    uint32_t rolledBack{0};   //!< of them
    uint32_t refused{0};      //!< of them
    uint32_t notConverged{0}; //!< of them
    uint32_t cancelled{0};    //!< of them
    uint32_t failed{0};       //!< of them
    uint32_t retries{0};      //!< moves that were ordered because an earlier one had not completed
    uint32_t unplaced{0};     //!< VMs that no server had room for, in the end
    uint32_t skipped{0};      //!< CHURN: times at which no VM or no server was to be had
    uint32_t running{0};      //!< moves that are not over
    uint32_t peakRunning{0};  //!< most of them at once, waiting ones included
};

/// Where a VM was placed, or that it was not: what the trace source Placement carries.
struct PlacementRecord
{
    std::string vm;         //!< VM-ID
    std::string policy;     //!< policy that chose; empty: the server was ordered
    std::string server;     //!< the server asked
    uint32_t candidates{0}; //!< servers that had room; 0 if the server was ordered
    std::string result;     //!< "asked", "held", "running", or why not
};

} // namespace vmm
} // namespace ns3

#endif // VMM_OPERATION_RECORD_H
