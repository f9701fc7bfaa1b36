// SPDX-License-Identifier: GPL-2.0-only
#ifndef HOST_ROUTE_SCHEME_H
#define HOST_ROUTE_SCHEME_H

#include "ns3/border-informer.h"
#include "ns3/host-route-registrar.h"

namespace ns3
{
namespace vmm
{

/**
 * The draft's scheme: distributed registrations and host routes (draft-sarikaya-nvo3-vmm-dmm-pmip
 * sections 5 and 7). The NVE that a VM attaches to registers it with the management node, which
 * tells every previous NVE, and with Redirect=Path the routers on the way, where the VM is now.
 */
class HostRouteScheme : public MobilityScheme
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();

    void VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason) override;
    void VmDestroyed(NveContext& nve, BindingUpdateEntry& entry) override;
    void Registered(NveContext& nve, BindingUpdateEntry& entry, RegistrationStatus status) override;
    void SourceRouteUsed(NveContext& nve, const BindingUpdateEntry& entry) override;
    void SourceRoleEnded(NveContext& nve, const VmKey& key) override;
    void NveClosed() override;
    void Redirected(NveContext& nve,
                    BindingUpdateEntry& entry,
                    const RegistrationMessage& request,
                    Respond respond) override;
    void RouterRequested(RouterContext& router,
                         const RegistrationMessage& request,
                         Respond respond) override;
    void BindingCreated(RegistrarContext& registrar, const BindingEntry& entry) override;
    void BindingMoved(RegistrarContext& registrar,
                      const BindingEntry& entry,
                      const IpAddress& previous) override;
    void BindingRemoved(RegistrarContext& registrar, const BindingEntry& entry) override;
    void RegistrarClosed() override;
    void FabricChanged(RegistrarContext& registrar) override;

  protected:
    void NotifyConstructionCompleted() override;
    void DoDispose() override;

  private:
    /// The route of each family that a request asks this node for.
    std::vector<Route> MakeRoutes(RouteContext& node, const RegistrationMessage& request) const;
    /// A route to targets of one family, all of which are on-link or none.
    Route MakeRoute(Fib& fib, const IpAddressList& targets) const;
    /**
     * After a cold move the NVEs before the last one need not be told and may delete their entries
     * (draft section 7), apart from the one that the covering prefix leads to: it would be left
     * with a way to where the VM is no more (interpretation).
     */
    void ForgetEarlierNves(RegistrarContext& registrar,
                           const BindingEntry& entry,
                           const IpAddress& previous);
    void Apply(RouteContext& node, const RegistrationMessage& request, Respond respond);
    /// A border router hears from a source NVE where a VM is.
    void TakeNotice(RouteContext& border, const RegistrationMessage& request, Respond respond);

    HostRouteOptions::Redirect m_redirect;   //!< attribute
    HostRouteOptions::Optimize m_optimize;   //!< attribute
    HostRouteOptions::Announcer m_announcer; //!< attribute
    bool m_informsBorder = true;             //!< attribute InformBorderRouters
    RedirectPaths::Set m_pathSet;            //!< attribute
    HostRouteOptions::PathOrder m_pathOrder; //!< attribute
    Time m_routerLifetime;                   //!< attribute
    Time m_settleTime;                       //!< attribute
    HostRouteOptions m_options;              //!< all of them
    HostRouteRegistrar m_registrar;          //!< the management node's half
    BorderInformer m_informer;               //!< the source NVE's
};

} // namespace vmm
} // namespace ns3

#endif // HOST_ROUTE_SCHEME_H
