// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_WORKLOAD_STAR_H
#define VMM_WORKLOAD_STAR_H

#include "star-network.h"

#include "ns3/double.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/transfer-book.h"
#include "ns3/workload-helper.h"

namespace ns3
{
namespace vmm
{

/// Hosts around a router with flows between them, and when each host last sent a packet.
class WorkloadStar
{
  public:
    explicit WorkloadStar(uint32_t hosts)
        : net(Prepare(hosts)),
          lastSent(hosts),
          book(CreateObject<TransferBook>())
    {
        for (uint32_t i = 0; i < hosts; ++i)
        {
            net.Host(i)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                "SendOutgoing", MakeBoundCallback(&WorkloadStar::Sent, this, i));
        }
    }

    // A flow between two hosts, from 0.1 s on.
    WorkloadFlow Flow(const std::string& name, uint32_t from, uint32_t to, Time stop) const
    {
        WorkloadFlow flow;
        flow.name = name;
        flow.from =
            WorkloadEnd::OfHost("h" + std::to_string(from), net.Host(from), {net.Address4(from)});
        flow.to = WorkloadEnd::OfHost("h" + std::to_string(to), net.Host(to), {net.Address4(to)});
        flow.start = MilliSeconds(100);
        flow.stop = stop;
        flow.stream = 100;
        return flow;
    }

    static Ptr<RandomVariableStream> Constant(double value)
    {
        auto variable = CreateObject<ConstantRandomVariable>();
        variable->SetAttribute("Constant", DoubleValue(value));
        return variable;
    }

    static Ptr<RandomVariableStream> Exponential(double mean)
    {
        auto variable = CreateObject<ExponentialRandomVariable>();
        variable->SetAttribute("Mean", DoubleValue(mean));
        return variable;
    }

    StarNetwork net;
    WorkloadHelper helper;
    std::vector<Time> lastSent; // by host
    std::vector<uint64_t> sent = std::vector<uint64_t>(64);
    Ptr<TransferBook> book;

  private:
    // Connections that have ended are forgotten soon. Returns hosts.
    static uint32_t Prepare(uint32_t hosts)
    {
        Config::SetDefault("ns3::TcpSocketBase::MaxSegLifetime", DoubleValue(0.01));
        return hosts;
    }

    static void
    Sent(WorkloadStar* self, uint32_t host, const Ipv4Header&, Ptr<const Packet>, uint32_t)
    {
        self->lastSent[host] = Simulator::Now();
        ++self->sent[host];
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_WORKLOAD_STAR_H
