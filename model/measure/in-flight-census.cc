// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/in-flight-census.h"

#include "ns3/access-device.h"
#include "ns3/arp-cache.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ledger-tag.h"
#include "ns3/pointer.h"
#include "ns3/queue-disc.h"
#include "ns3/queue.h"
#include "ns3/traffic-control-layer.h"

#include <type_traits>
#include <utility>

namespace ns3
{
namespace vmm
{

namespace
{

/// Opens the protected view that a queue has of its items.
template <typename Item>
class QueueView : public Queue<Item>
{
  public:
    /// Calls visit with each item of queue.
    template <typename Visit>
    static void ForEach(const Queue<Item>& queue, Visit visit)
    {
        Walk<QueueView>(queue, visit, 0);
    }

  private:
    template <typename View, typename Visit>
    static auto Walk(const Queue<Item>& queue, Visit visit, int)
        -> decltype(void(&View::GetContainer))
    {
        for (const Ptr<Item>& item : (queue.*(&View::GetContainer))())
        {
            visit(item);
        }
    }

    /// Until ns-3.35 the items are between begin() and end().
    template <typename View, typename Visit>
    static void Walk(const Queue<Item>& queue, Visit visit, long)
    {
        using Iterator = typename View::ConstIterator;
        Iterator (Queue<Item>::*first)() const = &View::begin;
        Iterator (Queue<Item>::*last)() const = &View::end;
        for (Iterator i = (queue.*first)(); i != (queue.*last)(); ++i)
        {
            visit(*i);
        }
    }
};

/// Calls visit with each item that a queueing discipline and its classes hold.
template <typename Visit>
void
ForEachItem(Ptr<QueueDisc> disc, Visit visit)
{
    for (size_t i = 0; i < disc->GetNInternalQueues(); ++i)
    {
        QueueView<QueueDiscItem>::ForEach(*disc->GetInternalQueue(i), visit);
    }
    for (size_t i = 0; i < disc->GetNQueueDiscClasses(); ++i)
    {
        ForEachItem(disc->GetQueueDiscClass(i)->GetQueueDisc(), visit);
    }
}

/// Calls visit with each packet that waits in an ARP entry, which is left as it was.
template <typename Visit>
void
ForEachPending(ArpCache::Entry* entry, Visit visit)
{
    std::vector<ArpCache::Ipv4PayloadHeaderPair> pending;
    for (auto next = entry->DequeuePending(); next.first; next = entry->DequeuePending())
    {
        visit(next.first);
        pending.push_back(next);
    }
    for (const auto& packet : pending)
    {
        entry->UpdateWaitReply(packet);
    }
}

/// @return every IPv4 address in use at the nodes
std::vector<Ipv4Address>
AddressesOf(const std::vector<Ptr<Node>>& nodes)
{
    std::vector<Ipv4Address> addresses;
    for (const Ptr<Node>& node : nodes)
    {
        Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
        for (uint32_t i = 0; ipv4 && i < ipv4->GetNInterfaces(); ++i)
        {
            for (uint32_t j = 0; j < ipv4->GetNAddresses(i); ++j)
            {
                addresses.push_back(ipv4->GetAddress(i, j).GetLocal());
            }
        }
    }
    return addresses;
}

} // namespace

InFlightCensus::InFlightCensus(Ptr<PacketLedger> ledger)
    : m_ledger(ledger)
{
}

void
InFlightCensus::AddNode(Ptr<Node> node)
{
    m_nodes.push_back(node);
}

void
InFlightCensus::AddBuffer(PacketEnumerator enumerator)
{
    m_buffers.push_back(std::move(enumerator));
}

void
InFlightCensus::Run()
{
    bool open = false;
    for (const FlowBook& book : m_ledger->GetBooks())
    {
        open = open || book.sent != book.delivered + book.GetLost();
    }
    if (!open)
    {
        return;
    }
    m_found.assign(m_ledger->GetLastId() + 1, false);
    const std::vector<Ipv4Address> addresses = AddressesOf(m_nodes);
    for (const Ptr<Node>& node : m_nodes)
    {
        for (uint32_t i = 0; i < node->GetNDevices(); ++i)
        {
            WalkDevice(node->GetDevice(i));
        }
        WalkArp(node, addresses);
    }
    for (const PacketEnumerator& buffer : m_buffers)
    {
        buffer(
            [this](Ptr<const Packet> packet)
            {
                Found(packet);
            });
    }
    for (LedgerId id = 1; id <= m_ledger->GetLastId(); ++id)
    {
        m_ledger->Settle(id, m_found[id] || m_ledger->Get(id).wires > 0);
    }
}

void
InFlightCensus::Found(Ptr<const Packet> packet)
{
    LedgerTag tag;
    if (packet->PeekPacketTag(tag) && m_ledger->IsKnown(tag.GetId()))
    {
        m_found[tag.GetId()] = true;
    }
}

void
InFlightCensus::WalkDevice(Ptr<NetDevice> device)
{
    PointerValue value;
    if (device->GetAttributeFailSafe("TxQueue", value))
    {
        if (Ptr<Queue<Packet>> queue = value.Get<Queue<Packet>>())
        {
            QueueView<Packet>::ForEach(*queue,
                                       [this](Ptr<const Packet> p)
                                       {
                                           Found(p);
                                       });
        }
    }
    if (Ptr<AccessDevice> card = DynamicCast<AccessDevice>(device))
    {
        for (const Ptr<Packet>& frame : card->GetRxRing())
        {
            Found(frame);
        }
    }
    Ptr<TrafficControlLayer> control = device->GetNode()->GetObject<TrafficControlLayer>();
    if (Ptr<QueueDisc> disc = control ? control->GetRootQueueDiscOnDevice(device) : nullptr)
    {
        ForEachItem(disc,
                    [this](Ptr<QueueDiscItem> item)
                    {
                        Found(item->GetPacket());
                    });
    }
}

void
InFlightCensus::WalkArp(Ptr<Node> node, const std::vector<Ipv4Address>& addresses)
{
    Ptr<Ipv4L3Protocol> ipv4 = node->GetObject<Ipv4L3Protocol>();
    for (uint32_t i = 0; ipv4 && i < ipv4->GetNInterfaces(); ++i)
    {
        Ptr<ArpCache> cache = ipv4->GetInterface(i)->GetArpCache();
        for (size_t j = 0; cache && j < addresses.size(); ++j)
        {
            ArpCache::Entry* entry = cache->Lookup(addresses[j]);
            if (entry && entry->IsWaitReply())
            {
                ForEachPending(entry,
                               [this](Ptr<const Packet> p)
                               {
                                   Found(p);
                               });
            }
        }
    }
}

} // namespace vmm
} // namespace ns3
