// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_PROBE_CLIENT_H
#define VMM_PROBE_CLIENT_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"

namespace ns3
{

class Packet;
class Socket;

namespace vmm
{

/**
 * Sends a UDP datagram every period, numbered and stamped with ns-3's SeqTsHeader: the instrument
 * with which an outage is measured. ns-3's UdpClient does the same, but has no Tx trace before
 * 3.39 and cannot send without end.
 */
class ProbeClient : public Application
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();

    ProbeClient();
    ~ProbeClient() override;

    /// @return how many datagrams the socket has taken
    uint64_t GetSent() const
    {
        return m_sent;
    }

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void Send();

    Address m_local;       //!< attribute
    Address m_remote;      //!< attribute
    Time m_period;         //!< attribute
    uint32_t m_packetSize; //!< attribute

    Ptr<Socket> m_socket;                   //!< connected to the remote
    EventId m_next;                         //!< next datagram
    uint64_t m_sent = 0;                    //!< taken by the socket
    uint32_t m_sequence = 0;                //!< of the next datagram
    TracedCallback<Ptr<const Packet>> m_tx; //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_PROBE_CLIENT_H
