// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ACCESS_DEVICE_H
#define VMM_ACCESS_DEVICE_H

#include "ns3/drop-cause.h"
#include "ns3/mac48-address.h"
#include "ns3/net-device.h"
#include "ns3/packet.h"
#include "ns3/queue.h"
#include "ns3/traced-callback.h"
#include "ns3/traced-value.h"

#include <cstdint>
#include <deque>

namespace ns3
{
namespace vmm
{

class AccessSwitch;

/**
 * A port of an AccessSwitch: the NVE's own (port 0) or the network card of a VM, which can be
 * plugged into one switch after another. Frames are Ethernet (DIX). The link is always reported up,
 * whether or not the device is plugged in.
 *
 * A stopped device neither sends nor receives: what arrives is dropped with the stop's cause, what
 * a stopped VM emits is reported through Suppressed (under a guest clock nothing is emitted), what
 * a failed server sends is dropped with the cause too. Frames that wait in its queue stay there, as
 * part of the machine's state, and are sent after the resume.
 *
 * A held device belongs to a VM that stalls: it is there and its card works, but the guest does not
 * run. What arrives is kept in the card's receive ring, up to RxRingSize frames (more are dropped
 * with RX_RING), what waits to be sent goes on waiting, and both go on in order at the release. A
 * ring outlives a stop, as part of the machine's state.
 *
 * Every loss here, the ones of the queue too, fires Drop once; do not also listen to the queue.
 */
class AccessDevice : public NetDevice
{
  public:
    /// Signature of the trace Drop.
    typedef void (*DropTracedCallback)(Ptr<const Packet> packet, DropCause cause);

    /// @return the TypeId
    static TypeId GetTypeId();
    AccessDevice();
    ~AccessDevice() override;

    /// @return the switch that the device is plugged into, null if none
    Ptr<AccessSwitch> GetSwitch() const;

    /// @return how often the device has been plugged or unplugged
    uint64_t GetPlugCount() const
    {
        return m_plugCount;
    }

    /**
     * Stop sending and receiving. A frame whose sending has begun goes out.
     * @param cause of the drops from now on: VM_STOPPED for a VM, another (HOST) for a server
     */
    void Halt(DropCause cause);
    /// Send and receive again, beginning with what waits in the queue.
    void Resume();

    /// @return whether the device is halted
    bool IsHalted() const
    {
        return m_halted;
    }

    /// Send nothing and keep what arrives, until Release(). No effect while held.
    void Hold();
    /// Hand up what was kept, in an event at this instant, and send again. No effect unless held.
    void Release();

    /// @return whether the device is held
    bool IsHeld() const
    {
        return m_held;
    }

    /// @return the frames kept, the first to be handed up first
    const std::deque<Ptr<Packet>>& GetRxRing() const
    {
        return m_ring;
    }

    /// Drop all frames kept, for the reason VM_STOPPED: the machine is no more.
    void ClearRxRing();

    /// @return the transmit queue
    Ptr<Queue<Packet>> GetQueue() const;

    /**
     * Report a loss.
     * @param packet with its packet tags; with or without an Ethernet header
     * @param cause why
     */
    void NotifyDrop(Ptr<const Packet> packet, DropCause cause);
    /// A frame arrives; called by the switch. @param frame with its Ethernet header
    void Receive(Ptr<Packet> frame);
    /// Called by the switch. @param access the switch, null for unplugged
    void SetSwitch(Ptr<AccessSwitch> access);

    void SetIfIndex(const uint32_t index) override;
    uint32_t GetIfIndex() const override;
    Ptr<Channel> GetChannel() const override;
    /// @param address a Mac48Address; @throws std::logic_error while plugged in
    void SetAddress(Address address) override;
    Address GetAddress() const override;
    bool SetMtu(const uint16_t mtu) override;
    uint16_t GetMtu() const override;
    bool IsLinkUp() const override;
    void AddLinkChangeCallback(Callback<void> callback) override;
    bool IsBroadcast() const override;
    Address GetBroadcast() const override;
    bool IsMulticast() const override;
    Address GetMulticast(Ipv4Address multicastGroup) const override;
    Address GetMulticast(Ipv6Address addr) const override;
    bool IsBridge() const override;
    bool IsPointToPoint() const override;
    bool Send(Ptr<Packet> packet, const Address& dest, uint16_t protocolNumber) override;
    bool SendFrom(Ptr<Packet> packet,
                  const Address& source,
                  const Address& dest,
                  uint16_t protocolNumber) override;
    Ptr<Node> GetNode() const override;
    void SetNode(Ptr<Node> node) override;
    bool NeedsArp() const override;
    void SetReceiveCallback(NetDevice::ReceiveCallback cb) override;
    void SetPromiscReceiveCallback(NetDevice::PromiscReceiveCallback cb) override;
    bool SupportsSendFrom() const override;

  private:
    void DoDispose() override;
    /// Sends the next frame of the queue if nothing stands against it.
    void TryTransmit();
    /// The frame has been sent.
    void TransmitComplete(Ptr<Packet> frame);
    /// Hands a frame that has arrived to the node.
    void HandUp(Ptr<Packet> frame);
    /// Makes an event in the node's context that empties the ring.
    void ScheduleEmptying();
    /// Hands up what is in the ring, as long as nothing stands against it.
    void EmptyRing();

    Ptr<Node> m_node;                                      //!< owner
    Ptr<AccessSwitch> m_switch;                            //!< null if unplugged
    Ptr<Queue<Packet>> m_queue;                            //!< frames to send
    Mac48Address m_address;                                //!< own
    uint32_t m_ifIndex;                                    //!< at the node
    uint16_t m_mtu;                                        //!< octets of payload
    uint64_t m_plugCount;                                  //!< changes with each plug and unplug
    bool m_busy;                                           //!< a frame is being sent
    TracedValue<bool> m_plugged;                           //!< trace of m_switch
    TracedValue<bool> m_halted;                            //!< see Halt
    DropCause m_haltCause;                                 //!< while halted
    TracedValue<bool> m_held;                              //!< see Hold
    uint32_t m_ringSize;                                   //!< attribute
    std::deque<Ptr<Packet>> m_ring;                        //!< frames kept
    NetDevice::ReceiveCallback m_rxCallback;               //!< of the node
    NetDevice::PromiscReceiveCallback m_promiscRxCallback; //!< of a bridge or sniffer

    TracedCallback<Ptr<const Packet>, DropCause> m_drop; //!< trace Drop
    TracedCallback<Ptr<const Packet>> m_suppressed;      //!< trace Suppressed
    TracedCallback<Ptr<const Packet>> m_macTx;           //!< trace MacTx
    TracedCallback<Ptr<const Packet>> m_macRx;           //!< trace MacRx
    TracedCallback<Ptr<const Packet>> m_macPromiscRx;    //!< trace MacPromiscRx
    TracedCallback<Ptr<const Packet>> m_phyTxBegin;      //!< trace PhyTxBegin
    TracedCallback<Ptr<const Packet>> m_phyTxEnd;        //!< trace PhyTxEnd
    TracedCallback<Ptr<const Packet>> m_phyRxEnd;        //!< trace PhyRxEnd
    TracedCallback<Ptr<const Packet>> m_sniffer;         //!< trace Sniffer
    TracedCallback<Ptr<const Packet>> m_promiscSniffer;  //!< trace PromiscSniffer
};

} // namespace vmm
} // namespace ns3

#endif // VMM_ACCESS_DEVICE_H
