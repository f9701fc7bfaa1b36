// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_REGISTRATION_SENDER_POLICY_H
#define VMM_REGISTRATION_SENDER_POLICY_H

#include "ns3/registration-message.h"
#include "ns3/vmm-ip-address.h"

#include <set>

namespace ns3
{
namespace vmm
{

/**
 * Who may send a request, by source address. Requests to source NVEs, default routers and path
 * routers come from the management node alone (draft section 4); those to a border router also from
 * the NVEs of its own data centre (draft section 7.3). Any NVE may address the management node.
 * What is not allowed is answered with status 133.
 */
class RegistrationSenderPolicy
{
  public:
    /// @param address of the management node; add one per family
    void AddManagementNode(const IpAddress& address)
    {
        m_managementNodes.insert(address);
    }

    /// @param address of an NVE in the border router's own data centre
    void AddNve(const IpAddress& address)
    {
        m_nves.insert(address);
    }

    /// @return whether from is the management node
    bool IsManagementNode(const IpAddress& from) const
    {
        return m_managementNodes.count(from) != 0;
    }

    /// @return whether from may send a request to a recipient in that role
    bool MayAsk(RecipientRole role, const IpAddress& from) const
    {
        return role == RecipientRole::MANAGEMENT_NODE || IsManagementNode(from) ||
               (role == RecipientRole::BORDER_ROUTER && m_nves.count(from) != 0);
    }

  private:
    std::set<IpAddress> m_managementNodes; //!< the management node's addresses
    std::set<IpAddress> m_nves;            //!< NVEs of the own data centre
};

} // namespace vmm
} // namespace ns3

#endif // VMM_REGISTRATION_SENDER_POLICY_H
