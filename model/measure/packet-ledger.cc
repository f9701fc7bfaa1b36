// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/packet-ledger.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(PacketLedger);

const char*
LedgerStateName(LedgerState state)
{
    static const char* const names[] = {
        "open", "delivered", "lost", "suppressed", "in-flight", "unaccounted"};
    return names[static_cast<int>(state)];
}

TypeId
PacketLedger::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::PacketLedger")
            .SetParent<Object>()
            .SetGroupName("VmMobility")
            .AddConstructor<PacketLedger>()
            .AddTraceSource("Started",
                            "The first datagram of a direction of a flow was sent",
                            MakeTraceSourceAccessor(&PacketLedger::m_started),
                            "ns3::vmm::PacketLedger::StartedTracedCallback")
            .AddTraceSource("Delivered",
                            "A traced datagram reached its receiver's IP layer",
                            MakeTraceSourceAccessor(&PacketLedger::m_delivered),
                            "ns3::vmm::PacketLedger::EndedTracedCallback")
            .AddTraceSource("Lost",
                            "A traced datagram was lost; its row says why and where",
                            MakeTraceSourceAccessor(&PacketLedger::m_lost),
                            "ns3::vmm::PacketLedger::EndedTracedCallback");
    return tid;
}

PacketLedger::PacketLedger()
    : m_lastId(0),
      m_groupPackets(0),
      m_headerBytes(0)
{
}

PacketLedger::~PacketLedger() = default;

uint32_t
PacketLedger::AddFlow(const FlowInfo& flow)
{
    for (const FlowInfo& other : m_flows)
    {
        if (other.name == flow.name)
        {
            throw std::invalid_argument("found a second flow " + flow.name +
                                        ", expected unique names");
        }
    }
    const uint32_t index = static_cast<uint32_t>(m_flows.size());
    m_flows.push_back(flow);
    m_books.resize(m_books.size() + 2);
    const uint32_t starts[] = {flow.fromNode, flow.toNode};
    for (uint32_t direction = 0; direction < 2; ++direction)
    {
        const uint32_t node = starts[direction];
        if (m_senders.size() <= node)
        {
            m_senders.resize(node + 1);
        }
        if (!m_senders[node])
        {
            m_senders[node] = std::make_unique<Sender>();
        }
        m_senders[node]->books.push_back(2 * index + direction);
        m_senders[node]->decided.clear();
    }
    return index;
}

const std::vector<FlowInfo>&
PacketLedger::GetFlows() const
{
    return m_flows;
}

const std::vector<FlowBook>&
PacketLedger::GetBooks() const
{
    return m_books;
}

uint32_t
PacketLedger::GetBookIndex(uint32_t flow, FlowDirection direction)
{
    return 2 * flow + static_cast<uint32_t>(direction);
}

bool
PacketLedger::HasSender(uint32_t node) const
{
    return node < m_senders.size() && m_senders[node];
}

uint32_t
PacketLedger::Classify(uint32_t node, const DatagramKey& key)
{
    if (!HasSender(node))
    {
        return NO_BOOK;
    }
    Sender& sender = *m_senders[node];
    const auto known = sender.decided.find(key);
    if (known != sender.decided.end())
    {
        return known->second;
    }
    uint32_t result = NO_BOOK;
    for (uint32_t book : sender.books)
    {
        if (Matches(m_flows[book / 2], static_cast<FlowDirection>(book % 2), key))
        {
            result = book;
            break;
        }
    }
    sender.decided.emplace(key, result);
    return result;
}

uint32_t
PacketLedger::GetReceiver(uint32_t book) const
{
    const FlowInfo& flow = m_flows[book / 2];
    return book % 2 == 0 ? flow.toNode : flow.fromNode;
}

LedgerRow&
PacketLedger::Row(LedgerId id)
{
    return m_rows[(id - 1) >> CHUNK_BITS][(id - 1) & ((1U << CHUNK_BITS) - 1)];
}

LedgerId
PacketLedger::Open(uint32_t book,
                   uint32_t node,
                   Time now,
                   uint32_t size,
                   uint32_t sequence,
                   uint32_t payload,
                   uint16_t port)
{
    const LedgerId id = ++m_lastId;
    if (((id - 1) >> CHUNK_BITS) == m_rows.size())
    {
        m_rows.push_back(std::make_unique<LedgerRow[]>(1U << CHUNK_BITS));
    }
    LedgerRow& row = Row(id);
    row.sentNs = now.GetNanoSeconds();
    row.book = book;
    row.size = static_cast<uint16_t>(std::min<uint32_t>(size, UINT16_MAX));
    row.payload = static_cast<uint16_t>(std::min<uint32_t>(payload, UINT16_MAX));
    row.sequence = sequence;
    row.port = port;
    row.path = m_paths.Append(0, node);
    m_books[book].sentBytes += row.size;
    if (m_books[book].sent++ == 0)
    {
        m_started(book);
    }
    return id;
}

void
PacketLedger::Visit(LedgerId id, uint32_t node)
{
    if (IsOpen(id))
    {
        LedgerRow& row = Row(id);
        row.path = m_paths.Append(row.path, node);
    }
}

void
PacketLedger::Encapsulate(LedgerId id, uint32_t node, uint32_t bytes)
{
    Visit(id, node);
    m_headerBytes += bytes;
}

void
PacketLedger::BeginWire(LedgerId id)
{
    if (IsKnown(id))
    {
        ++Row(id).wires;
    }
}

void
PacketLedger::EndWire(LedgerId id)
{
    if (IsKnown(id) && Row(id).wires > 0)
    {
        --Row(id).wires;
    }
}

void
PacketLedger::Deliver(LedgerId id, uint32_t node, Time now)
{
    if (!IsKnown(id))
    {
        return;
    }
    LedgerRow& row = Row(id);
    FlowBook& book = m_books[row.book];
    if (row.state == LedgerState::DELIVERED)
    {
        ++book.duplicated;
        return;
    }
    if (row.state == LedgerState::LOST)
    {
        --book.lost[static_cast<int>(row.cause)];
    }
    else if (row.state == LedgerState::SUPPRESSED)
    {
        return;
    }
    row.path = m_paths.Append(row.path, node);
    row.state = LedgerState::DELIVERED;
    row.endedNs = now.GetNanoSeconds();
    row.node = node;
    ++book.delivered;
    book.deliveredBytes += row.size;
    if (id < book.lastInOrder)
    {
        ++book.reordered;
    }
    else
    {
        book.lastInOrder = id;
    }
    m_delivered(id, row);
}

void
PacketLedger::Lose(LedgerId id, DropCause cause, uint32_t node, Time now)
{
    if (!IsOpen(id))
    {
        return;
    }
    LedgerRow& row = Row(id);
    row.path = m_paths.Append(row.path, node);
    row.state = LedgerState::LOST;
    row.cause = cause;
    row.endedNs = now.GetNanoSeconds();
    row.node = node;
    ++m_books[row.book].lost[static_cast<int>(cause)];
    m_lost(id, row);
}

void
PacketLedger::Suppress(LedgerId id, uint32_t node, Time now)
{
    if (!IsOpen(id))
    {
        return;
    }
    LedgerRow& row = Row(id);
    row.state = LedgerState::SUPPRESSED;
    row.endedNs = now.GetNanoSeconds();
    row.node = node;
    FlowBook& book = m_books[row.book];
    ++book.suppressed;
    --book.sent;
    book.sentBytes -= row.size;
}

void
PacketLedger::NoteGroup()
{
    ++m_groupPackets;
}

void
PacketLedger::Settle(LedgerId id, bool found)
{
    LedgerRow& row = Row(id);
    FlowBook& book = m_books[row.book];
    if (row.state == LedgerState::IN_FLIGHT)
    {
        --book.inFlight;
    }
    else if (row.state == LedgerState::UNACCOUNTED)
    {
        --book.unaccounted;
    }
    else if (row.state != LedgerState::OPEN)
    {
        return;
    }
    row.state = found ? LedgerState::IN_FLIGHT : LedgerState::UNACCOUNTED;
    ++(found ? book.inFlight : book.unaccounted);
}

bool
PacketLedger::IsKnown(LedgerId id) const
{
    return id != 0 && id <= m_lastId;
}

bool
PacketLedger::IsOpen(LedgerId id) const
{
    return IsKnown(id) && Get(id).state == LedgerState::OPEN;
}

const LedgerRow&
PacketLedger::Get(LedgerId id) const
{
    return const_cast<PacketLedger*>(this)->Row(id);
}

LedgerId
PacketLedger::GetLastId() const
{
    return m_lastId;
}

const PathTable&
PacketLedger::GetPaths() const
{
    return m_paths;
}

uint64_t
PacketLedger::GetGroupPackets() const
{
    return m_groupPackets;
}

uint64_t
PacketLedger::GetHeaderBytes() const
{
    return m_headerBytes;
}

namespace
{

/// @return the totals of one book counted again from the rows
FlowBook&
Count(const LedgerRow& row, FlowBook& book)
{
    const bool suppressed = row.state == LedgerState::SUPPRESSED;
    book.sent += !suppressed;
    book.suppressed += suppressed;
    book.delivered += row.state == LedgerState::DELIVERED;
    book.inFlight += row.state == LedgerState::IN_FLIGHT;
    book.unaccounted += row.state == LedgerState::UNACCOUNTED || row.state == LedgerState::OPEN;
    book.lost[static_cast<int>(row.cause)] += row.state == LedgerState::LOST;
    return book;
}

} // namespace

std::vector<std::string>
CheckConservation(const PacketLedger& ledger)
{
    std::vector<FlowBook> counted(ledger.GetBooks().size());
    for (LedgerId id = 1; id <= ledger.GetLastId(); ++id)
    {
        Count(ledger.Get(id), counted[ledger.Get(id).book]);
    }
    std::vector<std::string> violations;
    for (size_t i = 0; i < counted.size(); ++i)
    {
        const FlowBook& book = ledger.GetBooks()[i];
        const std::string name =
            "flow " + ledger.GetFlows()[i / 2].name + " " + BookDirectionName(i) + ": ";
        const uint64_t ended = book.delivered + book.GetLost() + book.inFlight;
        if (counted[i].unaccounted != 0)
        {
            violations.push_back(name + std::to_string(counted[i].unaccounted) +
                                 " packets unaccounted");
        }
        else if (book.sent != ended)
        {
            violations.push_back(name + "sent " + std::to_string(book.sent) +
                                 " packets, delivered, lost or in flight " + std::to_string(ended));
        }
        if (counted[i].sent != book.sent || counted[i].delivered != book.delivered ||
            counted[i].lost != book.lost || counted[i].suppressed != book.suppressed)
        {
            violations.push_back(name + "totals differ from the rows");
        }
    }
    return violations;
}

} // namespace vmm
} // namespace ns3
