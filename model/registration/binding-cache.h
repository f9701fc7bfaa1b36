// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BINDING_CACHE_H
#define VMM_BINDING_CACHE_H

#include "ns3/mac48-address.h"
#include "ns3/nstime.h"
#include "ns3/registration-message.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What the registrar knows of one VM (draft section 5).
struct BcEntry
{
    VmKey key;                  //!< VN-ID and VM-ID
    Mac48Address mac;           //!< of the VM
    IpAddressList addresses;    //!< of the VM, of either family
    IpAddress servingNve;       //!< source address of the last accepted request
    IpAddressList previousNves; //!< oldest first, the serving one never among them
    uint32_t epoch = 0;         //!< of the attachment
    uint32_t sequence = 0;      //!< of the last accepted request
    Time expiry;                //!< when the binding ends unless it is refreshed
};

/// What became of a binding.
enum class BindingChange : uint8_t
{
    CREATED,      //!< it is new
    MOVED,        //!< it points to another NVE
    REFRESHED,    //!< its lifetime begins anew
    DEREGISTERED, //!< the serving NVE has ended it
    EXPIRED       //!< nobody has refreshed it
};

/// @param change a change @return its name, for instance "moved"
const char* BindingChangeName(BindingChange change);

/// What the registrar does with a request.
struct BindingDecision
{
    RegistrationStatus status = RegistrationStatus::UNSPECIFIED; //!< the answer
    uint16_t lifetime = 0;                                       //!< granted, units of 4 s
    std::optional<BindingChange> change;                         //!< none: nothing has changed
    IpAddress previous;    //!< MOVED: the NVE that served until now
    IpAddress current;     //!< STALE_SEQUENCE: the NVE that serves
    bool conflict = false; //!< two NVEs claim the VM in one epoch: an alarm
    BcEntry entry;         //!< the binding after the change; DEREGISTERED: its last
};

/**
 * The binding cache: one entry per VM, and the rules by which a request changes it (draft section 5
 * for what it holds, RFC 5213 for hold and lifetime, interpretation for the epochs).
 *
 *  - An unknown VM is entered. After a deregistration that takes a newer epoch for HoldTime.
 *  - A newer epoch from another NVE moves the binding, whatever the message counters were.
 *  - The same epoch from another NVE is refused (129) and is a conflict.
 *  - An older epoch, or an older sequence from the serving NVE, is refused (131).
 *  - Only the serving NVE may deregister.
 */
class BindingCache
{
  public:
    /// @param units the longest lifetime that is granted, units of 4 s, at least 1
    void SetMaxLifetime(uint16_t units);
    /// @param hold how long the epoch of a deregistered VM is remembered
    void SetHoldTime(Time hold);
    /**
     * Decides on a request to the management node and carries the decision out.
     * @param request with its mandatory options
     * @param from its source address: where packets for the VM go from now on (draft section 5)
     * @param now the time
     * @return what to answer, and what has changed
     */
    BindingDecision Apply(const RegistrationMessage& request, const IpAddress& from, Time now);
    /**
     * @param now the time
     * @return the bindings that have ended by now, in order of their end; they are gone
     */
    std::vector<BcEntry> Expire(Time now);
    /// @return when the next binding ends, none if there is none
    std::optional<Time> GetNextExpiry() const;
    /// @param key a VM @return its binding, null if there is none
    const BcEntry* Find(const VmKey& key) const;
    /// Takes an NVE off a VM's previous list: it holds nothing any more. @param key the VM @param
    /// nve the NVE
    void RemovePrevious(const VmKey& key, const IpAddress& nve);

    /// @return the bindings by key
    const std::map<VmKey, BcEntry>& GetEntries() const
    {
        return m_entries;
    }

    /// Forgets everything, as a crash of the management node does.
    void Clear();

  private:
    /// A VM that was deregistered a short time ago.
    struct Held
    {
        uint32_t epoch; //!< of its last attachment
        Time until;     //!< when it may be forgotten
    };

    BindingDecision Create(const RegistrationMessage& request, const IpAddress& from, Time now);
    BindingDecision ApplyToServing(BcEntry& entry, const RegistrationMessage& request, Time now);
    BindingDecision ApplyFromOther(BcEntry& entry,
                                   const RegistrationMessage& request,
                                   const IpAddress& from,
                                   Time now);
    /// Takes the fields of a request over and begins the lifetime anew. @return the granted units
    uint16_t Take(BcEntry& entry, const RegistrationMessage& request, Time now);
    void Erase(const VmKey& key);

    uint16_t m_maxLifetime = 65535;              //!< units of 4 s
    Time m_hold = Seconds(10);                   //!< after deregistration
    std::map<VmKey, BcEntry> m_entries;          //!< by key
    std::set<std::pair<Time, VmKey>> m_expiries; //!< of the entries
    std::map<VmKey, Held> m_held;                //!< deregistered
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BINDING_CACHE_H
