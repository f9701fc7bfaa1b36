// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/host-route-agent.h"

#include "ns3/order-reply.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(HostRouteAgent);

TypeId
HostRouteAgent::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::HostRouteAgent")
            .SetParent<Application>()
            .SetGroupName("VmMobility")
            .AddConstructor<HostRouteAgent>()
            .AddAttribute("InstallDelay",
                          "Time that a change of a host route takes to reach the FIB of a router "
                          "(s); that of an NVE is Nve::InstallDelay",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&HostRouteAgent::m_installDelay),
                          MakePointerChecker<RandomVariableStream>());
    return tid;
}

HostRouteAgent::HostRouteAgent()
    : m_endpoint(CreateObject<RegistrationEndpoint>())
{
}

HostRouteAgent::~HostRouteAgent() = default;

void
HostRouteAgent::SetScheme(Ptr<MobilityScheme> scheme)
{
    m_scheme = scheme;
}

void
HostRouteAgent::SetRegistrar(const IpAddress& address)
{
    m_registrar = address;
}

void
HostRouteAgent::SetNves(const std::set<IpAddress>& addresses)
{
    m_nves = addresses;
}

void
HostRouteAgent::SetAddresses(const IpAddressList& addresses)
{
    m_addresses = addresses;
}

int64_t
HostRouteAgent::AssignStreams(int64_t stream)
{
    m_installDelay->SetStream(stream);
    return 1 + m_endpoint->AssignStreams(stream + 1);
}

void
HostRouteAgent::StartApplication()
{
    m_fib = GetNode()->GetObject<Fib>();
    m_installer.Attach(m_fib, m_installDelay);
    m_endpoint->SetRequestHandler(
        [this](const auto& request, const auto& from, auto respond)
        {
            HandleRequest(request, from, respond);
        });
    m_endpoint->Open(GetNode(), m_addresses);
}

void
HostRouteAgent::StopApplication()
{
    for (auto& [key, entry] : m_entries)
    {
        Simulator::Cancel(entry.expiry);
    }
    m_installer.Detach();
    m_endpoint->Close();
}

void
HostRouteAgent::DoDispose()
{
    StopApplication();
    m_entries.clear();
    m_endpoint->Dispose();
    m_scheme = nullptr;
    m_fib = nullptr;
    Application::DoDispose();
}

RegistrationStatus
HostRouteAgent::Authorize(const RegistrationMessage& request, const IpAddress& from) const
{
    const bool border = request.role == RecipientRole::BORDER_ROUTER;
    if (from != m_registrar && !(border && m_nves.count(from)))
    {
        return RegistrationStatus::NOT_FROM_MN;
    }
    return border || request.role == RecipientRole::DEFAULT_ROUTER ||
                   request.role == RecipientRole::PATH_ROUTER
               ? RegistrationStatus::ACCEPTED
               : RegistrationStatus::PROHIBITED;
}

bool
HostRouteAgent::IsStale(const RegistrationMessage& request,
                        const IpAddress& from,
                        const Entry& known)
{
    if (from == known.from)
    {
        return !SequenceNewer(request.sequence, known.sequence);
    }
    // Two senders count their messages apart and have the epoch in common.
    return SequenceNewer(MakeSequence(EpochOf(known.sequence), 0),
                         MakeSequence(EpochOf(request.sequence), 0));
}

bool
HostRouteAgent::Yields(const RegistrationMessage& request,
                       const IpAddress& from,
                       const Entry& known) const
{
    if (from == known.from || from == m_registrar || known.addresses.empty())
    {
        return false;
    }
    return known.from == m_registrar || request.HasFlag(REGISTRATION_WITHDRAW);
}

void
HostRouteAgent::HandleRequest(const RegistrationMessage& request,
                              const IpAddress& from,
                              const Responder& respond)
{
    RegistrationStatus status = Authorize(request, from);
    VmKey key = request.GetVmKey();
    auto known = m_entries.find(key);
    bool listed = known != m_entries.end();
    if (status == RegistrationStatus::ACCEPTED && listed && IsStale(request, from, known->second))
    {
        RegistrationMessage reply = MakeReply(request, RegistrationStatus::STALE_SEQUENCE);
        reply.servingNve = known->second.servingNve;
        respond(reply);
        return;
    }
    if (status != RegistrationStatus::ACCEPTED || (listed && Yields(request, from, known->second)))
    {
        respond(MakeOrderReply(request, status));
        return;
    }
    if (listed)
    {
        Simulator::Cancel(known->second.expiry);
    }
    // After a withdrawal the number is remembered for as long as the route would have lived, so
    // that an order that comes late does not bring the route back.
    bool withdraw = request.HasFlag(REGISTRATION_WITHDRAW);
    Entry& entry = m_entries[key];
    entry.addresses = withdraw ? IpAddressList() : request.GetVmAddresses();
    entry.from = from;
    entry.servingNve = request.servingNve;
    entry.sequence = request.sequence;
    entry.expiry = Simulator::Schedule(
        LifetimeFromUnits(request.lifetime), &HostRouteAgent::Expire, this, key);
    m_scheme->RouterRequested(*this,
                              request,
                              [=](RegistrationStatus result)
                              {
                                  respond(MakeOrderReply(request, result));
                              });
}

void
HostRouteAgent::Expire(VmKey key)
{
    auto node = m_entries.extract(key);
    WithdrawHostRoutes(node.mapped().addresses);
    m_installer.RemoveNow(node.mapped().addresses, EpochOf(node.mapped().sequence));
}

uint32_t
HostRouteAgent::GetNodeId() const
{
    return GetNode()->GetId();
}

Fib&
HostRouteAgent::GetFib()
{
    return *m_fib;
}

void
HostRouteAgent::InstallHostRoutes(const IpAddressList& addresses,
                                  const std::vector<Route>& routes,
                                  std::function<void()> done)
{
    m_installer.Install(addresses, routes, std::move(done));
}

void
HostRouteAgent::RemoveHostRoutes(const IpAddressList& addresses,
                                 uint32_t epoch,
                                 std::function<void()> done)
{
    m_installer.Remove(addresses, epoch, std::move(done));
}

} // namespace vmm
} // namespace ns3
