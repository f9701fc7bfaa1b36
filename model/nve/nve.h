// SPDX-License-Identifier: GPL-2.0-only
#ifndef NVE_H
#define NVE_H

#include "ns3/application.h"
#include "ns3/hold-buffer.h"
#include "ns3/host-route-installer.h"
#include "ns3/mobility-scheme.h"
#include "ns3/ns3-compat.h"
#include "ns3/registration-endpoint.h"
#include "ns3/traced-value.h"

#include <map>
#include <unordered_map>

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
 * A source entry goes with its routes when no packet for the VM has arrived for Linger, whether by
 * the host route or by the hold route; not while a host route is being installed.
 */
class Nve : public Application, public HypervisorListener, public NveContext
{
  public:
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

    /// @return the endpoint, for its trace sources
    Ptr<RegistrationEndpoint> GetEndpoint() const
    {
        return m_endpoint;
    }

    /**
     * @param visit called for every packet that a hold buffer contains, for the books
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
    Time GetLastInbound(const BindingUpdateEntry& entry) const;
    /// Has the scheme told of the first packet that takes the host routes of a VM that left.
    void WatchRedirect(const BindingUpdateEntry& entry);
    void RedirectUsed(VmKey key, uint32_t sequence);
    void HandleReply(const VmKey& key, uint32_t epoch, const RequestOutcome& outcome);
    void Refresh(VmKey key);
    void CheckLinger(VmKey key);
    void Release(const VmKey& key);
    /// Puts up the hold routes of a VM that has left without a route yet.
    void Hold(const IpAddressList& addresses);
    /// Takes the hold route away and sends what it held on its way.
    void Unhold(const IpAddressList& addresses);
    void HandleDeparted(const PuntedPacket& packet);
    void HandleUnknown(const PuntedPacket& packet);
    void HoldOrDrop(const PuntedPacket& packet, uint32_t limit, DropCause cause);
    void SetServingRoutes(const IpAddressList& addresses, uint32_t epoch);
    void RemoveServingRoutes(const IpAddressList& addresses, uint32_t epoch);
    /// @return the addresses of a VM that was to come and is not expected any more
    IpAddressList ForgetArrival(const std::string& vmId);
    void ForgetTimers(const VmKey& key);

    Ptr<Hypervisor> m_hypervisor;                   //!< the host
    Ptr<MobilityScheme> m_scheme;                   //!< what to do at a move
    Ptr<Fib> m_fib;                                 //!< the node's table
    Ptr<RegistrationEndpoint> m_endpoint;           //!< sockets and retransmission
    AttachmentCallback m_attachment;                //!< to the migration agent
    IpAddress m_registrar;                          //!< the management node
    IpAddress m_address;                            //!< of the registrar's family
    IpAddressList m_addresses;                      //!< all
    std::vector<IpPrefix> m_prefixes;               //!< own VM prefixes
    IpAddressList m_borderRouters;                  //!< of the data centre
    BindingUpdateList m_bindings;                   //!< draft section 5
    HostRouteInstaller m_installer;                 //!< host routes that take their time
    std::map<VmKey, Timers> m_timers;               //!< of the bindings
    std::map<IpAddress, std::string> m_arriving;    //!< VM-ID of reserved VMs, by address
    std::map<IpAddress, HoldBuffer> m_held;         //!< packets by VM address
    std::unordered_map<IpAddress, bool> m_released; //!< own addresses whose entry lingered out

    Time m_lifetime;                          //!< attribute
    Time m_refreshRetry;                      //!< attribute
    Time m_linger;                            //!< attribute
    uint32_t m_asked{0};                      //!< number of the last Ask()
    uint32_t m_departedBufferPackets;         //!< attribute
    uint32_t m_earlyBufferPackets;            //!< attribute
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
