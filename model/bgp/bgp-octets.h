// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_OCTETS_H
#define VMM_BGP_OCTETS_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Octets of somebody else, in network order. Whoever takes has looked at GetLeft() before.
class BgpReader
{
  public:
    /**
     * @param data first octet; lives as long as the reader
     * @param size how many
     */
    BgpReader(const uint8_t* data, size_t size)
        : m_at(data),
          m_end(data + size)
    {
    }

    /// @return how many octets are left
    size_t GetLeft() const
    {
        return m_end - m_at;
    }

    /// @return the next octet, not taken
    const uint8_t* GetData() const
    {
        return m_at;
    }

    /**
     * @param octets how many, at most 8 and at most GetLeft()
     * @return the number that they are
     */
    uint64_t Take(size_t octets)
    {
        uint64_t value = 0;
        for (; octets > 0; octets--)
        {
            value = value << 8 | *m_at++;
        }
        return value;
    }

    /**
     * @param octets how many, at most GetLeft()
     * @return a reader of these alone; this one goes on behind them
     */
    BgpReader Cut(size_t octets)
    {
        const uint8_t* from = m_at;
        m_at += octets;
        return BgpReader(from, octets);
    }

    /// @return what is left, copied; not taken
    std::vector<uint8_t> Copy() const
    {
        return std::vector<uint8_t>(m_at, m_end);
    }

  private:
    const uint8_t* m_at;  //!< next octet
    const uint8_t* m_end; //!< behind the last
};

/**
 * Appends a number in network order.
 * @param out where to
 * @param value the number
 * @param octets how many it takes, at most 8
 */
inline void
PutBgp(std::vector<uint8_t>& out, uint64_t value, size_t octets)
{
    for (size_t shift = octets * 8; shift > 0; shift -= 8)
    {
        out.push_back(value >> (shift - 8));
    }
}

/**
 * Appends octets.
 * @param out where to
 * @param octets what
 */
inline void
PutBgp(std::vector<uint8_t>& out, const std::vector<uint8_t>& octets)
{
    out.insert(out.end(), octets.begin(), octets.end());
}

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_OCTETS_H
