// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FIB_H
#define VMM_FIB_H

#include "ns3/fib-route.h"
#include "ns3/next-hop-group.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/prefix-table.h"
#include "ns3/simulator.h"
#include "ns3/traced-callback.h"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ns3
{

class Node;

namespace vmm
{

/**
 * The forwarding table of a node, of both families.
 *
 * A prefix has at most one route per owner; the most preferred owner's route is the one that
 * packets see. A packet takes the longest prefix whatever its route does: a route whose devices are
 * all down loses its packets (link-down) and never falls back to a shorter prefix. The adapters
 * Ipv4FibRouting and Ipv6FibRouting put the table into ns-3's data path; InstallFib() does all of
 * it for a node:
 *
 *     Ptr<Fib> fib = InstallFib(node);
 *     fib->SetRouterAddress(IpAddress::FromString("10.0.0.1"));
 *     fib->SetRoute(IpPrefix::FromString("10.1.0.0/16"), RouteOwner::STATIC,
 *                   Route::Forward({{IpAddress::FromString("10.9.0.2"), device}}));
 *
 * The pointers that Find() and Lookup() give are good until the table changes.
 *
 * A node may keep virtual networks apart: AddTenant() makes the table of one, which packets from
 * its device are looked up in. Such a table has routes of its own and shares all else with the
 * node's: salt, source addresses, states of devices, the way out of a tunnel's head, and the
 * traces, which the node's table fires for it.
 */
class Fib : public Object
{
  public:
    /// What a matched entry is; Kind::LOCAL is not a route but an address of the node itself.
    enum class Kind : uint8_t
    {
        FORWARD, //!< as RouteAction
        DISCARD, //!< as RouteAction
        TUNNEL,  //!< as RouteAction
        PUNT,    //!< as RouteAction
        LOCAL    //!< the packet is for the node, or a broadcast to an interface's subnet
    };

    /// A route in the table.
    struct Entry
    {
        IpPrefix prefix;                       //!< of the route
        RouteOwner owner = RouteOwner::STATIC; //!< whose it is
        Kind kind = Kind::DISCARD;             //!< what to do
        int64_t lastUse = 0;                   //!< time steps, the complement while the use is
                                               //!< watched; the preferred one's is in the table
        Entry* next = nullptr;                 //!< the next preferred route of the prefix
        Route route;                           //!< as given
        NextHopGroups::Handle group; //!< FORWARD: next hops; LOCAL: of a broadcast address
        std::function<void()> used;  //!< called at the next use, if the stamp says so

        /// @return whether this is a route, which the node's own addresses are not
        bool IsRoute() const
        {
            return kind != Kind::LOCAL;
        }
    };

    /// What a packet finds; good until the table changes.
    class Found
    {
      public:
        /// Nothing.
        Found() = default;

        /// @param hit in a table @param groups of the family
        template <typename Hit>
        Found(const Hit& hit, const NextHopGroups& groups)
            : m_word(hit ? hit.slot->word : 0),
              m_lastUse(hit ? &hit.slot->stamp : nullptr),
              m_entry(hit.value),
              m_groups(&groups)
        {
        }

        /// @return whether there was a match
        explicit operator bool() const
        {
            return m_word != 0;
        }

        /// @param kind a kind @return whether there was a match and it is of that kind
        bool Is(Kind kind) const
        {
            return (m_word & KIND_MASK) == static_cast<uint32_t>(kind) + 1;
        }

        /// @return the kind; there must be a match
        Kind GetKind() const
        {
            return static_cast<Kind>((m_word & KIND_MASK) - 1);
        }

        /// @return FORWARD: the next hops; LOCAL: that of a broadcast address; else null
        const NextHopGroup* GetGroup() const
        {
            return m_word ? m_groups->At(m_word >> KIND_BITS) : nullptr;
        }

        /// Notes that a packet takes the route now; there must be a match.
        void Use() const
        {
            const bool watched = *m_lastUse < 0;
            *m_lastUse = Simulator::Now().GetTimeStep();
            if (watched)
            {
                Simulator::ScheduleNow(std::exchange((*m_entry)->used, nullptr));
            }
        }

        /// @return the route; there must be a match. Costs a further cache line.
        const Route& GetRoute() const
        {
            return (*m_entry)->route;
        }

      private:
        uint32_t m_word = 0;                     //!< 0, or group index and kind + 1
        int64_t* m_lastUse = nullptr;            //!< as Entry::lastUse
        Entry* const* m_entry = nullptr;         //!< where the entry is noted
        const NextHopGroups* m_groups = nullptr; //!< of the family
    };

    /// A route as GetEntries() lists it.
    struct Listed
    {
        IpPrefix prefix;    //!< which prefix
        RouteOwner owner;   //!< whose route
        const Route* route; //!< good until the table changes
        bool best;          //!< whether packets take it
    };

    /// @return the TypeId
    static TypeId GetTypeId();
    Fib();
    ~Fib() override;

    /**
     * Adds or replaces a route. A route that forwards like the one it replaces only renews epoch
     * and handler, which is no change and is not traced.
     * @param prefix which prefix
     * @param owner whose route
     * @param route the route
     * @throws std::invalid_argument if the prefix is none, a FORWARD route has no next hop, a next
     *         hop no device of this node, a gateway or the remote is of the wrong family (that of
     *         a VXLAN tunnel may be of either), a VNI has more than 24 bits, or a PUNT route has no
     *         handler
     */
    void SetRoute(const IpPrefix& prefix, RouteOwner owner, const Route& route);
    /**
     * @param prefix which prefix
     * @param owner whose route
     * @param epoch registration epoch that makes the route go, for the trace; 0: the route's own
     * @return whether there was one
     */
    bool RemoveRoute(const IpPrefix& prefix, RouteOwner owner, uint32_t epoch = 0);
    /**
     * Removes all routes of an owner, in order of prefix.
     * @param owner whose routes
     * @return how many there were
     */
    size_t RemoveRoutes(RouteOwner owner);
    /**
     * @param prefix exactly this prefix
     * @param owner whose route
     * @return the route, null if none
     */
    const Route* Find(const IpPrefix& prefix, RouteOwner owner) const;
    /**
     * Longest match, not counted as use. The node's own addresses are no routes.
     * @param address a destination
     * @return the route that packets to the address take, null if none
     */
    const Route* Lookup(const IpAddress& address) const;
    /// @param address a destination @return the same with its prefix and owner, if there is one
    std::optional<Listed> LookupListed(const IpAddress& address) const;
    /**
     * @param key a flow
     * @return where a packet of the flow leaves; null if it does not match a FORWARD route or all
     *         next hops are down
     */
    const NextHop* GetNextHop(const FlowKey& key) const;
    /// @return all routes by prefix, per prefix the most preferred first
    std::vector<Listed> GetEntries() const;
    /**
     * @param prefix which prefix
     * @param owner whose route
     * @return when the last packet was forwarded, tunnelled, punted or discarded by the route; the
     *         time it was added if none was; negative if there is no such route
     */
    Time GetLastUse(const IpPrefix& prefix, RouteOwner owner) const;
    /**
     * Has a function called once, when the next packet takes a route; right after that packet. A
     * further call for the route takes the place of an earlier one, and so does its removal.
     * @param prefix which prefix
     * @param owner whose route; without such a route nothing happens
     * @param used what to call
     */
    void WatchUse(const IpPrefix& prefix, RouteOwner owner, std::function<void()> used);
    /// @param owner whose routes @return how many there are
    size_t GetRouteCount(RouteOwner owner) const;
    /// @param owner whose routes @return how many of them are for one address
    size_t GetHostRouteCount(RouteOwner owner) const;

    /**
     * Next hops over a device that is down are skipped. An interface that is set down in ns-3's
     * IPv4 or IPv6 counts as down for that family besides.
     * @param device a device of the node
     * @param up whether it can be used
     */
    void SetDeviceUp(Ptr<NetDevice> device, bool up);
    /**
     * @param device a device of the node
     * @return what SetDeviceUp() said last, true at first
     */
    bool IsDeviceUp(Ptr<NetDevice> device) const;

    /**
     * The source address of what the node itself sends, also of ICMP errors and tunnels. Without
     * one it is an address of the output interface that is not link-local, else of another one.
     * @param address one of the node's addresses; sets that of its family
     */
    void SetRouterAddress(const IpAddress& address);
    /// @param family which @return the router address of the family, none if not set
    IpAddress GetRouterAddress(IpFamily family) const;
    /// @param address any @return whether an interface of the node has it
    bool IsLocal(const IpAddress& address) const;

    /// @return what the flow hash is salted with
    uint64_t GetSalt() const
    {
        return m_salt;
    }

    /**
     * Gives a punted packet to the IP layer again, as if its device had just received it.
     * @param packet as the handler got it
     */
    void Reinject(const PuntedPacket& packet);

    /**
     * Makes the table of a virtual network. The addresses of the device's interfaces are local in
     * it, those of the node's other interfaces are not.
     * @param vn VN-ID, new
     * @param device whose packets are of that network; it has its interfaces
     * @return the table
     * @throws std::invalid_argument if the network has a table already, or this is one itself
     */
    Ptr<Fib> AddTenant(uint32_t vn, Ptr<NetDevice> device);
    /// @param vn VN-ID @return the table of that network, null if it has none
    Ptr<Fib> GetTenant(uint32_t vn) const;

    /// @return the VN-ID of a virtual network's table; nothing for the node's own
    const std::optional<uint32_t>& GetVn() const
    {
        return m_vn;
    }

    /// @return the device of a virtual network's table; null for the node's own
    Ptr<NetDevice> GetTenantDevice() const
    {
        return m_device;
    }

    // For the adapters and the tunnel protocol

    /// @return whether virtual networks have tables of their own here
    bool HasTenants() const
    {
        return !m_tenants.empty();
    }

    /// @param device of the node @return the table for the packets that it receives
    Fib& GetTableOf(const NetDevice* device)
    {
        auto found = m_byDevice.find(device);
        return found == m_byDevice.end() ? *this : *found->second;
    }

    /// @param address a destination @return the longest match
    Found Match(Ipv4Address address) const
    {
        return {m_ipv4.table.Longest(Ipv4Key{address.Get()}), m_ipv4.groups};
    }

    /// @param address a destination @return the longest match
    Found Match(Ipv6Address address) const
    {
        return {m_ipv6.table.Longest(Ipv6Key::From(IpAddress(address))), m_ipv6.groups};
    }

    /// Fires the Drop trace. @param packet lost here @param cause why
    void NotifyDrop(Ptr<const Packet> packet, DropCause cause);
    /// Fires the Encapsulate trace. @param packet the inner datagram @param remote the tunnel's end
    void NotifyEncapsulate(Ptr<const Packet> packet, const IpAddress& remote);
    /// Fires the Decapsulate trace. @param packet the inner datagram @param remote who sent it
    void NotifyDecapsulate(Ptr<const Packet> packet, const IpAddress& remote);
    /**
     * An adapter tells of an address of the node.
     * @param address the address
     * @param device null; the interface's device if the address is its broadcast address
     */
    void AddLocal(const IpAddress& address, Ptr<NetDevice> device = nullptr);
    /// Takes one AddLocal() back. @param address the address
    void RemoveLocal(const IpAddress& address);
    /**
     * An adapter tells whether an interface is up in its family.
     * @param family IPv4 or IPv6
     * @param device of the interface
     * @param up whether it is
     */
    void SetInterfaceUp(IpFamily family, Ptr<NetDevice> device, bool up);
    /**
     * An adapter tells that it is in the data path, so that devices without an interface count as
     * down.
     * @param family IPv4 or IPv6
     */
    void SetAttached(IpFamily family);
    /// Makes the adapters choose source addresses anew.
    void ForgetRoutes();

    /// Signature of Change. @param change what changed
    typedef void (*ChangeCallback)(const FibChange& change);
    /// Signature of Drop. @param packet without its IP header @param cause why
    typedef void (*DropCallback)(Ptr<const Packet> packet, DropCause cause);
    /// Signature of Encapsulate and Decapsulate. @param inner with IP header @param remote the peer
    typedef void (*TunnelCallback)(Ptr<const Packet> inner, IpAddress remote);
    /// Signature of DeviceState. @param device which @param up whether it is up
    typedef void (*DeviceCallback)(Ptr<const NetDevice> device, bool up);

  protected:
    void NotifyNewAggregate() override;
    void DoDispose() override;

  private:
    static constexpr uint32_t KIND_BITS = 3;                    //!< of a slot's word, for kind + 1
    static constexpr uint32_t KIND_MASK = (1 << KIND_BITS) - 1; //!< likewise

    /// The table of one family.
    template <typename Key>
    struct Half
    {
        PrefixTable<Key, Entry> table; //!< most preferred entry per prefix
        NextHopGroups groups;          //!< next hops in use
        bool attached = false;         //!< an adapter is in the data path
        IpFamily family;               //!< which

        /// @return the key of an address
        static Key GetKey(const IpAddress& address)
        {
            return Key::From(address);
        }

        /// @return the key of a prefix
        static Key GetKey(const IpPrefix& prefix)
        {
            return Key::From(prefix.GetAddress());
        }
    };

    /// Calls f with the half of a family. @return what f does
    template <typename F>
    auto With(IpFamily family, F f)
    {
        return family == IpFamily::IPV4 ? f(m_ipv4) : f(m_ipv6);
    }

    /// Calls f with the half of a family. @return what f does
    template <typename F>
    auto With(IpFamily family, F f) const
    {
        return family == IpFamily::IPV4 ? f(m_ipv4) : f(m_ipv6);
    }

    /// @throws std::invalid_argument if the route does not fit the prefix or the node
    void Check(const IpPrefix& prefix, const Route& route) const;
    /// Fills what a packet needs from entry.route.
    void Bind(Entry& entry);
    /// Gives the next hops of an entry back.
    void Unbind(Entry& entry);
    /// @return the most preferred entry of exactly this prefix, also LOCAL, or null
    Entry* FindHead(const IpPrefix& prefix) const;

    /// @return the same with its slot in the table
    template <typename Key>
    static typename PrefixTable<Key, Entry>::Hit FindSlot(const Half<Key>& half,
                                                          const IpPrefix& prefix)
    {
        return half.table.Find(Key::From(prefix.GetAddress()), prefix.GetLength());
    }

    /// Sets or removes (null) the most preferred entry of a prefix, or notes that it has changed.
    void SetHead(const IpPrefix& prefix, Entry* entry);
    /// Puts a new entry at its place in the list of its prefix.
    void Link(Entry* entry);
    /// Takes an entry out of the list of its prefix and deletes it.
    void Unlink(Entry* entry);
    /// @return the owner's entry for exactly this prefix, or null
    Entry* FindEntry(const IpPrefix& prefix, RouteOwner owner) const;
    /// Counts a route in (1) or out (-1).
    void Count(const IpPrefix& prefix, RouteOwner owner, int step);
    /// Fires the Change trace.
    void Trace(const Entry& entry, FibAction action, bool effective);
    /// @return whether a device can be used in a family
    bool IsUsable(IpFamily family, const NetDevice* device) const;
    /// Asks the IP layer whether the device has an interface that is up.
    void NoteInterface(IpFamily family, bool attached, const NetDevice* device);
    /// Notes a reason why a device is down, or takes it back.
    void SetDown(Ptr<NetDevice> device, uint8_t reason, bool down);
    /// Makes the groups of next hops ask anew which devices can be used.
    void Refresh();
    /// @return the node's own table
    Fib& GetRoot();
    /// Deletes every entry.
    void Clear();
    /// Sets the attribute. @param salt 0: from the node id
    void SetSaltAttribute(uint64_t salt);
    /// @return the attribute
    uint64_t GetSaltAttribute() const;

    Half<Ipv4Key> m_ipv4;         //!< IPv4
    Half<Ipv6Key> m_ipv6;         //!< IPv6
    Ptr<Node> m_node;             //!< null until aggregated
    uint64_t m_saltAttribute = 0; //!< as set
    uint64_t m_salt = 0;          //!< as used
    IpAddress m_routerIpv4;       //!< source of what the node sends
    IpAddress m_routerIpv6;       //!< source of what the node sends
    /// Why devices are down; those that are up are missing. Only searched.
    std::unordered_map<const NetDevice*, uint8_t> m_down;
    std::array<size_t, ROUTE_OWNER_COUNT> m_count{};       //!< routes by owner
    std::array<size_t, ROUTE_OWNER_COUNT> m_hostCount{};   //!< host routes by owner
    Fib* m_parent = nullptr;                               //!< of a network's table: the node's own
    std::optional<uint32_t> m_vn;                          //!< of a network's table: VN-ID
    Ptr<NetDevice> m_device;                               //!< of a network's table: where from
    std::map<uint32_t, Ptr<Fib>> m_tenants;                //!< tables by VN-ID
    std::unordered_map<const NetDevice*, Fib*> m_byDevice; //!< the same; only searched

    TracedCallback<const FibChange&> m_changeTrace;                  //!< a route changed
    TracedCallback<Ptr<const Packet>, DropCause> m_dropTrace;        //!< a packet was lost
    TracedCallback<Ptr<const Packet>, IpAddress> m_encapsulateTrace; //!< into a tunnel
    TracedCallback<Ptr<const Packet>, IpAddress> m_decapsulateTrace; //!< out of a tunnel
    TracedCallback<Ptr<const NetDevice>, bool> m_deviceTrace;        //!< SetDeviceUp()
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FIB_H
