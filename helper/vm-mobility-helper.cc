// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vm-mobility-helper.h"

#include "ns3/access-gateway.h"
#include "ns3/ideal-fabric.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/topology-fabric-view.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

VmMobilityHelper::VmMobilityHelper(const std::string& scheme)
{
    auto type = SchemeRegistry::Find(scheme);
    if (!type)
    {
        std::string known;
        for (const auto& [name, summary] : SchemeRegistry::List())
        {
            known += (known.empty() ? "" : ", ") + name;
        }
        throw std::invalid_argument("found scheme '" + scheme + "', expected one of " + known);
    }
    m_scheme.SetTypeId(*type);
}

void
VmMobilityHelper::SetSchemeAttribute(const std::string& name, const AttributeValue& value)
{
    m_scheme.Set(name, value);
}

void
VmMobilityHelper::Install(Ptr<Fabric> fabric, const std::string& managementNode)
{
    m_fabric = fabric;
    const Topology& topology = fabric->GetTopology();
    NodeId management = topology.GetNodeId(managementNode);
    m_family = fabric->HasFamily(IpFamily::IPV4) ? IpFamily::IPV4 : IpFamily::IPV6;
    m_isolates = MakeScheme()->IsolatesNetworks();
    m_registrar = fabric->GetAddress(management, m_family);
    InstallManagement(management);
    for (NodeId node = 0; node < topology.GetNodeCount(); ++node)
    {
        if (!fabric->GetFib(node))
        {
            continue;
        }
        IdealFabric::Add(fabric->GetNode(node)->GetId(), fabric->GetFib(node));
        if (topology.GetNode(node).nve)
        {
            InstallServer(node);
        }
        else if (topology.IsTransit(node) && node != management)
        {
            InstallRouter(node);
        }
    }
    ConnectBorders();
}

void
VmMobilityHelper::ConnectBorders()
{
    const Topology& topology = m_fabric->GetTopology();
    auto addressOf = [this](NodeId node)
    {
        return m_fabric->GetAddress(node, m_family);
    };
    std::map<uint16_t, IpAddressList> borders;
    std::map<uint16_t, std::set<IpAddress>> nves;
    for (const auto& [node, agent] : m_routerAgents)
    {
        if (topology.GetNode(node).role == NodeRole::BORDER)
        {
            borders[topology.GetNode(node).dc].push_back(addressOf(node));
        }
    }
    for (const auto& [node, server] : m_servers)
    {
        nves[topology.GetNode(node).dc].insert(addressOf(node));
        server.nve->SetBorderRouters(borders[topology.GetNode(node).dc]);
    }
    for (const auto& [node, agent] : m_routerAgents)
    {
        if (topology.GetNode(node).role == NodeRole::BORDER)
        {
            agent->SetNves(nves[topology.GetNode(node).dc]);
        }
    }
}

void
VmMobilityHelper::InstallManagement(NodeId node)
{
    m_nva = CreateObject<Nva>();
    m_nva->SetScheme(MakeScheme());
    m_nva->SetAddresses({m_registrar});
    m_nva->SetFabric(std::make_shared<TopologyFabricView>(m_fabric));
    m_fabric->GetNode(node)->AddApplication(m_nva);
    m_manager = CreateObject<VmManager>();
    m_fabric->GetNode(node)->AddApplication(m_manager);
}

void
VmMobilityHelper::InstallServer(NodeId node)
{
    Ptr<Node> host = m_fabric->GetNode(node);
    Server server;
    server.hypervisor = CreateObject<Hypervisor>();
    server.agent = CreateObject<MigrationAgent>();
    server.nve = CreateObject<Nve>();
    server.scheme = MakeScheme();
    host->AddApplication(server.hypervisor);
    host->AddApplication(server.nve);
    host->AddApplication(server.agent);
    // The access device is there from now on, for whoever listens to the node's devices.
    server.hypervisor->GetGateway();

    // The NVE hears of a VM before the agent reports it to the VM Manager.
    server.nve->Setup(server.hypervisor, server.scheme);
    server.nve->SetRegistrar(m_registrar);
    server.nve->SetAddresses(GetAddresses(node), GetPrefixes({node}));
    if (m_isolates)
    {
        server.nve->SetFabricPrefixes(GetPrefixes(GetNves()));
    }
    server.agent->SetHypervisor(server.hypervisor);
    server.agent->SetAttribute("ServerName",
                               StringValue(m_fabric->GetTopology().GetNode(node).name));
    const Topology& topology = m_fabric->GetTopology();
    const auto rack = topology.GetDefaultRouter(node);
    m_manager->AddServer({topology.GetNode(node).name,
                          rack ? topology.GetNode(*rack).name : "",
                          topology.GetNode(node).dc});
    server.agent->SetManager(m_registrar);
    server.agent->SetCopyAddress(m_fabric->GetAddress(node, m_family));
    MigrationAgent* agent = PeekPointer(server.agent);
    server.nve->SetAttachmentCallback(
        [agent](const VmKey& key, uint32_t epoch, RegistrationStatus status)
        {
            agent->RegistrationResult(key.vmId,
                                      epoch,
                                      status == RegistrationStatus::ACCEPTED,
                                      static_cast<uint8_t>(status));
        });
    m_servers[node] = server;
}

void
VmMobilityHelper::InstallRouter(NodeId node)
{
    auto agent = CreateObject<HostRouteAgent>();
    agent->SetScheme(MakeScheme());
    agent->SetRegistrar(m_registrar);
    agent->SetAddresses(GetAddresses(node));
    m_fabric->GetNode(node)->AddApplication(agent);
    m_routerAgents[node] = agent;
}

void
VmMobilityHelper::UseBgp(const BgpHelper& bgp)
{
    for (const auto& [node, router] : bgp.GetRouters())
    {
        auto agent = m_routerAgents.find(node);
        if (agent != m_routerAgents.end())
        {
            agent->second->SetAnnouncer(PeekPointer(router));
        }
        auto server = m_servers.find(node);
        if (server != m_servers.end())
        {
            server->second.nve->SetAnnouncer(PeekPointer(router));
        }
    }
}

Ptr<MobilityScheme>
VmMobilityHelper::MakeScheme() const
{
    return m_scheme.Create<MobilityScheme>();
}

IpAddressList
VmMobilityHelper::GetAddresses(NodeId node) const
{
    IpAddressList addresses;
    for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
    {
        if (m_fabric->HasFamily(family))
        {
            addresses.push_back(m_fabric->GetAddress(node, family));
        }
    }
    return addresses;
}

std::vector<NodeId>
VmMobilityHelper::GetNves() const
{
    std::vector<NodeId> nves;
    for (NodeId node = 0; node < m_fabric->GetTopology().GetNodeCount(); ++node)
    {
        if (m_fabric->GetTopology().GetNode(node).nve)
        {
            nves.push_back(node);
        }
    }
    return nves;
}

std::vector<IpPrefix>
VmMobilityHelper::GetPrefixes(const std::vector<NodeId>& nves) const
{
    std::vector<IpPrefix> prefixes;
    for (NodeId node : nves)
    {
        for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
        {
            if (m_fabric->HasFamily(family))
            {
                prefixes.push_back(m_fabric->GetPlan().GetVmPrefix(node, family));
            }
        }
    }
    return prefixes;
}

IpAddress
VmMobilityHelper::NextAddress(const std::string& nve, IpFamily family, uint32_t vn)
{
    NodeId node = m_fabric->GetTopology().GetNodeId(nve);
    IpPrefix prefix = m_fabric->GetPlan().GetVmPrefix(node, family);
    uint64_t& index = m_nextAddress[{GetSpace(vn), node, family}];
    IpAddress address;
    do
    {
        if (++index > 254)
        {
            throw std::invalid_argument("found more than 254 VMs on " + nve +
                                        ", expected fewer or explicit addresses");
        }
        address = prefix.At(index);
    } while (m_taken.count({GetSpace(vn), address}));
    return address;
}

Ptr<Vm>
VmMobilityHelper::CreateVm(const std::string& name,
                           const std::string& nve,
                           Time at,
                           uint64_t memory)
{
    VmSpec spec;
    spec.id = name;
    spec.memory = memory;
    return CreateVm(spec, nve, at);
}

uint16_t
VmMobilityHelper::LimitMtu(uint16_t mtu) const
{
    const bool smaller = m_isolates && !m_servers.empty() &&
                         m_servers.begin()->second.nve->GetOverlayMtu() == Nve::SMALLER_INNER;
    const Topology& topology = m_fabric->GetTopology();
    for (LinkId link = 0; smaller && link < topology.GetLinkCount(); ++link)
    {
        const uint32_t room = topology.GetLink(link).mtu - VxlanTunnel::GetOverhead(m_family);
        mtu = static_cast<uint16_t>(std::min<uint32_t>(mtu, room));
    }
    return mtu;
}

Ptr<Vm>
VmMobilityHelper::BuildVm(VmSpec spec, const std::string& nve)
{
    if (spec.mac == Mac48Address())
    {
        spec.mac = VmMac(static_cast<uint32_t>(m_vms.size()) + 1);
    }
    if (spec.addresses.empty())
    {
        for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
        {
            if (m_fabric->HasFamily(family))
            {
                spec.addresses.push_back(NextAddress(nve, family, spec.vn));
            }
        }
    }
    for (const auto& address : spec.addresses)
    {
        m_taken[{GetSpace(spec.vn), address}] = spec.id;
    }
    spec.mtu = LimitMtu(spec.mtu);
    // Wherever the VM will be: no device can be made when a message announces it.
    for (const auto& [node, server] : m_servers)
    {
        server.hypervisor->GetGateway(spec.vn);
    }
    Ptr<Vm> vm = CreateObject<Vm>();
    vm->Build(spec);
    m_vms.push_back(vm);
    return vm;
}

Ptr<Vm>
VmMobilityHelper::CreateVm(VmSpec spec, const std::string& nve, Time at)
{
    Ptr<Vm> vm = BuildVm(spec, nve);
    Simulator::ScheduleWithContext(m_nva->GetNode()->GetId(),
                                   at,
                                   &VmManager::CreateVm,
                                   PeekPointer(m_manager),
                                   vm->GetSpec(),
                                   nve);
    return vm;
}

Ptr<Vm>
VmMobilityHelper::PlaceVm(VmSpec spec, const std::string& home, Time at, const std::string& policy)
{
    Ptr<Vm> vm = BuildVm(spec, home);
    Simulator::ScheduleWithContext(m_nva->GetNode()->GetId(),
                                   at,
                                   &VmManager::PlaceVm,
                                   PeekPointer(m_manager),
                                   vm->GetSpec(),
                                   policy);
    return vm;
}

void
VmMobilityHelper::ScheduleOperation(const OperationRequest& request, Time at)
{
    m_manager->ScheduleOperation(at, request);
}

void
VmMobilityHelper::ScheduleMove(const std::string& migration,
                               const std::string& vm,
                               const std::string& to,
                               Time at)
{
    ScheduleMove({migration, vm, to}, at);
}

void
VmMobilityHelper::ScheduleMove(const MoveRequest& request, Time at)
{
    m_manager->ScheduleMove(at, request);
}

void
VmMobilityHelper::ScheduleDestroy(const std::string& vm, Time at)
{
    Simulator::ScheduleWithContext(
        m_nva->GetNode()->GetId(), at, &VmManager::DestroyVm, PeekPointer(m_manager), vm);
}

int64_t
VmMobilityHelper::AssignStreams(int64_t stream)
{
    // A block of its own for each node and VM: adding one does not shift the draws of others.
    constexpr int64_t BLOCK = 64;
    int64_t first = stream;
    m_nva->AssignStreams(stream);
    stream += BLOCK;
    for (auto& [node, server] : m_servers)
    {
        const int64_t used = server.nve->AssignStreams(stream);
        server.agent->AssignStreams(stream + used);
        stream += BLOCK;
    }
    for (auto& [node, agent] : m_routerAgents)
    {
        agent->AssignStreams(stream);
        stream += BLOCK;
    }
    for (auto& vm : m_vms)
    {
        vm->AssignStreams(stream);
        stream += BLOCK;
    }
    stream += m_manager->AssignStreams(stream);
    return stream - first;
}

const VmMobilityHelper::Server&
VmMobilityHelper::GetServer(const std::string& name) const
{
    auto server = m_servers.find(m_fabric->GetTopology().GetNodeId(name));
    if (server == m_servers.end())
    {
        throw std::invalid_argument("found " + name + ", expected an NVE");
    }
    return server->second;
}

} // namespace vmm
} // namespace ns3
