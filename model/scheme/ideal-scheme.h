// SPDX-License-Identifier: GPL-2.0-only
#ifndef IDEAL_SCHEME_H
#define IDEAL_SCHEME_H

#include "ns3/mobility-scheme.h"

namespace ns3
{
namespace vmm
{

/**
 * The lower bound: at the instant at which a VM runs at its new place every FIB points there, and
 * no message is sent. What is left of an outage is the hypervisor's downtime and the way of the
 * packets.
 */
class IdealScheme : public MobilityScheme
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();

    void VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason) override;
    void VmReleased(NveContext& nve, BindingUpdateEntry& entry) override;
    bool KeepsSource(NveContext& nve, const BindingUpdateEntry& entry) override;
    void VmDestroyed(NveContext& nve, BindingUpdateEntry& entry) override;
    void FabricChanged(RegistrarContext& registrar) override;
};

} // namespace vmm
} // namespace ns3

#endif // IDEAL_SCHEME_H
