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
    /// @return the type of service, ECN included
    static uint8_t GetTos(const Header& header);
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
    /// @return the traffic class, ECN included
    static uint8_t GetTos(const Header& header);
    /// Sets the next header.
    static void SetProtocol(Header& header, uint8_t protocol);
    /// @return the place for what ns-3 wants to see of a next hop
    static Ptr<Route>& GetCached(const NextHopGroup::Hop& hop);
};

/**
 * What Ipv4FibRouting and Ipv6FibRouting have in common: the node's Fib and its upkeep, the choice
 * of a next hop and of a source address, and punted packets.
 *
 * A received packet is looked up in the table of the virtual network that its device belongs to, if
 * there is one. What the node sends in answer while it handles the packet (an ICMP error) is looked
 * up there too; if that leads through the loopback device, a tag leads it back to the same table.
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

    /**
     * Finds the way of a packet that a tunnel's head sends, in the node's own table.
     * @param remote the tunnel's end
     * @param protocol of what follows the outer header
     * @param payload what follows it, for the choice among equal paths
     * @return the route; without one the packet is dropped
     */
    Ptr<IpRoute> RouteTunnel(const Address& remote, uint8_t protocol, Ptr<const Packet> payload);

    void NotifyInterfaceUp(uint32_t interface) override;
    void NotifyInterfaceDown(uint32_t interface) override;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                           Time::Unit unit = Time::S) const override;

  protected:
    void DoDispose() override;

    /// Remembers the table of the packet at hand while it exists.
    class Handling
    {
      public:
        /// @param routing whose packet @param table its table, null for the node's own
        Handling(FibRouting& routing, Fib* table)
            : m_current(routing.m_current),
              m_before(routing.m_current)
        {
            m_current = table;
        }

        ~Handling()
        {
            m_current = m_before;
        }

        Handling(const Handling&) = delete;
        Handling& operator=(const Handling&) = delete;

      private:
        Fib*& m_current; //!< of the adapter
        Fib* m_before;   //!< to be put back
    };

    /// @return the network's table for a packet that a device has received, null: the node's own
    Fib* FindTenant(Ptr<const NetDevice> device, Ptr<const Packet> p) const
    {
        return m_fib->HasTenants() ? FindTenantOf(device, p) : nullptr;
    }

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
    /// FindTenant() where there are some.
    Fib* FindTenantOf(Ptr<const NetDevice> device, Ptr<const Packet> p) const;

    /// @return the longest match for what the node sends
    Fib::Found MatchOutput(const Address& destination) const
    {
        return (m_current ? m_current : PeekPointer(m_fib))->Match(destination);
    }

    /**
     * Sends a packet through the VXLAN tunnel of a route, if it is not too large for it.
     * @param found the route
     * @param p the packet without its header, for the drop trace
     * @param inner the packet with its header as it is carried
     * @param header its header
     * @return 0; if it was dropped as too large: how large it may be
     */
    uint32_t SendVxlan(const Fib::Found& found,
                       Ptr<const Packet> p,
                       Ptr<Packet> inner,
                       const Header& header);
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
    Fib* m_current = nullptr;     //!< the network's table of the packet at hand
    Ptr<NetDevice> m_loopback;    //!< the loopback device, null if there is none
    Ptr<IpRoute> m_loopbackRoute; //!< over it; made at first use
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FIB_ROUTING_H
