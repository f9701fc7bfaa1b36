// SPDX-License-Identifier: GPL-2.0-only
#include "bgp/bgp-fsm-host.h"

#include <array>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <sstream>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// Where a case begins. In the last two a connection is there and DelayOpenTimer runs.
enum From
{
    IDLE,
    CONNECT,
    ACTIVE,
    OPEN_SENT,
    OPEN_CONFIRM,
    ESTABLISHED,
    CONNECT_DELAY,
    ACTIVE_DELAY,
    FROM_COUNT
};

const char* const FROM_NAMES[] = {"Idle",
                                  "Connect",
                                  "Active",
                                  "OpenSent",
                                  "OpenConfirm",
                                  "Established",
                                  "ConnectDelay",
                                  "ActiveDelay"};

/// A machine in a given state at time 10 s; its connection, if there is one, is number 1 or 100.
struct Machine
{
    explicit Machine(From from)
    {
        BgpSessionConfig config = FsmConfig();
        config.passive = from == ACTIVE_DELAY;
        if (from == CONNECT_DELAY || from == ACTIVE_DELAY)
        {
            config.delayOpenTime = Seconds(5);
        }
        fsm = std::make_unique<BgpSessionFsm>(config, host);
        const Time now = Seconds(10);
        if (from != IDLE)
        {
            fsm->Start(now);
        }
        if (from == ACTIVE_DELAY)
        {
            connection = 100;
            fsm->TcpConnected(100, BgpDirection::INCOMING, now);
        }
        else if (from != IDLE)
        {
            connection = 1;
        }
        if (from == ACTIVE || from == CONNECT_DELAY || (from >= OPEN_SENT && from <= ESTABLISHED))
        {
            fsm->TcpConnected(1, BgpDirection::OUTGOING, now);
        }
        if (from == ACTIVE)
        {
            fsm->TcpFailed(1, now);
        }
        if (from == OPEN_CONFIRM || from == ESTABLISHED)
        {
            fsm->Received(1, PeerOpen(), now);
        }
        if (from == ESTABLISHED)
        {
            fsm->Received(1, BgpKeepaliveMessage(), now);
        }
        host.TakeSent();
        host.open.insert(connection);
    }

    BgpFsmHost host;                    //!< what was done
    std::unique_ptr<BgpSessionFsm> fsm; //!< under test
    BgpConnectionId connection = 0;     //!< its connection or attempt
};

/// "Idle 2/2 +1": the state, what was sent (open, keepalive, numbers of a NOTIFICATION), failures.
std::string
Outcome(Machine& machine)
{
    std::ostringstream text;
    text << machine.fsm->GetState();
    for (const auto& one : machine.host.sent)
    {
        const auto word = one.substr(one.find(' ') + 1);
        const std::string prefix = "notification ";
        text << " " << (word.rfind(prefix, 0) == 0 ? word.substr(prefix.size()) : word);
    }
    if (machine.fsm->GetConnectRetryCounter() > 0)
    {
        text << " +" << machine.fsm->GetConnectRetryCounter();
    }
    return text.str();
}

struct Row
{
    std::string event;                            //!< name
    std::function<void(Machine&)> raise;          //!< makes it happen
    std::array<const char*, FROM_COUNT> expected; //!< one for each From
};

// Late enough for every timer.
const Time LATE = Seconds(1000);

std::function<void(Machine&)>
Expire(BgpTimer timer)
{
    return [timer](Machine& machine)
    {
        machine.host.timers.erase(timer);
        machine.fsm->TimerExpired(timer, LATE);
    };
}

std::function<void(Machine&)>
Receive(const BgpMessage& message)
{
    return [message](Machine& machine)
    {
        machine.fsm->Received(machine.connection, message, LATE);
    };
}

std::function<void(Machine&)>
Err(BgpErrorCode code, uint8_t subcode)
{
    return [code, subcode](Machine& machine)
    {
        machine.fsm->ReceivedError(machine.connection, {code, subcode, {}, "test"}, LATE);
    };
}

std::vector<Row>
Rows()
{
    BgpStop automatic;
    automatic.manual = false;
    automatic.subcode = BGP_CEASE_MAX_PREFIXES;
    BgpOpenMessage wrongAs = PeerOpen();
    wrongAs.asn = 65003;
    const BgpNotificationMessage version(BgpErrorCode::OPEN, BGP_UNSUPPORTED_VERSION);
    const BgpNotificationMessage cease(BgpErrorCode::CEASE, BGP_CEASE_RESET);
    // clang-format off
    // The numbers are those of RFC 4271 section 8.1.
    return {
        {"1-ManualStart", [](Machine& m) { m.fsm->Start(LATE); },
         {"Connect", "Connect", "Active", "OpenSent", "OpenConfirm", "Established", "Connect", "Active"}},
        {"2-ManualStop", [](Machine& m) { m.fsm->Stop(LATE); },
         {"Idle", "Idle", "Idle", "Idle 6/2", "Idle 6/2", "Idle 6/2", "Idle 6/2", "Idle 6/2"}},
        {"3-AutomaticStart", [](Machine& m) { m.fsm->Start(LATE, BgpStart::AUTOMATIC); },
         {"Connect", "Connect", "Active", "OpenSent", "OpenConfirm", "Established", "Connect", "Active"}},
        {"8-AutomaticStop", [automatic](Machine& m) { m.fsm->Stop(LATE, automatic); },
         {"Idle", "Idle +1", "Idle +1", "Idle 6/1 +1", "Idle 6/1 +1", "Idle 6/1 +1", "Idle 6/1 +1", "Idle 6/1 +1"}},
        {"9-ConnectRetryTimer", Expire(BgpTimer::CONNECT_RETRY),
         {"Idle", "Connect", "Connect", "Idle 5/1 +1", "Idle 5/2 +1", "Idle 5/3 +1", "Connect", "Active"}},
        {"10-HoldTimer", Expire(BgpTimer::HOLD),
         {"Idle", "Idle +1", "Idle +1", "Idle 4/0 +1", "Idle 4/0 +1", "Idle 4/0 +1", "Idle +1", "Idle +1"}},
        {"11-KeepaliveTimer", Expire(BgpTimer::KEEPALIVE),
         {"Idle", "Idle +1", "Idle +1", "Idle 5/1 +1", "OpenConfirm keepalive", "Established keepalive", "Idle +1", "Idle +1"}},
        {"12-DelayOpenTimer", Expire(BgpTimer::DELAY_OPEN),
         {"Idle", "Idle +1", "Idle +1", "Idle 5/1 +1", "Idle 5/2 +1", "Idle 5/3 +1", "OpenSent open", "OpenSent open"}},
        {"13-IdleHoldTimer", Expire(BgpTimer::IDLE_HOLD),
         {"Idle", "Idle +1", "Idle +1", "Idle 5/1 +1", "Idle 5/2 +1", "Idle 5/3 +1", "Idle +1", "Idle +1"}},
        {"16-ConnectAcknowledged", [](Machine& m) { m.fsm->TcpConnected(1, BgpDirection::OUTGOING, LATE); },
         {"Idle", "OpenSent open", "Active", "OpenSent", "OpenConfirm", "Established", "Connect", "Active"}},
        {"17-ConnectionConfirmed", [](Machine& m) { m.fsm->TcpConnected(200, BgpDirection::INCOMING, LATE); },
         {"Idle 6/5", "OpenSent open", "OpenSent open", "OpenSent open", "OpenConfirm open", "Established", "Connect", "Active"}},
        {"18-ConnectionFails", [](Machine& m) { m.fsm->TcpFailed(m.connection, LATE); },
         {"Idle", "Idle", "Active", "Active", "Idle +1", "Idle +1", "Active", "Idle +1"}},
        {"19-20-Open", Receive(PeerOpen()),
         {"Idle", "Connect", "Active", "OpenConfirm keepalive", "Idle 5/2 +1", "Idle 5/3 +1", "OpenConfirm open keepalive", "OpenConfirm open keepalive"}},
        {"21-HeaderError", Err(BgpErrorCode::HEADER, BGP_BAD_LENGTH),
         {"Idle", "Connect", "Active", "Idle 1/2 +1", "Idle 1/2 +1", "Idle 1/2 +1", "Idle 1/2 +1", "Idle 1/2 +1"}},
        {"22-OpenError", Err(BgpErrorCode::OPEN, BGP_UNSUPPORTED_PARAMETER),
         {"Idle", "Connect", "Active", "Idle 2/4 +1", "Idle 2/4 +1", "Idle 5/3 +1", "Idle 2/4 +1", "Idle 2/4 +1"}},
        {"22-WrongAs", Receive(wrongAs),
         {"Idle", "Connect", "Active", "Idle 2/2 +1", "Idle 5/2 +1", "Idle 5/3 +1", "Idle 2/2 +1", "Idle 2/2 +1"}},
        {"24-VersionNotification", Receive(version),
         {"Idle", "Connect", "Active", "Idle", "Idle", "Idle +1", "Idle", "Idle"}},
        {"25-Notification", Receive(cease),
         {"Idle", "Connect", "Active", "Idle +1", "Idle +1", "Idle +1", "Idle +1", "Idle +1"}},
        {"26-Keepalive", Receive(BgpKeepaliveMessage()),
         {"Idle", "Connect", "Active", "Idle 5/1 +1", "Established", "Established", "Idle +1", "Idle +1"}},
        {"27-Update", Receive(BgpUpdateMessage()),
         {"Idle", "Connect", "Active", "Idle 5/1 +1", "Idle 5/2 +1", "Established", "Idle +1", "Idle +1"}},
        {"28-UpdateError", Err(BgpErrorCode::UPDATE, BGP_MALFORMED_ATTRIBUTE_LIST),
         {"Idle", "Connect", "Active", "Idle 5/1 +1", "Idle 5/2 +1", "Idle 3/1 +1", "Idle +1", "Idle +1"}},
        {"RouteRefresh", Receive(BgpRouteRefreshMessage{BGP_IPV4_UNICAST, 0}),
         {"Idle", "Connect", "Active", "Idle 5/1 +1", "Idle 5/2 +1", "Established", "Idle +1", "Idle +1"}},
        {"RouteRefreshError", Err(BgpErrorCode::ROUTE_REFRESH, 1),
         {"Idle", "Connect", "Active", "Idle 5/1 +1", "Idle 5/2 +1", "Idle 7/1 +1", "Idle +1", "Idle +1"}},
        {"29-SendHoldTimer", [](Machine& m) { m.fsm->SendStalled(m.connection, Seconds(10)); Expire(BgpTimer::SEND_HOLD)(m); },
         {"Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Idle +1", "Connect", "Active"}},
    };
    // clang-format on
}

class BgpFsmTable : public testing::TestWithParam<std::pair<size_t, int>>
{
};

TEST_P(BgpFsmTable, Cell)
{
    const Row row = Rows().at(GetParam().first);
    const auto from = static_cast<From>(GetParam().second);
    Machine machine(from);
    const bool wasUp = machine.host.up != 0;
    ASSERT_EQ(wasUp, from == ESTABLISHED);

    row.raise(machine);

    EXPECT_EQ(Outcome(machine), row.expected.at(from));
    const BgpSessionState state = machine.fsm->GetState();
    EXPECT_EQ(machine.host.state, state) << "the host knows the state";
    EXPECT_EQ(machine.host.up != 0, state == BgpSessionState::ESTABLISHED);
    if (state != BgpSessionState::IDLE)
    {
        return;
    }
    // Idle holds nothing: no connection, no timer but the one that ends it.
    EXPECT_FALSE(machine.fsm->Knows(machine.connection));
    const bool again = from != IDLE && row.event != "2-ManualStop";
    EXPECT_EQ(machine.host.timers.count(BgpTimer::IDLE_HOLD), again ? 1u : 0u);
    EXPECT_EQ(machine.host.timers.size(), again ? 1u : 0u);
    if (from != IDLE && from != ACTIVE && row.event != "18-ConnectionFails")
    {
        EXPECT_EQ(machine.host.open.count(machine.connection), 0u) << "the connection is closed";
    }
}

std::vector<std::pair<size_t, int>>
Cells()
{
    std::vector<std::pair<size_t, int>> cells;
    for (size_t row = 0; row < Rows().size(); ++row)
    {
        for (int from = 0; from < FROM_COUNT; ++from)
        {
            cells.emplace_back(row, from);
        }
    }
    return cells;
}

std::string
CellName(const testing::TestParamInfo<std::pair<size_t, int>>& info)
{
    std::string name = Rows().at(info.param.first).event + "_" + FROM_NAMES[info.param.second];
    for (auto& letter : name)
    {
        letter = letter == '-' ? '_' : letter;
    }
    return "Event_" + name;
}

INSTANTIATE_TEST_SUITE_P(Rfc4271, BgpFsmTable, testing::ValuesIn(Cells()), CellName);

} // namespace
