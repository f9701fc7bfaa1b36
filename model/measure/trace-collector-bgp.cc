// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-codec.h"
#include "ns3/simulator.h"
#include "ns3/trace-collector.h"

#include <set>

namespace ns3
{
namespace vmm
{

void
TraceCollector::AddBgpRouter(Ptr<BgpRouter> router)
{
    router->TraceConnectWithoutContext("Tx", MakeCallback(&TraceCollector::BgpMessageSent, this));
    router->TraceConnectWithoutContext(
        "AdjRibIn", MakeBoundCallback(&TraceCollector::AdjRibChanged, this, router));
    router->TraceConnectWithoutContext(
        "AdjRibOut", MakeBoundCallback(&TraceCollector::AdjRibChanged, this, router));
    router->TraceConnectWithoutContext(
        "BestPath", MakeBoundCallback(&TraceCollector::LocRibChanged, this, router));
}

void
TraceCollector::AdjRibChanged(TraceCollector* self,
                              Ptr<BgpRouter> router,
                              const std::string&,
                              const IpPrefix&,
                              const BgpAttributesPtr&)
{
    self->CountRibs(*router);
}

void
TraceCollector::LocRibChanged(TraceCollector* self,
                              Ptr<BgpRouter> router,
                              const IpPrefix&,
                              const BgpBestPath&,
                              const BgpBestPath&)
{
    self->CountRibs(*router);
}

void
TraceCollector::CountRibs(const BgpRouter& router)
{
    const BgpRibSizes sizes = router.GetRibSizes();
    m_timeline.OnRibs(router.GetNode()->GetId(),
                      {sizes.adjRibIn, sizes.locRib, sizes.adjRibOut},
                      Simulator::Now());
}

void
TraceCollector::BgpMessageSent(const BgpMessageTrace& message)
{
    MessageEvent event;
    event.time = Simulator::Now();
    event.kind = "bgp";
    event.type = BgpMessageTypeName(message.type);
    event.from = Oracle().GetName(message.node);
    event.to = NameOf(message.remote);
    event.bytes = message.bytes;
    if (message.type == BgpMessageType::UPDATE)
    {
        event.vm = FindVms(*message.octets);
    }
    m_timeline.OnMessage(event);
}

std::string
TraceCollector::FindVms(const std::vector<uint8_t>& update) const
{
    std::set<std::string> vms;
    // Sessions of a fabric have 4-octet AS numbers; the prefixes are found in any case.
    const BgpDecodeResult decoded =
        DecodeBgpMessage(update.data(), update.size(), BgpCodecOptions());
    for (const BgpMessage& message : decoded.messages)
    {
        const auto& parts = std::get<BgpUpdateMessage>(message);
        for (const auto* prefixes : {&parts.announced, &parts.withdrawn})
        {
            for (const IpPrefix& prefix : *prefixes)
            {
                const std::string vm = prefix.IsHost() ? m_timeline.GetVm(prefix.GetAddress()) : "";
                if (!vm.empty())
                {
                    vms.insert(vm);
                }
            }
        }
    }
    std::string names;
    for (const std::string& vm : vms)
    {
        names += (names.empty() ? "" : " ") + vm;
    }
    return names;
}

} // namespace vmm
} // namespace ns3
