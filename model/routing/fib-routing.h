// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FIB_ROUTING_H
#define VMM_FIB_ROUTING_H

#include "ns3/fib.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"

namespace ns3
{
namespace vmm
{

/// The names of ns-3's IPv4 for FibRouting.
struct Ipv4Stack
{
    using Ip = Ipv4;                                   //!< the IP layer
    using RoutingProtocol = Ipv4RoutingProtocol;       //!< what it asks
    using Address = Ipv4Address;                       //!< an address
    using InterfaceAddress = Ipv4InterfaceAddress;     //!< an address with its subnet
    using Header = Ipv4Header;                         //!< the header of a packet
    using Route = Ipv4Route;                           //!< an answer
    static constexpr IpFamily FAMILY = IpFamily::IPV4; //!< the family
    static constexpr uint8_t TUNNEL = 4;               //!< protocol number of a tunnel (RFC 2003)

    /// @return the address itself
    static Address GetAddress(const InterfaceAddress& address);
    /// @return its subnet
    static IpPrefix GetSubnet(const InterfaceAddress& address);
    /// @return whether the address is in 169.254.0.0/16 (RFC 3927)
    static bool IsLinkLocal(const Address& address);
    /// @return the address of this family
    static Address ToAddress(const IpAddress& address);
    /// @return the protocol number of the payload
    static uint8_t GetProtocol(const Header& header);
    /// Sets the protocol number of the payload.
    static void SetProtocol(Header& header, uint8_t protocol);
    /// @return the place for what ns-3 wants to see of a next hop
    static Ptr<Route>& GetCached(const NextHopGroup::Hop& hop);
};

/// The names of ns-3's IPv6 for FibRouting.
struct Ipv6Stack
{
    using Ip = Ipv6;                                   //!< the IP layer
    using RoutingProtocol = Ipv6RoutingProtocol;       //!< what it asks
    using Address = Ipv6Address;                       //!< an address
    using InterfaceAddress = Ipv6InterfaceAddress;     //!< an address with its subnet
    using Header = Ipv6Header;                         //!< the header of a packet
    using Route = Ipv6Route;                           //!< an answer
    static constexpr IpFamily FAMILY = IpFamily::IPV6; //!< the family
    static constexpr uint8_t TUNNEL = 41;              //!< next header of a tunnel (RFC 2473)

    /// @return the address itself
    static Address GetAddress(const InterfaceAddress& address);
    /// @return its subnet
    static IpPrefix GetSubnet(const InterfaceAddress& address);
    /// @return whether the address is in fe80::/10 (RFC 4291)
    static bool IsLinkLocal(const Address& address);
    /// @return the address of this family
    static Address ToAddress(const IpAddress& address);
    /// @return the next header
    static uint8_t GetProtocol(const Header& header);
    /// Sets the next header.
    static void SetProtocol(Header& header, uint8_t protocol);
    /// @return the place for what ns-3 wants to see of a next hop
    static Ptr<Route>& GetCached(const NextHopGroup::Hop& hop);
};

/**
 * What Ipv4FibRouting and Ipv6FibRouting have in common: the node's Fib and its upkeep, the choice
 * of a next hop and of a source address, and punted packets.
 *
 * @tparam Stack Ipv4Stack or Ipv6Stack
 */
template <class Stack>
class FibRouting : public Stack::RoutingProtocol
{
  public:
    using Address = typename Stack::Address;                   //!< an address
    using InterfaceAddress = typename Stack::InterfaceAddress; //!< an address with its subnet
    using Header = typename Stack::Header;                     //!< the header of a packet
    using IpRoute = typename Stack::Route;                     //!< what ns-3 sees of a next hop

    /// @return the table, null before the IP layer is set
    Ptr<Fib> GetFib() const;

    void NotifyInterfaceUp(uint32_t interface) override;
    void NotifyInterfaceDown(uint32_t interface) override;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                           Time::Unit unit = Time::S) const override;

  protected:
    void DoDispose() override;

    /// Takes the IP layer's Fib, or gives it one, and enters what it has by now.
    void Attach(Ptr<typename Stack::Ip> ip);
    /// Enters an address of the node. @return whether its device is another than the loopback
    bool AddAddress(uint32_t interface, const InterfaceAddress& address);
    /// Makes an on-link route of an address's subnet unless there is one.
    void AddConnected(uint32_t interface, const InterfaceAddress& address);
    /// Removes the on-link route that AddConnected() made.
    void RemoveConnected(uint32_t interface, const InterfaceAddress& address);

    /// RouteOutput() for a unicast destination that is not the node's own.
    Ptr<IpRoute> RouteUnicast(const Fib::Found& found,
                              Ptr<Packet> p,
                              const Header& header,
                              Ptr<NetDevice> oif,
                              Socket::SocketErrno& sockerr);
    /// @return the next hop of a packet that is forwarded; without one it is dropped (link-down)
    const NextHopGroup::Hop*
    PickHop(const Fib::Found& found, Ptr<const Packet> p, const Header& header);
    /**
     * Finds the first hop of a tunnel.
     * @param remote its end
     * @param p the packet without its header, for the drop trace
     * @param inner the packet with its header, for the choice among equal paths
     * @return the hop; without one the packet is dropped
     */
    const NextHopGroup::Hop*
    PickTunnelHop(const Address& remote, Ptr<const Packet> p, Ptr<const Packet> inner);
    /// Gives a packet to the handler of a punt route.
    void Punt(const Fib::Found& found,
              Ptr<const Packet> p,
              const Header& header,
              Ptr<const NetDevice> idev);
    /// @return what decides among equal next hops of a packet that the node sends
    uint64_t HashOutput(const NextHopGroup& group, Ptr<Packet> p, const Header& header) const;
    /// @return a route of a socket bound to a device: its source is the device's own address
    Ptr<IpRoute> RouteOver(Ptr<NetDevice> oif, const NextHop& nextHop) const;
    /// @return what ns-3 wants to see of a next hop
    const Ptr<IpRoute>& GetRoute(const NextHopGroup::Hop& hop) const;
    /// @return a route over a device, on-link
    Ptr<IpRoute> MakeRoute(Ptr<NetDevice> device, Address source) const;
    /// @return the source address of packets that leave by a device
    Address ChooseSource(const Ptr<NetDevice>& device) const;
    /// @return a route back into the node
    const Ptr<IpRoute>& GetLoopback(Address source);

    Ptr<typename Stack::Ip> m_ip; //!< the IP layer
    Ptr<Fib> m_fib;               //!< the table
    Ptr<NetDevice> m_loopback;    //!< the loopback device, null if there is none
    Ptr<IpRoute> m_loopbackRoute; //!< over it; made at first use
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FIB_ROUTING_H
