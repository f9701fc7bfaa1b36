// SPDX-License-Identifier: GPL-2.0-only
#ifndef HOST_ROUTE_INSTALLER_H
#define HOST_ROUTE_INSTALLER_H

#include "ns3/event-id.h"
#include "ns3/fib.h"
#include "ns3/random-variable-stream.h"

#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Puts host routes into a FIB after the time that the node's hardware needs for it. Of several
 * changes for one address only the last one takes effect, whatever the delays drawn.
 */
class HostRouteInstaller
{
  public:
    /// @param owner of the routes
    explicit HostRouteInstaller(RouteOwner owner = RouteOwner::REGISTRATION)
        : m_owner(owner)
    {
    }

    HostRouteInstaller(const HostRouteInstaller&) = delete;
    HostRouteInstaller& operator=(const HostRouteInstaller&) = delete;

    /**
     * @param fib the table
     * @param delay drawn once per call of Install or Remove, seconds
     */
    void Attach(Ptr<Fib> fib, Ptr<RandomVariableStream> delay);
    /// Forgets all that has not taken effect.
    void Detach();
    /**
     * @param addresses host addresses
     * @param routes one for each address, at the same place
     * @param done called after the routes are in the table, also if they were overtaken
     */
    void Install(const IpAddressList& addresses,
                 const std::vector<Route>& routes,
                 std::function<void()> done);
    /**
     * @param addresses host addresses
     * @param epoch the attachment epoch that makes the routes go
     * @param done called after the routes are gone, also if that was overtaken
     */
    void Remove(const IpAddressList& addresses, uint32_t epoch, std::function<void()> done);
    /**
     * Removes the routes at once, and all that has not taken effect for them.
     * @param addresses host addresses
     * @param epoch the attachment epoch that makes the routes go
     */
    void RemoveNow(const IpAddressList& addresses, uint32_t epoch);

  private:
    /// A change under way.
    struct Change
    {
        IpAddressList addresses;    //!< of the routes
        std::vector<Route> routes;  //!< empty to remove
        uint32_t epoch;             //!< of a removal
        std::function<void()> done; //!< called at the end
        EventId event;              //!< when it takes effect
    };

    void Begin(Change change);
    void Apply(uint64_t number);

    RouteOwner m_owner;                                 //!< of the routes
    Ptr<Fib> m_fib;                                     //!< the table
    Ptr<RandomVariableStream> m_delay;                  //!< install delay, s
    uint64_t m_next = 1;                                //!< number of the next change
    std::map<uint64_t, Change> m_changes;               //!< under way
    std::unordered_map<IpAddress, uint64_t> m_versions; //!< last change of an address
};

} // namespace vmm
} // namespace ns3

#endif // HOST_ROUTE_INSTALLER_H
