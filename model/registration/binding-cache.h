// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BINDING_CACHE_H
#define VMM_BINDING_CACHE_H

#include "ns3/mac48-address.h"
#include "ns3/nstime.h"
#include "ns3/registration-message.h"
#include "ns3/vm-address-index.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What a previous source NVE knows of the present binding.
enum class PreviousNveState : uint8_t
{
    TO_TELL,      //!< nothing yet
    TOLD,         //!< a redirect is under way
    ACKNOWLEDGED, //!< its route is in place
    FAILED        //!< it refused, or did not answer
};

/// A previous source NVE of a VM.
struct PreviousNve
{
    IpAddress address;                                  //!< of the NVE
    PreviousNveState state = PreviousNveState::TO_TELL; //!< what it knows
};

/// What the registrar keeps about one VM (draft section 4; state and numbers are interpretation).
struct BindingEntry
{
    VmKey vm;                                   //!< the VM
    Mac48Address mac;                           //!< its MAC
    std::vector<RegistrationAddress> addresses; //!< its addresses
    IpAddress servingNve;                       //!< source of the last accepted request
    std::vector<PreviousNve> previous;          //!< earlier ones, oldest first, without servingNve
    uint32_t sequence = 0;                      //!< of the last accepted request
    uint32_t nextCounter = 0;                   //!< of the registrar's own requests in the epoch
    uint16_t lifetime = 0;                      //!< granted, units of 4 s
    Time expires;                               //!< end of the lifetime, or of the hold
    bool held = false;                          //!< deregistered, kept for its number only
    bool preRegistered = false;                 //!< the VM is on its way and does not run there yet
    bool cold = false;                          //!< it came there by a cold move
};

/// What a request is to the registrar.
enum class BindingVerdict : uint8_t
{
    CREATED,       //!< the VM was not bound
    MOVED,         //!< it was bound to another NVE
    REFRESHED,     //!< prolonged by the serving NVE
    DEREGISTERED,  //!< ended by the serving NVE
    REPEATED,      //!< the last accepted request again: accepted, nothing changes
    STALE,         //!< older than the binding: 131
    DOUBLE_CLAIM,  //!< the binding's epoch from another NVE: 129 and an alarm
    NOT_SERVING,   //!< deregistration by an NVE that does not serve the VM: 129
    UNKNOWN_VM,    //!< not a VM of ours, or nothing to deregister: 132
    NO_ROOM,       //!< the cache is full: 130
    ADDRESS_TAKEN, //!< an address is bound to another VM of the virtual network: 129 and an alarm
    BAD_ADDRESS    //!< an address that no host can have: 129
};

/// @return a short name: "created", "double-claim", ...
const char* BindingVerdictName(BindingVerdict verdict);

/// The registrar's answer to a request, and what follows from it.
struct BindingDecision
{
    BindingVerdict verdict = BindingVerdict::UNKNOWN_VM;        //!< what the request is
    RegistrationStatus status = RegistrationStatus::UNKNOWN_VM; //!< of the reply
    uint16_t lifetime = 0;                                      //!< granted, units of 4 s
    IpAddress servingNve;                                       //!< the binding, if there is one
    IpAddress oldServingNve;                                    //!< MOVED: what it was before
    bool alarm = false;  //!< something that must not happen did
    bool changed = true; //!< whether addresses, MAC or the pre-registration differ from before
    /// MOVED: the source NVEs to redirect. All of them; after a cold move the last one only, as the
    /// others need not be told (draft section 7).
    IpAddressList inform;

    /// @return whether the request was accepted
    bool IsAccepted() const
    {
        return status == RegistrationStatus::ACCEPTED;
    }

    /// @return the reply; status 131 carries the serving NVE
    RegistrationMessage MakeReplyTo(const RegistrationMessage& request) const;
};

/// Limits of a BindingCache.
struct BindingPolicy
{
    uint16_t maxLifetime = 0xffff; //!< granted at most, units of 4 s; > 0
    Time hold = Seconds(10);       //!< of a deregistered entry (RFC 5213 MinDelayBeforeBCEDelete)
    size_t maxEntries = 0;         //!< entries, held ones included; 0: any number
    bool onlyKnown = false;        //!< refuse VMs that AddKnown() did not name
};

/**
 * The binding cache of the registrar: one entry per VM (draft section 4), and the rules by which a
 * request is accepted. Request, source address and time in, decision out: no timers, no sockets.
 *
 * Rules (interpretation where the draft is silent). Numbers are compared as a whole by RFC 1982.
 * The NVE that serves a VM refreshes or ends its binding with a newer number. Another NVE takes it
 * over with the number of a newer epoch only, and is put on the list of previous NVEs when it loses
 * it again; an NVE that serves is never on that list. An older number changes nothing and is
 * answered with the binding. The same epoch from two NVEs means that two copies of the VM run, or
 * that someone lies: refused, with an alarm. A deregistered entry is held for 10 s, so that a late
 * request of the NVE that ended it does not bring it back (RFC 5213 section 5.3.5).
 *
 * @code
 * const auto decision = cache.Process(request, from, Simulator::Now());
 * respond(decision.MakeReplyTo(request));
 * for (const auto& nve : decision.inform) { ... }
 * timer at *cache.GetNextExpiry() -> cache.Expire(now)
 * @endcode
 */
class BindingCache
{
  public:
    /// All entries, by VM.
    using Entries = std::map<VmKey, BindingEntry>;

    /// @param policy limits. @throws std::invalid_argument if maxLifetime is 0 or hold is negative
    explicit BindingCache(const BindingPolicy& policy = BindingPolicy());

    /**
     * Judges a request and changes nothing.
     *
     * @param request a whole request in role MANAGEMENT_NODE
     * @param from its source address
     * @param now the time
     * @return the decision
     * @throws std::invalid_argument if request is not one, or from is no address
     */
    BindingDecision
    Decide(const RegistrationMessage& request, const IpAddress& from, Time now) const;
    /// Judges a request and carries the decision out. Parameters as for Decide(). @return it
    BindingDecision Process(const RegistrationMessage& request, const IpAddress& from, Time now);

    /// Names a VM that may register when onlyKnown is set.
    void AddKnown(const VmKey& vm);
    /// Takes a VM out of the known ones; its entry stays.
    void RemoveKnown(const VmKey& vm);

    /// @return the entry of a VM, held ones included; null if there is none
    const BindingEntry* Find(const VmKey& vm) const;
    /**
     * @param address an old or a new address
     * @param vnId the virtual network
     * @return the entry that is bound to it, held ones excluded; null if there is none
     */
    const BindingEntry* FindByAddress(const IpAddress& address, uint32_t vnId = 0) const;
    /**
     * @param vm a bound VM
     * @return number of the registrar's next own request about the binding: its epoch, a counter
     * @throws std::out_of_range if there is no entry
     * @throws std::overflow_error after 65536 requests in one epoch
     */
    uint32_t TakeSequence(const VmKey& vm);
    /// Notes what a previous NVE knows. @return whether there is such a VM and previous NVE
    bool SetPreviousState(const VmKey& vm, const IpAddress& nve, PreviousNveState state);
    /**
     * Puts an NVE on the list of previous ones, as the oldest.
     * @param vm a VM
     * @param nve where its packets may still go
     * @return false, and nothing changes, if there is no such VM, it is served there, or the NVE is
     * on the list already
     */
    bool AddPrevious(const VmKey& vm, const IpAddress& nve);
    /// Takes an NVE off the list of previous ones. @return whether it was there
    bool RemovePrevious(const VmKey& vm, const IpAddress& nve);

    /// Removes what has expired. @return it, in order of time, then of VM
    std::vector<BindingEntry> Expire(Time now);
    /// @return when the next entry expires; none if there is no entry
    std::optional<Time> GetNextExpiry() const;
    /// Removes an entry at once. @return whether there was one
    bool Remove(const VmKey& vm);
    /// Removes all entries; known VMs stay.
    void Clear();

    /// @return all entries, in order of the VMs
    const Entries& GetEntries() const
    {
        return m_entries;
    }

    /// @return how many VMs are bound, held ones excluded
    size_t GetBoundCount() const
    {
        return m_bound;
    }

  private:
    const BindingEntry* FindLive(const VmKey& vm, Time now) const;
    BindingDecision Judge(const BindingEntry* entry,
                          const RegistrationMessage& request,
                          const IpAddress& from) const;
    BindingDecision Accept(BindingVerdict verdict,
                           const BindingEntry* entry,
                           const RegistrationMessage& request,
                           const IpAddress& from) const;
    std::optional<BindingVerdict> CheckAddresses(const RegistrationMessage& request,
                                                 Time now) const;
    void Apply(const BindingDecision& decision,
               const RegistrationMessage& request,
               const IpAddress& from,
               Time now);
    void Schedule(BindingEntry& entry, Time expires);
    void SetHeld(BindingEntry& entry, bool held);

    BindingPolicy m_policy;                          //!< limits
    Entries m_entries;                               //!< in order
    std::unordered_map<VmKey, BindingEntry*> m_byVm; //!< only searched
    VmAddressIndex m_byAddress;                      //!< bound ones; only searched
    std::set<std::pair<Time, VmKey>> m_agenda;       //!< expiry times
    std::set<VmKey> m_known;                         //!< for onlyKnown
    size_t m_bound = 0;                              //!< entries that are not held
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BINDING_CACHE_H
