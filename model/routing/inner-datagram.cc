// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/inner-datagram.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv6-header.h"
#include "ns3/node.h"

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint8_t ECN_MASK = 3; //!< the two low bits of TOS and traffic class (RFC 3168)
constexpr uint8_t ECN_CE = 3;   //!< congestion experienced
constexpr uint8_t ECN_NOT = 0;  //!< the transport does not do ECN

} // namespace

bool
IsDatagram(Ptr<const Packet> p, IpFamily family)
{
    uint8_t b[6] = {};
    uint32_t size = p->GetSize();
    if (p->CopyData(b, sizeof(b)) < sizeof(b))
    {
        return false;
    }
    if (family == IpFamily::IPV4)
    {
        // Ipv4Header reads past the end of the packet if the length field says so.
        uint32_t header = (b[0] & 0xf) * 4;
        uint32_t total = uint32_t(b[2]) << 8 | b[3];
        return b[0] >> 4 == 4 && header >= 20 && total >= header && size >= total;
    }
    uint32_t payload = uint32_t(b[4]) << 8 | b[5];
    return b[0] >> 4 == 6 && size >= 40 + payload;
}

bool
CarryCongestion(Ptr<Packet> p, IpFamily family, uint8_t outerTos)
{
    if ((outerTos & ECN_MASK) != ECN_CE)
    {
        return true;
    }
    if (family == IpFamily::IPV4)
    {
        Ipv4Header inner;
        if (Node::ChecksumEnabled())
        {
            inner.EnableChecksum();
        }
        p->RemoveHeader(inner);
        const bool capable = (inner.GetTos() & ECN_MASK) != ECN_NOT;
        inner.SetTos(inner.GetTos() | (capable ? ECN_CE : 0));
        p->AddHeader(inner);
        return capable;
    }
    Ipv6Header inner;
    p->RemoveHeader(inner);
    const bool capable = (inner.GetTrafficClass() & ECN_MASK) != ECN_NOT;
    inner.SetTrafficClass(inner.GetTrafficClass() | (capable ? ECN_CE : 0));
    p->AddHeader(inner);
    return capable;
}

} // namespace vmm
} // namespace ns3
