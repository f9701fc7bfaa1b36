// SPDX-License-Identifier: GPL-2.0-only
// Random octets and random messages: nothing crashes, what decodes encodes to the same.
#include "bgp/bgp-octets-util.h"
#include "bgp/bgp-round-trip.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// Random numbers and messages, the same in every run.
class Random
{
  public:
    explicit Random(uint32_t seed)
        : m_engine(seed)
    {
    }

    /// @return 0 to below - 1
    uint32_t Below(uint32_t below)
    {
        return m_engine() % below;
    }

    BgpOctets Octets(size_t size)
    {
        BgpOctets out(size);
        for (auto& octet : out)
        {
            octet = m_engine();
        }
        return out;
    }

    IpPrefix Prefix(bool ipv6)
    {
        BgpOctets address = Octets(ipv6 ? 16 : 4);
        address[0] = 10 + Below(100);
        return IpPrefix(IpAddress::FromBytes(address.data(), address.size()),
                        Below(ipv6 ? 129 : 33));
    }

    BgpCodecOptions Options()
    {
        BgpCodecOptions options;
        options.fourOctetAs = Below(2);
        options.extendedMessage = Below(4) == 0;
        options.internal = Below(2);
        return options;
    }

    BgpUpdateMessage Update(bool internal);

  private:
    BgpPathAttributes Attributes(bool ipv6, bool internal);

    std::mt19937 m_engine; //!< source
};

BgpPathAttributes
Random::Attributes(bool ipv6, bool internal)
{
    BgpPathAttributes a;
    a.origin = static_cast<BgpOrigin>(Below(3));
    for (uint32_t i = Below(3); i > 0; i--)
    {
        BgpAsPathSegment segment;
        segment.type = Below(4) ? BgpAsSegmentType::SEQUENCE : BgpAsSegmentType::SET;
        for (uint32_t n = 1 + Below(4); n > 0; n--)
        {
            segment.asns.push_back(1 + Below(Below(2) ? 65535 : 4000000000u));
        }
        a.asPath.push_back(segment);
    }
    BgpOctets address = Octets(ipv6 ? 16 : 4);
    address[0] = 0x20;
    a.nextHop = IpAddress::FromBytes(address.data(), address.size());
    if (ipv6 && Below(2))
    {
        a.linkLocalNextHop = IpAddress(Ipv6Address("fe80::9"));
    }
    if (Below(2))
    {
        a.med = Below(1000);
    }
    a.atomicAggregate = Below(2);
    if (Below(2))
    {
        a.aggregator = BgpAggregator{1 + Below(200000), IpAddress(Ipv4Address("10.0.0.1"))};
    }
    for (uint32_t i = Below(80); i > 0; i--)
    {
        a.AddCommunity(Below(4000000000u));
        a.AddLargeCommunity({Below(3), Below(3), Below(3)});
        a.extendedCommunities.push_back(Below(50));
    }
    if (internal && Below(2))
    {
        a.localPref = Below(1000);
        a.originatorId = Below(1000);
        a.clusterList = {Below(9), Below(9)};
    }
    for (uint8_t type = 33; Below(2);)
    {
        type += 1 + Below(20);
        a.unknown.push_back({0xe0, type, Octets(Below(300))});
    }
    a.Normalize();
    return a;
}

BgpUpdateMessage
Random::Update(bool internal)
{
    BgpUpdateMessage update;
    const bool ipv6 = Below(2);
    for (uint32_t i = Below(Below(10) ? 5 : 2000); i > 0; i--)
    {
        update.announced.push_back(Prefix(ipv6));
    }
    for (uint32_t i = Below(Below(10) ? 5 : 2000); i > 0; i--)
    {
        update.withdrawn.push_back(Prefix(Below(2)));
    }
    if (!update.announced.empty())
    {
        update.attributes = Attributes(ipv6, internal);
    }
    if (Below(5) == 0)
    {
        update.opaqueWithdrawn.push_back({BGP_L2VPN_EVPN, {}, Octets(1 + Below(40))});
    }
    return update;
}

} // namespace

TEST(BgpRandom, OctetsNeverCrash)
{
    Random random(1);
    for (int i = 0; i < 200000; i++)
    {
        auto octets = BgpRaw(1 + random.Below(5), random.Octets(random.Below(80)));
        if (octets[18] == 2 && octets.size() > 24)
        {
            // Small lengths, so that more than the frame is looked at.
            octets[19] = octets[21] = 0;
            octets[20] = 0;
            octets[22] = random.Below(octets.size() - 22);
        }
        ASSERT_EQ(CheckBgpOctets(octets, random.Options()), "") << i;
    }
}

TEST(BgpRandom, ChangedUpdatesNeverCrash)
{
    Random random(2);
    std::map<BgpUpdateOutcome, int> outcomes;
    for (int i = 0; i < 8000; i++)
    {
        const auto options = random.Options();
        for (auto& octets : EncodeBgpUpdates(random.Update(options.internal), options))
        {
            for (uint32_t n = 1 + random.Below(3); n > 0 && octets.size() > 23; n--)
            {
                octets[19 + random.Below(std::min<size_t>(octets.size() - 19, 60))] =
                    random.Below(256);
            }
            ASSERT_EQ(CheckBgpOctets(octets, options), "") << i;
            outcomes[BgpDecode(octets, options).outcome]++;
        }
    }
    // All outcomes occur, or the test does not look where it should.
    EXPECT_EQ(outcomes.size(), 4u);
    for (const auto& [outcome, count] : outcomes)
    {
        EXPECT_GT(count, 5) << BgpUpdateOutcomeName(outcome);
    }
}

TEST(BgpRandom, UpdatesComeBackEqual)
{
    Random random(3);
    for (int i = 0; i < 3000; i++)
    {
        const auto options = random.Options();
        const auto update = random.Update(options.internal);
        ASSERT_EQ(CheckBgpRoundTrip({update}, options), "") << i;
        for (const auto& octets : EncodeBgpUpdates(update, options))
        {
            ASSERT_LE(octets.size(), options.extendedMessage ? 65535u : 4096u);
            ASSERT_EQ(BgpDecode(octets, options).outcome, BgpUpdateOutcome::NONE);
        }
    }
}

TEST(BgpRandom, SegmentsDoNotChangeWhatIsFramed)
{
    Random random(4);
    for (int i = 0; i < 20000; i++)
    {
        BgpOctets stream;
        for (uint32_t n = random.Below(5); n > 0; n--)
        {
            const auto message = BgpRaw(2 + random.Below(2), random.Octets(4 + random.Below(40)));
            stream.insert(stream.end(), message.begin(), message.end());
        }
        if (!stream.empty() && random.Below(3) == 0)
        {
            stream[random.Below(stream.size())] = random.Below(256);
        }
        ASSERT_EQ(CheckBgpFraming(stream, 1 + random.Below(60)), "") << i;
    }
}
