// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-as-path-codec.h"

#include "ns3/bgp-octets.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// The most AS numbers in a segment: its count has one octet.
constexpr size_t MAX_SEGMENT = 255;

/// @return the length of a segment as decisions count it
size_t
CountOf(const BgpAsPathSegment& segment)
{
    return segment.type == BgpAsSegmentType::SET ? 1 : segment.asns.size();
}

size_t
CountOf(const BgpAsPath& path)
{
    size_t count = 0;
    for (const auto& segment : path)
    {
        count += CountOf(segment);
    }
    return count;
}

} // namespace

std::optional<BgpAsPath>
DecodeBgpAsPath(const uint8_t* data, size_t size, size_t asnOctets)
{
    BgpReader reader(data, size);
    BgpAsPath path;
    while (reader.GetLeft() > 0)
    {
        if (reader.GetLeft() < 2)
        {
            return std::nullopt;
        }
        const auto type = static_cast<BgpAsSegmentType>(reader.Take(1));
        const size_t count = reader.Take(1);
        if ((type != BgpAsSegmentType::SET && type != BgpAsSegmentType::SEQUENCE) || count == 0 ||
            reader.GetLeft() < count * asnOctets)
        {
            return std::nullopt;
        }
        BgpAsPathSegment segment;
        segment.type = type;
        segment.asns.reserve(count);
        for (size_t i = 0; i < count; i++)
        {
            segment.asns.push_back(reader.Take(asnOctets));
            if (segment.asns.back() == 0)
            {
                return std::nullopt;
            }
        }
        path.push_back(std::move(segment));
    }
    return path;
}

std::vector<uint8_t>
EncodeBgpAsPath(const BgpAsPath& path, size_t asnOctets)
{
    std::vector<uint8_t> out;
    for (const auto& segment : path)
    {
        for (size_t at = 0; at < segment.asns.size(); at += MAX_SEGMENT)
        {
            const size_t end = std::min(segment.asns.size(), at + MAX_SEGMENT);
            out.push_back(static_cast<uint8_t>(segment.type));
            out.push_back(end - at);
            for (size_t i = at; i < end; i++)
            {
                const BgpAsn asn = segment.asns[i];
                PutBgp(out, asnOctets == 2 && asn > 0xffff ? BGP_AS_TRANS : asn, asnOctets);
            }
        }
    }
    return out;
}

bool
NeedsBgpAs4Path(const BgpAsPath& path)
{
    for (const auto& segment : path)
    {
        for (const BgpAsn asn : segment.asns)
        {
            if (asn > 0xffff)
            {
                return true;
            }
        }
    }
    return false;
}

BgpAsPath
MergeBgpAs4Path(const BgpAsPath& asPath, const BgpAsPath& as4Path)
{
    const size_t total = CountOf(asPath);
    const size_t kept = CountOf(as4Path);
    if (kept > total)
    {
        return asPath;
    }
    BgpAsPath path;
    size_t left = total - kept;
    for (const auto& segment : asPath)
    {
        if (left == 0)
        {
            break;
        }
        path.push_back(segment);
        if (CountOf(segment) > left)
        {
            path.back().asns.resize(left);
        }
        left -= CountOf(path.back());
    }
    auto rest = as4Path.begin();
    if (!path.empty() && rest != as4Path.end() && path.back().type == BgpAsSegmentType::SEQUENCE &&
        rest->type == BgpAsSegmentType::SEQUENCE &&
        path.back().asns.size() + rest->asns.size() <= MAX_SEGMENT)
    {
        path.back().asns.insert(path.back().asns.end(), rest->asns.begin(), rest->asns.end());
        ++rest;
    }
    path.insert(path.end(), rest, as4Path.end());
    return path;
}

} // namespace vmm
} // namespace ns3
