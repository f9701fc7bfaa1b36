// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TRANSFER_BOOK_H
#define VMM_TRANSFER_BOOK_H

#include "ns3/application.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/transfer-event.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace ns3
{
namespace vmm
{

/// One transfer: a row of transfers.csv.
struct Transfer
{
    std::string flow;        //!< as in traffic.csv; the name of the row for all parts together
    uint64_t id = 0;         //!< number in its application, from 1
    bool part = false;       //!< one of those that another transfer is made of
    Time start;              //!< the client connects or asks
    std::optional<Time> end; //!< complete, failed or stopped; none: not yet
    uint64_t bytes = 0;      //!< what was to be transferred
    TransferOutcome outcome = TransferOutcome::UNFINISHED; //!< how it ended

    /// @return from start to end of a completed one
    std::optional<Time> GetCompletionTime() const;
};

/// Completion times over some transfers.
struct CompletionFigures
{
    uint64_t begun = 0;       //!< transfers
    uint64_t completed = 0;   //!< of these
    std::optional<Time> mean; //!< of the completed ones
    std::optional<Time> p50;  //!< nearest rank
    std::optional<Time> p99;  //!< nearest rank
    std::optional<Time> max;  //!< of the completed ones
};

/// Notes the transfers that applications report, in the order in which they begin.
class TransferBook : public Object
{
  public:
    /// @return the type
    static TypeId GetTypeId();

    /**
     * Listens to the traces TransferBegin and TransferEnd.
     * @param application that has them; another is left alone
     * @param names what the transfers of part 0, 1, ... are called in the traces
     */
    void Watch(Ptr<Application> application, const std::vector<std::string>& names);

    /// @return all transfers in the order in which they began
    const std::vector<Transfer>& GetTransfers() const
    {
        return m_transfers;
    }

    /**
     * @param flow name of a flow; empty: all flows, without those that are parts
     * @return the figures
     */
    CompletionFigures Summarize(const std::string& flow = "") const;

  private:
    /// Trace sinks; the second argument is the number of the Watch() call.
    static void Begin(TransferBook* self, uint32_t source, const TransferEvent& event);
    static void End(TransferBook* self, uint32_t source, const TransferEvent& event);

    std::vector<std::vector<std::string>> m_names;                     //!< of each Watch() call
    std::vector<Transfer> m_transfers;                                 //!< so far
    std::map<std::tuple<uint32_t, uint32_t, uint64_t>, size_t> m_open; //!< source, part, id
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TRANSFER_BOOK_H
