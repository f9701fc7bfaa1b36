// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VXLAN_TUNNEL_H
#define VMM_VXLAN_TUNNEL_H

#include "ns3/fib.h"
#include "ns3/mac48-address.h"
#include "ns3/object.h"
#include "ns3/socket.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * A VXLAN tunnel end point (RFC 7348) of a node, aggregated to it. A packet between VMs is routed
 * by the NVEs at both ends: it is carried as an Ethernet frame from gateway to gateway.
 *
 *     outer IP 20 or 40 | UDP 8 | VXLAN 8 | Ethernet 14 | inner IP packet
 *
 * A packet gets 50 octets more with an IPv4 underlay and 70 with IPv6. Inner and outer packet may
 * be of different families.
 *
 * Sending: the adapters call Send() for a VXLAN route. The UDP source port is 49152 plus a hash of
 * the inner flow modulo 16384 (RFC 7348 section 5), so that the fabric spreads flows over equal
 * paths. Type of service, ECN included, is copied to the outer header (RFC 6040 section 4.1). The
 * UDP checksum is zero (RFC 7348 section 5; RFC 6935 for IPv6), unless ns-3 computes checksums
 * (Node::ChecksumEnabled): its UDP then takes no datagram without one. An outer packet that is
 * larger than the first link is fragmented here if SetFragmentation() allows it; otherwise it is
 * dropped (mtu). A router behind it may cut it all the same (RFC 7348 section 4.3).
 *
 * Receiving: what comes to UDP port 4789 is checked layer by layer. Without the I flag, or with a
 * frame that is not for the gateway or is no complete IP packet, it is dropped (other), and so it
 * is if a VM has sent it, or the inner packet has IPv6 hop-by-hop options (RFC 8200 section 4.3
 * lets nodes leave them alone; ns-3 trusts their lengths). Congestion marks are carried into the
 * inner header (RFC 6040 section 4.2). The rest is for the receiver to judge.
 */
class VxlanTunnel : public Object
{
  public:
    /// A packet to be sent.
    struct Inner
    {
        Ptr<Packet> datagram;             //!< with its IP header as it is to be carried
        IpFamily family = IpFamily::NONE; //!< of that header
        uint8_t tos = 0;                  //!< type of service or traffic class of it
        uint64_t hash = 0;                //!< of its flow
    };

    /// A packet that has come.
    struct Received
    {
        uint32_t vni = 0;                 //!< VXLAN network identifier
        Ptr<Packet> datagram;             //!< the inner packet with its IP header
        IpFamily family = IpFamily::NONE; //!< of that header
        IpAddress remote;                 //!< who sent it, from the outer header
    };

    /// Takes the packets that have come.
    using Receiver = std::function<void(const Received&)>;

    /// @return the TypeId
    static TypeId GetTypeId();
    VxlanTunnel();
    ~VxlanTunnel() override;

    /**
     * Begin to receive. The node must have its Fib, and this must be aggregated to it.
     * @param addresses of the node, one per family at most: where tunnels begin and end
     * @param mac of the gateways at both ends
     * @param receiver takes the packets
     */
    void Open(const IpAddressList& addresses, Mac48Address mac, Receiver receiver);
    /// Receive no more.
    void Close();

    /// @param allowed whether outer packets are fragmented where they are too large
    void SetFragmentation(bool allowed)
    {
        m_fragment = allowed;
    }

    /**
     * Send a packet. It is dropped if the node has no address of the remote's family or no route.
     * @param inner the packet
     * @param remote the other end
     * @param vni VXLAN network identifier
     * @return 0, or, if it was dropped as too large, the size in octets that would have passed
     */
    uint32_t Send(const Inner& inner, const IpAddress& remote, uint32_t vni);

    /**
     * @param family of the underlay
     * @return octets that a tunnel adds to a packet: 50 with IPv4, 70 with IPv6
     */
    static uint32_t GetOverhead(IpFamily family);
    /// @param hash of a flow @return the UDP source port of its packets
    static uint16_t GetSourcePort(uint64_t hash);

  protected:
    void DoDispose() override;

  private:
    /// Sends a packet in an underlay of one family.
    template <class Stack>
    uint32_t SendOver(const Inner& inner, const IpAddress& remote, uint32_t vni);
    /// @return own address of a family, none if there is none
    IpAddress GetOwn(IpFamily family) const;
    void HandleRead(Ptr<Socket> socket);
    /// @return whether what has come to the port is from a device of a virtual network; takes the
    /// note of the device off
    bool IsFromTenant(Ptr<Packet> p) const;
    /// Takes the headers off what has come. @return whether all is well
    bool Unwrap(Ptr<Packet> p, Received& received) const;

    Ptr<Fib> m_fib;                     //!< of the node
    IpAddressList m_addresses;          //!< own
    Mac48Address m_mac;                 //!< of the gateways
    Receiver m_receiver;                //!< takes the packets
    std::vector<Ptr<Socket>> m_sockets; //!< one per address
    bool m_fragment = false;            //!< outer packets may be fragmented
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VXLAN_TUNNEL_H
