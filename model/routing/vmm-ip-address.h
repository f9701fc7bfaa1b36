// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_IP_ADDRESS_H
#define VMM_IP_ADDRESS_H

#include "ns3/address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"

#include <array>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Address family of an IpAddress.
enum class IpFamily : uint8_t
{
    NONE = 0, //!< no address
    IPV4 = 4, //!< 4 octets
    IPV6 = 6  //!< 16 octets
};

/**
 * An IPv4 or IPv6 address, or none: the one address type above the sockets, so that no code is
 * written twice for the two families. Ordered by family, then numerically.
 */
class IpAddress
{
  public:
    /// No address.
    IpAddress() = default;
    /// @param address an IPv4 address, converted implicitly
    IpAddress(Ipv4Address address);
    /// @param address an IPv6 address, converted implicitly
    IpAddress(Ipv6Address address);

    /**
     * @param text an address in dotted or colon notation
     * @return the address
     * @throws std::invalid_argument if text is no address ("found X" is in the message)
     */
    static IpAddress FromString(const std::string& text);
    /**
     * @param bytes network order, 4 or 16 of them
     * @param size 4 or 16
     * @return the address
     * @throws std::invalid_argument for another size
     */
    static IpAddress FromBytes(const uint8_t* bytes, size_t size);
    /**
     * @param address an InetSocketAddress, Inet6SocketAddress, Ipv4Address or Ipv6Address
     * @return its address part; none if address is of another kind
     */
    static IpAddress FromAddress(const Address& address);

    /// @return the family, NONE if there is no address
    IpFamily GetFamily() const
    {
        return m_family;
    }

    /// @return whether this is an IPv4 address
    bool IsIpv4() const
    {
        return m_family == IpFamily::IPV4;
    }

    /// @return whether this is an IPv6 address
    bool IsIpv6() const
    {
        return m_family == IpFamily::IPV6;
    }

    /// @return whether this is an address at all
    explicit operator bool() const
    {
        return m_family != IpFamily::NONE;
    }

    /// @return the length in bits: 32, 128, or 0 for none
    uint8_t GetBits() const;

    /// @return the length in octets: 4, 16, or 0 for none
    size_t GetSize() const
    {
        return GetBits() / 8;
    }

    /// @return the octets in network order; only the first GetSize() count
    const uint8_t* GetBytes() const
    {
        return m_bytes.data();
    }

    /// @return as ns-3 type; precondition IsIpv4()
    Ipv4Address ToIpv4() const;
    /// @return as ns-3 type; precondition IsIpv6()
    Ipv6Address ToIpv6() const;
    /**
     * @param port UDP or TCP port
     * @return the socket address; precondition: not none
     */
    Address ToSocketAddress(uint16_t port) const;
    /// @return dotted or RFC 5952 colon notation, "-" for none
    std::string ToString() const;

    /// @return whether this equals other
    bool operator==(const IpAddress& other) const
    {
        return m_family == other.m_family && m_bytes == other.m_bytes;
    }

    /// @return whether this differs from other
    bool operator!=(const IpAddress& other) const
    {
        return !(*this == other);
    }

    /// @return whether this sorts before other
    bool operator<(const IpAddress& other) const
    {
        return m_family != other.m_family ? m_family < other.m_family : m_bytes < other.m_bytes;
    }

    /// @return a hash that is the same in every run
    size_t Hash() const;

  private:
    std::array<uint8_t, 16> m_bytes{};  //!< network order, unused octets 0
    IpFamily m_family = IpFamily::NONE; //!< the family
};

/// The addresses of one VM, of either family.
using IpAddressList = std::vector<IpAddress>;

/// Writes ToString(). @return os
std::ostream& operator<<(std::ostream& os, const IpAddress& address);

} // namespace vmm
} // namespace ns3

namespace std
{
/// Hash of an address, so that it can be the key of an unordered container that is only searched.
template <>
struct hash<ns3::vmm::IpAddress>
{
    /// @return address.Hash()
    size_t operator()(const ns3::vmm::IpAddress& address) const
    {
        return address.Hash();
    }
};
} // namespace std

#endif // VMM_IP_ADDRESS_H
