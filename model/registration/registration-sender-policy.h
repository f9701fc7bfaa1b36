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
 * the NVEs of its own data centre (draft section 7.3). Any NVE may address the management node, to
 * register and to resolve. A remote NVE is given mappings by the management node alone; that one is
 * stale it may hear from anybody, since it believes that only of a mapping to the sender itself
 * (interpretation). What is not allowed is answered with status 133.
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

    /**
     * @param role of the recipient
     * @param from who sends it
     * @param flags of the request
     * @return whether from may send such a request to a recipient in that role
     */
    bool MayAsk(RecipientRole role, const IpAddress& from, uint8_t flags = 0) const
    {
        return role == RecipientRole::MANAGEMENT_NODE || role == RecipientRole::RESOLVER ||
               IsManagementNode(from) ||
               (role == RecipientRole::BORDER_ROUTER && m_nves.count(from) != 0) ||
               (role == RecipientRole::REMOTE_NVE && (flags & REGISTRATION_WITHDRAW) != 0);
    }

  private:
    std::set<IpAddress> m_managementNodes; //!< the management node's addresses
    std::set<IpAddress> m_nves;            //!< NVEs of the own data centre
};

} // namespace vmm
} // namespace ns3

#endif // VMM_REGISTRATION_SENDER_POLICY_H
