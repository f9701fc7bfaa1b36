// SPDX-License-Identifier: GPL-2.0-only
#ifndef MOBILITY_SCHEME_H
#define MOBILITY_SCHEME_H

#include "ns3/binding-cache.h"
#include "ns3/binding-update-list.h"
#include "ns3/fabric-view.h"
#include "ns3/fib.h"
#include "ns3/host-route-announcer.h"
#include "ns3/hypervisor.h"
#include "ns3/object.h"
#include "ns3/random-variable-stream.h"
#include "ns3/registration-message.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * The seam between the entities of the protocol and the mobility schemes that are compared on them.
 *
 * An Nve, an Nva and a HostRouteAgent hold tables, sockets and packets; a MobilityScheme decides
 * what they do with them when a VM arrives, leaves, is looked for, or when a message comes. Every
 * node has a scheme object of its own, so that schemes talk to each other by messages only. A
 * scheme sees its node through one of the three context interfaces below and knows no Application.
 *
 * To add a scheme: derive from MobilityScheme, give it a TypeId with attributes, and put one
 * SchemeRegistry::Registration into its source file.
 */

namespace ns3
{
namespace vmm
{

/// @param entry what an NVE knows of a VM @return the VM's addresses, without the new ones
IpAddressList AddressesOf(const BindingUpdateEntry& entry);

/// @param reason why a VM is attached @return the flags that say what kind of move it was, for its
/// registration
uint8_t GetMoveFlags(AttachReason reason);

/**
 * @param entry a binding
 * @return what requests of the management node because of it have in common; role, next hops and a
 * withdrawal are the caller's to add
 */
RegistrationMessage MakeAnnouncement(const BindingEntry& entry);

/// What every context offers: the node's FIB and host routes that take effect after InstallDelay.
class RouteContext
{
  public:
    virtual ~RouteContext() = default;

    /// @return id of the ns-3 node
    virtual uint32_t GetNodeId() const = 0;
    /// @return the node's table
    virtual Fib& GetFib() = 0;
    /**
     * Installs host routes of owner REGISTRATION after the node's InstallDelay. A later call for
     * the same address overtakes an earlier one that has not taken effect.
     * @param addresses the VM's addresses; one without a matching route in routes is left alone
     * @param routes at most one per family, at the place of the address
     * @param done called when the routes are in the FIB
     */
    virtual void InstallHostRoutes(const IpAddressList& addresses,
                                   const std::vector<Route>& routes,
                                   std::function<void()> done) = 0;
    /**
     * Removes the REGISTRATION host routes of the addresses after the node's InstallDelay.
     * @param addresses the VM's addresses
     * @param epoch the move that makes them go
     * @param done called when they are out of the FIB
     */
    virtual void RemoveHostRoutes(const IpAddressList& addresses,
                                  uint32_t epoch,
                                  std::function<void()> done) = 0;
    /**
     * Has the node's routing protocol announce host routes to it; nothing happens without one.
     * @param addresses the VM's addresses
     * @param epoch of the attachment
     * @param rank how much others are to like them
     */
    void AnnounceHostRoutes(const IpAddressList& addresses, uint32_t epoch, HostRouteRank rank);
    /// Ends announcements; those that there are not are left alone. @param addresses the VM's
    void WithdrawHostRoutes(const IpAddressList& addresses);
    /// @param announcer the node's routing protocol, null for none; outlives this
    void SetAnnouncer(HostRouteAnnouncer* announcer);

  private:
    HostRouteAnnouncer* m_announcer = nullptr; //!< routing protocol
};

/// An NVE as its scheme sees it.
class NveContext : public RouteContext
{
  public:
    /// @return this NVE's addresses, one per family at most
    virtual const IpAddressList& GetAddresses() const = 0;
    /// @return the binding update list
    virtual BindingUpdateList& GetBindings() = 0;
    /**
     * Sends a Registration Request for a VM that is served here to the management node; the NVE
     * refreshes it at half the granted lifetime until the VM leaves (draft section 5).
     * @param key the VM
     * @param flags message flags besides those that the NVE sets itself
     */
    virtual void Register(const VmKey& key, uint8_t flags) = 0;
    /**
     * Sends a Registration Request with lifetime 0.
     * @param key the VM
     */
    virtual void Deregister(const VmKey& key) = 0;
    /**
     * Tells the host whether the network accepted the VM here. Without it the VM Manager never
     * commits the move.
     * @param key the VM
     * @param epoch of the attachment
     * @param status ACCEPTED, or why not
     */
    virtual void ReportAttachment(const VmKey& key, uint32_t epoch, RegistrationStatus status) = 0;
    /// @param address of a VM @return whether it is of this NVE's own VM prefix
    virtual bool OwnsPrefixOf(const IpAddress& address) const = 0;
    /// @return the border routers of this NVE's data centre, one address each
    virtual const IpAddressList& GetBorderRouters() const = 0;
    /// Called with the reply's status, or with nothing when retransmission was given up.
    using ReplyCallback = std::function<void(std::optional<RegistrationStatus>)>;
    /**
     * Sends a Registration Request to a border router, retransmitted until it is answered.
     * @param router its address
     * @param request complete, with role BORDER_ROUTER
     * @param reply called once
     */
    virtual void SendRequest(const IpAddress& router,
                             const RegistrationMessage& request,
                             ReplyCallback reply) = 0;
    /// Called with the whole reply, or with nothing when retransmission was given up.
    using MessageCallback = std::function<void(const std::optional<RegistrationMessage>&)>;
    /**
     * Sends a request to the registrar or to another NVE, retransmitted until it is answered. The
     * NVE numbers it.
     * @param to its address
     * @param request complete but for the sequence number
     * @param reply called once
     */
    virtual void
    Ask(const IpAddress& to, const RegistrationMessage& request, MessageCallback reply) = 0;
    /// @return the address of the management node
    virtual const IpAddress& GetRegistrar() const = 0;
    /// @return what the time is drawn from that a change takes to reach a table of this NVE (s)
    virtual Ptr<RandomVariableStream> GetInstallDelay() const = 0;
    /**
     * The table of a virtual network at this NVE: what packets of its VMs, and packets that a
     * VXLAN tunnel brings for it, are looked up in.
     * @param vn VN-ID
     * @return the table; the node's own FIB unless the scheme isolates networks
     */
    virtual Fib& GetFibOf(uint32_t vn) = 0;
    /**
     * InstallHostRoutes() in the table of a virtual network.
     * @param vn VN-ID
     * @param addresses in that network
     * @param routes one for each address, at the same place
     * @param done called when the routes are in the table
     */
    virtual void InstallMappings(uint32_t vn,
                                 const IpAddressList& addresses,
                                 const std::vector<Route>& routes,
                                 std::function<void()> done) = 0;
    /**
     * RemoveHostRoutes() in the table of a virtual network.
     * @param vn VN-ID
     * @param addresses in that network
     * @param epoch the move that makes them go
     * @param done called when they are out of the table
     */
    virtual void RemoveMappings(uint32_t vn,
                                const IpAddressList& addresses,
                                uint32_t epoch,
                                std::function<void()> done) = 0;
};

/// A router that takes host routes from the management node, as its scheme sees it.
class RouterContext : public RouteContext
{
};

/// The registrar (NVA or VM Manager) as its scheme sees it.
class RegistrarContext
{
  public:
    virtual ~RegistrarContext() = default;

    /// Called with the reply's status, or with nothing when retransmission was given up.
    using ReplyCallback = std::function<void(std::optional<RegistrationStatus>)>;

    /// @return the binding cache
    virtual BindingCache& GetBindings() = 0;
    /// @return what the management node knows of the fabric; null if it was given nothing
    virtual const FabricView* GetFabric() const = 0;
    /**
     * Sends a Registration Request of the management node, retransmitted until it is answered.
     * @param to the recipient
     * @param request complete but for the message counter
     * @param reply called once
     * @return a handle for CancelRequest
     */
    virtual uint64_t
    SendRequest(const IpAddress& to, const RegistrationMessage& request, ReplyCallback reply) = 0;
    /// @param handle of a request whose reply is no longer of interest
    virtual void CancelRequest(uint64_t handle) = 0;
};

/**
 * What happens in the network when a VM attaches, leaves, or is looked for. One object per node;
 * every hook has a default that does nothing or the least that is right.
 */
class MobilityScheme : public Object
{
  public:
    /// How a request is answered; callable later, once.
    using Respond = std::function<void(RegistrationStatus)>;
    /// How a query is answered; callable later, once.
    using RespondMessage = std::function<void(const RegistrationMessage&)>;

    /// @return the TypeId
    static TypeId GetTypeId();

    /**
     * @return whether virtual networks are kept apart: each has a table of its own at an NVE, and
     *         two of them may use the same addresses. The default is false: all VMs are in the
     *         fabric's own address space.
     */
    virtual bool IsolatesNetworks() const;
    /**
     * Visits the packets that the scheme holds back, which are in flight.
     * @param visit called for each
     */
    virtual void VisitHeldPackets(const std::function<void(Ptr<const Packet>)>& visit) const;

    // At an NVE -----------------------------------------------------------------------------

    /**
     * A VM runs behind this NVE now; its serving route is in the FIB.
     * The default reports the attachment as accepted.
     */
    virtual void VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason);
    /// The copy of a VM that is served here begins; it still runs.
    virtual void VmLeaving(NveContext& nve, BindingUpdateEntry& entry);
    /// A VM stopped here to be moved; its copy is kept until VmReleased or a roll-back.
    virtual void VmStopped(NveContext& nve, BindingUpdateEntry& entry);
    /// A VM that was served here is now elsewhere for good.
    virtual void VmReleased(NveContext& nve, BindingUpdateEntry& entry);
    /// A VM that was served here no longer exists. The entry goes after this call.
    virtual void VmDestroyed(NveContext& nve, BindingUpdateEntry& entry);
    /**
     * The answer to Register() has come. The default reports the attachment.
     */
    virtual void Registered(NveContext& nve, BindingUpdateEntry& entry, RegistrationStatus status);
    /**
     * The management node says where a VM went that had been here (role SOURCE_NVE). Sender, epoch
     * and entry have been checked. The default refuses with UNSPECIFIED.
     */
    virtual void Redirected(NveContext& nve,
                            BindingUpdateEntry& entry,
                            const RegistrationMessage& request,
                            Respond respond);
    /**
     * A VM that had been here left, and the first packet for it since has taken its host route.
     * Called once for each route that Redirected() installed.
     */
    virtual void SourceRouteUsed(NveContext& nve, const BindingUpdateEntry& entry);
    /**
     * Nothing came for a VM that left for the linger time (Nve::Linger). Not asked about a VM that
     * was withdrawn, which the management node does when it no longer exists.
     * @return whether entry and routes stay until it is asked again, after another linger time; the
     *         default is false
     */
    virtual bool KeepsSource(NveContext& nve, const BindingUpdateEntry& entry);
    /// This NVE is a source of a VM no longer: nothing came for the linger time, or the VM is back.
    virtual void SourceRoleEnded(NveContext& nve, const VmKey& key);
    /// The NVE has stopped or crashed: no request that it sent is under way any more.
    virtual void NveClosed();
    /**
     * A packet came for which the NVE has no way: one for an address of its VM prefix that no VM
     * here has, or, where networks are isolated, one of a VM here for an address that the table of
     * its network does not have.
     * @param nve the NVE
     * @param vn the network of the sending VM; nothing for a packet from the fabric
     * @param packet the packet
     * @return whether the scheme has taken care of it; otherwise it is dropped as no-route
     */
    virtual bool
    UnknownDestination(NveContext& nve, std::optional<uint32_t> vn, const PuntedPacket& packet);
    /**
     * A VXLAN tunnel has brought a packet for a VM that is not here. It goes on to the VM's new
     * place if the table has a host route of owner REGISTRATION, and is dropped (stale-mapping)
     * otherwise.
     * @param nve the NVE
     * @param vn the packet's network
     * @param destination the VM's address
     * @param sender the NVE that sent it
     */
    virtual void StrayPacket(NveContext& nve,
                             uint32_t vn,
                             const IpAddress& destination,
                             const IpAddress& sender);
    /**
     * Another node speaks of a mapping that this NVE has or is to have (role REMOTE_NVE). Anybody
     * may say that one is stale (flag WITHDRAW), the management node alone gives one; what others
     * say is refused before it comes here. The default refuses with UNSPECIFIED.
     * @param nve the NVE
     * @param request the message
     * @param from who sent it: the management node or an NVE
     * @param respond to be called once
     */
    virtual void MappingTold(NveContext& nve,
                             const RegistrationMessage& request,
                             const IpAddress& from,
                             Respond respond);

    // At a router ---------------------------------------------------------------------------

    /**
     * The management node, or to a border router an NVE of its data centre, gives a router a host
     * route. The default refuses with UNSPECIFIED.
     */
    virtual void
    RouterRequested(RouterContext& router, const RegistrationMessage& request, Respond respond);

    // At the registrar ----------------------------------------------------------------------

    /**
     * An NVE asks where an address is (role RESOLVER). The default refuses with UNSPECIFIED.
     * @param registrar the registrar
     * @param request with VN-ID and address
     * @param from who asks
     * @param respond to be called once
     */
    virtual void MappingQueried(RegistrarContext& registrar,
                                const RegistrationMessage& request,
                                const IpAddress& from,
                                RespondMessage respond);
    /// A binding was made; the reply has been sent.
    virtual void BindingCreated(RegistrarContext& registrar, const BindingEntry& entry);
    /**
     * A binding points to another NVE; the reply to that NVE has been sent.
     * @param registrar the registrar
     * @param entry the binding, its previous list included
     * @param previous the NVE that it pointed to until now
     */
    virtual void
    BindingMoved(RegistrarContext& registrar, const BindingEntry& entry, const IpAddress& previous);
    /// A binding has expired or was deregistered; entry is its last state.
    virtual void BindingRemoved(RegistrarContext& registrar, const BindingEntry& entry);
    /// The registrar has stopped or crashed: what the scheme keeps about bindings is lost, and no
    /// request that it sent is under way any more.
    virtual void RegistrarClosed();
    /// The fabric has changed (a link failed or came back) and PathRepairDelay has passed.
    virtual void FabricChanged(RegistrarContext& registrar);
};

/// What whoever runs a scheme has to know of it.
struct SchemeTraits
{
    bool needsBgp = false;     //!< every NVE has to speak BGP
    bool sendsMessages = true; //!< registrations, or BGP updates because of a move
};

/// The schemes by their names in scenario files and on the command line.
class SchemeRegistry
{
  public:
    /// A static object of this type in a scheme's source file makes the scheme known.
    struct Registration
    {
        /**
         * @param name as in scenario.csv, for instance "host-route"
         * @param type TypeId of a MobilityScheme
         * @param summary one line for `vmm list`
         * @param traits what is particular about it
         */
        Registration(const std::string& name,
                     TypeId type,
                     const std::string& summary,
                     const SchemeTraits& traits = SchemeTraits());
    };

    /**
     * @param name a scheme's name
     * @return its TypeId, or nothing if it is not known
     */
    static std::optional<TypeId> Find(const std::string& name);
    /// @param name a scheme's name @return what is particular about it, also if it is not known
    static SchemeTraits GetTraits(const std::string& name);
    /// @return names and summaries, in order of name
    static std::vector<std::pair<std::string, std::string>> List();
};

} // namespace vmm
} // namespace ns3

#endif // MOBILITY_SCHEME_H
