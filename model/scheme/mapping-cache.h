// SPDX-License-Identifier: GPL-2.0-only
#ifndef MAPPING_CACHE_H
#define MAPPING_CACHE_H

#include "ns3/event-id.h"
#include "ns3/registration-message.h"

#include <functional>
#include <map>
#include <utility>

namespace ns3
{
namespace vmm
{

/// An address in a virtual network: VN-ID and address.
using VnAddress = std::pair<uint32_t, IpAddress>;

/// Where an NVE believes that a VM which others serve is.
struct Mapping
{
    VmKey vm;                //!< the VM
    IpAddressList addresses; //!< its addresses
    IpAddress nve;           //!< the NVE that serves it
    uint16_t epoch = 0;      //!< of its attachment there
    Time learnt;             //!< when this was heard
    Time expires;            //!< when it is forgotten
    bool suspect = false;    //!< said to be stale; used until it is known where the VM is
};

/**
 * The mapping cache of an NVE (RFC 8014 section 4.3): of each VM elsewhere that VMs here talk to,
 * which NVE it is behind. An address has one mapping at most; a mapping ends by itself when it
 * expires. Knows no tables and no messages.
 *
 * @code
 * cache.SetExpired([](const Mapping& mapping) { ... });
 * cache.Put(mapping);
 * if (const Mapping* mapping = cache.FindByAddress({vn, destination})) { ... }
 * @endcode
 */
class MappingCache
{
  public:
    MappingCache() = default;
    MappingCache(const MappingCache&) = delete;
    MappingCache& operator=(const MappingCache&) = delete;
    ~MappingCache();

    /// @param expired called with each mapping that has expired, when it is out of the cache
    void SetExpired(std::function<void(const Mapping&)> expired);
    /**
     * Enters a mapping in the place of an earlier one of the VM; mappings of other VMs that have
     * one of its addresses go.
     * @param mapping one that has not expired
     */
    void Put(const Mapping& mapping);
    /// @param vm a VM @return its mapping, good until the cache changes; null if there is none
    const Mapping* Find(const VmKey& vm) const;
    /// @param address of a VM @return its mapping, good until the cache changes; null if none
    const Mapping* FindByAddress(const VnAddress& address) const;
    /// Notes that a mapping may be stale. @param vm the VM; nothing happens without a mapping
    void Suspect(const VmKey& vm);
    /// @param vm a VM @return whether there was a mapping to forget
    bool Remove(const VmKey& vm);
    /// Forgets all.
    void Clear();

    /// @return how many VMs have a mapping
    size_t GetSize() const
    {
        return m_mappings.size();
    }

  private:
    /// A mapping and the end of it.
    struct Held
    {
        Mapping mapping; //!< what is known
        EventId expiry;  //!< at Mapping::expires
    };

    void Expire(VmKey vm);

    std::map<VmKey, Held> m_mappings;              //!< by VM
    std::map<VnAddress, VmKey> m_byAddress;        //!< the VM that has the address
    std::function<void(const Mapping&)> m_expired; //!< told of expiry
};

} // namespace vmm
} // namespace ns3

#endif // MAPPING_CACHE_H
