// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/redirect-run.h"

namespace ns3
{
namespace vmm
{

void
RedirectRun::Start(RegistrarContext& registrar,
                   std::vector<Stage> stages,
                   std::function<void()> done)
{
    Abandon(registrar);
    m_stages = std::move(stages);
    m_done = std::move(done);
    m_stage = 0;
    SendStage(registrar);
}

void
RedirectRun::Abandon(RegistrarContext& registrar)
{
    ++m_run;
    for (auto handle : m_handles)
    {
        registrar.CancelRequest(handle);
    }
    m_handles.clear();
    m_stages.clear();
    m_pending = 0;
    m_done = nullptr;
}

void
RedirectRun::SendStage(RegistrarContext& registrar)
{
    while (m_stage < m_stages.size() && m_stages[m_stage].empty())
    {
        ++m_stage;
    }
    m_handles.clear();
    if (m_stage == m_stages.size())
    {
        m_stages.clear();
        if (auto done = std::exchange(m_done, nullptr))
        {
            done();
        }
        return;
    }
    const Stage& stage = m_stages[m_stage];
    m_pending = stage.size();
    for (size_t i = 0; i < stage.size(); ++i)
    {
        auto answered = [this, &registrar, run = m_run, i](auto status)
        {
            Answered(registrar, run, i, status);
        };
        m_handles.push_back(registrar.SendRequest(stage[i].to, stage[i].request, answered));
    }
}

void
RedirectRun::Answered(RegistrarContext& registrar,
                      uint64_t run,
                      size_t order,
                      std::optional<RegistrationStatus> status)
{
    if (run != m_run)
    {
        return;
    }
    if (const auto& answered = m_stages[m_stage][order].answered)
    {
        answered(status);
    }
    if (run == m_run && --m_pending == 0)
    {
        ++m_stage;
        SendStage(registrar);
    }
}

} // namespace vmm
} // namespace ns3
