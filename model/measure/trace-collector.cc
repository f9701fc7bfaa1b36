// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/trace-collector.h"

#include "ns3/fib.h"
#include "ns3/gratuitous-announcer.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/ledger-tap.h"
#include "ns3/node-list.h"
#include "ns3/object-vector.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-base.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(TraceCollector);

namespace
{

/// @return whether an address says nothing about which node has it
bool
IsCommon(const IpAddress& address)
{
    if (address.IsIpv4())
    {
        return address.ToIpv4().IsLocalhost() ||
               address.ToIpv4().CombineMask("255.255.0.0") == Ipv4Address("169.254.0.0");
    }
    return address.ToIpv6().IsLocalhost() || address.ToIpv6().IsLinkLocal();
}

/// @return the addresses of a node, of both families
IpAddressList
AddressesOf(Ptr<Node> node)
{
    IpAddressList addresses;
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    for (uint32_t i = 0; ipv4 && i < ipv4->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < ipv4->GetNAddresses(i); ++j)
        {
            addresses.emplace_back(ipv4->GetAddress(i, j).GetLocal());
        }
    }
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    for (uint32_t i = 0; ipv6 && i < ipv6->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < ipv6->GetNAddresses(i); ++j)
        {
            addresses.emplace_back(ipv6->GetAddress(i, j).GetAddress());
        }
    }
    addresses.erase(std::remove_if(addresses.begin(), addresses.end(), IsCommon), addresses.end());
    return addresses;
}

/// @return whether a message is about a new place of a VM, and not about what is there already
bool
IsAboutMove(const RegistrationMessage& message)
{
    return !message.HasFlag(REGISTRATION_REFRESH) && !message.HasFlag(REGISTRATION_DEREGISTER);
}

/// @return what a message is called in messages.csv
std::string
NameOfType(const RegistrationMessage& message)
{
    const std::string what = message.role == RecipientRole::RESOLVER     ? "resolve-"
                             : message.role == RecipientRole::REMOTE_NVE ? "mapping-"
                                                                         : "";
    return what + (message.type == RegistrationType::REQUEST ? "request" : "reply");
}

} // namespace

TypeId
TraceCollector::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::TraceCollector")
                            .SetParent<Object>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<TraceCollector>()
                            .AddAttribute("ThroughputBin",
                                          "Length of the bins of throughput.csv, a time.",
                                          TimeValue(MilliSeconds(10)),
                                          MakeTimeAccessor(&TraceCollector::m_bin),
                                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

TraceCollector::TraceCollector()
    : m_ledger(CreateObject<PacketLedger>()),
      m_transfers(CreateObject<TransferBook>())
{
    m_ledger->TraceConnectWithoutContext("Started",
                                         MakeCallback(&TraceCollector::FlowStarted, this));
}

TraceCollector::~TraceCollector() = default;

void
TraceCollector::DoDispose()
{
    m_ledger->TraceDisconnectWithoutContext("Started",
                                            MakeCallback(&TraceCollector::FlowStarted, this));
    m_nodes.clear();
    m_buffers.clear();
    m_agents.clear();
    m_vms.clear();
    Object::DoDispose();
}

TopologyOracle&
TraceCollector::Oracle()
{
    if (!m_oracle)
    {
        throw std::logic_error("the trace collector has no topology yet");
    }
    return *m_oracle;
}

void
TraceCollector::SetTopology(const Topology& topology)
{
    if (m_oracle)
    {
        throw std::logic_error("the trace collector has a topology already");
    }
    m_oracle = std::make_unique<TopologyOracle>(topology);
    m_stretch = std::make_unique<PathStretch>(*m_ledger, *m_oracle);
}

void
TraceCollector::AddFabricNode(Ptr<Node> node, NodeId fabric)
{
    Oracle().AddFabricNode(node->GetId(), fabric);
    m_nodeIds[Oracle().GetName(node->GetId())] = node->GetId();
    m_nodes.push_back(node);
    LedgerTap::Watch(m_ledger, node);
    if (Ptr<Fib> fib = node->GetObject<Fib>())
    {
        fib->TraceConnectWithoutContext("Change", MakeCallback(&TraceCollector::FibChanged, this));
    }
}

void
TraceCollector::AddVm(Ptr<Vm> vm)
{
    Oracle().AddName(vm->GetNode()->GetId(), vm->GetId());
    m_vmNodes[vm->GetId()] = vm->GetNode()->GetId();
    m_vms.push_back(vm);
    for (const auto& address : vm->GetSpec().addresses)
    {
        m_vmByAddress[{vm->GetSpec().vn, address}] = vm->GetId();
    }
    m_nodes.push_back(vm->GetNode());
    m_timeline.AddVm(vm->GetId(), vm->GetSpec().addresses, vm->GetSpec().vn);
    LedgerTap::Watch(m_ledger, vm->GetNode());
    vm->TraceConnectWithoutContext("State",
                                   MakeBoundCallback(&TraceCollector::VmStateChanged, this));
    vm->GetAnnouncer()->TraceConnectWithoutContext(
        "Tx", MakeBoundCallback(&TraceCollector::Announced, this, vm->GetId()));
}

void
TraceCollector::AddFlow(const FlowInfo& flow)
{
    m_ledger->AddFlow(flow);
}

void
TraceCollector::AddTransfers(const std::vector<std::string>& flows,
                             Ptr<Application> client,
                             Ptr<Application> server)
{
    m_transfers->Watch(client, flows);
    if (!client->GetInstanceTypeId().LookupTraceSourceByName("Socket"))
    {
        return;
    }
    for (uint32_t flow = 0; flow < m_ledger->GetFlows().size(); ++flow)
    {
        if (m_ledger->GetFlows()[flow].name == flows.front())
        {
            m_reportingSockets.insert(flow);
            for (const Ptr<Application>& end : {client, server})
            {
                end->TraceConnectWithoutContext(
                    "Socket", MakeBoundCallback(&TraceCollector::SocketMade, this, flow));
            }
        }
    }
}

void
TraceCollector::AddEndpoint(Ptr<RegistrationEndpoint> endpoint, Ptr<Node> node)
{
    endpoint->TraceConnectWithoutContext(
        "Tx", MakeBoundCallback(&TraceCollector::MessageSent, this, node->GetId()));
    endpoint->TraceConnectWithoutContext(
        "Rx", MakeBoundCallback(&TraceCollector::MessageReceived, this, node->GetId()));
}

void
TraceCollector::AddBuffer(PacketEnumerator enumerator)
{
    m_buffers.push_back(std::move(enumerator));
}

void
TraceCollector::SetScheme(const std::string& scheme)
{
    m_scheme = scheme;
}

void
TraceCollector::PlanMove(const std::string& migration, const std::string& outcome)
{
    m_expected[migration] = outcome;
}

Ptr<PacketLedger>
TraceCollector::GetLedger() const
{
    return m_ledger;
}

MigrationTimeline&
TraceCollector::GetTimeline()
{
    return m_timeline;
}

const RunResults&
TraceCollector::Finish()
{
    if (m_finished)
    {
        return m_results;
    }
    m_finished = true;
    InFlightCensus census(m_ledger);
    for (const Ptr<Node>& node : m_nodes)
    {
        census.AddNode(node);
    }
    for (const PacketEnumerator& buffer : m_buffers)
    {
        census.AddBuffer(buffer);
    }
    census.Run();
    CountUnfinishedCopies();
    FindLostVms();
    m_goodput = std::make_unique<GoodputBins>(m_bin);
    m_goodput->AddDelivered(*m_ledger);
    for (const auto& timeout : m_timeouts)
    {
        m_goodput->OnTimeout(m_ledger->GetFlows()[timeout.first].name, timeout.second);
    }
    m_results.ledger = PeekPointer(m_ledger);
    m_results.timeline = &m_timeline;
    Oracle();
    m_results.stretch = m_stretch.get();
    m_results.goodput = m_goodput.get();
    m_results.transfers = PeekPointer(m_transfers);
    m_results.movesPlanned = m_expected.size();
    m_results.end = Simulator::Now();
    m_results.moves =
        MoveAnalysis(*m_ledger, m_timeline, *m_stretch, m_vmNodes, m_results.end).Run();
    return m_results;
}

void
TraceCollector::LearnAddresses()
{
    for (const Ptr<Node>& node : m_nodes)
    {
        for (const IpAddress& address : AddressesOf(node))
        {
            m_addresses.emplace(address, node->GetId());
        }
    }
}

std::string
TraceCollector::NameOf(const IpAddress& address)
{
    auto found = m_addresses.find(address);
    if (found == m_addresses.end() && address)
    {
        LearnAddresses();
        found = m_addresses.find(address);
    }
    return found == m_addresses.end() ? address.ToString() : Oracle().GetName(found->second);
}

uint32_t
TraceCollector::FindNode(const std::string& name) const
{
    const auto found = m_nodeIds.find(name);
    return found == m_nodeIds.end() ? 0 : found->second;
}

void
TraceCollector::FibChanged(const FibChange& change)
{
    m_timeline.OnFibChange({Simulator::Now(),
                            change.node,
                            change.prefix,
                            change.action,
                            RouteOwnerName(change.owner),
                            change.text,
                            change.epoch,
                            change.effective,
                            change.vn});
}

void
TraceCollector::MessageSent(TraceCollector* self,
                            uint32_t node,
                            const RegistrationMessage& message,
                            const IpAddress&,
                            const IpAddress& to,
                            uint32_t bytes)
{
    const bool request = message.type == RegistrationType::REQUEST;
    const uint32_t epoch = EpochOf(message.sequence);
    self->m_timeline.OnMessage({Simulator::Now(),
                                "registration",
                                NameOfType(message),
                                self->Oracle().GetName(node),
                                self->NameOf(to),
                                self->VmOf(message),
                                bytes,
                                epoch,
                                !IsAboutMove(message)});
    if (message.role != RecipientRole::MANAGEMENT_NODE || !IsAboutMove(message))
    {
        return;
    }
    if (request)
    {
        self->m_timeline.OnRegistrationSent(message.vmId, epoch, Simulator::Now());
    }
    else if (message.IsAccepted())
    {
        self->m_timeline.OnBindingUpdated(message.vmId, epoch, Simulator::Now());
    }
}

std::string
TraceCollector::VmOf(const RegistrationMessage& message) const
{
    if (!message.vmId.empty() || message.addresses.empty())
    {
        return message.vmId;
    }
    const auto vm = m_vmByAddress.find({message.vnId, message.addresses.front().address});
    return vm == m_vmByAddress.end() ? "" : vm->second;
}

void
TraceCollector::MessageReceived(TraceCollector* self,
                                uint32_t node,
                                const RegistrationMessage& message,
                                const IpAddress&,
                                const IpAddress&,
                                uint32_t)
{
    if (message.type == RegistrationType::REQUEST &&
        message.role != RecipientRole::MANAGEMENT_NODE && message.role != RecipientRole::RESOLVER &&
        !message.HasFlag(REGISTRATION_WITHDRAW))
    {
        self->m_timeline.OnRequestReceived(
            message.vmId, EpochOf(message.sequence), node, Simulator::Now(), !IsAboutMove(message));
    }
}

void
TraceCollector::FlowStarted(uint32_t book)
{
    const FlowInfo& flow = m_ledger->GetFlows()[book / 2];
    if (book % 2 != 0 || flow.protocol != TcpL4Protocol::PROT_NUMBER ||
        m_reportingSockets.count(book / 2) != 0)
    {
        return;
    }
    Ptr<TcpL4Protocol> tcp = NodeList::GetNode(flow.fromNode)->GetObject<TcpL4Protocol>();
    ObjectVectorValue sockets;
    tcp->GetAttribute("SocketList", sockets);
    for (auto socket = sockets.Begin(); socket != sockets.End(); ++socket)
    {
        Ptr<TcpSocketBase> base = DynamicCast<TcpSocketBase>(socket->second);
        Address peer;
        if (!base || base->GetPeerName(peer) != 0)
        {
            continue;
        }
        const IpAddress address = IpAddress::FromAddress(peer);
        const bool mine = flow.toAddresses.empty() ||
                          std::find(flow.toAddresses.begin(), flow.toAddresses.end(), address) !=
                              flow.toAddresses.end();
        const uint16_t port = InetSocketAddress::IsMatchingType(peer)
                                  ? InetSocketAddress::ConvertFrom(peer).GetPort()
                                  : Inet6SocketAddress::ConvertFrom(peer).GetPort();
        if (mine && (flow.toPort == 0 || flow.toPort == port))
        {
            base->TraceConnectWithoutContext(
                "RTO", MakeBoundCallback(&TraceCollector::RtoChanged, this, book / 2));
        }
    }
}

void
TraceCollector::SocketMade(TraceCollector* self, uint32_t flow, Ptr<Socket> socket)
{
    socket->TraceConnectWithoutContext("RTO",
                                       MakeBoundCallback(&TraceCollector::RtoChanged, self, flow));
}

void
TraceCollector::RtoChanged(TraceCollector* self, uint32_t flow, Time before, Time now)
{
    // Only a timeout doubles it (RFC 6298 section 5.5), up to 60 s in ns-3.
    if (now == before + before || (now == Seconds(60) && before >= Seconds(30)))
    {
        self->m_timeouts.emplace_back(flow, Simulator::Now());
    }
}

} // namespace vmm
} // namespace ns3
