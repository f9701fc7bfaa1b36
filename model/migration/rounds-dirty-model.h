// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ROUNDS_DIRTY_MODEL_H
#define VMM_ROUNDS_DIRTY_MODEL_H

#include "ns3/dirty-model.h"

#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Replays a copy that was measured: during its round i so much memory was written, however long the
 * round takes now. With the last round of the list the copy of a running VM ends: the VM is stopped
 * and what was written in that round is sent. A copy that ends before goes by its own rules.
 *
 * Outside of rounds nothing is written.
 */
class RoundsDirtyModel : public DirtyModel
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    RoundsDirtyModel();
    ~RoundsDirtyModel() override;

    /**
     * @param octets written during each round of the copy, the first one first
     * @throws std::invalid_argument if there is none
     */
    void SetRounds(const std::vector<uint64_t>& octets);

    bool EndsAfter(uint32_t round) const override;

  private:
    double DoGetDirtied(const Time& from, const Time& to, uint64_t memory) const override;
    uint64_t DoGetRoundDirtied(uint32_t round,
                               const Time& from,
                               const Time& to,
                               uint64_t memory) const override;

    std::vector<uint64_t> m_rounds; //!< octets; empty until set
};

} // namespace vmm
} // namespace ns3

#endif // VMM_ROUNDS_DIRTY_MODEL_H
