// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_FRAMER_H
#define VMM_BGP_FRAMER_H

#include "ns3/bgp-types.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Cuts the octets of a TCP connection into messages, however the segments fall: several messages in
 * one, one message over several. Looks at headers only (RFC 4271 sections 4.1 and 6.1).
 */
class BgpFramer
{
  public:
    /// What a segment brought.
    struct Result
    {
        std::vector<std::vector<uint8_t>> messages; //!< complete ones with their headers, in order
        /// A header that cannot be right, after those messages: the connection is to be closed.
        BgpError error;
    };

    /**
     * @param data octets, may be nullptr if size is 0
     * @param size how many
     * @return the messages that are now complete. After an error all later octets are ignored, and
     * the error is not told again.
     */
    Result Feed(const uint8_t* data, size_t size);
    /// @param data octets. @return as above
    Result Feed(const std::vector<uint8_t>& data);

    /**
     * @param extended whether UPDATE, NOTIFICATION and ROUTE-REFRESH may have up to 65535 octets
     * (RFC 8654) instead of 4096
     */
    void SetExtendedMessage(bool extended);
    /// Forgets all octets and the error, for a new connection; the message size is 4096 again.
    void Reset();

    /// @return how many octets wait for the rest of their message
    size_t GetPending() const;

  private:
    std::vector<uint8_t> m_buffer; //!< the start of a message
    bool m_extended = false;       //!< RFC 8654
    bool m_failed = false;         //!< there was an error
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_FRAMER_H
