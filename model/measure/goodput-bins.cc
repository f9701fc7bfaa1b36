// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/goodput-bins.h"

#include "ns3/path-stretch.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr double RECOVERED = 0.9; //!< share of the mean before that counts as back

/// What a TCP receiver has of a stream of octets.
class StreamTracker
{
  public:
    /// @param sequence first octet @param size octets @return how many octets became contiguous
    uint64_t Receive(uint32_t sequence, uint32_t size)
    {
        if (size == 0)
        {
            // ns-3 numbers every stream from 0: a second SYN is a second connection.
            if (!m_known || sequence == 0)
            {
                m_known = true;
                m_next = uint64_t(sequence) + 1;
                m_beyond.clear();
            }
            return 0;
        }
        if (!m_known)
        {
            m_known = true;
            m_next = sequence;
        }
        const int32_t distance = static_cast<int32_t>(sequence - static_cast<uint32_t>(m_next));
        const uint64_t first = m_next + static_cast<int64_t>(distance);
        const uint64_t begin = m_next;
        uint64_t& last = m_beyond[first];
        last = std::max(last, first + size);
        while (!m_beyond.empty() && m_beyond.begin()->first <= m_next)
        {
            m_next = std::max(m_next, m_beyond.begin()->second);
            m_beyond.erase(m_beyond.begin());
        }
        return m_next - begin;
    }

  private:
    bool m_known = false;                  //!< whether m_next means anything
    uint64_t m_next = 0;                   //!< first octet that is missing
    std::map<uint64_t, uint64_t> m_beyond; //!< what came out of order: first, one after the last
};

} // namespace

GoodputBins::GoodputBins(Time bin)
    : m_bin(bin)
{
    if (!bin.IsStrictlyPositive())
    {
        throw std::invalid_argument("found a throughput bin that is not positive");
    }
}

void
GoodputBins::OnReceived(const std::string& flow, Time now, uint64_t bytes)
{
    const size_t index = static_cast<size_t>(now.GetNanoSeconds() / m_bin.GetNanoSeconds());
    std::vector<uint64_t>& bins = m_flows[flow];
    if (bins.size() <= index)
    {
        bins.resize(index + 1);
    }
    bins[index] += bytes;
}

void
GoodputBins::AddDelivered(const PacketLedger& ledger)
{
    const std::vector<std::vector<LedgerId>> arrivals = GetArrivals(ledger);
    for (size_t book = 0; book < arrivals.size(); ++book)
    {
        const FlowInfo& flow = ledger.GetFlows()[book / 2];
        const bool tcp = flow.protocol == 6;
        std::map<uint16_t, StreamTracker> streams; // of each connection
        for (LedgerId id : arrivals[book])
        {
            const LedgerRow& row = ledger.Get(id);
            const uint64_t bytes =
                tcp ? streams[row.port].Receive(row.sequence, row.payload) : row.payload;
            if (bytes != 0)
            {
                OnReceived(flow.name, NanoSeconds(row.endedNs), bytes);
            }
        }
    }
}

void
GoodputBins::OnTimeout(const std::string& flow, Time now)
{
    m_timeouts[flow].push_back(now);
}

Time
GoodputBins::GetBin() const
{
    return m_bin;
}

const std::map<std::string, std::vector<uint64_t>>&
GoodputBins::GetFlows() const
{
    return m_flows;
}

double
GoodputBins::Sum(const std::vector<uint64_t>& bins, int64_t first, int64_t last)
{
    double sum = 0;
    for (int64_t i = first; i < std::min<int64_t>(last, bins.size()); ++i)
    {
        sum += double(bins[i]);
    }
    return sum;
}

std::optional<TcpRecovery>
GoodputBins::Measure(const std::string& flow, Time order, Time stop, Time end) const
{
    const auto found = m_flows.find(flow);
    if (found == m_flows.end())
    {
        return std::nullopt;
    }
    const std::vector<uint64_t>& bins = found->second;
    const int64_t length = m_bin.GetNanoSeconds();
    const auto begin = std::find_if(bins.begin(),
                                    bins.end(),
                                    [](uint64_t b)
                                    {
                                        return b != 0;
                                    });
    const int64_t first = begin - bins.begin();
    const int64_t ordered = order.GetNanoSeconds() / length;
    if (ordered <= first)
    {
        return std::nullopt;
    }
    const double mean = Sum(bins, first, ordered) / double(ordered - first);
    TcpRecovery result;
    result.meanBeforeBps = mean * 8 * 1e9 / double(length);
    const int64_t stopped = (stop.GetNanoSeconds() + length - 1) / length;
    const int64_t last = end.GetNanoSeconds() / length;
    const int64_t second = std::max<int64_t>(1, 1000000000 / length);
    for (int64_t i = stopped; i < last; ++i)
    {
        const double here = Sum(bins, i, i + 1);
        if (i + second <= last && here >= RECOVERED * mean &&
            Sum(bins, i, i + second) >= RECOVERED * mean * double(second))
        {
            result.recovery = NanoSeconds(i * length) - stop;
            break;
        }
        result.dipBytes += std::max(0.0, mean - here);
    }
    const auto timeouts = m_timeouts.find(flow);
    if (timeouts != m_timeouts.end())
    {
        for (const Time& at : timeouts->second)
        {
            result.timeouts += at >= order && at < end;
        }
    }
    return result;
}

} // namespace vmm
} // namespace ns3
