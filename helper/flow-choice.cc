// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/flow-choice.h"

namespace ns3
{
namespace vmm
{

EcmpChoice
MakeFlowChoice(Ptr<const Fabric> fabric, const FlowKey& flow)
{
    return [fabric, flow](const EcmpQuestion& question)
    {
        FlowKey key = flow;
        if (question.tunnelHead != NO_NODE)
        {
            IpFamily family = flow.destination.GetFamily();
            key = FlowKey();
            key.source = fabric->GetAddress(question.tunnelHead, family);
            key.destination = fabric->GetAddress(question.target, family);
            key.protocol = family == IpFamily::IPV4 ? 4 : 41;
            key.innerSource = flow.source;
            key.innerDestination = flow.destination;
            key.innerProtocol = flow.protocol;
            key.innerPorts = flow.ports;
        }
        return PickByHash(HashFlow(key, fabric->GetFib(question.node)->GetSalt()), question.count);
    };
}

} // namespace vmm
} // namespace ns3
