// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/gratuitous-announcer.h"

#include "ns3/access-device.h"
#include "ns3/arp-header.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/icmpv6-header.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/log.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/ns3-compat.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("GratuitousAnnouncer");
NS_OBJECT_ENSURE_REGISTERED(GratuitousAnnouncer);

TypeId
GratuitousAnnouncer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::GratuitousAnnouncer")
            .SetParent<Object>()
            .SetGroupName("VmMobility")
            .AddConstructor<GratuitousAnnouncer>()
            .AddAttribute("Schedule",
                          "When announcements are sent after a move.",
                          EnumValue(Schedule::RFC),
                          MakeEnumAccessorFor<Schedule>(&GratuitousAnnouncer::m_schedule),
                          MakeEnumChecker(
                              Schedule::RFC, "Rfc", Schedule::QEMU, "Qemu", Schedule::NONE, "None"))
            .AddAttribute("ArpCount",
                          "How many gratuitous ARPs the schedule Rfc sends per address.",
                          UintegerValue(2),
                          MakeUintegerAccessor(&GratuitousAnnouncer::m_arpCount),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("ArpInterval",
                          "Time between gratuitous ARPs in the schedule Rfc.",
                          TimeValue(Seconds(2)),
                          MakeTimeAccessor(&GratuitousAnnouncer::m_arpInterval),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("NaCount",
                          "How many neighbour advertisements the schedule Rfc sends per address.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&GratuitousAnnouncer::m_naCount),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("NaInterval",
                          "Time between neighbour advertisements in the schedule Rfc.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&GratuitousAnnouncer::m_naInterval),
                          MakeTimeChecker(Time(0)))
            .AddTraceSource("Tx",
                            "An announcement is handed to the card.",
                            MakeTraceSourceAccessor(&GratuitousAnnouncer::m_tx),
                            "ns3::vmm::GratuitousAnnouncer::TxTracedCallback");
    return tid;
}

GratuitousAnnouncer::GratuitousAnnouncer()
    : m_series(0)
{
}

GratuitousAnnouncer::~GratuitousAnnouncer() = default;

void
GratuitousAnnouncer::DoDispose()
{
    m_device = nullptr;
    Object::DoDispose();
}

void
GratuitousAnnouncer::SetUp(Ptr<AccessDevice> device, const IpAddressList& addresses)
{
    m_device = device;
    m_addresses = addresses;
}

void
GratuitousAnnouncer::Start()
{
    m_series++;
    for (const IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
    {
        if (!GetGaps(family).empty())
        {
            Simulator::ScheduleWithContext(m_device->GetNode()->GetId(),
                                           Time(0),
                                           &GratuitousAnnouncer::Round,
                                           Ptr<GratuitousAnnouncer>(this),
                                           m_series,
                                           family,
                                           0U);
        }
    }
}

void
GratuitousAnnouncer::Stop()
{
    m_series++;
}

std::vector<Time>
GratuitousAnnouncer::GetGaps(IpFamily family) const
{
    switch (m_schedule)
    {
    case Schedule::RFC:
        return family == IpFamily::IPV4 ? std::vector<Time>(m_arpCount, m_arpInterval)
                                        : std::vector<Time>(m_naCount, m_naInterval);
    case Schedule::QEMU:
        return {MilliSeconds(50), MilliSeconds(150), MilliSeconds(250), MilliSeconds(350), Time(0)};
    case Schedule::NONE:
        break;
    }
    return {};
}

void
GratuitousAnnouncer::Round(uint32_t series, IpFamily family, uint32_t round)
{
    if (series != m_series || !m_device)
    {
        return;
    }
    const bool v4 = family == IpFamily::IPV4;
    const Address to =
        v4 ? m_device->GetBroadcast() : m_device->GetMulticast(Ipv6Address::GetAllNodesMulticast());
    const Address mac = m_device->GetAddress();
    for (const auto& address : m_addresses)
    {
        if (address.GetFamily() != family)
        {
            continue;
        }
        Ptr<Packet> packet = v4 ? MakeArp(address.ToIpv4(), mac) : MakeNa(address.ToIpv6(), mac);
        m_tx(packet, address);
        m_device->Send(packet, to, v4 ? ArpL3Protocol::PROT_NUMBER : Ipv6L3Protocol::PROT_NUMBER);
    }
    const std::vector<Time> gaps = GetGaps(family);
    if (round + 1 < gaps.size())
    {
        Simulator::Schedule(gaps[round],
                            &GratuitousAnnouncer::Round,
                            Ptr<GratuitousAnnouncer>(this),
                            series,
                            family,
                            round + 1);
    }
}

Ptr<Packet>
GratuitousAnnouncer::MakeArp(Ipv4Address address, Address mac)
{
    ArpHeader arp;
    arp.SetRequest(mac, address, Mac48Address("00:00:00:00:00:00"), address);
    Ptr<Packet> packet = Create<Packet>();
    packet->AddHeader(arp);
    return packet;
}

Ptr<Packet>
GratuitousAnnouncer::MakeNa(Ipv6Address address, Address mac)
{
    const Ipv6Address to = Ipv6Address::GetAllNodesMulticast();
    Icmpv6NA na;
    na.SetIpv6Target(address);
    na.SetFlagO(true);
    na.SetFlagS(false);
    na.SetFlagR(false);
    Icmpv6OptionLinkLayerAddress target(false, mac);
    Ptr<Packet> packet = Create<Packet>();
    packet->AddHeader(target);
    const uint8_t protocol = Icmpv6L4Protocol::PROT_NUMBER;
    na.CalculatePseudoHeaderChecksum(
        address, to, packet->GetSize() + na.GetSerializedSize(), protocol);
    packet->AddHeader(na);
    Ipv6Header ip;
    ip.SetFlowLabel(0);
    ip.SetSource(address);
    ip.SetDestination(to);
    ip.SetNextHeader(protocol);
    ip.SetPayloadLength(packet->GetSize());
    ip.SetHopLimit(255);
    packet->AddHeader(ip);
    return packet;
}

} // namespace vmm
} // namespace ns3
