// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ACCESS_GATEWAY_H
#define VMM_ACCESS_GATEWAY_H

#include "ns3/mac48-address.h"
#include "ns3/net-device.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"
#include "ns3/vmm-ip-address.h"

#include <map>

namespace ns3
{

class Packet;

namespace vmm
{

class AccessDevice;
class AccessSwitch;

/**
 * The NVE's end of the access switch: its virtual switch, port 0 with the interface that has the
 * gateway's addresses 169.254.1.1/32 and fe80::1 and the gateway's MAC address, and the neighbour
 * entries for the VMs behind it.
 *
 * By default the NVE knows address and MAC of an attached VM, and enters them for good. With
 * PermanentNeighbours false it asks by ARP; IPv6 entries are always made, since ns-3 cannot resolve
 * a /128 neighbour.
 */
class AccessGateway : public Object
{
  public:
    /// Signature of the trace GratuitousArp.
    typedef void (*GratuitousArpTracedCallback)(const IpAddress& address, Mac48Address mac);

    /// @return the TypeId
    static TypeId GetTypeId();
    AccessGateway();
    ~AccessGateway() override;

    /**
     * Make switch, device and interface. Forwarding is switched on for it; duplicate address
     * detection and ICMPv6 redirects are switched off at the node.
     * @param node with IPv4 or IPv6 or both, and their routing protocols
     * @throws std::invalid_argument if the node has no stack
     */
    void SetUp(Ptr<Node> node);

    /// @return the virtual switch
    Ptr<AccessSwitch> GetSwitch() const;
    /// @return port 0
    Ptr<AccessDevice> GetDevice() const;
    /**
     * A VM with this address is behind port 0. What waits for its MAC address is sent.
     * @param address of the VM
     * @param mac of the VM
     */
    void AddNeighbour(const IpAddress& address, Mac48Address mac);
    /**
     * A VM's address is not behind port 0 any more. Packets that wait for its MAC address are
     * dropped with the cause ARP. No effect if it is not known.
     * @param address of the VM
     */
    void RemoveNeighbour(const IpAddress& address);

  private:
    void DoDispose() override;
    /// Adds the IPv4 interface.
    void AddIpv4Interface();
    /// Adds the IPv6 interface.
    void AddIpv6Interface();
    /// Protocol handler beside ns-3's own, which ignores gratuitous ARP.
    void ReceiveArp(Ptr<NetDevice> device,
                    Ptr<const Packet> packet,
                    uint16_t protocol,
                    const Address& from,
                    const Address& to,
                    NetDevice::PacketType type);
    /// Lets a gratuitous ARP have its effect on the ARP cache.
    void Learn(Ipv4Address address, Mac48Address mac);

    Ptr<Node> m_node;                                               //!< the server
    Ptr<AccessSwitch> m_switch;                                     //!< virtual switch
    Ptr<AccessDevice> m_device;                                     //!< port 0
    bool m_permanent;                                               //!< attribute
    bool m_acceptGratuitous;                                        //!< attribute
    TracedCallback<const IpAddress&, Mac48Address> m_gratuitousArp; //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_ACCESS_GATEWAY_H
