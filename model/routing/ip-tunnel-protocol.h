// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_IP_TUNNEL_PROTOCOL_H
#define VMM_IP_TUNNEL_PROTOCOL_H

#include "ns3/fib.h"
#include "ns3/ip-l4-protocol.h"
#include "ns3/node.h"

namespace ns3
{
namespace vmm
{

/**
 * The receiving end of IPv4-in-IPv4 (RFC 2003) and IPv6-in-IPv6 (RFC 2473) tunnels, from any
 * sender: takes the outer header off and gives the inner packet to the IP layer as if it had come
 * in by the same device. The sending end is a TUNNEL route.
 *
 * Congestion marks of the outer header are carried into the inner one as RFC 6040 section 4.2
 * says; a marked packet whose inner header does not do ECN is dropped. A payload that is no
 * complete IP packet is dropped (cause other). Drops fire the Fib's Drop trace.
 */
class IpTunnelProtocol : public IpL4Protocol
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();
    /**
     * @param node whose packets; its IP layer still has to Insert() the result
     * @param family of both headers
     * @return the protocol
     */
    static Ptr<IpTunnelProtocol> Create(Ptr<Node> node, IpFamily family);
    IpTunnelProtocol();
    ~IpTunnelProtocol() override;

    int GetProtocolNumber() const override;
    RxStatus
    Receive(Ptr<Packet> p, const Ipv4Header& header, Ptr<Ipv4Interface> incomingInterface) override;
    RxStatus
    Receive(Ptr<Packet> p, const Ipv6Header& header, Ptr<Ipv6Interface> incomingInterface) override;
    void SetDownTarget(DownTargetCallback cb) override;
    void SetDownTarget6(DownTargetCallback6 cb) override;
    DownTargetCallback GetDownTarget() const override;
    DownTargetCallback6 GetDownTarget6() const override;

  protected:
    void DoDispose() override;

  private:
    /// Hands what a tunnel has carried to the IP layer. @param outerTos of the outer header
    void Deliver(Ptr<Packet> p, uint8_t outerTos, const IpAddress& remote, Ptr<NetDevice> device);

    Ptr<Node> m_node;                   //!< whose packets
    IpFamily m_family = IpFamily::IPV4; //!< of both headers
    DownTargetCallback m_downTarget;    //!< not used: tunnels are sent by the adapters
    DownTargetCallback6 m_downTarget6;  //!< not used
};

} // namespace vmm
} // namespace ns3

#endif // VMM_IP_TUNNEL_PROTOCOL_H
