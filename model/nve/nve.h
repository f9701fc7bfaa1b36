// SPDX-License-Identifier: GPL-2.0-only
#ifndef NVE_H
#define NVE_H

#include "ns3/application.h"
#include "ns3/mobility-scheme.h"
#include "ns3/ns3-compat.h"
#include "ns3/registration-endpoint.h"
#include "ns3/tenant-network.h"
#include "ns3/traced-value.h"
#include "ns3/vxlan-tunnel.h"

#include <map>
#include <memory>

namespace ns3
{
namespace vmm
{

/**
 * The network virtualization edge: connects the VMs of a host to the routed fabric, registers them
 * with the management node, and sends what still comes for those that have left after them
 * (draft sections 4 and 5). What it does at a move is decided by its MobilityScheme.
 *
 * Data plane, per VM address, all in the node's Fib:
 *  - a serving route (owner SERVING) while the VM is attached here;
 *  - a host route (owner REGISTRATION) after the VM has left and the management node has said where
 *    to;
 *  - a hold route (owner STATIC) while the VM has left and no route has come yet;
 *  - the NVE's own VM prefix (owner CONNECTED), which catches everything else, so that nothing
 *    loops back into the fabric along the covering prefix. A packet for a VM that is on its way
 *    here and not yet running is caught there too.
 *
 * Under a scheme that isolates networks there is a table of that kind per virtual network, which
 * packets of its VMs are looked up in, and a VXLAN tunnel end (RFC 7348) at each of the NVE's
 * addresses with the VN-ID as VNI. Besides serving, host and hold routes a network's table has the
 * mappings of its scheme and a default route, which asks the scheme (UnknownDestination). A packet
 * that a tunnel brings is looked up in the table of its VNI: it goes to a VM here, or where a host
 * route says that the VM has gone to; never by a mapping into another tunnel, since of two mappings
 * of each other's NVE a loop would come. Anything else is told to the scheme (StrayPacket) and
 * dropped (stale-mapping).
 *
 * Network 0 alone is connected to what is outside the overlay (interpretation; RFC 8014 section 4.1
 * leaves gateways open): what its VMs send to an address of no VM prefix leaves natively, and what
 * comes from outside along a VM prefix is offered to the scheme (UnknownDestination without a
 * network), with the device of network 0, so that Reinject() has it go on in that network.
 *
 * A source entry goes with its routes when no packet for the VM has arrived for Linger, whether by
 * the host route or by the hold route; not while a host route is being installed.
 */
class Nve : public Application, public HypervisorListener, public NveContext
{
  public:
    /// What is done about the headers that an overlay adds to the packets of VMs.
    enum OverlayMtu
    {
        UNDERLAY,           //!< nothing: the links of the fabric are to have room for them
        SMALLER_INNER,      //!< the VMs get a smaller MTU
        OUTER_FRAGMENTATION //!< the NVE cuts outer packets and puts them together again
    };

    /// @return the TypeId
    static TypeId GetTypeId();

    Nve();
    ~Nve() override;

    /**
     * Binds the NVE to its host. Call before the application starts.
     * @param hypervisor the host whose VMs this NVE serves
     * @param scheme this node's scheme object
     */
    void Setup(Ptr<Hypervisor> hypervisor, Ptr<MobilityScheme> scheme);
    /**
     * @param address where registrations go; its family is the one they are sent in
     */
    void SetRegistrar(const IpAddress& address);
    /**
     * @param addresses this NVE's addresses, one per family at most: the source of its messages
     * @param prefixes the VM prefixes that it owns
     */
    void SetAddresses(const IpAddressList& addresses, const std::vector<IpPrefix>& prefixes);
    /**
     * @param prefixes the VM prefixes of all NVEs: what is outside them is outside the overlay of
     *        an isolating scheme
     */
    void SetFabricPrefixes(const std::vector<IpPrefix>& prefixes);
    /// @param addresses of the border routers of this NVE's data centre, one each
    void SetBorderRouters(const IpAddressList& addresses);
    /// Tells the host's migration agent whether the network accepted a VM.
    using AttachmentCallback =
        std::function<void(const VmKey&, uint32_t epoch, RegistrationStatus status)>;
    /// @param callback called once per attachment
    void SetAttachmentCallback(AttachmentCallback callback);

    /// @return this NVE's address of the family of the registrar
    const IpAddress& GetAddress() const
    {
        return m_address;
    }

    /// @return what is done about the headers of an overlay
    OverlayMtu GetOverlayMtu() const
    {
        return m_overlayMtu;
    }

    /// @return the host, null before Setup()
    Ptr<Hypervisor> GetHypervisor() const
    {
        return m_hypervisor;
    }

    /// @return the endpoint, for its trace sources
    Ptr<RegistrationEndpoint> GetEndpoint() const
    {
        return m_endpoint;
    }

    /**
     * @param visit called for every packet that a hold buffer or the scheme contains, for the books
     */
    void VisitHeldPackets(const std::function<void(Ptr<const Packet>)>& visit) const;

    /**
     * Assigns fixed streams to the random variables.
     * @param stream the first stream number
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream) VMM_APPLICATION_OVERRIDE;

    // HypervisorListener
    void VmArriving(const VmSpec& spec, uint32_t epoch) override;
    void VmAttached(Ptr<Vm> vm, uint32_t epoch, AttachReason reason) override;
    void VmLeaving(Ptr<Vm> vm) override;
    void VmStopped(Ptr<Vm> vm) override;
    void VmReleased(Ptr<Vm> vm) override;
    void VmDestroyed(Ptr<Vm> vm) override;
    void ArrivalCancelled(const std::string& vmId) override;
    void HostFailed() override;

    // NveContext
    uint32_t GetNodeId() const override;
    Fib& GetFib() override;
    void InstallHostRoutes(const IpAddressList& addresses,
                           const std::vector<Route>& routes,
                           std::function<void()> done) override;
    void RemoveHostRoutes(const IpAddressList& addresses,
                          uint32_t epoch,
                          std::function<void()> done) override;
    const IpAddressList& GetAddresses() const override;
    BindingUpdateList& GetBindings() override;
    void Register(const VmKey& key, uint8_t flags) override;
    void Deregister(const VmKey& key) override;
    void ReportAttachment(const VmKey& key, uint32_t epoch, RegistrationStatus status) override;
    bool OwnsPrefixOf(const IpAddress& address) const override;
    const IpAddressList& GetBorderRouters() const override;
    void SendRequest(const IpAddress& router,
                     const RegistrationMessage& request,
                     NveContext::ReplyCallback reply) override;
    void Ask(const IpAddress& to,
             const RegistrationMessage& request,
             NveContext::MessageCallback reply) override;
    const IpAddress& GetRegistrar() const override;
    Ptr<RandomVariableStream> GetInstallDelay() const override;
    Fib& GetFibOf(uint32_t vn) override;
    void InstallMappings(uint32_t vn,
                         const IpAddressList& addresses,
                         const std::vector<Route>& routes,
                         std::function<void()> done) override;
    void RemoveMappings(uint32_t vn,
                        const IpAddressList& addresses,
                        uint32_t epoch,
                        std::function<void()> done) override;

    /// Trace of a VM: its key and the attachment epoch.
    typedef void (*VmTracedCallback)(const VmKey& key, uint32_t epoch);
    /// Trace of the answer to a registration.
    typedef void (*RegisteredTracedCallback)(const VmKey& key,
                                             uint32_t epoch,
                                             RegistrationStatus status);

  protected:
    void DoDispose() override;

  private:
    using Responder = RegistrationEndpoint::Responder;

    /// Timers of a binding.
    struct Timers
    {
        EventId refresh;        //!< re-registration at half the granted lifetime
        EventId linger;         //!< release of a source entry
        Time installed;         //!< when the source entry got its route, or was made
        bool installing{false}; //!< a host route is on its way into the FIB
        bool withdrawn{false};  //!< the VM does not exist any more
        uint32_t reported{0};   //!< the redirection whose use the scheme knows of, 0: none
    };

    void StartApplication() override;
    void StopApplication() override;
    /// The VM is attached here: its entry is made, or made anew.
    BindingUpdateEntry& Serve(const VmKey& key, const VmSpec& spec, uint32_t epoch);
    /// @return the entry of a VM, null if there is none
    BindingUpdateEntry* FindEntry(Ptr<Vm> vm);
    /// Answers a request that came from the network.
    void HandleRequest(const RegistrationMessage& request,
                       const IpAddress& from,
                       const Responder& respond);
    void Redirect(BindingUpdateEntry& entry,
                  const RegistrationMessage& request,
                  const Responder& respond);
    /// A redirect has been carried out or refused.
    void
    Redirected(const VmKey& key, const RegistrationMessage& request, RegistrationStatus status);
    /// @return when the last packet came for a VM that has left, by whatever route
    Time GetLastInbound(const BindingUpdateEntry& entry);
    /// Has the scheme told of the first packet that takes the host routes of a VM that left.
    void WatchRedirect(const BindingUpdateEntry& entry);
    void RedirectUsed(VmKey key, uint32_t sequence);
    void HandleReply(const VmKey& key, uint32_t epoch, const RequestOutcome& outcome);
    void Refresh(VmKey key);
    void CheckLinger(VmKey key);
    void Release(const VmKey& key);
    /// @return what the NVE holds of the node's own table; made on first use
    TenantNetwork& Shared();
    /// @return what the NVE holds of a virtual network; made on first use
    TenantNetwork& NetworkOf(uint32_t vn);
    /// Makes the table of a virtual network, with its default routes.
    Ptr<Fib> MakeTable(uint32_t vn);
    void OpenTunnel();
    /// A packet came from a tunnel.
    void HandleTunnelled(const VxlanTunnel::Received& received);
    /// A packet came that no route of the node's own table knows.
    void HandleUnknown(const PuntedPacket& packet);
    /// A packet came that no route of a network's table knows.
    void HandleUnmapped(uint32_t vn, const PuntedPacket& packet);
    /// The scheme has not taken care of a packet.
    void DropUnknown(const TenantNetwork& network, const PuntedPacket& packet);
    /// @return the device towards the VMs of a network
    Ptr<NetDevice> GetAccessDevice(uint32_t vn) const;
    void ForgetTimers(const VmKey& key);

    Ptr<Hypervisor> m_hypervisor;            //!< the host
    Ptr<MobilityScheme> m_scheme;            //!< what to do at a move
    Ptr<Fib> m_fib;                          //!< the node's table
    Ptr<RegistrationEndpoint> m_endpoint;    //!< sockets and retransmission
    AttachmentCallback m_attachment;         //!< to the migration agent
    IpAddress m_registrar;                   //!< the management node
    IpAddress m_address;                     //!< of the registrar's family
    IpAddressList m_addresses;               //!< all
    std::vector<IpPrefix> m_prefixes;        //!< own VM prefixes
    IpAddressList m_borderRouters;           //!< of the data centre
    BindingUpdateList m_bindings;            //!< draft section 5
    std::map<VmKey, Timers> m_timers;        //!< of the bindings
    std::vector<IpPrefix> m_fabricPrefixes;  //!< VM prefixes of all NVEs
    bool m_isolates{false};                  //!< networks have tables of their own
    std::unique_ptr<TenantNetwork> m_shared; //!< with the node's own table
    std::map<uint32_t, std::unique_ptr<TenantNetwork>> m_networks; //!< if networks are isolated
    Ptr<VxlanTunnel> m_tunnel;                                     //!< likewise

    Time m_lifetime;                          //!< attribute
    Time m_refreshRetry;                      //!< attribute
    Time m_linger;                            //!< attribute
    uint32_t m_asked{0};                      //!< number of the last Ask()
    uint32_t m_departedBufferPackets;         //!< attribute
    uint32_t m_earlyBufferPackets;            //!< attribute
    OverlayMtu m_overlayMtu;                  //!< attribute
    Ptr<RandomVariableStream> m_installDelay; //!< attribute

    TracedValue<uint32_t> m_bindingCount{0};                                 //!< trace
    TracedCallback<const VmKey&, uint32_t> m_registrationSent;               //!< trace
    TracedCallback<const VmKey&, uint32_t, RegistrationStatus> m_registered; //!< trace
    TracedCallback<const VmKey&, uint32_t> m_redirectInstalled;              //!< trace
    TracedCallback<const VmKey&, uint32_t> m_sourceReleased;                 //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // NVE_H
