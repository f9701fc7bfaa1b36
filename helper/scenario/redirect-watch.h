// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_REDIRECT_WATCH_H
#define VMM_REDIRECT_WATCH_H

#include "ns3/nva.h"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Notes which NVEs and routers did not take the routes that the management node gave them. A source
 * NVE that was told where a VM is, has released it since and therefore does not know it any more
 * when the VM moves on is not among them: that is how the management node learns of the release.
 */
class RedirectWatch
{
  public:
    /// @param address of a node @return the node's name
    using NameOf = std::function<std::string(const IpAddress& address)>;

    /**
     * Call once, before the simulation runs; this must outlive the simulation.
     * @param nva the management node
     * @param nameOf names the nodes in warnings
     */
    void Connect(Ptr<Nva> nva, NameOf nameOf);

    /// @return a line for each VM, node and reason, in order of their first occurrence
    const std::vector<std::string>& GetWarnings() const
    {
        return m_warnings;
    }

  private:
    void Answered(const RegistrationMessage& request,
                  const IpAddress& to,
                  const RequestOutcome& outcome);
    void Bound(const BindingEntry& entry, BindingVerdict verdict);

    using Pair = std::pair<VmKey, IpAddress>;

    NameOf m_nameOf;                     //!< names nodes
    std::set<Pair> m_told;               //!< source NVEs that took a redirect since they served
    std::set<std::string> m_seen;        //!< VM, node and reason of the warnings
    std::vector<std::string> m_warnings; //!< in order of time
};

} // namespace vmm
} // namespace ns3

#endif // VMM_REDIRECT_WATCH_H
