// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MOVE_REPORT_H
#define VMM_MOVE_REPORT_H

#include "ns3/migration-timeline.h"
#include "ns3/packet-ledger.h"
#include "ns3/path-stretch.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What one move did to one direction of one flow: a row of move_flows.csv.
struct MoveFlowReport
{
    uint32_t book = 0;                     //!< 2 x flow + direction
    std::optional<uint32_t> turningPoint;  //!< ns-3 node id; none: not redirected
    uint64_t sent = 0;                     //!< in the window
    uint64_t delivered = 0;                //!< of these
    uint64_t lost = 0;                     //!< of these
    std::optional<Time> outage;            //!< of a fixed-period flow
    bool censored = false;                 //!< nothing arrived after the stop
    std::optional<Time> gapBegin;          //!< arrival before the longest gap
    std::optional<Time> gapEnd;            //!< arrival after it
    bool gapFromStop = false;              //!< it began with the stop, not with a loss before
    std::optional<Time> longestStall;      //!< of any other flow
    std::optional<uint32_t> hopsBefore;    //!< links of the last packet sent before the stop
    std::optional<uint32_t> hopsTriangle;  //!< most links of a triangle packet
    std::optional<uint32_t> hopsAfter;     //!< links of the last packet in the window
    std::optional<double> maxHopStretch;   //!< of packets sent after the resume
    std::optional<double> maxDelayStretch; //!< of packets sent after the resume
    uint64_t trianglePackets = 0;          //!< sent after the resume, more links than the least
    uint64_t triangleBytes = 0;            //!< octets of them
    std::optional<Time> triangleFirst;     //!< when the first of them was sent
    std::optional<Time> triangleLast;      //!< when the last of them was sent
    uint64_t viaSourcePackets = 0;         //!< sent after the resume, crossed the source NVE
    std::optional<Time> lastBad;           //!< when the last packet was sent that fared badly
    std::optional<Time> dataConverged;     //!< first send time after that; the flow's own
    std::optional<bool> survived;          //!< something sent after the resume was delivered
    std::optional<Time> firstArrival;      //!< first delivery of what was not there before
};

/// What one move did: a row of migrations.csv together with its MoveHistory.
struct MoveReport
{
    size_t move = 0;                       //!< index in the timeline
    std::vector<MoveFlowReport> flows;     //!< the VM's flows with packets or outage in the window
    std::optional<Time> outage;            //!< the largest of the flows'
    bool censored = false;                 //!< that flow's
    std::optional<Time> firstPacket;       //!< first arrival of any flow at the VM's new place
    std::optional<Time> detect;            //!< resume to registration sent
    std::optional<Time> registerDelay;     //!< to the management node's update
    std::optional<Time> inform;            //!< to the request at the turning point
    std::optional<Time> install;           //!< to the route in place there
    std::optional<Time> propagate;         //!< to the flow's first arrival
    std::optional<Time> alignment;         //!< outage - downtime - the five parts
    uint64_t lost = 0;                     //!< all flows
    uint64_t trianglePackets = 0;          //!< all flows
    uint64_t viaSourcePackets = 0;         //!< all flows
    std::optional<Time> triangle;          //!< first to last triangle packet of all flows
    std::optional<double> maxHopStretch;   //!< of all flows
    std::optional<double> maxDelayStretch; //!< of all flows
    std::optional<Time> dataConverged;     //!< first send time after the last bad packet of all
};

/**
 * Puts the books and the timeline together after a run: outage and its split, triangles, stretch
 * and data convergence of every move.
 *
 * Interpretations. A flow is a move's if the VM is one of its ends. The tail of an outage that
 * never ends is measured up to the end of the window or the planned end of the flow's source,
 * whichever is first. A lost packet stands against data convergence if its cause has to do with
 * where the VM is; a full queue does not. The turning point is the last node that the last packet
 * before the stop and the first one after the resume have in common, going from the sender. A point
 * of the split that is not known is left empty and its share goes to the next one that is. The
 * parts add up to the time from the resume to the first arrival of the flow with the largest
 * outage; the alignment is what is left of outage - downtime: between minus one period and 0 as
 * long as packets arrive at their period, it says where in the period the stop was. There is a
 * split only if the longest gap of that flow begins with the stop (the packet after the last one
 * that arrived was sent after it or still on its way) and ends with the first arrival after the
 * resume. A packet whose sender or receiver is at the source NVE is not via it.
 */
class MoveAnalysis
{
  public:
    /**
     * @param ledger the books; must outlive this
     * @param timeline the moves; must outlive this
     * @param stretch weighs paths; must outlive this
     * @param vmNodes ns-3 node id of each VM by its name
     * @param end of the run
     */
    MoveAnalysis(const PacketLedger& ledger,
                 const MigrationTimeline& timeline,
                 PathStretch& stretch,
                 const std::map<std::string, uint32_t>& vmNodes,
                 Time end);

    /// @return a report of every move, in order
    std::vector<MoveReport> Run();

  private:
    /// @return the report of one move
    MoveReport Report(size_t index);
    /// @return the report of one book in one move
    MoveFlowReport ReportFlow(const MoveHistory& move, uint32_t book);
    /// Fills in the counts of a packet that was sent in the window.
    void Count(const MoveHistory& move, const LedgerRow& row, MoveFlowReport& report);
    /// @return whether the book's next packet after id had not ended by then
    bool IsNextUnderWay(uint32_t book, LedgerId id, Time at) const;
    /// Fills in outage or longest stall.
    void MeasureGaps(const MoveHistory& move, MoveFlowReport& report) const;
    /// Fills in hops before, turning point and first arrival.
    void CompareWays(const MoveHistory& move, MoveFlowReport& report);
    /// Fills in data convergence of one flow.
    void FindConvergence(const MoveHistory& move, MoveFlowReport& report);
    /// @return whether a packet crossed the source NVE, which neither of its ends is at
    bool IsViaSource(const MoveHistory& move, const LedgerRow& row) const;
    /// Fills in data convergence and the first arrival over all flows.
    void Combine(const MoveHistory& move, MoveReport& report) const;
    /// Fills in the five parts and the alignment for the flow with the largest outage.
    void Split(const MoveHistory& move, const MoveFlowReport& flow, MoveReport& report) const;
    /// @return the ids of a book that were sent in [from, to)
    std::pair<size_t, size_t> SentWithin(uint32_t book, Time from, Time to) const;

    const PacketLedger& m_ledger;                  //!< the books
    const MigrationTimeline& m_timeline;           //!< the moves
    PathStretch& m_stretch;                        //!< weighs paths
    std::map<std::string, uint32_t> m_vmNodes;     //!< by name
    Time m_end;                                    //!< of the run
    std::vector<std::vector<LedgerId>> m_sent;     //!< ids of each book in order of sending
    std::vector<std::vector<LedgerId>> m_arrivals; //!< ids of each book in order of arrival
};

} // namespace vmm
} // namespace ns3

#endif // VMM_MOVE_REPORT_H
