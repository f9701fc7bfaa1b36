// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/management-message.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// Numbers of the options.
enum Option : uint8_t
{
    OPTION_VM = 1,
    OPTION_SERVER = 2,
    OPTION_MIGRATION = 3,
    OPTION_METHOD = 4,
    OPTION_MOVE_TYPE = 5,
    OPTION_MEMORY = 6,
    OPTION_VCPUS = 7,
    OPTION_VN = 8,
    OPTION_ADDRESS = 9,
    OPTION_PORT = 10,
    OPTION_REASON = 11,
    OPTION_ROUND = 12,
    OPTION_SENT = 13,
    OPTION_LEFT = 14,
    OPTION_REGISTRATION_STATUS = 15,
    OPTION_ABORT_KIND = 16,
    OPTION_OWNER = 17,
    OPTION_MAC = 18,
    OPTION_IPV4 = 19,
    OPTION_IPV6 = 20,
    OPTION_MTU = 21,
    OPTION_LEASE = 22,
    OPTION_TRANSFER = 23,
    OPTION_FREE_MEMORY = 24,
    OPTION_FREE_VCPUS = 25,
    OPTION_END
};

constexpr size_t MAX_NAME = 63;         //!< octets of a name
constexpr size_t MAX_MESSAGE = 65535;   //!< octets that the length field can say
constexpr size_t MAX_TEXT = 255;        //!< octets of a text
constexpr uint8_t SKIP_UNKNOWN = 128;   //!< unknown options from here on are skipped
constexpr uint8_t FLAG_ACKNOWLEDGE = 1; //!< octet 10

/// Appends the low octets of a number, most significant first.
void
PutNumber(std::vector<uint8_t>& out, uint64_t value, size_t octets)
{
    for (size_t i = octets; i-- > 0;)
    {
        out.push_back(static_cast<uint8_t>(value >> (8 * i)));
    }
}

/// @return a number of so many octets
uint64_t
GetNumber(const uint8_t* data, size_t octets)
{
    uint64_t value = 0;
    for (size_t i = 0; i < octets; ++i)
    {
        value = value << 8 | data[i];
    }
    return value;
}

/// Appends a number as an option if there is one.
template <typename T>
void
PutOption(std::vector<uint8_t>& out, Option option, const std::optional<T>& value, size_t octets)
{
    if (value)
    {
        out.push_back(option);
        out.push_back(static_cast<uint8_t>(octets));
        PutNumber(out, static_cast<uint64_t>(*value), octets);
    }
}

/// Appends octets as an option.
void
PutOctets(std::vector<uint8_t>& out, Option option, const uint8_t* octets, size_t count)
{
    out.push_back(option);
    out.push_back(static_cast<uint8_t>(count));
    out.insert(out.end(), octets, octets + count);
}

/// Appends a name as an option if it is not empty.
void
PutName(std::vector<uint8_t>& out, Option option, const std::string& name, size_t limit)
{
    if (name.size() > limit)
    {
        throw std::invalid_argument("found a name of " + std::to_string(name.size()) +
                                    " octets, expected at most " + std::to_string(limit));
    }
    if (!name.empty())
    {
        PutOctets(out, option, reinterpret_cast<const uint8_t*>(name.data()), name.size());
    }
}

/// Reads a name of 1..63 octets. @return whether the length is right
bool
ReadName(const uint8_t* value, size_t length, std::string& name)
{
    if (length < 1 || length > MAX_NAME)
    {
        return false; // the name stays empty, so that the answer can be written
    }
    name.assign(value, value + length);
    return true;
}

/// Reads a number. @return whether the length is right
template <typename T>
bool
ReadNumber(const uint8_t* value, size_t length, size_t octets, std::optional<T>& number)
{
    if (length != octets)
    {
        return false;
    }
    number = static_cast<T>(GetNumber(value, octets));
    return true;
}

/// Reads an enumeration of one octet. @return whether length and value are right
template <typename T>
bool
ReadEnum(const uint8_t* value, size_t length, T last, std::optional<T>& number)
{
    if (length != 1 || value[0] > static_cast<uint8_t>(last))
    {
        return false;
    }
    number = static_cast<T>(value[0]);
    return true;
}

/// Reads the value of a known option. @return whether it fits
bool
ReadOption(uint8_t option, const uint8_t* value, size_t length, ManagementMessage& m)
{
    switch (option)
    {
    case OPTION_VM:
        return ReadName(value, length, m.vm);
    case OPTION_SERVER:
        return ReadName(value, length, m.server);
    case OPTION_MIGRATION:
        return ReadName(value, length, m.migration);
    case OPTION_METHOD:
        return ReadName(value, length, m.method);
    case OPTION_TRANSFER:
        return ReadName(value, length, m.transfer);
    case OPTION_MOVE_TYPE:
        return ReadNumber(value, length, 1, m.moveType);
    case OPTION_MEMORY:
        return ReadNumber(value, length, 8, m.memory);
    case OPTION_VCPUS:
        return ReadNumber(value, length, 4, m.vcpus);
    case OPTION_VN:
        return ReadNumber(value, length, 3, m.vn);
    case OPTION_ADDRESS:
        if (length != 4 && length != 16)
        {
            return false;
        }
        m.address = IpAddress::FromBytes(value, length);
        return true;
    case OPTION_PORT:
        return ReadNumber(value, length, 2, m.port);
    case OPTION_REASON:
        m.reason.assign(value, value + length);
        return true;
    case OPTION_ROUND:
        return ReadNumber(value, length, 4, m.round);
    case OPTION_SENT:
        return ReadNumber(value, length, 8, m.sent);
    case OPTION_LEFT:
        return ReadNumber(value, length, 8, m.left);
    case OPTION_REGISTRATION_STATUS:
        return ReadNumber(value, length, 1, m.registrationStatus);
    case OPTION_ABORT_KIND:
        return ReadEnum(value, length, AbortKind::DISCARD, m.abortKind);
    case OPTION_OWNER:
        return ReadEnum(value, length, VmOwner::DESTINATION, m.owner);
    case OPTION_MAC:
        if (length != 6)
        {
            return false;
        }
        m.mac.emplace();
        m.mac->CopyFrom(value);
        return true;
    case OPTION_IPV4:
    case OPTION_IPV6:
        if (length != (option == OPTION_IPV4 ? 4 : 16))
        {
            return false;
        }
        m.addresses.push_back(IpAddress::FromBytes(value, length));
        return true;
    case OPTION_MTU:
        return ReadNumber(value, length, 2, m.mtu);
    case OPTION_LEASE:
        return ReadNumber(value, length, 4, m.lease);
    case OPTION_FREE_MEMORY:
        return ReadNumber(value, length, 8, m.freeMemory);
    case OPTION_FREE_VCPUS:
        return ReadNumber(value, length, 4, m.freeVcpus);
    default:
        return false;
    }
}

/// @return the first mandatory option that an order lacks, or an empty text
std::string
FindMissing(const ManagementMessage& m)
{
    if (m.type == ManagementType::HELLO)
    {
        return m.server.empty() ? "server name" : "";
    }
    if (m.vm.empty())
    {
        return "VM-ID";
    }
    switch (m.type)
    {
    case ManagementType::CREATE:
    case ManagementType::RESERVE:
        return m.memory ? "" : "memory";
    case ManagementType::MOVE:
        return !m.address ? "copy address" : !m.port ? "copy port" : "";
    case ManagementType::ABORT:
        return m.abortKind ? "" : "kind of abort";
    case ManagementType::FAILED:
        return m.owner ? "" : "owner";
    default:
        return "";
    }
}

/// Reads all options. @return what is wrong, or an empty text
std::string
ReadOptions(const uint8_t* data, size_t size, ManagementMessage& m)
{
    bool seen[OPTION_END] = {};
    size_t at = MANAGEMENT_HEADER_SIZE;
    while (at < size)
    {
        if (size - at < 2 || size - at - 2 < data[at + 1])
        {
            return "option past the end";
        }
        const uint8_t option = data[at];
        const size_t length = data[at + 1];
        const uint8_t* value = data + at + 2;
        at += 2 + length;
        if (option >= SKIP_UNKNOWN)
        {
            continue;
        }
        if (option == 0 || option >= OPTION_END)
        {
            return "unknown option " + std::to_string(option);
        }
        const bool repeats = option == OPTION_IPV4 || option == OPTION_IPV6;
        if (seen[option] && !repeats)
        {
            return "option " + std::to_string(option) + " twice";
        }
        seen[option] = true;
        if (!ReadOption(option, value, length, m))
        {
            return "bad value of option " + std::to_string(option);
        }
    }
    return "";
}

} // namespace

ManagementMessage
ManagementMessage::MakeAcknowledgement(ManagementStatus code) const
{
    ManagementMessage answer;
    answer.type = type;
    answer.acknowledgement = true;
    answer.status = code;
    answer.move = move;
    answer.epoch = epoch;
    answer.vm = vm;
    return answer;
}

void
ManagementMessage::SetSpec(const VmSpec& spec)
{
    vm = spec.id;
    vn = spec.vn;
    mac = spec.mac;
    addresses = spec.addresses;
    memory = spec.memory;
    vcpus = spec.vcpus;
    mtu = spec.mtu;
}

VmSpec
ManagementMessage::GetSpec() const
{
    VmSpec spec;
    spec.id = vm;
    spec.vn = vn.value_or(spec.vn);
    spec.mac = mac.value_or(spec.mac);
    spec.addresses = addresses;
    spec.memory = memory.value_or(spec.memory);
    spec.vcpus = vcpus.value_or(spec.vcpus);
    spec.mtu = mtu.value_or(spec.mtu);
    return spec;
}

std::vector<uint8_t>
EncodeManagement(const ManagementMessage& m)
{
    if (m.vn && *m.vn > 0xffffff)
    {
        throw std::invalid_argument("found VN-ID " + std::to_string(*m.vn) +
                                    ", expected at most 16777215");
    }
    std::vector<uint8_t> out;
    out.reserve(128);
    out.push_back(MANAGEMENT_VERSION << 4);
    out.push_back(static_cast<uint8_t>(m.type));
    PutNumber(out, 0, 2); // the length, known at the end
    PutNumber(out, m.move, 4);
    PutNumber(out, m.epoch, 2);
    out.push_back(m.acknowledgement ? FLAG_ACKNOWLEDGE : 0);
    out.push_back(static_cast<uint8_t>(m.status));
    PutName(out, OPTION_VM, m.vm, MAX_NAME);
    PutName(out, OPTION_SERVER, m.server, MAX_NAME);
    PutName(out, OPTION_MIGRATION, m.migration, MAX_NAME);
    PutName(out, OPTION_METHOD, m.method, MAX_NAME);
    PutName(out, OPTION_TRANSFER, m.transfer, MAX_NAME);
    PutOption(out, OPTION_MOVE_TYPE, m.moveType, 1);
    PutOption(out, OPTION_MEMORY, m.memory, 8);
    PutOption(out, OPTION_VCPUS, m.vcpus, 4);
    PutOption(out, OPTION_VN, m.vn, 3);
    if (m.address)
    {
        PutOctets(out, OPTION_ADDRESS, m.address.GetBytes(), m.address.GetSize());
    }
    PutOption(out, OPTION_PORT, m.port, 2);
    PutName(out, OPTION_REASON, m.reason.substr(0, MAX_TEXT), MAX_TEXT);
    PutOption(out, OPTION_ROUND, m.round, 4);
    PutOption(out, OPTION_SENT, m.sent, 8);
    PutOption(out, OPTION_LEFT, m.left, 8);
    PutOption(out, OPTION_REGISTRATION_STATUS, m.registrationStatus, 1);
    PutOption(out, OPTION_ABORT_KIND, m.abortKind, 1);
    PutOption(out, OPTION_OWNER, m.owner, 1);
    if (m.mac)
    {
        uint8_t octets[6];
        m.mac->CopyTo(octets);
        PutOctets(out, OPTION_MAC, octets, sizeof(octets));
    }
    for (const auto& address : m.addresses)
    {
        PutOctets(out,
                  address.IsIpv4() ? OPTION_IPV4 : OPTION_IPV6,
                  address.GetBytes(),
                  address.GetSize());
    }
    PutOption(out, OPTION_MTU, m.mtu, 2);
    PutOption(out, OPTION_LEASE, m.lease, 4);
    PutOption(out, OPTION_FREE_MEMORY, m.freeMemory, 8);
    PutOption(out, OPTION_FREE_VCPUS, m.freeVcpus, 4);
    if (out.size() > MAX_MESSAGE)
    {
        throw std::invalid_argument("found a message of " + std::to_string(out.size()) +
                                    " octets, expected at most 65535");
    }
    out[2] = static_cast<uint8_t>(out.size() >> 8);
    out[3] = static_cast<uint8_t>(out.size());
    return out;
}

ManagementDecoding
DecodeManagement(const uint8_t* data, size_t size)
{
    ManagementDecoding result;
    if (size < MANAGEMENT_HEADER_SIZE || data[0] >> 4 != MANAGEMENT_VERSION)
    {
        result.error = size < MANAGEMENT_HEADER_SIZE ? "too short" : "wrong version";
        return result;
    }
    const auto type = data[1];
    if (type < static_cast<uint8_t>(ManagementType::HELLO) ||
        type > static_cast<uint8_t>(ManagementType::WITHDRAW))
    {
        result.error = "unknown type " + std::to_string(type);
        return result;
    }
    auto& m = result.message;
    m.type = static_cast<ManagementType>(type);
    m.move = static_cast<uint32_t>(GetNumber(data + 4, 4));
    m.epoch = static_cast<uint16_t>(GetNumber(data + 8, 2));
    m.acknowledgement = data[10] & FLAG_ACKNOWLEDGE;
    m.status = static_cast<ManagementStatus>(data[11]);
    if (GetNumber(data + 2, 2) != size)
    {
        result.error = "length is not that of the message";
    }
    else
    {
        result.error = ReadOptions(data, size, m);
    }
    if (result.error.empty() && !m.acknowledgement)
    {
        const std::string missing = FindMissing(m);
        result.error = missing.empty() ? "" : "no " + missing;
    }
    if (result.error.empty())
    {
        result.result = ManagementDecoding::Result::OK;
    }
    else if (!m.acknowledgement)
    {
        result.result = ManagementDecoding::Result::MALFORMED;
    }
    return result;
}

const char*
ManagementTypeName(ManagementType type)
{
    static const char* const NAMES[] = {"unknown",
                                        "hello",
                                        "create",
                                        "reserve",
                                        "move",
                                        "progress",
                                        "stopped",
                                        "resumed",
                                        "commit",
                                        "abort",
                                        "destroy",
                                        "registered",
                                        "failed",
                                        "copied",
                                        "switch-over",
                                        "confirm",
                                        "withdraw"};
    const auto index = static_cast<size_t>(type);
    return NAMES[index < std::size(NAMES) ? index : 0];
}

const char*
ManagementStatusName(ManagementStatus status)
{
    switch (status)
    {
    case ManagementStatus::OK:
        return "ok";
    case ManagementStatus::REJECTED:
        return "registration rejected";
    case ManagementStatus::NO_RESOURCES:
        return "no resources";
    case ManagementStatus::STALE:
        return "stale epoch";
    case ManagementStatus::UNKNOWN_VM:
        return "unknown VM";
    case ManagementStatus::MALFORMED:
        return "malformed";
    case ManagementStatus::BUSY:
        return "busy";
    case ManagementStatus::TOO_LATE:
        return "too late";
    case ManagementStatus::NOT_CONVERGED:
        return "not converged";
    case ManagementStatus::BROKEN:
        return "copy connection broken";
    case ManagementStatus::LOST:
        return "lost";
    default:
        return "unspecified";
    }
}

} // namespace vmm
} // namespace ns3
