// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_VM_NET_H
#define VMM_TEST_VM_NET_H

#include "ns3/access-device.h"
#include "ns3/access-switch.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/crash-gate.h"
#include "ns3/guest-clock.h"
#include "ns3/hypervisor.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-routing-table-entry.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6-routing-table-entry.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/udp-client.h"
#include "ns3/uinteger.h"
#include "ns3/vm-directory.h"
#include "ns3/vm.h"

#include "sim-fixture.h"

#include <map>
#include <memory>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Drops seen on devices, by cause.
struct DropCounter
{
    void OnDrop(Ptr<const Packet>, DropCause cause)
    {
        count[cause]++;
    }

    void OnSuppressed(Ptr<const Packet>)
    {
        suppressed++;
    }

    void Watch(Ptr<AccessDevice> device)
    {
        device->TraceConnectWithoutContext("Drop", MakeCallback(&DropCounter::OnDrop, this));
        device->TraceConnectWithoutContext("Suppressed",
                                           MakeCallback(&DropCounter::OnSuppressed, this));
    }

    uint32_t Total() const
    {
        uint32_t sum = 0;
        for (const auto& c : count)
        {
            sum += c.second;
        }
        return sum;
    }

    std::map<DropCause, uint32_t> count;
    uint32_t suppressed = 0;
};

/**
 * Servers s0, s1, .. each on a point-to-point link to one router; each with a hypervisor. Routes to
 * VMs are host routes at the router and at the VM's server, changed at the very moment when a
 * hypervisor says that the VM runs there. Links: 1 Gbit/s, 100 us.
 */
class VmNet
{
  public:
    /// Tells the net where a VM is.
    class Tracker : public HypervisorListener
    {
      public:
        Tracker(VmNet* net, uint32_t server)
            : m_net(net),
              m_server(server)
        {
        }

        void VmArriving(const VmSpec&, uint32_t) override
        {
            log.push_back("arriving");
        }

        void VmAttached(Ptr<Vm> vm, uint32_t, AttachReason) override
        {
            log.push_back("attached");
            m_net->SetRoute(vm, m_server);
        }

        void VmLeaving(Ptr<Vm>) override
        {
            log.push_back("leaving");
        }

        void VmStopped(Ptr<Vm>) override
        {
            log.push_back("stopped");
        }

        void VmReleased(Ptr<Vm>) override
        {
            log.push_back("released");
        }

        void VmDestroyed(Ptr<Vm>) override
        {
            log.push_back("destroyed");
        }

        void ArrivalCancelled(const std::string&) override
        {
            log.push_back("cancelled");
        }

        void HostFailed() override
        {
            log.push_back("failed");
        }

        std::vector<std::string> log;

      private:
        VmNet* m_net;
        uint32_t m_server;
    };

    explicit VmNet(uint32_t servers)
    {
        Config::SetDefault("ns3::Icmpv6L4Protocol::DAD", BooleanValue(false));
        Config::SetDefault("ns3::Ipv6::IpForward", BooleanValue(true));
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1400));
        Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
        Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(MilliSeconds(40)));
        InternetStackHelper stack;
        router = CreateObject<Node>();
        stack.Install(router);
        for (uint32_t i = 0; i < servers; ++i)
        {
            AddServer(stack, i);
        }
        Config::SetDefault("ns3::Ipv6::IpForward", BooleanValue(false));
    }

    ~VmNet()
    {
        for (uint32_t i = 0; i < hypervisors.size(); ++i)
        {
            hypervisors[i]->RemoveListener(trackers[i].get());
        }
    }

    /// A VM with both kinds of address, 10.1.0.index and fd00:1::index, running on a server.
    Ptr<Vm> AddVm(uint32_t index, uint32_t server, bool start = true)
    {
        VmSpec spec;
        spec.id = "vm" + std::to_string(index);
        spec.mac = VmMac(index);
        spec.addresses = {IpAddress::FromString("10.1.0." + std::to_string(index)),
                          IpAddress::FromString("fd00:1::" + std::to_string(index))};
        Ptr<Vm> vm = CreateObject<Vm>();
        vm->Build(spec);
        drops.Watch(vm->GetDevice());
        if (start)
        {
            EXPECT_EQ(hypervisors[server]->Create(vm, 1), Admission::ADMITTED);
        }
        return vm;
    }

    /// Makes a whole move; stop and resume at the given times.
    void PlanMove(Ptr<Vm> vm, uint32_t from, uint32_t to, Time stop, Time resume)
    {
        const std::string id = vm->GetId();
        Simulator::Schedule(stop - MilliSeconds(100), &VmNet::Begin, this, id, from, to);
        Simulator::Schedule(stop, &Hypervisor::StopAtSource, hypervisors[from], id);
        Simulator::Schedule(
            resume, &Hypervisor::ResumeHere, hypervisors[to], id, AttachReason::MOVED);
        Simulator::Schedule(resume + MilliSeconds(50), &Hypervisor::Release, hypervisors[from], id);
    }

    void Begin(std::string id, uint32_t from, uint32_t to)
    {
        Ptr<Vm> vm = hypervisors[from]->Find(id);
        const uint32_t epoch = hypervisors[from]->GetEpoch(id) + 1;
        EXPECT_EQ(hypervisors[to]->Reserve(vm->GetSpec(), epoch), Admission::ADMITTED);
        hypervisors[from]->BeginMigration(id);
    }

    void SetRoute(Ptr<Vm> vm, uint32_t server)
    {
        for (const auto& address : vm->GetSpec().addresses)
        {
            if (address.IsIpv4())
            {
                ReplaceV4(router, address.ToIpv4(), server + 1, true);
                for (uint32_t i = 0; i < hypervisors.size(); ++i)
                {
                    ReplaceV4(hypervisors[i]->GetNode(), address.ToIpv4(), 2, i == server);
                }
            }
            else
            {
                ReplaceV6(router, address.ToIpv6(), server + 1, true);
                for (uint32_t i = 0; i < hypervisors.size(); ++i)
                {
                    ReplaceV6(hypervisors[i]->GetNode(), address.ToIpv6(), 2, i == server);
                }
            }
        }
    }

    Ptr<Node> router;
    std::vector<Ptr<Hypervisor>> hypervisors;
    std::vector<std::unique_ptr<Tracker>> trackers;
    DropCounter drops;

  private:
    void AddServer(InternetStackHelper& stack, uint32_t i)
    {
        Ptr<Node> server = CreateObject<Node>();
        stack.Install(server);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
        link.SetDeviceAttribute("Mtu", UintegerValue(9000));
        link.SetChannelAttribute("Delay", TimeValue(MicroSeconds(100)));
        NetDeviceContainer devices = link.Install(router, server);
        const std::string n = std::to_string(i);
        Ipv4AddressHelper v4(("10.9." + n + ".0").c_str(), "255.255.255.252");
        Ipv4InterfaceContainer addresses = v4.Assign(devices);
        Ipv6AddressHelper v6(("fd00:9:" + n + "::").c_str(), Ipv6Prefix(64));
        Ipv6InterfaceContainer addresses6 = v6.Assign(devices);
        Ipv4StaticRoutingHelper()
            .GetStaticRouting(server->GetObject<Ipv4>())
            ->SetDefaultRoute(addresses.GetAddress(0), 1);
        Ipv6StaticRoutingHelper()
            .GetStaticRouting(server->GetObject<Ipv6>())
            ->SetDefaultRoute(addresses6.GetAddress(0, 1), 1);
        Ptr<Hypervisor> hypervisor = CreateObject<Hypervisor>();
        server->AddApplication(hypervisor);
        drops.Watch(hypervisor->GetAccessDevice());
        hypervisor->GetCrashGate()->TraceConnectWithoutContext(
            "Drop", MakeCallback(&DropCounter::OnDrop, &drops));
        trackers.push_back(std::make_unique<Tracker>(this, i));
        hypervisor->AddListener(trackers.back().get());
        hypervisors.push_back(hypervisor);
    }

    static void ReplaceV4(Ptr<Node> node, Ipv4Address to, uint32_t interface, bool present)
    {
        auto routing = Ipv4StaticRoutingHelper().GetStaticRouting(node->GetObject<Ipv4>());
        for (uint32_t i = 0; i < routing->GetNRoutes(); ++i)
        {
            if (routing->GetRoute(i).GetDest() == to)
            {
                routing->RemoveRoute(i--);
            }
        }
        if (present)
        {
            routing->AddHostRouteTo(to, interface);
        }
    }

    static void ReplaceV6(Ptr<Node> node, Ipv6Address to, uint32_t interface, bool present)
    {
        auto routing = Ipv6StaticRoutingHelper().GetStaticRouting(node->GetObject<Ipv6>());
        for (uint32_t i = 0; i < routing->GetNRoutes(); ++i)
        {
            if (routing->GetRoute(i).GetDest() == to)
            {
                routing->RemoveRoute(i--);
            }
        }
        if (present)
        {
            routing->AddHostRouteTo(to, interface);
        }
    }
};

/// Adds an application with start and stop times to a VM.
template <typename T>
Ptr<T>
AddApp(Ptr<Vm> vm, Ptr<T> application, Time start, Time stop = Time(0))
{
    application->SetStartTime(start);
    if (!stop.IsZero())
    {
        application->SetStopTime(stop);
    }
    vm->AddApplication(application);
    return application;
}

/// A sink for UDP or TCP in a VM.
inline Ptr<PacketSink>
AddSink(Ptr<Vm> vm, const char* factory, const Address& local)
{
    Ptr<PacketSink> sink = CreateObject<PacketSink>();
    sink->SetAttribute("Protocol", StringValue(factory));
    sink->SetAttribute("Local", AddressValue(local));
    return AddApp(vm, sink, Time(0));
}

/// @return the VM's address of a family
inline IpAddress
AddressOf(Ptr<Vm> vm, bool v6)
{
    return vm->GetSpec().addresses[v6 ? 1 : 0];
}

/// @return the any-address of a family with a port
inline Address
AnyAddress(bool v6, uint16_t port)
{
    return v6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), port))
              : Address(InetSocketAddress(Ipv4Address::GetAny(), port));
}

/// A UDP sender in a VM: count packets, one each millisecond.
inline Ptr<UdpClient>
AddUdp(Ptr<Vm> vm, Ptr<Vm> to, bool v6, Time start, uint32_t count)
{
    Ptr<UdpClient> client = CreateObject<UdpClient>();
    client->SetRemote(AddressOf(to, v6).ToSocketAddress(9));
    client->SetAttribute("MaxPackets", UintegerValue(count));
    client->SetAttribute("Interval", TimeValue(MilliSeconds(1)));
    client->SetAttribute("PacketSize", UintegerValue(100));
    return AddApp(vm, client, start);
}

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_VM_NET_H
