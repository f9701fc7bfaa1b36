// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_COPY_RECEIVER_H
#define VMM_COPY_RECEIVER_H

#include "ns3/copy-record.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/socket.h"

#include <functional>
#include <optional>
#include <string>

namespace ns3
{
namespace vmm
{

/**
 * Reads the records of one accepted copy connection and sends ROUND_END and END back. A connection
 * that ends before END, carries something else, or brings nothing for the stall timeout is lost:
 * told once, then closed. It may bring nothing for a pause that the source has announced, while a
 * body comes by another way, when it waits for other streams at the end of a round, and if it is
 * for faults. A record whose body comes by another way is handed on when the next one comes: by
 * then the body is here (see CopyTransfer::CarriesVirtualOctets).
 */
class CopyReceiver : public Object
{
  public:
    /// Gets each record. @return whether to go on; if not, the connection is closed
    using RecordCallback = std::function<bool(CopyReceiver& receiver, const CopyRecord& record)>;
    /// Told once why the connection was lost; not after END and not after Close()
    using LostCallback = std::function<void(CopyReceiver& receiver, const std::string& reason)>;

    /// @return the type of this class
    static TypeId GetTypeId();

    CopyReceiver();
    ~CopyReceiver() override;

    /**
     * @param socket an accepted connection
     * @param stallTimeout how long it may bring nothing
     * @param record gets records
     * @param lost told of a loss
     */
    void Start(Ptr<Socket> socket, Time stallTimeout, RecordCallback record, LostCallback lost);

    /**
     * Asks the source for a page.
     * @param fault number of the fault
     */
    void SendFault(uint32_t fault);

    /// Ends the connection. No callback comes.
    void Close();
    /// Ends as a crashed host does: the peer is not told.
    void Abandon();

    /// @param move id of the move that the connection belongs to
    void SetMove(uint32_t move);
    /// @return id of the move that the connection belongs to, 0 before OPEN
    uint32_t GetMove() const;
    /// @return whether the connection has ended
    bool IsClosed() const;

  protected:
    void DoDispose() override;

  private:
    /// Data has arrived.
    void Readable(Ptr<Socket> socket);
    /// The peer has closed.
    void PeerClosed(Ptr<Socket> socket);
    /// The connection was reset or given up.
    void PeerFailed(Ptr<Socket> socket);
    /// Looks whether the connection has stalled.
    void CheckStall();
    /// Notes for how long nothing need come after a record.
    void SetPatience(const CopyRecord& record);
    /// Sends a record without body.
    void Reply(const CopyRecord& record);
    /// Hands a record on. @return whether to go on
    bool HandleRecord(const CopyRecord& record);
    /// Ends, and tells if END has not come.
    void Lose(const std::string& reason);
    /// Forgets the socket. @param silent without closing it
    void Release(bool silent);

    Ptr<Socket> m_socket;             //!< the connection
    CopyRecordReader m_reader;        //!< takes it apart
    RecordCallback m_record;          //!< gets records
    LostCallback m_lost;              //!< told of a loss
    Time m_stallTimeout;              //!< see Start
    Time m_lastData;                  //!< when something came
    Time m_pause;                     //!< that the source has announced
    bool m_endless{false};            //!< nothing need come by this stream for any time
    bool m_faults{false};             //!< this is the fault stream
    bool m_oneOfMany{false};          //!< the copy has several streams
    std::optional<CopyRecord> m_held; //!< its body comes by another way and may not be here yet
    EventId m_timer;                  //!< stall
    uint32_t m_move{0};               //!< see SetMove
    bool m_ended{false};              //!< END has come
};

} // namespace vmm
} // namespace ns3

#endif // VMM_COPY_RECEIVER_H
