// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MIGRATION_TIMELINE_H
#define VMM_MIGRATION_TIMELINE_H

#include "ns3/fib-route.h"
#include "ns3/ip-prefix.h"
#include "ns3/nstime.h"
#include "ns3/state-tally.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/// One round of a copy: a row of rounds.csv.
struct RoundRecord
{
    uint32_t round = 0;        //!< 1, 2, ...
    Time start;                //!< first octet
    Time end;                  //!< last octet
    uint64_t sentBytes = 0;    //!< octets of VM state sent
    uint64_t dirtiedBytes = 0; //!< octets dirtied meanwhile
    uint64_t rateBps = 0;      //!< rate limit or rate reached, bit/s
    std::string phase;         //!< what it was for, for instance "memory"
    double throttle = 0;       //!< part of its time that the guest lost, 0 to 1
};

/// What a copy did besides carrying octets.
struct CopyEffects
{
    uint64_t storageBytes = 0; //!< octets of the disk sent
    Time throttled;            //!< time that the guest lost by being slowed down
    uint64_t faults = 0;       //!< pages that the VM had to wait for at the destination
    Time stalled;              //!< how long it stood because of them
    std::optional<Time> lost;  //!< of the VM's run that its standby did not know of
    uint64_t lostBytes = 0;    //!< octets of memory that it wrote in it
};

/// What an order says.
struct MoveOrder
{
    std::string migration;        //!< as in moves.csv
    std::string vm;               //!< the VM's name
    std::string type;             //!< for instance "hot"
    std::string method;           //!< for instance "pre-copy"
    std::string transfer;         //!< for instance "tcp"
    std::string scheme;           //!< for instance "host-route"
    std::string sourceNve;        //!< name of the node it is to leave
    std::string destinationNve;   //!< name of the node it is to reach
    uint32_t sourceNode = 0;      //!< ns-3 node id of the former
    uint32_t destinationNode = 0; //!< ns-3 node id of the latter
    uint32_t epoch = 0;           //!< attachment epoch of the destination; 0: not known yet
    std::string expected;         //!< the outcome the scenario expects; empty: any
    std::string operation;        //!< operation that ordered it; empty: a single order
};

/// Times of the redirect at one node.
struct RedirectTimes
{
    std::optional<Time> request; //!< a registration request reached it
    std::optional<Time> route;   //!< the host route was in its FIB
};

/// All that is known of a move. A time without a value: did not happen.
struct MoveHistory
{
    MoveOrder order;                             //!< what was ordered
    Time ordered;                                //!< when
    std::optional<Time> windowEnd;               //!< next order for that VM; none: end of the run
    std::optional<Time> begun;                   //!< left the queue; none: never
    std::optional<Time> copyStart;               //!< first octet of state
    std::optional<Time> stop;                    //!< VM stopped at the source
    std::optional<Time> resume;                  //!< VM runs at the destination
    std::optional<Time> registerSent;            //!< destination NVE's first request
    std::optional<Time> bindingUpdated;          //!< management node has the new binding
    std::optional<Time> sourceRoute;             //!< host route in place at the source NVE
    std::optional<Time> pathReady;               //!< host route in place at the last router told
    std::optional<Time> controlConverged;        //!< last effective FIB change with this epoch
    std::optional<Time> sourceReleased;          //!< source NVE has removed its route
    std::optional<Time> ended;                   //!< outcome known
    std::map<uint32_t, RedirectTimes> redirects; //!< by ns-3 node id
    std::vector<RoundRecord> rounds;             //!< of the copy
    uint64_t copiedBytes = 0;                    //!< octets of VM state
    uint64_t wireBytes = 0;                      //!< octets handed to the transport for them
    CopyEffects effects;                         //!< what the copy did to the VM
    uint64_t controlMessages = 0;                //!< registration messages sent for this move
    uint64_t controlBytes = 0;                   //!< octets of them
    std::string outcome = "unfinished";          //!< see measurement vocabulary

    /// @return resume - stop, if both happened
    std::optional<Time> GetDowntime() const;
};

/// One FIB change: a row of routes.csv.
struct FibEvent
{
    Time time;                         //!< when
    uint32_t node = 0;                 //!< ns-3 node id
    IpPrefix prefix;                   //!< of the route
    FibAction action = FibAction::ADD; //!< what happened
    std::string owner;                 //!< name of the route's owner
    std::string nextHops;              //!< as text
    uint32_t epoch = 0;                //!< attachment epoch it carries; 0: none
    bool effective = true;             //!< packets to the prefix fare otherwise
    std::optional<uint32_t> vn{};      //!< VN-ID of the table; none: the node's own
};

/// One control message as sent: a row of messages.csv.
struct MessageEvent
{
    Time time;           //!< when it was handed to the transport
    std::string kind;    //!< "registration", "management", "bgp" or "announcement"
    std::string type;    //!< for instance "request"
    std::string from;    //!< name of the sending node
    std::string to;      //!< name of the node it is sent to; empty: all that hear it
    std::string vm;      //!< the VM it is about, several with blanks between; empty: none
    uint32_t bytes = 0;  //!< octets of payload of the transport
    uint32_t epoch = 0;  //!< attachment epoch it carries; 0: none
    bool upkeep = false; //!< keeps, repairs or ends what is there: is part of no move
};

/// Routes in the tables of a BGP router.
struct RibSizes
{
    size_t adjRibIn = 0;  //!< received, of all neighbours
    size_t locRib = 0;    //!< prefixes with a route
    size_t adjRibOut = 0; //!< advertised, to all neighbours
};

/// Messages and octets.
struct MessageCount
{
    uint64_t messages = 0; //!< how many
    uint64_t bytes = 0;    //!< octets
};

/**
 * What happened when, move by move. Fed by plain calls with the time, so that it knows no simulator
 * and no protocol object; TraceCollector makes the calls from trace sources. Calls about a move or
 * an epoch that is not known are ignored: a VM's creation and a stale message have no move.
 */
class MigrationTimeline
{
  public:
    /**
     * Names a VM's addresses, so that FIB changes find their VM.
     * @param vm the VM's name
     * @param addresses of either family
     * @param vn its virtual network
     */
    void AddVm(const std::string& vm, const IpAddressList& addresses, uint32_t vn = 0);

    /**
     * A move is ordered. It ends the window of the VM's previous move unless it is refused at once.
     * @param order what was ordered
     * @param now the time
     * @throws std::invalid_argument if a move of that name exists
     */
    void OnOrder(const MoveOrder& order, Time now);
    /**
     * A move that was ordered begins: where from and with which epoch is known now.
     * @param migration the move
     * @param sourceNve name of the node that the VM is to leave
     * @param sourceNode its ns-3 node id
     * @param epoch of the destination's attachment
     * @param now the time; the first call counts
     */
    void OnBegin(const std::string& migration,
                 const std::string& sourceNve,
                 uint32_t sourceNode,
                 uint32_t epoch,
                 Time now);
    /// @param migration the move @param epoch of the destination's attachment
    void OnEpoch(const std::string& migration, uint32_t epoch);
    /// @param migration the move @param now first octet of state sent
    void OnCopyStart(const std::string& migration, Time now);
    /// @param migration the move @param round a round that is over
    void OnRound(const std::string& migration, const RoundRecord& round);
    /// @param migration the move @param copied octets of VM state @param wire octets sent for them
    void OnCopied(const std::string& migration, uint64_t copied, uint64_t wire);
    /// @param migration the move @param effects as far as one side knows them: the rest is 0
    void OnCopyEffects(const std::string& migration, const CopyEffects& effects);
    /// A VM has stopped without an order, with its server. @param vm its name @param now when
    void OnHalt(const std::string& vm, Time now);
    /// @param migration the move @param now VM stopped at the source
    void OnStop(const std::string& migration, Time now);
    /// @param migration the move @param now VM runs at the destination
    void OnResume(const std::string& migration, Time now);
    /**
     * @param migration the move
     * @param outcome completed, refused, rolled-back, not-converged, cancelled, failed
     * @param now the time
     */
    void OnOutcome(const std::string& migration, const std::string& outcome, Time now);
    /// The destination NVE sent its request; the first one counts.
    void OnRegistrationSent(const std::string& vm, uint32_t epoch, Time now);
    /// The management node has the new binding; the first time counts.
    void OnBindingUpdated(const std::string& vm, uint32_t epoch, Time now);
    /**
     * A request for a host route reached a source NVE or router; the first one of a move counts.
     * @param vm the VM's name
     * @param epoch that it carries
     * @param node ns-3 node id of the recipient
     * @param now the time
     * @param upkeep it refreshes or repairs: what the node does with it is no effect of the move
     */
    void OnRequestReceived(
        const std::string& vm, uint32_t epoch, uint32_t node, Time now, bool upkeep = false);
    /// The source NVE let go of the VM after the linger time.
    void OnReleased(const std::string& vm, uint32_t node, Time now);
    /// A FIB changed. What expires, lingers, is refreshed or repaired is no change of a move.
    void OnFibChange(const FibEvent& event);
    /// @param node ns-3 node id of an NVE @param number entries of its binding update list
    /// @param now the time
    void OnBindingUpdates(uint32_t node, uint64_t number, Time now);
    /// @param node ns-3 node id of a management node @param number entries of its binding cache
    /// @param now the time
    void OnBindings(uint32_t node, uint64_t number, Time now);
    /// @param node ns-3 node id of a BGP router @param sizes of its tables @param now the time
    void OnRibs(uint32_t node, const RibSizes& sizes, Time now);
    /// A control message was sent.
    void OnMessage(const MessageEvent& event);

    /// @return the moves in order of their orders
    const std::vector<MoveHistory>& GetMoves() const;
    /// @return the changes of FIBs in order
    const std::vector<FibEvent>& GetFibEvents() const;
    /// @return the control messages in order
    const std::vector<MessageEvent>& GetMessages() const;
    /// @return the numbers of host routes
    const StateTally& GetHostRoutes() const;
    /// @return the numbers of host routes for addresses of VMs, mappings of an overlay among them
    const StateTally& GetVmRoutes() const;
    /// @return the numbers of entries of binding update lists, of both roles
    const StateTally& GetBindingUpdates() const;
    /// @param address any address @return the VM that has it, empty for none
    std::string GetVm(const IpAddress& address) const;
    /// @return the numbers of entries of binding caches, held ones included
    const StateTally& GetBindings() const;
    /// @return the numbers of routes that BGP routers have received, of all neighbours
    const StateTally& GetAdjRibsIn() const;
    /// @return the numbers of prefixes that BGP routers know a route to
    const StateTally& GetLocRibs() const;
    /// @return the numbers of routes that BGP routers have advertised, to all neighbours
    const StateTally& GetAdjRibsOut() const;
    /// @param kind of message @return how many were sent in all
    MessageCount CountMessages(const std::string& kind) const;
    /**
     * @param move a move
     * @param end of the run
     * @return when its window ends
     */
    static Time GetWindowEnd(const MoveHistory& move, Time end);

  private:
    /// @return the move of that name, null if there is none
    MoveHistory* Find(const std::string& migration);
    /// @return the VM's move with that epoch, null if there is none
    MoveHistory* Find(const std::string& vm, uint32_t epoch);
    /// @return the VM's last move that was not refused, null if there is none
    MoveHistory* FindLast(const std::string& vm);
    /// The FIB entry of a VM's host route has changed somewhere.
    void OnVmRoute(const std::string& vm, const FibEvent& event);
    /// Counts a control message for a move, if there is one.
    static void Count(MoveHistory* move, const MessageEvent& event);

    /// What is known of a VM's route at a node.
    struct KnownRoute
    {
        std::string nextHops; //!< as text
        uint32_t epoch;       //!< that it came with
        bool hidden;          //!< behind a more preferred owner's
    };

    /// @return whether a move, and not time or a repair, changes what a node does with packets
    bool IsEffective(const std::string& vm, const FibEvent& event);
    /// A route that was hidden behind the removed one is in place now.
    void Uncover(const std::string& vm, const FibEvent& removal);
    /// Notes a node whose route is in place.
    void NoteRedirect(MoveHistory& move, const FibEvent& event);
    /// Ends the window of the VM's last accepted move before the move at index.
    void CloseWindow(size_t index);

    std::vector<MoveHistory> m_moves;                  //!< in order of their orders
    std::map<std::string, size_t> m_byName;            //!< index of a move
    std::map<std::string, std::vector<size_t>> m_byVm; //!< indices of a VM's moves
    /// By network and address; without a network also, for tables that are of none.
    std::map<std::pair<std::optional<uint32_t>, IpAddress>, std::string> m_vmOf;
    std::vector<FibEvent> m_fibEvents;    //!< all of them
    std::vector<MessageEvent> m_messages; //!< all of them
    /// Node, network of the table, prefix and owner.
    using RouteKey = std::tuple<uint32_t, std::optional<uint32_t>, IpPrefix, std::string>;
    std::map<RouteKey, KnownRoute> m_routes; //!< the routes of VMs
    /// VMs and nodes of which the last request was upkeep.
    std::set<std::pair<std::string, uint32_t>> m_upkeep;
    StateTally m_hostRoutes;     //!< counts
    StateTally m_vmRoutes;       //!< counts
    StateTally m_bindingUpdates; //!< counts
    StateTally m_bindings;       //!< counts
    StateTally m_adjRibsIn;      //!< counts
    StateTally m_locRibs;        //!< counts
    StateTally m_adjRibsOut;     //!< counts
};

} // namespace vmm
} // namespace ns3

#endif // VMM_MIGRATION_TIMELINE_H
