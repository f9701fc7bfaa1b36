// SPDX-License-Identifier: GPL-2.0-only
#ifndef NVA_H
#define NVA_H

#include "ns3/application.h"
#include "ns3/mobility-scheme.h"
#include "ns3/ns3-compat.h"
#include "ns3/registration-endpoint.h"
#include "ns3/traced-value.h"

#include <map>
#include <memory>

namespace ns3
{
namespace vmm
{

/**
 * The registrar: the central record of all VMs and of the NVE that serves each (draft section 5,
 * "management node"). It answers registrations and, through its MobilityScheme, tells the previous
 * NVEs and routers where a VM has gone.
 */
class Nva : public Application, public RegistrarContext
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();

    Nva();
    ~Nva() override;

    /// @param scheme this node's scheme object; call before the application starts
    void SetScheme(Ptr<MobilityScheme> scheme);
    /// @param addresses this node's addresses, one per family at most
    void SetAddresses(const IpAddressList& addresses);
    /// @param fabric what the management node knows of the fabric; shared, may be null
    void SetFabric(std::shared_ptr<FabricView> fabric);

    /**
     * The registrar crashes: it hears and says nothing any more, and all that it knew is lost, the
     * binding cache and what it has told others included. Routes that are in place stay. Nothing
     * happens unless it runs.
     */
    void Fail();
    /**
     * The registrar starts again after Fail(), with an empty binding cache. The bindings are made
     * anew by the refreshes of the NVEs, at half the lifetime they were granted, and each one that
     * points away from the VM's home is told to home and routers again. Only the numbers of its own
     * requests go on where they were, as if kept on disk: the others would take lower ones for
     * stale (interpretation).
     * @throws std::logic_error if it has not failed
     */
    void Restart();
    /// @return whether it runs: started, not stopped, and not failed
    bool IsUp() const;

    /// @return the endpoint, for its trace sources
    Ptr<RegistrationEndpoint> GetEndpoint() const
    {
        return m_endpoint;
    }

    /**
     * Assigns fixed streams to the random variables.
     * @param stream the first stream number
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream) VMM_APPLICATION_OVERRIDE;

    // RegistrarContext
    BindingCache& GetBindings() override;
    const FabricView* GetFabric() const override;
    uint64_t SendRequest(const IpAddress& to,
                         const RegistrationMessage& request,
                         ReplyCallback reply) override;
    void CancelRequest(uint64_t handle) override;

    /// Trace of a binding: what it is now.
    typedef void (*BindingTracedCallback)(const BindingEntry& entry, BindingVerdict verdict);
    /// Trace of a binding that has ended: its last state.
    typedef void (*ExpiredTracedCallback)(const BindingEntry& entry);
    /// Trace of a claim that was refused: of which VM, by whom, why.
    typedef void (*AlarmTracedCallback)(const VmKey& key,
                                        const IpAddress& claimant,
                                        BindingVerdict verdict);
    /// Trace of a request of this node: to whom, and the reply, none if it was given up.
    typedef void (*AnswerTracedCallback)(const RegistrationMessage& request,
                                         const IpAddress& to,
                                         const RequestOutcome& outcome);

  protected:
    void DoDispose() override;

  private:
    using Responder = RegistrationEndpoint::Responder;

    void StartApplication() override;
    void StopApplication() override;
    /// Opens the endpoint, with an empty cache.
    void Open();
    /// Closes the endpoint and forgets everything but m_counters.
    void Close();
    void HandleRequest(const RegistrationMessage& request,
                       const IpAddress& from,
                       const Responder& respond);
    void ScheduleExpiry();
    void Expire();
    void FabricMayHaveChanged();
    void RepairPaths();

    Ptr<MobilityScheme> m_scheme;         //!< whom to tell
    Ptr<RegistrationEndpoint> m_endpoint; //!< sockets and retransmission
    std::shared_ptr<FabricView> m_fabric; //!< what is known of the fabric
    IpAddressList m_addresses;            //!< own
    BindingCache m_bindings;              //!< draft section 5
    std::map<VmKey, uint16_t> m_counters; //!< of requests about a VM; outlive a restart
    EventId m_expiry;                     //!< of the entry that expires first
    EventId m_repair;                     //!< PathRepairDelay
    TracedValue<bool> m_up{false};        //!< trace
    bool m_failed{false};                 //!< between Fail and Restart

    Time m_maxLifetime;     //!< attribute
    Time m_holdTime;        //!< attribute
    Time m_pathRepairDelay; //!< attribute

    TracedValue<uint32_t> m_bindingCount{0};                                     //!< trace
    TracedCallback<const BindingEntry&, BindingVerdict> m_bindingTrace;          //!< trace
    TracedCallback<const BindingEntry&> m_expiredTrace;                          //!< trace
    TracedCallback<const VmKey&, const IpAddress&, BindingVerdict> m_alarmTrace; //!< trace
    /// trace
    TracedCallback<const RegistrationMessage&, const IpAddress&, const RequestOutcome&>
        m_answerTrace;
};

} // namespace vmm
} // namespace ns3

#endif // NVA_H
