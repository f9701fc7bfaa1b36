// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLUID_TRANSFER_H
#define VMM_FLUID_TRANSFER_H

#include "ns3/copy-transfer.h"
#include "ns3/data-rate.h"
#include "ns3/event-id.h"
#include "ns3/fluid-flow.h"
#include "ns3/nstime.h"

#include <deque>
#include <limits>
#include <string>
#include <vector>

namespace ns3
{

class Socket;

namespace vmm
{

class FluidNetwork;
class TcpTransfer;

/**
 * A copy whose pages are a flow in FluidNetwork, so that a VM of any size costs a few events a
 * round. Real octets (record headers, what the destination answers) go over an ns-3 TCP connection
 * as in TcpTransfer, packet by packet, and a connection that is lost is noticed by it.
 *
 * Order. Real octets that were queued behind virtual ones are handed to TCP when the last virtual
 * one has left and a full frame has had the time to be stored and forwarded: the path's propagation
 * delay they then take themselves. So they arrive when they would in one stream.
 *
 * Rate. The least of: what the network gives, in proportion to Streams; the limit given with the
 * octets; RateCap; what the windows of so many TCP connections allow. A connection begins with
 * TCP's initial window, which grows once a round trip (slow start), and then has the smaller one of
 * SendBuffer and the peer's window.
 *
 * A path that holds more than the windows gets them in bursts, one each round trip: a body that
 * fits into a window goes at once, a larger one takes as many round trips as further windows, and
 * the rate is set so that it takes that time in all. After the first burst a window is refilled but
 * for a piece: TcpTransfer writes whole pieces, and the acknowledgements, for two segments each, do
 * not fall on the end of one.
 *
 * What is waited for: as in TcpTransfer, whose attributes ConnectTimeout, StallTimeout, SendBuffer
 * and ChunkSize hold here too. A flow whose rate is 0, or lets no segment through in StallTimeout,
 * waits; when it has waited for StallTimeout, the transfer has failed.
 */
class FluidTransfer : public CopyTransfer
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    FluidTransfer();
    ~FluidTransfer() override;

    void Connect(Ptr<Node> node, const IpAddress& remote, uint16_t port) override;
    void Send(const std::vector<uint8_t>& real, uint64_t virtualOctets, uint64_t rate) override;
    void ExpectReply(bool due) override;
    void Close() override;
    void Abandon() override;

    /// @return false
    bool CarriesVirtualOctets() const override;
    bool IsWritten() const override;
    uint64_t GetWireOctets() const override;
    uint64_t GetSentVirtualOctets() const override;
    /// @return the flow; null before Connect() and after the end
    Ptr<const FluidFlow> GetFlow() const;
    /// @return octets of content per octet on the wire; 0 before Connect()
    double GetEfficiency() const;

  protected:
    void DoDispose() override;

  private:
    /// Something that waits.
    struct Item
    {
        std::vector<uint8_t> real; //!< octets with content, first
        uint64_t virtualOctets{0}; //!< then these
        uint64_t rate{0};          //!< limit in bit/s
    };

    /// A body on a path that holds more than a window.
    struct Bursts
    {
        Time begin;        //!< of the last burst
        double last{0};    //!< octets in the last burst
        double seconds{0}; //!< in all; 0: the window does not matter

        /// @param octets of the body @return its mean rate in bit/s; infinite if not limited
        double GetRate(double octets) const
        {
            return seconds > 0 ? octets * 8 / seconds : std::numeric_limits<double>::infinity();
        }
    };

    /// Makes the flow of the connection that is being made. @param remote the peer @param port its
    void OpenFlow(const IpAddress& remote, uint16_t port);
    /// Hands on what may go now.
    void Pump();
    /// The virtual octets of the first item have left.
    void Delivered();
    /// They are stored and forwarded.
    void BodyDone();
    /// TCP has taken all that it was given.
    void Written();
    /// The flow's rate may have changed.
    void RateSet();
    /// The rate was 0 for too long.
    void Stalled();
    /// Begins, or goes on with, slow start.
    void StartGrowing();
    /// A round trip of slow start is over.
    void GrowWindow();
    /// @return octets that the connections may have in flight, without slow start
    double GetWindow() const;
    /// @return octets that are sent in each further round trip
    double GetRefill() const;
    /// @param trip seconds of a round trip @return how the body would go without other traffic
    Bursts PlanBursts(double trip) const;
    /// A body is going to be carried. @param octets its size, and that of the record before it
    void BeginBody(uint64_t octets);
    /// It has left: the next one finds what it has left of the window.
    void EndBody();
    /// @return the time in which a window is sent; 0 without a path
    double GetWindowSeconds() const;
    /// @return limit of the rate in bit/s
    double GetLimit() const;
    /// Trace of the socket: the peer's window.
    void WindowChanged(uint32_t before, uint32_t window);
    /// Sets the limit of the flow.
    void UpdateLimit();
    /// The connection has failed, or stalled.
    void Fail(const std::string& reason);
    /// Ends the flow.
    void EndFlow();

    Ptr<Node> m_node;            //!< the sender
    Ptr<TcpTransfer> m_tcp;      //!< carries real octets; kept for its counters
    Ptr<Socket> m_socket;        //!< its socket, while the flow lives
    Ptr<FluidNetwork> m_network; //!< carries virtual ones
    Ptr<FluidFlow> m_flow;       //!< in it; null if there is none
    bool m_up{false};            //!< connected
    std::deque<Item> m_queue;    //!< waits, or is being carried
    bool m_carrying{false};      //!< the first item's virtual octets are on their way
    bool m_replyDue{false};      //!< see ExpectReply
    uint64_t m_sent{0};          //!< virtual octets of flows that have ended
    uint32_t m_segment{1};       //!< octets of content of a TCP segment
    uint32_t m_header{0};        //!< octets of its headers, IP included
    double m_wireEfficiency{0};  //!< see GetEfficiency
    double m_initialWindow{0};   //!< octets
    double m_slowWindow{0};      //!< octets in flight by slow start; infinite when it is over
    double m_body{0};            //!< octets of the body that is being carried
    Time m_bodyStart;            //!< when that began
    Time m_burst;                //!< when the last burst began
    double m_burstUsed{0};       //!< octets of earlier bodies in it
    EventId m_growTimer;         //!< slow start
    EventId m_stallTimer;        //!< the rate is 0
    EventId m_lagTimer;          //!< the last frame is stored and forwarded
    double m_efficiency{0};      //!< attribute
    uint64_t m_maxWindow{0};     //!< attribute
    double m_growth{2};          //!< attribute
    uint32_t m_streams{1};       //!< attribute
    DataRate m_rateCap;          //!< attribute
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FLUID_TRANSFER_H
