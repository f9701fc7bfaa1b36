// SPDX-License-Identifier: GPL-2.0-only
#ifndef BGP_HOST_ROUTE_SCHEME_H
#define BGP_HOST_ROUTE_SCHEME_H

#include "ns3/mobility-scheme.h"

namespace ns3
{
namespace vmm
{

/**
 * Mobility by BGP alone, as routed data centres do it (RFC 7938; Calico): the NVE that a VM is
 * attached to announces its host route, at home too, and the one that it left withdraws it. There
 * is no registration. Needs NVEs that speak BGP. For a while the network may know two routes, or
 * none: which, the attribute Overlap says.
 */
class BgpHostRouteScheme : public MobilityScheme
{
  public:
    /// The order of the withdrawal at the source and the announcement at the destination.
    enum Overlap
    {
        WITHDRAW_FIRST, //!< withdrawn when the VM stops: none for a while
        ANNOUNCE_FIRST, //!< withdrawn when the move is committed: two equal ones for a while
        LOCAL_PREF      //!< likewise, and made the last choice (RFC 8326) when the copy begins
    };

    /// @return the TypeId
    static TypeId GetTypeId();

    void VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason) override;
    void VmLeaving(NveContext& nve, BindingUpdateEntry& entry) override;
    void VmStopped(NveContext& nve, BindingUpdateEntry& entry) override;
    void VmReleased(NveContext& nve, BindingUpdateEntry& entry) override;
    void VmDestroyed(NveContext& nve, BindingUpdateEntry& entry) override;

  private:
    Overlap m_overlap; //!< attribute
};

} // namespace vmm
} // namespace ns3

#endif // BGP_HOST_ROUTE_SCHEME_H
