// SPDX-License-Identifier: GPL-2.0-only
#ifndef NVA_OVERLAY_SCHEME_H
#define NVA_OVERLAY_SCHEME_H

#include "ns3/event-id.h"
#include "ns3/mapping-resolver.h"
#include "ns3/nva-overlay-registrar.h"
#include "ns3/stray-informer.h"

#include <map>

namespace ns3
{
namespace vmm
{

/**
 * The overlay that draft-ietf-nvo3-vmm describes: VXLAN tunnels (RFC 7348) between NVEs, whose
 * mapping caches a network virtualization authority fills (RFC 8014). The NVE that a VM attaches to
 * registers it; the authority tells the one that it has left, which sends packets in flight after
 * it for a time; others learn of the move by push, pull or redirect.
 */
class NvaOverlayScheme : public MobilityScheme
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();

    bool IsolatesNetworks() const override;
    void VisitHeldPackets(const std::function<void(Ptr<const Packet>)>& visit) const override;
    void VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason) override;
    void VmDestroyed(NveContext& nve, BindingUpdateEntry& entry) override;
    void SourceRoleEnded(NveContext& nve, const VmKey& key) override;
    void NveClosed() override;
    void Redirected(NveContext& nve,
                    BindingUpdateEntry& entry,
                    const RegistrationMessage& request,
                    Respond respond) override;
    bool UnknownDestination(NveContext& nve,
                            std::optional<uint32_t> vn,
                            const PuntedPacket& packet) override;
    void StrayPacket(NveContext& nve,
                     uint32_t vn,
                     const IpAddress& destination,
                     const IpAddress& sender) override;
    void MappingTold(NveContext& nve,
                     const RegistrationMessage& request,
                     const IpAddress& from,
                     Respond respond) override;
    void MappingQueried(RegistrarContext& registrar,
                        const RegistrationMessage& request,
                        const IpAddress& from,
                        RespondMessage respond) override;
    void BindingMoved(RegistrarContext& registrar,
                      const BindingEntry& entry,
                      const IpAddress& previous) override;
    void BindingRemoved(RegistrarContext& registrar, const BindingEntry& entry) override;
    void RegistrarClosed() override;

    /// @return the mapping cache of this NVE, to look at
    const MappingCache& GetCache() const
    {
        return m_resolver.GetCache();
    }

  protected:
    void NotifyConstructionCompleted() override;
    void DoDispose() override;

  private:
    /// Has packets in flight follow a VM that has left. @param done called when they do
    void OpenTunnel(NveContext& nve,
                    const VmKey& vm,
                    const RegistrationMessage& request,
                    const std::function<void()>& done);
    void EndTunnel(NveContext* nve, VmKey vm, IpAddressList addresses, uint32_t epoch);

    NvaOverlayOptions::Update m_update; //!< attribute
    NvaOverlayOptions::PushTo m_pushTo; //!< attribute
    Time m_inFlightTime;                //!< attribute
    Time m_mappingLifetime;             //!< attribute
    Time m_backstopLifetime;            //!< attribute
    Time m_negativeLifetime;            //!< attribute
    Time m_redirectInterval;            //!< attribute
    uint32_t m_bufferPackets;           //!< attribute

    MappingResolver m_resolver;         //!< of an NVE
    StrayInformer m_informer;           //!< of an NVE that VMs have left
    std::map<VmKey, EventId> m_tunnels; //!< ends of the in-flight times
    NvaOverlayRegistrar m_registrar;    //!< the management node's half
};

} // namespace vmm
} // namespace ns3

#endif // NVA_OVERLAY_SCHEME_H
