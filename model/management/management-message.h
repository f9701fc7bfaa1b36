// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MANAGEMENT_MESSAGE_H
#define VMM_MANAGEMENT_MESSAGE_H

#include "ns3/vm-spec.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * What the VM Manager and the hypervisors say to each other, over TCP on the simulated network.
 * The draft says that the manager orders and the hypervisors act, and leaves the messages open:
 * everything here is an interpretation.
 *
 * Wire format, integers big-endian:
 *
 *     octet 0      version (high 4 bits, = 1), 0 (low 4 bits)
 *     octet 1      type: ManagementType
 *     octets 2-3   length of the whole message, options included
 *     octets 4-7   move id, 0 if the message belongs to no move
 *     octets 8-9   attachment epoch of the VM
 *     octet 10     flags: 0x01 acknowledgement; others sent as 0, ignored on receipt
 *     octet 11     status: ManagementStatus (0 in orders)
 *     options      type (1), length of value (1), value
 *                  1 VM-ID (1..63)        2 server name (1..63)   3 migration name (1..63)
 *                  4 copy method (1..63)  5 type of move (1)      6 memory, octets (8)
 *                  7 virtual CPUs (4)     8 VN-ID (3)             9 copy address (4 or 16)
 *                  10 copy port (2)       11 reason, text (0..255) 12 round (4)
 *                  13 octets sent (8)     14 octets left (8)      15 registration status (1)
 *                  16 kind of abort (1)   17 who owns the VM (1) 18 VM MAC (6)
 *                  19 VM IPv4 address (4) 20 VM IPv6 address (16) 21 MTU of the VM (2)
 *                  22 lease, ms (4)       23 transfer (1..63)
 *                  24 free memory, octets (8)                    25 free vCPUs (4)
 *
 * Only 19 and 20 may repeat, one option per address. An unknown option type >= 128 is skipped; an
 * unknown one below 128, a length that does not fit, a repeat or a missing mandatory option makes
 * an order malformed, which is answered with status MALFORMED.
 */
enum class ManagementType : uint8_t
{
    HELLO = 1,       //!< hypervisor to manager, first on each connection and when it is silent:
                     //!< what the server has for VMs (6, 7) and what of it is free (24, 25)
    CREATE = 2,      //!< manager to hypervisor: hold the resources and interface of this VM; the
                     //!< answer says what is left, as HELLO does
    RESERVE = 3,     //!< manager to destination: hold resources for this VM; the answer likewise
    MOVE = 4,        //!< manager to source: copy this VM to that copy address
    PROGRESS = 5,    //!< source to manager: a round is done; not acknowledged
    STOPPED = 6,     //!< source to manager: the VM does not run at the source any more
    RESUMED = 7,     //!< destination to manager: the VM runs here
    COMMIT = 8,      //!< manager to both: the move is final; the source drops its copy
    ABORT = 9,       //!< manager to both: the move is off
    DESTROY = 10,    //!< manager to hypervisor: end this VM
    REGISTERED = 11, //!< hypervisor to manager: the registrar's answer for this VM and epoch
    FAILED = 12,     //!< hypervisor to manager: this side has given the move up
    COPIED = 13, //!< destination to manager: no page of the VM that runs here is missing any more
    SWITCH_OVER = 14, //!< manager to source: end the mirroring, the standby takes over; manager to
                      //!< destination: the source has failed, go on from the last checkpoint
    CONFIRM = 15,     //!< manager to hypervisor: run the VM whose resources are held
    WITHDRAW = 16     //!< manager to hypervisor: give the resources that are held up
};

/// Outcome of an order, in its acknowledgement, or of a move, in FAILED and REGISTERED.
enum class ManagementStatus : uint8_t
{
    OK = 0,              //!< done, or accepted and under way
    UNSPECIFIED = 128,   //!< no other status fits
    REJECTED = 129,      //!< the registrar refused the VM
    NO_RESOURCES = 130,  //!< memory or CPUs do not suffice
    STALE = 131,         //!< the epoch is older than the VM's
    UNKNOWN_VM = 132,    //!< no such VM here
    MALFORMED = 134,     //!< the order cannot be read
    BUSY = 136,          //!< the VM is in a state that does not allow it
    TOO_LATE = 137,      //!< the VM runs, or is about to run, at the destination
    NOT_CONVERGED = 138, //!< the copy method gave up
    BROKEN = 139,        //!< the copy connection could not be made, broke or stalled
    LOST = 140           //!< the VM was destroyed, since a part of it is not to be had
};

/// Why a move is aborted: decides how far a destination obeys.
enum class AbortKind : uint8_t
{
    CANCEL = 0,   //!< unless the destination has the whole VM already (then status TOO_LATE)
    ROLLBACK = 1, //!< in any case until it has had a COMMIT
    DISCARD = 2   //!< to a source: the VM is lost, what is kept of it is to go
};

/// Which side may run the VM, in the sender's view.
enum class VmOwner : uint8_t
{
    SOURCE = 0,     //!< the source runs it or may resume it
    DESTINATION = 1 //!< the last record has been sent: the destination may run it
};

/// One management message. Fields that its type does not need stay empty.
struct ManagementMessage
{
    ManagementType type{ManagementType::HELLO};    //!< what it is
    bool acknowledgement{false};                   //!< an order (or report), or the answer to one
    ManagementStatus status{ManagementStatus::OK}; //!< see ManagementStatus
    uint32_t move{0};                              //!< move id, 0 for none
    uint16_t epoch{0};                             //!< attachment epoch
    std::string vm;                                //!< VM-ID, 1..63 octets, or empty
    std::string server;                            //!< name of a server, 1..63 octets, or empty
    std::string migration;                         //!< name of the move, 1..63 octets, or empty
    std::string method;                            //!< name of the copy method, or empty
    std::string transfer;                          //!< name of the transfer, or empty
    std::string reason;                            //!< text for humans, cut at 255 octets
    IpAddress address;                             //!< where the destination awaits the copy
    std::optional<uint8_t> moveType;               //!< MoveType
    std::optional<uint64_t> memory;                //!< octets
    std::optional<uint32_t> vcpus;                 //!< virtual CPUs
    std::optional<uint32_t> vn;                    //!< VN-ID, 24 bits
    std::optional<uint16_t> port;                  //!< TCP port of address
    std::optional<uint32_t> round;                 //!< rounds that are done
    std::optional<uint64_t> sent;                  //!< octets sent so far
    std::optional<uint64_t> left;                  //!< octets left to send; RESUMED: pages that
                                                   //!< are missing
    std::optional<uint8_t> registrationStatus;     //!< status of the registration reply
    std::optional<AbortKind> abortKind;            //!< ABORT
    std::optional<VmOwner> owner;                  //!< FAILED
    std::optional<Mac48Address> mac;               //!< of the VM
    IpAddressList addresses;                       //!< of the VM, IPv4 before IPv6
    std::optional<uint16_t> mtu;                   //!< of the VM, octets
    std::optional<uint32_t> lease;                 //!< RESERVE: see IncomingCopy, MOVE: see
                                                   //!< OutgoingCopy, ms
    std::optional<uint64_t> freeMemory;            //!< HELLO: octets
    std::optional<uint32_t> freeVcpus;             //!< HELLO: virtual CPUs

    /**
     * @param code the status of the answer
     * @return the acknowledgement of this message: same type, move, epoch and VM-ID
     */
    ManagementMessage MakeAcknowledgement(ManagementStatus code = ManagementStatus::OK) const;

    /// @param spec what the VM is, for CREATE, CONFIRM and RESERVE
    void SetSpec(const VmSpec& spec);
    /// @return what the VM is; what the message does not say has its default
    VmSpec GetSpec() const;
};

/// Octets before the options.
constexpr size_t MANAGEMENT_HEADER_SIZE = 12;
/// Version in the first octet.
constexpr uint8_t MANAGEMENT_VERSION = 1;

/// What a decoder made of a message.
struct ManagementDecoding
{
    /// Whether it can be used.
    enum class Result
    {
        OK,        //!< message is complete
        MALFORMED, //!< an order that is answered with status MALFORMED; the header fields are set
        DISCARD    //!< wrong version or type, or a malformed answer: never answered
    };

    Result result{Result::DISCARD}; //!< whether it can be used
    ManagementMessage message;      //!< what was read
    std::string error;              //!< why it is not OK
};

/**
 * @param message what to write
 * @return its octets
 * @throws std::invalid_argument if a name is longer than 63 octets or the VN-ID than 24 bits
 */
std::vector<uint8_t> EncodeManagement(const ManagementMessage& message);

/**
 * @param data the octets of one message
 * @param size how many there are; never read past
 * @return what they say
 */
ManagementDecoding DecodeManagement(const uint8_t* data, size_t size);

/**
 * @param type a type
 * @return its name in the traces, for instance "reserve"; "unknown" for no type
 */
const char* ManagementTypeName(ManagementType type);

/**
 * @param status a status
 * @return its name in reason texts, for instance "no resources"
 */
const char* ManagementStatusName(ManagementStatus status);

} // namespace vmm
} // namespace ns3

#endif // VMM_MANAGEMENT_MESSAGE_H
