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
 * Kinds of records in the stream between two hypervisors. A record is a header of 16 octets, all
 * integers big-endian: type (1), zero (3), round (4), length of the body (8); then the body.
 *
 * The order is fixed: OPEN; any number of PAGES and ROUND_END; DEVICE_STATE; END. The destination
 * sends ROUND_END and END back as it receives them, so that the source knows when a round has
 * really been transferred: its own socket's buffer says too early, and TCP's acknowledgement of the
 * last segment may be delayed by far more than a round takes.
 */
enum class CopyRecordType : uint8_t
{
    OPEN = 1,         //!< body: version 1 (1), epoch (2), move id (4), VM-ID
    PAGES = 2,        //!< body: the pages of a round, each with its header; content is virtual
    ROUND_END = 3,    //!< no body
    DEVICE_STATE = 4, //!< body: registers and devices of the stopped VM; content is virtual
    END = 5           //!< no body; the destination has the whole VM
};

/// A record that has been received whole.
struct CopyRecord
{
    CopyRecordType type{CopyRecordType::OPEN}; //!< what it is
    uint32_t round{0};                         //!< number of the round, from 1
    uint64_t length{0};                        //!< octets of the body
    uint32_t move{0};                          //!< OPEN: id of the move
    uint16_t epoch{0};                         //!< OPEN: epoch that the destination shall have
    std::string vm;                            //!< OPEN: VM-ID
};

/// Octets of a record's header.
constexpr uint32_t COPY_RECORD_HEADER_SIZE = 16;
/// Most octets of the body of OPEN.
constexpr uint32_t COPY_OPEN_MAX_SIZE = 7 + 63;

/**
 * @param record what to write
 * @return the header; for OPEN also the body. The body of other records is sent as virtual payload.
 * @throws std::invalid_argument if the VM-ID of an OPEN is empty or longer than 63 octets
 */
std::vector<uint8_t> EncodeCopyRecord(const CopyRecord& record);

/**
 * @param octets COPY_RECORD_HEADER_SIZE of them, from the destination
 * @return the record that it sends back, ROUND_END or END; none if it is something else
 */
std::optional<CopyRecord> DecodeCopyReply(const uint8_t* octets);

/**
 * Takes the stream apart as it arrives, in pieces of any size. The content of pages is counted and
 * not looked at. Survives any input.
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

  private:
    /// Looks at a whole header. @return whether the record may come here
    bool ReadHeader();
    /// Looks at the whole body of OPEN. @return whether it is right
    bool ReadOpen();

    Handler m_handler;            //!< gets records
    std::vector<uint8_t> m_bytes; //!< real octets of the record under way: header, body of OPEN
    bool m_inBody{false};         //!< the header is complete
    uint64_t m_bodyLeft{0};       //!< octets of the body that have not come yet
    CopyRecord m_record;          //!< the record under way
    CopyRecordType m_last{CopyRecordType::END}; //!< the record before; END at the start
    bool m_opened{false};                       //!< OPEN has been read
    bool m_stopped{false};                      //!< the handler wants no more
    uint64_t m_octets{0};                       //!< all
};

} // namespace vmm
} // namespace ns3

#endif // VMM_COPY_RECORD_H
