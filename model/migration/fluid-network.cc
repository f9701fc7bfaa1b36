// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/fluid-network.h"

#include "ns3/double.h"
#include "ns3/fib.h"
#include "ns3/hypervisor.h"
#include "ns3/max-min-share.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(FluidNetwork);

namespace
{
Ptr<FluidNetwork> g_network; //!< of this simulation; null before Get()
} // namespace

TypeId
FluidNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::FluidNetwork")
            .SetParent<Object>()
            .SetGroupName("VmMobility")
            .AddConstructor<FluidNetwork>()
            .AddAttribute("Window",
                          "How long packets on a link are counted before their load is judged; the "
                          "first windows are shorter (time). Shorter follows the packets sooner, "
                          "longer does not take a burst for a load.",
                          TimeValue(MilliSeconds(10)),
                          MakeTimeAccessor(&FluidNetwork::m_window),
                          MakeTimeChecker(MicroSeconds(1)))
            .AddAttribute("Headroom",
                          "Part of the measured load of packets that is left to them on top of it, "
                          "so that they can grow and do not queue.",
                          DoubleValue(0.25),
                          MakeDoubleAccessor(&FluidNetwork::m_headroom),
                          MakeDoubleChecker<double>(0, 10))
            .AddAttribute("Saturation",
                          "Packets that fill this part of the capacity left to them would send "
                          "more and are competitors; has to be above 1 / (1 + Headroom).",
                          DoubleValue(0.9),
                          MakeDoubleAccessor(&FluidNetwork::m_saturation),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("LeastShare",
                          "Part of a link that packets keep, and that flows keep, whatever the "
                          "other side takes: neither starves for ever.",
                          DoubleValue(0.01),
                          MakeDoubleAccessor(&FluidNetwork::m_least),
                          MakeDoubleChecker<double>(1e-6, 0.5))
            .AddAttribute("Markedly",
                          "A change of the load of packets by less than this part of the link "
                          "changes no rate.",
                          DoubleValue(0.02),
                          MakeDoubleAccessor(&FluidNetwork::m_markedly),
                          MakeDoubleChecker<double>(0, 1))
            .AddTraceSource("FlowStarted",
                            "A flow has got octets to carry.",
                            MakeTraceSourceAccessor(&FluidNetwork::m_flowStarted),
                            "ns3::vmm::FluidNetwork::FlowCallback")
            .AddTraceSource("FlowRate",
                            "A flow's rate has changed (bit/s of content).",
                            MakeTraceSourceAccessor(&FluidNetwork::m_flowRate),
                            "ns3::vmm::FluidNetwork::RateCallback")
            .AddTraceSource("FlowEnded",
                            "A flow has carried its octets, or was closed; how many it carried.",
                            MakeTraceSourceAccessor(&FluidNetwork::m_flowEnded),
                            "ns3::vmm::FluidNetwork::FlowCallback")
            .AddTraceSource("LinkRate",
                            "The rate of fluid flows on a link (bit/s, headers included), or the "
                            "load of packets that it is computed from, has changed.",
                            MakeTraceSourceAccessor(&FluidNetwork::m_linkRate),
                            "ns3::vmm::FluidNetwork::LinkCallback");
    return tid;
}

FluidNetwork::FluidNetwork() = default;

FluidNetwork::~FluidNetwork() = default;

Ptr<FluidNetwork>
FluidNetwork::Get()
{
    if (!g_network)
    {
        g_network = CreateObject<FluidNetwork>();
        Simulator::ScheduleDestroy(&FluidNetwork::Clear);
    }
    return g_network;
}

void
FluidNetwork::Clear()
{
    Ptr<FluidNetwork> network = g_network;
    g_network = nullptr;
    network->Dispose();
}

void
FluidNetwork::DoDispose()
{
    m_update.Cancel();
    const auto flows = m_flows;
    for (const auto& [id, flow] : flows)
    {
        Close(flow);
    }
    for (const auto& [id, watch] : m_watches)
    {
        watch->Disconnect();
    }
    m_update.Cancel();
    m_watches.clear();
    m_links.clear();
    m_linkIndex.clear();
    Object::DoDispose();
}

Ptr<FluidFlow>
FluidNetwork::Open(FluidFlow::Spec spec)
{
    auto flow = Create<FluidFlow>();
    flow->m_id = ++m_lastFlow;
    flow->m_spec = std::move(spec);
    flow->m_since = Simulator::Now();
    m_flows[flow->m_id] = flow;
    Reroute(*flow);
    return flow;
}

void
FluidNetwork::Start(Ptr<FluidFlow> flow, uint64_t octets, double limit)
{
    if (!flow->m_open)
    {
        return;
    }
    flow->m_active = true;
    flow->m_started = true;
    flow->m_octets = octets;
    flow->m_left = static_cast<double>(octets);
    flow->m_limit = limit;
    flow->m_since = Simulator::Now();
    m_flowStarted(flow, octets);
    TouchFlow(*flow);
}

void
FluidNetwork::SetLimit(Ptr<FluidFlow> flow, double limit)
{
    if (flow->m_limit != limit)
    {
        flow->m_limit = limit;
        if (flow->m_active)
        {
            TouchFlow(*flow);
        }
    }
}

void
FluidNetwork::Close(Ptr<FluidFlow> flow)
{
    if (!flow->m_open)
    {
        return;
    }
    Advance(*flow);
    flow->m_open = false;
    flow->m_end.Cancel();
    const uint64_t before = flow->m_delivered;
    flow->m_delivered = GetDelivered(flow);
    const bool active = flow->m_active;
    flow->m_active = false;
    flow->m_rate = 0;
    LeavePath(*flow);
    m_flows.erase(flow->m_id);
    flow->m_spec.delivered = nullptr;
    flow->m_spec.rateSet = nullptr;
    flow->m_spec.pathSet = nullptr;
    if (active)
    {
        m_flowEnded(flow, flow->m_delivered - before);
    }
}

uint64_t
FluidNetwork::GetDelivered(Ptr<const FluidFlow> flow) const
{
    if (!flow->m_active)
    {
        return flow->m_delivered;
    }
    const double seconds = (Simulator::Now() - flow->m_since).GetSeconds();
    const double left = flow->m_rate > 0
                            ? std::max(0.0, flow->m_left - flow->GetRate() / 8 * seconds)
                            : flow->m_left;
    return flow->m_delivered + flow->m_octets - static_cast<uint64_t>(std::ceil(left));
}

void
FluidNetwork::Touch()
{
    if (m_update.IsExpired() && !m_updating)
    {
        m_update = Simulator::ScheduleNow(&FluidNetwork::Update, this);
    }
}

void
FluidNetwork::TouchFlow(FluidFlow& flow)
{
    m_changedFlows.push_back(flow.m_id);
    Touch();
}

void
FluidNetwork::LinkChanged(FluidLink& link)
{
    m_changedLinks.push_back(link.GetId());
    m_changedFlows.insert(m_changedFlows.end(), link.GetFlows().begin(), link.GetFlows().end());
    Touch();
}

uint32_t
FluidNetwork::GetLink(const FluidHop& hop)
{
    const auto [place, isNew] = m_linkIndex.emplace(
        std::make_pair(hop.sender->GetNode()->GetId(), hop.sender->GetIfIndex()),
        static_cast<uint32_t>(m_links.size()));
    if (isNew)
    {
        FluidLink::Settings& settings = m_settings;
        settings.rules.headroom = m_headroom;
        settings.rules.saturation = m_saturation;
        settings.window = m_window;
        settings.least = m_least;
        settings.markedly = m_markedly;
        m_links.push_back(std::make_unique<FluidLink>(place->second,
                                                      hop,
                                                      settings,
                                                      [this](FluidLink& link)
                                                      {
                                                          LinkChanged(link);
                                                      }));
    }
    return place->second;
}

void
FluidNetwork::LeavePath(FluidFlow& flow)
{
    for (uint32_t link : flow.m_links)
    {
        m_links[link]->Leave(flow.m_id);
        m_changedLinks.push_back(link);
    }
    for (uint32_t node : flow.m_nodes)
    {
        auto& flows = m_watches.at(node)->flows;
        flows.erase(std::remove(flows.begin(), flows.end(), flow.m_id), flows.end());
    }
    if (!flow.m_links.empty())
    {
        Touch();
    }
    flow.m_links.clear();
    flow.m_nodes.clear();
    flow.m_complete = false;
}

void
FluidNetwork::Reroute(FluidFlow& flow)
{
    const FluidPath path = FindFluidPath(flow.m_spec.node, flow.m_spec.key);
    std::vector<uint32_t> links;
    std::vector<uint32_t> nodes;
    for (const auto& node : path.nodes)
    {
        GetWatch(node);
        nodes.push_back(node->GetId());
    }
    for (size_t i = 0; path.complete && i < path.hops.size(); ++i)
    {
        links.push_back(GetLink(path.hops[i]));
    }
    flow.m_moved = false;
    if (links == flow.m_links && nodes == flow.m_nodes && path.complete == flow.m_complete)
    {
        return;
    }
    Advance(flow);
    // The new links first: one that stays in use goes on measuring.
    for (uint32_t link : links)
    {
        m_links[link]->Enter(flow.m_id);
    }
    LeavePath(flow);
    flow.m_complete = path.complete;
    flow.m_links = std::move(links);
    flow.m_nodes = std::move(nodes);
    for (uint32_t node : flow.m_nodes)
    {
        m_watches.at(node)->flows.push_back(flow.m_id);
    }
    flow.m_delay = Time(0);
    flow.m_lag = Time(0);
    flow.m_slowest = flow.m_complete ? MaxMinShare::UNLIMITED : 0;
    for (uint32_t link : flow.m_links)
    {
        const double capacity = m_links[link]->GetCapacity();
        flow.m_delay += m_links[link]->GetDelay();
        flow.m_slowest = std::min(flow.m_slowest, capacity);
        if (link != flow.m_links.front() && capacity > 0)
        {
            flow.m_lag += NanoSeconds(std::llround(flow.m_spec.frame * 8e9 / capacity));
        }
    }
    TouchFlow(flow);
    if (flow.m_spec.pathSet)
    {
        flow.m_spec.pathSet();
    }
}

void
FluidNetwork::Advance(FluidFlow& flow)
{
    const Time now = Simulator::Now();
    if (flow.m_active && flow.m_rate > 0 && now > flow.m_since)
    {
        const double octets =
            std::min(flow.m_left, flow.GetRate() / 8 * (now - flow.m_since).GetSeconds());
        flow.m_left -= octets;
        for (uint32_t link : flow.m_links)
        {
            m_links[link]->Count(octets / flow.m_spec.efficiency);
        }
    }
    flow.m_since = now;
}

void
FluidNetwork::SetRate(FluidFlow& flow, double rate)
{
    Advance(flow);
    flow.m_rate = rate;
    flow.m_end.Cancel();
    if (flow.m_active && rate > 0)
    {
        // Without a link and a limit the rate is infinite.
        const double seconds = flow.m_left * 8 / flow.GetRate();
        if (seconds < Time::Max().GetSeconds() / 2)
        {
            flow.m_end = Simulator::Schedule(
                NanoSeconds(std::llround(seconds * 1e9)), &FluidNetwork::Ended, this, flow.m_id);
        }
    }
}

void
FluidNetwork::Ended(uint32_t id)
{
    Ptr<FluidFlow> flow = m_flows.at(id);
    Advance(*flow);
    for (uint32_t link : flow->m_links)
    {
        m_links[link]->Count(flow->m_left / flow->m_spec.efficiency); // what rounding has left
    }
    flow->m_left = 0;
    flow->m_active = false;
    flow->m_rate = 0;
    flow->m_delivered += flow->m_octets;
    TouchFlow(*flow);
    m_flowEnded(flow, flow->m_octets);
    const auto callback = flow->m_spec.delivered;
    if (callback)
    {
        callback();
    }
}

double
FluidNetwork::GetFluidOctets(Ptr<const NetDevice> sender) const
{
    const auto found = m_linkIndex.find({sender->GetNode()->GetId(), sender->GetIfIndex()});
    if (found == m_linkIndex.end())
    {
        return 0;
    }
    double octets = m_links[found->second]->GetFluidOctets();
    for (uint32_t id : m_links[found->second]->GetFlows())
    {
        const FluidFlow& flow = *m_flows.at(id);
        const double seconds = (Simulator::Now() - flow.m_since).GetSeconds();
        if (flow.m_active && flow.m_rate > 0)
        {
            octets += std::min(flow.m_left, flow.GetRate() / 8 * seconds) / flow.m_spec.efficiency;
        }
    }
    return octets;
}

double
FluidNetwork::GetFluidRate(Ptr<const NetDevice> sender) const
{
    const auto found = m_linkIndex.find({sender->GetNode()->GetId(), sender->GetIfIndex()});
    return found == m_linkIndex.end() ? 0 : m_links[found->second]->GetFluidRate();
}

} // namespace vmm
} // namespace ns3
