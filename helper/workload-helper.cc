// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/workload-helper.h"

#include "ns3/bulk-send-application.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/onoff-application.h"
#include "ns3/packet-sink.h"
#include "ns3/probe-client.h"
#include "ns3/rpc-client.h"
#include "ns3/rpc-server.h"
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

WorkloadApplications
WorkloadHelper::Install(const WorkloadFlow& flow,
                        Ptr<Application> client,
                        Ptr<Application> server,
                        const std::string& application,
                        uint8_t protocol)
{
    uint16_t port = m_nextPort++;
    IpAddress from = OfFamily(flow.from.addresses, flow.family);
    IpAddress to = OfFamily(flow.to.addresses, flow.family);
    if (!from || !to)
    {
        throw std::invalid_argument("flow " + flow.name +
                                    ": its ends have no addresses of one "
                                    "family");
    }
    server->SetAttribute("Local", AddressValue(AnyAddress(flow.family, port)));
    client->SetAttribute("Remote", AddressValue(to.ToSocketAddress(port)));
    uint16_t localPort = port + CLIENT_PORT_OFFSET;
    client->SetAttribute("Local", AddressValue(AnyAddress(flow.family, localPort)));
    client->SetStartTime(flow.start);
    client->SetStopTime(flow.stop);
    Add(flow.to, server);
    Add(flow.from, client);

    WorkloadApplications result{client, server, {}};
    result.info.name = flow.name;
    result.info.from = flow.from.name;
    result.info.to = flow.to.name;
    result.info.application = application;
    result.info.fromNode = flow.from.node->GetId();
    result.info.toNode = flow.to.node->GetId();
    result.info.fromAddresses = {from};
    result.info.toAddresses = {to};
    result.info.protocol = protocol;
    result.info.fromPort = localPort;
    result.info.toPort = port;
    result.info.stop = flow.stop;
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
    client->SetAttribute("RequestSize", UintegerValue(flow.packetSize));
    client->SetAttribute("ResponseSize", UintegerValue(flow.responseSize));
    client->SetAttribute("ThinkTime", TimeValue(flow.thinkTime));
    return Install(flow, client, CreateObject<RpcServer>(), "rpc", TcpL4Protocol::PROT_NUMBER);
}

} // namespace vmm
} // namespace ns3
