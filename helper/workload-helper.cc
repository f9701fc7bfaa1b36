// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/workload-helper.h"

#include "ns3/boolean.h"
#include "ns3/bulk-send-application.h"
#include "ns3/double.h"
#include "ns3/incast-client.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/onoff-application.h"
#include "ns3/packet-sink.h"
#include "ns3/pointer.h"
#include "ns3/probe-client.h"
#include "ns3/rpc-client.h"
#include "ns3/rpc-server.h"
#include "ns3/sized-client.h"
#include "ns3/string.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-l4-protocol.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace vmm
{

namespace
{
/// From the port of a flow's server to that of its client. A fixed port makes the flow's path the
/// same whatever else starts on its node.
constexpr uint16_t CLIENT_PORT_OFFSET = 20000;
/// One after the last client's: there begin the ports that sockets choose themselves.
constexpr uint16_t EPHEMERAL_PORTS = 49152;

/// @return the address of that family, none if there is none
IpAddress
OfFamily(const IpAddressList& addresses, IpFamily family)
{
    for (const auto& address : addresses)
    {
        if (address.GetFamily() == family)
        {
            return address;
        }
    }
    return {};
}

/// @return the address on which a server of that family listens
Address
AnyAddress(IpFamily family, uint16_t port)
{
    if (family == IpFamily::IPV4)
    {
        return InetSocketAddress(Ipv4Address::GetAny(), port);
    }
    return Inet6SocketAddress(Ipv6Address::GetAny(), port);
}

/// Adds an application to an end, running or not.
void
Add(const WorkloadEnd& end, Ptr<Application> application)
{
    if (end.vm)
    {
        end.vm->AddApplication(application);
    }
    else
    {
        end.node->AddApplication(application);
    }
}

/// @return addresses and ports that go from one end to the other
FlowInfo
Describe(const WorkloadFlow& flow, const std::string& application, uint8_t protocol)
{
    FlowInfo info;
    info.name = flow.name;
    info.from = flow.from.name;
    info.to = flow.to.name;
    info.application = application;
    info.fromNode = flow.from.node->GetId();
    info.toNode = flow.to.node->GetId();
    IpAddress from = OfFamily(flow.from.addresses, flow.family);
    IpAddress to = OfFamily(flow.to.addresses, flow.family);
    if (!from || !to)
    {
        throw std::invalid_argument("flow " + flow.name +
                                    ": its ends have no addresses of one family");
    }
    info.fromAddresses = {from};
    info.toAddresses = {to};
    info.protocol = protocol;
    info.stop = flow.stop;
    return info;
}

/// Sets sizes and think time of a client that asks.
void
SetQuestions(Ptr<Application> client, const WorkloadFlow& flow)
{
    client->SetAttribute("RequestSize", UintegerValue(flow.packetSize));
    client->SetAttribute("ResponseSize", UintegerValue(flow.responseSize));
    Ptr<RandomVariableStream> thinkTime = flow.thinkTimes;
    if (!thinkTime)
    {
        thinkTime = CreateObject<ConstantRandomVariable>();
        thinkTime->SetAttribute("Constant", DoubleValue(flow.thinkTime.GetSeconds()));
    }
    client->SetAttribute("ThinkTime", PointerValue(thinkTime));
}

/// Fixes the random streams of an application, if they are given.
template <typename A>
void
Assign(Ptr<A> application, const WorkloadFlow& flow)
{
    if (flow.stream)
    {
        application->AssignStreams(*flow.stream);
    }
}
} // namespace

WorkloadEnd
WorkloadEnd::OfVm(Ptr<Vm> vm)
{
    return {vm->GetId(), vm->GetNode(), vm, vm->GetSpec().addresses};
}

WorkloadEnd
WorkloadEnd::OfHost(const std::string& name, Ptr<Node> node, IpAddressList addresses)
{
    return {name, node, nullptr, std::move(addresses)};
}

uint16_t
WorkloadHelper::TakePort()
{
    if (m_nextPort + CLIENT_PORT_OFFSET >= EPHEMERAL_PORTS)
    {
        throw std::invalid_argument("found more flows than there are ports, expected at most " +
                                    std::to_string(EPHEMERAL_PORTS - 40000));
    }
    return m_nextPort++;
}

WorkloadApplications
WorkloadHelper::Install(const WorkloadFlow& flow,
                        Ptr<Application> client,
                        Ptr<Application> server,
                        const std::string& application,
                        uint8_t protocol)
{
    WorkloadApplications result{client, server, Describe(flow, application, protocol)};
    uint16_t port = TakePort();
    server->SetAttribute("Local", AddressValue(AnyAddress(flow.family, port)));
    client->SetAttribute("Remote",
                         AddressValue(result.info.toAddresses.front().ToSocketAddress(port)));
    result.info.toPort = port;
    uint16_t localPort = port + CLIENT_PORT_OFFSET;
    // A client of many connections lets its sockets choose.
    if (client->SetAttributeFailSafe("Local", AddressValue(AnyAddress(flow.family, localPort))))
    {
        result.info.fromPort = localPort;
    }
    client->SetStartTime(flow.start);
    client->SetStopTime(flow.stop);
    Add(flow.to, server);
    Add(flow.from, client);
    return result;
}

WorkloadApplications
WorkloadHelper::InstallUdpProbe(const WorkloadFlow& flow)
{
    auto client = CreateObject<ProbeClient>();
    client->SetAttribute("Period", TimeValue(flow.period));
    client->SetAttribute("PacketSize", UintegerValue(flow.packetSize));
    auto server = CreateObject<PacketSink>();
    server->SetAttribute("Protocol", TypeIdValue(UdpSocketFactory::GetTypeId()));
    auto result = Install(flow, client, server, "udp-probe", UdpL4Protocol::PROT_NUMBER);
    result.info.period = flow.period;
    return result;
}

WorkloadApplications
WorkloadHelper::InstallTcpBulk(const WorkloadFlow& flow)
{
    Ptr<Application> client;
    if (flow.rate)
    {
        client = CreateObject<OnOffApplication>();
        client->SetAttribute("DataRate", DataRateValue(*flow.rate));
        client->SetAttribute("PacketSize", UintegerValue(flow.packetSize));
        client->SetAttribute("OnTime", StringValue("ns3::ConstantRandomVariable[Constant=1]"));
        client->SetAttribute("OffTime", StringValue("ns3::ConstantRandomVariable[Constant=0]"));
    }
    else
    {
        client = CreateObject<BulkSendApplication>();
        client->SetAttribute("SendSize", UintegerValue(flow.packetSize));
    }
    client->SetAttribute("MaxBytes", UintegerValue(flow.bytes.value_or(0)));
    client->SetAttribute("Protocol", TypeIdValue(TcpSocketFactory::GetTypeId()));
    auto server = CreateObject<PacketSink>();
    server->SetAttribute("Protocol", TypeIdValue(TcpSocketFactory::GetTypeId()));
    return Install(flow, client, server, "tcp-bulk", TcpL4Protocol::PROT_NUMBER);
}

WorkloadApplications
WorkloadHelper::InstallRpc(const WorkloadFlow& flow)
{
    auto client = CreateObject<RpcClient>();
    SetQuestions(client, flow);
    Assign(client, flow);
    return Install(flow, client, CreateObject<RpcServer>(), "rpc", TcpL4Protocol::PROT_NUMBER);
}

WorkloadApplications
WorkloadHelper::InstallOnOff(const WorkloadFlow& flow)
{
    auto client = CreateObject<OnOffApplication>();
    client->SetAttribute("Protocol", TypeIdValue(UdpSocketFactory::GetTypeId()));
    client->SetAttribute("DataRate", DataRateValue(flow.rate.value()));
    client->SetAttribute("PacketSize", UintegerValue(flow.packetSize));
    client->SetAttribute("OnTime", PointerValue(flow.onTime));
    client->SetAttribute("OffTime", PointerValue(flow.offTime));
    Assign(client, flow);
    auto server = CreateObject<PacketSink>();
    server->SetAttribute("Protocol", TypeIdValue(UdpSocketFactory::GetTypeId()));
    return Install(flow, client, server, "on-off", UdpL4Protocol::PROT_NUMBER);
}

WorkloadApplications
WorkloadHelper::InstallSized(const WorkloadFlow& flow)
{
    auto client = CreateObject<SizedClient>();
    client->SetAttribute("Interval", PointerValue(flow.interval));
    client->SetAttribute("Size", PointerValue(flow.sizes));
    client->SetAttribute("Download", BooleanValue(flow.download));
    if (flow.download)
    {
        client->SetAttribute("RequestSize", UintegerValue(flow.packetSize));
    }
    Assign(client, flow);
    return Install(flow, client, CreateObject<RpcServer>(), "sized", TcpL4Protocol::PROT_NUMBER);
}

std::vector<WorkloadApplications>
WorkloadHelper::InstallIncast(const std::vector<WorkloadFlow>& flows)
{
    if (flows.empty())
    {
        throw std::invalid_argument("found an incast without senders");
    }
    auto client = CreateObject<IncastClient>();
    const WorkloadFlow& first = flows.front();
    SetQuestions(client, first);
    Assign(client, first);
    client->SetStartTime(first.start);
    client->SetStopTime(first.stop);
    std::vector<WorkloadApplications> results;
    for (const auto& flow : flows)
    {
        auto server = CreateObject<RpcServer>();
        FlowInfo info = Describe(flow, "incast", TcpL4Protocol::PROT_NUMBER);
        info.fromPort = TakePort();
        info.toPort = info.fromPort + CLIENT_PORT_OFFSET;
        server->SetAttribute("Local", AddressValue(AnyAddress(flow.family, info.fromPort)));
        client->AddServer(AnyAddress(flow.family, info.toPort),
                          info.fromAddresses.front().ToSocketAddress(info.fromPort));
        Add(flow.from, server);
        results.push_back({client, server, info});
    }
    Add(first.to, client);
    return results;
}

} // namespace vmm
} // namespace ns3
