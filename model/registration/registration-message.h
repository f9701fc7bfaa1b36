// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_REGISTRATION_MESSAGE_H
#define VMM_REGISTRATION_MESSAGE_H

#include "ns3/mac48-address.h"
#include "ns3/nstime.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * The Registration Request and Reply of draft-sarikaya-nvo3-vmm-dmm-pmip as values, and their
 * octets. The draft names the messages and most of what they carry; the octets are this project's
 * interpretation.
 *
 * registration/ is divided into: this file (values and codec, no state), registration-auth (the
 * authenticator), request-tracker (retransmission, pacing, duplicates: time in, actions out),
 * binding-update-list and binding-cache (the two tables of the draft, section 4, and the rules by
 * which the registrar accepts a request), and registration-endpoint, the only one that owns sockets
 * and timers.
 */

namespace ns3
{
namespace vmm
{

/// UDP port that requests are sent to (interpretation; taken from the dynamic range).
constexpr uint16_t REGISTRATION_PORT = 50364;
/// Octets of the fixed header.
constexpr size_t REGISTRATION_HEADER_SIZE = 12;
/// Octets of the largest message: what fits in a UDP datagram over IPv4.
constexpr size_t REGISTRATION_MAX_SIZE = 65507;
/// Octets of the longest VM-ID.
constexpr size_t REGISTRATION_MAX_VM_ID = 63;
/// Seconds in a unit of the lifetime field (draft section 4, as RFC 6275 section 6.1.7).
constexpr uint32_t REGISTRATION_LIFETIME_UNIT = 4;

/// What a message is: octet 0, low 4 bits.
enum class RegistrationType : uint8_t
{
    REQUEST = 1, //!< Registration Request
    REPLY = 2    //!< Registration Reply
};

/// Bits of octet 1 (interpretation). A reply has the bits of its request.
enum RegistrationFlag : uint8_t
{
    REGISTRATION_ADDRESS_KEPT = 0x01, //!< the VM keeps its addresses
    REGISTRATION_COLD = 0x02,         //!< the move is a cold one
    REGISTRATION_WARM = 0x04,         //!< the move is a warm one
    REGISTRATION_REFRESH = 0x08,      //!< prolongs what is there
    REGISTRATION_DEREGISTER = 0x10,   //!< ends the binding; the lifetime is 0
    REGISTRATION_PRE_REGISTER = 0x20, //!< the VM is on its way and does not run here yet
    REGISTRATION_WITHDRAW = 0x40,     //!< take the host routes out
    REGISTRATION_ALL_FLAGS = 0x7f     //!< the defined bits; 0x80 is sent as 0 and ignored
};

/// How a request was answered: octet 10. Values below 128 mean accepted, as in RFC 6275.
enum class RegistrationStatus : uint8_t
{
    ACCEPTED = 0,               //!< done
    UNSPECIFIED = 128,          //!< refused, no reason given
    PROHIBITED = 129,           //!< refused by policy, or two NVEs claim the VM in one epoch
    NO_RESOURCES = 130,         //!< refused, no room
    STALE_SEQUENCE = 131,       //!< older than what is bound; the reply has the serving NVE
    UNKNOWN_VM = 132,           //!< the VM-ID is not known
    NOT_FROM_MN = 133,          //!< the sender may not ask this
    MALFORMED = 134,            //!< the message breaks a decoding rule
    AUTHENTICATION_FAILED = 135 //!< the authenticator does not match
};

/// Whom a request addresses: octet 11.
enum class RecipientRole : uint8_t
{
    MANAGEMENT_NODE = 0, //!< the registrar (NVA or VM Manager)
    SOURCE_NVE = 1,      //!< an NVE that the VM has left
    DEFAULT_ROUTER = 2,  //!< the default router of an NVE
    PATH_ROUTER = 3,     //!< a router on a path between destination and source NVE
    BORDER_ROUTER = 4,   //!< the border router of a data centre
    REMOTE_NVE = 5,      //!< an NVE that has, or is given, a mapping of a VM that is elsewhere
    RESOLVER = 6         //!< the registrar, asked where an address of a virtual network is
};

/// @return a short name: "accepted", "stale-sequence", ...; "status-77" for a value without one
std::string RegistrationStatusName(RegistrationStatus status);
/// @return a short name: "mn", "source-nve", "default-router", "path-router", "border-router",
/// "remote-nve", "resolver"
std::string RecipientRoleName(RecipientRole role);

/**
 * @param epoch the VM's attachment epoch; taken modulo 2^16
 * @param counter number of the message within the epoch
 * @return the sequence number: epoch in the high, counter in the low 16 bits (interpretation)
 */
uint32_t MakeSequence(uint32_t epoch, uint16_t counter);
/// @return the high 16 bits of a sequence number
uint16_t EpochOf(uint32_t sequence);
/// @return the low 16 bits of a sequence number
uint16_t CounterOf(uint32_t sequence);
/**
 * @param a a sequence number
 * @param b another one
 * @return whether a is newer than b (RFC 1982 with SERIAL_BITS = 32). Of two numbers that are 2^31
 * apart, where RFC 1982 defines nothing, neither is newer.
 */
bool SequenceNewer(uint32_t a, uint32_t b);
/**
 * @param a an epoch, modulo 2^16
 * @param b another one
 * @return whether a is newer than b (RFC 1982 with SERIAL_BITS = 16)
 */
bool EpochNewer(uint16_t a, uint16_t b);

/**
 * @param time a lifetime, >= 0
 * @return in units of 4 s, rounded down, but at least 1 for what is above 0, and at most 65535
 */
uint16_t LifetimeToUnits(Time time);
/// @return the lifetime that units of 4 s stand for
Time LifetimeFromUnits(uint16_t units);

/// Names one VM: a VM-ID is unique in its virtual network.
struct VmKey
{
    uint32_t vnId = 0; //!< VN-ID, 24 bits, 0 if there is none
    std::string vmId;  //!< VM-ID, 1 to 63 octets of UTF-8

    /// @return whether both parts are equal
    bool operator==(const VmKey& other) const
    {
        return vnId == other.vnId && vmId == other.vmId;
    }

    /// @return whether this differs from other
    bool operator!=(const VmKey& other) const
    {
        return !(*this == other);
    }

    /// @return whether this sorts before other: by VN-ID, then by VM-ID
    bool operator<(const VmKey& other) const
    {
        return vnId != other.vnId ? vnId < other.vnId : vmId < other.vmId;
    }

    /// @return "VM-ID", or "VM-ID@VN-ID" in a virtual network other than 0
    std::string ToString() const;
};

/// Writes ToString(). @return os
std::ostream& operator<<(std::ostream& os, const VmKey& key);

/// One address of a VM, and the one that takes its place if the address changes (options 3 to 6).
struct RegistrationAddress
{
    IpAddress address;    //!< the VM's address
    IpAddress newAddress; //!< of the same family; none if the address is kept

    /// @return whether both parts are equal
    bool operator==(const RegistrationAddress& other) const
    {
        return address == other.address && newAddress == other.newAddress;
    }

    /// @return whether this differs from other
    bool operator!=(const RegistrationAddress& other) const
    {
        return !(*this == other);
    }
};

/**
 * A Registration Request or Reply (draft section 4). A none address, an empty list, an empty
 * optional: the option is not in the message.
 *
 * @code
 * RegistrationMessage request;
 * request.sequence = MakeSequence(epoch, 0);
 * request.lifetime = LifetimeToUnits(Seconds(300));
 * request.flags = REGISTRATION_ADDRESS_KEPT;
 * request.vmId = "vm1";
 * request.mac = mac;
 * request.SetVmAddresses({Ipv4Address("10.0.0.1")});
 * std::vector<uint8_t> octets = EncodeRegistration(request);
 * @endcode
 */
struct RegistrationMessage
{
    RegistrationType type = RegistrationType::REQUEST;        //!< request or reply
    uint8_t flags = 0;                                        //!< of RegistrationFlag
    uint32_t sequence = 0;                                    //!< MakeSequence()
    uint16_t lifetime = 0;                                    //!< units of 4 s
    RegistrationStatus status = RegistrationStatus::ACCEPTED; //!< replies only
    RecipientRole role = RecipientRole::MANAGEMENT_NODE;      //!< whom the request addresses
    uint32_t vnId = 0;                                        //!< option 10; 0 is not sent
    std::string vmId;                                         //!< option 1; empty is not sent
    std::optional<Mac48Address> mac;                          //!< option 2
    std::vector<RegistrationAddress> addresses;               //!< options 3 to 6
    IpAddress servingNve;                                     //!< option 7
    IpAddressList previousNves;                               //!< options 8
    IpAddressList nextHops;                                   //!< options 9
    std::optional<uint16_t> dataCenter;                       //!< option 11
    std::optional<uint64_t> timestamp;                        //!< option 12, ns
    std::optional<uint16_t> bindingEpoch;                     //!< option 14

    /// @return the VM that the message is about
    VmKey GetVmKey() const
    {
        return {vnId, vmId};
    }

    /// @return whether flag is set
    bool HasFlag(RegistrationFlag flag) const
    {
        return (flags & flag) != 0;
    }

    /// @return whether this is a reply of status 0
    bool IsAccepted() const
    {
        return type == RegistrationType::REPLY && status == RegistrationStatus::ACCEPTED;
    }

    /// @return the addresses that packets to the VM may carry now: old ones, in order
    IpAddressList GetVmAddresses() const;
    /// Replaces the addresses. @param list addresses that are kept
    void SetVmAddresses(const IpAddressList& list);
    /// @return one line for logs
    std::string ToString() const;
    /// @return whether all parts are equal
    bool operator==(const RegistrationMessage& other) const;

    /// @return whether this differs from other
    bool operator!=(const RegistrationMessage& other) const
    {
        return !(*this == other);
    }
};

/// Writes ToString(). @return os
std::ostream& operator<<(std::ostream& os, const RegistrationMessage& message);

/**
 * @param request what is answered
 * @param status the answer
 * @param lifetime granted, units of 4 s; cut to what was asked (draft section 4)
 * @return a reply that echoes sequence, flags, role, VM-ID and VN-ID
 */
RegistrationMessage
MakeReply(const RegistrationMessage& request, RegistrationStatus status, uint16_t lifetime = 0);

/// Which rule a message broke.
enum class RegistrationFault : uint8_t
{
    NONE,                  //!< it is right
    TOO_SHORT,             //!< less than a header
    WRONG_VERSION,         //!< version is not 1
    WRONG_TYPE,            //!< neither request nor reply
    LENGTH_MISMATCH,       //!< total length is not the length of the datagram
    UNKNOWN_ROLE,          //!< recipient role above 6
    OPTION_TRUNCATED,      //!< an option reaches beyond the end
    OPTION_LENGTH,         //!< an option of a length that its type does not have
    OPTION_UNKNOWN,        //!< an unknown option below 128
    OPTION_REPEATED,       //!< an option twice that may be there once
    OPTION_MISSING,        //!< a mandatory option is not there
    NEW_ADDRESS_MISPLACED, //!< a new address that does not follow an old one of its family
    INVALID_VM_ID,         //!< a VM-ID that is not UTF-8
    DEREGISTER_LIFETIME,   //!< deregister flag without lifetime 0, or the reverse
    AUTHENTICATOR_MISSING, //!< a key is configured and option 13 is not there, or not last
    AUTHENTICATOR_WRONG    //!< option 13 does not match
};

/// @return a short name: "too-short", "option-unknown", ...
const char* RegistrationFaultName(RegistrationFault fault);

/// What is to be done with a received datagram.
enum class RegistrationVerdict : uint8_t
{
    OK,     //!< message is whole and right
    ANSWER, //!< a broken request: answer MakeReply(message, status), nothing else
    DISCARD //!< count it and drop it
};

/// Result of decoding.
struct RegistrationDecoded
{
    RegistrationVerdict verdict = RegistrationVerdict::DISCARD; //!< what to do
    RegistrationFault fault = RegistrationFault::NONE;          //!< why, unless OK
    RegistrationStatus status = RegistrationStatus::ACCEPTED;   //!< 134 or 135 for ANSWER
    RegistrationMessage message; //!< OK: all; ANSWER: header, and VM-ID and VN-ID where readable
};

/**
 * Checks what the codec demands of a message beyond its fields: the mandatory options of its
 * direction (role) and the deregistration rule (interpretation).
 *
 * Requests to the MN: VM-ID, MAC, an address. To a source NVE: VM-ID, serving NVE, an address. To a
 * router: VM-ID, an address, a next hop unless the withdraw flag is set. To a remote NVE: an
 * address, and unless the withdraw flag is set VM-ID and serving NVE. To the resolver: one address.
 * Replies: VM-ID unless the status is 134 or 135, and the serving NVE with status 131. A reply to a
 * request that may lack the VM-ID may lack it too, but what the resolver has accepted carries
 * VM-ID, MAC, an address, the serving NVE and the binding's epoch.
 *
 * @param message a message
 * @return the rule that it breaks, or NONE
 */
RegistrationFault CheckRegistration(const RegistrationMessage& message);

/**
 * @param message a message; not checked with CheckRegistration()
 * @param key if not empty, option 13 is added as the last one
 * @return the octets
 * @throws std::invalid_argument for what has no encoding: a VM-ID over 63 octets or not UTF-8, a
 * VN-ID over 24 bits, a none address in a list, a new address of another family than the old one, a
 * message over 65507 octets
 */
std::vector<uint8_t> EncodeRegistration(const RegistrationMessage& message,
                                        const std::string& key = std::string());

/**
 * Decodes the payload of a UDP datagram. Reads nothing outside [data, data + size) and never throws
 * for what is in there.
 *
 * Interpretations: 134 goes to every request with a readable header; a missing or misplaced option
 * 13 is a missing mandatory option (134), one that does not match is 135; without a key option 13
 * is accepted unchecked.
 *
 * @param data the octets; may be null if size is 0
 * @param size number of octets
 * @param key if not empty, option 13 is mandatory, last, and checked
 * @return message and verdict
 */
RegistrationDecoded
DecodeRegistration(const uint8_t* data, size_t size, const std::string& key = std::string());

} // namespace vmm
} // namespace ns3

namespace std
{
/// Hash of a VM's key, so that it can be the key of an unordered container that is only searched.
template <>
struct hash<ns3::vmm::VmKey>
{
    /// @return a hash that is the same in every run of a build
    size_t operator()(const ns3::vmm::VmKey& key) const
    {
        return hash<string>()(key.vmId) * 31 + key.vnId;
    }
};
} // namespace std

#endif // VMM_REGISTRATION_MESSAGE_H
