// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_BGP_FSM_HOST_H
#define VMM_TEST_BGP_FSM_HOST_H

#include "ns3/bgp-session-fsm.h"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Writes down what a state machine wants done. Attempts to connect are named 1, 2, ...
class BgpFsmHost : public BgpSessionHost
{
  public:
    BgpConnectionId Connect() override
    {
        ++attempts;
        if (refuses)
        {
            return 0;
        }
        open.insert(attempts);
        return attempts;
    }

    void Close(BgpConnectionId connection, BgpCloseMode mode) override
    {
        open.erase(connection);
        closed[connection] = mode;
    }

    void Send(BgpConnectionId connection, const BgpMessage& message) override
    {
        sent.push_back(std::to_string(connection) + " " + Text(message));
        if (const auto* notification = std::get_if<BgpNotificationMessage>(&message))
        {
            notifications.push_back(*notification);
        }
    }

    void SetTimer(BgpTimer timer, Time delay) override
    {
        timers[timer] = delay;
    }

    void CancelTimer(BgpTimer timer) override
    {
        timers.erase(timer);
    }

    double GetJitter() override
    {
        return jitter;
    }

    void StateChanged(BgpSessionState from, BgpSessionState to) override
    {
        EXPECT_NE(from, to);
        EXPECT_EQ(from, state);
        state = to;
    }

    void ConnectionEnded(BgpConnectionId connection, const BgpSessionEnd& end) override
    {
        ends[connection] = end.ToString();
    }

    void SessionUp(BgpConnectionId connection, const BgpNegotiated& what) override
    {
        EXPECT_FALSE(up);
        up = connection;
        negotiated = what;
    }

    void SessionDown(const BgpSessionEnd& end) override
    {
        EXPECT_TRUE(up);
        up = 0;
        down = end.ToString();
    }

    void UpdateReceived(const BgpUpdateMessage& update) override
    {
        updates.push_back(update);
    }

    void RouteRefreshReceived(const BgpRouteRefreshMessage& refresh) override
    {
        refreshes.push_back(refresh);
    }

    /// What was sent since the last call: "1 open", "1 notification 2/2", joined with ", ".
    std::string TakeSent()
    {
        std::string all;
        for (const auto& one : sent)
        {
            all += (all.empty() ? "" : ", ") + one;
        }
        sent.clear();
        return all;
    }

    /// The type of a message, with the numbers of a NOTIFICATION.
    static std::string Text(const BgpMessage& message)
    {
        if (const auto* notification = std::get_if<BgpNotificationMessage>(&message))
        {
            return "notification " + std::to_string(int(notification->code)) + "/" +
                   std::to_string(notification->subcode);
        }
        static const std::vector<std::string> names = {
            "open", "update", "notification", "keepalive", "route-refresh"};
        return names.at(message.index());
    }

    bool refuses = false;                              //!< Connect() cannot begin
    double jitter = 1;                                 //!< what GetJitter() returns
    uint32_t attempts = 0;                             //!< calls of Connect()
    std::set<BgpConnectionId> open;                    //!< attempts and accepted ones not closed
    std::map<BgpConnectionId, BgpCloseMode> closed;    //!< closed ones
    std::map<BgpConnectionId, std::string> ends;       //!< why
    std::map<BgpTimer, Time> timers;                   //!< running ones, with their delay
    std::vector<std::string> sent;                     //!< see TakeSent()
    std::vector<BgpNotificationMessage> notifications; //!< those sent
    std::vector<BgpUpdateMessage> updates;             //!< that came up
    std::vector<BgpRouteRefreshMessage> refreshes;     //!< that came up
    BgpSessionState state = BgpSessionState::IDLE;     //!< as reported
    BgpConnectionId up = 0;                            //!< established connection
    BgpNegotiated negotiated;                          //!< of it
    std::string down;                                  //!< why the session went down
};

/// AS 65001, 10.0.0.1, peer 65002, hold time 90 s.
inline BgpSessionConfig
FsmConfig()
{
    BgpSessionConfig config;
    config.localAs = 65001;
    config.peerAs = 65002;
    config.routerId = 0x0a000001;
    return config;
}

/// The peer's OPEN: AS 65002, hold time 90 s.
inline BgpOpenMessage
PeerOpen(BgpRouterId id = 0x0a000002)
{
    BgpOpenMessage open;
    open.asn = 65002;
    open.holdTime = 90;
    open.routerId = id;
    open.capabilities.families = {BGP_IPV4_UNICAST};
    open.capabilities.fourOctetAs = true;
    open.capabilities.routeRefresh = true;
    return open;
}

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_BGP_FSM_HOST_H
