// SPDX-License-Identifier: GPL-2.0-only
#ifndef MAPPING_RESOLVER_H
#define MAPPING_RESOLVER_H

#include "ns3/hold-buffer.h"
#include "ns3/host-route-installer.h"
#include "ns3/mapping-cache.h"
#include "ns3/mobility-scheme.h"

#include <map>
#include <set>

namespace ns3
{
namespace vmm
{

/// How an NVE keeps its mappings.
struct MappingOptions
{
    Time lifetime;              //!< of a mapping, as the NVE asks for it
    Time negativeLifetime;      //!< how long it is remembered that nobody has an address
    uint32_t bufferPackets = 0; //!< held per address while it is asked for
    bool onlyUsed = true;       //!< refuse a mapping that the NVE does not use
};

/**
 * The NVE's half of an overlay with a network virtualization authority: has the table of each
 * virtual network lead to the VMs that are behind other NVEs (RFC 8014 section 4.3).
 *
 * A packet for an address without a mapping is held, and the NVA is asked, once at a time for an
 * address; the answer lets the packets go. A mapping that has expired is forgotten, so that the
 * next packet has the NVA asked again. One that somebody calls stale is believed to be so only if
 * it leads to that somebody: if it sends packets on to the VM's new place they keep going there
 * until the NVA has answered the query that the next packet causes; otherwise the mapping is
 * forgotten at once.
 *
 * Routes have the owner MAPPING, so the routes of VMs that are served here, or that have just left,
 * go before them. They appear after the NVE's InstallDelay and go without one (interpretation).
 */
class MappingResolver
{
  public:
    MappingResolver();
    MappingResolver(const MappingResolver&) = delete;
    MappingResolver& operator=(const MappingResolver&) = delete;

    /// @param options how mappings are kept; for what is learnt from now on
    void SetOptions(const MappingOptions& options);
    /**
     * A packet for which the table of a virtual network has no way.
     * @param nve the NVE
     * @param vn the network
     * @param packet the packet
     * @return whether it is held; otherwise it is the caller's to drop
     */
    bool Miss(NveContext& nve, uint32_t vn, const PuntedPacket& packet);
    /**
     * The NVA tells where a VM is. What is older than what is known changes nothing; a VM that is
     * served here has no mapping.
     * @param nve the NVE
     * @param request in the role REMOTE_NVE, without the flag WITHDRAW
     * @param respond ACCEPTED when the mapping is in the table, or there is nothing to do;
     *        UNKNOWN_VM if the mapping is not used here
     */
    void Tell(NveContext& nve, const RegistrationMessage& request, MobilityScheme::Respond respond);
    /**
     * The NVA tells that a VM is no more, or another NVE that a VM is not there.
     * @param nve the NVE
     * @param request in the role REMOTE_NVE, with the flag WITHDRAW
     * @param from who sent it
     */
    void Withdraw(NveContext& nve, const RegistrationMessage& request, const IpAddress& from);
    /**
     * A VM is attached here: what is known and held for it is not needed any more.
     * @param nve the NVE
     * @param entry the VM
     */
    void Attached(NveContext& nve, const BindingUpdateEntry& entry);
    /// Forgets all, held packets included, as a crash of the NVE does.
    void Close();
    /// @param visit called for each packet that is held
    void VisitHeldPackets(const std::function<void(Ptr<const Packet>)>& visit) const;

    /// @return the cache, to look at
    const MappingCache& GetCache() const
    {
        return m_cache;
    }

  private:
    /// An address that is, or was just, looked for.
    struct Quest
    {
        uint64_t number = 0; //!< of the query under way, 0: none
        HoldBuffer held;     //!< packets that wait for the way
        Time unknownUntil;   //!< nobody had the address: until when that is believed
    };

    /// The table of a network, which becomes another one when its first VM comes.
    struct Table
    {
        Ptr<Fib> fib;                                   //!< the table
        HostRouteInstaller routes{RouteOwner::MAPPING}; //!< what is put into it
    };

    /// Asks the NVA. @param epoch of the move that makes the NVE ask, 0 for none
    void Ask(NveContext& nve, const VnAddress& address, uint16_t epoch);
    void Answered(NveContext& nve,
                  const VnAddress& address,
                  uint64_t number,
                  const std::optional<RegistrationMessage>& reply);
    /// Nobody has the address, or nobody answers.
    void GiveUp(NveContext& nve, const VnAddress& address, Time unknownUntil);
    /// Enters a mapping and its routes. @param done called when they are in the table
    void Learn(NveContext& nve, const Mapping& mapping, std::function<void()> done);
    /// Sends what waits for an address on its way, if there is one now.
    void Release(NveContext& nve, const VnAddress& address);
    /// @return what waits for an address, which nothing does any more
    std::deque<PuntedPacket> TakeHeld(const VnAddress& address);
    /// Forgets a mapping and removes its routes.
    void Forget(NveContext& nve, const Mapping& mapping);
    /// Has the NVA asked when a mapping is used next. @param epoch as for Ask()
    void Doubt(NveContext& nve, const Mapping& mapping, uint16_t epoch);
    void Expired(const Mapping& mapping);
    HostRouteInstaller& GetTable(NveContext& nve, uint32_t vn);

    MappingOptions m_options;            //!< how mappings are kept
    MappingCache m_cache;                //!< what is known
    std::map<VnAddress, Quest> m_quests; //!< what is looked for
    std::set<VnAddress> m_aged;          //!< addresses whose mapping has expired
    std::map<uint32_t, Table> m_tables;  //!< by VN-ID
    uint64_t m_number = 0;               //!< of the last query
};

} // namespace vmm
} // namespace ns3

#endif // MAPPING_RESOLVER_H
