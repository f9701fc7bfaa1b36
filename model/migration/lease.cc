// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/lease.h"

#include "ns3/simulator.h"

namespace ns3
{
namespace vmm
{

Lease::~Lease()
{
    Cancel();
}

void
Lease::Begin(Time length, Holder holder)
{
    m_length = length;
    m_holder = std::move(holder);
    Check();
}

void
Lease::Cancel()
{
    m_next.Cancel();
}

Time
Lease::GetEnd() const
{
    return m_holder.confirmed() + m_length;
}

void
Lease::Check()
{
    if (!m_holder.isBound())
    {
        return;
    }
    const Time left = GetEnd() - Simulator::Now();
    if (!left.IsStrictlyPositive() && m_holder.expired())
    {
        return;
    }
    // A HELLO and its answer are quick, or do not come: the third one that is lost is too much.
    const Time pause = NanoSeconds(m_length.GetNanoSeconds() / 4 + 1);
    if (left <= m_length - pause)
    {
        m_holder.greet();
    }
    m_next = Simulator::Schedule(
        left.IsStrictlyPositive() ? Min(left, pause) : pause, &Lease::Check, this);
}

} // namespace vmm
} // namespace ns3
