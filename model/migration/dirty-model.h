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
 * A VM without a model writes nothing. All times are guest times (Vm::GetGuestTime()): a guest that
 * is stopped, stalls or is slowed writes less. What a model says is the expected amount, without
 * chance; models of pages say whole pages.
 *
 * Which pages are written is not modelled, only how many distinct ones. So the amounts of two
 * intervals that follow each other must not be added unless the model says so: the same pages may
 * have been written in both. A copy asks for each round as a whole.
 */
class DirtyModel : public Object
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    DirtyModel();
    ~DirtyModel() override;

    /**
     * @param from start of an interval, guest time
     * @param to its end, guest time, not before from
     * @param memory the VM's memory in octets
     * @return how many distinct octets of memory are written in it, at most memory
     */
    uint64_t GetDirtied(const Time& from, const Time& to, uint64_t memory) const;

    /**
     * @param round of a copy while the VM runs, from 1
     * @param from start of the round, guest time
     * @param to its end, guest time, not before from
     * @param memory the VM's memory in octets
     * @return how many distinct octets are written during the round, at most memory: as
     * GetDirtied(), but for a model that replays the rounds of a copy that was measured
     */
    uint64_t
    GetRoundDirtied(uint32_t round, const Time& from, const Time& to, uint64_t memory) const;

    /**
     * @param round of a copy while the VM runs, from 1
     * @return whether the VM is stopped after this round whatever the copy method would do: true
     * only of a model that replays a copy, and has come to its end
     */
    virtual bool EndsAfter(uint32_t round) const;

    /**
     * @param memory the VM's memory in octets
     * @return how many octets lie in pages that hold only zeros when the copy begins, at most
     * memory, in whole pages: such a page costs its header alone, in the first round
     */
    uint64_t GetZeros(uint64_t memory) const;

    /// @return octets of a page of memory
    uint32_t GetPageSize() const
    {
        return m_pageSize;
    }

  protected:
    /// @param pages a number of pages @return octets of that many pages, to the nearest whole one
    double ToOctets(double pages) const;

  private:
    /**
     * @param from start
     * @param to end, after from
     * @param memory octets
     * @return distinct octets written, need not be capped; NaN counts as none
     */
    virtual double DoGetDirtied(const Time& from, const Time& to, uint64_t memory) const = 0;

    /**
     * @param round from 1
     * @param from start
     * @param to end, not before from
     * @param memory octets
     * @return distinct octets written during a round; GetDirtied() unless overridden
     */
    virtual uint64_t
    DoGetRoundDirtied(uint32_t round, const Time& from, const Time& to, uint64_t memory) const;

    uint32_t m_pageSize;   //!< attribute, octets
    uint64_t m_zeroMemory; //!< attribute, octets
};

/**
 * Writes at a constant rate and never to the same octet twice, until all memory is written: the
 * model behind the geometric series of pre-copy. Up to that point the amounts of intervals that
 * follow each other add up.
 */
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
