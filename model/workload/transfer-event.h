// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TRANSFER_EVENT_H
#define VMM_TRANSFER_EVENT_H

#include <cstdint>

namespace ns3
{
namespace vmm
{

/// How a transfer ended.
enum class TransferOutcome : uint8_t
{
    UNFINISHED, //!< not yet
    COMPLETED,  //!< the last octet has come
    FAILED,     //!< its connection could not be made, was reset or timed out
    STOPPED     //!< its client stopped first
};

/// @param outcome an outcome @return its name in the traces, for instance "completed"
inline const char*
TransferOutcomeName(TransferOutcome outcome)
{
    static const char* const names[] = {"unfinished", "completed", "failed", "stopped"};
    return names[static_cast<int>(outcome)];
}

/**
 * The beginning or the end of one transfer of an application: a request and its response, a flow
 * of a given size, or the answers of all servers to one request and each of these.
 */
struct TransferEvent
{
    uint64_t id = 0;    //!< number of the transfer in its application, from 1
    uint32_t part = 0;  //!< 0: all of it; else the server, from 1, whose part it is
    uint64_t bytes = 0; //!< what is to be transferred
    TransferOutcome outcome = TransferOutcome::UNFINISHED; //!< as it ends
};

/**
 * Signature of the traces TransferBegin and TransferEnd.
 * @param event the transfer
 */
typedef void (*TransferTracedCallback)(const TransferEvent& event);

} // namespace vmm
} // namespace ns3

#endif // VMM_TRANSFER_EVENT_H
