// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-framer.h"

#include "ns3/bgp-codec.h"

namespace ns3
{
namespace vmm
{

BgpFramer::Result
BgpFramer::Feed(const uint8_t* data, size_t size)
{
    Result result;
    if (m_failed || size == 0)
    {
        return result;
    }
    m_buffer.insert(m_buffer.end(), data, data + size);
    size_t at = 0;
    while (m_buffer.size() - at >= BGP_HEADER_SIZE)
    {
        const uint8_t* message = m_buffer.data() + at;
        result.error = CheckBgpHeader(message, m_extended);
        if (result.error)
        {
            m_failed = true;
            m_buffer.clear();
            return result;
        }
        const size_t length = message[16] << 8 | message[17];
        if (m_buffer.size() - at < length)
        {
            break;
        }
        result.messages.emplace_back(message, message + length);
        at += length;
    }
    m_buffer.erase(m_buffer.begin(), m_buffer.begin() + at);
    return result;
}

BgpFramer::Result
BgpFramer::Feed(const std::vector<uint8_t>& data)
{
    return Feed(data.data(), data.size());
}

void
BgpFramer::SetExtendedMessage(bool extended)
{
    m_extended = extended;
}

void
BgpFramer::Reset()
{
    *this = BgpFramer();
}

size_t
BgpFramer::GetPending() const
{
    return m_buffer.size();
}

} // namespace vmm
} // namespace ns3
