// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/pre-copy.h"

#include "ns3/enum.h"
#include "ns3/ns3-compat.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(PreCopy);

TypeId
PreCopy::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::PreCopy")
            .SetParent<CopyMethod>()
            .SetGroupName("VmMobility")
            .AddConstructor<PreCopy>()
            .AddAttribute("MaxDowntime",
                          "Stop the VM when what is left takes at most this long (time).",
                          TimeValue(MilliSeconds(300)),
                          MakeTimeAccessor(&PreCopy::m_maxDowntime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("MaxRounds",
                          "Rounds while the VM runs, at least 1.",
                          UintegerValue(30),
                          MakeUintegerAccessor(&PreCopy::m_maxRounds),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("MinLeft",
                          "Stop the VM when at most this much memory is left (octets).",
                          UintegerValue(0),
                          MakeUintegerAccessor(&PreCopy::m_minLeft),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("PageSize",
                          "Memory is sent in whole pages of this size (octets).",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&PreCopy::m_pageSize),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("PageHeader",
                          "What is sent with each page (octets).",
                          UintegerValue(8),
                          MakeUintegerAccessor(&PreCopy::m_pageHeader),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("NotConverged",
                          "At MaxRounds: Stop the VM and send the rest, or Fail.",
                          EnumValue(STOP),
                          MakeEnumAccessorFor<NotConvergedPolicy>(&PreCopy::m_notConverged),
                          MakeEnumChecker(STOP, "Stop", FAIL, "Fail"))
            .AddAttribute("MaxBandwidth",
                          "Limit of the rate of sending (bit/s), 0 for none.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&PreCopy::m_maxBandwidth),
                          MakeDataRateChecker())
            .AddAttribute("ExpectedBandwidth",
                          "Rate assumed before the first round is measured (bit/s). 0: not known, "
                          "the first round is always sent while the VM runs.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&PreCopy::m_expectedBandwidth),
                          MakeDataRateChecker());
    return tid;
}

PreCopy::PreCopy() = default;

PreCopy::~PreCopy() = default;

uint64_t
PreCopy::GetWireSize(uint64_t memory) const
{
    const uint64_t pages = memory / m_pageSize + (memory % m_pageSize != 0);
    return pages * (uint64_t(m_pageSize) + m_pageHeader);
}

uint64_t
PreCopy::GetLeft() const
{
    // Of a page of zeros only the header is sent.
    return GetWireSize(m_left) - m_zeros / m_pageSize * m_pageSize;
}

CopyStep
PreCopy::Begin(uint64_t memory, uint64_t zeros)
{
    m_memory = memory;
    m_left = memory;
    m_zeros = std::min(zeros, memory);
    m_rounds = 0;
    if (m_expectedBandwidth.GetBitRate() == 0)
    {
        return {CopyStep::Action::SEND, GetLeft(), m_maxBandwidth.GetBitRate()};
    }
    return Decide(static_cast<double>(m_expectedBandwidth.GetBitRate()));
}

CopyStep
PreCopy::RoundDone(const CopyRound& round)
{
    ++m_rounds;
    m_left = std::min(round.dirtied, m_memory);
    m_zeros = 0;
    return Decide(round.rate);
}

CopyStep
PreCopy::Decide(double rate) const
{
    const uint64_t wire = GetLeft();
    const bool small = m_left <= m_minLeft;
    const bool fast = wire == 0 || (rate > 0 && wire * 8.0 <= rate * m_maxDowntime.GetSeconds());
    if (small || fast)
    {
        return {CopyStep::Action::STOP, wire, m_maxBandwidth.GetBitRate()};
    }
    if (m_rounds >= m_maxRounds)
    {
        return {m_notConverged == STOP ? CopyStep::Action::STOP : CopyStep::Action::GIVE_UP,
                wire,
                m_maxBandwidth.GetBitRate()};
    }
    return {CopyStep::Action::SEND, wire, m_maxBandwidth.GetBitRate()};
}

CopyStep
PreCopy::Stopped(uint64_t dirtied)
{
    m_left = std::min(m_left + dirtied, m_memory);
    return {CopyStep::Action::LAST, GetLeft(), m_maxBandwidth.GetBitRate()};
}

} // namespace vmm
} // namespace ns3
