// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_COPY_RUN_H
#define VMM_COPY_RUN_H

#include "fluid-net.h"

#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * A copy in rounds over any transfer to a plain TCP sink: per round a record header, its pages and
 * a closing record, which the sink answers; the last round is followed by an end record. What
 * OutgoingCopy does, without a VM.
 */
class CopyRun
{
  public:
    static constexpr uint32_t RECORD = 24; //!< octets of a record header
    static constexpr uint32_t ANSWER = 24; //!< octets of an answer

    /// @param sink of the destination, which nobody else uses @param rounds octets of each round
    CopyRun(CopySink& sink, std::vector<uint64_t> rounds)
        : m_sink(sink),
          m_rounds(std::move(rounds))
    {
        m_sink.onArrival = [this]
        {
            Arrived();
        };
    }

    /// Begins.
    void Start(Ptr<CopyTransfer> transfer, Ptr<Node> node, const IpAddress& remote)
    {
        m_transfer = transfer;
        m_start = Simulator::Now();
        transfer->SetConnectedCallback(
            [this]
            {
                m_transfer->Send(Octets(RECORD), 0, 0);
                m_expected += RECORD;
                SendRound();
            });
        transfer->SetReceiveCallback(
            [this](Ptr<const Packet> data)
            {
                m_answered += data->GetSize();
                if (m_answered == ANSWER)
                {
                    m_answered = 0;
                    SendRound();
                }
            });
        transfer->SetFailedCallback(
            [this](const std::string&)
            {
                failed = true;
            });
        transfer->Connect(node, remote, CopySink::PORT);
    }

    /// @return seconds from the start to the arrival of the end; negative if it has not arrived
    double GetTotal() const
    {
        return m_end.IsZero() ? -1 : (m_end - m_start).GetSeconds();
    }

    /// @return seconds from the start of the last round to the arrival of the end
    double GetDowntime() const
    {
        return (m_end - m_last).GetSeconds();
    }

    bool failed{false}; //!< the transfer has failed

  private:
    static std::vector<uint8_t> Octets(size_t count)
    {
        return std::vector<uint8_t>(count, 0);
    }

    void SendRound()
    {
        if (m_round == m_rounds.size())
        {
            return;
        }
        m_last = Simulator::Now();
        const uint64_t octets = m_rounds[m_round++];
        m_transfer->Send(Octets(RECORD), octets, 0);
        m_transfer->Send(Octets(RECORD), 0, 0);
        m_expected += 2 * RECORD + (m_transfer->CarriesVirtualOctets() ? octets : 0);
        m_transfer->ExpectReply(true);
    }

    void Arrived()
    {
        if (m_sink.GetOctets() < m_expected)
        {
            return;
        }
        if (m_round < m_rounds.size())
        {
            m_sink.sockets.back()->Send(Create<Packet>(ANSWER));
        }
        else if (m_end.IsZero())
        {
            m_end = Simulator::Now();
            Simulator::Stop();
        }
    }

    CopySink& m_sink;
    std::vector<uint64_t> m_rounds;
    Ptr<CopyTransfer> m_transfer;
    size_t m_round{0};
    uint64_t m_expected{0};
    uint32_t m_answered{0};
    Time m_start;
    Time m_last;
    Time m_end;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_COPY_RUN_H
