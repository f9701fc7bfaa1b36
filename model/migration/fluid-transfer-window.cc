// SPDX-License-Identifier: GPL-2.0-only
// What TCP's windows let through, for FluidTransfer.
#include "ns3/fluid-network.h"
#include "ns3/fluid-transfer.h"
#include "ns3/simulator.h"
#include "ns3/tcp-transfer.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ns3
{
namespace vmm
{

namespace
{
constexpr double NONE = std::numeric_limits<double>::infinity(); //!< no limit
} // namespace

double
FluidTransfer::GetWindow() const
{
    UintegerValue sendBuffer;
    m_tcp->GetAttribute("SendBuffer", sendBuffer);
    const uint64_t buffers = std::min<uint64_t>(sendBuffer.Get(), m_tcp->GetPeerWindow());
    return static_cast<double>(m_maxWindow > 0 ? m_maxWindow : buffers) * m_streams;
}

double
FluidTransfer::GetRefill() const
{
    const double piece = m_maxWindow > 0 ? 0 : m_tcp->GetPiece();
    return GetWindow() - m_streams * std::max(0.0, piece - 2 * m_segment);
}

FluidTransfer::Bursts
FluidTransfer::PlanBursts(double trip) const
{
    const double window = GetWindow();
    const double rate = m_flow->GetSlowest() * m_wireEfficiency / 8;
    if (window >= rate * trip)
    {
        return {}; // acknowledgements come before it is used up
    }
    Bursts plan;
    const double octets = m_body + m_burstUsed;
    const double trips = std::max(0.0, std::ceil((octets - window) / GetRefill()));
    plan.last = trips > 0 ? octets - window - (trips - 1) * GetRefill() : octets;
    plan.begin = m_burst + Seconds(trips * trip);
    plan.seconds =
        trips > 0 ? (plan.begin - m_bodyStart).GetSeconds() + plan.last / rate : m_body / rate;
    return plan;
}

void
FluidTransfer::BeginBody(uint64_t octets)
{
    const Time now = Simulator::Now();
    m_body = static_cast<double>(octets);
    m_bodyStart = now;
    if (m_burst + Seconds(GetWindowSeconds()) <= now)
    {
        m_burst = now;
        m_burstUsed = 0;
    }
}

void
FluidTransfer::EndBody()
{
    const double trip = GetWindowSeconds();
    const Bursts plan = trip > 0 ? PlanBursts(trip) : Bursts();
    if (plan.seconds > 0)
    {
        m_burst = plan.begin;
        m_burstUsed = plan.last;
    }
}

double
FluidTransfer::GetWindowSeconds() const
{
    if (!m_flow || !m_flow->HasPath() || !(m_flow->GetSlowest() > 0))
    {
        return 0;
    }
    const double frame = m_flow->GetSpec().frame * 8 / m_flow->GetSlowest();
    return (m_flow->GetLatency() + m_flow->GetDelay()).GetSeconds() + frame;
}

double
FluidTransfer::GetLimit() const
{
    double limit = NONE;
    if (!m_queue.empty() && m_queue.front().rate > 0)
    {
        limit = static_cast<double>(m_queue.front().rate);
    }
    if (m_rateCap.GetBitRate() > 0)
    {
        limit = std::min(limit, static_cast<double>(m_rateCap.GetBitRate()));
    }
    const double seconds = GetWindowSeconds();
    if (seconds > 0)
    {
        limit = std::min(
            {limit, m_streams * 8 * m_slowWindow / seconds, PlanBursts(seconds).GetRate(m_body)});
    }
    return limit;
}

void
FluidTransfer::WindowChanged(uint32_t, uint32_t)
{
    UpdateLimit();
}

void
FluidTransfer::UpdateLimit()
{
    if (m_flow)
    {
        m_network->SetLimit(m_flow, GetLimit());
    }
}

void
FluidTransfer::StartGrowing()
{
    if (m_flow && m_flow->IsActive() && m_flow->HasPath() && m_slowWindow != NONE &&
        m_growTimer.IsExpired())
    {
        m_growTimer =
            Simulator::Schedule(Seconds(GetWindowSeconds()), &FluidTransfer::GrowWindow, this);
    }
}

void
FluidTransfer::GrowWindow()
{
    m_slowWindow *= m_growth;
    if (m_streams * m_slowWindow >= GetWindow())
    {
        m_slowWindow = NONE;
    }
    StartGrowing();
    UpdateLimit();
}

} // namespace vmm
} // namespace ns3
