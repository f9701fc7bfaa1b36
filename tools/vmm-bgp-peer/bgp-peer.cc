// SPDX-License-Identifier: GPL-2.0-only
#include "bgp-peer.h"

#include "json-line.h"

#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <unistd.h>
#include <utility>

namespace ns3
{
namespace vmm
{

namespace
{

std::vector<std::string>
Split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
    {
        if (!part.empty())
        {
            parts.push_back(part);
        }
    }
    return parts;
}

BgpLargeCommunity
ParseLargeCommunity(const std::string& text)
{
    BgpLargeCommunity result;
    char rest = 0;
    if (std::sscanf(text.c_str(), "%u:%u:%u%c", &result.a, &result.b, &result.c, &rest) != 3)
    {
        throw std::invalid_argument("found " + text + ", expected A:B:C");
    }
    return result;
}

/// The members of a NOTIFICATION, or of the end of a connection.
void
AddEnd(JsonLine& line, const BgpSessionEnd& end)
{
    static const char* const causes[] = {"local", "received", "lost"};
    line.Text("cause", causes[static_cast<size_t>(end.cause)])
        .Number("code", static_cast<uint64_t>(end.code))
        .Number("subcode", end.subcode)
        .Text("text", end.text);
}

BgpSessionConfig
ConfigOf(const BgpPeerOptions& options)
{
    BgpSessionConfig config;
    config.localAs = options.localAs;
    config.peerAs = options.peerAs;
    const IpAddress id = IpAddress::FromString(options.routerId);
    if (!id.IsIpv4())
    {
        throw std::invalid_argument("found --router-id=" + options.routerId +
                                    ", expected dotted notation");
    }
    config.routerId = id.ToIpv4().Get();
    config.holdTime = Seconds(options.holdTime);
    config.connectRetryTime = Seconds(options.connectRetry);
    config.passive = options.connect.empty();
    config.capabilities.families = {BGP_IPV4_UNICAST, BGP_IPV6_UNICAST};
    return config;
}

/// One route as JSON.
void
AddAttributes(JsonLine& line, const BgpPathAttributes& attributes)
{
    std::vector<std::string> communities;
    for (const auto community : attributes.communities)
    {
        communities.push_back(BgpCommunityName(community));
    }
    std::vector<std::string> large;
    for (const auto& community : attributes.largeCommunities)
    {
        std::ostringstream text;
        text << community;
        large.push_back(text.str());
    }
    line.Text("next_hop", attributes.nextHop.ToString())
        .Text("as_path", attributes.AsPathText())
        .Text("origin", BgpOriginName(attributes.origin))
        .List("communities", communities)
        .List("large_communities", large);
    if (attributes.med)
    {
        line.Number("med", *attributes.med);
    }
    if (attributes.localPref)
    {
        line.Number("local_pref", *attributes.localPref);
    }
}

} // namespace

BgpPeer::BgpPeer(const BgpPeerOptions& options)
    : m_options(options),
      m_session(std::make_unique<BgpSession>(ConfigOf(options), *this)),
      m_began(std::chrono::steady_clock::now())
{
    for (const auto& text : Split(options.nextHop, ','))
    {
        const IpAddress address = IpAddress::FromString(text);
        m_nextHops[address.GetFamily()] = address;
    }
    for (const auto& text : Split(options.announce, ','))
    {
        const IpPrefix prefix = IpPrefix::FromString(text);
        if (!m_nextHops.count(prefix.GetAddress().GetFamily()))
        {
            throw std::invalid_argument("found --announce=" + text +
                                        ", but no --next-hop of that family");
        }
        m_own.insert(prefix);
    }
    for (const auto& text : Split(options.community, ','))
    {
        BgpCommunityFromString(text);
    }
    for (const auto& text : Split(options.largeCommunity, ','))
    {
        ParseLargeCommunity(text);
    }
    if (!options.connect.empty())
    {
        Endpoint::FromString(options.connect);
    }
    if (!options.listen.empty())
    {
        Listen(Endpoint::FromString(options.listen));
    }
}

// ---- what the session reports

void
BgpPeer::SetTimer(BgpTimer timer, Time delay)
{
    m_timers[timer] = Now() + delay;
}

void
BgpPeer::CancelTimer(BgpTimer timer)
{
    m_timers.erase(timer);
}

double
BgpPeer::GetJitter()
{
    return std::uniform_real_distribution<double>(0.75, 1)(m_random);
}

void
BgpPeer::StateChanged(BgpSessionState from, BgpSessionState to)
{
    JsonLine(Now(), "state")
        .Text("from", BgpSessionStateName(from))
        .Text("state", BgpSessionStateName(to));
}

void
BgpPeer::ConnectionEnded(BgpConnectionId connection, const BgpSessionEnd& end)
{
    JsonLine line(Now(), "closed");
    line.Number("connection", connection);
    AddEnd(line, end);
}

void
BgpPeer::UpdateFault(BgpUpdateOutcome outcome, const BgpError& fault)
{
    JsonLine(Now(), "fault")
        .Text("outcome", BgpUpdateOutcomeName(outcome))
        .Text("error", BgpErrorName(fault.code, fault.subcode))
        .Text("text", fault.reason);
}

void
BgpPeer::SessionUp(const BgpNegotiated& negotiated)
{
    std::vector<std::string> families;
    for (const auto& family : negotiated.families)
    {
        families.push_back(family.ToString());
    }
    const bool ours = negotiated.direction == BgpDirection::OUTGOING;
    JsonLine(Now(), "up")
        .Number("peer_as", negotiated.peerAs)
        .Text("peer_id", BgpRouterIdName(negotiated.peerRouterId))
        .Number("hold_time", static_cast<uint64_t>(negotiated.holdTime.GetSeconds()))
        .Text("direction", ours ? "outgoing" : "incoming")
        .List("families", families);
    Announce({m_own.begin(), m_own.end()});
}

void
BgpPeer::SessionDown(const BgpSessionEnd& end)
{
    for (const auto& prefix : std::exchange(m_learned, {}))
    {
        JsonLine(Now(), "withdraw").Text("prefix", prefix.ToString()).Text("why", "session down");
    }
    JsonLine line(Now(), "down");
    AddEnd(line, end);
}

void
BgpPeer::UpdateReceived(const BgpUpdateMessage& update)
{
    for (const auto& prefix : update.withdrawn)
    {
        if (m_learned.erase(prefix))
        {
            JsonLine(Now(), "withdraw").Text("prefix", prefix.ToString()).Text("why", "update");
        }
    }
    for (const auto& prefix : update.announced)
    {
        m_learned.insert(prefix);
        JsonLine line(Now(), "route");
        line.Text("prefix", prefix.ToString());
        AddAttributes(line, update.attributes);
    }
    if (update.endOfRib)
    {
        JsonLine(Now(), "end-of-rib").Text("family", update.endOfRib->ToString());
    }
}

void
BgpPeer::RouteRefreshReceived(const BgpRouteRefreshMessage& refresh)
{
    JsonLine(Now(), "refresh").Text("family", refresh.family.ToString());
    std::vector<IpPrefix> again;
    for (const auto& prefix : m_own)
    {
        if (BgpFamilyOf(prefix) == refresh.family)
        {
            again.push_back(prefix);
        }
    }
    Announce(again);
}

// ---- routes of this side

void
BgpPeer::Announce(const std::vector<IpPrefix>& prefixes)
{
    const BgpNegotiated* negotiated = m_session->GetNegotiated();
    if (!negotiated)
    {
        return;
    }
    BgpUpdateMessage update;
    for (const auto& text : Split(m_options.community, ','))
    {
        update.attributes.AddCommunity(BgpCommunityFromString(text));
    }
    for (const auto& text : Split(m_options.largeCommunity, ','))
    {
        update.attributes.AddLargeCommunity(ParseLargeCommunity(text));
    }
    if (negotiated->internal)
    {
        update.attributes.localPref = 100;
    }
    else
    {
        update.attributes.Prepend(m_options.localAs, 1);
    }
    for (const auto& [family, nextHop] : m_nextHops)
    {
        update.announced.clear();
        update.attributes.nextHop = nextHop;
        for (const auto& prefix : prefixes)
        {
            if (prefix.GetAddress().GetFamily() == family &&
                negotiated->Carries(BgpFamilyOf(prefix)))
            {
                update.announced.push_back(prefix);
            }
        }
        m_session->SendUpdate(update, Now());
    }
}

void
BgpPeer::Withdraw(const std::vector<IpPrefix>& prefixes)
{
    const BgpNegotiated* negotiated = m_session->GetNegotiated();
    BgpUpdateMessage update;
    for (const auto& prefix : prefixes)
    {
        m_own.erase(prefix);
        if (negotiated && negotiated->Carries(BgpFamilyOf(prefix)))
        {
            update.withdrawn.push_back(prefix);
        }
    }
    m_session->SendUpdate(update, Now());
}

// ---- commands

void
BgpPeer::ReadCommands()
{
    char octets[4096];
    const ssize_t size = read(STDIN_FILENO, octets, sizeof(octets));
    if (size <= 0)
    {
        m_hasInput = false;
        return;
    }
    m_input.append(octets, size);
    for (size_t end = m_input.find('\n'); end != std::string::npos; end = m_input.find('\n'))
    {
        const std::string line = m_input.substr(0, end);
        m_input.erase(0, end + 1);
        try
        {
            Command(line);
        }
        catch (const std::exception& error)
        {
            JsonLine(Now(), "error").Text("command", line).Text("text", error.what());
        }
    }
}

void
BgpPeer::Command(const std::string& line)
{
    const auto words = Split(line, ' ');
    const std::string verb = words.empty() ? "" : words[0];
    const std::string object = words.size() > 1 ? words[1] : "";
    if (verb == "announce" || verb == "withdraw")
    {
        const IpPrefix prefix = IpPrefix::FromString(object);
        if (verb == "withdraw")
        {
            Withdraw({prefix});
            return;
        }
        if (!m_nextHops.count(prefix.GetAddress().GetFamily()))
        {
            throw std::invalid_argument("there is no --next-hop of that family");
        }
        m_own.insert(prefix);
        Announce({prefix});
    }
    else if (verb == "refresh")
    {
        m_session->SendRouteRefresh(BGP_IPV4_UNICAST, Now());
        m_session->SendRouteRefresh(BGP_IPV6_UNICAST, Now());
    }
    else if (verb == "stop")
    {
        m_session->Stop(Now());
    }
    else if (verb == "start")
    {
        m_session->Start(Now());
    }
    else if (verb == "quit")
    {
        g_bgpPeerQuit = 1;
    }
    else if (!verb.empty())
    {
        throw std::invalid_argument("expected announce, withdraw, refresh, stop, start or quit");
    }
}

} // namespace vmm
} // namespace ns3
