// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_RPC_HEADER_H
#define VMM_RPC_HEADER_H

#include "ns3/header.h"

namespace ns3
{
namespace vmm
{

/// Opens every request of RpcClient: how long it is, and how long the response is to be.
class RpcHeader : public Header
{
  public:
    /// Octets on the wire.
    static constexpr uint32_t SIZE = 8U;

    RpcHeader() = default;
    /**
     * @param requestSize bytes of the request, this header included
     * @param responseSize bytes of the response
     */
    RpcHeader(uint32_t requestSize, uint32_t responseSize);

    /// @return the TypeId
    static TypeId GetTypeId();

    /// @return bytes of the request, this header included
    uint32_t GetRequestSize() const
    {
        return m_requestSize;
    }

    /// @return bytes of the response
    uint32_t GetResponseSize() const
    {
        return m_responseSize;
    }

    TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;
    void Print(std::ostream& os) const override;

  private:
    uint32_t m_requestSize = SIZE; //!< bytes
    uint32_t m_responseSize = 1;   //!< bytes
};

} // namespace vmm
} // namespace ns3

#endif // VMM_RPC_HEADER_H
