// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_BGP_SESSION_NET_H
#define VMM_TEST_BGP_SESSION_NET_H

#include "ns3/bgp-session.h"

#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A clock with a queue of events.
class BgpTestClock
{
  public:
    using Key = std::pair<Time, uint64_t>; //!< when, and in which order of equal ones

    Key At(Time delay, std::function<void()> event)
    {
        const Key key(now + delay, ++m_serial);
        m_events[key] = std::move(event);
        return key;
    }

    void Cancel(const Key& key)
    {
        m_events.erase(key);
    }

    /// Handles all that is due within duration.
    void Run(Time duration)
    {
        const Time end = now + duration;
        while (!m_events.empty() && m_events.begin()->first.first <= end)
        {
            now = m_events.begin()->first.first;
            const auto event = std::move(m_events.begin()->second);
            m_events.erase(m_events.begin());
            ++handled;
            event();
        }
        now = end;
    }

    /// @return events that wait
    size_t GetSize() const
    {
        return m_events.size();
    }

    Time now;             //!< the time
    uint64_t handled = 0; //!< events so far

  private:
    std::map<Key, std::function<void()>> m_events; //!< waiting
    uint64_t m_serial = 0;                         //!< of the last one
};

class BgpTestRouter;

/// A TCP connection between two routers.
struct BgpTestPipe
{
    /// One end of it.
    struct End
    {
        BgpTestRouter* router = nullptr; //!< whose; null: it is gone
        BgpConnectionId id = 0;          //!< name there
        std::vector<uint8_t> held;       //!< arrived, but not read
        size_t flying = 0;               //!< octets on the way to it
        Time last;                       //!< when what was sent last arrives there
    };

    End ends[2];         //!< who connected, who accepted
    bool broken = false; //!< something was lost: nothing arrives any more
};

/// Two routers and the wire between them.
struct BgpTestWire
{
    BgpTestClock clock;                              //!< time
    Time latency = MilliSeconds(10);                 //!< one way
    bool cut = false;                                //!< nothing arrives, nobody is told
    size_t segment = 1000;                           //!< octets handed over at once, > 0
    BgpConnectionId last = 0;                        //!< last name given
    std::vector<std::shared_ptr<BgpTestPipe>> pipes; //!< all that ever were
};

/// A speaker that announces a set of prefixes and remembers those of its peer.
class BgpTestRouter : public BgpSessionOwner
{
  public:
    BgpTestRouter(BgpTestWire& wire, const BgpSessionConfig& config)
        : config(config),
          m_wire(wire)
    {
        Restart();
    }

    /// The process ends without a word, and a new one is there.
    void Restart()
    {
        for (auto& pipe : m_wire.pipes)
        {
            for (auto& end : pipe->ends)
            {
                if (end.router == this)
                {
                    end.router = nullptr;
                }
            }
        }
        for (const auto& timer : m_timers)
        {
            m_wire.clock.Cancel(timer.second);
        }
        m_timers.clear();
        m_pipes.clear();
        learned.clear();
        up = false;
        session = std::make_unique<BgpSession>(config, *this);
    }

    void Start()
    {
        session->Start(m_wire.clock.now);
    }

    /// The local end tells that the link is down.
    void LinkDown()
    {
        const auto pipes = m_pipes;
        for (const auto& pipe : pipes)
        {
            Lose(pipe.first);
        }
    }

    void Announce(const std::set<IpPrefix>& prefixes)
    {
        own.insert(prefixes.begin(), prefixes.end());
        BgpUpdateMessage update;
        update.announced.assign(prefixes.begin(), prefixes.end());
        update.attributes.nextHop = Ipv4Address("192.0.2.1");
        update.attributes.Prepend(config.localAs, 1);
        session->SendUpdate(update, m_wire.clock.now);
    }

    void Withdraw(const IpPrefix& prefix)
    {
        own.erase(prefix);
        BgpUpdateMessage update;
        update.withdrawn = {prefix};
        session->SendUpdate(update, m_wire.clock.now);
    }

    BgpConnectionId Connect() override
    {
        auto pipe = std::make_shared<BgpTestPipe>();
        m_wire.pipes.push_back(pipe);
        pipe->ends[0] = {this, ++m_wire.last, {}, 0, Time()};
        m_pipes[m_wire.last] = {pipe, 0};
        ++attempts;
        Carry(pipe,
              1,
              [this, pipe]()
              {
                  peer->Accept(pipe);
              });
        return pipe->ends[0].id;
    }

    void Close(BgpConnectionId connection, BgpCloseMode) override
    {
        const auto found = m_pipes.find(connection);
        if (found == m_pipes.end())
        {
            return;
        }
        const auto pipe = found->second.first;
        const int side = found->second.second;
        m_pipes.erase(found);
        pipe->ends[side].router = nullptr;
        TellEnd(pipe, 1 - side);
    }

    size_t Write(BgpConnectionId connection, const uint8_t* data, size_t size) override
    {
        const auto found = m_pipes.find(connection);
        EXPECT_NE(found, m_pipes.end());
        const auto pipe = found->second.first;
        const int to = 1 - found->second.second;
        const size_t held = pipe->ends[to].held.size() + pipe->ends[to].flying;
        const bool stuck = pipe->ends[to].router && !pipe->ends[to].router->reads;
        const size_t taken = stuck ? std::min(size, held < window ? window - held : 0) : size;
        if (taken > 0)
        {
            const std::vector<uint8_t> octets(data, data + taken);
            pipe->ends[to].flying += taken;
            Carry(pipe,
                  to,
                  [this, pipe, to, octets]()
                  {
                      Arrive(pipe, to, octets);
                  });
        }
        return taken;
    }

    void SetTimer(BgpTimer timer, Time delay) override
    {
        CancelTimer(timer);
        m_timers[timer] = m_wire.clock.At(delay,
                                          [this, timer]()
                                          {
                                              m_timers.erase(timer);
                                              ++expiries;
                                              session->TimerExpired(timer, m_wire.clock.now);
                                          });
    }

    void CancelTimer(BgpTimer timer) override
    {
        const auto found = m_timers.find(timer);
        if (found != m_timers.end())
        {
            m_wire.clock.Cancel(found->second);
            m_timers.erase(found);
        }
    }

    double GetJitter() override
    {
        return jitter;
    }

    void MessageSent(BgpConnectionId, const std::vector<uint8_t>& octets) override
    {
        ++sent[octets.at(18)];
    }

    void ConnectionEnded(BgpConnectionId, const BgpSessionEnd& end) override
    {
        ends.push_back(end);
    }

    void SessionUp(const BgpNegotiated& negotiated) override
    {
        EXPECT_FALSE(up);
        EXPECT_TRUE(learned.empty());
        up = true;
        ++ups;
        direction = negotiated.direction;
        if (!own.empty())
        {
            Announce(own);
        }
    }

    void SessionDown(const BgpSessionEnd& end) override
    {
        EXPECT_TRUE(up);
        up = false;
        downs.push_back(end);
        downAt = m_wire.clock.now;
        learned.clear();
    }

    void UpdateReceived(const BgpUpdateMessage& update) override
    {
        EXPECT_TRUE(up);
        for (const auto& prefix : update.withdrawn)
        {
            learned.erase(prefix);
        }
        learned.insert(update.announced.begin(), update.announced.end());
    }

    void RouteRefreshReceived(const BgpRouteRefreshMessage&) override
    {
        ++refreshes;
        Announce(own);
    }

    /// Begins or ceases to read what arrives.
    void Read(bool on)
    {
        reads = on;
        const auto pipes = m_pipes;
        for (const auto& item : pipes)
        {
            const auto pipe = item.second.first;
            const int side = item.second.second;
            const auto octets = std::move(pipe->ends[side].held);
            pipe->ends[side].held.clear();
            pipe->ends[side].flying += octets.size();
            Arrive(pipe, side, octets);
            m_wire.clock.At(m_wire.latency,
                            [this, pipe, side]()
                            {
                                const auto& other = pipe->ends[1 - side];
                                if (other.router)
                                {
                                    other.router->session->Writable(other.id, m_wire.clock.now);
                                }
                            });
        }
    }

    BgpSessionConfig config;                         //!< of the session, for Restart()
    BgpTestRouter* peer = nullptr;                   //!< the other one
    std::unique_ptr<BgpSession> session;             //!< under test
    std::set<IpPrefix> own;                          //!< announced
    std::set<IpPrefix> learned;                      //!< from the peer
    bool listens = true;                             //!< accepts connections
    bool reads = true;                               //!< takes what arrives
    size_t window = 5000;                            //!< octets that wait for a reader
    double jitter = 1;                               //!< of the timers
    bool up = false;                                 //!< established
    int ups = 0;                                     //!< how often
    int attempts = 0;                                //!< to connect
    int refreshes = 0;                               //!< asked for
    uint64_t expiries = 0;                           //!< of timers
    BgpDirection direction = BgpDirection::OUTGOING; //!< of the established connection
    std::vector<BgpSessionEnd> ends;                 //!< of connections
    std::vector<BgpSessionEnd> downs;                //!< of the session
    Time downAt;                                     //!< last time
    std::map<int, int> sent;                         //!< messages by type

  private:
    /// An attempt arrives.
    void Accept(const std::shared_ptr<BgpTestPipe>& pipe)
    {
        if (!listens || !pipe->ends[0].router)
        {
            TellEnd(pipe, 0);
            return;
        }
        pipe->ends[1].router = this;
        pipe->ends[1].id = ++m_wire.last;
        m_pipes[m_wire.last] = {pipe, 1};
        Carry(pipe,
              0,
              [this, pipe]()
              {
                  const auto& end = pipe->ends[0];
                  if (end.router)
                  {
                      end.router->session->TcpConnected(
                          end.id, BgpDirection::OUTGOING, m_wire.clock.now);
                  }
              });
        session->TcpConnected(pipe->ends[1].id, BgpDirection::INCOMING, m_wire.clock.now);
    }

    /// Octets arrive at one end, in segments.
    void
    Arrive(const std::shared_ptr<BgpTestPipe>& pipe, int side, const std::vector<uint8_t>& octets)
    {
        auto& end = pipe->ends[side];
        end.flying -= std::min(end.flying, octets.size());
        if (end.router && !end.router->reads)
        {
            end.held.insert(end.held.end(), octets.begin(), octets.end());
            return;
        }
        for (size_t at = 0; end.router && at < octets.size(); at += m_wire.segment)
        {
            const size_t size = std::min(m_wire.segment, octets.size() - at);
            end.router->session->BytesReceived(end.id, octets.data() + at, size, m_wire.clock.now);
        }
        if (!end.router && pipe->ends[1 - side].router)
        {
            TellEnd(pipe, 1 - side);
        }
    }

    /// One end learns a latency later that the other one is gone.
    void TellEnd(const std::shared_ptr<BgpTestPipe>& pipe, int side)
    {
        Carry(pipe,
              side,
              [this, pipe, side]()
              {
                  const auto end = pipe->ends[side];
                  if (end.router)
                  {
                      end.router->Lose(end.id);
                  }
              });
    }

    /// Something travels to one end, in order with all else on the way there.
    void Carry(const std::shared_ptr<BgpTestPipe>& pipe, int to, std::function<void()> arrive)
    {
        Time& last = pipe->ends[to].last;
        last = std::max(last, m_wire.clock.now + m_wire.latency);
        m_wire.clock.At(last - m_wire.clock.now,
                        [this, pipe, arrive]()
                        {
                            pipe->broken = pipe->broken || m_wire.cut;
                            if (!pipe->broken)
                            {
                                arrive();
                            }
                        });
    }

    void Lose(BgpConnectionId connection)
    {
        const auto found = m_pipes.find(connection);
        if (found != m_pipes.end())
        {
            found->second.first->ends[found->second.second].router = nullptr;
            m_pipes.erase(found);
            session->TcpFailed(connection, m_wire.clock.now);
        }
    }

    BgpTestWire& m_wire;                            //!< to the peer
    std::map<BgpTimer, BgpTestClock::Key> m_timers; //!< that run
    /// Connections and attempts: the pipe, and which end of it.
    std::map<BgpConnectionId, std::pair<std::shared_ptr<BgpTestPipe>, int>> m_pipes;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_BGP_SESSION_NET_H
