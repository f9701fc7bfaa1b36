// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FIRST_LOSS_H
#define VMM_FIRST_LOSS_H

#include "ns3/error-model.h"
#include "ns3/fabric.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv6-header.h"
#include "ns3/link-failure-error-model.h"
#include "ns3/pointer.h"
#include "ns3/ppp-header.h"
#include "ns3/registration-message.h"
#include "ns3/simulator.h"
#include "ns3/tcp-header.h"
#include "ns3/udp-header.h"

#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Sits at all links, notes the kinds of control messages that pass from a time on, and loses the
 * first one of one kind. Kinds are "request mn", "reply source-nve", ..., and "bgp-update".
 */
class FirstLoss : public ErrorModel
{
  public:
    /**
     * @param kind is lost once; empty: nothing is
     * @param from when the watch begins
     */
    FirstLoss(const std::string& kind, Time from)
        : m_kind(kind),
          m_from(from)
    {
    }

    // Puts it at both ends of every link of a fabric. After Build.
    void Install(Ptr<Fabric> fabric)
    {
        const Topology& topology = fabric->GetTopology();
        for (NodeId node = 0; node < topology.GetNodeCount(); ++node)
        {
            for (LinkId link : topology.GetLinks(node))
            {
                PointerValue model;
                fabric->GetDevice(link, node)->GetAttribute("ReceiveErrorModel", model);
                model.Get<LinkFailureErrorModel>()->SetInner(this);
            }
        }
    }

    std::set<std::string> kinds; // that have passed
    int lost = 0;                // messages

  private:
    bool DoCorrupt(Ptr<Packet> frame) override
    {
        if (Simulator::Now() < m_from)
        {
            return false;
        }
        const std::string kind = KindOf(*frame);
        if (kind.empty())
        {
            return false;
        }
        kinds.insert(kind);
        if (kind != m_kind || lost > 0)
        {
            return false;
        }
        ++lost;
        return true;
    }

    void DoReset() override
    {
    }

    // What control message a frame carries; empty if it carries none.
    static std::string KindOf(const Packet& frame)
    {
        Ptr<Packet> packet = frame.Copy();
        PppHeader ppp;
        packet->RemoveHeader(ppp);
        uint8_t protocol = 0;
        if (ppp.GetProtocol() == 0x0021)
        {
            Ipv4Header header;
            packet->RemoveHeader(header);
            protocol = header.GetProtocol();
        }
        else
        {
            Ipv6Header header;
            packet->RemoveHeader(header);
            protocol = header.GetNextHeader();
        }
        if (protocol == 17)
        {
            UdpHeader udp;
            packet->RemoveHeader(udp);
            const bool registration = udp.GetDestinationPort() == REGISTRATION_PORT ||
                                      udp.GetSourcePort() == REGISTRATION_PORT;
            return registration ? NameRegistration(OctetsOf(*packet)) : "";
        }
        if (protocol == 6)
        {
            TcpHeader tcp;
            packet->RemoveHeader(tcp);
            const bool bgp = tcp.GetDestinationPort() == 179 || tcp.GetSourcePort() == 179;
            return bgp ? NameBgp(OctetsOf(*packet)) : "";
        }
        return "";
    }

    static std::vector<uint8_t> OctetsOf(const Packet& packet)
    {
        std::vector<uint8_t> octets(packet.GetSize());
        packet.CopyData(octets.data(), octets.size());
        return octets;
    }

    static std::string NameRegistration(const std::vector<uint8_t>& octets)
    {
        const auto decoded = DecodeRegistration(octets.data(), octets.size());
        const bool request = decoded.message.type == RegistrationType::REQUEST;
        return (request ? "request " : "reply ") + RecipientRoleName(decoded.message.role);
    }

    // RFC 4271 section 4.1: marker of 16 octets, length of 2, type, which is 2 for an UPDATE.
    static std::string NameBgp(const std::vector<uint8_t>& octets)
    {
        return octets.size() > 18 && octets[18] == 2 ? "bgp-update" : "";
    }

    std::string m_kind; // to be lost
    Time m_from;        // begin of the watch
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FIRST_LOSS_H
