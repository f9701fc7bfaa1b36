// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_OVERLAY_MOVE_FIXTURE_H
#define VMM_OVERLAY_MOVE_FIXTURE_H

#include "system/failure-fixture.h"

#include "ns3/error-model.h"
#include "ns3/ipv4-header.h"
#include "ns3/link-failure-error-model.h"
#include "ns3/nva-overlay-scheme.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"
#include "ns3/ppp-header.h"
#include "ns3/udp-header.h"

namespace ns3
{
namespace vmm
{

/// Loses the first registration message of a kind that a device receives.
class MessageLoser : public ErrorModel
{
  public:
    /// Which messages.
    struct Kind
    {
        RegistrationType type; //!< request or reply
        RecipientRole role;    //!< whom the request is to
    };

    explicit MessageLoser(const Kind& kind)
        : m_kind(kind)
    {
    }

    /// @return how many messages were lost
    uint32_t GetLost() const
    {
        return m_lost;
    }

  private:
    bool DoCorrupt(Ptr<Packet> packet) override
    {
        if (m_lost > 0)
        {
            return false;
        }
        Ptr<Packet> copy = packet->Copy();
        PppHeader ppp;
        copy->RemoveHeader(ppp);
        Ipv4Header ip;
        if (ppp.GetProtocol() != 0x21 || copy->RemoveHeader(ip) == 0 || ip.GetProtocol() != 17)
        {
            return false;
        }
        UdpHeader udp;
        copy->RemoveHeader(udp);
        if (udp.GetDestinationPort() != REGISTRATION_PORT)
        {
            return false;
        }
        std::vector<uint8_t> octets(copy->GetSize());
        copy->CopyData(octets.data(), octets.size());
        const auto decoded = DecodeRegistration(octets.data(), octets.size());
        const bool match = decoded.verdict == RegistrationVerdict::OK &&
                           decoded.message.type == m_kind.type &&
                           decoded.message.role == m_kind.role;
        m_lost += match;
        return match;
    }

    void DoReset() override
    {
        m_lost = 0;
    }

    Kind m_kind;         //!< which messages
    uint32_t m_lost = 0; //!< messages
};

/**
 * A move of web from server-0-0 to server-2-0 under the overlay. Probes of 1 ms from `one`
 * (server-1-0) and `three` (server-3-0), neither of them at an NVE of the move.
 */
class OverlayMoveFixture : public FailureTest
{
  protected:
    void SetUp() override
    {
        FailureTest::SetUp();
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "probe,one,web,udp-probe,500ms,3s,1ms,100B\n"
                               "other,three,web,udp-probe,500ms,3s,1ms,100B\n";
    }

    /// An attribute of the scheme.
    void SetScheme(const std::string& attribute, const std::string& value)
    {
        SetKey("ns3::vmm::NvaOverlayScheme::" + attribute, value);
    }

    void RunOverlay(const std::string& update)
    {
        SetScheme("Update", update);
        Run("nva-overlay");
    }

    /// @return registration messages of a type that were sent after a time
    size_t Count(const std::string& type, double after) const
    {
        size_t count = 0;
        for (const auto& row : Trace("messages").Where({{"kind", "registration"}, {"type", type}}))
        {
            count += std::stod(row.at("time_s")) > after;
        }
        return count;
    }

    /// @return registration messages of any type that were sent after a time
    size_t CountAll(double after) const
    {
        size_t count = 0;
        for (const auto& row : Trace("messages").Where({{"kind", "registration"}}))
        {
            count += std::stod(row.at("time_s")) > after;
        }
        return count;
    }

    /// @return where the table of VN 0 at a server sends packets for a VM
    std::string WayTo(const std::string& vm, const std::string& server)
    {
        const IpAddress address = VmDirectory::Find(vm)->GetSpec().addresses.front();
        const Route* route = Server(server).nve->GetFibOf(0).Lookup(address);
        return route ? route->ToString() : "";
    }

    /// @return that table's way as it is when the VM is behind a server
    std::string WayBy(const std::string& server)
    {
        return "vxlan:0:" + AddressOf(server).ToString();
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_OVERLAY_MOVE_FIXTURE_H
