// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLUID_NET_H
#define VMM_FLUID_NET_H

#include "../sim-fixture.h"

#include "ns3/boolean.h"
#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/fabric-helper.h"
#include "ns3/fluid-network.h"
#include "ns3/fluid-transfer.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/tcp-transfer.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Accepts connections and notes what arrives when; answers with an octet after so many if asked.
class CopySink
{
  public:
    static constexpr uint16_t PORT = 7000; //!< where it listens

    /// A piece of the stream.
    struct Arrival
    {
        Time when;       //!< time
        uint64_t octets; //!< in all until then
    };

    /// @param node where it listens @param address of the node
    CopySink(Ptr<Node> node, const IpAddress& address)
    {
        m_listener = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
        m_listener->Bind(address.ToSocketAddress(PORT));
        m_listener->Listen();
        m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeCallback(&CopySink::Accepted, this));
    }

    /// @return octets so far
    uint64_t GetOctets() const
    {
        return arrivals.empty() ? 0 : arrivals.back().octets;
    }

    /// @return when so many octets had arrived; negative if they have not
    Time When(uint64_t octets) const
    {
        for (const auto& arrival : arrivals)
        {
            if (arrival.octets >= octets)
            {
                return arrival.when;
            }
        }
        return Seconds(-1);
    }

    std::function<void()> onArrival;  //!< called when something has come
    std::vector<Arrival> arrivals;    //!< what came
    std::vector<Ptr<Socket>> sockets; //!< connections

  private:
    void Accepted(Ptr<Socket> socket, const Address&)
    {
        socket->SetRecvCallback(MakeCallback(&CopySink::Readable, this));
        sockets.push_back(socket);
    }

    void Readable(Ptr<Socket> socket)
    {
        while (Ptr<Packet> packet = socket->Recv())
        {
            if (packet->GetSize() == 0)
            {
                return;
            }
            arrivals.push_back({Simulator::Now(), GetOctets() + packet->GetSize()});
            if (onArrival)
            {
                onArrival();
            }
        }
    }

    Ptr<Socket> m_listener;
};

/// A graph of nodes by name, TCP as data-centre hosts have it, and a record of the traces.
class FluidNetTest : public SimTest
{
  protected:
    /// A link: its ends, rate and delay.
    using LinkSpec = std::tuple<std::string, std::string, std::string, std::string>;

    void SetUp() override
    {
        SimTest::SetUp();
        SetDefaults();
    }

    /// Sets TCP as scenarios do.
    static void SetDefaults()
    {
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
        Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
        Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(false));
        Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(MilliSeconds(40)));
        Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 20));
        Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 20));
    }

    void TearDown() override
    {
        Clear();
    }

    /// Ends the simulation and forgets everything.
    void Clear()
    {
        for (const auto& transfer : m_transfers)
        {
            transfer->Dispose();
        }
        m_transfers.clear();
        m_network = nullptr;
        m_fabric = nullptr;
        Simulator::Destroy();
        m_sinks.clear();
        m_failures.clear();
        m_rates.clear();
        m_started = 0;
        m_ended.clear();
        Reset();
        SetDefaults();
    }

    /// Makes the nodes that the links name, all of them routers, and the links.
    void Build(const std::vector<LinkSpec>& links, const std::string& queue = "100p")
    {
        Topology topology;
        for (const auto& [a, b, rate, delay] : links)
        {
            for (const auto& name : {a, b})
            {
                if (!topology.FindNode(name))
                {
                    topology.AddNode({name, NodeRole::ROUTER});
                }
            }
            TopologyLink link;
            link.a = topology.GetNodeId(a);
            link.b = topology.GetNodeId(b);
            link.rate = DataRate(rate);
            link.delay = Time(delay);
            link.queue = queue;
            topology.AddLink(link);
        }
        m_fabric = FabricHelper().Build(topology);
        m_network = FluidNetwork::Get();
        m_network->TraceConnectWithoutContext("FlowRate",
                                              MakeCallback(&FluidNetTest::RateSet, this));
        m_network->TraceConnectWithoutContext("FlowStarted",
                                              MakeCallback(&FluidNetTest::FlowStarted, this));
        m_network->TraceConnectWithoutContext("FlowEnded",
                                              MakeCallback(&FluidNetTest::FlowEnded, this));
    }

    /// @return a node
    Ptr<Node> At(const std::string& name) const
    {
        return m_fabric->GetNode(name);
    }

    /// @return its address
    IpAddress AddressOf(const std::string& name, IpFamily family = IpFamily::IPV4) const
    {
        return m_fabric->GetAddress(m_fabric->GetTopology().GetNodeId(name), family);
    }

    /// @return the device of a link at its end a
    Ptr<NetDevice> Device(const std::string& a, const std::string& b) const
    {
        const Topology& topology = m_fabric->GetTopology();
        for (LinkId link : topology.GetLinks(topology.GetNodeId(a)))
        {
            if (topology.GetOtherEnd(link, topology.GetNodeId(a)) == topology.GetNodeId(b))
            {
                return m_fabric->GetDevice(link, topology.GetNodeId(a));
            }
        }
        return nullptr;
    }

    /// @return what a device sends at now, in bit/s
    static double RateOf(Ptr<NetDevice> device)
    {
        DataRateValue rate;
        device->GetAttribute("DataRate", rate);
        return static_cast<double>(rate.Get().GetBitRate());
    }

    /// @return a new sink at a node
    CopySink& AddSink(const std::string& name, IpFamily family = IpFamily::IPV4)
    {
        m_sinks.push_back(std::make_unique<CopySink>(At(name), AddressOf(name, family)));
        return *m_sinks.back();
    }

    /// @return a flow without connection from one node to another
    Ptr<FluidFlow>
    Open(const std::string& from, const std::string& to, double weight = 1, double efficiency = 1)
    {
        FluidFlow::Spec spec;
        spec.node = At(from);
        spec.key.source = AddressOf(from);
        spec.key.destination = AddressOf(to);
        spec.key.protocol = 6;
        spec.key.ports = (5000 + ++m_lastPort) << 16 | CopySink::PORT;
        spec.weight = weight;
        spec.efficiency = efficiency;
        return m_network->Open(spec);
    }

    /// @return a transfer whose connection is being made; what it fails of is noted
    template <typename T = FluidTransfer>
    Ptr<T>
    AddTransfer(const std::string& from, const std::string& to, IpFamily family = IpFamily::IPV4)
    {
        auto transfer = CreateObject<T>();
        m_transfers.push_back(transfer);
        transfer->SetFailedCallback(
            [this](const std::string& reason)
            {
                m_failures.emplace_back(Simulator::Now(), reason);
            });
        transfer->Connect(At(from), AddressOf(to, family), CopySink::PORT);
        return transfer;
    }

    /// @return so many octets of content
    static std::vector<uint8_t> Octets(size_t count)
    {
        return std::vector<uint8_t>(count, 'x');
    }

    void RunTo(double seconds)
    {
        Simulator::Stop(Seconds(seconds) - Simulator::Now());
        Simulator::Run();
    }

    void RateSet(Ptr<const FluidFlow> flow, double rate)
    {
        m_rates.push_back({Simulator::Now(), {flow->GetId(), rate}});
    }

    void FlowStarted(Ptr<const FluidFlow>, uint64_t)
    {
        ++m_started;
    }

    void FlowEnded(Ptr<const FluidFlow> flow, uint64_t octets)
    {
        m_ended.push_back({Simulator::Now(), {flow->GetId(), octets}});
    }

    /// @return when a flow ended last; negative if it has not
    Time EndOf(Ptr<const FluidFlow> flow) const
    {
        Time end = Seconds(-1);
        for (const auto& [when, what] : m_ended)
        {
            end = what.first == flow->GetId() ? when : end;
        }
        return end;
    }

    Ptr<Fabric> m_fabric;
    Ptr<FluidNetwork> m_network;
    std::vector<Ptr<CopyTransfer>> m_transfers;
    std::vector<std::unique_ptr<CopySink>> m_sinks;
    std::vector<std::pair<Time, std::string>> m_failures;
    std::vector<std::pair<Time, std::pair<uint32_t, double>>> m_rates;
    std::vector<std::pair<Time, std::pair<uint32_t, uint64_t>>> m_ended;
    uint32_t m_started{0};
    uint32_t m_lastPort{0};
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FLUID_NET_H
