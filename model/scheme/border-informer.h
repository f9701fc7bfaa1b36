// SPDX-License-Identifier: GPL-2.0-only
#ifndef BORDER_INFORMER_H
#define BORDER_INFORMER_H

#include "ns3/event-id.h"
#include "ns3/mobility-scheme.h"

#include <map>

namespace ns3
{
namespace vmm
{

/**
 * A source NVE's part of the inter-data-centre optimisation (draft-04 section 7.3): when packets
 * still come for a VM that has left, it tells the border routers of its data centre where the VM
 * is. Like all state of routers that is soft: it is refreshed at half its lifetime for as long as
 * the NVE is a source of the VM, and withdrawn then (interpretation).
 */
class BorderInformer
{
  public:
    BorderInformer() = default;
    BorderInformer(const BorderInformer&) = delete;
    BorderInformer& operator=(const BorderInformer&) = delete;
    ~BorderInformer();

    /**
     * Tells the border routers, or tells them anew after a further move.
     * @param nve the source NVE
     * @param entry what it knows of the VM, in the role of a source
     * @param lifetime of what the border routers are told
     */
    void Inform(NveContext& nve, const BindingUpdateEntry& entry, Time lifetime);
    /// Withdraws what was told. @param nve the NVE @param key the VM; nothing if none was told of
    /// it
    void Withdraw(NveContext& nve, const VmKey& key);
    /// Forgets all, without a message.
    void Close();

  private:
    /// What the border routers were told of a VM.
    struct Told
    {
        RegistrationMessage request; //!< the last one
        uint16_t counter = 0;        //!< of messages
        EventId refresh;             //!< the next one
    };

    void Send(NveContext& nve, const VmKey& key);
    void Refresh(NveContext* nve, VmKey key);

    std::map<VmKey, Told> m_told; //!< by VM
};

} // namespace vmm
} // namespace ns3

#endif // BORDER_INFORMER_H
