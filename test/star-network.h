// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_STAR_NETWORK_H
#define VMM_STAR_NETWORK_H

#include "sim-fixture.h"

#include "ns3/boolean.h"
#include "ns3/error-model.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"
#include "ns3/vmm-ip-address.h"

#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Hosts around one router, each on its own point-to-point link: the smallest network in which
 * servers and a management node reach each other. TCP is set as data-centre hosts have it.
 */
class StarNetwork
{
  public:
    /**
     * @param hosts how many hosts
     * @param rate of each link
     * @param delay of each link
     */
    explicit StarNetwork(uint32_t hosts,
                         const std::string& rate = "1Gbps",
                         const std::string& delay = "10us")
    {
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
        Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
        Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(MilliSeconds(40)));
        Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 20));
        Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 20));
        Config::SetDefault("ns3::Icmpv6L4Protocol::DAD", BooleanValue(false));
        m_nodes.Create(hosts + 1);
        InternetStackHelper stack;
        stack.Install(m_nodes);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue(rate));
        link.SetChannelAttribute("Delay", StringValue(delay));
        Ipv4AddressHelper v4("10.0.0.0", "255.255.255.252");
        Ipv6AddressHelper v6("fd00:1::", Ipv6Prefix(64));
        for (uint32_t i = 0; i < hosts; ++i)
        {
            auto devices = link.Install(m_nodes.Get(i), m_nodes.Get(hosts));
            m_address4.push_back(v4.Assign(devices).GetAddress(0));
            v4.NewNetwork();
            auto interfaces = v6.Assign(devices);
            interfaces.SetForwarding(1, true);
            interfaces.SetDefaultRouteInAllNodes(1);
            m_address6.push_back(interfaces.GetAddress(0, 1));
            v6.NewNetwork();
            m_devices.push_back(devices);
        }
        Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    }

    /// @return host i
    Ptr<Node> Host(uint32_t i) const
    {
        return m_nodes.Get(i);
    }

    /// @return the IPv4 address of host i
    IpAddress Address4(uint32_t i) const
    {
        return m_address4.at(i);
    }

    /// @return the IPv6 address of host i
    IpAddress Address6(uint32_t i) const
    {
        return m_address6.at(i);
    }

    /// Lets host i's link lose this share of packets, in both directions; 1 cuts it.
    void SetLoss(uint32_t i, double share)
    {
        for (uint32_t side = 0; side < 2; ++side)
        {
            auto model = CreateObject<RateErrorModel>();
            model->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
            model->SetRate(share);
            model->AssignStreams(100 + 2 * i + side);
            DynamicCast<PointToPointNetDevice>(m_devices.at(i).Get(side))
                ->SetReceiveErrorModel(share > 0 ? Ptr<ErrorModel>(model) : nullptr);
        }
    }

  private:
    NodeContainer m_nodes;                     //!< the hosts, then the router
    std::vector<NetDeviceContainer> m_devices; //!< per host: its device, the router's
    std::vector<IpAddress> m_address4;         //!< per host
    std::vector<IpAddress> m_address6;         //!< per host
};

} // namespace vmm
} // namespace ns3

#endif // VMM_STAR_NETWORK_H
