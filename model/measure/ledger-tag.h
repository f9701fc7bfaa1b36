// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_LEDGER_TAG_H
#define VMM_LEDGER_TAG_H

#include "ns3/tag.h"

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * Packet tag with the ledger's id of a datagram. Packet tags survive forwarding, tunnels,
 * fragments, address resolution and copies; a packet's uid tells none of these apart.
 */
class LedgerTag : public Tag
{
  public:
    /// @param id the ledger's id, 0 for none
    explicit LedgerTag(uint32_t id = 0);

    /// @return the type
    static TypeId GetTypeId();
    TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(TagBuffer buffer) const override;
    void Deserialize(TagBuffer buffer) override;
    void Print(std::ostream& os) const override;

    /// @return the ledger's id
    uint32_t GetId() const
    {
        return m_id;
    }

  private:
    uint32_t m_id; //!< the ledger's id
};

} // namespace vmm
} // namespace ns3

#endif // VMM_LEDGER_TAG_H
