// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/fib-install.h"

#include "ns3/boolean.h"
#include "ns3/ip-tunnel-protocol.h"
#include "ns3/ipv4-fib-routing.h"
#include "ns3/ipv6-fib-routing.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

Ptr<Fib>
InstallFib(Ptr<Node> node)
{
    Ptr<Fib> fib = node->GetObject<Fib>();
    if (fib)
    {
        return fib;
    }
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    if (!ipv4 && !ipv6)
    {
        throw std::invalid_argument("found node " + std::to_string(node->GetId()) +
                                    " without IPv4 and IPv6, expected one for a routing table");
    }
    fib = CreateObject<Fib>();
    node->AggregateObject(fib);
    if (ipv4)
    {
        ipv4->SetRoutingProtocol(CreateObject<Ipv4FibRouting>());
        ipv4->Insert(IpTunnelProtocol::Create(node, IpFamily::IPV4));
    }
    if (ipv6)
    {
        ipv6->SetAttribute("IpForward", BooleanValue(true));
        ipv6->SetAttribute("SendIcmpv6Redirect", BooleanValue(false));
        ipv6->SetRoutingProtocol(CreateObject<Ipv6FibRouting>());
        node->GetObject<Ipv6L3Protocol>()->Insert(IpTunnelProtocol::Create(node, IpFamily::IPV6));
    }
    return fib;
}

} // namespace vmm
} // namespace ns3
