// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VM_MOBILITY_HELPER_H
#define VMM_VM_MOBILITY_HELPER_H

#include "ns3/bgp-helper.h"
#include "ns3/fabric.h"
#include "ns3/host-route-agent.h"
#include "ns3/hypervisor.h"
#include "ns3/migration-agent.h"
#include "ns3/nva.h"
#include "ns3/nve.h"
#include "ns3/object-factory.h"
#include "ns3/vm-manager.h"
#include "ns3/vm.h"

#include <map>
#include <string>
#include <tuple>

namespace ns3
{
namespace vmm
{

/**
 * Puts VM mobility on a fabric: a Hypervisor, a MigrationAgent and an Nve on every node that is an
 * NVE, a HostRouteAgent on every router, the Nva and the VmManager on the management node, and one
 * object of the mobility scheme on each of them.
 *
 *     GuestClock::Enable();                        // before the first node
 *     Ptr<Fabric> fabric = FabricHelper().Build("leaf-spine", {});
 *     VmMobilityHelper mobility("host-route");
 *     mobility.SetSchemeAttribute("Redirect", StringValue("Tunnel"));
 *     mobility.Install(fabric, "mn");
 *     Ptr<Vm> vm = mobility.CreateVm("web", "server-0-0", Seconds(0));
 *     mobility.ScheduleMove("m1", "web", "server-2-0", Seconds(5));
 *     Simulator::Run();
 *
 * Everything in it ends with the simulation; call Simulator::Destroy() while the helper lives.
 */
class VmMobilityHelper
{
  public:
    /**
     * @param scheme name of a mobility scheme, as SchemeRegistry knows it
     * @throws std::invalid_argument if there is no such scheme
     */
    explicit VmMobilityHelper(const std::string& scheme = "host-route");
    VmMobilityHelper(const VmMobilityHelper&) = delete;
    VmMobilityHelper& operator=(const VmMobilityHelper&) = delete;

    /**
     * @param name an attribute of the scheme; call before Install
     * @param value its value
     */
    void SetSchemeAttribute(const std::string& name, const AttributeValue& value);
    /**
     * @param fabric the fabric
     * @param managementNode name of the node that runs the Nva and the VmManager
     * @throws std::invalid_argument if there is no such node
     */
    void Install(Ptr<Fabric> fabric, const std::string& managementNode);
    /**
     * Lets NVEs and routers announce host routes by BGP; call after Install().
     * @param bgp the routers of the fabric
     */
    void UseBgp(const BgpHelper& bgp);

    /**
     * Builds a VM with the next free addresses of an NVE's prefix, one of each family that the
     * fabric has.
     * @param name VM-ID
     * @param nve name of the NVE on which the VM Manager creates it
     * @param at when
     * @param memory octets
     * @return the VM, for applications to be added
     */
    Ptr<Vm> CreateVm(const std::string& name,
                     const std::string& nve,
                     Time at,
                     uint64_t memory = uint64_t(64) << 20);
    /**
     * Builds a VM.
     * @param spec what it is; without a MAC address it gets the next one, without addresses the
     *        next ones of the NVE's prefix
     * @param nve name of the NVE on which the VM Manager creates it
     * @param at when
     * @return the VM
     */
    Ptr<Vm> CreateVm(VmSpec spec, const std::string& nve, Time at);
    /**
     * @param migration name of the move, unique
     * @param vm VM-ID
     * @param to name of the destination NVE
     * @param at when the VM Manager orders it
     */
    void ScheduleMove(const std::string& migration,
                      const std::string& vm,
                      const std::string& to,
                      Time at);
    /**
     * @param request the move, of any kind
     * @param at when the VM Manager orders it
     */
    void ScheduleMove(const MoveRequest& request, Time at);
    /**
     * Builds a VM that the VM Manager places where a policy wants it.
     * @param spec what it is, as in CreateVm
     * @param home name of an NVE, whose prefix its addresses are of: what it has before anybody
     *        knows where it will be. Away from home its packets find it only where host routes are
     *        announced (Optimize=Bgp): no previous NVE could be told
     * @param at when
     * @param policy name of a placement policy; empty: VmManager::Placement
     * @return the VM
     */
    Ptr<Vm> PlaceVm(VmSpec spec, const std::string& home, Time at, const std::string& policy = "");
    /**
     * @param request an operation: many moves
     * @param at when the VM Manager orders it
     */
    void ScheduleOperation(const OperationRequest& request, Time at);
    /**
     * @param vm VM-ID
     * @param at when the VM Manager orders its end
     */
    void ScheduleDestroy(const std::string& vm, Time at);
    /**
     * @param nve name of an NVE
     * @param family IPv4 or IPv6
     * @param vn virtual network; where the scheme keeps networks apart, its VMs alone count
     * @return the next address of its prefix that no VM has
     */
    IpAddress NextAddress(const std::string& nve, IpFamily family, uint32_t vn = 0);
    /**
     * Fixes the random streams of all applications and VMs.
     * @param stream the first
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream);

    /// The applications of an NVE.
    struct Server
    {
        Ptr<Hypervisor> hypervisor; //!< runs the VMs
        Ptr<MigrationAgent> agent;  //!< copies them
        Ptr<Nve> nve;               //!< connects them
        Ptr<MobilityScheme> scheme; //!< of the Nve
    };

    /// @return the applications of the NVEs, by node
    const std::map<NodeId, Server>& GetServers() const
    {
        return m_servers;
    }

    /// @param name of an NVE @return its applications @throws std::invalid_argument if unknown
    const Server& GetServer(const std::string& name) const;

    /// @return the agents of the routers, by node
    const std::map<NodeId, Ptr<HostRouteAgent>>& GetRouterAgents() const
    {
        return m_routerAgents;
    }

    /// @return the registrar
    Ptr<Nva> GetNva() const
    {
        return m_nva;
    }

    /// @return the VM Manager
    Ptr<VmManager> GetVmManager() const
    {
        return m_manager;
    }

    /// @return the VMs in the order of their creation
    const std::vector<Ptr<Vm>>& GetVms() const
    {
        return m_vms;
    }

  private:
    /// @return a VM with all that its spec left open
    Ptr<Vm> BuildVm(VmSpec spec, const std::string& home);
    void InstallManagement(NodeId node);
    void InstallServer(NodeId node);
    void InstallRouter(NodeId node);
    /// Makes the NVEs of a data centre and its border routers known to each other.
    void ConnectBorders();

    /// @return the VN-ID if the scheme keeps networks apart, else 0: they share one address space
    uint32_t GetSpace(uint32_t vn) const
    {
        return m_isolates ? vn : 0;
    }

    /// @return the MTU that the card of a VM gets where the overlay's headers are to fit in
    uint16_t LimitMtu(uint16_t mtu) const;
    /// @return a new scheme object
    Ptr<MobilityScheme> MakeScheme() const;
    /// @return the nodes of the fabric that are NVEs
    std::vector<NodeId> GetNves() const;
    /// @return the VM prefixes of NVEs
    std::vector<IpPrefix> GetPrefixes(const std::vector<NodeId>& nves) const;
    /// @return the loopback addresses of a node
    IpAddressList GetAddresses(NodeId node) const;

    ObjectFactory m_scheme;                               //!< makes scheme objects
    Ptr<Fabric> m_fabric;                                 //!< the fabric
    IpFamily m_family = IpFamily::IPV4;                   //!< of all signalling
    IpAddress m_registrar;                                //!< the management node
    Ptr<Nva> m_nva;                                       //!< registrar
    Ptr<VmManager> m_manager;                             //!< orders the moves
    std::map<NodeId, Server> m_servers;                   //!< by node
    std::map<NodeId, Ptr<HostRouteAgent>> m_routerAgents; //!< by node
    bool m_isolates = false; //!< whether the scheme keeps virtual networks apart
    /// Index in the prefix, by address space, node and family.
    std::map<std::tuple<uint32_t, NodeId, IpFamily>, uint64_t> m_nextAddress;
    /// VM that has an address, by address space.
    std::map<std::pair<uint32_t, IpAddress>, std::string> m_taken;
    std::vector<Ptr<Vm>> m_vms; //!< in order of creation
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VM_MOBILITY_HELPER_H
