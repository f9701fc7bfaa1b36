// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLUID_FLOW_H
#define VMM_FLUID_FLOW_H

#include "ns3/event-id.h"
#include "ns3/flow-hash.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace ns3
{

class Node;

namespace vmm
{

/**
 * A flow of FluidNetwork: the packets of one connection in one direction, or of several parallel
 * ones that take the same way. It has a path from FluidNetwork::Open() on, and a rate while it
 * carries octets.
 */
class FluidFlow : public SimpleRefCount<FluidFlow>
{
  public:
    /// Told without argument.
    using Callback = std::function<void()>;

    /// What whoever opens a flow says of it.
    struct Spec
    {
        Ptr<Node> node;       //!< the sender
        FlowKey key;          //!< as in its packets
        double weight{1};     //!< in the sharing: how many connections it stands for
        double efficiency{1}; //!< octets of content per octet on the wire
        uint32_t frame{1500}; //!< octets of a full frame: the last one is stored and forwarded
        Callback delivered;   //!< the octets that were started have left the sender
        Callback rateSet;     //!< the rate may have changed; called after each start
        Callback pathSet;     //!< the path may have changed
    };

    /// @return its number in the network, from 1
    uint32_t GetId() const
    {
        return m_id;
    }

    /// @return what was said of it
    const Spec& GetSpec() const
    {
        return m_spec;
    }

    /// @return octets of content per second, times 8
    double GetRate() const
    {
        return m_rate * m_spec.efficiency;
    }

    /// @return whether it carries octets, or waits to
    bool IsActive() const
    {
        return m_active;
    }

    /// @return whether its path leads to the destination
    bool HasPath() const
    {
        return m_complete;
    }

    /// @return time from a frame's first bit leaving the sender to its last bit arriving
    Time GetLatency() const
    {
        return m_delay + m_lag;
    }

    /// @return what of that is storing and forwarding after the first link
    Time GetLag() const
    {
        return m_lag;
    }

    /// @return sum of the links' propagation delays
    Time GetDelay() const
    {
        return m_delay;
    }

    /// @return rate of the slowest link in bit/s; 0 without a path
    double GetSlowest() const
    {
        return m_slowest;
    }

  private:
    friend class FluidNetwork;

    uint32_t m_id{0};              //!< its number
    Spec m_spec;                   //!< see GetSpec
    bool m_open{true};             //!< not closed
    bool m_active{false};          //!< see IsActive
    bool m_moved{true};            //!< its path has to be found again
    bool m_started{false};         //!< started since rates were computed last
    double m_limit{0};             //!< bit/s of content
    double m_rate{0};              //!< bit/s on the wire
    double m_left{0};              //!< octets of content that have not left
    uint64_t m_octets{0};          //!< that were started last
    uint64_t m_delivered{0};       //!< octets of content of all earlier starts
    Time m_since;                  //!< when m_left was true
    EventId m_end;                 //!< all has left
    std::vector<uint32_t> m_links; //!< of its path
    std::vector<uint32_t> m_nodes; //!< of its path, ids
    bool m_complete{false};        //!< see HasPath
    Time m_delay;                  //!< see GetDelay
    Time m_lag;                    //!< see GetLag
    double m_slowest{0};           //!< see GetSlowest
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FLUID_FLOW_H
