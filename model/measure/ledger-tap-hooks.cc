// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ledger-tap.h"
#include "ns3/simulator.h"

#include <array>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint8_t PROTOCOL_FRAGMENT = 44; //!< IPv6 fragment header (RFC 8200 section 4.5)

/// @return whether an IPv6 packet, its fixed header off, is a fragment and not the first one
bool
IsLaterFragment6(const Ipv6Header& header, Ptr<const Packet> packet)
{
    if (header.GetNextHeader() != PROTOCOL_FRAGMENT)
    {
        return false;
    }
    std::array<uint8_t, 4> begin{};
    packet->CopyData(begin.data(), begin.size());
    return begin[2] != 0 || (begin[3] & 0xf8) != 0;
}

/// @return the cause of a loss in the IPv4 layer
DropCause
CauseOf(Ipv4L3Protocol::DropReason reason)
{
    switch (reason)
    {
    case Ipv4L3Protocol::DROP_TTL_EXPIRED:
        return DropCause::TTL;
    case Ipv4L3Protocol::DROP_NO_ROUTE:
    case Ipv4L3Protocol::DROP_ROUTE_ERROR:
        return DropCause::NO_ROUTE;
    case Ipv4L3Protocol::DROP_BAD_CHECKSUM:
        return DropCause::CHECKSUM;
    case Ipv4L3Protocol::DROP_INTERFACE_DOWN:
        return DropCause::LINK_DOWN;
    case Ipv4L3Protocol::DROP_FRAGMENT_TIMEOUT:
        return DropCause::FRAGMENT;
    default:
        return DropCause::OTHER;
    }
}

/// @return the cause of a loss in the IPv6 layer, whose reasons have other numbers
DropCause
CauseOf(Ipv6L3Protocol::DropReason reason)
{
    switch (reason)
    {
    case Ipv6L3Protocol::DROP_TTL_EXPIRED:
        return DropCause::TTL;
    case Ipv6L3Protocol::DROP_NO_ROUTE:
    case Ipv6L3Protocol::DROP_ROUTE_ERROR:
        return DropCause::NO_ROUTE;
    case Ipv6L3Protocol::DROP_INTERFACE_DOWN:
        return DropCause::LINK_DOWN;
    case Ipv6L3Protocol::DROP_FRAGMENT_TIMEOUT:
        return DropCause::FRAGMENT;
    default:
        return DropCause::OTHER;
    }
}

} // namespace

void
LedgerTap::SendOutgoing4(const Ipv4Header& header, Ptr<const Packet> packet, uint32_t)
{
    if (header.GetDestination().IsMulticast() || header.GetDestination().IsBroadcast())
    {
        m_ledger->NoteGroup();
    }
    else
    {
        Outgoing(header.GetSource(),
                 header.GetDestination(),
                 header.GetProtocol(),
                 packet,
                 header.GetSerializedSize());
    }
}

void
LedgerTap::SendOutgoing6(const Ipv6Header& header, Ptr<const Packet> packet, uint32_t)
{
    if (header.GetDestination().IsMulticast())
    {
        m_ledger->NoteGroup();
    }
    else
    {
        Outgoing(header.GetSource(),
                 header.GetDestination(),
                 header.GetNextHeader(),
                 packet,
                 header.GetSerializedSize());
    }
}

void
LedgerTap::Forward4(const Ipv4Header& header, Ptr<const Packet> packet, uint32_t)
{
    if (header.GetFragmentOffset() == 0)
    {
        if (const LedgerId id = Peek(packet))
        {
            m_ledger->Visit(id, m_node);
        }
    }
}

void
LedgerTap::Forward6(const Ipv6Header& header, Ptr<const Packet> packet, uint32_t)
{
    const LedgerId id = Peek(packet);
    if (id != 0 && !IsLaterFragment6(header, packet))
    {
        m_ledger->Visit(id, m_node);
    }
}

void
LedgerTap::Deliver4(const Ipv4Header& header, Ptr<const Packet> packet, uint32_t)
{
    Arrived(packet, header.GetProtocol());
}

void
LedgerTap::Deliver6(const Ipv6Header& header, Ptr<const Packet> packet, uint32_t)
{
    // Fires after reassembly, with the fixed header as it came: 44 for a datagram in fragments.
    Arrived(packet, header.GetNextHeader());
}

void
LedgerTap::Drop4(const Ipv4Header&,
                 Ptr<const Packet> packet,
                 Ipv4L3Protocol::DropReason reason,
                 Ptr<Ipv4>,
                 uint32_t)
{
    Lost(packet, CauseOf(reason));
}

void
LedgerTap::Drop6(const Ipv6Header&,
                 Ptr<const Packet> packet,
                 Ipv6L3Protocol::DropReason reason,
                 Ptr<Ipv6>,
                 uint32_t)
{
    Lost(packet, CauseOf(reason));
}

void
LedgerTap::DropWithCause(Ptr<const Packet> packet, DropCause cause)
{
    Lost(packet, cause);
}

void
LedgerTap::DropArp(Ptr<const Packet> packet)
{
    Lost(packet, DropCause::ARP);
}

void
LedgerTap::DropQueue(Ptr<const Packet> packet)
{
    Lost(packet, DropCause::QUEUE);
}

void
LedgerTap::DropQueueDisc(Ptr<const QueueDiscItem> item)
{
    Lost(item->GetPacket(), DropCause::QUEUE_DISC);
}

void
LedgerTap::DropTransmit(Ptr<const Packet> packet)
{
    Lost(packet, DropCause::OTHER);
}

void
LedgerTap::Suppressed(Ptr<const Packet> packet)
{
    if (const LedgerId id = Peek(packet))
    {
        m_ledger->Suppress(id, m_node, Simulator::Now());
    }
}

void
LedgerTap::Received4(Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t)
{
    WireEnd(packet);
}

void
LedgerTap::Received6(Ptr<const Packet> packet, Ptr<Ipv6>, uint32_t)
{
    WireEnd(packet);
}

void
LedgerTap::WireBegin(Ptr<const Packet> packet)
{
    if (const LedgerId id = Peek(packet))
    {
        m_ledger->BeginWire(id);
    }
}

void
LedgerTap::WireEnd(Ptr<const Packet> packet)
{
    if (const LedgerId id = Peek(packet))
    {
        m_ledger->EndWire(id);
    }
}

} // namespace vmm
} // namespace ns3
