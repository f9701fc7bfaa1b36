// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ADDRESS_PLAN_H
#define VMM_ADDRESS_PLAN_H

#include "ns3/ip-prefix.h"
#include "ns3/topology.h"
#include "ns3/vmm-ip-address.h"

#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A line of the plan, for a reader.
struct AddressPlanRow
{
    std::string kind; //!< "vm-prefix", "loopback", "link" or "segment"
    std::string name; //!< node, or "a - b" for a link, or the lowest bridge of a segment
    std::string ipv4; //!< prefix or address
    std::string ipv6; //!< prefix or address
};

/**
 * Every address of a fabric, from its topology alone. d is a data centre, n the number of an NVE in
 * it (in order of NodeId), i a node, l a link, s a bridged segment, k a station of it, all from 0;
 * D is the number of data centres, the highest d + 1.
 *
 * | what                | IPv4                                  | IPv6                          |
 * |---------------------|---------------------------------------|-------------------------------|
 * | VM prefix of an NVE | 10.d.n.0/24; 10.(d + D (n / 256)).(n mod 256).0/24 above n = 255 |
 * fd00:d:n::/64 | | loopback of a node  | 10.255.0.0 + i + 1, /32               | fd00:ffff:: + i +
 * 1, /128     | | point-to-point link | 10.240.0.0 + 2 l, /31                 | fd00:fffe:: + 2 l,
 * /127       | | bridged segment     | 10.254.s.0/24, station k has .(k + 1) | fd00:fffd:s::/64,
 * ::(k + 1)   |
 *
 * The lower address of a link is that of TopologyLink::a. d and n stand in hexadecimal in IPv6.
 * Nothing lies in 2001:db8::/32, which ns-3 does not forward.
 */
class AddressPlan
{
  public:
    /**
     * @param topology the fabric; only read here
     * @throws std::invalid_argument if the plan has no room for it: VM prefixes end at
     *         10.239.255.0/24, nodes at 65,534, links at 458,752, segments at 256 of 254 stations
     */
    explicit AddressPlan(const Topology& topology);

    /**
     * @param node a node
     * @param family IPv4 or IPv6
     * @return the VM prefix that it owns; none if it is no NVE
     */
    IpPrefix GetVmPrefix(NodeId node, IpFamily family) const;
    /**
     * @param node a node
     * @param family IPv4 or IPv6
     * @return its loopback address, by which it is reached; none for a bridge
     */
    IpAddress GetLoopback(NodeId node, IpFamily family) const;
    /**
     * @param link a link
     * @param node an end of it
     * @param family IPv4 or IPv6
     * @return the node's address on it; none for a bridge or a pruned link
     */
    IpAddress GetLinkAddress(LinkId link, NodeId node, IpFamily family) const;
    /**
     * @param link a link
     * @param family IPv4 or IPv6
     * @return its prefix: /31 or /127, or that of its segment
     */
    IpPrefix GetLinkPrefix(LinkId link, IpFamily family) const;
    /**
     * @param address any address
     * @return the node that has it as loopback or on a link; none for VMs and what is not planned
     */
    std::optional<NodeId> FindNode(const IpAddress& address) const;
    /**
     * @param address any address
     * @return the NVE whose VM prefix holds it
     */
    std::optional<NodeId> FindNve(const IpAddress& address) const;
    /// @return the plan for a reader: VM prefixes, loopbacks, links, segments
    std::vector<AddressPlanRow> GetRows() const;

  private:
    /// Where a link end is: number of its link or segment, and of the end in it.
    struct End
    {
        LinkId link = NO_LINK;         //!< the link
        std::optional<size_t> segment; //!< the segment it leads into, if bridged
        uint32_t place = 0;            //!< 0 or 1 on a link, station number in a segment
    };

    /// @param end a link end @param family which @return its address
    static IpAddress MakeAddress(const End& end, IpFamily family);
    /// @param end a link end @param family which @return the prefix it is in
    static IpPrefix MakePrefix(const End& end, IpFamily family);
    /// Numbers NVEs. @param topology the fabric
    void NumberNves(const Topology& topology);
    /// Numbers links and stations. @param topology the fabric
    void NumberLinks(const Topology& topology);
    /// Notes who has an address. @param node the node @param address of it
    void Enter(NodeId node, const IpAddress& address);

    /// What the plan knows about a node.
    struct NodeEntry
    {
        std::string name;                          //!< its name
        bool bridged = false;                      //!< has no addresses
        std::optional<std::array<IpPrefix, 2>> vm; //!< IPv4 and IPv6 prefix, if an NVE
    };

    std::vector<NodeEntry> m_nodes;                          //!< by NodeId
    std::vector<std::vector<std::pair<NodeId, End>>> m_ends; //!< of each link, those with addresses
    std::vector<std::string> m_linkNames;                    //!< by LinkId
    std::vector<std::string> m_segmentNames;                 //!< by segment
    std::unordered_map<IpAddress, NodeId> m_owner;           //!< node of an address; only searched
    std::unordered_map<IpPrefix, NodeId> m_nveOf;            //!< NVE of a VM prefix; only searched
};

} // namespace vmm
} // namespace ns3

#endif // VMM_ADDRESS_PLAN_H
