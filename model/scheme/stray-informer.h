// SPDX-License-Identifier: GPL-2.0-only
#ifndef STRAY_INFORMER_H
#define STRAY_INFORMER_H

#include "ns3/mobility-scheme.h"

#include <map>
#include <tuple>

namespace ns3
{
namespace vmm
{

/**
 * Tells NVEs whose packets come here for a VM that is not here that their mapping is stale: a
 * request in the role REMOTE_NVE with the flag WITHDRAW, at most one per sender, address and
 * interval, and after a time in which the sender may have heard it from others. It carries the
 * serving NVE if packets are sent on to there, and the VM's epoch there where that is known. An NVE
 * that the VM has just left and that has not been told yet where to tells nobody: the management
 * node would say that the VM is still here (interpretation).
 */
class StrayInformer
{
  public:
    /**
     * @param interval between two messages to a sender about an address
     * @param patience how long a sender may go on before it is told at all
     */
    void SetTimes(Time interval, Time patience);
    /**
     * A tunnel has brought a packet for a VM that is not here.
     * @param nve this NVE
     * @param vn VN-ID
     * @param destination the VM's address
     * @param sender the NVE at the other end of the tunnel
     */
    void Stray(NveContext& nve, uint32_t vn, const IpAddress& destination, const IpAddress& sender);
    /// Forgets whom it has told.
    void Close();

  private:
    /// Address of a VM in a network, who sends to it, and the epoch that the VM is elsewhere with.
    using Path = std::tuple<uint32_t, IpAddress, IpAddress, uint16_t>;

    /// Forgets paths that may be told again, when there are many.
    void Sweep();

    Time m_interval;                 //!< between messages
    Time m_patience;                 //!< before the first
    std::map<Path, Time> m_nextTime; //!< when a sender may be told
    size_t m_sweepAt = 1024;         //!< size of m_nextTime to sweep at
};

} // namespace vmm
} // namespace ns3

#endif // STRAY_INFORMER_H
