// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/registration-message.h"
#include "ns3/registration-options.h"

#include <algorithm>
#include <array>

namespace ns3
{
namespace vmm
{

namespace
{

/// Reads one datagram. A fault is kept and reading goes on only to find out whom to answer.
class Reader
{
  public:
    Reader(const uint8_t* data, size_t size)
        : m_data(data),
          m_size(size)
    {
    }

    /// @return the integer of the given octets at offset; precondition: they are inside
    uint64_t Get(size_t offset, size_t octets) const
    {
        uint64_t value = 0;
        for (size_t i = 0; i < octets; i++)
        {
            value = (value << 8) | m_data[offset + i];
        }
        return value;
    }

    RegistrationFault ReadHeader();
    RegistrationFault ReadOptions(bool authenticated);
    RegistrationFault CheckAuthenticator(const std::string& key) const;

    RegistrationMessage m_message; //!< what was read

  private:
    RegistrationFault ReadOption(uint8_t type, size_t offset, size_t length);
    RegistrationFault ReadVmId(size_t offset, size_t length);
    RegistrationFault ReadAddress(uint8_t type, size_t offset, size_t length);
    RegistrationFault ReadNewAddress(uint8_t type, size_t offset, size_t length);
    IpAddress GetAddress(size_t offset, size_t length) const;
    static bool LengthFits(uint8_t type, size_t length);

    const uint8_t* m_data; //!< the datagram
    size_t m_size;         //!< its octets
    /// Option types met.
    std::array<bool, REGISTRATION_OPTION_BINDING_EPOCH + 1> m_seen{};
    bool m_renewable = false;   //!< the last option was an old address
    size_t m_authenticator = 0; //!< offset of option 13's value, 0 if none
};

/// A request or reply of our version: its fixed fields. @return the fault
RegistrationFault
Reader::ReadHeader()
{
    if (m_size < REGISTRATION_HEADER_SIZE)
    {
        return RegistrationFault::TOO_SHORT;
    }
    if (m_data[0] >> 4 != REGISTRATION_VERSION)
    {
        return RegistrationFault::WRONG_VERSION;
    }
    const uint8_t type = m_data[0] & 0x0f;
    if (type != static_cast<uint8_t>(RegistrationType::REQUEST) &&
        type != static_cast<uint8_t>(RegistrationType::REPLY))
    {
        return RegistrationFault::WRONG_TYPE;
    }
    m_message.type = static_cast<RegistrationType>(type);
    m_message.flags = m_data[1] & REGISTRATION_ALL_FLAGS;
    m_message.sequence = static_cast<uint32_t>(Get(4, 4));
    m_message.lifetime = static_cast<uint16_t>(Get(8, 2));
    if (m_message.type == RegistrationType::REPLY)
    {
        m_message.status = static_cast<RegistrationStatus>(m_data[10]);
    }
    m_message.role = static_cast<RecipientRole>(m_data[11]);
    if (Get(2, 2) != m_size)
    {
        return RegistrationFault::LENGTH_MISMATCH;
    }
    return m_data[11] <= static_cast<uint8_t>(RecipientRole::RESOLVER)
               ? RegistrationFault::NONE
               : RegistrationFault::UNKNOWN_ROLE;
}

/**
 * @param authenticated whether option 13 must be there and last
 * @return the first fault among the options; what follows it is still read for VM-ID and VN-ID, as
 * far as the options can be told apart
 */
RegistrationFault
Reader::ReadOptions(bool authenticated)
{
    RegistrationFault fault = RegistrationFault::NONE;
    const auto keepFirst = [&fault](RegistrationFault next)
    {
        fault = fault == RegistrationFault::NONE ? next : fault;
    };
    size_t at = REGISTRATION_HEADER_SIZE;
    bool last = false;
    while (at < m_size)
    {
        if (m_size - at < 2 || m_size - at - 2 < m_data[at + 1])
        {
            keepFirst(RegistrationFault::OPTION_TRUNCATED);
            break;
        }
        const uint8_t type = m_data[at];
        const size_t length = m_data[at + 1];
        keepFirst(ReadOption(type, at + 2, length));
        last = type == REGISTRATION_OPTION_AUTHENTICATOR;
        at += 2 + length;
    }
    if (authenticated && !(last && m_authenticator))
    {
        keepFirst(RegistrationFault::AUTHENTICATOR_MISSING);
    }
    return fault;
}

/// @return whether an option of a known type may have length octets
bool
Reader::LengthFits(uint8_t type, size_t length)
{
    switch (type)
    {
    case REGISTRATION_OPTION_VM_ID:
        return length >= 1 && length <= REGISTRATION_MAX_VM_ID;
    case REGISTRATION_OPTION_MAC:
        return length == 6;
    case REGISTRATION_OPTION_IPV4:
    case REGISTRATION_OPTION_NEW_IPV4:
        return length == 4;
    case REGISTRATION_OPTION_IPV6:
    case REGISTRATION_OPTION_NEW_IPV6:
        return length == 16;
    case REGISTRATION_OPTION_VN_ID:
        return length == 3;
    case REGISTRATION_OPTION_DATA_CENTER:
    case REGISTRATION_OPTION_BINDING_EPOCH:
        return length == 2;
    case REGISTRATION_OPTION_TIMESTAMP:
        return length == 8;
    case REGISTRATION_OPTION_AUTHENTICATOR:
        return length == REGISTRATION_MAC_SIZE;
    default:
        return length == 4 || length == 16;
    }
}

IpAddress
Reader::GetAddress(size_t offset, size_t length) const
{
    return IpAddress::FromBytes(m_data + offset, length);
}

RegistrationFault
Reader::ReadVmId(size_t offset, size_t length)
{
    std::string text(m_data + offset, m_data + offset + length);
    if (!IsVmIdText(text))
    {
        return RegistrationFault::INVALID_VM_ID;
    }
    m_message.vmId = std::move(text);
    return RegistrationFault::NONE;
}

RegistrationFault
Reader::ReadNewAddress(uint8_t type, size_t offset, size_t length)
{
    const auto wanted = type == REGISTRATION_OPTION_NEW_IPV4 ? IpFamily::IPV4 : IpFamily::IPV6;
    if (!m_renewable || m_message.addresses.back().address.GetFamily() != wanted)
    {
        return RegistrationFault::NEW_ADDRESS_MISPLACED;
    }
    m_message.addresses.back().newAddress = GetAddress(offset, length);
    m_renewable = false;
    return RegistrationFault::NONE;
}

/// One option that is wholly inside the datagram. @return the fault
RegistrationFault
Reader::ReadOption(uint8_t type, size_t offset, size_t length)
{
    if (type >= REGISTRATION_FIRST_SKIPPED_OPTION)
    {
        return RegistrationFault::NONE;
    }
    if (type == 0 || type > REGISTRATION_OPTION_BINDING_EPOCH)
    {
        return RegistrationFault::OPTION_UNKNOWN;
    }
    if (!LengthFits(type, length))
    {
        return RegistrationFault::OPTION_LENGTH;
    }
    const bool repeats =
        (type >= REGISTRATION_OPTION_IPV4 && type <= REGISTRATION_OPTION_NEW_IPV6) ||
        type == REGISTRATION_OPTION_PREVIOUS_NVE || type == REGISTRATION_OPTION_NEXT_HOP;
    if (m_seen[type] && !repeats)
    {
        return RegistrationFault::OPTION_REPEATED;
    }
    m_seen[type] = true;
    if (type == REGISTRATION_OPTION_NEW_IPV4 || type == REGISTRATION_OPTION_NEW_IPV6)
    {
        return ReadNewAddress(type, offset, length);
    }
    m_renewable = type == REGISTRATION_OPTION_IPV4 || type == REGISTRATION_OPTION_IPV6;
    switch (type)
    {
    case REGISTRATION_OPTION_VM_ID:
        return ReadVmId(offset, length);
    case REGISTRATION_OPTION_MAC:
        m_message.mac.emplace();
        m_message.mac->CopyFrom(m_data + offset);
        break;
    case REGISTRATION_OPTION_IPV4:
    case REGISTRATION_OPTION_IPV6:
        m_message.addresses.push_back({GetAddress(offset, length), IpAddress()});
        break;
    case REGISTRATION_OPTION_SERVING_NVE:
        m_message.servingNve = GetAddress(offset, length);
        break;
    case REGISTRATION_OPTION_PREVIOUS_NVE:
        m_message.previousNves.push_back(GetAddress(offset, length));
        break;
    case REGISTRATION_OPTION_NEXT_HOP:
        m_message.nextHops.push_back(GetAddress(offset, length));
        break;
    case REGISTRATION_OPTION_VN_ID:
        m_message.vnId = static_cast<uint32_t>(Get(offset, length));
        break;
    case REGISTRATION_OPTION_DATA_CENTER:
        m_message.dataCenter = static_cast<uint16_t>(Get(offset, length));
        break;
    case REGISTRATION_OPTION_TIMESTAMP:
        m_message.timestamp = Get(offset, length);
        break;
    case REGISTRATION_OPTION_BINDING_EPOCH:
        m_message.bindingEpoch = static_cast<uint16_t>(Get(offset, length));
        break;
    default:
        m_authenticator = offset;
        break;
    }
    return RegistrationFault::NONE;
}

/// @return the fault; precondition: option 13 was read
RegistrationFault
Reader::CheckAuthenticator(const std::string& key) const
{
    std::vector<uint8_t> octets(m_data, m_data + m_size);
    std::fill_n(octets.begin() + m_authenticator, REGISTRATION_MAC_SIZE, 0);
    const auto mac = ComputeRegistrationMac(key, octets.data(), octets.size());
    return RegistrationMacEqual(mac, m_data + m_authenticator)
               ? RegistrationFault::NONE
               : RegistrationFault::AUTHENTICATOR_WRONG;
}

/// @return result for a fault in a message whose header was read
RegistrationDecoded
Refuse(const RegistrationMessage& message, RegistrationFault fault)
{
    RegistrationDecoded result;
    result.fault = fault;
    if (message.type == RegistrationType::REPLY)
    {
        return result;
    }
    result.verdict = RegistrationVerdict::ANSWER;
    result.status = fault == RegistrationFault::AUTHENTICATOR_WRONG
                        ? RegistrationStatus::AUTHENTICATION_FAILED
                        : RegistrationStatus::MALFORMED;
    result.message.sequence = message.sequence;
    result.message.flags = message.flags;
    result.message.lifetime = message.lifetime;
    result.message.role = message.role;
    result.message.vmId = message.vmId;
    result.message.vnId = message.vnId;
    return result;
}

} // namespace

RegistrationDecoded
DecodeRegistration(const uint8_t* data, size_t size, const std::string& key)
{
    RegistrationDecoded result;
    Reader reader(data, size);
    RegistrationFault fault = reader.ReadHeader();
    if (fault == RegistrationFault::TOO_SHORT || fault == RegistrationFault::WRONG_VERSION ||
        fault == RegistrationFault::WRONG_TYPE)
    {
        result.fault = fault;
        return result;
    }
    const auto keepFirst = [&fault](RegistrationFault next)
    {
        fault = fault == RegistrationFault::NONE ? next : fault;
    };
    keepFirst(reader.ReadOptions(!key.empty()));
    if (fault == RegistrationFault::NONE && !key.empty())
    {
        fault = reader.CheckAuthenticator(key);
    }
    keepFirst(CheckRegistration(reader.m_message));
    if (fault != RegistrationFault::NONE)
    {
        return Refuse(reader.m_message, fault);
    }
    result.verdict = RegistrationVerdict::OK;
    result.message = std::move(reader.m_message);
    return result;
}

} // namespace vmm
} // namespace ns3
