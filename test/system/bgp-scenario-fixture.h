// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_SCENARIO_FIXTURE_H
#define VMM_BGP_SCENARIO_FIXTURE_H

#include "scenario-fixture.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

/// Runs over BGP, and what their traces say of the host route of a VM.
class BgpScenarioTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("underlay", "bgp");
        SetKey("ns3::vmm::BgpRouter::Profile", "Frr");
        SetKey("ns3::TcpSocket::ConnTimeout", "1s");
    }

    // Three data centres in a triangle of 200 km, with one spine and one border router each, so
    // that nothing is left to a hash. The first VM's prefix is of dc0-server-0-0.
    void SetInterDc()
    {
        SetKey("fabric", "multi-dc");
        SetKey("dcs", "3");
        SetKey("borders", "1");
        SetKey("leaves", "2");
        SetKey("spines", "1");
        SetKey("servers", "1");
        SetKey("wan_distance", "200km");
        SetKey("wan_rate", "10Gbps");
        SetKey("management_dc", "1");
        SetKey("duration", "24s");
        SetKey("ns3::vmm::Nve::Linger", "3s");
        files["vms.csv"] = "vm,nve,memory,create\n"
                           "web,dc0-server-0-0,4MiB,1s\n"
                           "home,dc0-server-1-0,4MiB,1s\n"
                           "third,dc1-server-1-0,4MiB,1s\n"
                           "there,dc2-server-1-0,4MiB,1s\n";
        files["moves.csv"] = "migration,time,vm,to\nm1,2s,web,dc2-server-0-0\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "home,home,web,udp-probe,1500ms,5s,2ms,100B\n"
                               "third,third,web,udp-probe,1500ms,5s,2ms,100B\n"
                               "there,there,web,udp-probe,1500ms,5s,2ms,100B\n";
    }

    // The rows of routes.csv about a VM's host route.
    std::vector<TraceTable::Row> HostRoutes(TraceTable::Row values) const
    {
        values["prefix"] = "10.0.0.1/32";
        return Trace("routes").Where(values);
    }

    // When a node got its first host route of an owner for the VM; -1 if never.
    double FirstRoute(const std::string& node, const std::string& owner) const
    {
        auto rows = HostRoutes({{"node", node}, {"owner", owner}, {"action", "add"}});
        return rows.empty() ? -1 : std::stod(rows.front().at("time_s"));
    }

    // The nodes that have a host route for the VM at the end, and whose it is.
    std::set<std::string> RoutesAtTheEnd() const
    {
        std::set<std::string> left;
        for (const auto& row : HostRoutes({}))
        {
            std::string what = row.at("node") + " " + row.at("owner");
            row.at("action") == "remove" ? left.erase(what) : left.insert(what).second;
        }
        return left;
    }

    // When BGP carried the VM's name from one router to another.
    std::vector<double> Updates(const std::string& from, const std::string& to) const
    {
        std::vector<double> times;
        for (const auto& row : Trace("messages")
                                   .Where({{"kind", "bgp"},
                                           {"type", "update"},
                                           {"from", from},
                                           {"to", to},
                                           {"vm", "web"}}))
        {
            times.push_back(std::stod(row.at("time_s")));
        }
        return times;
    }

    // How many registration messages went from one node to another.
    size_t Registrations(const std::string& from, const std::string& to) const
    {
        return Trace("messages")
            .Where({{"kind", "registration"}, {"from", from}, {"to", to}, {"vm", "web"}})
            .size();
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_SCENARIO_FIXTURE_H
