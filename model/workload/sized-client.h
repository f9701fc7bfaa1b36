// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SIZED_CLIENT_H
#define VMM_SIZED_CLIENT_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/ns3-compat.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rpc-connection.h"
#include "ns3/traced-callback.h"
#include "ns3/transfer-event.h"

#include <map>

namespace ns3
{
namespace vmm
{

/**
 * Opens a TCP connection to an RpcServer for each flow, of a size that is drawn, at instants that
 * are drawn: with exponential intervals a Poisson process that does not wait for flows to complete,
 * as the load of a data centre is modelled. A flow goes to the server (a request of that size and
 * an answer of one octet) or from it (a request and a response of that size). Its completion time
 * counts from the client's connect to the last octet that the client receives.
 *
 * At its stop no more flows begin and open connections are closed: what was written to them still
 * arrives, and nothing is sent afterwards.
 */
class SizedClient : public Application
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();

    SizedClient();
    ~SizedClient() override;

    /// @return how many flows have begun
    uint64_t GetBegun() const
    {
        return m_begun;
    }

    /// @return how many flows have been completed
    uint64_t GetCompleted() const
    {
        return m_completed;
    }

    /// @return how many flows are under way
    size_t GetOpen() const
    {
        return m_flows.size();
    }

    /**
     * Fix the random streams of intervals and sizes.
     * @param stream the first
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream) VMM_APPLICATION_OVERRIDE;

    /// Trace of a socket that is about to connect.
    typedef void (*SocketTracedCallback)(Ptr<Socket> socket);

  protected:
    void DoDispose() override;

  private:
    /// A flow under way.
    struct Flow
    {
        Ptr<RpcConnection> connection; //!< of its own
        TransferEvent event;           //!< what it is
    };

    void StartApplication() override;
    void StopApplication() override;
    void ScheduleNext();
    void Begin();
    void HandleConnected(uint64_t id);
    void HandleDone(uint64_t id);
    void HandleFailure(uint64_t id);
    /// Closes and forgets a flow.
    void End(uint64_t id, TransferOutcome outcome);

    Address m_remote;                     //!< attribute
    Ptr<RandomVariableStream> m_interval; //!< attribute
    Ptr<RandomVariableStream> m_size;     //!< attribute
    bool m_download;                      //!< attribute
    uint32_t m_requestSize;               //!< attribute

    EventId m_next;                                       //!< next flow
    std::map<uint64_t, Flow> m_flows;                     //!< under way, by number
    uint64_t m_begun = 0;                                 //!< flows
    uint64_t m_completed = 0;                             //!< flows
    TracedCallback<const TransferEvent&> m_transferBegin; //!< trace
    TracedCallback<const TransferEvent&> m_transferEnd;   //!< trace
    TracedCallback<Ptr<Socket>> m_socketTrace;            //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SIZED_CLIENT_H
