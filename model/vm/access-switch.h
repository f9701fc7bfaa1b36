// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ACCESS_SWITCH_H
#define VMM_ACCESS_SWITCH_H

#include "ns3/channel.h"
#include "ns3/data-rate.h"
#include "ns3/mac48-address.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <map>
#include <vector>

namespace ns3
{
namespace vmm
{

class AccessDevice;

/**
 * The virtual switch inside an NVE that its VMs plug into. Port 0 is the NVE's own device, every
 * other port a VM's. A VM's frame goes to port 0 only; a frame from port 0 goes to the VM that has
 * the destination address, or to all VMs for a group address: VMs do not see each other's ARP, and
 * VM to VM is routed by the NVE. VMs plug and unplug at any time, and no link-change callback runs
 * when they do (ns-3's stack would forget its neighbours).
 *
 * A frame is sent at DataRate by each port for itself and arrives Delay later. If its VM has left
 * by then, or has no port at all, it is dropped at port 0 with the cause UNPLUGGED. A frame that a
 * VM sent before it left still reaches the NVE. Preamble, padding and checksum are not modelled, as
 * in a software switch.
 */
class AccessSwitch : public Channel
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();
    AccessSwitch();
    ~AccessSwitch() override;

    /**
     * Plug the NVE in as port 0.
     * @param device of the NVE
     * @throws std::logic_error if there is a port 0 already or the device is plugged in elsewhere
     */
    void AttachNve(Ptr<AccessDevice> device);
    /**
     * Plug a VM in.
     * @param device of the VM
     * @throws std::logic_error if the device is plugged in anywhere already, or another device here
     * has the same address
     */
    void Attach(Ptr<AccessDevice> device);
    /**
     * Unplug a VM. Frames on the wire towards it are lost.
     * @param device of the VM
     * @throws std::logic_error if it is not plugged in here, or is port 0
     */
    void Detach(Ptr<AccessDevice> device);
    /// @param address a MAC address @return the VM's device with it, null if there is none
    Ptr<AccessDevice> Find(Mac48Address address) const;
    /// @return the device of port 0, null if there is none
    Ptr<AccessDevice> GetNveDevice() const;

    /// @return the rate of every port
    DataRate GetDataRate() const
    {
        return m_rate;
    }

    /// @param rate of every port; @throws std::invalid_argument if it is zero
    void SetDataRate(DataRate rate);

    /**
     * Take a frame over from a port; called by the device.
     * @param frame with its Ethernet header
     * @param from the sending device
     * @param transmission how long the sending takes
     */
    void Transmit(Ptr<Packet> frame, Ptr<AccessDevice> from, const Time& transmission);

    std::size_t GetNDevices() const override;
    Ptr<NetDevice> GetDevice(std::size_t i) const override;

  private:
    void DoDispose() override;
    /// Schedules the arrival of a frame at a device.
    void Launch(Ptr<Packet> frame, Ptr<AccessDevice> to, const Time& delay);
    /// A frame arrives; plug is the device's plug count when it was sent.
    void Deliver(Ptr<Packet> frame, Ptr<AccessDevice> to, uint64_t plug);

    DataRate m_rate;                                   //!< of each port
    Time m_delay;                                      //!< through the switch
    Ptr<AccessDevice> m_nve;                           //!< port 0
    std::vector<Ptr<AccessDevice>> m_ports;            //!< the VMs, in order of arrival
    std::map<Mac48Address, Ptr<AccessDevice>> m_byMac; //!< the VMs
};

} // namespace vmm
} // namespace ns3

#endif // VMM_ACCESS_SWITCH_H
