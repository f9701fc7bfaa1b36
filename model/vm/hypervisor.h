// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_HYPERVISOR_H
#define VMM_HYPERVISOR_H

#include "ns3/application.h"
#include "ns3/hypervisor-event.h"
#include "ns3/hypervisor-listener.h"
#include "ns3/traced-callback.h"
#include "ns3/traced-value.h"
#include "ns3/vm-spec.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

class AccessDevice;
class AccessGateway;
class AccessSwitch;
class CrashGate;
class Vm;
enum class VmState : uint8_t;

/**
 * Runs VMs on a server: admits them, plugs them into the virtual switch, and does each step of a
 * move that happens on one machine. It sends no message and copies nothing: whoever orders a move
 * (a migration agent) calls these in turn, and the listeners (the NVE) hear of each, in order of
 * registration.
 *
 *     source: BeginMigration, StopAtSource, then Release, or RollBack
 *     destination: Reserve, then ResumeHere, or CancelReserve
 *
 * The source keeps its copy, and the memory for it, until Release. Because a VM is one object,
 * ResumeHere unplugs it from the source's switch; what still arrives for it there is dropped with
 * the cause UNPLUGGED. A call that does not fit the VM's state throws std::logic_error and changes
 * nothing; a VM that is not here is std::invalid_argument.
 */
class Hypervisor : public Application
{
  public:
    /// Signature of the trace Event.
    typedef void (*EventTracedCallback)(HypervisorEvent event,
                                        const std::string& vmId,
                                        uint32_t epoch);
    /// Signature of the trace AccessDevice. @param vn VN-ID @param device the NVE's towards it
    typedef void (*AccessDeviceTracedCallback)(uint32_t vn, Ptr<AccessDevice> device);

    /// @return the TypeId
    static TypeId GetTypeId();
    Hypervisor();
    ~Hypervisor() override;

    /// @param listener is told from now on; it must outlive this or be removed
    void AddListener(HypervisorListener* listener);
    /// @param listener is told no more
    void RemoveListener(HypervisorListener* listener);

    /**
     * The NVE's end of the access switch of a virtual network. Each network has a switch of its
     * own, so that the device tells the network and VMs of different networks may have the same
     * addresses. It is made on first use, so that the node must have its stack by then: that of
     * network 0 when the application is initialised, any other when the first VM of the network is
     * taken in or expected.
     * @param vn VN-ID
     * @return switch, port 0 and neighbours
     */
    Ptr<AccessGateway> GetGateway(uint32_t vn = 0);
    /// @return what takes the server off the wire when it fails, for its trace
    Ptr<CrashGate> GetCrashGate() const;
    /// @param vn VN-ID @return port 0 of its virtual switch, the NVE's device towards its VMs
    Ptr<AccessDevice> GetAccessDevice(uint32_t vn = 0);
    /// @param vn VN-ID @return its virtual switch
    Ptr<AccessSwitch> GetAccessSwitch(uint32_t vn = 0);
    /// @param address of a VM @param mac of it @param vn its network; see AccessGateway
    void AddNeighbour(const IpAddress& address, Mac48Address mac, uint32_t vn = 0);
    /// @param address of a VM @param vn its network; see AccessGateway
    void RemoveNeighbour(const IpAddress& address, uint32_t vn = 0);

    /// @param vmId VM-ID @return the VM if it, or a kept copy, is here; else null
    Ptr<Vm> Find(const std::string& vmId) const;
    /// @return the ids of all VMs and kept copies here, sorted; reserved ones not included
    std::vector<std::string> GetVmIds() const;
    /// @param vmId VM-ID @return whether a place is reserved for it
    bool IsReserved(const std::string& vmId) const;
    /// @param vmId VM-ID @return the epoch of its attachment or reservation, 0 if unknown
    uint32_t GetEpoch(const std::string& vmId) const;

    /// @return memory for VMs, in octets
    uint64_t GetMemory() const
    {
        return m_memory;
    }

    /// @return virtual processors for VMs
    uint32_t GetVcpus() const
    {
        return m_vcpus;
    }

    /// @return memory not given to VMs, kept copies and reservations, in octets
    uint64_t GetFreeMemory() const
    {
        return m_memory - std::min(m_memory, m_usedMemory.Get());
    }

    /// @return virtual processors not given to VMs, kept copies and reservations
    uint32_t GetFreeVcpus() const
    {
        return m_vcpus - std::min(m_vcpus, m_usedVcpus.Get());
    }

    /// @param spec a VM @return whether it would be admitted now
    Admission CheckAdmission(const VmSpec& spec) const;

    /**
     * Take a new VM in without starting it.
     * @param vm a VM in state DEFINED that is nowhere else
     * @return whether it was admitted; if not, nothing has happened
     * @throws std::logic_error if it is in another state
     */
    Admission Define(Ptr<Vm> vm);
    /**
     * Let go of a VM that was taken in and not started: it is as it was before Define.
     * @param vmId VM-ID
     * @return false, and nothing happens, if there is no such VM here
     */
    bool Undefine(const std::string& vmId);
    /**
     * Boot a new VM; Define first if that was not done.
     * @param vm a VM in state DEFINED
     * @param epoch of this attachment, given by the VM Manager
     * @return whether it was admitted; if not, nothing has happened
     */
    Admission Create(Ptr<Vm> vm, uint32_t epoch);
    /**
     * Keep a place for a VM that will move here.
     * @param spec the VM
     * @param epoch of the move
     * @return whether it was admitted; if not, nothing has happened
     */
    Admission Reserve(const VmSpec& spec, uint32_t epoch);
    /// @param vmId VM-ID of a reservation that is given up @return false if there was none
    bool CancelReserve(const std::string& vmId);
    /// @param vmId VM-ID of a VM that runs here; its copying begins
    void BeginMigration(const std::string& vmId);
    /// @param vmId VM-ID of a VM that is MIGRATING here; it stops, its copy is kept
    void StopAtSource(const std::string& vmId);
    /**
     * Suspend a VM that runs here (a cold move, an operator's order). RollBack continues it.
     * @param vmId VM-ID
     */
    void Suspend(const std::string& vmId);
    /**
     * Suspend a VM that runs here and take it off the virtual switch, so that whoever else has a
     * copy may run it. RollBack continues it here, unless it runs elsewhere by then.
     * @param vmId VM-ID
     */
    void Park(const std::string& vmId);
    /**
     * All state of a reserved VM has arrived: it runs here from now on and announces itself.
     * @param vmId VM-ID of a reservation; the VM is STOPPED_AT_SOURCE or STOPPED
     * @param reason how it came; what the listeners hear
     * @throws std::logic_error if the VM runs or is destroyed; std::invalid_argument if it is not
     * reserved or does not exist
     */
    void ResumeHere(const std::string& vmId, AttachReason reason = AttachReason::MOVED);
    /**
     * A move is committed: the VM is elsewhere for good, the memory of its copy is free.
     * @param vmId VM-ID of a copy kept here
     * @throws std::logic_error if the VM itself is here and not stopped
     */
    void Release(const std::string& vmId);
    /**
     * A move has failed: the VM runs (or runs on) here.
     * @param vmId VM-ID of a VM here that is MIGRATING, STOPPED_AT_SOURCE or STOPPED
     * @param epoch of this attachment from now on
     * @throws std::logic_error if it runs elsewhere
     */
    void RollBack(const std::string& vmId, uint32_t epoch);
    /// @param vmId VM-ID of a VM here, in any state but running elsewhere; it ceases to exist
    void Destroy(const std::string& vmId);
    /**
     * The server crashes: it falls silent on all its devices (see CrashGate), its VMs stop, copies
     * and reservations are lost. Packets to and from it and its VMs are dropped with the cause
     * HOST.
     */
    void Fail();

    /// @return whether the server has failed
    bool HasFailed() const
    {
        return m_failed;
    }

  private:
    /// A VM, a kept copy or a reservation.
    struct Entry
    {
        VmSpec spec;        //!< what it is
        uint32_t epoch = 0; //!< of its attachment or reservation
        Ptr<Vm> vm;         //!< null for a reservation
    };

    void DoInitialize() override;
    void DoDispose() override;
    /// @return the entry of a VM here @throws std::invalid_argument if there is none
    Entry& Get(const std::string& vmId);
    /// @return whether a VM is plugged in at this server
    bool IsHere(Ptr<Vm> vm) const;
    /// @throws std::logic_error unless the VM is plugged in here
    void RequireHere(Ptr<Vm> vm) const;
    /// Books the resources of a VM or reservation.
    void Insert(const VmSpec& spec, uint32_t epoch, Ptr<Vm> vm);
    /// Frees the resources of a VM or reservation.
    void Erase(const std::string& vmId);
    /// Stops a VM that runs here.
    void Halt(const std::string& vmId, VmState from, VmState to);
    /// Plugs the VM in, enters its addresses and lets it run.
    void Run(Ptr<Vm> vm);
    /// Enters or removes the addresses of a VM as neighbours.
    void SetNeighbours(const VmSpec& spec, bool present);
    /// Tells all listeners.
    template <typename... Params, typename... Args>
    void Tell(void (HypervisorListener::*what)(Params...), const Args&... args);

    uint64_t m_memory;                                 //!< attribute
    uint32_t m_vcpus;                                  //!< attribute
    bool m_failed;                                     //!< after Fail
    Ptr<CrashGate> m_gate;                             //!< shut by Fail
    std::map<uint32_t, Ptr<AccessGateway>> m_gateways; //!< by VN-ID
    std::map<std::string, Entry> m_entries;            //!< by VM-ID
    std::vector<HypervisorListener*> m_listeners;      //!< in order of registration
    TracedValue<uint64_t> m_usedMemory;                //!< octets
    TracedValue<uint32_t> m_usedVcpus;                 //!< virtual processors
    TracedCallback<HypervisorEvent, const std::string&, uint32_t> m_event; //!< trace Event
    TracedCallback<uint32_t, Ptr<AccessDevice>> m_accessDevice;            //!< trace AccessDevice
};

} // namespace vmm
} // namespace ns3

#endif // VMM_HYPERVISOR_H
