// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-attribute-decode.h"
#include "ns3/bgp-codec-parts.h"
#include "ns3/bgp-nlri-codec.h"

#include <algorithm>
#include <unordered_set>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr auto WITHDRAW = BgpUpdateOutcome::TREAT_AS_WITHDRAW;
constexpr auto RESET = BgpUpdateOutcome::SESSION_RESET;

/// The three parts of an UPDATE.
struct Frame
{
    std::vector<IpPrefix> withdrawn; //!< Withdrawn Routes
    BgpDecodedAttributes parts;      //!< Path Attributes
    std::vector<IpPrefix> nlri;      //!< Network Layer Reachability Information
    BgpUpdateFault fault;            //!< worst fault of all
};

/// @return whether prefix can only be of multicast addresses
bool
IsMulticast(const IpPrefix& prefix)
{
    const uint8_t first = prefix.GetAddress().GetBytes()[0];
    return prefix.GetAddress().IsIpv4() ? prefix.GetLength() >= 4 && first >> 4 == 14
                                        : prefix.GetLength() >= 8 && first == 0xff;
}

Frame
ReadFrame(BgpReader body, const BgpCodecOptions& options)
{
    Frame frame;
    const size_t withdrawnSize = body.Take(2);
    if (body.GetLeft() < withdrawnSize + 2)
    {
        frame.fault.Raise(RESET, BGP_MALFORMED_ATTRIBUTE_LIST, "length of withdrawn routes");
        return frame;
    }
    const BgpReader withdrawn = body.Cut(withdrawnSize);
    const size_t attributesSize = body.Take(2);
    if (body.GetLeft() < attributesSize)
    {
        frame.fault.Raise(RESET, BGP_MALFORMED_ATTRIBUTE_LIST, "length of path attributes");
        return frame;
    }
    const BgpReader attributes = body.Cut(attributesSize);
    auto gone = DecodeBgpNlri(withdrawn.GetData(), withdrawn.GetLeft(), 4);
    auto come = DecodeBgpNlri(body.GetData(), body.GetLeft(), 4);
    if (!gone || !come)
    {
        frame.fault.Raise(
            RESET, BGP_INVALID_NETWORK, gone ? "malformed NLRI" : "malformed withdrawn routes");
        return frame;
    }
    frame.withdrawn = std::move(*gone);
    frame.nlri = std::move(*come);
    frame.parts = DecodeBgpAttributes(attributes, options);
    frame.fault = frame.parts.fault;
    return frame;
}

/// What can be judged only when attributes and routes are both known.
void
CheckTogether(Frame& frame)
{
    const auto& parts = frame.parts;
    const bool classic = !frame.nlri.empty();
    const bool reachable = classic || (parts.mpReach && !parts.mpReach->IsEmpty());
    if (reachable)
    {
        // RFC 7606 section 3 d.
        const IpAddress& nextHop = parts.attributes.nextHop;
        const uint8_t missing = !parts.hasOrigin      ? BGP_ORIGIN
                                : !parts.hasAsPath    ? BGP_AS_PATH
                                : classic && !nextHop ? BGP_NEXT_HOP
                                                      : 0;
        if (missing)
        {
            frame.fault.Raise(WITHDRAW,
                              BGP_MISSING_WELL_KNOWN,
                              "attribute " + std::to_string(missing) + " is missing",
                              {missing});
        }
        else if (classic && !IsBgpHostAddress(nextHop))
        {
            std::vector<uint8_t> octets{BGP_FLAG_TRANSITIVE, BGP_NEXT_HOP, 4};
            octets.insert(octets.end(), nextHop.GetBytes(), nextHop.GetBytes() + 4);
            frame.fault.Raise(WITHDRAW,
                              BGP_INVALID_NEXT_HOP,
                              "next hop " + nextHop.ToString(),
                              std::move(octets));
        }
    }
    else if (frame.fault.outcome == WITHDRAW)
    {
        // RFC 7606 section 5.2: with faults and no route it is not sure that there was none.
        frame.fault.outcome = RESET;
    }
}

void
Append(std::vector<IpPrefix>& to, const std::vector<IpPrefix>& from)
{
    to.insert(to.end(), from.begin(), from.end());
}

std::optional<BgpFamily>
EndOfRibOf(const Frame& frame)
{
    if (!frame.withdrawn.empty() || !frame.nlri.empty())
    {
        return std::nullopt;
    }
    const auto& parts = frame.parts;
    if (parts.count == 0)
    {
        return BGP_IPV4_UNICAST;
    }
    if (parts.count == 1 && parts.mpUnreach && parts.mpUnreach->IsEmpty())
    {
        return parts.mpUnreach->family;
    }
    return std::nullopt;
}

/// Drops what RFC 4271 says to ignore: multicast (section 6.3), withdrawals of what is announced in
/// the same message (section 4.3).
void
DropIgnored(Frame& frame, BgpUpdateMessage& update)
{
    std::unordered_set<IpPrefix> announced;
    const auto filter = [&](std::vector<IpPrefix>& prefixes)
    {
        prefixes.erase(std::remove_if(prefixes.begin(), prefixes.end(), IsMulticast),
                       prefixes.end());
        if (!update.withdrawn.empty())
        {
            announced.insert(prefixes.begin(), prefixes.end());
        }
    };
    filter(frame.nlri);
    if (frame.parts.mpReach)
    {
        filter(frame.parts.mpReach->prefixes);
    }
    if (!announced.empty())
    {
        const auto again = [&](const IpPrefix& prefix)
        {
            return announced.count(prefix) > 0;
        };
        update.withdrawn.erase(
            std::remove_if(update.withdrawn.begin(), update.withdrawn.end(), again),
            update.withdrawn.end());
    }
}

/// All that was announced becomes withdrawn.
BgpUpdateMessage
MakeWithdrawal(Frame& frame, BgpUpdateMessage update)
{
    Append(update.withdrawn, frame.nlri);
    if (const auto& reach = frame.parts.mpReach)
    {
        Append(update.withdrawn, reach->prefixes);
        if (!reach->opaque.empty())
        {
            update.opaqueWithdrawn.push_back({reach->family, {}, std::move(reach->opaque)});
        }
    }
    return update;
}

/// @return one UPDATE, or two if there are two next hops
std::vector<BgpMessage>
MakeUpdates(Frame& frame)
{
    BgpUpdateMessage update;
    update.endOfRib = EndOfRibOf(frame);
    update.withdrawn = std::move(frame.withdrawn);
    if (auto& unreach = frame.parts.mpUnreach)
    {
        Append(update.withdrawn, unreach->prefixes);
        if (!unreach->opaque.empty())
        {
            update.opaqueWithdrawn.push_back({unreach->family, {}, std::move(unreach->opaque)});
        }
    }
    if (frame.fault.outcome == WITHDRAW)
    {
        return {MakeWithdrawal(frame, std::move(update))};
    }
    DropIgnored(frame, update);
    auto& reach = frame.parts.mpReach;
    BgpUpdateMessage second;
    if (reach && !reach->prefixes.empty())
    {
        // Two values are rare; with one, nothing is copied.
        second.attributes =
            frame.nlri.empty() ? std::move(frame.parts.attributes) : frame.parts.attributes;
        second.attributes.nextHop = reach->nextHop;
        second.attributes.linkLocalNextHop = reach->linkLocal;
        second.announced = std::move(reach->prefixes);
    }
    update.announced = std::move(frame.nlri);
    const bool opaque = reach && !reach->opaque.empty();
    if (opaque)
    {
        update.opaqueAnnounced.push_back(
            {reach->family, std::move(reach->nextHopOctets), std::move(reach->opaque)});
    }
    if (!update.announced.empty() || opaque)
    {
        update.attributes = std::move(frame.parts.attributes);
    }
    if (update.announced.empty())
    {
        update.attributes.nextHop = IpAddress(); // RFC 4760 section 3: to be ignored
        if (!second.announced.empty())
        {
            update.announced.swap(second.announced);
            update.attributes = std::move(second.attributes);
        }
    }
    std::vector<BgpMessage> messages;
    messages.reserve(second.announced.empty() ? 1 : 2);
    messages.emplace_back(std::move(update));
    if (!second.announced.empty())
    {
        messages.emplace_back(std::move(second));
    }
    return messages;
}

} // namespace

BgpDecodeResult
DecodeBgpUpdate(BgpReader body, const BgpCodecOptions& options)
{
    Frame frame = ReadFrame(body, options);
    if (frame.fault.outcome != RESET)
    {
        CheckTogether(frame);
    }
    BgpDecodeResult result;
    result.outcome = frame.fault.outcome;
    result.fault = frame.fault.error;
    if (result.outcome == RESET)
    {
        result.error = result.fault;
    }
    else
    {
        result.messages = MakeUpdates(frame);
    }
    return result;
}

} // namespace vmm
} // namespace ns3
