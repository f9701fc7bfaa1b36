// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vmm-ip-address.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"

#include <arpa/inet.h>
#include <cstring>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

IpAddress::IpAddress(Ipv4Address address)
    : m_family(IpFamily::IPV4)
{
    address.Serialize(m_bytes.data());
}

IpAddress::IpAddress(Ipv6Address address)
    : m_family(IpFamily::IPV6)
{
    address.Serialize(m_bytes.data());
}

IpAddress
IpAddress::FromString(const std::string& text)
{
    IpAddress result;
    if (inet_pton(AF_INET, text.c_str(), result.m_bytes.data()) == 1)
    {
        result.m_family = IpFamily::IPV4;
        return result;
    }
    if (inet_pton(AF_INET6, text.c_str(), result.m_bytes.data()) == 1)
    {
        result.m_family = IpFamily::IPV6;
        return result;
    }
    throw std::invalid_argument("found '" + text + "', expected an IPv4 or IPv6 address");
}

IpAddress
IpAddress::FromBytes(const uint8_t* bytes, size_t size)
{
    if (size != 4 && size != 16)
    {
        throw std::invalid_argument("found an address of " + std::to_string(size) +
                                    " octets, expected 4 or 16");
    }
    IpAddress result;
    std::memcpy(result.m_bytes.data(), bytes, size);
    result.m_family = size == 4 ? IpFamily::IPV4 : IpFamily::IPV6;
    return result;
}

IpAddress
IpAddress::FromAddress(const Address& address)
{
    if (InetSocketAddress::IsMatchingType(address))
    {
        return InetSocketAddress::ConvertFrom(address).GetIpv4();
    }
    if (Inet6SocketAddress::IsMatchingType(address))
    {
        return Inet6SocketAddress::ConvertFrom(address).GetIpv6();
    }
    if (Ipv4Address::IsMatchingType(address))
    {
        return Ipv4Address::ConvertFrom(address);
    }
    if (Ipv6Address::IsMatchingType(address))
    {
        return Ipv6Address::ConvertFrom(address);
    }
    return {};
}

uint8_t
IpAddress::GetBits() const
{
    return m_family == IpFamily::IPV4 ? 32 : m_family == IpFamily::IPV6 ? 128 : 0;
}

Ipv4Address
IpAddress::ToIpv4() const
{
    return Ipv4Address::Deserialize(m_bytes.data());
}

Ipv6Address
IpAddress::ToIpv6() const
{
    return Ipv6Address::Deserialize(m_bytes.data());
}

Address
IpAddress::ToSocketAddress(uint16_t port) const
{
    if (IsIpv4())
    {
        return InetSocketAddress(ToIpv4(), port);
    }
    return Inet6SocketAddress(ToIpv6(), port);
}

std::string
IpAddress::ToString() const
{
    if (m_family == IpFamily::NONE)
    {
        return "-";
    }
    char text[INET6_ADDRSTRLEN];
    inet_ntop(IsIpv4() ? AF_INET : AF_INET6, m_bytes.data(), text, sizeof(text));
    return text;
}

size_t
IpAddress::Hash() const
{
    uint64_t high;
    uint64_t low;
    std::memcpy(&high, m_bytes.data(), 8);
    std::memcpy(&low, m_bytes.data() + 8, 8);
    uint64_t x = (high ^ (low * 0x9e3779b97f4a7c15ULL)) + static_cast<uint64_t>(m_family);
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93ULL;
    x ^= x >> 32;
    return static_cast<size_t>(x);
}

std::ostream&
operator<<(std::ostream& os, const IpAddress& address)
{
    return os << address.ToString();
}

} // namespace vmm
} // namespace ns3
