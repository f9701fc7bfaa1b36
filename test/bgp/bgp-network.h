// SPDX-License-Identifier: GPL-2.0-only
// A network of BGP speakers without octets, sockets and simulator: UPDATEs are events in a queue.
#ifndef VMM_BGP_NETWORK_H
#define VMM_BGP_NETWORK_H

#include "ns3/bgp-speaker.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{
namespace bgp_test
{

/// Events in order of time, then of insertion.
class EventQueue
{
  public:
    using Key = std::pair<Time, uint64_t>;

    Key At(Time time, std::function<void()> event)
    {
        Key key{time, m_count++};
        m_events.emplace(key, std::move(event));
        return key;
    }

    void Cancel(const Key& key)
    {
        m_events.erase(key);
    }

    /// Runs until nothing is left, or until the time; too many events: the network never settles.
    void Run(Time until = Time::Max())
    {
        for (uint64_t n = 0; !m_events.empty() && m_events.begin()->first.first <= until; n++)
        {
            if (n > 3000000)
            {
                throw std::runtime_error("the network does not settle");
            }
            auto first = m_events.begin();
            now = first->first.first;
            auto event = std::move(first->second);
            m_events.erase(first);
            event();
        }
        now = until == Time::Max() ? now : until;
    }

    Time now; //!< the time

  private:
    std::map<Key, std::function<void()>> m_events; //!< to come
    uint64_t m_count = 0;                          //!< so far
};

/// Speakers and the links between them. Neighbours are on a link; its number is the interface.
class BgpNetwork
{
  public:
    using NodeId = size_t;
    using LinkId = uint32_t;

    struct Router;

    struct End
    {
        NodeId node = 0;
        BgpPeerId peer = 0;
        IpAddress address;
        Time lastArrival; //!< of what was sent to this end
    };

    struct Link
    {
        End ends[2];
        Time delay;
        bool up = false;
        uint64_t sessions = 0;
    };

    /// A speaker with its host and its table of next hops.
    struct Router : public BgpSpeakerHost, public BgpNextHopResolver
    {
        BgpNetwork* network = nullptr;
        NodeId id = 0;
        BgpSpeakerConfig config;
        std::unique_ptr<BgpSpeaker> speaker;
        std::map<BgpPeerId, std::pair<LinkId, int>> links;     //!< and our end
        std::map<BgpSpeakerTimer, EventQueue::Key> timers;     //!< running
        std::map<IpPrefix, BgpNextHopSet> fib;                 //!< installed
        std::map<IpAddress, BgpResolution> remote;             //!< next hops off the link
        std::map<IpPrefix, Time> installedAt;                  //!< last change in fib
        size_t sent = 0;                                       //!< UPDATEs
        size_t announcements = 0;                              //!< prefixes announced
        size_t withdrawals = 0;                                //!< prefixes withdrawn
        std::vector<std::pair<IpPrefix, std::string>> changes; //!< of the Loc-RIB

        Time GetNow() const override
        {
            return network->queue.now;
        }

        void SetTimer(const BgpSpeakerTimer& timer, Time delay) override
        {
            if (timers.count(timer))
            {
                throw std::logic_error("timer runs already");
            }
            timers[timer] = network->queue.At(GetNow() + delay,
                                              [this, timer]
                                              {
                                                  timers.erase(timer);
                                                  speaker->TimerExpired(timer);
                                              });
        }

        void CancelTimer(const BgpSpeakerTimer& timer) override
        {
            auto it = timers.find(timer);
            if (it != timers.end())
            {
                network->queue.Cancel(it->second);
                timers.erase(it);
            }
        }

        void SendUpdate(BgpPeerId peer, const BgpUpdateMessage& update) override
        {
            sent++;
            announcements += update.announced.size();
            withdrawals += update.withdrawn.size();
            network->Carry(links.at(peer).first, links.at(peer).second, update);
        }

        void InstallRoute(const IpPrefix& prefix, const BgpNextHopSet& nextHops) override
        {
            fib[prefix] = nextHops;
            installedAt[prefix] = GetNow();
        }

        void RemoveRoute(const IpPrefix& prefix) override
        {
            if (!fib.erase(prefix))
            {
                throw std::logic_error("no such route");
            }
            installedAt[prefix] = GetNow();
        }

        double DrawJitter() override
        {
            return network->jitter ? network->jitter() : 1;
        }

        void BestPathChanged(const IpPrefix& prefix,
                             const BgpBestPath& before,
                             const BgpBestPath& after,
                             BgpDecisionStep) override
        {
            if (before == after)
            {
                throw std::logic_error("nothing changed");
            }
            network->lastChange = GetNow();
            changes.emplace_back(prefix,
                                 after.attributes ? after.attributes->AsPathText() : "none");
        }

        BgpResolution Resolve(const IpAddress& nextHop, std::optional<BgpPeerId>) const override
        {
            for (const auto& [peer, place] : links)
            {
                const Link& link = network->links[place.first];
                if (link.ends[place.second].address == nextHop)
                {
                    BgpResolution self;
                    self.local = true;
                    return self;
                }
                if (link.ends[1 - place.second].address == nextHop)
                {
                    BgpResolution result;
                    result.reachable = true;
                    result.hops = {{nextHop, place.first}};
                    return result;
                }
            }
            auto it = remote.find(nextHop);
            return it == remote.end() ? BgpResolution() : it->second;
        }
    };

    /// @param asn AS of the router; its identifier is 10.0.0.0 plus its number plus 1
    NodeId AddRouter(BgpAsn asn, BgpSpeakerConfig config = {})
    {
        auto router = std::make_unique<Router>();
        router->network = this;
        router->id = routers.size();
        config.identity.asn = asn;
        config.identity.routerId = 0x0a000001 + router->id;
        router->config = config;
        router->speaker = std::make_unique<BgpSpeaker>(*router, *router, config);
        routers.push_back(std::move(router));
        return routers.back()->id;
    }

    LinkId Connect(NodeId a,
                   NodeId b,
                   Time delay = MilliSeconds(1),
                   BgpPeerConfig configA = {},
                   BgpPeerConfig configB = {})
    {
        LinkId id = links.size();
        links.emplace_back();
        Link& link = links.back();
        link.delay = delay;
        BgpPeerConfig* configs[2] = {&configA, &configB};
        NodeId nodes[2] = {a, b};
        for (uint32_t i = 0; i < 2; i++)
        {
            link.ends[i].node = nodes[i];
            link.ends[i].address = Ipv4Address(0xac100000 + 4 * id + 1 + i);
        }
        for (int i = 0; i < 2; i++)
        {
            configs[i]->address = link.ends[1 - i].address;
            configs[i]->localIpv4 = link.ends[i].address;
            configs[i]->name = "r" + std::to_string(nodes[1 - i]);
            Router& router = *routers[nodes[i]];
            link.ends[i].peer = router.speaker->AddPeer(*configs[i]);
            router.links[link.ends[i].peer] = {id, i};
        }
        return id;
    }

    void Up(LinkId id, bool secondFirst = false)
    {
        Link& link = links[id];
        if (link.up)
        {
            return;
        }
        link.up = true;
        link.sessions++;
        for (int k = 0; k < 2; k++)
        {
            int i = secondFirst ? 1 - k : k;
            const Router& other = *routers[link.ends[1 - i].node];
            BgpPeerSession session;
            session.asn = other.config.identity.asn;
            session.routerId = other.config.identity.routerId;
            session.families = {BGP_IPV4_UNICAST, BGP_IPV6_UNICAST};
            routers[link.ends[i].node]->speaker->PeerUp(link.ends[i].peer, session);
        }
    }

    void Down(LinkId id)
    {
        Link& link = links[id];
        link.up = false;
        link.sessions++;
        for (End& end : link.ends)
        {
            routers[end.node]->speaker->PeerDown(end.peer);
        }
    }

    void UpAll()
    {
        for (LinkId id = 0; id < links.size(); id++)
        {
            Up(id);
        }
    }

    void Originate(NodeId node, const std::string& prefix, const BgpPathAttributes& a = {})
    {
        routers[node]->speaker->Originate(IpPrefix::FromString(prefix), a);
    }

    void Withdraw(NodeId node, const std::string& prefix)
    {
        routers[node]->speaker->Withdraw(IpPrefix::FromString(prefix));
    }

    void Carry(LinkId id, int from, const BgpUpdateMessage& update)
    {
        Link& link = links[id];
        End& to = link.ends[1 - from];
        Time delay = randomDelay ? randomDelay() : link.delay;
        to.lastArrival = std::max(to.lastArrival, queue.now + delay);
        uint64_t session = link.sessions;
        queue.At(to.lastArrival,
                 [this, id, from, session, update]
                 {
                     Link& now = links[id];
                     End& end = now.ends[1 - from];
                     if (now.sessions == session)
                     {
                         routers[end.node]->speaker->Update(end.peer, update);
                     }
                 });
    }

    /// @return the neighbours that the node's table sends the prefix to
    std::set<NodeId> NextNodes(NodeId node, const IpPrefix& prefix) const
    {
        std::set<NodeId> nodes;
        auto it = routers[node]->fib.find(prefix);
        if (it != routers[node]->fib.end())
        {
            for (const BgpNextHop& hop : it->second)
            {
                const Link& link = links[hop.interface];
                nodes.insert(link.ends[link.ends[0].node == node ? 1 : 0].node);
            }
        }
        return nodes;
    }

    /// @return the Loc-RIBs and tables of all routers
    std::string ToText() const
    {
        std::ostringstream text;
        for (const auto& router : routers)
        {
            for (const auto& [prefix, best] : router->speaker->GetLocRib())
            {
                text << "r" << router->id << " " << prefix << " from " << best.peer << ": "
                     << *best.attributes << " via";
                for (NodeId next : NextNodes(router->id, prefix))
                {
                    text << " r" << next;
                }
                text << "\n";
            }
        }
        return text.str();
    }

    /// @return whether no router knows anything of the prefix
    bool IsForgotten(const IpPrefix& prefix) const
    {
        for (const auto& router : routers)
        {
            if (router->speaker->GetEntry(prefix) || router->fib.count(prefix))
            {
                return false;
            }
        }
        return true;
    }

    EventQueue queue;                             //!< what happens
    std::vector<std::unique_ptr<Router>> routers; //!< by number
    std::deque<Link> links;                       //!< by number
    std::function<Time()> randomDelay;            //!< instead of the links' delays
    std::function<double()> jitter;               //!< of advertisement intervals
    Time lastChange;                              //!< of a Loc-RIB
};

} // namespace bgp_test
} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_NETWORK_H
