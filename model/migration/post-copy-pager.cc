// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/post-copy-pager.h"

#include "ns3/dirty-model.h"
#include "ns3/double.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/vm.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(PostCopyPager);

namespace
{
constexpr double GUEST_PAGE = 4096; //!< octets of a page of the guest
constexpr double ROUNDING = 1e-9;   //!< of sums of probabilities
const Time HORIZON = Seconds(1000); //!< a fault that is further away is not planned
} // namespace

TypeId
PostCopyPager::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::PostCopyPager")
                            .SetParent<Object>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<PostCopyPager>()
                            .AddAttribute("ReadFactor",
                                          "Pages that the VM only reads for each page that it "
                                          "writes.",
                                          DoubleValue(1),
                                          MakeDoubleAccessor(&PostCopyPager::m_readFactor),
                                          MakeDoubleChecker<double>(0));
    return tid;
}

PostCopyPager::PostCopyPager() = default;

PostCopyPager::~PostCopyPager() = default;

void
PostCopyPager::DoDispose()
{
    m_active = false;
    ++m_plan;
    m_vm = nullptr;
    m_model = nullptr;
    m_ask = nullptr;
    Object::DoDispose();
}

void
PostCopyPager::Start(
    Ptr<Vm> vm, uint32_t host, uint64_t missing, uint32_t pageSize, AskCallback ask)
{
    m_vm = vm;
    m_model = vm->GetObject<DirtyModel>();
    m_host = host;
    m_ask = std::move(ask);
    m_pageSize = pageSize;
    m_missing = missing * pageSize;
    m_pages = std::max<uint64_t>(1, std::llround(std::ceil(vm->GetSpec().memory / GUEST_PAGE)));
    m_resumed = vm->GetGuestTime();
    m_active = true;
    PlanFault();
}

double
PostCopyPager::GetTouched(const Time& since) const
{
    const uint64_t octets =
        m_model->GetDirtied(m_resumed, m_resumed + since, m_vm->GetSpec().memory);
    return (1 + m_readFactor) * octets / GUEST_PAGE;
}

double
PostCopyPager::GetMissingPart() const
{
    return std::min(1.0, static_cast<double>(GetMissing()) / m_pages);
}

uint64_t
PostCopyPager::GetMissing() const
{
    return (m_missing + m_pageSize - 1) / m_pageSize;
}

uint32_t
PostCopyPager::GetFaults() const
{
    return m_faults;
}

Time
PostCopyPager::GetStalled() const
{
    return m_stalled + (m_waiting ? Simulator::Now() - m_waitsSince : Time(0));
}

void
PostCopyPager::Settle()
{
    const double touched = GetTouched(m_vm->GetGuestTime() - m_resumed);
    m_credit += (touched - m_touched) * GetMissingPart();
    m_touched = touched;
}

void
PostCopyPager::PlanFault()
{
    ++m_plan;
    const double part = GetMissingPart();
    if (!m_active || !m_model || m_waiting || part <= 0)
    {
        return;
    }
    const double wanted = m_touched + std::max(0.0, 1 - m_credit) / part - ROUNDING;
    const Time now = m_vm->GetGuestTime() - m_resumed;
    if (GetTouched(now + HORIZON) < wanted)
    {
        return; // PlanFault() comes again when pages have come
    }
    // The first moment at which so many pages have been touched: the model only grows.
    int64_t before = now.GetNanoSeconds() - 1;
    int64_t after = (now + HORIZON).GetNanoSeconds();
    while (after - before > 1)
    {
        const int64_t middle = before + (after - before) / 2;
        (GetTouched(NanoSeconds(middle)) < wanted ? before : after) = middle;
    }
    Simulator::ScheduleWithContext(m_vm->GetNode()->GetId(),
                                   NanoSeconds(after) - now,
                                   &PostCopyPager::Touched,
                                   Ptr<PostCopyPager>(this),
                                   m_plan);
}

void
PostCopyPager::Touched(uint32_t plan)
{
    if (plan != m_plan || !m_active)
    {
        return;
    }
    Settle();
    if (m_credit < 1 - 2 * ROUNDING * m_pages)
    {
        PlanFault(); // without a guest clock a stalled VM's time runs more slowly than the event's
        return;
    }
    m_waiting = true;
    m_waitsSince = Simulator::Now();
    m_vm->Stall();
    // What follows is done by the host, whose events the VM's clock does not hold up.
    Simulator::ScheduleWithContext(
        m_host, Time(0), &PostCopyPager::Fault, Ptr<PostCopyPager>(this));
}

void
PostCopyPager::Fault()
{
    if (m_active && m_waiting)
    {
        m_credit -= 1;
        m_ask(++m_faults);
    }
}

void
PostCopyPager::Arrived(uint64_t octets)
{
    if (!m_active)
    {
        m_missing -= std::min(m_missing, octets);
        return;
    }
    if (m_model)
    {
        Settle();
    }
    m_missing -= std::min(m_missing, octets);
    if (m_waiting && m_onItsWay)
    {
        EndWait();
    }
    else if (!m_waiting)
    {
        PlanFault();
    }
}

void
PostCopyPager::EndWait()
{
    m_waiting = false;
    m_onItsWay = false;
    m_stalled += Simulator::Now() - m_waitsSince;
    m_vm->Unstall();
    PlanFault();
}

void
PostCopyPager::Served(uint32_t fault, uint64_t octets)
{
    if (!m_active || !m_waiting || fault != m_faults)
    {
        return;
    }
    m_missing -= std::min(m_missing, octets);
    m_onItsWay = octets == 0;
    if (!m_onItsWay)
    {
        EndWait();
    }
}

void
PostCopyPager::Stop()
{
    const bool waits = m_active && m_waiting;
    m_active = false;
    ++m_plan;
    if (waits)
    {
        EndWait();
    }
}

} // namespace vmm
} // namespace ns3
