// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_HELPER_H
#define VMM_BGP_HELPER_H

#include "ns3/bgp-numbering.h"
#include "ns3/bgp-router.h"
#include "ns3/fabric.h"
#include "ns3/object-factory.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Lets the routers of a fabric speak BGP, with a session over every link between two of them
 * (RFC 7938). It takes the place of the static underlay:
 *
 *     FabricHelper fabrics;
 *     fabrics.SetAttribute("StaticUnderlay", BooleanValue(false));
 *     Ptr<Fabric> fabric = fabrics.Build("leaf-spine", {});
 *     BgpHelper bgp;
 *     bgp.SetAttribute("Profile", StringValue("Bird"));
 *     bgp.Install(fabric);
 *
 * A router announces its loopback address, the loopback addresses and VM prefixes of what is linked
 * to it without speaking BGP itself (servers, hosts), and its own VM prefix. Servers and hosts have
 * a default route to their routers, which have static routes to them. When a link between the two
 * is known to be down the router withdraws what it leads to.
 *
 * The helper has to live until Simulator::Destroy().
 */
class BgpHelper
{
  public:
    BgpHelper();
    BgpHelper(const BgpHelper&) = delete;
    BgpHelper& operator=(const BgpHelper&) = delete;

    /**
     * @param name an attribute of ns3::vmm::BgpRouter, but Asn; call before Install()
     * @param value its value
     */
    void SetAttribute(const std::string& name, const AttributeValue& value);
    /// @param numbering how routers get AS numbers; CLOS at first
    void SetNumbering(BgpNumbering numbering);
    /// @param speak whether NVEs speak BGP too, each an AS of its own; not at first
    void SetServersSpeak(bool speak);
    /**
     * Names the data centres that take host routes from other ones; the border routers of the
     * others reject them. At first all do.
     * @param dcs numbers of data centres
     */
    void SetHostRouteDataCentres(const std::set<uint16_t>& dcs);
    /**
     * @param fabric a fabric without a static underlay
     * @throws std::invalid_argument if there are routers already
     */
    void Install(Ptr<Fabric> fabric);

    /// @return the routers, by node
    const std::map<NodeId, Ptr<BgpRouter>>& GetRouters() const
    {
        return m_routers;
    }

    /// @param node a node @return its router, null if it has none
    Ptr<BgpRouter> GetRouter(NodeId node) const;
    /// @return whether every session is Established
    bool AreAllEstablished() const;
    /**
     * Fixes the random streams of all routers.
     * @param stream the first
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream);

  private:
    /// @return whether a node gets a router
    bool Speaks(NodeId node) const;
    void MakeRouter(NodeId node, uint32_t asn);
    void MakeNeighbor(NodeId node, const Adjacency& adjacency, uint32_t asn);
    /// Sets what of host routes passes between two routers.
    void SetPolicy(NodeId node, NodeId neighbour, BgpNeighborConfig& config) const;
    /// Sets what a node without a router does: all goes to its routers.
    void MakeDefaultRoute(NodeId node, IpFamily family);
    /// Has a router know and announce a neighbour that has no router, or withdraw it.
    void LeadTo(NodeId router, NodeId stub, IpFamily family);
    /// A link has been noticed to be up or down.
    void LinkDetected(uint32_t link, bool up);
    /// @return the prefixes by which others reach a node
    std::vector<IpPrefix> GetPrefixes(NodeId node, IpFamily family) const;
    /// @return the families of the fabric, IPv4 first
    std::vector<IpFamily> GetFamilies() const;

    ObjectFactory m_factory;                       //!< makes routers
    BgpNumbering m_numbering = BgpNumbering::CLOS; //!< how
    bool m_serversSpeak = false;                   //!< NVEs too
    std::set<uint16_t> m_hostRouteDcs;             //!< that take host routes; empty: all
    Ptr<Fabric> m_fabric;                          //!< the fabric
    std::map<NodeId, Ptr<BgpRouter>> m_routers;    //!< by node
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_HELPER_H
