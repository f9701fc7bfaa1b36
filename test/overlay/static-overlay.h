// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_STATIC_OVERLAY_H
#define VMM_TEST_STATIC_OVERLAY_H

#include "ns3/mobility-scheme.h"
#include "ns3/nve.h"
#include "ns3/simulator.h"

#include <map>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * An overlay without a control plane, for tests of the data plane: every NVE has the right mappings
 * a fixed time after a VM has attached, without a message, and the NVE that a VM has left sends on
 * what still comes.
 */
class StaticOverlay : public MobilityScheme
{
  public:
    static inline std::vector<Nve*> nves;          //!< all of the fabric
    static inline Time delay;                      //!< until mappings are right
    static inline std::map<uint32_t, int> strays;  //!< packets for VMs that are not there, by VN
    static inline std::map<uint32_t, int> unknown; //!< packets without a mapping, by VN

    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::vmm::StaticOverlay")
                                .SetParent<MobilityScheme>()
                                .SetGroupName("VmMobility")
                                .AddConstructor<StaticOverlay>();
        return tid;
    }

    bool IsolatesNetworks() const override
    {
        return true;
    }

    void VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason) override
    {
        const VmKey key = entry.GetVm();
        const IpAddress place = nve.GetAddresses().front();
        for (const auto& address : AddressesOf(entry))
        {
            m_places[{key.vnId, address}] = place;
            for (Nve* other : nves)
            {
                Simulator::Schedule(delay,
                                    &StaticOverlay::Tell,
                                    other,
                                    key.vnId,
                                    address,
                                    uint32_t(entry.GetEpoch()));
            }
        }
        nve.ReportAttachment(key, entry.GetEpoch(), RegistrationStatus::ACCEPTED);
    }

    void VmReleased(NveContext& nve, BindingUpdateEntry& entry) override
    {
        const uint32_t vn = entry.GetVm().vnId;
        const IpAddressList addresses = AddressesOf(entry);
        std::vector<Route> routes;
        for (const auto& address : addresses)
        {
            routes.push_back(Route::Vxlan(m_places.at({vn, address}), vn, entry.GetEpoch() + 1));
        }
        nve.InstallMappings(vn,
                            addresses,
                            routes,
                            []
                            {
                            });
    }

    bool UnknownDestination(NveContext& nve,
                            std::optional<uint32_t> vn,
                            const PuntedPacket& packet) override
    {
        if (!vn)
        {
            nve.GetFibOf(0).Reinject(packet);
            return true;
        }
        ++unknown[*vn];
        return false;
    }

    void StrayPacket(NveContext&, uint32_t vn, const IpAddress&, const IpAddress&) override
    {
        ++strays[vn];
    }

    /// Forgets everything.
    static void Clear()
    {
        nves.clear();
        delay = Time();
        strays.clear();
        unknown.clear();
        m_places.clear();
    }

  private:
    static void Tell(Nve* nve, uint32_t vn, IpAddress address, uint32_t epoch)
    {
        const IpAddress place = m_places.at({vn, address});
        const IpPrefix host = IpPrefix::Host(address);
        if (nve->GetAddresses().front() == place)
        {
            nve->GetFibOf(vn).RemoveRoute(host, RouteOwner::MAPPING, epoch);
            return;
        }
        nve->GetFibOf(vn).SetRoute(host, RouteOwner::MAPPING, Route::Vxlan(place, vn, epoch));
    }

    /// NVE of a VM, by network and address.
    static inline std::map<std::pair<uint32_t, IpAddress>, IpAddress> m_places;
};

inline const SchemeRegistry::Registration
    g_staticOverlay("test-overlay", StaticOverlay::GetTypeId(), "mappings without a control plane");

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_STATIC_OVERLAY_H
