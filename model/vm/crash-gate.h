// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_CRASH_GATE_H
#define VMM_CRASH_GATE_H

#include "ns3/address.h"
#include "ns3/drop-cause.h"
#include "ns3/net-device.h"
#include "ns3/object.h"
#include "ns3/packet.h"
#include "ns3/traced-callback.h"

#include <cstdint>

namespace ns3
{

class Node;

namespace vmm
{

/**
 * Takes a crashed node off the wire. ns-3 has no node that is down: sockets that nobody uses any
 * more go on acknowledging, and a peer never learns that the host is gone. Shut() closes every
 * device of a node for good, in both directions: what arrives is not handed to the stack, what the
 * stack still sends does not reach the wire, and what waited in a device's queue is lost. Only a
 * frame whose sending has begun still goes out.
 *
 * It works for every device with an attribute TxQueue (point-to-point, CSMA, simple, access); of
 * others (loopback) the receiving half is closed. A device that is added later is not.
 *
 * Each packet is told in the trace Drop and in the one of the node's Fib, if it has one, with the
 * cause HOST.
 */
class CrashGate : public Object
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();
    CrashGate();
    ~CrashGate() override;

    /// @param node is off the wire from now on; call once
    void Shut(Ptr<Node> node);

  protected:
    void DoDispose() override;

  private:
    /// Closes a device.
    void ShutDevice(Ptr<NetDevice> device);
    /// A packet arrives at a closed device.
    bool Receive(Ptr<NetDevice> device,
                 Ptr<const Packet> packet,
                 uint16_t protocol,
                 const Address& from);
    /// A packet is lost.
    void Lose(Ptr<const Packet> packet);

    Ptr<Node> m_node;                                    //!< null before Shut
    TracedCallback<Ptr<const Packet>, DropCause> m_drop; //!< trace Drop
};

} // namespace vmm
} // namespace ns3

#endif // VMM_CRASH_GATE_H
