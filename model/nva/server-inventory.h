// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SERVER_INVENTORY_H
#define VMM_SERVER_INVENTORY_H

#include "ns3/nstime.h"
#include "ns3/placement-policy.h"
#include "ns3/vm-spec.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What the VM Manager knows of a server.
struct ServerRecord
{
    ServerPlace place;                      //!< as the operator has entered it
    bool known{false};                      //!< it has said what it has
    uint64_t memory{0};                     //!< for VMs, octets, as it said
    uint32_t vcpus{0};                      //!< for VMs, as it said
    uint64_t bookedMemory{0};               //!< of VMs that are or may come here, octets
    uint32_t bookedVcpus{0};                //!< likewise
    uint64_t foreignMemory{0};              //!< used by what the manager did not book, octets
    uint32_t foreignVcpus{0};               //!< likewise
    uint32_t closed{0};                     //!< operations that want no VM placed here
    std::optional<Time> silentSince;        //!< it has not answered an order then
    std::map<std::string, VmSpec> bookings; //!< by VM-ID

    /// @return memory that neither bookings nor others use, octets
    uint64_t GetFreeMemory() const;
    /// @return processors that neither bookings nor others use
    uint32_t GetFreeVcpus() const;
};

/**
 * The VM Manager's own record of servers: where they stand (an operator's list), what they have
 * (their HELLOs say it) and what is given away. A VM is booked on each server that it is on, comes
 * from or goes to, from the order on, so that what is planned is not planned twice. The
 * hypervisor's own admission remains the last word.
 */
class ServerInventory
{
  public:
    /**
     * Enters a server, or where it stands if it is known.
     * @param place its name and where it stands
     */
    void Add(const ServerPlace& place);
    /**
     * A server says what it has; one that was not entered is entered last, with no rack.
     * @param server its name
     * @param memory for VMs, octets
     * @param freeMemory of it not used, octets
     * @param vcpus for VMs
     * @param freeVcpus of them not used
     * @param refused a VM that is booked there and for which it uses nothing; empty for none
     */
    void Learn(const std::string& server,
               uint64_t memory,
               uint64_t freeMemory,
               uint32_t vcpus,
               uint32_t freeVcpus,
               const std::string& refused = "");
    /**
     * Books a VM on these servers and on no others.
     * @param spec what it is
     * @param servers names; unknown ones are entered
     */
    void Book(const VmSpec& spec, const std::set<std::string>& servers);
    /**
     * @param server a name
     * @param closed whether one more, or one less, wants no VM placed here
     */
    void Close(const std::string& server, bool closed);
    /// @param server that has not answered @param now the time
    void NoteSilent(const std::string& server, Time now);

    /// @return all servers in the order of their entry
    std::vector<const ServerRecord*> GetServers() const;
    /// @param server a name @return what is known, null if nothing
    const ServerRecord* Find(const std::string& server) const;
    /// @param server a name @return where it stands; only a name if that is not known
    ServerPlace GetPlace(const std::string& server) const;
    /**
     * @param target name of a server or rack, `dc:N`, or `all`
     * @return the servers that it means, in the order of their entry; empty if it means none
     */
    std::vector<std::string> Resolve(const std::string& target) const;
    /// @return whether all servers that were entered have said what they have
    bool IsComplete() const;

  private:
    /// @return the record of a server, entered if there is none
    ServerRecord& Get(const std::string& server);

    std::map<std::string, ServerRecord> m_servers;         //!< by name
    std::vector<std::string> m_order;                      //!< of their entry
    std::map<std::string, std::set<std::string>> m_booked; //!< servers, by VM-ID
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SERVER_INVENTORY_H
