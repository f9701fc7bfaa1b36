// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLUID_COPY_H
#define VMM_FLUID_COPY_H

#include "ns3/copy-method.h"
#include "ns3/dirty-model.h"

#include <vector>

namespace ns3
{
namespace vmm
{

/// How a copy over a link of constant rate went.
struct FluidResult
{
    std::vector<CopyRound> rounds; //!< all rounds, the last one too
    bool gaveUp{false};            //!< the method gave up
    double live{0};                //!< seconds until the VM was stopped
    double total{0};               //!< seconds in all
    double last{0};                //!< seconds of the last round
};

/// Drives a copy method over a link that carries exactly this many bit/s, without a simulator.
inline FluidResult
RunFluid(Ptr<CopyMethod> method, Ptr<DirtyModel> model, uint64_t memory, double bandwidth)
{
    FluidResult result;
    Time now(0);
    auto send = [&](const CopyStep& step, bool stopped)
    {
        CopyRound round;
        round.round = static_cast<uint32_t>(result.rounds.size()) + 1;
        round.start = now;
        const double rate = step.rate > 0 ? std::min<double>(bandwidth, step.rate) : bandwidth;
        now += NanoSeconds(std::llround(step.octets * 8e9 / rate));
        round.end = now;
        round.sent = step.octets;
        round.dirtied =
            stopped ? 0 : model->GetRoundDirtied(round.round, round.start, round.end, memory);
        round.ends = model->EndsAfter(round.round);
        const double seconds = (round.end - round.start).GetSeconds();
        round.rate = seconds > 0 ? round.sent * 8 / seconds : 0;
        round.stopped = stopped;
        result.rounds.push_back(round);
    };
    CopyStep step = method->Begin(memory, model->GetZeros(memory));
    while (step.action == CopyStep::Action::SEND)
    {
        send(step, false);
        step = method->RoundDone(result.rounds.back());
    }
    result.live = now.GetSeconds();
    result.gaveUp = step.action == CopyStep::Action::GIVE_UP;
    if (!result.gaveUp)
    {
        send(method->Stopped(0), true);
        const auto& last = result.rounds.back();
        result.last = (last.end - last.start).GetSeconds();
    }
    result.total = now.GetSeconds();
    return result;
}

} // namespace vmm
} // namespace ns3

#endif // VMM_FLUID_COPY_H
