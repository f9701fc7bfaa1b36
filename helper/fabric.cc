// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/fabric.h"

#include "ns3/boolean.h"
#include "ns3/error-model.h"
#include "ns3/guest-stack.h"
#include "ns3/simulator.h"
#include "ns3/static-underlay.h"
#include "ns3/uinteger.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(Fabric);

TypeId
Fabric::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::Fabric")
            .SetParent<Object>()
            .SetGroupName("VmMobility")
            .AddConstructor<Fabric>()
            .AddAttribute("Ipv4",
                          "Whether nodes have IPv4.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&Fabric::m_ipv4),
                          MakeBooleanChecker())
            .AddAttribute("Ipv6",
                          "Whether nodes have IPv6.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&Fabric::m_ipv6),
                          MakeBooleanChecker())
            .AddAttribute(
                "StaticUnderlay",
                "Whether routes are computed from the graph, at first and after each link "
                "failure; without, only neighbours reach each other.",
                BooleanValue(true),
                MakeBooleanAccessor(&Fabric::m_staticUnderlay),
                MakeBooleanChecker())
            .AddAttribute(
                "RandomSalts",
                "Whether AssignStreams() draws the salt of each node's equal-cost choice; "
                "without, it is the node's place in the topology, from 1.",
                BooleanValue(false),
                MakeBooleanAccessor(&Fabric::m_randomSalts),
                MakeBooleanChecker())
            .AddAttribute("PermanentNeighbours",
                          "Whether the stations of a bridged segment know each other's MAC "
                          "addresses from the start; without, ARP and neighbour discovery find "
                          "them.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&Fabric::m_permanentNeighbours),
                          MakeBooleanChecker())
            .AddAttribute("LinkDetectTime",
                          "Time from a link's failure or repair until routers know (seconds).",
                          TimeValue(MilliSeconds(50)),
                          MakeTimeAccessor(&Fabric::m_linkDetectTime),
                          MakeTimeChecker(Time(0)))
            .AddTraceSource("LinkState",
                            "A link was cut or mended.",
                            MakeTraceSourceAccessor(&Fabric::m_linkStateTrace),
                            "ns3::vmm::Fabric::LinkCallback")
            .AddTraceSource("LinkDetected",
                            "Routers know that a link was cut or mended; static routes are anew.",
                            MakeTraceSourceAccessor(&Fabric::m_linkDetectedTrace),
                            "ns3::vmm::Fabric::LinkCallback");
    return tid;
}

Fabric::Fabric()
    : m_saltRng(CreateObject<UniformRandomVariable>()),
      m_lossRng(CreateObject<UniformRandomVariable>())
{
}

Fabric::~Fabric() = default;

void
Fabric::DoDispose()
{
    m_nodes.clear();
    m_byNodeId.clear();
    m_links.clear();
    m_saltRng = nullptr;
    m_lossRng = nullptr;
    Object::DoDispose();
}

const Topology&
Fabric::GetTopology() const
{
    return m_topology;
}

const AddressPlan&
Fabric::GetPlan() const
{
    return *m_plan;
}

bool
Fabric::HasFamily(IpFamily family) const
{
    return family == IpFamily::IPV4 ? m_ipv4 : family == IpFamily::IPV6 && m_ipv6;
}

Ptr<Node>
Fabric::GetNode(NodeId node) const
{
    return m_nodes.at(node);
}

Ptr<Node>
Fabric::GetNode(const std::string& name) const
{
    return m_nodes.at(m_topology.GetNodeId(name));
}

std::optional<NodeId>
Fabric::FindNode(Ptr<const Node> node) const
{
    auto it = m_byNodeId.find(node->GetId());
    return it == m_byNodeId.end() ? std::nullopt : std::make_optional(it->second);
}

Ptr<Fib>
Fabric::GetFib(NodeId node) const
{
    return m_nodes.at(node)->GetObject<Fib>();
}

Ptr<NetDevice>
Fabric::GetDevice(LinkId link, NodeId node) const
{
    return m_links.at(link).devices[m_topology.GetLink(link).a == node ? 0 : 1];
}

IpAddress
Fabric::GetAddress(NodeId node, IpFamily family) const
{
    return m_plan->GetLoopback(node, family);
}

std::vector<NextHop>
Fabric::GetNeighbourHops(NodeId node, NodeId neighbour, IpFamily family) const
{
    std::vector<NextHop> hops;
    for (const Adjacency& adjacency : m_topology.GetAdjacencies(node))
    {
        if (adjacency.neighbour == neighbour)
        {
            hops.push_back({m_plan->GetLinkAddress(adjacency.remoteLink, neighbour, family),
                            GetDevice(adjacency.link, node)});
        }
    }
    return hops;
}

std::vector<NextHop>
Fabric::GetNextHops(NodeId node, NodeId destination, IpFamily family) const
{
    std::vector<NextHop> hops;
    for (const TopologyNextHop& hop : m_topology.GetEqualCostNextHops(node, destination))
    {
        for (const Adjacency& adjacency : m_topology.GetAdjacencies(node))
        {
            if (adjacency.neighbour == hop.node && adjacency.link == hop.link)
            {
                hops.push_back({m_plan->GetLinkAddress(adjacency.remoteLink, hop.node, family),
                                GetDevice(hop.link, node)});
            }
        }
    }
    return hops;
}

void
Fabric::FailLink(LinkId link)
{
    SetLink(link, false);
}

void
Fabric::RestoreLink(LinkId link)
{
    SetLink(link, true);
}

void
Fabric::FailLinkAt(Time at, const std::string& a, const std::string& b)
{
    SetLinkAt(at, a, b, false);
}

void
Fabric::RestoreLinkAt(Time at, const std::string& a, const std::string& b)
{
    SetLinkAt(at, a, b, true);
}

bool
Fabric::IsLinkUp(LinkId link) const
{
    return m_links.at(link).up;
}

std::vector<LinkId>
Fabric::FindLinks(const std::string& a, const std::string& b) const
{
    NodeId from = m_topology.GetNodeId(a);
    NodeId to = m_topology.GetNodeId(b);
    std::vector<LinkId> links;
    for (LinkId link : m_topology.GetLinks(from))
    {
        if (m_topology.GetOtherEnd(link, from) == to)
        {
            links.push_back(link);
        }
    }
    if (links.empty())
    {
        throw std::invalid_argument("found link " + a + " - " + b +
                                    ", expected one of the topology");
    }
    return links;
}

void
Fabric::SetLinkAt(Time at, const std::string& a, const std::string& b, bool up)
{
    if (at < Simulator::Now())
    {
        throw std::invalid_argument("found a change of link " + a + " - " + b + " in the past");
    }
    for (LinkId link : FindLinks(a, b))
    {
        Simulator::Schedule(at - Simulator::Now(), &Fabric::SetLink, Ptr<Fabric>(this), link, up);
    }
}

void
Fabric::SetLinkLoss(LinkId link, double probability)
{
    for (const Ptr<LinkFailureErrorModel>& model : m_links.at(link).models)
    {
        if (model)
        {
            auto loss = CreateObject<RateErrorModel>();
            loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
            loss->SetRate(probability);
            loss->SetRandomVariable(m_lossRng);
            model->SetInner(probability > 0 ? loss : nullptr);
        }
    }
}

void
Fabric::SetLink(LinkId link, bool up)
{
    LinkParts& parts = m_links.at(link);
    if (parts.up == up)
    {
        return;
    }
    parts.up = up;
    for (const Ptr<LinkFailureErrorModel>& model : parts.models)
    {
        if (model)
        {
            model->SetDown(!up);
        }
    }
    m_linkStateTrace(link, up);
    Simulator::Schedule(m_linkDetectTime, &Fabric::Detect, Ptr<Fabric>(this), link);
}

void
Fabric::Detect(LinkId link)
{
    const LinkParts& parts = m_links.at(link);
    if (m_topology.GetLink(link).up == parts.up)
    {
        return;
    }
    m_topology.SetLinkUp(link, parts.up);
    for (const Ptr<NetDevice>& device : parts.devices)
    {
        Ptr<Fib> fib = device ? device->GetNode()->GetObject<Fib>() : nullptr;
        if (fib)
        {
            fib->SetDeviceUp(device, parts.up);
        }
    }
    if (m_staticUnderlay)
    {
        ApplyStaticUnderlay(*this);
    }
    m_linkDetectedTrace(link, parts.up);
}

void
Fabric::SetSalts()
{
    for (NodeId node = 0; node < m_nodes.size(); node++)
    {
        uint64_t salt = node + 1;
        if (m_randomSalts)
        {
            uint64_t high = m_saltRng->GetInteger(0, 0xffffffff);
            uint64_t low = m_saltRng->GetInteger(1, 0xffffffff);
            salt = (high << 32) | low;
        }
        if (Ptr<Fib> fib = GetFib(node))
        {
            fib->SetAttribute("EcmpSalt", UintegerValue(salt));
        }
    }
}

int64_t
Fabric::AssignStreams(int64_t stream)
{
    int64_t used = 2;
    m_saltRng->SetStream(stream);
    m_lossRng->SetStream(stream + 1);
    SetSalts();
    for (const Ptr<Node>& node : m_nodes)
    {
        used += AssignStackStreams(node, stream + used);
    }
    return used;
}

} // namespace vmm
} // namespace ns3
