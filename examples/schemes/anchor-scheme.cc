// SPDX-License-Identifier: GPL-2.0-only
// A mobility scheme to copy and change: doc/adding-a-scheme.md goes through it step by step.
//
// Every packet for a VM that is away from home goes by way of the NVE that owns the prefix of its
// address, its anchor, in an IP-in-IP tunnel (RFC 2003, RFC 2473): what the home agent is in Mobile
// IP (RFC 5944) and the local mobility anchor in Proxy Mobile IPv6 (RFC 5213).
//
//     new NVE            registrar              anchor        previous NVE
//        |-- it runs here -->|                     |                |
//        |<---- accepted ----|--- it runs there -->|                |
//        |                   |<----- accepted -----|                |
//        |                   |--- it is behind the anchor --------->|
//        |                   |<----- accepted ----------------------|
// Left out: nothing stands in for an anchor that fails, and a VM has to be created at home.
#include "ns3/boolean.h"
#include "ns3/mobility-scheme.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{
class AnchorScheme : public MobilityScheme
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid =
            TypeId("ns3::vmm::AnchorScheme")
                .SetParent<MobilityScheme>()
                .AddConstructor<AnchorScheme>()
                .AddAttribute("Ordered",
                              "Whether the previous NVE is told after the anchor, else at once",
                              BooleanValue(true),
                              MakeBooleanAccessor(&AnchorScheme::m_ordered),
                              MakeBooleanChecker());
        return tid;
    }

    // At the NVE where the VM runs.
    void VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason) override
    {
        nve.Register(entry.GetVm(), REGISTRATION_ADDRESS_KEPT | GetMoveFlags(reason));
    }

    void VmDestroyed(NveContext& nve, BindingUpdateEntry& entry) override
    {
        nve.Deregister(entry.GetVm());
    }

    // At an NVE that had the VM: the registrar says which NVE gets its packets, or that it is gone.
    void Redirected(NveContext& nve,
                    BindingUpdateEntry&,
                    const RegistrationMessage& request,
                    Respond respond) override
    {
        const IpAddressList addresses = request.GetVmAddresses();
        const uint32_t epoch = EpochOf(request.sequence);
        // The answer says that the table is as it was wanted.
        auto done = std::bind(respond, RegistrationStatus::ACCEPTED);
        std::vector<Route> tunnels;
        for (const auto& address : addresses)
        {
            tunnels.push_back(Route::Discard());
            for (const auto& end : request.nextHops)
            {
                if (end.GetFamily() == address.GetFamily())
                {
                    tunnels.back() = Route::Tunnel(end, epoch);
                }
            }
        }
        if (request.HasFlag(REGISTRATION_WITHDRAW))
        {
            return nve.RemoveHostRoutes(addresses, epoch, done);
        }
        nve.InstallHostRoutes(addresses, tunnels, done);
    }

    // However long nobody sends, the anchor has to know where the VM is.
    bool KeepsSource(NveContext& nve, const BindingUpdateEntry& entry) override
    {
        return nve.OwnsPrefixOf(AddressesOf(entry).front());
    }

    // At the registrar. A VM is away when it hears of it first: the registrar has restarted.
    void BindingCreated(RegistrarContext& registrar, const BindingEntry& entry) override
    {
        BindingMoved(registrar, entry, IpAddress());
    }

    void BindingMoved(RegistrarContext& registrar,
                      const BindingEntry& entry,
                      const IpAddress& previous) override
    {
        const RegistrationMessage news = MakeAnnouncement(entry);
        const IpAddress anchor = registrar.GetFabric()->GetHome(news.GetVmAddresses());
        RegistrarContext::ReplyCallback tellPrevious = [=, &registrar](auto)
        {
            if (previous && previous != anchor)
            {
                Tell(registrar, previous, news, anchor, nullptr);
            }
        };
        if (entry.servingNve == anchor || !m_ordered)
        {
            tellPrevious(std::nullopt);
        }
        if (entry.servingNve != anchor)
        {
            registrar.GetBindings().AddPrevious(entry.vm, anchor);
            Tell(registrar, anchor, news, entry.servingNve, m_ordered ? tellPrevious : nullptr);
        }
    }

    void BindingRemoved(RegistrarContext& registrar, const BindingEntry& entry) override
    {
        RegistrationMessage news = MakeAnnouncement(entry);
        news.flags |= REGISTRATION_WITHDRAW;
        for (const auto& nve : entry.previous)
        {
            Tell(registrar, nve.address, news, entry.servingNve, nullptr);
        }
    }

  private:
    // Has an NVE send the packets for a VM to another one; repeated until it answers.
    static void Tell(RegistrarContext& registrar,
                     const IpAddress& nve,
                     RegistrationMessage request,
                     const IpAddress& to,
                     RegistrarContext::ReplyCallback reply)
    {
        request.role = RecipientRole::SOURCE_NVE;
        request.nextHops = registrar.GetFabric()->GetAddresses(to);
        registrar.SendRequest(nve, request, std::move(reply));
    }

    bool m_ordered; // attribute
};

NS_OBJECT_ENSURE_REGISTERED(AnchorScheme);
const SchemeRegistry::Registration g_anchor(
    "anchor",
    AnchorScheme::GetTypeId(),
    "an example to copy: packets for a VM that is away go by way of the NVE of its prefix");

} // namespace
