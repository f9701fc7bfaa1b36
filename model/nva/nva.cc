// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/nva.h"

#include "ns3/simulator.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(Nva);

TypeId
Nva::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::Nva")
            .SetParent<Application>()
            .SetGroupName("VmMobility")
            .AddConstructor<Nva>()
            .AddAttribute("MaxLifetime",
                          "The longest lifetime that is granted (s, a multiple of 4)",
                          TimeValue(Seconds(4 * 65535)),
                          MakeTimeAccessor(&Nva::m_maxLifetime),
                          MakeTimeChecker(Seconds(4), Seconds(4 * 65535)))
            .AddAttribute("HoldTime",
                          "How long the epoch of a deregistered VM is remembered (s, RFC 5213)",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&Nva::m_holdTime),
                          MakeTimeChecker(Time()))
            .AddAttribute("PathRepairDelay",
                          "Time from a change of the fabric that the management node learns of to "
                          "new host routes around it (s)",
                          TimeValue(MilliSeconds(50)),
                          MakeTimeAccessor(&Nva::m_pathRepairDelay),
                          MakeTimeChecker(Time()))
            .AddTraceSource("BindingCount",
                            "Entries of the binding cache, those that are held included",
                            MakeTraceSourceAccessor(&Nva::m_bindingCount),
                            "ns3::TracedValueCallback::Uint32")
            .AddTraceSource("Up",
                            "Whether the registrar runs",
                            MakeTraceSourceAccessor(&Nva::m_up),
                            "ns3::TracedValueCallback::Bool")
            .AddTraceSource("Binding",
                            "A request changed a binding or prolonged it",
                            MakeTraceSourceAccessor(&Nva::m_bindingTrace),
                            "ns3::vmm::Nva::BindingTracedCallback")
            .AddTraceSource("Expired",
                            "A binding was not refreshed in time",
                            MakeTraceSourceAccessor(&Nva::m_expiredTrace),
                            "ns3::vmm::Nva::ExpiredTracedCallback")
            .AddTraceSource("Alarm",
                            "A request was refused that should never come: two NVEs claim a VM in "
                            "one epoch, or two VMs an address",
                            MakeTraceSourceAccessor(&Nva::m_alarmTrace),
                            "ns3::vmm::Nva::AlarmTracedCallback")
            .AddTraceSource("Answer",
                            "A request of the management node to an NVE or a router was answered, "
                            "accepted or refused, or was given up",
                            MakeTraceSourceAccessor(&Nva::m_answerTrace),
                            "ns3::vmm::Nva::AnswerTracedCallback");
    return tid;
}

Nva::Nva()
    : m_endpoint(CreateObject<RegistrationEndpoint>())
{
}

Nva::~Nva() = default;

void
Nva::SetScheme(Ptr<MobilityScheme> scheme)
{
    m_scheme = scheme;
}

void
Nva::SetAddresses(const IpAddressList& addresses)
{
    m_addresses = addresses;
}

void
Nva::SetFabric(std::shared_ptr<FabricView> fabric)
{
    m_fabric = fabric;
}

int64_t
Nva::AssignStreams(int64_t stream)
{
    return m_endpoint->AssignStreams(stream);
}

void
Nva::StartApplication()
{
    if (m_fabric)
    {
        m_fabric->SetChangeCallback(
            [this]()
            {
                FabricMayHaveChanged();
            });
    }
    m_endpoint->SetRequestHandler(
        [this](const auto& request, const auto& from, const auto& respond)
        {
            HandleRequest(request, from, respond);
        });
    Open();
}

void
Nva::StopApplication()
{
    m_failed = false;
    Close();
}

void
Nva::Open()
{
    BindingPolicy policy;
    policy.maxLifetime = LifetimeToUnits(m_maxLifetime);
    policy.hold = m_holdTime;
    m_bindings = BindingCache(policy);
    m_endpoint->Open(GetNode(), m_addresses);
    m_up = true;
}

void
Nva::Close()
{
    Simulator::Cancel(m_expiry);
    Simulator::Cancel(m_repair);
    m_endpoint->Close();
    m_bindings.Clear();
    m_bindingCount = 0;
    if (m_scheme)
    {
        m_scheme->RegistrarClosed();
    }
    m_up = false;
}

void
Nva::Fail()
{
    if (m_up)
    {
        m_failed = true;
        Close();
    }
}

void
Nva::Restart()
{
    if (!m_failed)
    {
        throw std::logic_error("the registrar has not failed");
    }
    m_failed = false;
    Open();
}

bool
Nva::IsUp() const
{
    return m_up;
}

void
Nva::DoDispose()
{
    StopApplication();
    m_endpoint->Dispose();
    m_fabric = nullptr;
    m_scheme = nullptr;
    Application::DoDispose();
}

void
Nva::HandleRequest(const RegistrationMessage& request,
                   const IpAddress& from,
                   const Responder& respond)
{
    if (request.role == RecipientRole::RESOLVER)
    {
        m_scheme->MappingQueried(*this, request, from, respond);
        return;
    }
    if (request.role != RecipientRole::MANAGEMENT_NODE)
    {
        respond(MakeReply(request, RegistrationStatus::PROHIBITED));
        return;
    }
    std::optional<BindingEntry> last;
    if (const BindingEntry* entry = m_bindings.Find(request.GetVmKey()))
    {
        last = *entry;
    }
    BindingDecision decision = m_bindings.Process(request, from, Simulator::Now());
    m_bindingCount = m_bindings.GetEntries().size();
    if (decision.alarm)
    {
        m_alarmTrace(request.GetVmKey(), from, decision.verdict);
    }
    const BindingEntry* entry = m_bindings.Find(request.GetVmKey());
    if (decision.IsAccepted() && entry)
    {
        m_bindingTrace(*entry, decision.verdict);
    }
    // The reply leaves before anybody else is told (interpretation of draft section 5).
    respond(decision.MakeReplyTo(request));
    if (!m_up)
    {
        return; // a trace sink has made it fail
    }
    switch (decision.verdict)
    {
    case BindingVerdict::CREATED:
        m_scheme->BindingCreated(*this, *entry);
        break;
    case BindingVerdict::MOVED:
        m_scheme->BindingMoved(*this, *entry, decision.oldServingNve);
        break;
    case BindingVerdict::DEREGISTERED:
        m_scheme->BindingRemoved(*this, *last);
        break;
    default:
        break;
    }
    ScheduleExpiry();
}

void
Nva::ScheduleExpiry()
{
    Simulator::Cancel(m_expiry);
    if (auto next = m_bindings.GetNextExpiry())
    {
        m_expiry = Simulator::Schedule(*next - Simulator::Now(), &Nva::Expire, this);
    }
}

void
Nva::Expire()
{
    const std::vector<BindingEntry> expired = m_bindings.Expire(Simulator::Now());
    m_bindingCount = m_bindings.GetEntries().size();
    for (const auto& entry : expired)
    {
        if (!entry.held)
        {
            m_expiredTrace(entry);
            m_scheme->BindingRemoved(*this, entry);
        }
    }
    ScheduleExpiry();
}

void
Nva::FabricMayHaveChanged()
{
    Simulator::Cancel(m_repair);
    if (!m_up)
    {
        return; // after a restart it plans with what the fabric is then
    }
    m_repair = Simulator::Schedule(m_pathRepairDelay, &Nva::RepairPaths, this);
}

void
Nva::RepairPaths()
{
    m_scheme->FabricChanged(*this);
}

BindingCache&
Nva::GetBindings()
{
    return m_bindings;
}

const FabricView*
Nva::GetFabric() const
{
    return m_fabric.get();
}

uint64_t
Nva::SendRequest(const IpAddress& to, const RegistrationMessage& request, ReplyCallback reply)
{
    if (!m_endpoint->IsOpen())
    {
        return 0; // stopped: what a timer still wants is not sent
    }
    RegistrationMessage numbered = request;
    uint16_t counter = ++m_counters[request.GetVmKey()];
    numbered.sequence = MakeSequence(EpochOf(request.sequence), counter);
    return m_endpoint->Send(to,
                            numbered,
                            [this, to, numbered, reply](const RequestOutcome& outcome)
                            {
                                m_answerTrace(numbered, to, outcome);
                                if (reply)
                                {
                                    reply(outcome.reply ? std::make_optional(outcome.reply->status)
                                                        : std::nullopt);
                                }
                            });
}

void
Nva::CancelRequest(uint64_t handle)
{
    m_endpoint->Cancel(static_cast<uint32_t>(handle));
}

} // namespace vmm
} // namespace ns3
