// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLOW_CHOICE_H
#define VMM_FLOW_CHOICE_H

#include "ns3/fabric.h"
#include "ns3/flow-hash.h"
#include "ns3/forwarding-walk.h"

namespace ns3
{
namespace vmm
{

/**
 * The choices that the tables of a fabric make for one flow, for WalkFlow(): with it the predicted
 * path is the one that the packets take.
 *
 * @param fabric the fabric, with its salts; must live as long as the choice is used
 * @param flow the flow as its packets are when they come to the first router
 * @return the choice; inside a tunnel that of the outer packets, from the head's loopback to the
 *         remote's
 */
EcmpChoice MakeFlowChoice(Ptr<const Fabric> fabric, const FlowKey& flow);

} // namespace vmm
} // namespace ns3

#endif // VMM_FLOW_CHOICE_H
