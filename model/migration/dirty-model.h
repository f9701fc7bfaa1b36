// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_DIRTY_MODEL_H
#define VMM_DIRTY_MODEL_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * How a VM writes to its memory while it runs: the only thing about the guest's memory that a copy
 * needs to know. A model is aggregated to its Vm and so moves with it:
 *
 *     auto model = CreateObject<ConstantDirtyModel>();
 *     model->SetAttribute("Rate", DataRateValue(DataRate("250Mbps")));
 *     vm->AggregateObject(model);
 *
 * A VM without a model writes nothing.
 */
class DirtyModel : public Object
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    ~DirtyModel() override;

    /**
     * @param from start of an interval in which the VM runs, simulated time
     * @param to its end, not before from
     * @param memory the VM's memory in octets
     * @return how many distinct octets of memory are written in it, at most memory
     */
    uint64_t GetDirtied(const Time& from, const Time& to, uint64_t memory) const;

    /**
     * @param memory the VM's memory in octets
     * @return how many octets lie in pages that hold only zeros when the copy begins, at most
     * memory: such a page costs its header alone, in the first round
     */
    uint64_t GetZeros(uint64_t memory) const;

  private:
    /**
     * @param from start
     * @param to end, after from
     * @param memory octets
     * @return distinct octets written, need not be capped; NaN counts as none
     */
    virtual double DoGetDirtied(const Time& from, const Time& to, uint64_t memory) const = 0;

    /**
     * @param memory octets
     * @return octets in zero pages; none unless overridden
     */
    virtual uint64_t DoGetZeros(uint64_t memory) const;
};

/// Writes at a constant rate and never to the same page twice, until all memory is written.
class ConstantDirtyModel : public DirtyModel
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    ConstantDirtyModel();
    ~ConstantDirtyModel() override;

  private:
    double DoGetDirtied(const Time& from, const Time& to, uint64_t memory) const override;

    DataRate m_rate; //!< memory written
};

} // namespace vmm
} // namespace ns3

#endif // VMM_DIRTY_MODEL_H
