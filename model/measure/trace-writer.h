// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TRACE_WRITER_H
#define VMM_TRACE_WRITER_H

#include "ns3/run-results.h"

#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Writes what a run measured as CSV files (RFC 4180) into a folder. Times are seconds with 9
 * decimals, sizes octets, an empty field did not happen. The files depend on the simulation alone:
 * the same seed gives the same octets.
 *
 *     TraceWriter writer(folder, results);
 *     writer.WriteAll();
 *     writer.WritePackets();   // on request: one row per datagram
 */
class TraceWriter
{
  public:
    /**
     * @param folder that exists
     * @param results of a run; must outlive this
     */
    TraceWriter(const std::string& folder, const RunResults& results);

    /**
     * Writes every file but packets.csv.
     * @throws std::runtime_error if a file cannot be written
     */
    void WriteAll() const;
    /// Writes summary.csv.
    void WriteSummary() const;
    /// Writes migrations.csv.
    void WriteMigrations() const;
    /// Writes move_flows.csv.
    void WriteMoveFlows() const;
    /// Writes flows.csv.
    void WriteFlows() const;
    /// Writes losses.csv, in order of time, then id.
    void WriteLosses() const;
    /// Writes stretch.csv.
    void WriteStretch() const;
    /// Writes rounds.csv.
    void WriteRounds() const;
    /// Writes routes.csv.
    void WriteRoutes() const;
    /// Writes messages.csv.
    void WriteMessages() const;
    /// Writes throughput.csv.
    void WriteThroughput() const;
    /// Writes tcp.csv: what each move did to the goodput of the VM's TCP flows.
    void WriteTcp() const;
    /**
     * Writes transfers.csv: requests, flows of a size, and the answers to an incast's question,
     * these also all together under the name of its row.
     */
    void WriteTransfers() const;
    /// Writes state.csv: host routes by node.
    void WriteState() const;
    /// Writes operations.csv: what the VM Manager was ordered to do with many VMs.
    void WriteOperations() const;
    /// Writes placements.csv: which servers were asked to take new VMs, and their answers.
    void WritePlacements() const;
    /// Writes packets.csv: one row per datagram, with its path.
    void WritePackets() const;

  private:
    /// @return the path of a file in the folder
    std::string At(const std::string& name) const;
    /// @return the name of a node
    std::string NameOf(uint32_t node) const;

    std::string m_folder;        //!< where
    const RunResults& m_results; //!< what
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TRACE_WRITER_H
