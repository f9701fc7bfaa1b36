// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BINDING_UPDATE_LIST_H
#define VMM_BINDING_UPDATE_LIST_H

#include "ns3/mac48-address.h"
#include "ns3/nstime.h"
#include "ns3/registration-message.h"

#include <map>

namespace ns3
{
namespace vmm
{

/// What an NVE knows of one VM (draft section 5; role and below are interpretation).
struct BulEntry
{
    /// Whether the VM is here.
    enum Role
    {
        SERVING, //!< it is
        SOURCE   //!< it was
    };

    VmKey key;                      //!< VN-ID and VM-ID
    Mac48Address mac;               //!< of the VM
    IpAddressList addresses;        //!< of the VM, of either family
    IpAddress nveAddress;           //!< as registered
    uint16_t lifetime = 0;          //!< granted, units of 4 s
    Role role = SERVING;            //!< whether the VM is here
    uint32_t epoch = 0;             //!< of the attachment here
    uint16_t counter = 0;           //!< of this NVE's requests in the epoch
    bool registered = false;        //!< whether the management node has accepted the VM here
    IpAddress servingNve;           //!< SOURCE: where the VM is, none if not told yet
    uint32_t registrarSequence = 0; //!< of the last request of the management node; 0: none
    Time lastInbound;               //!< SOURCE: when the last packet for the VM was seen

    /**
     * Each call takes the next sequence number of the epoch.
     * @param flags of the message
     * @param lifetimeUnits asked for, units of 4 s; 0 with the deregister flag only
     * @return a request to the management node
     */
    RegistrationMessage MakeRegistration(uint8_t flags, uint16_t lifetimeUnits);
};

/// The binding update list: exactly one entry per VM (draft section 5).
class BindingUpdateList
{
  public:
    /**
     * The VM is attached here: its entry is made, or made anew.
     * @param key the VM
     * @param mac of the VM
     * @param addresses of the VM
     * @param nveAddress this NVE's address
     * @param epoch of the attachment
     * @return the entry, good until it is removed
     */
    BulEntry& Serve(const VmKey& key,
                    Mac48Address mac,
                    const IpAddressList& addresses,
                    const IpAddress& nveAddress,
                    uint32_t epoch);
    /// @param key a VM @return its entry, null if there is none; good until it is removed
    BulEntry* Find(const VmKey& key);
    /// @param key a VM @return whether there was an entry
    bool Remove(const VmKey& key);

    /// @return the entries by key
    const std::map<VmKey, BulEntry>& GetEntries() const
    {
        return m_entries;
    }

  private:
    std::map<VmKey, BulEntry> m_entries; //!< by key
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BINDING_UPDATE_LIST_H
