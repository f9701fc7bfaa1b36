// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TOPOLOGY_BUILDER_H
#define VMM_TOPOLOGY_BUILDER_H

#include "ns3/topology.h"

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A key of a builder: one row of scenario.csv.
struct BuilderKey
{
    std::string name;     //!< for instance "leaves"
    std::string standard; //!< value if not given; empty if it must be given
    std::string help;     //!< meaning, with range
};

/// A link between two nodes that are known by name, as links.csv has it.
struct NamedLink
{
    std::string a;     //!< one end
    std::string b;     //!< other end
    TopologyLink link; //!< everything but the ends
};

/**
 * @param metres length of a fibre
 * @return its propagation delay at 5 us per km, light in glass rounded as is usual
 */
inline Time
GetFibreDelay(uint64_t metres)
{
    return NanoSeconds(5 * metres);
}

/// What a builder works from.
struct BuilderInput
{
    std::map<std::string, std::string> values; //!< the builder's own keys
    DataRate serverRate = DataRate("10Gbps");  //!< links of servers, hosts, management node
    Time serverDelay = MicroSeconds(1);        //!< propagation on them
    std::optional<Time> managementDelay;       //!< propagation on mn's link; none: serverDelay
    DataRate fabricRate = DataRate("40Gbps");  //!< links between switches and routers
    Time fabricDelay = MicroSeconds(1);        //!< propagation on them
    uint16_t mtu = 9000;                       //!< of all links, octets
    std::string queue = "100p";                //!< of all links
    std::vector<std::string> hosts;            //!< names of outside hosts to attach
    std::vector<TopologyNode> nodes;           //!< for "csv": the nodes
    std::vector<NamedLink> links;              //!< for "csv": the links
    DataRate wanRate = DataRate("100Gbps");    //!< with a WAN: its links
    Time wanDelay = MilliSeconds(5);           //!< with a WAN: propagation on its links
    std::vector<NamedLink> wanLinks;           //!< with a WAN that is listed: its links
    DataRate siteRate = DataRate("10Gbps");    //!< with a WAN: links of outside hosts
    Time siteDelay = MilliSeconds(1);          //!< with a WAN: propagation on them
};

/// A value that a builder refuses.
class BuilderError : public std::invalid_argument
{
  public:
    /**
     * @param key the key; empty if the error is not in the value of a key
     * @param what found and expected
     */
    BuilderError(const std::string& key, const std::string& what)
        : std::invalid_argument(what),
          m_key(key)
    {
    }

    /**
     * @param wanRow index in BuilderInput::wanLinks of what was refused
     * @param column "a" or "b"
     * @param what found and expected
     */
    BuilderError(size_t wanRow, const std::string& column, const std::string& what)
        : std::invalid_argument(what),
          m_key(column),
          m_wanRow(wanRow)
    {
    }

    /// @return the key whose value was refused, or empty; the column if there is a row
    const std::string& GetKey() const
    {
        return m_key;
    }

    /// @return index in BuilderInput::wanLinks of what was refused, if it stands there
    std::optional<size_t> GetWanRow() const
    {
        return m_wanRow;
    }

  private:
    std::string m_key;              //!< the key
    std::optional<size_t> m_wanRow; //!< the WAN link
};

/**
 * Makes a topology of one kind. A new kind is one source file: a class derived from this one and a
 * static TopologyBuilderEntry of it.
 */
class TopologyBuilder
{
  public:
    virtual ~TopologyBuilder() = default;
    /// @return the value of `fabric` that selects it
    virtual std::string GetName() const = 0;
    /// @return its own keys, in the order in which they are documented
    virtual std::vector<BuilderKey> GetKeys() const = 0;
    /// @return whether BuilderInput's WAN and site members mean something to it
    virtual bool HasWan() const;
    /**
     * @param input what to build; keys that are missing have their standard value
     * @return the topology; connected, with one node of role MANAGEMENT (but for "csv")
     * @throws BuilderError if a value is refused
     * @throws std::invalid_argument as Topology::AddNode() and Topology::AddLink()
     */
    virtual Topology Build(const BuilderInput& input) const = 0;

    /// @param name a name @return the builder of that name, or null
    static const TopologyBuilder* Find(const std::string& name);
    /// @return the names of all builders, ascending
    static std::vector<std::string> GetNames();
    /**
     * Finds a builder and uses it.
     *
     * @param name its name
     * @param input what to build
     * @return the topology
     * @throws BuilderError if there is no such builder, a key is not one of its keys, a key without
     *         standard value is missing, or a value is refused
     */
    static Topology Make(const std::string& name, const BuilderInput& input);

  protected:
    /**
     * @param input what to build
     * @param key one of GetKeys()
     * @return the value or the standard value
     */
    std::string GetText(const BuilderInput& input, const std::string& key) const;
    /**
     * @param input what to build
     * @param key one of GetKeys()
     * @param least smallest value allowed
     * @param most largest value allowed
     * @return the value
     * @throws BuilderError if it is no whole number or out of range
     */
    uint32_t GetCount(const BuilderInput& input,
                      const std::string& key,
                      uint32_t least,
                      uint32_t most) const;
    /**
     * Links a node with the server rate and delay.
     *
     * @param topology where
     * @param input rate, delay, MTU and queue
     * @param node a server, host or management node
     * @param router what it is attached to
     */
    static void
    LinkServer(Topology& topology, const BuilderInput& input, NodeId node, NodeId router);
    /**
     * Links two switches or routers with the fabric rate and delay.
     *
     * @param topology where
     * @param input rate, delay, MTU and queue
     * @param a one end
     * @param b other end
     * @param index tells parallel links apart
     */
    static void LinkFabric(
        Topology& topology, const BuilderInput& input, NodeId a, NodeId b, uint16_t index = 0);
    /**
     * Adds the management node `mn`, in the data centre of what it is attached to.
     *
     * @param topology where
     * @param input rate, delay, MTU and queue
     * @param router what it is attached to
     */
    static void AddManagement(Topology& topology, const BuilderInput& input, NodeId router);
    /**
     * Adds the management node `mn` and the outside hosts.
     *
     * @param topology where
     * @param input the hosts' names
     * @param management what mn is attached to
     * @param hosts what the hosts are attached to, in turn
     */
    static void AddOutside(Topology& topology,
                           const BuilderInput& input,
                           NodeId management,
                           const std::vector<NodeId>& hosts);
};

/// Enters a builder in the registry: have one static object of this for each builder.
class TopologyBuilderEntry
{
  public:
    /// @param builder a builder that lives as long as the process
    explicit TopologyBuilderEntry(const TopologyBuilder& builder);
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TOPOLOGY_BUILDER_H
