// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/pre-copy.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/ns3-compat.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(PreCopy);

namespace
{
/// Rounds above the trigger until the guest is slowed down (QEMU, migration/ram.c).
constexpr uint32_t HIGH_ROUNDS = 2;

/// Adds the attributes that slow the guest down; their defaults are QEMU's.
TypeId
AddThrottleAttributes(TypeId tid,
                      Ptr<const AttributeAccessor> on,
                      Ptr<const AttributeAccessor> trigger,
                      Ptr<const AttributeAccessor> initial,
                      Ptr<const AttributeAccessor> increment,
                      Ptr<const AttributeAccessor> most)
{
    return tid
        .AddAttribute("AutoConverge",
                      "Whether a guest that writes too fast is slowed down.",
                      BooleanValue(false),
                      on,
                      MakeBooleanChecker())
        .AddAttribute("ThrottleTrigger",
                      "Part of what a round sends that it may dirty; above, for the second time, "
                      "the guest is slowed down.",
                      DoubleValue(0.5),
                      trigger,
                      MakeDoubleChecker<double>(0))
        .AddAttribute("ThrottleInitial",
                      "Part of its time that the guest loses at first (0 to 0.99).",
                      DoubleValue(0.2),
                      initial,
                      MakeDoubleChecker<double>(0, 0.99))
        .AddAttribute("ThrottleIncrement",
                      "What it loses more each time (0 to 0.99).",
                      DoubleValue(0.1),
                      increment,
                      MakeDoubleChecker<double>(0, 0.99))
        .AddAttribute("ThrottleMax",
                      "Most that it loses (0 to 0.99).",
                      DoubleValue(0.99),
                      most,
                      MakeDoubleChecker<double>(0, 0.99));
}
} // namespace

TypeId
PreCopy::GetTypeId()
{
    static TypeId tid = AddThrottleAttributes(
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
            .AddAttribute("MaxTotal",
                          "The copy does not converge when more than this many times the VM's "
                          "memory has been sent; 0 for no such rule.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&PreCopy::m_maxTotal),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("NotConverged",
                          "At MaxRounds and MaxTotal: Stop the VM and send the rest, or Fail.",
                          EnumValue(STOP),
                          MakeEnumAccessorFor<NotConvergedPolicy>(&PreCopy::m_notConverged),
                          MakeEnumChecker(STOP, "Stop", FAIL, "Fail"))
            .AddAttribute("RateRule",
                          "Fixed: rounds are sent as fast as MaxBandwidth allows. Clark: the "
                          "first at MinBandwidth, the others RateIncrement faster than the VM "
                          "wrote.",
                          EnumValue(FIXED),
                          MakeEnumAccessorFor<RateRule>(&PreCopy::m_rateRule),
                          MakeEnumChecker(FIXED, "Fixed", CLARK, "Clark"))
            .AddAttribute("MinBandwidth",
                          "RateRule=Clark: rate of the first round and least rate (bit/s).",
                          DataRateValue(DataRate("100Mbps")),
                          MakeDataRateAccessor(&PreCopy::m_minBandwidth),
                          MakeDataRateChecker())
            .AddAttribute("RateIncrement",
                          "RateRule=Clark: what is added to the rate of writing (bit/s).",
                          DataRateValue(DataRate("50Mbps")),
                          MakeDataRateAccessor(&PreCopy::m_rateIncrement),
                          MakeDataRateChecker())
            .AddAttribute("LastBandwidth",
                          "Limit of the rate while the VM stands (bit/s), 0 for MaxBandwidth.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&PreCopy::m_lastBandwidth),
                          MakeDataRateChecker())
            .AddAttribute("ExpectedBandwidth",
                          "Rate assumed before the first round is measured (bit/s). 0: not known, "
                          "the first round is always sent while the VM runs.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&PreCopy::m_expectedBandwidth),
                          MakeDataRateChecker()),
        MakeBooleanAccessor(&PreCopy::m_autoConverge),
        MakeDoubleAccessor(&PreCopy::m_throttleTrigger),
        MakeDoubleAccessor(&PreCopy::m_throttleInitial),
        MakeDoubleAccessor(&PreCopy::m_throttleIncrement),
        MakeDoubleAccessor(&PreCopy::m_throttleMax));
    return tid;
}

PreCopy::PreCopy() = default;

PreCopy::~PreCopy() = default;

uint64_t
PreCopy::GetLeft() const
{
    return GetWireSize(m_left, m_zeros);
}

uint64_t
PreCopy::GetLeftMemory() const
{
    return m_left;
}

uint64_t
PreCopy::GetLeftZeros() const
{
    return m_zeros;
}

CopyStep
PreCopy::MakeStep(CopyStep::Action action) const
{
    CopyStep step;
    step.action = action;
    step.octets = GetLeft();
    step.rate = m_rate;
    step.speed = 1 - m_throttle;
    return step;
}

CopyStep
PreCopy::Begin(uint64_t memory, uint64_t zeros)
{
    m_memory = memory;
    m_left = memory;
    m_zeros = std::min(zeros, memory);
    m_rounds = 0;
    m_total = 0;
    m_throttle = 0;
    m_highRounds = 0;
    m_tooFast = false;
    m_rate = GetMaxBandwidth();
    if (m_rateRule == CLARK)
    {
        const uint64_t least = m_minBandwidth.GetBitRate();
        m_rate = m_rate > 0 ? std::min(least, m_rate) : least;
    }
    if (m_expectedBandwidth.GetBitRate() == 0)
    {
        return MakeStep(CopyStep::Action::SEND);
    }
    return Decide(static_cast<double>(m_expectedBandwidth.GetBitRate()), 0);
}

CopyStep
PreCopy::RoundDone(const CopyRound& round)
{
    ++m_rounds;
    m_total += round.sent;
    m_left = std::min(round.dirtied, m_memory);
    m_zeros = 0;
    ChooseRate(round);
    Throttle(round);
    m_tooFast = m_tooFast || round.ends;
    return Decide(round.rate, round.written);
}

void
PreCopy::ChooseRate(const CopyRound& round)
{
    if (m_rateRule != CLARK)
    {
        return;
    }
    const double seconds = (round.end - round.start).GetSeconds();
    const double writing = seconds > 0 ? round.dirtied * 8 / seconds : 0;
    const auto wanted = static_cast<uint64_t>(writing) + m_rateIncrement.GetBitRate();
    const uint64_t most = GetMaxBandwidth() > 0 ? GetMaxBandwidth() : UINT64_MAX;
    m_tooFast = wanted > most;
    m_rate = std::min(std::max(wanted, m_minBandwidth.GetBitRate()), most);
}

void
PreCopy::Throttle(const CopyRound& round)
{
    if (!m_autoConverge || round.dirtied <= m_throttleTrigger * static_cast<double>(round.sent))
    {
        return;
    }
    if (++m_highRounds < HIGH_ROUNDS)
    {
        return;
    }
    m_highRounds = 0;
    m_throttle = m_throttle > 0 ? m_throttle + m_throttleIncrement : m_throttleInitial;
    m_throttle = std::min(m_throttle, m_throttleMax);
}

bool
PreCopy::IsHopeless() const
{
    const bool total = m_maxTotal > 0 && m_total > m_maxTotal * static_cast<double>(m_memory);
    return m_rounds >= m_maxRounds || total;
}

CopyStep
PreCopy::Decide(double rate, uint64_t extra) const
{
    const uint64_t wire = GetLeft() + extra;
    const bool small = m_left <= m_minLeft;
    const bool fast = wire == 0 || (rate > 0 && wire * 8.0 <= rate * m_maxDowntime.GetSeconds());
    if (small || fast || m_tooFast)
    {
        return MakeStep(CopyStep::Action::STOP);
    }
    if (IsHopeless())
    {
        return MakeStep(m_notConverged == STOP ? CopyStep::Action::STOP
                                               : CopyStep::Action::GIVE_UP);
    }
    return MakeStep(CopyStep::Action::SEND);
}

CopyStep
PreCopy::Stopped(uint64_t dirtied)
{
    m_left = std::min(m_left + dirtied, m_memory);
    m_rate = m_lastBandwidth.GetBitRate() > 0 ? m_lastBandwidth.GetBitRate() : GetMaxBandwidth();
    return MakeStep(CopyStep::Action::LAST);
}

} // namespace vmm
} // namespace ns3
