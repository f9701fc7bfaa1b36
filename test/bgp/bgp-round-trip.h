// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_BGP_ROUND_TRIP_H
#define VMM_TEST_BGP_ROUND_TRIP_H

#include "ns3/bgp-codec.h"
#include "ns3/bgp-framer.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * What must hold for any octets: used by the test with random octets and by the fuzzer.
 */

namespace ns3
{
namespace vmm
{

/// What several UPDATEs say, without regard to how they are cut.
struct BgpSaid
{
    std::vector<IpPrefix> withdrawn;                                         //!< sorted
    std::vector<std::pair<IpPrefix, BgpPathAttributes>> announced;           //!< sorted
    std::vector<std::pair<BgpFamily, std::vector<uint8_t>>> withdrawnOpaque; //!< in order
    std::vector<std::pair<BgpFamily, std::vector<uint8_t>>> announcedOpaque; //!< with next hop
    std::vector<BgpPathAttributes> opaqueAttributes;                         //!< in order
    std::vector<BgpFamily> endOfRib;                                         //!< in order

    void Add(const BgpUpdateMessage& update)
    {
        withdrawn.insert(withdrawn.end(), update.withdrawn.begin(), update.withdrawn.end());
        for (const auto& prefix : update.announced)
        {
            announced.emplace_back(prefix, update.attributes);
        }
        for (const auto& routes : update.opaqueWithdrawn)
        {
            withdrawnOpaque.emplace_back(routes.family, routes.nlri);
        }
        for (const auto& routes : update.opaqueAnnounced)
        {
            std::vector<uint8_t> both = routes.nextHop;
            both.push_back(routes.nextHop.size());
            both.insert(both.end(), routes.nlri.begin(), routes.nlri.end());
            announcedOpaque.emplace_back(routes.family, both);
            opaqueAttributes.push_back(update.attributes);
            opaqueAttributes.back().nextHop = IpAddress();
            opaqueAttributes.back().linkLocalNextHop.reset();
        }
        if (update.endOfRib)
        {
            endOfRib.push_back(*update.endOfRib);
        }
    }

    void Sort()
    {
        std::sort(withdrawn.begin(), withdrawn.end());
        std::sort(announced.begin(), announced.end());
    }

    bool operator==(const BgpSaid& other) const
    {
        return withdrawn == other.withdrawn && announced == other.announced &&
               withdrawnOpaque == other.withdrawnOpaque &&
               announcedOpaque == other.announcedOpaque &&
               opaqueAttributes == other.opaqueAttributes && endOfRib == other.endOfRib;
    }
};

/**
 * Encodes what was decoded and decodes that again.
 * @return "" or what is wrong
 */
inline std::string
CheckBgpRoundTrip(const std::vector<BgpMessage>& messages, BgpCodecOptions options)
{
    // What was rebuilt from AS_PATH and AS4_PATH may be longer than what came.
    options.extendedMessage = true;
    BgpSaid before;
    BgpSaid after;
    for (const auto& message : messages)
    {
        const bool update = std::holds_alternative<BgpUpdateMessage>(message);
        if (update)
        {
            before.Add(std::get<BgpUpdateMessage>(message));
        }
        for (const auto& octets : EncodeBgpMessage(message, options))
        {
            const auto again = DecodeBgpMessage(octets.data(), octets.size(), options);
            if (again.messages.size() != 1 || again.outcome != BgpUpdateOutcome::NONE)
            {
                return "what was encoded is wrong: " + again.fault.reason + again.error.reason;
            }
            if (update)
            {
                after.Add(std::get<BgpUpdateMessage>(again.messages[0]));
            }
            else if (!(again.messages[0] == message))
            {
                return "another message came back";
            }
        }
    }
    before.Sort();
    after.Sort();
    return before == after ? "" : "other routes came back";
}

/// Decodes any octets. @return "" or what is wrong
inline std::string
CheckBgpOctets(const std::vector<uint8_t>& octets, const BgpCodecOptions& options)
{
    const auto result = DecodeBgpMessage(octets.data(), octets.size(), options);
    if (result.error)
    {
        const bool update = result.error.code == BgpErrorCode::UPDATE;
        if (!result.messages.empty() ||
            update != (result.outcome == BgpUpdateOutcome::SESSION_RESET))
        {
            return "error and messages, or an outcome that does not fit";
        }
        const auto told = EncodeBgpNotification(BgpNotificationMessage(result.error));
        return told.size() <= BGP_MAX_SIZE ? "" : "NOTIFICATION too long";
    }
    if (result.messages.empty() || result.messages.size() > 2)
    {
        return "neither error nor message";
    }
    for (const auto& message : result.messages)
    {
        const auto* update = std::get_if<BgpUpdateMessage>(&message);
        if (update && result.outcome == BgpUpdateOutcome::TREAT_AS_WITHDRAW &&
            !(update->announced.empty() && update->opaqueAnnounced.empty()))
        {
            return "an announcement among what is to be withdrawn";
        }
    }
    return CheckBgpRoundTrip(result.messages, options);
}

/**
 * Frames a stream at once and in pieces.
 * @param stream octets of a connection
 * @param piece octets of a segment, at least 1
 * @return "" or what is wrong
 */
inline std::string
CheckBgpFraming(const std::vector<uint8_t>& stream, size_t piece)
{
    BgpFramer whole;
    const auto once = whole.Feed(stream);
    BgpFramer cut;
    BgpFramer::Result pieces;
    for (size_t at = 0; at < stream.size(); at += piece)
    {
        auto part = cut.Feed(stream.data() + at, std::min(piece, stream.size() - at));
        pieces.messages.insert(pieces.messages.end(), part.messages.begin(), part.messages.end());
        if (part.error)
        {
            pieces.error = part.error;
        }
    }
    if (once.messages != pieces.messages || once.error.code != pieces.error.code ||
        once.error.subcode != pieces.error.subcode || once.error.data != pieces.error.data ||
        whole.GetPending() != cut.GetPending())
    {
        return "segments change what is framed";
    }
    size_t total = whole.GetPending();
    for (const auto& message : once.messages)
    {
        total += message.size();
    }
    return once.error || total == stream.size() ? "" : "octets are lost";
}

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_BGP_ROUND_TRIP_H
