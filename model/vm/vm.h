// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VM_H
#define VMM_VM_H

#include "ns3/guest-timeline.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"
#include "ns3/traced-value.h"
#include "ns3/vm-spec.h"

#include <string>

namespace ns3
{

class Application;

namespace vmm
{

class AccessDevice;
class AccessSwitch;
class GratuitousAnnouncer;

/// Where a VM is in its life.
enum class VmState : uint8_t
{
    DEFINED,           //!< exists, has never run
    RUNNING,           //!< runs
    MIGRATING,         //!< runs while its memory is being copied
    STOPPED_AT_SOURCE, //!< stopped for the last part of a move; the source keeps its copy
    STOPPED,           //!< does not run: suspended, or its host has failed
    DESTROYED          //!< gone for good
};

/// @param state a state @return its name, for instance "stopped-at-source"
const char* VmStateName(VmState state);
/// Writes the state's name. @return os
std::ostream& operator<<(std::ostream& os, VmState state);

/**
 * A virtual machine: an ns-3 Node with an Internet stack, so that every ns-3 application runs in
 * it, behind one network card that is plugged into the virtual switch of the NVE where it is. There
 * is one object per VM wherever it goes and it has one card, so it never runs twice; whatever would
 * make it do so throws std::logic_error.
 *
 *     VmSpec spec;
 *     spec.id = "vm1";
 *     spec.mac = VmMac(1);
 *     spec.addresses = {Ipv4Address("10.1.0.1")};
 *     Ptr<Vm> vm = CreateObject<Vm>();
 *     vm->Build(spec);
 *     vm->AddApplication(sink);
 *     hypervisor->Create(vm, 1);
 *
 * Its addresses have masks /32 and /128; the default routes lead to 169.254.1.1 and fe80::1, which
 * every NVE answers for with one MAC address. Interfaces are never set down. While the VM does not
 * run its card is halted, and its clock stands still if the attribute GuestClock is true and the
 * engine has guest clocks; before it first runs it stands still too, and applications whose start
 * time passes meanwhile start when it boots. Sockets in a VM must not be bound to a device.
 *
 * A VM that runs can be slowed and can stall. A stall is what a page fault does: nothing of the
 * guest runs, but the VM is there: its card keeps what arrives, and state and routes stay as they
 * are. How a slowed guest runs is the attribute Throttling. Speed and stall are of the run that is
 * under way: a stop ends both, and the VM resumes, wherever that is, at full speed; a move that is
 * given up while the VM runs (MIGRATING to RUNNING) ends the slowness too. What the card has kept
 * survives a stop and is handed up after the resume; if the VM is destroyed it is lost.
 *
 * Without a guest clock there is nothing but the card: it is held in a stall, and for part of each
 * time slice if the guest is slowed; applications and timers do not notice.
 */
class Vm : public Object
{
  public:
    /// Signature of the trace State.
    typedef void (*StateTracedCallback)(Ptr<const Vm> vm, VmState from, VmState to);

    /// @return the TypeId
    static TypeId GetTypeId();
    Vm();
    ~Vm() override;

    /**
     * Make the node, its stack and its card, and enter the VM in the VmDirectory. Once only.
     * @param spec what the VM is
     * @throws std::invalid_argument if the spec is not valid or its id is taken
     * @throws std::logic_error if the VM is built already
     */
    void Build(const VmSpec& spec);

    /// @return what the VM is
    const VmSpec& GetSpec() const
    {
        return m_spec;
    }

    /// @return the VM-ID
    const std::string& GetId() const
    {
        return m_spec.id;
    }

    /// @return the node that runs the VM's applications
    Ptr<Node> GetNode() const
    {
        return m_node;
    }

    /// @return the VM's card
    Ptr<AccessDevice> GetDevice() const;
    /// @return the gratuitous ARP and unsolicited NA sender of the VM
    Ptr<GratuitousAnnouncer> GetAnnouncer() const;

    /// @return the state
    VmState GetState() const
    {
        return m_state;
    }

    /// @return whether the VM runs: RUNNING or MIGRATING
    bool IsRunning() const
    {
        return m_state == VmState::RUNNING || m_state == VmState::MIGRATING;
    }

    /// How the guest is slowed, where there is a guest clock.
    enum Throttling
    {
        CLOCK, //!< its clock is slower; its card is not, and acknowledges what arrives at once
        SLICES //!< it sleeps for a part of each time slice, as QEMU's guests do
    };

    /**
     * Slow the guest down, as auto-converge does. No effect while the VM does not run.
     * @param speed guest time per simulated time, above 0, at most 1
     * @throws std::invalid_argument if the speed is out of range
     */
    void SetSpeed(double speed);

    /// @return the guest's speed; 1 if it does not run
    double GetSpeed() const
    {
        return m_speed;
    }

    /**
     * @return the guest's own time: simulated time minus all that the guest has lost since it first
     * ran to stops, stalls and slowness. Without a guest clock it is what the guest's clock would
     * show if it had one, its slowness spread evenly.
     */
    Time GetGuestTime() const;
    /// Let the guest stand still while the VM runs. No effect if it stalls, or does not run.
    void Stall();
    /// End a stall. No effect if there is none.
    void Unstall();

    /// @return whether the guest stands still in a VM that runs
    bool IsStalled() const
    {
        return m_stalled;
    }

    /// @return whether a stop of the VM stops its clock too
    bool HasGuestClock() const
    {
        return m_guestClock;
    }

    /// @return the server whose switch the VM is plugged into, null if it is not plugged in
    Ptr<Node> GetHost() const
    {
        return m_host;
    }

    /**
     * Add an application and initialise it now, also while the VM stands still. Its start and stop
     * times count from now if the simulation runs already, as in ns-3.
     * @param application the application
     */
    void AddApplication(Ptr<Application> application);
    /**
     * Plug the card into a server's switch. The VM must not run.
     * @param access the switch
     * @param host the server
     * @throws std::logic_error if the VM is plugged in or destroyed
     */
    void Plug(Ptr<AccessSwitch> access, Ptr<Node> host);
    /// Unplug the card, if it is plugged in. @throws std::logic_error if the VM runs
    void Unplug();
    /**
     * Change the state. Legal: DEFINED to RUNNING; RUNNING to MIGRATING and back; MIGRATING to
     * STOPPED_AT_SOURCE; RUNNING and MIGRATING to STOPPED; STOPPED_AT_SOURCE to RUNNING and
     * STOPPED; STOPPED to RUNNING; any but itself to DESTROYED.
     * @param to the new state
     * @throws std::logic_error if the change is not legal, or the VM would run without being
     * plugged in
     */
    void ChangeState(VmState to);
    /**
     * Fix the random streams of the VM's stack.
     * @param stream the first
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream);

  private:
    void DoDispose() override;
    /// Stops the card, and the clock if it is to be stopped; ends stall and slowness.
    void Stand();
    /// Lets card and clock go. @param first whether the VM has never run
    void Go(bool first);
    /// Makes card and clock do what state, stall and slice ask for.
    void Settle();
    /// @return whether the guest is slowed by sleeping in each time slice
    bool SleepsInSlices() const;
    /// Sleep or wake-up of a slowed guest. @param series the timer that it belongs to
    void TurnSlice(uint32_t series);

    VmSpec m_spec;                        //!< what the VM is
    VmState m_state;                      //!< where it is in its life
    bool m_guestClock;                    //!< attribute, then whether it is in use
    bool m_permanentGateway;              //!< attribute
    Throttling m_throttling;              //!< attribute
    Time m_slice;                         //!< attribute
    TracedValue<double> m_speed;          //!< of the guest
    TracedValue<bool> m_stalled;          //!< see Stall
    bool m_asleep;                        //!< in the second part of a time slice
    uint32_t m_series;                    //!< of the valid slice timer
    GuestTimeline m_account;              //!< guest time where there is no guest clock
    Ptr<Node> m_node;                     //!< the machine
    Ptr<Node> m_host;                     //!< where it is plugged in
    Ptr<AccessDevice> m_device;           //!< its card
    Ptr<GratuitousAnnouncer> m_announcer; //!< its announcer
    TracedCallback<Ptr<const Vm>, VmState, VmState> m_stateTrace; //!< trace State
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VM_H
