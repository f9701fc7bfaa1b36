// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/migration-timeline.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <tuple>

namespace ns3
{
namespace vmm
{

namespace
{

/// Sets a time that has no value yet.
void
SetOnce(std::optional<Time>& time, Time now)
{
    if (!time)
    {
        time = now;
    }
}

/// @return whether epoch a is later than b, of 16 bits that may wrap (RFC 1982)
bool
IsLater(uint32_t a, uint32_t b)
{
    return static_cast<int16_t>(a - b) > 0;
}

constexpr const char* MAPPING = "mapping"; //!< owner of an overlay's mappings

/// @return whether routes of this owner are host routes of a mobility scheme
bool
IsMobilityOwner(const std::string& owner)
{
    return owner == "registration" || owner == "bgp" || owner == MAPPING;
}

} // namespace

std::optional<Time>
MoveHistory::GetDowntime() const
{
    return stop && resume ? std::optional<Time>(*resume - *stop) : std::nullopt;
}

void
MigrationTimeline::AddVm(const std::string& vm, const IpAddressList& addresses, uint32_t vn)
{
    for (const IpAddress& address : addresses)
    {
        m_vmOf[{vn, address}] = vm;
        m_vmOf[{std::nullopt, address}] = vm;
    }
}

MoveHistory*
MigrationTimeline::Find(const std::string& migration)
{
    const auto found = m_byName.find(migration);
    return found == m_byName.end() ? nullptr : &m_moves[found->second];
}

MoveHistory*
MigrationTimeline::FindLast(const std::string& vm)
{
    const auto found = m_byVm.find(vm);
    for (size_t i = found == m_byVm.end() ? 0 : found->second.size(); i-- > 0;)
    {
        MoveHistory& move = m_moves[found->second[i]];
        if (move.order.epoch != 0)
        {
            return &move;
        }
    }
    return nullptr;
}

MoveHistory*
MigrationTimeline::Find(const std::string& vm, uint32_t epoch)
{
    const auto found = m_byVm.find(vm);
    if (found == m_byVm.end() || epoch == 0)
    {
        return nullptr;
    }
    for (auto index = found->second.rbegin(); index != found->second.rend(); ++index)
    {
        if (m_moves[*index].order.epoch == epoch)
        {
            return &m_moves[*index];
        }
    }
    return nullptr;
}

void
MigrationTimeline::CloseWindow(size_t index)
{
    const std::vector<size_t>& moves = m_byVm[m_moves[index].order.vm];
    for (auto other = moves.rbegin(); other != moves.rend(); ++other)
    {
        MoveHistory& earlier = m_moves[*other];
        if (*other < index && earlier.outcome != "refused")
        {
            SetOnce(earlier.windowEnd, m_moves[index].ordered);
            return;
        }
    }
}

void
MigrationTimeline::OnOrder(const MoveOrder& order, Time now)
{
    if (m_byName.count(order.migration) != 0)
    {
        throw std::invalid_argument("found a second migration " + order.migration +
                                    ", expected unique names");
    }
    m_byName[order.migration] = m_moves.size();
    m_byVm[order.vm].push_back(m_moves.size());
    m_moves.emplace_back();
    m_moves.back().order = order;
    m_moves.back().ordered = now;
    CloseWindow(m_moves.size() - 1);
}

void
MigrationTimeline::OnBegin(const std::string& migration,
                           const std::string& sourceNve,
                           uint32_t sourceNode,
                           uint32_t epoch,
                           Time now)
{
    if (MoveHistory* move = Find(migration))
    {
        move->order.sourceNve = sourceNve;
        move->order.sourceNode = sourceNode;
        move->order.epoch = epoch;
        SetOnce(move->begun, now);
    }
}

void
MigrationTimeline::OnEpoch(const std::string& migration, uint32_t epoch)
{
    if (MoveHistory* move = Find(migration))
    {
        move->order.epoch = epoch;
    }
}

void
MigrationTimeline::OnCopyStart(const std::string& migration, Time now)
{
    if (MoveHistory* move = Find(migration))
    {
        SetOnce(move->copyStart, now);
    }
}

void
MigrationTimeline::OnRound(const std::string& migration, const RoundRecord& round)
{
    if (MoveHistory* move = Find(migration))
    {
        move->rounds.push_back(round);
    }
}

void
MigrationTimeline::OnCopied(const std::string& migration, uint64_t copied, uint64_t wire)
{
    if (MoveHistory* move = Find(migration))
    {
        move->copiedBytes = copied;
        move->wireBytes = wire;
    }
}

void
MigrationTimeline::OnStop(const std::string& migration, Time now)
{
    if (MoveHistory* move = Find(migration))
    {
        SetOnce(move->stop, now);
    }
}

void
MigrationTimeline::OnResume(const std::string& migration, Time now)
{
    if (MoveHistory* move = Find(migration))
    {
        SetOnce(move->resume, now);
    }
}

void
MigrationTimeline::OnOutcome(const std::string& migration, const std::string& outcome, Time now)
{
    MoveHistory* move = Find(migration);
    if (!move)
    {
        return;
    }
    move->outcome = outcome;
    SetOnce(move->ended, now);
    if (outcome != "refused")
    {
        return;
    }
    // A refused order is no order: the window of the move before it stays open.
    for (size_t index : m_byVm[move->order.vm])
    {
        MoveHistory& earlier = m_moves[index];
        if (&earlier != move && earlier.windowEnd == move->ordered &&
            index < m_byName[move->order.migration])
        {
            earlier.windowEnd.reset();
        }
    }
}

void
MigrationTimeline::OnRegistrationSent(const std::string& vm, uint32_t epoch, Time now)
{
    if (MoveHistory* move = Find(vm, epoch))
    {
        SetOnce(move->registerSent, now);
    }
}

void
MigrationTimeline::OnBindingUpdated(const std::string& vm, uint32_t epoch, Time now)
{
    if (MoveHistory* move = Find(vm, epoch))
    {
        SetOnce(move->bindingUpdated, now);
    }
}

void
MigrationTimeline::OnRequestReceived(
    const std::string& vm, uint32_t epoch, uint32_t node, Time now, bool upkeep)
{
    if (upkeep)
    {
        m_upkeep.emplace(vm, node);
        return;
    }
    m_upkeep.erase({vm, node});
    if (MoveHistory* move = Find(vm, epoch))
    {
        SetOnce(move->redirects[node].request, now);
    }
}

void
MigrationTimeline::OnReleased(const std::string& vm, uint32_t node, Time now)
{
    const auto moves = m_byVm.find(vm);
    if (moves == m_byVm.end())
    {
        return;
    }
    for (auto index = moves->second.rbegin(); index != moves->second.rend(); ++index)
    {
        MoveHistory& move = m_moves[*index];
        if (move.order.sourceNode == node && move.resume)
        {
            SetOnce(move.sourceReleased, now);
            return;
        }
    }
}

bool
MigrationTimeline::IsEffective(const std::string& vm, const FibEvent& event)
{
    const RouteKey key(event.node, event.vn, event.prefix, event.owner);
    const auto known = m_routes.find(key);
    if (event.action == FibAction::REMOVE)
    {
        // With the epoch that it came with a route goes by expiry, with a later one by a move. BGP
        // knows no expiry.
        const bool moved = known != m_routes.end() &&
                           (event.owner == "bgp" || IsLater(event.epoch, known->second.epoch));
        // A mapping that has aged is asked for anew when it is needed: that it is back as it was
        // is no change.
        if (event.owner != MAPPING || moved)
        {
            m_routes.erase(key);
        }
        return moved && event.effective;
    }
    const bool first = known == m_routes.end();
    const bool changed = first || known->second.nextHops != event.nextHops;
    // A route that is told again as it was stays where it was, in front or hidden.
    const bool hidden = changed ? !event.effective : known->second.hidden;
    m_routes[key] = {event.nextHops, event.epoch, hidden};
    const bool upkeep = event.owner == "registration" && m_upkeep.count({vm, event.node}) != 0;
    // Whoever first looks for a VM learns where it is: nobody had told him otherwise.
    const bool learnt = first && event.owner == MAPPING;
    return changed && event.effective && !upkeep && !learnt;
}

void
MigrationTimeline::Uncover(const std::string& vm, const FibEvent& removal)
{
    for (const char* owner : {"registration", MAPPING, "bgp"})
    {
        const auto route = m_routes.find({removal.node, removal.vn, removal.prefix, owner});
        if (route == m_routes.end() || !route->second.hidden)
        {
            continue;
        }
        route->second.hidden = false;
        if (MoveHistory* move = Find(vm, route->second.epoch))
        {
            move->controlConverged = removal.time;
            NoteRedirect(*move, removal);
        }
    }
}

void
MigrationTimeline::OnFibChange(const FibEvent& event)
{
    m_fibEvents.push_back(event);
    if (event.prefix.IsHost() && IsMobilityOwner(event.owner) && event.action != FibAction::REPLACE)
    {
        const bool ofVm = m_vmOf.count({event.vn, event.prefix.GetAddress()}) > 0;
        for (StateTally* tally : {&m_hostRoutes, ofVm ? &m_vmRoutes : nullptr})
        {
            if (tally)
            {
                event.action == FibAction::ADD ? tally->Add(event.node, event.time)
                                               : tally->Remove(event.node, event.time);
            }
        }
    }
    const auto vm = m_vmOf.find({event.vn, event.prefix.GetAddress()});
    if (!event.prefix.IsHost() || vm == m_vmOf.end())
    {
        return;
    }
    FibEvent change = event;
    if (event.owner == "bgp")
    {
        // A withdrawal has no epoch, and when routers fall back on what an earlier move left to
        // them it is the later one that makes them.
        const MoveHistory* last = FindLast(vm->second);
        change.epoch = last ? last->order.epoch : event.epoch;
    }
    OnVmRoute(vm->second, change);
}

void
MigrationTimeline::OnVmRoute(const std::string& vm, const FibEvent& event)
{
    if (event.action == FibAction::REMOVE && event.effective)
    {
        Uncover(vm, event);
    }
    if (!IsEffective(vm, event))
    {
        return;
    }
    MoveHistory* move = Find(vm, event.epoch);
    if (!move)
    {
        return;
    }
    move->controlConverged = event.time;
    // A source NVE that still holds the stopped VM has the host route under its serving route; it
    // counts from when the serving route is taken away.
    const bool uncovered = event.action == FibAction::REMOVE && event.owner == "serving" &&
                           m_routes.count({event.node, event.vn, event.prefix, "registration"}) > 0;
    if (IsMobilityOwner(event.owner) || uncovered)
    {
        NoteRedirect(*move, event);
    }
}

void
MigrationTimeline::NoteRedirect(MoveHistory& move, const FibEvent& event)
{
    RedirectTimes& redirect = move.redirects[event.node];
    if (redirect.route)
    {
        return;
    }
    redirect.route = event.time;
    if (event.node == move.order.sourceNode)
    {
        move.sourceRoute = event.time;
    }
    const std::vector<size_t>& moves = m_byVm[move.order.vm];
    const bool hadVm = std::any_of(moves.begin(),
                                   moves.end(),
                                   [&](size_t index)
                                   {
                                       return m_moves[index].order.sourceNode == event.node ||
                                              m_moves[index].order.destinationNode == event.node;
                                   });
    if (!hadVm)
    {
        move.pathReady = event.time;
    }
}

void
MigrationTimeline::OnMessage(const MessageEvent& event)
{
    m_messages.push_back(event);
    if (event.kind == "registration" && !event.upkeep)
    {
        Count(Find(event.vm, event.epoch), event);
    }
    else if (event.kind == "bgp")
    {
        // One UPDATE can serve the moves of several VMs, and is a message of each.
        std::istringstream vms(event.vm);
        for (std::string vm; vms >> vm;)
        {
            Count(FindLast(vm), event);
        }
    }
}

void
MigrationTimeline::Count(MoveHistory* move, const MessageEvent& event)
{
    if (move)
    {
        ++move->controlMessages;
        move->controlBytes += event.bytes;
    }
}

std::string
MigrationTimeline::GetVm(const IpAddress& address) const
{
    const auto vm = m_vmOf.find({std::nullopt, address});
    return vm == m_vmOf.end() ? "" : vm->second;
}

const std::vector<MoveHistory>&
MigrationTimeline::GetMoves() const
{
    return m_moves;
}

const std::vector<FibEvent>&
MigrationTimeline::GetFibEvents() const
{
    return m_fibEvents;
}

const std::vector<MessageEvent>&
MigrationTimeline::GetMessages() const
{
    return m_messages;
}

MessageCount
MigrationTimeline::CountMessages(const std::string& kind) const
{
    MessageCount count;
    for (const MessageEvent& message : m_messages)
    {
        if (message.kind == kind)
        {
            ++count.messages;
            count.bytes += message.bytes;
        }
    }
    return count;
}

Time
MigrationTimeline::GetWindowEnd(const MoveHistory& move, Time end)
{
    return move.windowEnd.value_or(end);
}

} // namespace vmm
} // namespace ns3
