// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_POST_COPY_PAGER_H
#define VMM_POST_COPY_PAGER_H

#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>
#include <functional>

namespace ns3
{
namespace vmm
{

class DirtyModel;
class Vm;

/**
 * The destination's side of a post-copy: which part of the memory is missing, and when the VM
 * touches a page of it. Then the VM stands until the page has come.
 *
 * How often it touches pages follows from its DirtyModel: in t of its own time since it was resumed
 * it touches (1 + ReadFactor) times the distinct pages that it writes in t. Each of them is missing
 * with the probability that is the missing part of its memory at that moment. The sum of these
 * probabilities is carried along, and the VM waits whenever it has grown by 1: the number of faults
 * is the expected one, to within one, without any randomness (interpretation).
 */
class PostCopyPager : public Object
{
  public:
    /// Asks the source for the page of a fault. @param fault its number, from 1
    using AskCallback = std::function<void(uint32_t fault)>;

    /// @return the type of this class
    static TypeId GetTypeId();

    PostCopyPager();
    ~PostCopyPager() override;

    /**
     * The VM runs from now on.
     * @param vm the VM
     * @param host id of the node that speaks for the hypervisor
     * @param missing pages that are not here
     * @param pageSize octets of a page with its header, above 0
     * @param ask asks for pages
     */
    void Start(Ptr<Vm> vm, uint32_t host, uint64_t missing, uint32_t pageSize, AskCallback ask);
    /// Pages have come. @param octets of them, with headers
    void Arrived(uint64_t octets);
    /**
     * The answer to a fault has come.
     * @param fault its number
     * @param octets of the page with its header; 0 if it was on its way already
     */
    void Served(uint32_t fault, uint64_t octets);
    /// All pages are here, or the VM is gone or suspended: it waits no more.
    void Stop();

    /// @return pages that are missing
    uint64_t GetMissing() const;
    /// @return how often the VM had to wait
    uint32_t GetFaults() const;
    /// @return how long it has stood because of that
    Time GetStalled() const;

  protected:
    void DoDispose() override;

  private:
    /// @return pages that the VM touches within so much of its time since it was resumed
    double GetTouched(const Time& since) const;
    /// @return the part of the memory that is missing
    double GetMissingPart() const;
    /// Adds what was touched since the last look to the sum.
    void Settle();
    /// Finds the time at which the sum is full, and waits for it.
    void PlanFault();
    /// That time has come, in the VM's context. @param plan which plan it belongs to
    void Touched(uint32_t plan);
    /// The VM waits, in the host's context.
    void Fault();
    /// The VM goes on.
    void EndWait();

    double m_readFactor{0};  //!< attribute
    Ptr<Vm> m_vm;            //!< the VM
    Ptr<DirtyModel> m_model; //!< how it writes; null for not at all
    uint32_t m_host{0};      //!< node id
    AskCallback m_ask;       //!< asks for pages
    uint64_t m_pages{0};     //!< of the whole memory
    uint64_t m_missing{0};   //!< octets, with headers
    uint32_t m_pageSize{1};  //!< octets of a page with its header
    Time m_resumed;          //!< VM's time when it was resumed
    double m_touched{0};     //!< pages touched up to the last look
    double m_credit{0};      //!< the sum, below 1
    uint32_t m_plan{0};      //!< number of the present plan
    bool m_waiting{false};   //!< the VM stands
    bool m_onItsWay{false};  //!< the page was pushed before it was asked for
    Time m_waitsSince;       //!< since when
    Time m_stalled;          //!< in all
    uint32_t m_faults{0};    //!< number of the last one
    bool m_active{false};    //!< between Start() and Stop()
};

} // namespace vmm
} // namespace ns3

#endif // VMM_POST_COPY_PAGER_H
