// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_VXLAN_CHAIN_H
#define VMM_TEST_VXLAN_CHAIN_H

#include "fib-chain.h"
#include "ns3/vxlan-tunnel.h"

#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Two tunnel ends: 0 sends, 1 encapsulates, 2 forwards, 3 decapsulates, 4 receives. The links
 * between 0 and 1 and between 3 and 4 are of virtual network 7, whose tables know the hosts at both
 * ends; the nodes' own tables at 1 and 3 know nothing of hosts.
 */
class VxlanChain : public FibTest, public testing::WithParamInterface<IpFamily>
{
  public:
    static constexpr uint32_t VN = 7; //!< the network

  protected:
    bool Is4() const
    {
        return GetParam() == IpFamily::IPV4;
    }

    uint32_t Header() const
    {
        return Is4() ? 20 : 40;
    }

    /// Router address of a node in the family of the case.
    IpAddress A(uint32_t i) const
    {
        return Router(GetParam(), i);
    }

    /// The host at 0 or 4.
    IpAddress Host(uint32_t i) const
    {
        return V4((Is4() ? "10.1.0." : "fd00:1::") + std::to_string(i + 1));
    }

    void TearDown() override
    {
        tunnels.clear();
        tables.clear();
        FibTest::TearDown();
    }

    void MakeTunnel(uint16_t mtu = 9000, bool fragment = false)
    {
        MakeChain(5, mtu);
        for (uint32_t i : {0, 4})
        {
            AddAddress(i, Host(i));
            fibs[i]->SetRouterAddress(Host(i));
            Set(i, Host(4 - i).ToString(), Towards(i, 4 - i));
            Listen(i, GetParam());
        }
        for (uint32_t i : {1, 3})
        {
            OpenEnd(i, fragment);
        }
    }

    /// Makes node i a tunnel end with a table of the network.
    void OpenEnd(uint32_t i, bool fragment)
    {
        const uint32_t host = i == 1 ? 0 : 4;
        Ptr<NetDevice> access = Device(i, i == 1 ? 0 : 1);
        Ptr<Fib> table = fibs[i]->AddTenant(VN, access);
        table->SetRoute(IpPrefix::Host(Host(host)),
                        RouteOwner::SERVING,
                        Route::Forward({{IpAddress(), access}}));
        table->SetRoute(
            IpPrefix::Host(Host(4 - host)), RouteOwner::MAPPING, Route::Vxlan(A(4 - i), VN));
        tables[i] = table;
        auto tunnel = CreateObject<VxlanTunnel>();
        nodes[i]->AggregateObject(tunnel);
        tunnel->SetFragmentation(fragment);
        Ptr<Fib> fib = fibs[i];
        tunnel->Open({A(i)},
                     Mac48Address("02:00:00:00:00:01"),
                     [this, fib, access, i](const VxlanTunnel::Received& received)
                     {
                         (i == 3 ? vnis : back).push_back(received.vni);
                         fib->Reinject({received.datagram, received.family, access});
                     });
        tunnels[i] = tunnel;
    }

    /// Notes what the middle of the tunnel forwards.
    void WatchMiddle()
    {
        if (Is4())
        {
            nodes[2]->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                "UnicastForward", MakeCallback(&VxlanChain::Forward4, this));
        }
        else
        {
            nodes[2]->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
                "UnicastForward", MakeCallback(&VxlanChain::Forward6, this));
        }
    }

    /// A packet in the middle of the tunnel.
    struct Outer
    {
        std::vector<uint8_t> octets; //!< behind the IP header
        int protocol;                //!< of the IP header
        int tos;                     //!< of the IP header
        IpAddress from;              //!< of the IP header
    };

    std::vector<Outer> outer;                     //!< seen in the middle
    std::vector<uint32_t> vnis;                   //!< of packets that came out at 3
    std::vector<uint32_t> back;                   //!< of packets that came out at 1
    std::map<uint32_t, Ptr<VxlanTunnel>> tunnels; //!< by node
    std::map<uint32_t, Ptr<Fib>> tables;          //!< of the network, by node

  private:
    void Forward4(const Ipv4Header& header, Ptr<const Packet> p, uint32_t)
    {
        outer.push_back({OctetsOf(p), header.GetProtocol(), header.GetTos(), header.GetSource()});
    }

    void Forward6(const Ipv6Header& header, Ptr<const Packet> p, uint32_t)
    {
        outer.push_back(
            {OctetsOf(p), header.GetNextHeader(), header.GetTrafficClass(), header.GetSource()});
    }

    static std::vector<uint8_t> OctetsOf(Ptr<const Packet> p)
    {
        std::vector<uint8_t> octets(p->GetSize());
        p->CopyData(octets.data(), octets.size());
        return octets;
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_VXLAN_CHAIN_H
