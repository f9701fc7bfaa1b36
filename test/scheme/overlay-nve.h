// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_OVERLAY_NVE_H
#define VMM_TEST_OVERLAY_NVE_H

#include "ns3/double.h"
#include "ns3/fib-install.h"
#include "ns3/host-route-installer.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/mobility-scheme.h"
#include "ns3/nva-overlay-scheme.h"
#include "ns3/object-factory.h"
#include "ns3/simple-channel.h"
#include "ns3/simple-net-device.h"
#include "ns3/string.h"
#include "ns3/udp-header.h"
#include "ns3/vxlan-tunnel.h"

#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// @return an address
inline IpAddress
At(const std::string& text)
{
    return IpAddress::FromString(text);
}

/// @return the VM's UDP packet to an address, of 20 octets of payload, as it comes from a VM
inline PuntedPacket
MakePacket(const IpAddress& to, Ptr<NetDevice> device)
{
    PuntedPacket packet;
    packet.datagram = Create<Packet>(20);
    packet.datagram->AddHeader(UdpHeader());
    packet.family = to.GetFamily();
    packet.device = device;
    if (to.IsIpv4())
    {
        Ipv4Header header;
        header.SetSource(Ipv4Address("10.1.0.9"));
        header.SetDestination(to.ToIpv4());
        header.SetProtocol(17);
        header.SetTtl(64);
        header.SetPayloadSize(packet.datagram->GetSize());
        packet.datagram->AddHeader(header);
        return packet;
    }
    Ipv6Header header;
    header.SetSource(Ipv6Address("fd01::9"));
    header.SetDestination(to.ToIpv6());
    header.SetNextHeader(17);
    header.SetHopLimit(64);
    header.SetPayloadLength(packet.datagram->GetSize());
    packet.datagram->AddHeader(header);
    return packet;
}

/**
 * An NVE for its scheme alone: real tables and a real tunnel end on a node of its own, and requests
 * that wait until the test answers them. Address 10.0.0.1, registrar 10.0.0.100.
 */
class OverlayNve : public NveContext
{
  public:
    /// A request that the scheme has sent.
    struct Asked
    {
        IpAddress to;                //!< the recipient
        RegistrationMessage request; //!< what
        MessageCallback reply;       //!< whom to tell
    };

    /// A packet that has left through the tunnel.
    struct Sent
    {
        IpAddress destination; //!< inner
        IpAddress remote;      //!< outer
    };

    OverlayNve()
        : m_addresses{At("10.0.0.1")},
          m_registrar(At("10.0.0.100")),
          m_delay(CreateObject<ConstantRandomVariable>()),
          m_node(CreateObject<Node>())
    {
        InternetStackHelper().Install(m_node);
        auto device = AddDevice();
        auto ipv4 = m_node->GetObject<Ipv4>();
        ipv4->AddAddress(ipv4->GetInterfaceForDevice(device),
                         Ipv4InterfaceAddress(Ipv4Address("10.0.0.1"), Ipv4Mask("/8")));
        m_fib = InstallFib(m_node);
        m_fib->SetRouterAddress(m_addresses.front());
        m_fib->SetRoute(IpPrefix::FromString("10.0.0.0/24"),
                        RouteOwner::STATIC,
                        Route::Forward({{At("10.0.0.2"), device}}));
        m_fib->TraceConnectWithoutContext("Drop", MakeCallback(&OverlayNve::Drop, this));
        m_fib->TraceConnectWithoutContext("Encapsulate",
                                          MakeCallback(&OverlayNve::Encapsulate, this));
        auto tunnel = m_node->GetObject<VxlanTunnel>();
        if (!tunnel)
        {
            tunnel = CreateObject<VxlanTunnel>();
            m_node->AggregateObject(tunnel);
        }
        tunnel->Open(m_addresses,
                     Mac48Address("02:00:00:00:00:01"),
                     [](const auto&)
                     {
                     });
    }

    ~OverlayNve() override
    {
        for (auto& [vn, table] : m_tables)
        {
            table.Detach();
        }
        m_node->Dispose();
    }

    /// Seconds from a mapping to its route.
    void SetInstallDelay(double seconds)
    {
        m_delay->SetAttribute("Constant", DoubleValue(seconds));
    }

    /// A packet of a VM here that finds no way. @return what UnknownDestination() says
    bool Send(MobilityScheme& scheme, uint32_t vn, const IpAddress& to)
    {
        return scheme.UnknownDestination(*this, vn, MakePacket(to, GetFibOf(vn).GetTenantDevice()));
    }

    /// Takes out what is waiting for an answer.
    std::vector<Asked> Take()
    {
        return std::exchange(waiting, {});
    }

    // NveContext

    uint32_t GetNodeId() const override
    {
        return m_node->GetId();
    }

    Fib& GetFib() override
    {
        return *m_fib;
    }

    Fib& GetFibOf(uint32_t vn) override
    {
        if (!m_fib->GetTenant(vn))
        {
            m_fib->AddTenant(vn, AddDevice());
        }
        return *m_fib->GetTenant(vn);
    }

    void InstallHostRoutes(const IpAddressList&,
                           const std::vector<Route>&,
                           std::function<void()>) override
    {
    }

    void RemoveHostRoutes(const IpAddressList&, uint32_t, std::function<void()>) override
    {
    }

    void InstallMappings(uint32_t vn,
                         const IpAddressList& addresses,
                         const std::vector<Route>& routes,
                         std::function<void()> done) override
    {
        GetTable(vn).Install(addresses, routes, std::move(done));
    }

    void RemoveMappings(uint32_t vn,
                        const IpAddressList& addresses,
                        uint32_t epoch,
                        std::function<void()> done) override
    {
        GetTable(vn).Remove(addresses, epoch, std::move(done));
    }

    const IpAddressList& GetAddresses() const override
    {
        return m_addresses;
    }

    BindingUpdateList& GetBindings() override
    {
        return bindings;
    }

    void Register(const VmKey& key, uint8_t) override
    {
        registered.push_back(key);
    }

    void Deregister(const VmKey& key) override
    {
        deregistered.push_back(key);
    }

    void ReportAttachment(const VmKey&, uint32_t, RegistrationStatus) override
    {
    }

    bool OwnsPrefixOf(const IpAddress&) const override
    {
        return false;
    }

    const IpAddressList& GetBorderRouters() const override
    {
        return m_none;
    }

    void SendRequest(const IpAddress&, const RegistrationMessage&, ReplyCallback) override
    {
    }

    void
    Ask(const IpAddress& to, const RegistrationMessage& request, MessageCallback reply) override
    {
        waiting.push_back({to, request, std::move(reply)});
    }

    const IpAddress& GetRegistrar() const override
    {
        return m_registrar;
    }

    Ptr<RandomVariableStream> GetInstallDelay() const override
    {
        return m_delay;
    }

    std::vector<Asked> waiting;      //!< for an answer
    std::vector<VmKey> registered;   //!< in order
    std::vector<VmKey> deregistered; //!< in order
    std::vector<Sent> sent;          //!< through the tunnel
    std::vector<DropCause> dropped;  //!< packets
    BindingUpdateList bindings;      //!< of the NVE

  private:
    Ptr<NetDevice> AddDevice()
    {
        auto device = CreateObject<SimpleNetDevice>();
        device->SetAddress(Mac48Address::Allocate());
        device->SetChannel(CreateObject<SimpleChannel>());
        m_node->AddDevice(device);
        auto ipv4 = m_node->GetObject<Ipv4>();
        ipv4->SetUp(ipv4->AddInterface(device));
        auto ipv6 = m_node->GetObject<Ipv6>();
        ipv6->SetUp(ipv6->AddInterface(device));
        return device;
    }

    HostRouteInstaller& GetTable(uint32_t vn)
    {
        const auto [table, added] = m_tables.try_emplace(vn);
        if (added)
        {
            table->second.Attach(Ptr<Fib>(&GetFibOf(vn)), m_delay);
        }
        return table->second;
    }

    void Drop(Ptr<const Packet>, DropCause cause)
    {
        dropped.push_back(cause);
    }

    void Encapsulate(Ptr<const Packet> inner, IpAddress remote)
    {
        PuntedPacket packet;
        packet.datagram = inner->Copy();
        uint8_t version = 0;
        inner->CopyData(&version, 1);
        packet.family = version >> 4 == 4 ? IpFamily::IPV4 : IpFamily::IPV6;
        sent.push_back({packet.GetDestination(), remote});
    }

    IpAddressList m_addresses;                       //!< own
    IpAddressList m_none;                            //!< no border routers
    IpAddress m_registrar;                           //!< management node
    Ptr<ConstantRandomVariable> m_delay;             //!< install delay
    Ptr<Node> m_node;                                //!< the host
    Ptr<Fib> m_fib;                                  //!< its table
    std::map<uint32_t, HostRouteInstaller> m_tables; //!< of REGISTRATION routes
};

/// @return an overlay scheme with attributes as text
inline Ptr<NvaOverlayScheme>
MakeOverlay(const std::map<std::string, std::string>& attributes)
{
    ObjectFactory factory;
    factory.SetTypeId(NvaOverlayScheme::GetTypeId());
    for (const auto& [name, value] : attributes)
    {
        factory.Set(name, StringValue(value));
    }
    return factory.Create<NvaOverlayScheme>();
}

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_OVERLAY_NVE_H
