// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/access-switch.h"

#include "ns3/access-device.h"
#include "ns3/ethernet-header.h"
#include "ns3/guest-clock.h"
#include "ns3/log.h"
#include "ns3/make-event.h"
#include "ns3/node.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("AccessSwitch");
NS_OBJECT_ENSURE_REGISTERED(AccessSwitch);

TypeId
AccessSwitch::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::AccessSwitch")
                            .SetParent<Channel>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<AccessSwitch>()
                            .AddAttribute("DataRate",
                                          "Rate at which each port sends, in bit/s.",
                                          DataRateValue(DataRate("40Gbps")),
                                          MakeDataRateAccessor(&AccessSwitch::SetDataRate,
                                                               &AccessSwitch::GetDataRate),
                                          MakeDataRateChecker())
                            .AddAttribute("Delay",
                                          "Time from the end of sending to the arrival of a frame.",
                                          TimeValue(MicroSeconds(1)),
                                          MakeTimeAccessor(&AccessSwitch::m_delay),
                                          MakeTimeChecker(Time(0)));
    return tid;
}

AccessSwitch::AccessSwitch() = default;
AccessSwitch::~AccessSwitch() = default;

void
AccessSwitch::DoDispose()
{
    m_nve = nullptr;
    m_ports.clear();
    m_byMac.clear();
    Channel::DoDispose();
}

void
AccessSwitch::SetDataRate(DataRate rate)
{
    if (rate.GetBitRate() == 0)
    {
        throw std::invalid_argument("the rate of an access switch must not be zero");
    }
    m_rate = rate;
}

void
AccessSwitch::AttachNve(Ptr<AccessDevice> device)
{
    if (m_nve || device->GetSwitch())
    {
        throw std::logic_error("port 0 of the access switch, or its device, is in use");
    }
    m_nve = device;
    device->SetSwitch(this);
}

void
AccessSwitch::Attach(Ptr<AccessDevice> device)
{
    const Mac48Address mac = Mac48Address::ConvertFrom(device->GetAddress());
    if (device->GetSwitch() || m_byMac.count(mac))
    {
        std::ostringstream text;
        text << "the device with address " << mac << " is plugged in already";
        throw std::logic_error(text.str());
    }
    NS_LOG_INFO("plug " << mac);
    m_ports.push_back(device);
    m_byMac[mac] = device;
    device->SetSwitch(this);
}

void
AccessSwitch::Detach(Ptr<AccessDevice> device)
{
    const auto port = std::find(m_ports.begin(), m_ports.end(), device);
    if (port == m_ports.end())
    {
        throw std::logic_error("the device is not plugged in at this access switch");
    }
    NS_LOG_INFO("unplug " << device->GetAddress());
    m_byMac.erase(Mac48Address::ConvertFrom(device->GetAddress()));
    m_ports.erase(port);
    device->SetSwitch(nullptr);
}

Ptr<AccessDevice>
AccessSwitch::Find(Mac48Address address) const
{
    const auto found = m_byMac.find(address);
    return found == m_byMac.end() ? nullptr : found->second;
}

Ptr<AccessDevice>
AccessSwitch::GetNveDevice() const
{
    return m_nve;
}

std::size_t
AccessSwitch::GetNDevices() const
{
    return m_ports.size() + (m_nve ? 1 : 0);
}

Ptr<NetDevice>
AccessSwitch::GetDevice(std::size_t i) const
{
    const std::size_t first = m_nve ? 1 : 0;
    return i < first ? m_nve : m_ports.at(i - first);
}

void
AccessSwitch::Transmit(Ptr<Packet> frame, Ptr<AccessDevice> from, const Time& transmission)
{
    const Time delay = transmission + m_delay;
    if (from != m_nve)
    {
        if (m_nve)
        {
            Launch(frame, m_nve, delay);
        }
        else
        {
            from->NotifyDrop(frame, DropCause::UNPLUGGED);
        }
        return;
    }
    EthernetHeader header(false);
    frame->PeekHeader(header);
    if (header.GetDestination().IsGroup())
    {
        for (const auto& port : m_ports)
        {
            Launch(frame->Copy(), port, delay);
        }
    }
    else if (Ptr<AccessDevice> to = Find(header.GetDestination()))
    {
        Launch(frame, to, delay);
    }
    else
    {
        from->NotifyDrop(frame, DropCause::UNPLUGGED);
    }
}

void
AccessSwitch::Launch(Ptr<Packet> frame, Ptr<AccessDevice> to, const Time& delay)
{
    // Raw: the wire does not stand still with the guest, and the device wants to see the frame.
    GuestClock::ScheduleRaw(
        to->GetNode()->GetId(),
        delay,
        MakeEvent(&AccessSwitch::Deliver, Ptr<AccessSwitch>(this), frame, to, to->GetPlugCount()));
}

void
AccessSwitch::Deliver(Ptr<Packet> frame, Ptr<AccessDevice> to, uint64_t plug)
{
    if (to->GetPlugCount() == plug)
    {
        to->Receive(frame);
    }
    else if (m_nve)
    {
        m_nve->NotifyDrop(frame, DropCause::UNPLUGGED);
    }
}

} // namespace vmm
} // namespace ns3
