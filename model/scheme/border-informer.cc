// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/border-informer.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmBorderInformer");

BorderInformer::~BorderInformer()
{
    Close();
}

void
BorderInformer::Inform(NveContext& nve, const BindingUpdateEntry& entry, Time lifetime)
{
    if (nve.GetBorderRouters().empty())
    {
        return;
    }
    const VmKey& key = entry.GetVm();
    RegistrationMessage request;
    request.role = RecipientRole::BORDER_ROUTER;
    request.flags = REGISTRATION_ADDRESS_KEPT;
    request.sequence = MakeSequence(EpochOf(*entry.redirectSequence), 0);
    request.lifetime = LifetimeToUnits(lifetime);
    request.vnId = key.vnId;
    request.vmId = key.vmId;
    request.servingNve = entry.newServingNve;
    request.nextHops = {entry.newServingNve};
    for (const auto& address : AddressesOf(entry))
    {
        // The only address of D-NVE that a source knows is of the management node's family.
        if (address.GetFamily() == entry.newServingNve.GetFamily())
        {
            request.addresses.push_back({address, IpAddress()});
        }
    }
    if (request.addresses.empty())
    {
        return;
    }
    m_told[key].request = request;
    Send(nve, key);
}

void
BorderInformer::Send(NveContext& nve, const VmKey& key)
{
    Told& told = m_told.at(key);
    Simulator::Cancel(told.refresh);
    told.request.sequence = MakeSequence(EpochOf(told.request.sequence), ++told.counter);
    for (const IpAddress& router : nve.GetBorderRouters())
    {
        nve.SendRequest(router,
                        told.request,
                        [key, router](std::optional<RegistrationStatus> status)
                        {
                            if (status != RegistrationStatus::ACCEPTED)
                            {
                                NS_LOG_WARN("border router " << router << " did not take " << key);
                            }
                        });
    }
    told.refresh = Simulator::Schedule(
        LifetimeFromUnits(told.request.lifetime) / 2, &BorderInformer::Refresh, this, &nve, key);
}

void
BorderInformer::Refresh(NveContext* nve, VmKey key)
{
    m_told.at(key).request.flags |= REGISTRATION_REFRESH;
    Send(*nve, key);
}

void
BorderInformer::Withdraw(NveContext& nve, const VmKey& key)
{
    auto told = m_told.find(key);
    if (told == m_told.end())
    {
        return;
    }
    told->second.request.flags |= REGISTRATION_WITHDRAW | REGISTRATION_REFRESH;
    told->second.request.nextHops.clear();
    Send(nve, key);
    Simulator::Cancel(told->second.refresh);
    m_told.erase(told);
}

void
BorderInformer::Close()
{
    for (auto& [key, told] : m_told)
    {
        Simulator::Cancel(told.refresh);
    }
    m_told.clear();
}

} // namespace vmm
} // namespace ns3
