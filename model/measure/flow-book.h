// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLOW_BOOK_H
#define VMM_FLOW_BOOK_H

#include "ns3/drop-cause.h"
#include "ns3/nstime.h"
#include "ns3/vmm-ip-address.h"

#include <array>
#include <cstdint>
#include <string>

namespace ns3
{
namespace vmm
{

/// The two directions of a flow, each with books of its own.
enum class FlowDirection : uint8_t
{
    FORWARD, //!< from the flow's sender to its receiver
    REVERSE  //!< acknowledgements and responses
};

/**
 * @param direction a direction
 * @return "forward" or "reverse"
 */
const char* FlowDirectionName(FlowDirection direction);

/**
 * @param book index of a book of the ledger: those of a flow are beside each other
 * @return the name of its direction
 */
const char* BookDirectionName(uint32_t book);

/// What the measurement has to know of a flow.
struct FlowInfo
{
    std::string name;            //!< as in traffic.csv
    std::string from;            //!< the sender's name
    std::string to;              //!< the receiver's name
    std::string application;     //!< for instance "udp-probe"
    uint32_t fromNode = 0;       //!< ns-3 node id of the sender
    uint32_t toNode = 0;         //!< ns-3 node id of the receiver
    IpAddressList fromAddresses; //!< the sender's addresses; empty: any
    IpAddressList toAddresses;   //!< the receiver's addresses; empty: any
    uint8_t protocol = 0;        //!< IP protocol number; 0: any
    uint16_t fromPort = 0;       //!< the sender's port; 0: any, of any number of connections
    uint16_t toPort = 0;         //!< the receiver's port; 0: any
    Time period;                 //!< of a fixed-period flow's forward direction; 0 for any other
    Time stop;                   //!< when its source is planned to stop; 0: at the end of the run
};

/// Sender, receiver, protocol and ports of one datagram.
struct DatagramKey
{
    IpAddress source;             //!< IP source
    IpAddress destination;        //!< IP destination
    uint16_t sourcePort = 0;      //!< UDP or TCP source port
    uint16_t destinationPort = 0; //!< UDP or TCP destination port
    uint8_t protocol = 0;         //!< IP protocol number

    /// @return whether all five are equal
    bool operator==(const DatagramKey& other) const;
    /// @return a hash that is the same in every run
    size_t Hash() const;
};

/**
 * @param flow a flow
 * @param direction which of its directions
 * @param key a datagram
 * @return whether the datagram belongs to that direction of the flow
 */
bool Matches(const FlowInfo& flow, FlowDirection direction, const DatagramKey& key);

/// The running totals of one direction of a flow, in datagrams unless said otherwise.
struct FlowBook
{
    uint64_t sent = 0;                                //!< left the sender's IP layer
    uint64_t sentBytes = 0;                           //!< octets of them
    uint64_t delivered = 0;                           //!< handed up at the receiver's IP layer
    uint64_t deliveredBytes = 0;                      //!< octets of them
    std::array<uint64_t, DROP_CAUSE_COUNT> lost = {}; //!< by cause
    uint64_t suppressed = 0;  //!< emitted by a guest that does not run; not among sent
    uint64_t inFlight = 0;    //!< found in a queue, buffer or channel by the last census
    uint64_t unaccounted = 0; //!< open and found nowhere by the last census
    uint64_t duplicated = 0;  //!< deliveries of an id that was delivered before
    uint64_t reordered = 0;   //!< arrived after a later one (RFC 4737 section 3.3)
    uint32_t lastInOrder = 0; //!< highest id delivered

    /// @return datagrams lost from whatever cause
    uint64_t GetLost() const;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FLOW_BOOK_H
