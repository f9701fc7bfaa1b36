// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GRATUITOUS_ANNOUNCER_H
#define VMM_GRATUITOUS_ANNOUNCER_H

#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/packet.h"
#include "ns3/traced-callback.h"
#include "ns3/vmm-ip-address.h"

#include <vector>

namespace ns3
{
namespace vmm
{

class AccessDevice;

/**
 * After a move the VM announces itself on the wire: a gratuitous ARP for each IPv4 address (an ARP
 * announcement of RFC 5227 section 2.3: a broadcast request for the own address) and an unsolicited
 * neighbour advertisement to all nodes for each IPv6 address (RFC 4861 section 7.2.6: override set,
 * solicited clear, target link-layer address option). The first goes out at once. They are sent
 * from the VM's own context, so they too stand still while the VM does; a new Start replaces what
 * is left of an earlier one.
 *
 * RFC 5227 gives 2 ARP announcements 2 s apart, RFC 4861 up to 3 advertisements 1 s apart; the
 * schedule Qemu (interpretation of its migration code) sends both after gaps of 50, 150, 250 and
 * 350 ms.
 */
class GratuitousAnnouncer : public Object
{
  public:
    /// When announcements are sent.
    enum Schedule
    {
        RFC,  //!< ArpCount, ArpInterval, NaCount, NaInterval
        QEMU, //!< five of each: gaps of 50, 150, 250, 350 ms
        NONE  //!< never
    };

    /**
     * Signature of the trace Tx: the ARP packet or the IPv6 datagram, and the address announced.
     */
    typedef void (*TxTracedCallback)(Ptr<const Packet> packet, const IpAddress& address);

    /// @return the TypeId
    static TypeId GetTypeId();
    GratuitousAnnouncer();
    ~GratuitousAnnouncer() override;

    /// @param device the VM's card, added to its node @param addresses what to announce
    void SetUp(Ptr<AccessDevice> device, const IpAddressList& addresses);
    /// Begin a series of announcements. May be called from any context.
    void Start();
    /// Send no more of the present series.
    void Stop();

    /// @param address IPv4 @param mac of the sender @return the ARP announcement, no Ethernet
    /// header
    static Ptr<Packet> MakeArp(Ipv4Address address, Address mac);
    /// @param address IPv6 @param mac of the sender @return the datagram, IPv6 header on
    static Ptr<Packet> MakeNa(Ipv6Address address, Address mac);

  private:
    void DoDispose() override;
    /// Sends the announcements of one family, and plans the next round.
    void Round(uint32_t series, IpFamily family, uint32_t round);
    /// @return the gaps after each announcement of a family, as the schedule has them
    std::vector<Time> GetGaps(IpFamily family) const;

    Ptr<AccessDevice> m_device;                               //!< sender
    IpAddressList m_addresses;                                //!< announced
    Schedule m_schedule;                                      //!< attribute
    uint32_t m_arpCount;                                      //!< attribute
    Time m_arpInterval;                                       //!< attribute
    uint32_t m_naCount;                                       //!< attribute
    Time m_naInterval;                                        //!< attribute
    uint32_t m_series;                                        //!< the present one
    TracedCallback<Ptr<const Packet>, const IpAddress&> m_tx; //!< trace Tx
};

} // namespace vmm
} // namespace ns3

#endif // VMM_GRATUITOUS_ANNOUNCER_H
