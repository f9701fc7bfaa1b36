// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/fib.h"

#include "ns3/node.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(Fib);

namespace
{

constexpr uint32_t MAX_VNI = (1U << 24) - 1; //!< RFC 7348 section 5

/// @return the most preferred route of a list that may start with a local address
const Fib::Entry*
FirstRoute(const Fib::Entry* entry)
{
    return entry && !entry->IsRoute() ? entry->next : entry;
}

} // namespace

TypeId
Fib::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::Fib")
            .SetParent<Object>()
            .SetGroupName("VmMobility")
            .AddConstructor<Fib>()
            .AddAttribute("EcmpSalt",
                          "What the flow hash of equal-cost choices is salted with; 0 derives it "
                          "from the node id, so that no two nodes choose alike.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Fib::SetSaltAttribute, &Fib::GetSaltAttribute),
                          MakeUintegerChecker<uint64_t>())
            .AddTraceSource("Change",
                            "A route was added, replaced or removed.",
                            MakeTraceSourceAccessor(&Fib::m_changeTrace),
                            "ns3::vmm::Fib::ChangeCallback")
            .AddTraceSource("Drop",
                            "The table lost a packet: a discard route, no usable next hop, or a "
                            "tunnel that cannot be sent. The packet may lack its IP header.",
                            MakeTraceSourceAccessor(&Fib::m_dropTrace),
                            "ns3::vmm::Fib::DropCallback")
            .AddTraceSource("Encapsulate",
                            "A packet goes into a tunnel: the inner datagram as it is carried, and "
                            "the remote end.",
                            MakeTraceSourceAccessor(&Fib::m_encapsulateTrace),
                            "ns3::vmm::Fib::TunnelCallback")
            .AddTraceSource("Decapsulate",
                            "A packet came out of a tunnel: the inner datagram and the remote end.",
                            MakeTraceSourceAccessor(&Fib::m_decapsulateTrace),
                            "ns3::vmm::Fib::TunnelCallback")
            .AddTraceSource("DeviceState",
                            "A device was marked as up or down.",
                            MakeTraceSourceAccessor(&Fib::m_deviceTrace),
                            "ns3::vmm::Fib::DeviceCallback");
    return tid;
}

Fib::Fib()
{
    m_ipv4.family = IpFamily::IPV4;
    m_ipv6.family = IpFamily::IPV6;
    SetSaltAttribute(0);
}

Fib::~Fib()
{
    Clear();
}

void
Fib::NotifyNewAggregate()
{
    if (!m_node)
    {
        m_node = GetObject<Node>();
        SetSaltAttribute(m_saltAttribute);
    }
    Object::NotifyNewAggregate();
}

void
Fib::DoDispose()
{
    for (auto& [vn, tenant] : m_tenants)
    {
        tenant->Dispose();
    }
    m_byDevice.clear();
    m_tenants.clear();
    Clear();
    m_down.clear();
    m_node = nullptr;
    m_device = nullptr;
    m_parent = nullptr;
    Object::DoDispose();
}

void
Fib::Clear()
{
    auto clear = [](auto& half)
    {
        std::vector<Entry*> entries;
        half.table.ForEach(
            [&](Entry& head)
            {
                for (Entry* entry = &head; entry; entry = entry->next)
                {
                    entries.push_back(entry);
                }
            });
        half.table.Clear();
        half.groups.Clear();
        for (Entry* entry : entries)
        {
            delete entry;
        }
    };
    clear(m_ipv4);
    clear(m_ipv6);
    m_count.fill(0);
    m_hostCount.fill(0);
}

void
Fib::SetSaltAttribute(uint64_t salt)
{
    m_saltAttribute = salt;
    m_salt = salt ? salt : MixBits(0x5851f42d4c957f2dULL + (m_node ? m_node->GetId() + 1 : 0));
    for (auto& [vn, tenant] : m_tenants)
    {
        tenant->m_salt = m_salt;
    }
}

uint64_t
Fib::GetSaltAttribute() const
{
    return m_saltAttribute;
}

void
Fib::Check(const IpPrefix& prefix, const Route& route) const
{
    if (!prefix.GetAddress())
    {
        throw std::invalid_argument("found no prefix, expected one for a route");
    }
    IpFamily family = prefix.GetAddress().GetFamily();
    auto fail = [&](const std::string& what)
    {
        throw std::invalid_argument("route to " + prefix.ToString() + ": " + what);
    };
    if (route.action == RouteAction::FORWARD && route.nextHops.empty())
    {
        fail("found no next hop, expected at least one");
    }
    for (const auto& hop : route.nextHops)
    {
        if (hop.gateway && hop.gateway.GetFamily() != family)
        {
            fail("found gateway " + hop.gateway.ToString() + " of the other family");
        }
        if (!hop.device || !hop.device->GetNode() || (m_node && hop.device->GetNode() != m_node))
        {
            fail("found a next hop without a device of the node");
        }
    }
    const bool vxlan = route.encapsulation == Encapsulation::VXLAN;
    if (route.action == RouteAction::TUNNEL &&
        (vxlan ? !route.tunnelRemote : route.tunnelRemote.GetFamily() != family))
    {
        fail("found tunnel end " + route.tunnelRemote.ToString() + ", expected its family");
    }
    if (vxlan && route.vni > MAX_VNI)
    {
        fail("found VNI " + std::to_string(route.vni) + ", expected 24 bits");
    }
    if (route.action == RouteAction::PUNT && !route.punt)
    {
        fail("found no handler for its packets");
    }
}

void
Fib::Count(const IpPrefix& prefix, RouteOwner owner, int step)
{
    m_count[static_cast<size_t>(owner)] += step;
    m_hostCount[static_cast<size_t>(owner)] += prefix.IsHost() ? step : 0;
}

void
Fib::Trace(const Entry& entry, FibAction action, bool effective)
{
    if (GetRoot().m_changeTrace.IsEmpty())
    {
        return;
    }
    FibChange change;
    change.node = m_node ? m_node->GetId() : 0;
    change.vn = m_vn;
    change.prefix = entry.prefix;
    change.action = action;
    change.owner = entry.owner;
    change.routeAction = entry.route.action;
    change.nextHops = entry.route.nextHops;
    change.text = entry.route.ToString();
    change.epoch = entry.route.epoch;
    change.effective = effective;
    GetRoot().m_changeTrace(change);
}

void
Fib::SetRoute(const IpPrefix& prefix, RouteOwner owner, const Route& route)
{
    Check(prefix, route);
    Entry* entry = FindEntry(prefix, owner);
    if (entry && entry->route.ForwardsLike(route))
    {
        const bool told = entry->route.epoch != route.epoch;
        entry->route.epoch = route.epoch;
        entry->route.punt = route.punt;
        if (told)
        {
            Trace(*entry, FibAction::REPLACE, false); // the same route, for a later reason
        }
        return;
    }
    FibAction action = entry ? FibAction::REPLACE : FibAction::ADD;
    Route copy = route; // route may be the one in the table
    if (entry)
    {
        Unbind(*entry);
        entry->route = std::move(copy);
        Bind(*entry);
        if (FindHead(prefix) == entry)
        {
            SetHead(prefix, entry);
        }
    }
    else
    {
        entry = new Entry;
        entry->prefix = prefix;
        entry->owner = owner;
        entry->route = std::move(copy);
        entry->lastUse = Simulator::Now().GetTimeStep();
        Bind(*entry);
        Link(entry);
        Count(prefix, owner, 1);
    }
    Trace(*entry, action, FirstRoute(FindHead(prefix)) == entry);
}

bool
Fib::RemoveRoute(const IpPrefix& prefix, RouteOwner owner, uint32_t epoch)
{
    Entry* entry = FindEntry(prefix, owner);
    if (!entry)
    {
        return false;
    }
    bool effective = FirstRoute(FindHead(prefix)) == entry;
    if (effective && entry->next)
    {
        effective = !entry->next->route.ForwardsLike(entry->route);
    }
    Entry gone;
    gone.prefix = prefix;
    gone.owner = owner;
    gone.route = entry->route;
    if (epoch != 0)
    {
        gone.route.epoch = epoch;
    }
    Unlink(entry);
    Count(prefix, owner, -1);
    Trace(gone, FibAction::REMOVE, effective);
    return true;
}

size_t
Fib::RemoveRoutes(RouteOwner owner)
{
    size_t removed = 0;
    for (const auto& listed : GetEntries())
    {
        removed += listed.owner == owner && RemoveRoute(listed.prefix, owner);
    }
    return removed;
}

const Route*
Fib::Find(const IpPrefix& prefix, RouteOwner owner) const
{
    const Entry* entry = FindEntry(prefix, owner);
    return entry ? &entry->route : nullptr;
}

const Route*
Fib::Lookup(const IpAddress& address) const
{
    std::optional<Listed> found = LookupListed(address);
    return found ? found->route : nullptr;
}

std::optional<Fib::Listed>
Fib::LookupListed(const IpAddress& address) const
{
    if (!address)
    {
        return std::nullopt;
    }
    return With(address.GetFamily(),
                [&](const auto& half) -> std::optional<Listed>
                {
                    auto accept = [](const auto& hit)
                    {
                        return FirstRoute(*hit.value) != nullptr;
                    };
                    auto hit = half.table.Longest(half.GetKey(address), accept);
                    if (!hit)
                    {
                        return std::nullopt;
                    }
                    const Entry* entry = FirstRoute(*hit.value);
                    return Listed{entry->prefix, entry->owner, &entry->route, true};
                });
}

const NextHop*
Fib::GetNextHop(const FlowKey& key) const
{
    Found found = key.destination.IsIpv4()   ? Match(key.destination.ToIpv4())
                  : key.destination.IsIpv6() ? Match(key.destination.ToIpv6())
                                             : Found();
    if (!found.Is(Kind::FORWARD))
    {
        return nullptr;
    }
    const auto* hop = found.GetGroup()->Pick(HashFlow(key, m_salt));
    return hop ? &hop->nextHop : nullptr;
}

std::vector<Fib::Listed>
Fib::GetEntries() const
{
    std::vector<Listed> list;
    auto collect = [&](const Entry& head)
    {
        const Entry* first = FirstRoute(&head);
        for (const Entry* entry = first; entry; entry = entry->next)
        {
            list.push_back({entry->prefix, entry->owner, &entry->route, entry == first});
        }
    };
    m_ipv4.table.ForEach(collect);
    m_ipv6.table.ForEach(collect);
    std::sort(list.begin(),
              list.end(),
              [](const Listed& a, const Listed& b)
              {
                  return a.prefix != b.prefix ? a.prefix < b.prefix : a.owner > b.owner;
              });
    return list;
}

Time
Fib::GetLastUse(const IpPrefix& prefix, RouteOwner owner) const
{
    const Entry* entry = FindEntry(prefix, owner);
    if (!entry)
    {
        return TimeStep(-1);
    }
    return With(prefix.GetAddress().GetFamily(),
                [&](const auto& half)
                {
                    auto hit = FindSlot(half, prefix);
                    int64_t stamp = *hit.value == entry ? hit.slot->stamp : entry->lastUse;
                    return TimeStep(stamp < 0 ? ~stamp : stamp);
                });
}

void
Fib::WatchUse(const IpPrefix& prefix, RouteOwner owner, std::function<void()> used)
{
    Entry* entry = FindEntry(prefix, owner);
    if (!entry)
    {
        return;
    }
    entry->used = std::move(used);
    With(prefix.GetAddress().GetFamily(),
         [&](auto& half)
         {
             auto hit = FindSlot(half, prefix);
             int64_t& stamp = *hit.value == entry ? hit.slot->stamp : entry->lastUse;
             stamp = stamp < 0 ? stamp : ~stamp;
         });
}

size_t
Fib::GetRouteCount(RouteOwner owner) const
{
    return m_count[static_cast<size_t>(owner)];
}

size_t
Fib::GetHostRouteCount(RouteOwner owner) const
{
    return m_hostCount[static_cast<size_t>(owner)];
}

} // namespace vmm
} // namespace ns3
