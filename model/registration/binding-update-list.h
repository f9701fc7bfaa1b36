// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BINDING_UPDATE_LIST_H
#define VMM_BINDING_UPDATE_LIST_H

#include "ns3/mac48-address.h"
#include "ns3/nstime.h"
#include "ns3/registration-message.h"
#include "ns3/vm-address-index.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What an NVE is for a VM.
enum class BindingRole : uint8_t
{
    SERVING, //!< the VM is attached here
    SOURCE   //!< the VM was here and is elsewhere now
};

/// How far the registration of a served VM is.
enum class BindingProgress : uint8_t
{
    UNREGISTERED, //!< nothing was asked
    ASKED,        //!< a request is under way
    REGISTERED,   //!< the registrar accepted
    REJECTED      //!< the registrar refused: the VM gets no service
};

/**
 * What an NVE keeps about one VM: the binding update list entry of the draft, section 4 (VM-ID,
 * MAC, addresses, registered NVE address, lifetime), and what the procedures need on top
 * (interpretation).
 */
class BindingUpdateEntry
{
  public:
    /**
     * @param vm the VM
     * @param role what the NVE is for it
     */
    BindingUpdateEntry(const VmKey& vm, BindingRole role)
        : role(role),
          m_vm(vm)
    {
    }

    /// @return the VM
    const VmKey& GetVm() const
    {
        return m_vm;
    }

    /// @return its addresses; BindingUpdateList::SetAddresses() changes them
    const std::vector<RegistrationAddress>& GetAddresses() const
    {
        return m_addresses;
    }

    /**
     * Begins an attachment: the next message has counter 0.
     *
     * @param newEpoch the attachment epoch, modulo 2^16
     */
    void SetEpoch(uint32_t newEpoch);

    /// @return the attachment epoch, modulo 2^16
    uint16_t GetEpoch() const
    {
        return m_epoch;
    }

    /**
     * @return the number of the next request about this VM
     * @throws std::overflow_error after 65536 requests in one epoch: a counter that starts again
     * would be older
     */
    uint32_t TakeSequence();

    /**
     * Takes the next number.
     *
     * @param flags of RegistrationFlag
     * @param asked lifetime asked for, units of 4 s; 0 with the deregister flag and only then
     * @return a request to the management node about this VM
     * @throws std::overflow_error as TakeSequence()
     */
    RegistrationMessage MakeRequest(uint8_t flags, uint16_t asked);

    BindingRole role;                                         //!< what the NVE is for the VM
    BindingProgress progress = BindingProgress::UNREGISTERED; //!< of a served VM's registration
    Mac48Address mac;                                         //!< of the VM
    IpAddress registeredNve;                                  //!< this NVE, as registered
    Time lifetime;                                            //!< granted; 0: none
    Time expires;                                             //!< end of it
    uint32_t requestHandle = 0;                               //!< request under way, or 0
    IpAddress newServingNve;                                  //!< SOURCE: where the VM is now
    IpAddressList hostRoutes;                                 //!< VM addresses with a host route
    Time lastInbound;                                         //!< last packet for the VM
    std::optional<uint32_t> redirectSequence;                 //!< last one accepted from the MN

  private:
    friend class BindingUpdateList;

    VmKey m_vm;                                   //!< the VM
    std::vector<RegistrationAddress> m_addresses; //!< its addresses
    uint16_t m_epoch = 0;                         //!< of the attachment
    uint32_t m_counter = 0;                       //!< of the next message
};

/// What a source NVE makes of a redirect, a request of the management node about a VM that left.
enum class RedirectVerdict : uint8_t
{
    ACCEPT,    //!< newer than what was known: install
    REPEATED,  //!< the same again: nothing to do, accepted
    STALE,     //!< older, or this NVE serves the VM in that epoch or a later one: status 131
    UNKNOWN_VM //!< no entry: status 132
};

/**
 * Judges a redirect by its number alone; who may send one is RegistrationSenderPolicy's matter. An
 * NVE that serves the VM believes only a redirect of a later epoch (interpretation).
 *
 * @param entry the NVE's entry of the VM; null if it has none
 * @param sequence of the redirect
 * @return what to do
 */
RedirectVerdict JudgeRedirect(const BindingUpdateEntry* entry, uint32_t sequence);

/**
 * The binding update list of an NVE: exactly one entry per VM (draft section 4), found by VM or by
 * address in constant time, listed in order of the VMs. Data only: no timers, no messages.
 *
 * @code
 * auto& entry = list.Add({vnId, vmId}, BindingRole::SERVING);
 * list.SetAddresses(entry, addresses);
 * if (auto* found = list.FindByAddress(destination)) { ... }
 * @endcode
 */
class BindingUpdateList
{
  public:
    /// All entries, by VM.
    using Entries = std::map<VmKey, BindingUpdateEntry>;

    /**
     * @param vm a VM
     * @param role what the NVE is for it
     * @return its entry: a new one, or the one that was there with its role changed; valid until it
     * is removed
     */
    BindingUpdateEntry& Add(const VmKey& vm, BindingRole role);
    /// Removes the entry of a VM. @return whether there was one
    bool Remove(const VmKey& vm);
    /// Removes all entries.
    void Clear();
    /// @return the entry of a VM; null if there is none
    BindingUpdateEntry* Find(const VmKey& vm);
    /// @return the entry of a VM; null if there is none
    const BindingUpdateEntry* Find(const VmKey& vm) const;
    /**
     * @param address an old or a new address of the VM
     * @param vnId only of that virtual network; none: of any
     * @return the entry that has the address: a serving one before a source one, then the first in
     * order; null if there is none
     */
    BindingUpdateEntry* FindByAddress(const IpAddress& address,
                                      std::optional<uint32_t> vnId = std::nullopt);
    /**
     * @param entry an entry of this list
     * @param addresses replace the ones that it has
     */
    void SetAddresses(BindingUpdateEntry& entry, const std::vector<RegistrationAddress>& addresses);
    /// @return how many entries have a role
    size_t GetCount(BindingRole role) const;

    /// @return all entries, in order of the VMs
    const Entries& GetEntries() const
    {
        return m_entries;
    }

    /// @return how many entries there are
    size_t GetSize() const
    {
        return m_entries.size();
    }

  private:
    Entries m_entries;                                     //!< in order
    std::unordered_map<VmKey, BindingUpdateEntry*> m_byVm; //!< only searched
    VmAddressIndex m_byAddress;                            //!< only searched
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BINDING_UPDATE_LIST_H
