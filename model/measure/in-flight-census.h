// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_IN_FLIGHT_CENSUS_H
#define VMM_IN_FLIGHT_CENSUS_H

#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/packet-ledger.h"
#include "ns3/packet.h"

#include <functional>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Called with each packet of a buffer.
using PacketVisitor = std::function<void(Ptr<const Packet>)>;
/// Calls a visitor with each packet that a buffer holds, and leaves the buffer as it is.
using PacketEnumerator = std::function<void(const PacketVisitor&)>;

/**
 * Counts what is in flight at the end of a run, instead of subtracting: it walks the device
 * queues, the queueing disciplines and the packets that wait for ARP at the given nodes, the
 * buffers that were made known to it, and the transmissions that have begun and not ended. An open
 * entry that is in none of them becomes `unaccounted`. Nothing is walked if nothing is open.
 */
class InFlightCensus
{
  public:
    /// @param ledger the books to settle
    explicit InFlightCensus(Ptr<PacketLedger> ledger);

    /**
     * @param node a node whose queues are to be walked
     */
    void AddNode(Ptr<Node> node);
    /**
     * @param enumerator of another buffer, for instance one that holds packets for a VM to come
     */
    void AddBuffer(PacketEnumerator enumerator);
    /// Settles every open entry as in flight or unaccounted.
    void Run();

  private:
    /// Notes the id on a packet as found.
    void Found(Ptr<const Packet> packet);
    /// Walks the transmit queue and the queueing discipline of a device.
    void WalkDevice(Ptr<NetDevice> device);
    /// Walks what waits for ARP at a node.
    void WalkArp(Ptr<Node> node, const std::vector<Ipv4Address>& addresses);

    Ptr<PacketLedger> m_ledger;              //!< the books
    std::vector<Ptr<Node>> m_nodes;          //!< to walk
    std::vector<PacketEnumerator> m_buffers; //!< to walk
    std::vector<bool> m_found;               //!< by id
};

} // namespace vmm
} // namespace ns3

#endif // VMM_IN_FLIGHT_CENSUS_H
