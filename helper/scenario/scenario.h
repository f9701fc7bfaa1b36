// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_H
#define VMM_SCENARIO_H

#include "ns3/bgp-numbering.h"
#include "ns3/csv-table.h"
#include "ns3/data-rate.h"
#include "ns3/flow-sizes.h"
#include "ns3/move-record.h"
#include "ns3/nstime.h"
#include "ns3/operation-record.h"
#include "ns3/sampled-dirty-model.h"
#include "ns3/time-distribution.h"
#include "ns3/topology.h"
#include "ns3/type-id.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// How a fabric learns its routes.
enum class UnderlayKind : uint8_t
{
    STATIC, //!< computed from the graph
    BGP     //!< learned by BGP routers
};

/// Which addresses the VMs and the fabric have.
enum class FamilyKind : uint8_t
{
    IPV4, //!< `ipv4`
    IPV6, //!< `ipv6`
    DUAL  //!< `dual`, both
};

/// How a VM writes to its memory; in this order in vms.csv.
enum class DirtyKind : uint8_t
{
    CONSTANT,    //!< `constant`: at a rate, nothing twice
    WORKING_SET, //!< `working-set`: hot pages again and again, the rest slowly
    SAMPLED,     //!< `sampled`: as a measured curve says
    ROUNDS,      //!< `rounds`: so much in each round of a copy, as it was measured
    PHASES       //!< `phases`: one of the first three after another
};

/// @param kind a kind @return its name in vms.csv
const char* DirtyKindName(DirtyKind kind);

struct DirtyPhaseRow;

/// What vms.csv and its dirty_file say about the memory of a VM.
struct DirtyRow
{
    DirtyKind kind = DirtyKind::CONSTANT; //!< which of the following counts
    DataRate rate{uint64_t{0}};           //!< CONSTANT; WORKING_SET: of the pages that are not hot
    uint64_t hotSet = 0;                  //!< WORKING_SET: bytes
    DataRate hotRate{uint64_t{0}};        //!< WORKING_SET: writes to them
    bool hotSweep = false;                //!< WORKING_SET: in turn, not at random
    std::vector<DirtySample> curve;       //!< SAMPLED
    std::vector<uint64_t> rounds;         //!< ROUNDS: bytes
    std::vector<DirtyPhaseRow> phases;    //!< PHASES, by start
};

/// A phase of a VM's life.
struct DirtyPhaseRow
{
    Time start;     //!< in the VM's own time
    DirtyRow dirty; //!< how it writes from then on
};

/// One row of vms.csv.
struct VmRow
{
    std::string name;                  //!< unique among the VMs
    std::string nve;                   //!< node on which it is created
    uint64_t memory = 0;               //!< bytes
    uint32_t vcpus = 1;                //!< number of them
    IpAddress address;                 //!< IPv4, from the file or the next one of the NVE's prefix
    IpAddress address6;                //!< IPv6, likewise
    uint32_t vn = 0;                   //!< virtual network, 24 bits
    Time create;                       //!< when it starts
    std::optional<Time> destroy;       //!< when it ends; none: with the run
    DirtyRow dirty;                    //!< how it writes to its memory
    uint64_t zero = 0;                 //!< bytes of memory in pages of zeros
    uint64_t storage = 0;              //!< bytes of its disk image; 0: on shared storage
    DataRate storageRate{uint64_t{0}}; //!< written to the image per second of running
    RowSource source;                  //!< where it stands
};

/// One end of a flow.
struct FlowEnd
{
    bool host = false; //!< true: a node without VMs (`host:NAME`); false: a VM
    std::string name;  //!< of the VM or node

    /// @return as in the file
    std::string ToString() const
    {
        return (host ? "host:" : "") + name;
    }

    /// @return whether both are the same end
    bool operator==(const FlowEnd& other) const
    {
        return host == other.host && name == other.name;
    }
};

/// What a flow sends.
enum class FlowApplication : uint8_t
{
    UDP_PROBE, //!< `udp-probe`: a datagram every period
    TCP_BULK,  //!< `tcp-bulk`: one connection, as fast as it goes or at a rate
    RPC,       //!< `rpc`: requests and responses over one TCP connection, one at a time
    ON_OFF,    //!< `on-off`: datagrams at a rate during on times, none during off times
    SIZED,     //!< `sized`: a TCP connection for each flow of a size that is drawn
    INCAST     //!< `incast`: many senders answer one client's request at the same time
};

/// @param application a kind @return its name in traffic.csv
const char* FlowApplicationName(FlowApplication application);

/**
 * One flow of traffic.csv, its defaults filled in. A row that names groups of ends is as many flows
 * as it has pairs, one behind the other.
 */
struct FlowRow
{
    std::string name;                                         //!< unique among the flows
    std::string row;                                          //!< name of the row: name, or its
                                                              //!< part before the last dot
    FlowEnd from;                                             //!< sender, or client
    FlowEnd to;                                               //!< receiver, or server
    FlowApplication application = FlowApplication::UDP_PROBE; //!< what it sends
    Time start;                                               //!< first packet, or connect
    Time stop;                     //!< no new data from here on; the end of the run by default
    std::optional<DataRate> rate;  //!< tcp-bulk: limit of what the application writes;
                                   //!< on-off: while on; sized: mean load
    std::optional<uint64_t> bytes; //!< tcp-bulk: total; none: until stop
    uint32_t packetSize = 0;       //!< payload bytes of a datagram, a write or a request
    std::optional<Time> period;    //!< udp-probe: between two datagrams
    uint32_t responseSize = 0;     //!< rpc, incast: bytes of a response
    TimeDistribution thinkTime;    //!< rpc, incast: from a response to the next request
    TimeDistribution on;           //!< on-off: how long it sends
    TimeDistribution off;          //!< on-off: how long it does not, first of all
    Time interval;                 //!< sized: mean time between the beginnings of two
    bool download = false;         //!< sized: from `to` to `from`
    std::shared_ptr<const FlowSizes> sizes; //!< sized: distribution
    RowSource source;                       //!< where it stands
};

/// One row of moves.csv.
struct MoveRow
{
    std::string name;                            //!< unique among the moves
    Time time;                                   //!< of the order
    std::string vm;                              //!< name of the VM
    std::string to;                              //!< node of the destination NVE
    std::string from;                            //!< where the VM is by then, if all goes well
    std::string type;                            //!< `hot`, `warm` or `cold`
    std::string method;                          //!< `pre-copy`, ...
    std::string transfer;                        //!< `tcp` or `fluid`
    std::optional<Time> switchOver;              //!< warm: when it is ordered; none: never
    MoveOutcome expect = MoveOutcome::COMPLETED; //!< anything else makes the run fail
    RowSource source;                            //!< where it stands
};

/// One row of orders.csv.
struct OrderRow
{
    Time time;                //!< of the order
    OperationRequest request; //!< what is ordered
    std::string expect;       //!< outcome that the run must have; empty: any
    RowSource source;         //!< where it stands
};

/// What breaks.
enum class FailureKind : uint8_t
{
    LINK_DOWN,   //!< `link-down`, target `a:b`: all links between the two lose everything
    NODE_DOWN,   //!< `node-down`, target a node: all its links lose everything
    LINK_LOSS,   //!< `link-loss`, target `a:b`: packets are lost with probability value
    SERVER_CRASH //!< `server-crash`, target an NVE: it and its VMs stop for good
};

/// @param kind a kind @return its name in failures.csv
const char* FailureKindName(FailureKind kind);

/// One row of failures.csv.
struct FailureRow
{
    Time time;                                 //!< when it breaks
    FailureKind what = FailureKind::LINK_DOWN; //!< what breaks
    std::string node;                          //!< the node, or one end of the link
    std::string peer;                          //!< other end of the link; empty for a node
    std::optional<Time> until;                 //!< when it is whole again; none: never
    double value = 0;                          //!< LINK_LOSS: probability, above 0 to 1
    RowSource source;                          //!< where it stands
};

/// An attribute default that the scenario or the command line sets.
struct AttributeSetting
{
    std::string name;        //!< as Config::SetDefault takes it, `ns3::vmm::Nve::Linger`
    std::string value;       //!< checked, as ns-3 takes it
    SourcePosition position; //!< where it was set
};

/**
 * A scenario folder, read, resolved and checked: plain values, no simulation objects. Everything
 * in it fits together: every name exists, every time lies in the run.
 */
struct Scenario
{
    std::string name;   //!< last part of the folder's path
    std::string folder; //!< path as given

    std::string fabric;                           //!< `leaf-spine`, ...
    Topology topology;                            //!< the graph, connected
    std::map<LinkId, double> linkLosses;          //!< probability of a packet to be lost, by link
    std::vector<std::string> importNotes;         //!< what was guessed about an imported fabric
    std::string managementNode;                   //!< node of the MN and the VM Manager
    Time duration;                                //!< of the simulation
    std::string scheme;                           //!< `host-route`, ...
    TypeId schemeType;                            //!< class of the scheme
    uint64_t seed = 1;                            //!< run number of the random streams
    UnderlayKind underlay = UnderlayKind::STATIC; //!< routing of the fabric
    BgpNumbering bgpNumbering{};                  //!< of its routers, with BGP
    bool bgpServers = false;                      //!< NVEs speak BGP
    std::set<uint16_t> hostRouteDcs;              //!< that take host routes; empty: all
    FamilyKind family = FamilyKind::IPV4;         //!< addresses
    std::string transfer;                         //!< of moves that name none
    bool randomness = true;                       //!< false: random offsets are their means
    std::vector<AttributeSetting> attributes;     //!< sorted by name, each once
    std::vector<VmRow> vms;                       //!< in the order of the file
    std::map<std::string, size_t> vmPlaces;       //!< place of each VM in vms, by name
    std::vector<FlowRow> flows;                   //!< in the order of the file
    std::vector<MoveRow> moves;                   //!< by time, then as in the file
    std::vector<OrderRow> orders;                 //!< by time, then as in the file
    std::vector<FailureRow> failures;             //!< by time, then as in the file

    std::map<std::string, std::string> settings;    //!< every resolved setting, canonical spelling
    std::map<std::string, SourcePosition> sources;  //!< where a setting was made, if it was
    std::map<std::string, std::string> differences; //!< settings that are not the folder's own
    std::string settingsHash; //!< 8 hex digits over differences; empty if there are none
    std::string scenarioHash; //!< 8 hex digits over the bytes of the folder's files

    /**
     * @param attribute name of an attribute of the scheme, `Redirect`
     * @return its resolved value; "" if the scheme has no such attribute
     */
    std::string GetSchemeOption(const std::string& attribute) const;

    /// @param name of a VM @return its row, or nullptr
    const VmRow* FindVm(const std::string& name) const;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_H
