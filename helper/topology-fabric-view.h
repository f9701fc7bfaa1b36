// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TOPOLOGY_FABRIC_VIEW_H
#define VMM_TOPOLOGY_FABRIC_VIEW_H

#include "ns3/fabric-view.h"
#include "ns3/fabric.h"

namespace ns3
{
namespace vmm
{

/// What a management node knows of a Fabric: its graph, as far as failures have been noticed.
class TopologyFabricView : public FabricView
{
  public:
    /// @param fabric the fabric; kept
    explicit TopologyFabricView(Ptr<Fabric> fabric);
    ~TopologyFabricView() override;

    RedirectRecipients PlanRedirect(const IpAddress& destination,
                                    const IpAddressList& previous,
                                    RedirectPaths::Set pathSet) const override;
    RedirectHop GetDefaultRouter(const IpAddress& nve) const override;
    IpAddressList GetAddresses(const IpAddress& nve) const override;
    bool IsHome(const IpAddress& nve, const IpAddressList& addresses) const override;
    IpAddress GetHome(const IpAddressList& addresses) const override;
    uint32_t GetDistance(const IpAddress& from, const IpAddress& to) const override;
    void SetChangeCallback(std::function<void()> changed) override;

  private:
    /// The fabric has noticed that a link failed or came back.
    void LinkDetected(uint32_t link, bool up);
    /// @return the on-link addresses of the neighbours of a node, of either family
    IpAddressList GetGateways(NodeId node, const std::vector<NodeId>& neighbours) const;
    /// @return all loopback addresses of a node
    IpAddressList GetLoopbacks(NodeId node) const;

    Ptr<Fabric> m_fabric;            //!< the fabric
    std::function<void()> m_changed; //!< told of changes
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TOPOLOGY_FABRIC_VIEW_H
