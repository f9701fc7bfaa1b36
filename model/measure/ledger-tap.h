// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_LEDGER_TAP_H
#define VMM_LEDGER_TAP_H

#include "ns3/drop-cause.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/packet-ledger.h"
#include "ns3/packet.h"
#include "ns3/queue-item.h"
#include "ns3/queue.h"
#include "ns3/simple-ref-count.h"

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * The ears of a PacketLedger at one node. It connects to the trace sources of the node's IP layers,
 * address resolution, devices, device queues, queueing disciplines and forwarding table:
 *
 * - SendOutgoing: at a flow's sender begins an entry and tags the packet; on a packet that has an
 *   open entry it is a tunnel's head, and the outer headers are counted.
 * - UnicastForward: a step of the path. Of a fragmented datagram the first fragment's path counts.
 * - LocalDeliver: at the receiver ends the entry, except for an outer packet (protocol 4 or 41, or
 *   UDP to the port of VXLAN); elsewhere a tunnel's end.
 * - Drop hooks: end the entry with the cause. A device that has the traces "Drop" and "Suppressed"
 *   (AccessDevice) reports its queue's losses itself.
 * - PhyTxBegin and PhyRxEnd (PhyRxDrop): what is on a wire. A device without these
 *   (SimpleNetDevice): from its queue's Dequeue to the next queue's Enqueue or the IP layer's Rx.
 *
 * A tap, and the ledger with it, lives as long as a trace source that holds it.
 */
class LedgerTap : public SimpleRefCount<LedgerTap>
{
  public:
    /**
     * Listen to all that the node has now. Call once a node, after its stack, interfaces and
     * devices are there and the ledger's flows are known or not yet: that order does not matter.
     * @param ledger the books
     * @param node a node
     */
    static void Watch(Ptr<PacketLedger> ledger, Ptr<Node> node);
    /**
     * Listen to a device, and its IPv4 interface if it has one, that was added after Watch.
     * @param ledger the books
     * @param device a device that has its node
     */
    static void WatchDevice(Ptr<PacketLedger> ledger, Ptr<NetDevice> device);

    /**
     * @param ledger the books
     * @param nodeId ns-3 node id
     */
    LedgerTap(Ptr<PacketLedger> ledger, uint32_t nodeId);
    ~LedgerTap();

  private:
    /// Connects to both IP layers, ARP and the forwarding table.
    void ConnectStack(Ptr<Node> node);
    /// Connects to address resolution on an interface.
    void ConnectArp(const Ipv4L3Protocol& ipv4, uint32_t interface);
    /// Connects to a device and its queue.
    void ConnectDevice(Ptr<NetDevice> device);
    /// Connects to what tells of the wire of a device without traces of its own for it.
    void ConnectSilentWire(Ptr<NetDevice> device, Ptr<Queue<Packet>> queue);

    /// @return the id on the packet, 0 if none
    LedgerId Peek(const Ptr<const Packet>& packet) const;
    /// Begins an entry if the datagram is of a flow that starts here.
    void Begin(const DatagramKey& key, Ptr<const Packet> packet, uint32_t headerSize);
    /// Common part of the IP layers' SendOutgoing.
    void Outgoing(const IpAddress& source,
                  const IpAddress& destination,
                  uint8_t protocol,
                  Ptr<const Packet> packet,
                  uint32_t headerSize);
    /// Common part of the IP layers' LocalDeliver.
    void Arrived(Ptr<const Packet> packet, uint8_t protocol);
    /// The packet is lost here.
    void Lost(const Ptr<const Packet>& packet, DropCause cause);

    void SendOutgoing4(const Ipv4Header& header, Ptr<const Packet> packet, uint32_t interface);
    void SendOutgoing6(const Ipv6Header& header, Ptr<const Packet> packet, uint32_t interface);
    void Forward4(const Ipv4Header& header, Ptr<const Packet> packet, uint32_t interface);
    void Forward6(const Ipv6Header& header, Ptr<const Packet> packet, uint32_t interface);
    void Deliver4(const Ipv4Header& header, Ptr<const Packet> packet, uint32_t interface);
    void Deliver6(const Ipv6Header& header, Ptr<const Packet> packet, uint32_t interface);
    void Drop4(const Ipv4Header& header,
               Ptr<const Packet> packet,
               Ipv4L3Protocol::DropReason reason,
               Ptr<Ipv4> ipv4,
               uint32_t interface);
    void Drop6(const Ipv6Header& header,
               Ptr<const Packet> packet,
               Ipv6L3Protocol::DropReason reason,
               Ptr<Ipv6> ipv6,
               uint32_t interface);
    void DropWithCause(Ptr<const Packet> packet, DropCause cause);
    void DropArp(Ptr<const Packet> packet);
    void DropQueue(Ptr<const Packet> packet);
    void DropQueueDisc(Ptr<const QueueDiscItem> item);
    void DropTransmit(Ptr<const Packet> packet);
    void Suppressed(Ptr<const Packet> packet);
    void Received4(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface);
    void Received6(Ptr<const Packet> packet, Ptr<Ipv6> ipv6, uint32_t interface);
    void WireBegin(Ptr<const Packet> packet);
    void WireEnd(Ptr<const Packet> packet);

    Ptr<PacketLedger> m_ledger; //!< the books
    uint32_t m_node;            //!< ns-3 node id
    bool m_listensToRx = false; //!< connected to the IP layers' Rx
};

} // namespace vmm
} // namespace ns3

#endif // VMM_LEDGER_TAP_H
