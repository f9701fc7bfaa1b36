// SPDX-License-Identifier: GPL-2.0-only
// The entries of a Fib: their list per prefix, the most preferred one first, and their next hops.
#include "ns3/fib.h"

namespace ns3
{
namespace vmm
{

void
Fib::Bind(Entry& entry)
{
    entry.kind = static_cast<Kind>(entry.route.action);
    if (!entry.route.nextHops.empty())
    {
        With(entry.prefix.GetAddress().GetFamily(),
             [&](auto& half)
             {
                 entry.group =
                     half.groups.Get(entry.route.nextHops,
                                     [this, &half](const NetDevice* device)
                                     {
                                         NoteInterface(half.family, half.attached, device);
                                         return IsUsable(half.family, device);
                                     });
             });
    }
}

void
Fib::Unbind(Entry& entry)
{
    if (entry.group)
    {
        With(entry.prefix.GetAddress().GetFamily(),
             [&](auto& half)
             {
                 half.groups.Release(entry.route.nextHops, entry.group);
             });
    }
}

Fib::Entry*
Fib::FindHead(const IpPrefix& prefix) const
{
    if (!prefix.GetAddress())
    {
        return nullptr;
    }
    return With(prefix.GetAddress().GetFamily(),
                [&](const auto& half)
                {
                    auto hit = FindSlot(half, prefix);
                    return hit ? *hit.value : nullptr;
                });
}

void
Fib::SetHead(const IpPrefix& prefix, Entry* entry)
{
    With(prefix.GetAddress().GetFamily(),
         [&](auto& half)
         {
             if (auto hit = FindSlot(half, prefix))
             {
                 (*hit.value)->lastUse = hit.slot->stamp;
             }
             auto key = half.GetKey(prefix);
             if (!entry)
             {
                 half.table.Remove(key, prefix.GetLength());
                 return;
             }
             uint32_t group = entry->group ? entry->group->GetIndex() : 0;
             uint32_t word = group << KIND_BITS | (static_cast<uint32_t>(entry->kind) + 1);
             half.table.Set(key, prefix.GetLength(), entry, word, entry->lastUse);
         });
}

void
Fib::Link(Entry* entry)
{
    Entry* head = FindHead(entry->prefix);
    Entry* before = nullptr;
    // A local address stays in front of every route.
    auto goesBefore = [](const Entry& a, const Entry& b)
    {
        return a.kind == Kind::LOCAL || (b.IsRoute() && a.owner > b.owner);
    };
    Entry* after = head;
    while (after && !goesBefore(*entry, *after))
    {
        before = after;
        after = after->next;
    }
    entry->next = after;
    if (before)
    {
        before->next = entry;
    }
    else
    {
        SetHead(entry->prefix, entry);
    }
}

void
Fib::Unlink(Entry* entry)
{
    Entry* head = FindHead(entry->prefix);
    if (head == entry)
    {
        SetHead(entry->prefix, entry->next);
    }
    else
    {
        while (head->next != entry)
        {
            head = head->next;
        }
        head->next = entry->next;
    }
    Unbind(*entry);
    delete entry;
}

Fib::Entry*
Fib::FindEntry(const IpPrefix& prefix, RouteOwner owner) const
{
    Entry* entry = FindHead(prefix);
    while (entry && !(entry->IsRoute() && entry->owner == owner))
    {
        entry = entry->next;
    }
    return entry;
}

} // namespace vmm
} // namespace ns3
