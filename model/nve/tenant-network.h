// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TENANT_NETWORK_H
#define VMM_TENANT_NETWORK_H

#include "ns3/fib.h"
#include "ns3/hold-buffer.h"
#include "ns3/host-route-installer.h"
#include "ns3/vm-spec.h"

#include <functional>
#include <map>
#include <set>
#include <string>

namespace ns3
{
namespace vmm
{

/**
 * What an NVE holds of the addresses of one virtual network: their table, the routes on their way
 * into it, and the packets that wait for a route. Where a scheme does not keep networks apart there
 * is one such object for all, with the node's own table.
 */
class TenantNetwork
{
  public:
    /// @param fib the table @param installDelay of host routes, seconds
    TenantNetwork(Ptr<Fib> fib, Ptr<RandomVariableStream> installDelay);
    TenantNetwork(const TenantNetwork&) = delete;
    TenantNetwork& operator=(const TenantNetwork&) = delete;

    /// @return the table
    Fib& GetFib() const
    {
        return *m_fib;
    }

    /// @return host routes that take their time
    HostRouteInstaller& GetInstaller()
    {
        return m_installer;
    }

    /// Forgets the routes that are on their way into the table.
    void Close();

    /// A VM will come here. @param spec the VM
    void Expect(const VmSpec& spec);
    /// It has come, or will not. @param vmId VM-ID @return its addresses, none if not expected
    IpAddressList ForgetArrival(const std::string& vmId);
    /// @param address any @return whether a VM with it will come here
    bool IsExpected(const IpAddress& address) const;

    /**
     * A VM is behind a device now.
     * @param addresses of the VM
     * @param device towards it
     * @param epoch of its attachment
     */
    void SetServingRoutes(const IpAddressList& addresses, Ptr<NetDevice> device, uint32_t epoch);
    /// @param addresses of a VM that is not there any more @param epoch that makes the routes go
    void RemoveServingRoutes(const IpAddressList& addresses, uint32_t epoch);

    /**
     * Puts up the hold routes of a VM that has left without a route yet.
     * @param addresses of the VM
     * @param limit packets held per address; more are dropped (departed)
     */
    void Hold(const IpAddressList& addresses, uint32_t limit);
    /// Takes the hold routes away and sends what they held on its way. @param addresses of the VM
    void Unhold(const IpAddressList& addresses);
    /// @param packet to be held @param limit per address @param cause of its loss if there is no
    /// room
    void HoldOrDrop(const PuntedPacket& packet, uint32_t limit, DropCause cause);
    /// Loses all packets that are held. @param cause why
    void LoseHeld(DropCause cause);
    /// @param visit called for every packet that is held
    void VisitHeldPackets(const std::function<void(Ptr<const Packet>)>& visit) const;

    /// The entry of a VM that had left has gone after the linger time. @param address of the VM
    void NoteReleased(const IpAddress& address);
    /// The address is as if no VM had ever left with it. @param address of a VM
    void ForgetReleased(const IpAddress& address);
    /// @param address any @return whether NoteReleased() was the last that was said of it
    bool IsReleased(const IpAddress& address) const;

  private:
    Ptr<Fib> m_fib;                              //!< the table
    HostRouteInstaller m_installer;              //!< host routes that take their time
    std::map<IpAddress, std::string> m_arriving; //!< VM-ID of reserved VMs, by address
    std::map<IpAddress, HoldBuffer> m_held;      //!< packets by VM address
    std::set<IpAddress> m_released;              //!< addresses whose entry lingered out
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TENANT_NETWORK_H
