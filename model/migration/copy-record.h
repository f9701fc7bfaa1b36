// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_COPY_RECORD_H
#define VMM_COPY_RECORD_H

#include "ns3/packet.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Kinds of records in the streams between two hypervisors. A record is a header of 16 octets, all
 * integers big-endian: type (1), flags (1), zero (2), round (4), length of the body (8); then the
 * body. Flag 0x01: the body does not come in this stream, a fluid transfer carries it.
 *
 * A copy has one or more streams, which are TCP connections; each begins with OPEN and ends with
 * END. The bodies of PAGES, STORAGE and PUSH may be spread over them; ROUND_END comes on each; all
 * else comes on stream 0 alone. Stream COPY_FAULT_STREAM carries FAULT and FAULT_PAGE and nothing
 * else, so that a page that the VM waits for does not queue behind the others.
 *
 * The destination sends ROUND_END and END back as it receives them, so that the source knows when a
 * round has really been transferred: its own socket's buffer says too early, and TCP's
 * acknowledgement of the last segment may be delayed by far more than a round takes.
 *
 *     pre-copy    OPEN (STORAGE ROUND_END)? (PAGES STORAGE? ROUND_END)* DEVICE_STATE END
 *     checkpoint  OPEN ... (PAGES STORAGE? DEVICE_STATE CHECKPOINT ROUND_END PAUSE)* ... END
 *     post-copy   OPEN ... MISSING? DEVICE_STATE HANDOVER PUSH* END, and FAULT_PAGE for each FAULT
 */
enum class CopyRecordType : uint8_t
{
    OPEN = 1,         //!< body: version 2 (1), epoch (2), move id (4), stream (1), streams (1),
                      //!< VM-ID
    PAGES = 2,        //!< body: pages, each with its header; content is virtual
    ROUND_END = 3,    //!< no body
    DEVICE_STATE = 4, //!< body: registers and devices of the VM; content is virtual. round 0: none,
                      //!< that of the last checkpoint counts
    END = 5,          //!< no body; the destination has the whole VM
    STORAGE = 6,      //!< body: blocks of the VM's disk; content is virtual
    CHECKPOINT = 7,   //!< body: time of the VM's own clock, ns (8): what has come so far on all
                      //!< streams is the VM as it was then
    PAUSE = 8,        //!< no body; the next round begins in so many ms as round says
    HANDOVER = 9,     //!< body: pages that are missing (8), octets of a page with its header (4):
                      //!< the VM may run at the destination
    FAULT = 10,       //!< destination to source, no body: the VM waits for a page; round: number of
                      //!< the fault
    FAULT_PAGE = 11,  //!< body: that page, empty if it is on its way already; content is virtual
    MISSING = 12,     //!< body: bitmap of the pages that are missing; content is virtual
    PUSH = 13         //!< body: pages that were missing; content is virtual
};

/// A record that has been received whole.
struct CopyRecord
{
    CopyRecordType type{CopyRecordType::OPEN}; //!< what it is
    uint32_t round{0};                         //!< number of the round, from 1; see above
    uint64_t length{0};                        //!< octets of the body
    bool elsewhere{false};                     //!< the body does not come in this stream
    uint32_t move{0};                          //!< OPEN: id of the move
    uint16_t epoch{0};                         //!< OPEN: epoch that the destination shall have
    uint8_t stream{0};                         //!< OPEN: which of the copy's streams
    uint8_t streams{1};                        //!< OPEN: how many, COPY_FAULT_STREAM not counted
    int64_t time{0};                           //!< CHECKPOINT: ns of the VM's clock
    uint64_t missing{0};                       //!< HANDOVER: pages
    uint32_t pageSize{0};                      //!< HANDOVER: octets of a page with its header
    std::string vm;                            //!< OPEN: VM-ID
};

/// Octets of a record's header.
constexpr uint32_t COPY_RECORD_HEADER_SIZE = 16;
/// Most octets of the body of OPEN.
constexpr uint32_t COPY_OPEN_MAX_SIZE = 9 + 63;
/// Number of the stream for pages that the VM waits for.
constexpr uint8_t COPY_FAULT_STREAM = 255;
/// Most streams for all else.
constexpr uint8_t COPY_MAX_STREAMS = 64;

/// @param type a type @return whether the body of such a record is virtual payload
bool HasVirtualBody(CopyRecordType type);

/**
 * @param record what to write
 * @return the header; for OPEN, CHECKPOINT and HANDOVER also the body. The body of other records is
 * sent as virtual payload.
 * @throws std::invalid_argument if the VM-ID of an OPEN is empty or longer than 63 octets
 */
std::vector<uint8_t> EncodeCopyRecord(const CopyRecord& record);

/**
 * @param octets COPY_RECORD_HEADER_SIZE of them, from the destination
 * @return the record that it sends: ROUND_END, END or FAULT; none if it is something else
 */
std::optional<CopyRecord> DecodeCopyReply(const uint8_t* octets);

/**
 * Takes one stream apart as it arrives, in pieces of any size. Virtual bodies are counted and not
 * looked at. Survives any input.
 */
class CopyRecordReader
{
  public:
    /// Gets each record when its last octet has arrived. @return whether to go on reading
    using Handler = std::function<bool(const CopyRecord& record)>;

    /// @param handler gets the records
    explicit CopyRecordReader(Handler handler);

    /**
     * @param packet the next octets of the stream
     * @return false if this is no such stream: a wrong type, length or order, or octets after END.
     * The reader must not be used any more then. True also if the handler stopped the reading.
     */
    bool Read(Ptr<const Packet> packet);

    /// @return whether the handler has stopped the reading
    bool HasStopped() const;
    /// @return octets read, headers included
    uint64_t GetOctets() const;
    /// @return whether a body that comes in this stream is not there yet, or nothing has come
    bool IsWithinRecord() const;

  private:
    /// Looks at a whole header. @return whether the record may come here
    bool ReadHeader();
    /// @return whether a record of this type may follow the one before, in this stream
    bool MayFollow(CopyRecordType type) const;
    /// Looks at a real body that is whole. @return whether it is right
    bool ReadBody();
    /// @return whether what is read now is real octets
    bool IsReal() const;

    Handler m_handler;            //!< gets records
    std::vector<uint8_t> m_bytes; //!< real octets of the record under way: header, real body
    bool m_inBody{false};         //!< the header is complete
    uint64_t m_bodyLeft{0};       //!< octets of the body that have not come yet
    CopyRecord m_record;          //!< the record under way
    bool m_opened{false};         //!< OPEN has been read
    bool m_ended{false};          //!< END has been read
    bool m_handedOver{false};     //!< HANDOVER has been read
    CopyRecordType m_last{CopyRecordType::OPEN}; //!< the record before
    uint8_t m_stream{0};                         //!< as OPEN says
    bool m_stopped{false};                       //!< the handler wants no more
    uint64_t m_octets{0};                        //!< all
};

} // namespace vmm
} // namespace ns3

#endif // VMM_COPY_RECORD_H
