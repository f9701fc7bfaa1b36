// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_DISK_MODEL_H
#define VMM_DISK_MODEL_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * The disk image of a VM, as far as a copy needs to know it: how large it is and how much of it is
 * written. It is aggregated to its Vm. A VM without one, or with an image of size 0, has its disk
 * on storage that both hypervisors reach (network storage), and a move copies nothing of it.
 *
 * Writes go at a constant rate and never to the same place twice, until all of the image is
 * written.
 */
class DiskModel : public Object
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    DiskModel();
    ~DiskModel() override;

    /// @return octets of the image that a move has to copy, 0 for shared storage
    uint64_t GetImage() const
    {
        return m_image;
    }

    /**
     * @param from start of an interval, guest time
     * @param to its end, guest time
     * @return distinct octets written to the image in it, at most all of it; 0 if to is not after
     * from
     */
    uint64_t GetWritten(const Time& from, const Time& to) const;

  private:
    uint64_t m_image; //!< attribute, octets
    DataRate m_rate;  //!< attribute
};

} // namespace vmm
} // namespace ns3

#endif // VMM_DISK_MODEL_H
