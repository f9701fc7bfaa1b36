// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MOVE_RECORD_H
#define VMM_MOVE_RECORD_H

#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3
{
namespace vmm
{

/// What kind of move (RFC 7365 section 3.3: hot and cold; the draft adds warm).
enum class MoveType : uint8_t
{
    HOT = 0,  //!< the VM runs while its memory is copied
    WARM = 1, //!< a standby is kept up to date until the switch-over
    COLD = 2  //!< the VM is stopped, copied, and started again
};

/// How a move ended. The names are those of migrations.csv.
enum class MoveOutcome : uint8_t
{
    NONE,          //!< not decided yet
    COMPLETED,     //!< the VM runs at the destination, registered
    REFUSED,       //!< never begun: VM or destination cannot do it now
    ROLLED_BACK,   //!< the VM was stopped for the move and runs at the source again
    NOT_CONVERGED, //!< the copy method gave up; the VM never stopped
    CANCELLED,     //!< called off, or the VM was destroyed
    FAILED,        //!< something broke; if the VM lives, it runs at the source and never stopped;
                   //!< if a post-copy broke, it is lost
    UNFINISHED     //!< the simulation ended first
};

/// Where a move is, as the VM Manager sees it.
enum class MoveState : uint8_t
{
    QUEUED,               //!< waits for an earlier move of the VM
    RESERVING,            //!< RESERVE is out
    ORDERED,              //!< MOVE is out
    COPYING,              //!< the source copies
    STOPPED,              //!< the VM stands
    RESUMED,              //!< the VM runs at the destination; its registration is awaited
    FILLING,              //!< the VM is registered, the rest of its memory follows (post-copy)
    COMMITTING,           //!< COMMIT is out
    ABORTING_DESTINATION, //!< ABORT is out to the destination
    ABORTING_SOURCE,      //!< ABORT is out to the source
    CLOSED                //!< nothing is awaited any more
};

/// @param type a type @return its name in moves.csv, for instance "hot"
const char* MoveTypeName(MoveType type);
/// @param outcome an outcome @return its name, for instance "rolled-back"; "" for NONE
const char* MoveOutcomeName(MoveOutcome outcome);
/// @param state a state @return its name, for instance "copying"
const char* MoveStateName(MoveState state);

/// A move as somebody orders it.
struct MoveRequest
{
    std::string migration;            //!< name of the move, 1..63 octets, not used before
    std::string vm;                   //!< VM-ID
    std::string destination;          //!< name of a server
    MoveType type{MoveType::HOT};     //!< kind
    std::string method{"pre-copy"};   //!< see CopyMethod::Create
    std::string transfer{"tcp"};      //!< see CopyTransfer::Create
    std::optional<Time> switchOver{}; //!< WARM: from the order to that of the switch-over; none:
                                      //!< when the source has failed
    std::string operation{};          //!< operation that orders it; empty: a single order
};

/// One move as the VM Manager knows it: what the trace source Move carries.
struct MoveRecord
{
    uint32_t id{0};                         //!< from 1, in order of the orders
    std::string migration;                  //!< name, as ordered
    std::string vm;                         //!< VM-ID
    MoveType type{MoveType::HOT};           //!< kind
    std::string method;                     //!< copy method
    std::string transfer;                   //!< what carries the copy
    std::optional<Time> switchOver;         //!< see MoveRequest
    std::string source;                     //!< server that the VM leaves; empty while queued
    std::string destination;                //!< server it goes to
    uint16_t epoch{0};                      //!< epoch at the destination; 0 before it begins
    MoveState state{MoveState::QUEUED};     //!< where it is
    MoveOutcome outcome{MoveOutcome::NONE}; //!< how it ended
    std::string reason;                     //!< why, for humans; empty if completed
    Time order;                             //!< when it was ordered
    Time begin;                             //!< when RESERVE was sent; 0 before
    Time end;                               //!< when the outcome was decided; 0 before
    uint32_t rounds{0};                     //!< rounds that the source has reported
    std::string operation;                  //!< that ordered it; empty: a single order
};

} // namespace vmm
} // namespace ns3

#endif // VMM_MOVE_RECORD_H
