// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VALIDATION_SCENARIO_H
#define VMM_VALIDATION_SCENARIO_H

#include "ns3/mobility-scheme.h"
#include "ns3/scenario-reader.h"
#include "ns3/scenario-run.h"

#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace vmm
{

/**
 * A scenario for a case: servers a, b and c at one router, and the management node. It is made of
 * the same files that a user writes.
 */
class ValidationScenario
{
  public:
    /// @param rate of all links @param delay of all links
    explicit ValidationScenario(const std::string& rate, const std::string& delay = "10us")
    {
        files["nodes.csv"] = "node,role,nve\na,server,yes\nb,server,yes\nc,server,yes\n"
                             "r,router,no\nmn,management,no\n";
        files["links.csv"] = "a,b,rate,delay\n";
        for (const char* node : {"a", "b", "c", "mn"})
        {
            files["links.csv"] += node + (",r," + rate + "," + delay + "\n");
        }
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n";
        keys = {{"fabric", "csv"},
                {"randomness", "off"},
                {"ns3::TcpSocketBase::MinRto", "200ms"},
                {"ns3::TcpSocketBase::Timestamp", "false"},
                {"ns3::TcpSocket::DelAckTimeout", "40ms"},
                {"ns3::TcpSocket::SegmentSize", "1448"},
                {"ns3::TcpSocket::SndBufSize", "1048576"},
                {"ns3::TcpSocket::RcvBufSize", "1048576"}};
    }

    /// Runs it. @throws std::runtime_error if a move ends otherwise than planned
    void Run()
    {
        std::string text = "key,value\n";
        for (const auto& [key, value] : keys)
        {
            text += key + "," + value + "\n";
        }
        files["scenario.csv"] = text;
        SchemeTypes schemes;
        for (const auto& [name, summary] : SchemeRegistry::List())
        {
            schemes[name] = *SchemeRegistry::Find(name);
        }
        run.reset();
        run = std::make_unique<ScenarioRun>(
            ReadScenarioFiles(files, "validation", ScenarioOverrides(), schemes));
        run->Build();
        run->Simulate();
        run->Finish();
        for (const auto& violation : run->GetViolations())
        {
            throw std::runtime_error(violation);
        }
    }

    /// @return the only move
    const MoveHistory& GetMove() const
    {
        return run->GetResults().timeline->GetMoves().at(0);
    }

    /// @return the longest gap between arrivals of a flow of the only move, less its period
    Time GetOutage(const std::string& flow) const
    {
        const auto& infos = run->GetFlowInfos();
        for (const auto& report : run->GetResults().moves.at(0).flows)
        {
            const bool forward = report.book % 2 == 0;
            if (forward && infos.at(report.book / 2).name == flow)
            {
                return report.outage ? *report.outage : report.longestStall.value_or(Time(0));
            }
        }
        throw std::runtime_error("no flow " + flow);
    }

    std::map<std::string, std::string> files; //!< by name
    std::map<std::string, std::string> keys;  //!< of scenario.csv
    std::unique_ptr<ScenarioRun> run;         //!< the last run
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VALIDATION_SCENARIO_H
