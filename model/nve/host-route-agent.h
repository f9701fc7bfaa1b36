// SPDX-License-Identifier: GPL-2.0-only
#ifndef HOST_ROUTE_AGENT_H
#define HOST_ROUTE_AGENT_H

#include "ns3/application.h"
#include "ns3/host-route-installer.h"
#include "ns3/mobility-scheme.h"
#include "ns3/ns3-compat.h"
#include "ns3/registration-endpoint.h"

#include <algorithm>
#include <map>
#include <set>

namespace ns3
{
namespace vmm
{

/**
 * The Application on a router that takes host routes from the management node (draft section 7.2:
 * "the default routers MUST allow configuration of the host route"; roles 2 to 4). What it holds is
 * soft state: a route that is not refreshed within its lifetime goes.
 *
 * A border router also takes host routes from NVEs of its data centre (section 7.3). What the
 * management node has said goes before (interpretation): while that holds, an NVE's request is
 * accepted and changes nothing.
 */
class HostRouteAgent : public Application, public RouterContext
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();

    HostRouteAgent();
    ~HostRouteAgent() override;

    /// @param scheme this node's scheme object; call before the application starts
    void SetScheme(Ptr<MobilityScheme> scheme);
    /// @param address the only sender from which host routes are taken
    void SetRegistrar(const IpAddress& address);
    /**
     * Makes this a border router, which NVEs tell of VMs that they still get packets for.
     * @param addresses the NVEs of its data centre, whose word is taken (role BORDER_ROUTER)
     */
    void SetNves(const std::set<IpAddress>& addresses);
    /// @param addresses this router's addresses, one per family at most
    void SetAddresses(const IpAddressList& addresses);

    /// @return the endpoint, for its trace sources
    Ptr<RegistrationEndpoint> GetEndpoint() const
    {
        return m_endpoint;
    }

    /// @return how many VMs this router holds routes for
    size_t GetVmCount() const
    {
        return std::count_if(m_entries.begin(),
                             m_entries.end(),
                             [](const auto& entry)
                             {
                                 return !entry.second.addresses.empty();
                             });
    }

    /**
     * Assigns fixed streams to the random variables.
     * @param stream the first stream number
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream) VMM_APPLICATION_OVERRIDE;

    // RouterContext
    uint32_t GetNodeId() const override;
    Fib& GetFib() override;
    void InstallHostRoutes(const IpAddressList& addresses,
                           const std::vector<Route>& routes,
                           std::function<void()> done) override;
    void RemoveHostRoutes(const IpAddressList& addresses,
                          uint32_t epoch,
                          std::function<void()> done) override;

  protected:
    void DoDispose() override;

  private:
    using Responder = RegistrationEndpoint::Responder;

    /// What the router holds because of one VM.
    struct Entry
    {
        IpAddressList addresses; //!< of the routes; empty once withdrawn
        IpAddress from;          //!< who said so
        IpAddress servingNve;    //!< where the VM is
        uint32_t sequence = 0;   //!< of the last request
        EventId expiry;          //!< end of the lifetime
    };

    void StartApplication() override;
    void StopApplication() override;
    void HandleRequest(const RegistrationMessage& request,
                       const IpAddress& from,
                       const Responder& respond);
    /// @return whether a sender may give this router host routes
    RegistrationStatus Authorize(const RegistrationMessage& request, const IpAddress& from) const;
    /// @return whether a request is older than what is known
    static bool
    IsStale(const RegistrationMessage& request, const IpAddress& from, const Entry& known);
    /// @return whether what is known stays as it is, although the request is not stale
    bool
    Yields(const RegistrationMessage& request, const IpAddress& from, const Entry& known) const;
    void Expire(VmKey key);

    Ptr<MobilityScheme> m_scheme;             //!< what to do with a request
    Ptr<Fib> m_fib;                           //!< the node's table
    Ptr<RegistrationEndpoint> m_endpoint;     //!< sockets
    IpAddress m_registrar;                    //!< the management node
    std::set<IpAddress> m_nves;               //!< of a border router: those that it listens to
    IpAddressList m_addresses;                //!< own
    HostRouteInstaller m_installer;           //!< routes that take their time
    Ptr<RandomVariableStream> m_installDelay; //!< attribute
    std::map<VmKey, Entry> m_entries;         //!< soft state
};

} // namespace vmm
} // namespace ns3

#endif // HOST_ROUTE_AGENT_H
