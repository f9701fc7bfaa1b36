// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/server-inventory.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return a - b, at least 0
template <typename T>
T
Minus(T a, T b)
{
    return a - std::min(a, b);
}

} // namespace

uint64_t
ServerRecord::GetFreeMemory() const
{
    return Minus(memory, bookedMemory + foreignMemory);
}

uint32_t
ServerRecord::GetFreeVcpus() const
{
    return Minus(vcpus, bookedVcpus + foreignVcpus);
}

ServerRecord&
ServerInventory::Get(const std::string& server)
{
    const auto [found, added] = m_servers.emplace(server, ServerRecord());
    if (added)
    {
        found->second.place.server = server;
        m_order.push_back(server);
    }
    return found->second;
}

void
ServerInventory::Add(const ServerPlace& place)
{
    Get(place.server).place = place;
}

void
ServerInventory::Learn(const std::string& server,
                       uint64_t memory,
                       uint64_t freeMemory,
                       uint32_t vcpus,
                       uint32_t freeVcpus,
                       const std::string& refused)
{
    ServerRecord& record = Get(server);
    record.known = true;
    record.memory = memory;
    record.vcpus = vcpus;
    // Whatever the manager has given away is booked before the server uses it and as long as it
    // does: what is used beyond that is somebody else's.
    const auto found = record.bookings.find(refused);
    const bool none = found == record.bookings.end();
    record.foreignMemory =
        Minus(Minus(memory, freeMemory), record.bookedMemory - (none ? 0 : found->second.memory));
    record.foreignVcpus =
        Minus(Minus(vcpus, freeVcpus), record.bookedVcpus - (none ? 0 : found->second.vcpus));
}

void
ServerInventory::Book(const VmSpec& spec, const std::set<std::string>& servers)
{
    std::set<std::string>& booked = m_booked[spec.id];
    for (const auto& server : booked)
    {
        ServerRecord& record = Get(server);
        const auto found = record.bookings.find(spec.id);
        record.bookedMemory -= found->second.memory;
        record.bookedVcpus -= found->second.vcpus;
        record.bookings.erase(found);
    }
    booked = servers;
    for (const auto& server : booked)
    {
        ServerRecord& record = Get(server);
        record.bookings[spec.id] = spec;
        record.bookedMemory += spec.memory;
        record.bookedVcpus += spec.vcpus;
    }
}

void
ServerInventory::Close(const std::string& server, bool closed)
{
    uint32_t& count = Get(server).closed;
    count = closed ? count + 1 : Minus(count, 1u);
}

void
ServerInventory::NoteSilent(const std::string& server, Time now)
{
    Get(server).silentSince = now;
}

std::vector<const ServerRecord*>
ServerInventory::GetServers() const
{
    std::vector<const ServerRecord*> records;
    for (const auto& server : m_order)
    {
        records.push_back(&m_servers.at(server));
    }
    return records;
}

const ServerRecord*
ServerInventory::Find(const std::string& server) const
{
    const auto found = m_servers.find(server);
    return found == m_servers.end() ? nullptr : &found->second;
}

ServerPlace
ServerInventory::GetPlace(const std::string& server) const
{
    const ServerRecord* record = Find(server);
    return record ? record->place : ServerPlace{server, "", 0};
}

std::vector<std::string>
ServerInventory::Resolve(const std::string& target) const
{
    std::vector<std::string> servers;
    for (const auto& server : m_order)
    {
        const ServerPlace& place = m_servers.at(server).place;
        if (target == "all" || target == server || (!target.empty() && target == place.rack) ||
            target == "dc:" + std::to_string(place.dc))
        {
            servers.push_back(server);
        }
    }
    return servers;
}

bool
ServerInventory::IsComplete() const
{
    return std::all_of(m_servers.begin(),
                       m_servers.end(),
                       [](const auto& server)
                       {
                           return server.second.known;
                       });
}

} // namespace vmm
} // namespace ns3
