// SPDX-License-Identifier: GPL-2.0-only
#ifndef HOLD_BUFFER_H
#define HOLD_BUFFER_H

#include "ns3/fib.h"

#include <deque>

namespace ns3
{
namespace vmm
{

/// Packets for a VM that an NVE holds back until it knows where they go.
class HoldBuffer
{
  public:
    /**
     * @param packet a packet
     * @param limit how many packets may be held, 0 for none
     * @return whether it was taken
     */
    bool Push(const PuntedPacket& packet, uint32_t limit)
    {
        if (m_packets.size() >= limit)
        {
            return false;
        }
        m_packets.push_back(packet);
        return true;
    }

    /// @return the packets in order of arrival; the buffer is empty afterwards
    std::deque<PuntedPacket> Take()
    {
        return std::exchange(m_packets, {});
    }

    /// @return the packets that are held now, to be counted as in flight
    const std::deque<PuntedPacket>& GetPackets() const
    {
        return m_packets;
    }

  private:
    std::deque<PuntedPacket> m_packets; //!< in order of arrival
};

} // namespace vmm
} // namespace ns3

#endif // HOLD_BUFFER_H
