// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLUID_LINK_H
#define VMM_FLUID_LINK_H

#include "ns3/fluid-path.h"
#include "ns3/link-failure-error-model.h"
#include "ns3/nstime.h"
#include "ns3/packet-load.h"
#include "ns3/packet.h"
#include "ns3/queue.h"

#include <array>
#include <functional>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * One direction of a link as fluid flows see it, and the coupling to the packets on it. While flows
 * use it, it measures the packets that the sending device is given, in windows, and sets the
 * device's DataRate to what the flows leave. When the last one has gone, the device has its own
 * rate again.
 *
 * A window begins with a packet and is closed by one event; without packets there is no event. The
 * first windows are shorter, so that flows that have just come soon know what they meet. As long as
 * nothing, or next to nothing, was measured, packets find the whole rate.
 */
class FluidLink
{
  public:
    /// What FluidNetwork has set.
    struct Settings
    {
        PacketLoad::Rules rules; //!< how windows are judged
        Time window;             //!< length of a window
        double least{0};         //!< part of the capacity that is left to packets at least
        double markedly{0};      //!< change of load, in parts of the capacity, that is told
    };

    /**
     * @param id its number
     * @param hop the ends
     * @param settings of the network
     * @param changed called when the link fails, returns, or its packets' claim changes markedly
     */
    FluidLink(uint32_t id,
              const FluidHop& hop,
              const Settings& settings,
              std::function<void(FluidLink& link)> changed);
    ~FluidLink();
    FluidLink(const FluidLink&) = delete;
    FluidLink& operator=(const FluidLink&) = delete;

    /// A flow comes to use the link. @param flow its id
    void Enter(uint32_t flow);
    /// A flow uses it no more. @param flow its id
    void Leave(uint32_t flow);
    /// @return ids of the flows that use it
    const std::vector<uint32_t>& GetFlows() const;

    /// @return its number
    uint32_t GetId() const;
    /// @return where its packets leave
    Ptr<NetDevice> GetSender() const;
    /// @return where they arrive
    Ptr<NetDevice> GetReceiver() const;
    /// @return whether it carries anything, in both directions: acknowledgements have to return
    bool IsUp() const;
    /// @return the device's own rate in bit/s; infinite for a device without one
    double GetCapacity() const;
    /// @return propagation delay
    Time GetDelay() const;
    /// @return what packets claim now
    const PacketDemand& GetDemand() const;
    /// @return what packets claimed when TakeDemand() was called last
    const PacketDemand& GetTakenDemand() const;
    /// @return what packets claim now, which is what the flows' rates are computed from
    const PacketDemand& TakeDemand();
    /// @return bit/s of packets in the last window
    double GetPacketRate() const;

    /**
     * @param rate of all flows on the link in bit/s; the device gets what is left
     * @return whether it, or GetPacketRate(), has changed since the last call
     */
    bool SetFluidRate(double rate);
    /// @return see SetFluidRate
    double GetFluidRate() const;
    /// @param octets of flows, headers included, that have crossed the link
    void Count(double octets);
    /// @return octets of flows, headers included, that have crossed the link
    double GetFluidOctets() const;

  private:
    /// A packet is given to the device.
    void PacketSent(Ptr<const Packet> packet);
    /// A window is over. @param run of which measurement
    void WindowOver(uint32_t run);
    /// Begins to measure and to hear of failures.
    void Begin();
    /// Ends that and gives the device its own rate.
    void End();
    /// The link has failed or returned. @param down which
    void StateChanged(bool down);
    /// Schedules the end of a window.
    void OpenWindow();
    /// Sets the device's rate. @param rate bit/s
    void SetDeviceRate(double rate);
    /// @return the device's rate in bit/s
    double ReadDeviceRate() const;
    /// Adds what the device could have sent until now to m_offered.
    void CountOffered();
    /// Takes a rate that somebody else has given the device for its own.
    void NoteOwnRate();
    /// @return bit/s that those who share would take of the whole link
    double GetShared(const PacketDemand& demand) const;
    /// @return whether the packets' claim differs markedly from the one last taken
    bool IsMarked() const;

    uint32_t m_id;                                      //!< its number
    FluidHop m_hop;                                     //!< its ends
    const Settings& m_settings;                         //!< of the network
    std::function<void(FluidLink&)> m_changed;          //!< told of changes
    std::vector<uint32_t> m_flows;                      //!< that use it
    Ptr<Queue<Packet>> m_queue;                         //!< of the sender, while measuring
    std::array<Ptr<LinkFailureErrorModel>, 2> m_models; //!< of both ends, while flows use it
    PacketLoad m_load;                                  //!< the measurement
    PacketDemand m_taken;                               //!< see GetTakenDemand
    bool m_hasRate{false};                              //!< the device has a rate that can be set
    bool m_ppp{false};                                  //!< frames begin with a PPP header
    double m_own{0};                                    //!< the device's own rate, bit/s
    uint64_t m_set{0};                                  //!< what it was set to, bit/s
    double m_fluidRate{0};                              //!< see SetFluidRate
    double m_toldLoad{0};                               //!< GetPacketRate() at SetFluidRate()
    double m_octets{0};                                 //!< see GetFluidOctets
    double m_offered{0};                                //!< octets, in this window
    Time m_offeredUntil;                                //!< to when that was counted
    Time m_windowStart;                                 //!< when this window began
    Time m_windowLength;                                //!< how long it will be
    bool m_windowOpen{false};                           //!< there is one
    uint32_t m_run{0};                                  //!< counts measurements
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FLUID_LINK_H
