// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/fluid-link.h"

#include "ns3/channel.h"
#include "ns3/data-rate.h"
#include "ns3/flow-hash.h"
#include "ns3/node.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint8_t TCP = 6;           //!< protocol number
constexpr uint8_t IP_IN_IP = 4;      //!< RFC 2003
constexpr uint8_t IPV6_IN_IP = 41;   //!< RFC 2473
constexpr uint32_t PPP_SIZE = 2;     //!< octets of ns-3's PPP header
constexpr uint32_t IPV6_SIZE = 40;   //!< octets
constexpr uint32_t NO_CONTENT = 128; //!< a frame of a TCP segment without content is shorter
constexpr int64_t FIRST_DIVISOR = 8; //!< the first window is this part of the others

/// What a frame tells of its flow.
struct FrameFlow
{
    uint64_t hash{0}; //!< of addresses, protocol and ports, of the innermost packet
    bool tcp{false};  //!< whether it is TCP
};

/// @return a hash with size octets mixed in
uint64_t
MixOctets(uint64_t hash, const uint8_t* octets, size_t size)
{
    for (size_t i = 0; i < size; i += 4)
    {
        uint32_t word;
        std::memcpy(&word, octets + i, 4);
        hash = MixBits(hash ^ word);
    }
    return hash;
}

/// @return what an IP packet, maybe in another one, tells of its flow
FrameFlow
ReadIp(const uint8_t* octets, uint32_t size)
{
    FrameFlow flow;
    for (int depth = 0; depth < 2; ++depth)
    {
        const bool ipv4 = size >= 20 && octets[0] >> 4 == 4;
        if (!ipv4 && (size < IPV6_SIZE || octets[0] >> 4 != 6))
        {
            return flow;
        }
        const uint32_t length = ipv4 ? (octets[0] & 0xf) * 4 : IPV6_SIZE;
        const uint8_t protocol = ipv4 ? octets[9] : octets[6];
        flow.tcp = protocol == TCP;
        flow.hash = ipv4 ? MixOctets(flow.hash + protocol, octets + 12, 8)
                         : MixOctets(flow.hash + protocol, octets + 8, 32);
        if (protocol != IP_IN_IP && protocol != IPV6_IN_IP)
        {
            if (size >= length + 4)
            {
                flow.hash = MixOctets(flow.hash, octets + length, 4);
            }
            return flow;
        }
        octets += std::min(length, size);
        size -= std::min(length, size);
    }
    return flow;
}

/// @return an attribute of a device or channel that is a pointer to an object; null if none
template <typename T>
Ptr<T>
GetPointer(Ptr<Object> object, const std::string& name)
{
    PointerValue value;
    return object && object->GetAttributeFailSafe(name, value) ? value.Get<T>() : nullptr;
}

} // namespace

FluidLink::FluidLink(uint32_t id,
                     const FluidHop& hop,
                     const Settings& settings,
                     std::function<void(FluidLink& link)> changed)
    : m_id(id),
      m_hop(hop),
      m_settings(settings),
      m_changed(std::move(changed)),
      m_load(settings.rules),
      m_ppp(DynamicCast<PointToPointNetDevice>(hop.sender))
{
}

FluidLink::~FluidLink()
{
    if (!m_flows.empty())
    {
        End();
    }
}

void
FluidLink::Enter(uint32_t flow)
{
    if (m_flows.empty())
    {
        Begin();
    }
    m_flows.push_back(flow);
}

void
FluidLink::Leave(uint32_t flow)
{
    const auto found = std::find(m_flows.begin(), m_flows.end(), flow);
    if (found != m_flows.end())
    {
        m_flows.erase(found);
        if (m_flows.empty())
        {
            End();
        }
    }
}

void
FluidLink::Begin()
{
    DataRateValue value{DataRate(uint64_t{0})};
    m_hasRate = m_hop.sender->GetAttributeFailSafe("DataRate", value) &&
                (m_ppp || value.Get().GetBitRate() > 0); // others take 0 for no limit
    m_own = m_hasRate ? ReadDeviceRate() : std::numeric_limits<double>::infinity();
    m_set = value.Get().GetBitRate();
    m_taken = PacketDemand();
    m_load.Clear();
    ++m_run;
    m_windowOpen = false;
    m_windowLength = m_settings.window / FIRST_DIVISOR;
    m_queue = GetPointer<Queue<Packet>>(m_hop.sender, "TxQueue");
    if (m_queue)
    {
        auto sent = MakeCallback(&FluidLink::PacketSent, this);
        m_queue->TraceConnectWithoutContext("Enqueue", sent);
        m_queue->TraceConnectWithoutContext("DropBeforeEnqueue", sent);
    }
    const std::array<Ptr<NetDevice>, 2> ends = {m_hop.receiver, m_hop.sender};
    for (size_t i = 0; i < ends.size(); ++i)
    {
        m_models[i] = DynamicCast<LinkFailureErrorModel>(
            GetPointer<ErrorModel>(ends[i], "ReceiveErrorModel"));
        if (m_models[i])
        {
            m_models[i]->TraceConnectWithoutContext("State",
                                                    MakeCallback(&FluidLink::StateChanged, this));
        }
    }
}

void
FluidLink::End()
{
    if (m_queue)
    {
        auto sent = MakeCallback(&FluidLink::PacketSent, this);
        m_queue->TraceDisconnectWithoutContext("Enqueue", sent);
        m_queue->TraceDisconnectWithoutContext("DropBeforeEnqueue", sent);
        m_queue = nullptr;
    }
    for (auto& model : m_models)
    {
        if (model)
        {
            model->TraceDisconnectWithoutContext("State",
                                                 MakeCallback(&FluidLink::StateChanged, this));
            model = nullptr;
        }
    }
    NoteOwnRate();
    SetDeviceRate(m_own);
    m_load.Clear();
    ++m_run;
}

void
FluidLink::StateChanged(bool)
{
    m_changed(*this);
}

bool
FluidLink::IsUp() const
{
    for (const auto& model : m_models)
    {
        if (model && model->IsDown())
        {
            return false;
        }
    }
    return true;
}

double
FluidLink::ReadDeviceRate() const
{
    DataRateValue value;
    m_hop.sender->GetAttribute("DataRate", value);
    return static_cast<double>(value.Get().GetBitRate());
}

void
FluidLink::SetDeviceRate(double rate)
{
    const auto rounded = static_cast<uint64_t>(m_hasRate ? std::llround(rate) : 0);
    if (m_hasRate && rounded != m_set)
    {
        CountOffered();
        m_set = rounded;
        m_hop.sender->SetAttribute("DataRate", DataRateValue(DataRate(rounded)));
    }
}

void
FluidLink::NoteOwnRate()
{
    if (m_hasRate && ReadDeviceRate() != static_cast<double>(m_set))
    {
        m_own = ReadDeviceRate();
        m_set = static_cast<uint64_t>(m_own);
    }
}

double
FluidLink::GetCapacity() const
{
    return m_own;
}

Time
FluidLink::GetDelay() const
{
    TimeValue delay;
    Ptr<Channel> channel = m_hop.sender->GetChannel();
    return channel && channel->GetAttributeFailSafe("Delay", delay) ? delay.Get() : Time(0);
}

bool
FluidLink::SetFluidRate(double rate)
{
    const double load = m_load.GetRate();
    const bool news = rate != m_fluidRate || load != m_toldLoad;
    m_fluidRate = rate;
    m_toldLoad = load;
    if (!m_flows.empty())
    {
        const bool packets = m_taken.reserved + GetShared(m_taken) > m_settings.markedly * m_own;
        SetDeviceRate(packets && rate > 0 ? std::max(m_own - rate, m_own * m_settings.least)
                                          : m_own);
    }
    return news;
}

void
FluidLink::CountOffered()
{
    const Time now = Simulator::Now();
    m_offered += (now - m_offeredUntil).GetSeconds() * m_set / 8;
    m_offeredUntil = now;
}

void
FluidLink::PacketSent(Ptr<const Packet> packet)
{
    std::array<uint8_t, PPP_SIZE + 2 * IPV6_SIZE + 4> octets;
    const uint32_t skip = m_ppp ? PPP_SIZE : 0;
    const uint32_t size = packet->CopyData(octets.data(), octets.size());
    const FrameFlow flow = ReadIp(octets.data() + skip, size - std::min(size, skip));
    m_load.Add(packet->GetSize(), flow.hash, flow.tcp && packet->GetSize() > NO_CONTENT);
    if (!m_windowOpen)
    {
        OpenWindow();
    }
}

void
FluidLink::OpenWindow()
{
    m_windowOpen = true;
    m_windowStart = Simulator::Now();
    m_offeredUntil = m_windowStart;
    m_offered = 0;
    // Not in the context of the packet: a VM that sends it may stand still at the end.
    Simulator::ScheduleWithContext(
        m_hop.sender->GetNode()->GetId(), m_windowLength, &FluidLink::WindowOver, this, m_run);
}

void
FluidLink::WindowOver(uint32_t run)
{
    if (run != m_run || m_flows.empty())
    {
        return;
    }
    m_windowOpen = false;
    if (m_load.IsEmpty())
    {
        m_load.Clear();
        m_windowLength = m_settings.window / FIRST_DIVISOR;
    }
    else
    {
        CountOffered();
        m_load.Close((Simulator::Now() - m_windowStart).GetSeconds(), m_offered);
        m_windowLength = Min(m_windowLength * 2, m_settings.window);
        OpenWindow();
    }
    if (IsMarked())
    {
        m_changed(*this);
    }
}

double
FluidLink::GetShared(const PacketDemand& demand) const
{
    return demand.weight > 0 ? std::min(demand.limit, m_own) : 0;
}

bool
FluidLink::IsMarked() const
{
    const PacketDemand& now = m_load.GetDemand();
    const double step = m_settings.markedly * m_own;
    const double sharedNow = GetShared(now);
    const double sharedTaken = GetShared(m_taken);
    const bool both = sharedNow > step && sharedTaken > step;
    return std::abs(now.reserved - m_taken.reserved) > step ||
           std::abs(sharedNow - sharedTaken) > step || (both && now.weight != m_taken.weight);
}

const PacketDemand&
FluidLink::GetDemand() const
{
    return m_load.GetDemand();
}

const PacketDemand&
FluidLink::GetTakenDemand() const
{
    return m_taken;
}

const PacketDemand&
FluidLink::TakeDemand()
{
    NoteOwnRate();
    m_taken = m_load.GetDemand();
    return m_taken;
}

double
FluidLink::GetPacketRate() const
{
    return m_load.GetRate();
}

const std::vector<uint32_t>&
FluidLink::GetFlows() const
{
    return m_flows;
}

uint32_t
FluidLink::GetId() const
{
    return m_id;
}

Ptr<NetDevice>
FluidLink::GetSender() const
{
    return m_hop.sender;
}

Ptr<NetDevice>
FluidLink::GetReceiver() const
{
    return m_hop.receiver;
}

double
FluidLink::GetFluidRate() const
{
    return m_fluidRate;
}

void
FluidLink::Count(double octets)
{
    m_octets += octets;
}

double
FluidLink::GetFluidOctets() const
{
    return m_octets;
}

} // namespace vmm
} // namespace ns3
