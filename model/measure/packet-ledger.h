// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_PACKET_LEDGER_H
#define VMM_PACKET_LEDGER_H

#include "ns3/drop-cause.h"
#include "ns3/flow-book.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/path-table.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3
{
namespace vmm
{

/// The ledger's number of a datagram: 1, 2, ... in order of sending; 0 is none.
using LedgerId = uint32_t;

/// How far a datagram has come.
enum class LedgerState : uint8_t
{
    OPEN,       //!< sent, not ended
    DELIVERED,  //!< handed up at the receiver's IP layer
    LOST,       //!< with one cause
    SUPPRESSED, //!< emitted by a guest that does not run
    IN_FLIGHT,  //!< open, and found in a queue, buffer or channel at the end
    UNACCOUNTED //!< open, and found nowhere at the end
};

/**
 * @param state a state
 * @return its name in the traces, for instance "in-flight"
 */
const char* LedgerStateName(LedgerState state);

/// One datagram.
struct LedgerRow
{
    int64_t sentNs = 0;                    //!< when it left the sender's IP layer, ns
    int64_t endedNs = -1;                  //!< when it was delivered, lost or suppressed; -1: not
    PathId path = 0;                       //!< the nodes it has been at, the sender first
    uint32_t book = 0;                     //!< 2 x flow + direction
    uint32_t sequence = 0;                 //!< TCP sequence number; 0 for any other protocol
    uint32_t node = 0;                     //!< ns-3 node id where it ended
    uint16_t size = 0;                     //!< octets, IP header included, as it left the sender
    uint16_t payload = 0;                  //!< octets of it behind the transport header
    uint16_t wires = 0;                    //!< transmissions of it, or of fragments, under way
    uint16_t port = 0;                     //!< of the flow's sender: which of its connections
    LedgerState state = LedgerState::OPEN; //!< how far it has come
    DropCause cause = DropCause::OTHER;    //!< of a lost one
};

/**
 * The books of every traced flow. An entry is one IP datagram as it leaves its sender's IP layer;
 * it ends as delivered, as lost with exactly one cause, or it is found somewhere at the end
 * (InFlightCensus). A TCP retransmission is an entry of its own. This class only keeps the books;
 * LedgerTap feeds it from ns-3's trace sources.
 *
 *     Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
 *     ledger->AddFlow(info);
 *     LedgerTap::Watch(ledger, node);                 // every node
 *     Simulator::Run();
 *     InFlightCensus(ledger).Run();
 *     std::vector<std::string> violations = CheckConservation(*ledger);
 */
class PacketLedger : public Object
{
  public:
    /// Stands for "no book" in Classify.
    static constexpr uint32_t NO_BOOK = UINT32_MAX;

    /// @return the type
    static TypeId GetTypeId();
    PacketLedger();
    ~PacketLedger() override;

    /**
     * @param flow a flow; both directions get books
     * @return its index, 0 for the first one
     * @throws std::invalid_argument if a flow of that name exists
     */
    uint32_t AddFlow(const FlowInfo& flow);

    /// @return the flows in order of registration
    const std::vector<FlowInfo>& GetFlows() const;
    /// @return the books: 2 x flow + direction
    const std::vector<FlowBook>& GetBooks() const;
    /**
     * @param flow index of a flow
     * @param direction which direction
     * @return its index in GetBooks()
     */
    static uint32_t GetBookIndex(uint32_t flow, FlowDirection direction);

    /**
     * @param node ns-3 node id
     * @return whether a flow in either direction starts there
     */
    bool HasSender(uint32_t node) const;
    /**
     * @param node ns-3 node id of the sender
     * @param key the datagram's addresses, protocol and ports
     * @return its book, NO_BOOK if the datagram is of no registered flow
     */
    uint32_t Classify(uint32_t node, const DatagramKey& key);
    /**
     * @param book index of a book
     * @return the ns-3 node id at which its datagrams are delivered
     */
    uint32_t GetReceiver(uint32_t book) const;

    /**
     * Begins an entry.
     * @param book index of its book
     * @param node ns-3 node id of the sender
     * @param now the time
     * @param size octets, IP header included
     * @param sequence TCP sequence number or 0
     * @param payload octets behind the transport header
     * @param port of the flow's sender, which tells a flow's connections apart
     * @return the id that travels with it
     */
    LedgerId Open(uint32_t book,
                  uint32_t node,
                  Time now,
                  uint32_t size,
                  uint32_t sequence,
                  uint32_t payload = 0,
                  uint16_t port = 0);
    /**
     * The datagram is at a further node. No effect on one that has ended.
     * @param id the datagram
     * @param node ns-3 node id
     */
    void Visit(LedgerId id, uint32_t node);
    /**
     * The datagram was put into another at node.
     * @param id the datagram
     * @param node ns-3 node id
     * @param bytes octets of the outer header
     */
    void Encapsulate(LedgerId id, uint32_t node, uint32_t bytes);
    /// A transmission of id, or of a fragment of it, has begun. @param id the datagram
    void BeginWire(LedgerId id);
    /// A transmission of id, or of a fragment of it, has ended. @param id the datagram
    void EndWire(LedgerId id);
    /**
     * Ends an entry as delivered; a second delivery counts as a duplicate. A delivery undoes a
     * loss: it was a copy that was lost.
     * @param id the datagram
     * @param node ns-3 node id
     * @param now the time
     */
    void Deliver(LedgerId id, uint32_t node, Time now);
    /**
     * Ends an entry as lost. No effect on one that has ended: the first lost fragment counts.
     * @param id the datagram
     * @param cause why
     * @param node ns-3 node id
     * @param now the time
     */
    void Lose(LedgerId id, DropCause cause, uint32_t node, Time now);
    /**
     * The datagram was emitted by a guest that does not run: neither sent nor lost.
     * @param id the datagram
     * @param node ns-3 node id
     * @param now the time
     */
    void Suppress(LedgerId id, uint32_t node, Time now);
    /// A broadcast or multicast datagram was sent: outside the books, counted apart.
    void NoteGroup();
    /**
     * Settles an open entry at the end of the run; may be repeated by a later census.
     * @param id the datagram
     * @param found whether it is in a named queue, buffer or channel
     */
    void Settle(LedgerId id, bool found);

    /**
     * @param id the datagram
     * @return whether id is of this ledger
     */
    bool IsKnown(LedgerId id) const;
    /**
     * @param id the datagram
     * @return whether it has not ended; false for an id that is not of this ledger
     */
    bool IsOpen(LedgerId id) const;
    /**
     * @param id the datagram; precondition IsKnown(id)
     * @return its row
     */
    const LedgerRow& Get(LedgerId id) const;
    /// @return the highest id given; the ids are 1 to this one
    LedgerId GetLastId() const;
    /// @return the paths that rows point to
    const PathTable& GetPaths() const;
    /// @return broadcast and multicast datagrams sent by any node that is listened to
    uint64_t GetGroupPackets() const;
    /// @return octets of outer headers put on traced datagrams
    uint64_t GetHeaderBytes() const;

    /**
     * Signature of "Started".
     * @param book index of the book whose first datagram was sent
     */
    typedef void (*StartedTracedCallback)(uint32_t book);
    /**
     * Signature of "Delivered" and "Lost".
     * @param id the datagram
     * @param row its row
     */
    typedef void (*EndedTracedCallback)(LedgerId id, const LedgerRow& row);

  private:
    /// Hash functor of the classification cache, which is only searched.
    struct KeyHash
    {
        /// @return key.Hash()
        size_t operator()(const DatagramKey& key) const
        {
            return key.Hash();
        }
    };

    /// What is known of a sending node.
    struct Sender
    {
        std::vector<uint32_t> books;                                //!< that start here
        std::unordered_map<DatagramKey, uint32_t, KeyHash> decided; //!< book of a key seen before
    };

    static constexpr uint32_t CHUNK_BITS = 12; //!< rows are allocated 4096 at a time

    /// @return the row of id
    LedgerRow& Row(LedgerId id);

    std::vector<FlowInfo> m_flows;                    //!< by index
    std::vector<FlowBook> m_books;                    //!< 2 x flow + direction
    std::vector<std::unique_ptr<Sender>> m_senders;   //!< by node id; null: no flow starts there
    std::vector<std::unique_ptr<LedgerRow[]>> m_rows; //!< chunks
    LedgerId m_lastId;                                //!< highest id given
    PathTable m_paths;                                //!< interned paths
    uint64_t m_groupPackets;                          //!< outside the books
    uint64_t m_headerBytes;                           //!< octets of outer headers
    TracedCallback<uint32_t> m_started;               //!< trace "Started"
    TracedCallback<LedgerId, const LedgerRow&> m_delivered; //!< trace "Delivered"
    TracedCallback<LedgerId, const LedgerRow&> m_lost;      //!< trace "Lost"
};

/**
 * @param ledger the books after the run, with or without a census
 * @return one line for each flow and direction whose books do not balance: sent must equal
 *         delivered + lost by cause + in flight, the totals must equal the rows, and nothing may be
 *         unaccounted; empty if all is well
 */
std::vector<std::string> CheckConservation(const PacketLedger& ledger);

} // namespace vmm
} // namespace ns3

#endif // VMM_PACKET_LEDGER_H
