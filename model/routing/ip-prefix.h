// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_IP_PREFIX_H
#define VMM_IP_PREFIX_H

#include "ns3/vmm-ip-address.h"

namespace ns3
{
namespace vmm
{

/**
 * An address prefix of either family. The bits behind the length are always zero, so two equal
 * prefixes compare equal.
 */
class IpPrefix
{
  public:
    /// No prefix.
    IpPrefix() = default;
    /**
     * @param address any address of the prefix
     * @param length in bits, 0 to address.GetBits()
     * @throws std::invalid_argument if the length is out of range
     */
    IpPrefix(const IpAddress& address, uint8_t length);

    /**
     * @param address an address
     * @return its host prefix, /32 or /128
     */
    static IpPrefix Host(const IpAddress& address);
    /**
     * @param text "10.0.1.0/24", "fd00::/8", or an address alone for its host prefix
     * @return the prefix, host bits cleared
     * @throws std::invalid_argument if text is no prefix
     */
    static IpPrefix FromString(const std::string& text);

    /// @return the first address of the prefix
    const IpAddress& GetAddress() const
    {
        return m_address;
    }

    /// @return the length in bits
    uint8_t GetLength() const
    {
        return m_length;
    }

    /// @return whether the prefix holds exactly one address
    bool IsHost() const
    {
        return m_address && m_length == m_address.GetBits();
    }

    /**
     * @param address an address
     * @return whether the address is of this family and inside the prefix
     */
    bool Contains(const IpAddress& address) const;
    /**
     * @param index 0 for the first address of the prefix; must fit in the host bits
     * @return the address at that place
     */
    IpAddress At(uint64_t index) const;
    /// @return "10.0.1.0/24"
    std::string ToString() const;

    /// @return whether this equals other
    bool operator==(const IpPrefix& other) const
    {
        return m_length == other.m_length && m_address == other.m_address;
    }

    /// @return whether this differs from other
    bool operator!=(const IpPrefix& other) const
    {
        return !(*this == other);
    }

    /// @return whether this sorts before other: by address, then by length
    bool operator<(const IpPrefix& other) const
    {
        return m_address != other.m_address ? m_address < other.m_address
                                            : m_length < other.m_length;
    }

    /// @return a hash that is the same in every run
    size_t Hash() const
    {
        return m_address.Hash() * 31 + m_length;
    }

  private:
    IpAddress m_address;  //!< first address
    uint8_t m_length = 0; //!< bits
};

/// Writes ToString(). @return os
std::ostream& operator<<(std::ostream& os, const IpPrefix& prefix);

} // namespace vmm
} // namespace ns3

namespace std
{
/// Hash of a prefix, for unordered containers that are only searched.
template <>
struct hash<ns3::vmm::IpPrefix>
{
    /// @return prefix.Hash()
    size_t operator()(const ns3::vmm::IpPrefix& prefix) const
    {
        return prefix.Hash();
    }
};
} // namespace std

#endif // VMM_IP_PREFIX_H
