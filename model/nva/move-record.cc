// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/move-record.h"

namespace ns3
{
namespace vmm
{

const char*
MoveTypeName(MoveType type)
{
    static const char* const NAMES[] = {"hot", "warm", "cold"};
    return NAMES[static_cast<size_t>(type)];
}

const char*
MoveOutcomeName(MoveOutcome outcome)
{
    static const char* const NAMES[] = {"",
                                        "completed",
                                        "refused",
                                        "rolled-back",
                                        "not-converged",
                                        "cancelled",
                                        "failed",
                                        "unfinished"};
    return NAMES[static_cast<size_t>(outcome)];
}

const char*
MoveStateName(MoveState state)
{
    static const char* const NAMES[] = {"queued",
                                        "reserving",
                                        "ordered",
                                        "copying",
                                        "stopped",
                                        "resumed",
                                        "filling",
                                        "committing",
                                        "aborting-destination",
                                        "aborting-source",
                                        "closed"};
    return NAMES[static_cast<size_t>(state)];
}

} // namespace vmm
} // namespace ns3
