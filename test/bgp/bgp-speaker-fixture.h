// SPDX-License-Identifier: GPL-2.0-only
// One speaker in an empty world that writes down what it does.
#ifndef VMM_BGP_SPEAKER_FIXTURE_H
#define VMM_BGP_SPEAKER_FIXTURE_H

#include "bgp-network.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace vmm
{
namespace bgp_test
{

/// @return the prefix of a text
inline IpPrefix
P(const std::string& text)
{
    return IpPrefix::FromString(text);
}

/**
 * A speaker of AS 65000, identifier 1. What it does goes into a log, one entry an action:
 * "5ms p1 +10.1.0.0/16[65000 65002]" announces, "5ms p1 -10.1.0.0/16" withdraws,
 * "5ms fib 10.1.0.0/16 10.0.0.1" installs and "5ms fib -10.1.0.0/16" removes.
 */
class BgpSpeakerFixture : public testing::Test, public BgpSpeakerHost, public BgpNextHopResolver
{
  protected:
    BgpSpeakerFixture()
    {
        m_config.identity = {65000, 1, {}};
    }

    void Make(const BgpTiming& timing = BgpTiming())
    {
        m_config.timing = timing;
        m_speaker = std::make_unique<BgpSpeaker>(*this, *this, m_config);
    }

    /// Neighbour n has address 10.0.0.(n + 1) and identifier 10 + n.
    BgpPeerId AddPeer(BgpAsn asn, BgpPeerConfig config = {})
    {
        BgpPeerId peer = m_speaker->GetPeerCount();
        config.address = Ipv4Address(0x0a000001 + peer);
        config.localIpv4 = Ipv4Address("10.0.0.100");
        config.localIpv6 = Ipv6Address("fd00::100");
        EXPECT_EQ(m_speaker->AddPeer(config), peer);
        m_asns.push_back(asn);
        return peer;
    }

    void Up(BgpPeerId peer, std::vector<BgpFamily> families = {BGP_IPV4_UNICAST, BGP_IPV6_UNICAST})
    {
        m_speaker->PeerUp(peer, {m_asns[peer], 10 + peer, families});
    }

    BgpUpdateMessage Message(BgpPeerId peer,
                             const std::vector<std::string>& prefixes,
                             const std::vector<BgpAsn>& path)
    {
        BgpUpdateMessage message;
        for (const std::string& prefix : prefixes)
        {
            message.announced.push_back(P(prefix));
        }
        message.attributes.asPath = {{BgpAsSegmentType::SEQUENCE, path}};
        message.attributes.nextHop = Ipv4Address(0x0a000001 + peer);
        return message;
    }

    void Announce(BgpPeerId peer,
                  const std::vector<std::string>& prefixes,
                  const std::vector<BgpAsn>& path)
    {
        m_speaker->Update(peer, Message(peer, prefixes, path));
    }

    void Withdraw(BgpPeerId peer, const std::string& prefix)
    {
        BgpUpdateMessage message;
        message.withdrawn = {P(prefix)};
        m_speaker->Update(peer, message);
    }

    /// @return what happened since the last call
    std::vector<std::string> Log()
    {
        std::vector<std::string> log;
        log.swap(m_log);
        return log;
    }

    void Do(int64_t ms, std::function<void()> event)
    {
        m_queue.At(MilliSeconds(ms), std::move(event));
    }

    Time GetNow() const override
    {
        return m_queue.now;
    }

    void SetTimer(const BgpSpeakerTimer& timer, Time delay) override
    {
        ASSERT_FALSE(m_timers.count(timer));
        m_timers[timer] = m_queue.At(m_queue.now + delay,
                                     [this, timer]
                                     {
                                         m_timers.erase(timer);
                                         m_speaker->TimerExpired(timer);
                                     });
    }

    void CancelTimer(const BgpSpeakerTimer& timer) override
    {
        m_queue.Cancel(m_timers.at(timer));
        m_timers.erase(timer);
    }

    void SendUpdate(BgpPeerId peer, const BgpUpdateMessage& update) override
    {
        if (m_quiet)
        {
            return;
        }
        std::ostringstream text;
        text << "p" << peer;
        for (const IpPrefix& prefix : update.withdrawn)
        {
            text << " -" << prefix;
        }
        for (const IpPrefix& prefix : update.announced)
        {
            text << " +" << prefix;
        }
        if (!update.announced.empty())
        {
            text << "[" << update.attributes.AsPathText() << "]";
        }
        if (update.endOfRib)
        {
            text << " end " << *update.endOfRib;
        }
        m_lastSent = update;
        Note(text.str());
        if (m_onSend)
        {
            m_onSend(peer);
        }
    }

    void InstallRoute(const IpPrefix& prefix, const BgpNextHopSet& nextHops) override
    {
        std::string text = m_quiet ? "" : "fib " + prefix.ToString();
        for (const BgpNextHop& hop : nextHops)
        {
            text += " " + hop.gateway.ToString();
        }
        Note(text);
    }

    void RemoveRoute(const IpPrefix& prefix) override
    {
        Note("fib -" + prefix.ToString());
    }

    void RouteRefused(BgpPeerId, const IpPrefix&, BgpImportFault) override
    {
        m_refused++;
    }

    double DrawJitter() override
    {
        return m_jitter;
    }

    BgpResolution Resolve(const IpAddress& nextHop, std::optional<BgpPeerId>) const override
    {
        auto it = m_resolutions.find(nextHop);
        return it == m_resolutions.end() ? BgpResolution{true, false, 0, {{nextHop, 0}}}
                                         : it->second;
    }

    void Note(const std::string& text)
    {
        if (m_quiet)
        {
            return;
        }
        m_log.push_back(std::to_string(m_queue.now.GetMilliSeconds()) + "ms " + text);
    }

    using Lines = std::vector<std::string>;

    BgpSpeakerConfig m_config;
    std::unique_ptr<BgpSpeaker> m_speaker;
    std::vector<BgpAsn> m_asns;
    EventQueue m_queue;
    std::map<BgpSpeakerTimer, EventQueue::Key> m_timers;
    std::map<IpAddress, BgpResolution> m_resolutions;
    std::vector<std::string> m_log;
    BgpUpdateMessage m_lastSent;
    std::function<void(BgpPeerId)> m_onSend;
    size_t m_refused = 0;
    bool m_quiet = false; //!< no log
    double m_jitter = 1;
};

} // namespace bgp_test
} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_SPEAKER_FIXTURE_H
