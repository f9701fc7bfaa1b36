// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FABRIC_HELPER_H
#define VMM_FABRIC_HELPER_H

#include "ns3/fabric.h"
#include "ns3/object-factory.h"
#include "ns3/topology-builder.h"

#include <string>

namespace ns3
{
namespace vmm
{

/**
 * Turns a topology into ns-3 nodes, links, addresses and routes.
 *
 *     FabricHelper helper;
 *     helper.SetAttribute("LinkDetectTime", TimeValue(MilliSeconds(10)));
 *     Ptr<Fabric> fabric = helper.Build("leaf-spine", {});
 *     fabric->GetNode("server-0-1"); // Ptr<Node>
 *
 * Links are point-to-point devices with one FIFO queue and no queueing discipline; those of bridges
 * are SimpleNetDevices (full duplex, with rate and delay), since ns-3's point-to-point devices
 * cannot be bridged: there the frame is the datagram alone, without the 2 octets of PPP.
 */
class FabricHelper
{
  public:
    FabricHelper();
    /**
     * @param name an attribute of ns3::vmm::Fabric
     * @param value its value
     */
    void SetAttribute(const std::string& name, const AttributeValue& value);
    /**
     * @param topology the fabric
     * @return it in ns-3
     * @throws std::invalid_argument as Fabric::Build()
     */
    Ptr<Fabric> Build(const Topology& topology) const;
    /**
     * @param builder name of a TopologyBuilder
     * @param input what to build
     * @return it in ns-3
     * @throws std::invalid_argument as TopologyBuilder::Make() and Fabric::Build()
     */
    Ptr<Fabric> Build(const std::string& builder, const BuilderInput& input) const;

  private:
    ObjectFactory m_factory; //!< makes the fabric
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FABRIC_HELPER_H
