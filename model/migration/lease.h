// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_LEASE_H
#define VMM_LEASE_H

#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <functional>

namespace ns3
{
namespace vmm
{

/**
 * For how long an end of a move may run the VM without the VM Manager having spoken: so that two
 * copies never run, the one that is not heard of stands still before the other one is started. The
 * lease begins anew with every sign of life, for which it asks in time.
 */
class Lease
{
  public:
    /// Who runs the VM.
    struct Holder
    {
        std::function<Time()> confirmed; //!< when the manager was last heard to hear the server
        std::function<void()> greet;     //!< asks it for a sign of life
        std::function<bool()> isBound;   //!< whether the lease still matters
        std::function<bool()> expired;   //!< the time is over; whether that is the end of the lease
    };

    Lease() = default;
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    /**
     * Begins, and looks after it until it is cancelled, does not matter any more, or has expired.
     * @param length from a sign of life to the end, above 0
     * @param holder who runs the VM; all functions are there
     */
    void Begin(Time length, Holder holder);
    /// Looks after it no more.
    void Cancel();
    /// @return when it ends if nothing is heard; call after Begin()
    Time GetEnd() const;

  private:
    void Check();

    Time m_length;   //!< see above
    Holder m_holder; //!< see above
    EventId m_next;  //!< next look
};

} // namespace vmm
} // namespace ns3

#endif // VMM_LEASE_H
