// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ip-prefix.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

IpPrefix::IpPrefix(const IpAddress& address, uint8_t length)
    : m_length(length)
{
    if (length > address.GetBits())
    {
        throw std::invalid_argument("found prefix length " + std::to_string(length) +
                                    ", expected at most " + std::to_string(address.GetBits()));
    }
    if (!address)
    {
        return;
    }
    std::array<uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), address.GetBytes(), address.GetSize());
    for (size_t i = 0; i < address.GetSize(); ++i)
    {
        int kept = std::clamp(int(length) - int(8 * i), 0, 8);
        bytes[i] &= static_cast<uint8_t>(0xff00 >> kept);
    }
    m_address = IpAddress::FromBytes(bytes.data(), address.GetSize());
}

IpPrefix
IpPrefix::Host(const IpAddress& address)
{
    return IpPrefix(address, address.GetBits());
}

IpPrefix
IpPrefix::FromString(const std::string& text)
{
    auto slash = text.find('/');
    auto address = IpAddress::FromString(text.substr(0, slash));
    if (slash == std::string::npos)
    {
        return Host(address);
    }
    unsigned length = 0;
    const char* end = text.data() + text.size();
    auto [rest, error] = std::from_chars(text.data() + slash + 1, end, length);
    if (error != std::errc() || rest != end || length > address.GetBits())
    {
        throw std::invalid_argument("found '" + text + "', expected a prefix such as 10.0.1.0/24");
    }
    return IpPrefix(address, static_cast<uint8_t>(length));
}

bool
IpPrefix::Contains(const IpAddress& address) const
{
    return address.GetFamily() == m_address.GetFamily() && IpPrefix(address, m_length) == *this;
}

IpAddress
IpPrefix::At(uint64_t index) const
{
    std::array<uint8_t, 16> bytes{};
    size_t size = m_address.GetSize();
    std::memcpy(bytes.data(), m_address.GetBytes(), size);
    for (size_t i = size; i-- > 0 && index != 0; index >>= 8)
    {
        bytes[i] |= static_cast<uint8_t>(index);
    }
    return IpAddress::FromBytes(bytes.data(), size);
}

std::string
IpPrefix::ToString() const
{
    return m_address.ToString() + "/" + std::to_string(m_length);
}

std::ostream&
operator<<(std::ostream& os, const IpPrefix& prefix)
{
    return os << prefix.ToString();
}

} // namespace vmm
} // namespace ns3
