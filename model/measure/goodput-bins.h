// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GOODPUT_BINS_H
#define VMM_GOODPUT_BINS_H

#include "ns3/nstime.h"
#include "ns3/packet-ledger.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What a move did to the goodput of a TCP flow: a row of tcp.csv.
struct TcpRecovery
{
    double meanBeforeBps = 0;     //!< goodput from its first octet to the order, bit/s
    double dipBytes = 0;          //!< octets missing against that mean, from the stop on
    std::optional<Time> recovery; //!< from the stop until goodput is back
    uint64_t timeouts = 0;        //!< retransmission timeouts in the window
};

/**
 * Octets that applications received or could have, in bins of fixed length, and retransmission
 * timeouts.
 */
class GoodputBins
{
  public:
    /**
     * @param bin length of a bin
     * @throws std::invalid_argument unless bin is positive
     */
    explicit GoodputBins(Time bin = MilliSeconds(10));

    /**
     * Adds what every flow of a ledger delivered, both directions together, without depending on
     * the application: of TCP the octets that became contiguous with a delivery, which is what the
     * receiver can read; of any other protocol the payload of each datagram.
     * @param ledger the books after the run
     */
    void AddDelivered(const PacketLedger& ledger);
    /// @param flow its name @param now when @param bytes handed to the receiving application
    void OnReceived(const std::string& flow, Time now, uint64_t bytes);
    /// @param flow its name @param now when a retransmission timeout of its sender expired
    void OnTimeout(const std::string& flow, Time now);

    /// @return length of a bin
    Time GetBin() const;
    /// @return octets per bin from time 0 on, by flow
    const std::map<std::string, std::vector<uint64_t>>& GetFlows() const;
    /**
     * Recovery is the start of the first bin at or after the stop that has at least 90 % of the
     * mean before the move, and begins a second in which the mean is at least that, too.
     * @param flow its name
     * @param order when the move was ordered
     * @param stop when the VM stopped
     * @param end of the window, or of the flow's source
     * @return the figures; none if the flow had no goodput before the order
     */
    std::optional<TcpRecovery>
    Measure(const std::string& flow, Time order, Time stop, Time end) const;

  private:
    /// @return octets in bins [first, last)
    static double Sum(const std::vector<uint64_t>& bins, int64_t first, int64_t last);

    Time m_bin;                                           //!< length of a bin
    std::map<std::string, std::vector<uint64_t>> m_flows; //!< octets
    std::map<std::string, std::vector<Time>> m_timeouts;  //!< of each flow, in order
};

} // namespace vmm
} // namespace ns3

#endif // VMM_GOODPUT_BINS_H
