// SPDX-License-Identifier: GPL-2.0-only
#ifndef HOST_ROUTE_REGISTRAR_H
#define HOST_ROUTE_REGISTRAR_H

#include "ns3/event-id.h"
#include "ns3/mobility-scheme.h"
#include "ns3/nstime.h"
#include "ns3/redirect-run.h"

#include <map>

namespace ns3
{
namespace vmm
{

/// The choices of the host-route scheme.
struct HostRouteOptions
{
    /// What carries a packet from S-NVE to D-NVE: the readings of "host route, no tunnel".
    enum Redirect
    {
        SOURCE_ONLY, //!< a route at S-NVE and nowhere else: the draft's literal text
        PATH,        //!< routes at the routers from D-NVE back to S-NVE too (interpretation)
        TUNNEL,      //!< IP-in-IP from S-NVE to D-NVE (draft section 5: MAY)
        FABRIC       //!< as SOURCE_ONLY, and BGP carries the host route to everyone
    };

    /// Whether and how the triangle is shortened (draft section 7).
    enum Optimize
    {
        NONE,           //!< not at all
        DEFAULT_ROUTER, //!< the default routers of S-NVE and D-NVE take part (section 7.2)
        BGP             //!< the default router of D-NVE announces the host route (section 7.2)
    };

    /// Who announces the host route when there is BGP.
    enum Announcer
    {
        DEFAULT_ROUTER_OF_NVE, //!< the default router of D-NVE, which the management node tells
        DESTINATION_NVE        //!< D-NVE itself
    };

    /// In which order the routers of Redirect=Path are told.
    enum PathOrder
    {
        ORDERED, //!< by distance from D-NVE, each level after the replies of the last: no loop
        PARALLEL //!< all at once: quicker, may loop for a moment
    };

    /// @return whether anyone announces the host route by BGP
    bool Announces() const
    {
        return optimize == BGP || redirect == FABRIC;
    }

    /// @return whether the default router of D-NVE does
    bool AnnouncesAtRouter() const
    {
        return Announces() && announcer == DEFAULT_ROUTER_OF_NVE;
    }

    Redirect redirect = PATH;                           //!< the reading
    Optimize optimize = NONE;                           //!< shortening of the triangle
    Announcer announcer = DEFAULT_ROUTER_OF_NVE;        //!< of host routes
    RedirectPaths::Set pathSet = RedirectPaths::SINGLE; //!< which routers
    PathOrder pathOrder = ORDERED;                      //!< their order
    Time routerLifetime;                                //!< of the soft state at routers
    Time settleTime; //!< that BGP gets to follow a move before routes to an old announcer go
};

/**
 * The management node's half of the host-route scheme: whom it tells of a move, in which order,
 * and which routers hold soft state because of it (draft sections 5 and 7.2).
 *
 * Order of one move, Redirect=Path: the routers by increasing distance from D-NVE, then all
 * previous NVEs in parallel, then the routers of an earlier move that are no longer on the way, by
 * increasing distance from the NVE that owns the VM's prefix. A router that is told forwards to
 * routers that were told before it, and a router that is withdrawn forwards along the covering
 * prefix through routers that were withdrawn before it: neither can loop. When the VM returns to
 * the NVE that owns its prefix, there is only a withdrawal, in the same order.
 *
 * Whatever is sent because of something else than a move (refresh, repair, a binding that is
 * rebuilt or has ended) carries the refresh flag, withdrawals too (interpretation).
 */
class HostRouteRegistrar
{
  public:
    /// @param options the choices; they may be changed until the first move
    void SetOptions(const HostRouteOptions& options)
    {
        m_options = options;
    }

    /**
     * A VM has moved: tells the previous NVEs, and routers as the options say.
     * @param registrar sends the messages
     * @param entry the binding after the move
     * @param rebuilt the binding was lost and a refresh has brought it back: the VM has not moved
     */
    void Moved(RegistrarContext& registrar, const BindingEntry& entry, bool rebuilt = false);
    /**
     * A binding is gone: withdraws all that was told because of it.
     * @param registrar sends the messages
     * @param entry the last state of the binding
     */
    void Removed(RegistrarContext& registrar, const BindingEntry& entry);
    /**
     * The fabric has changed: sends each VM's new set where it differs. Unless it completes a move
     * that is still being told, it is a repair and carries the refresh flag.
     * @param registrar sends the messages
     */
    void FabricChanged(RegistrarContext& registrar);
    /// Forgets all VMs and cancels all timers, as a crash of the management node does.
    void Forget();

  private:
    /// A router that holds a host route because of a VM.
    struct Told
    {
        RegistrationMessage request; //!< as it was last sent
        EventId refresh;             //!< at half the lifetime
    };

    /// What the management node has told because of one VM.
    struct Journey
    {
        RegistrationMessage announcement; //!< the fields that all its requests share
        IpAddress serving;                //!< where the VM is
        IpAddressList addresses;          //!< its addresses
        IpAddressList previous;           //!< the previous NVEs
        std::map<IpAddress, Told> told;   //!< the routers
        RedirectRun run;                  //!< what is under way
        EventId settle;                   //!< BGP has had time to follow the move
        bool settled = true;              //!< it has
    };

    using Stages = std::vector<RedirectRun::Stage>;

    RegistrationMessage MakeRequest(const Journey& journey, const RedirectHop& hop) const;
    RedirectOrder
    MakeSourceOrder(RegistrarContext& registrar, const VmKey& key, const RedirectHop& hop);
    RedirectOrder MakeRouterOrder(RegistrarContext& registrar,
                                  const VmKey& key,
                                  const RedirectHop& hop,
                                  RecipientRole role);
    RedirectOrder MakeWithdrawal(const VmKey& key, const IpAddress& router);
    /// @return whether routers are to stay told because packets still come by old announcements
    bool IsSettling(const Journey& journey) const;
    void Settle(RegistrarContext* registrar, VmKey key);
    /// Orders that the routers that announced have the announcement end and keep the route.
    RedirectRun::Stage PlanKeptAnnouncers(RegistrarContext& registrar,
                                          const VmKey& key,
                                          const std::vector<std::vector<RedirectHop>>& routers);
    /// What a router that holds a route is asked to be.
    RecipientRole
    RoleOf(const FabricView* fabric, const Journey& journey, const IpAddress& router) const;
    /// The routers that are to hold a route, in stages; empty when the VM is home.
    std::vector<std::vector<RedirectHop>>
    PlanRouters(const FabricView* fabric, const Journey& journey, bool home) const;
    std::vector<RedirectHop> PlanSources(const FabricView* fabric, const Journey& journey) const;
    /// Withdrawals of every told router but those of keep, nearest to the VM's home first.
    Stages PlanWithdrawals(const FabricView* fabric,
                           const VmKey& key,
                           const std::vector<std::vector<RedirectHop>>& keep);
    void Tell(RegistrarContext& registrar, const VmKey& key);
    void RouterAnswered(RegistrarContext& registrar,
                        const VmKey& key,
                        const IpAddress& router,
                        std::optional<RegistrationStatus> status);
    void SourceAnswered(RegistrarContext& registrar,
                        const VmKey& key,
                        const IpAddress& source,
                        std::optional<RegistrationStatus> status);
    void Refresh(RegistrarContext* registrar, VmKey key, IpAddress router);

    HostRouteOptions m_options;          //!< the choices
    std::map<VmKey, Journey> m_journeys; //!< VMs that have moved
};

} // namespace vmm
} // namespace ns3

#endif // HOST_ROUTE_REGISTRAR_H
