// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_FIXTURE_H
#define VMM_SCENARIO_FIXTURE_H

#include "ns3/mobility-scheme.h"
#include "ns3/scenario-reader.h"
#include "ns3/scenario-run.h"

#include "sim-fixture.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// The rows of a CSV file that a run wrote, by column name. No field of ours holds a comma.
class TraceTable
{
  public:
    using Row = std::map<std::string, std::string>;

    explicit TraceTable(const std::string& path)
    {
        std::ifstream file(path);
        EXPECT_TRUE(file.good()) << path;
        std::string line;
        std::getline(file, line);
        auto columns = Split(line);
        while (std::getline(file, line))
        {
            auto fields = Split(line);
            Row row;
            for (size_t i = 0; i < columns.size(); ++i)
            {
                row[columns[i]] = i < fields.size() ? fields[i] : "";
            }
            rows.push_back(row);
        }
    }

    // The rows whose columns have these values.
    std::vector<Row> Where(const Row& values) const
    {
        std::vector<Row> found;
        for (const auto& row : rows)
        {
            bool fits = true;
            for (const auto& [column, value] : values)
            {
                auto field = row.find(column);
                fits = fits && field != row.end() && field->second == value;
            }
            if (fits)
            {
                found.push_back(row);
            }
        }
        return found;
    }

    // The only row whose columns have these values.
    Row One(const Row& values) const
    {
        auto found = Where(values);
        EXPECT_EQ(found.size(), 1u);
        return found.empty() ? Row() : found.front();
    }

    std::vector<Row> rows;

  private:
    static std::vector<std::string> Split(const std::string& line)
    {
        std::vector<std::string> fields;
        std::stringstream stream(line);
        std::string field;
        while (std::getline(stream, field, ','))
        {
            fields.push_back(field);
        }
        return fields;
    }
};

/**
 * A whole scenario in a test: the files are written as a user writes them, small enough to run in a
 * second. The default is leaf-spine 4x2 with 2 servers a leaf, no randomness, VM `web` on
 * server-0-0 and a correspondent on every leaf and on web's server, one move to server-2-0.
 */
class ScenarioTest : public SimTest
{
  protected:
    void SetUp() override
    {
        SimTest::SetUp();
        m_root = std::filesystem::temp_directory_path() /
                 ("vmm-" + std::to_string(::getpid()) + "-" +
                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(m_root);
        SetKey("fabric", "leaf-spine");
        SetKey("leaves", "4");
        SetKey("spines", "2");
        SetKey("servers", "2");
        SetKey("server_rate", "1Gbps");
        SetKey("server_delay", "5us");
        SetKey("fabric_rate", "10Gbps");
        SetKey("fabric_delay", "5us");
        SetKey("duration", "4s");
        SetKey("randomness", "off");
        SetKey("ns3::TcpSocketBase::MinRto", "200ms");
        SetKey("ns3::TcpSocketBase::Timestamp", "false");
        SetKey("ns3::TcpSocket::DelAckTimeout", "40ms");
        SetKey("ns3::TcpSocket::SegmentSize", "1448");
        SetKey("ns3::TcpSocket::SndBufSize", "1048576");
        SetKey("ns3::TcpSocket::RcvBufSize", "1048576");
        files["vms.csv"] = "vm,nve,memory\n"
                           "web,server-0-0,4MiB\n"
                           "near,server-0-0,4MiB\n"
                           "rack,server-0-1,4MiB\n"
                           "one,server-1-0,4MiB\n"
                           "three,server-3-0,4MiB\n";
        files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "probe,one,web,udp-probe,500ms,3s,1ms,100B\n";
    }

    void TearDown() override
    {
        run.reset();
        SimTest::TearDown();
        std::filesystem::remove_all(m_root);
    }

    // Sets a row of scenario.csv; an empty value takes it out.
    void SetKey(const std::string& key, const std::string& value)
    {
        if (value.empty())
        {
            m_keys.erase(key);
        }
        else
        {
            m_keys[key] = value;
        }
    }

    // Reads the files; throws ScenarioError as a user's run would show it.
    Scenario Read(const std::string& scheme = "host-route", uint64_t seed = 1)
    {
        std::string text = "key,value\n";
        for (const auto& [key, value] : m_keys)
        {
            text += key + "," + value + "\n";
        }
        files["scenario.csv"] = text;
        ScenarioOverrides overrides;
        overrides.scheme = scheme;
        overrides.seed = std::to_string(seed);
        SchemeTypes schemes;
        for (const auto& [name, summary] : SchemeRegistry::List())
        {
            schemes[name] = *SchemeRegistry::Find(name);
        }
        return ReadScenarioFiles(files, "test", overrides, schemes);
    }

    // Builds the simulation without running it, so that a test can interfere.
    ScenarioRun& Build(const std::string& scheme = "host-route", uint64_t seed = 1)
    {
        run.reset();
        Scenario scenario = Read(scheme, seed);
        run = std::make_unique<ScenarioRun>(scenario);
        run->Build();
        return *run;
    }

    // Runs what Build made, writes the traces, and returns why the run would exit with status 1.
    std::vector<std::string> Finish()
    {
        run->Simulate();
        run->Finish();
        folder = (m_root / ("out" + std::to_string(m_runs++))).string();
        std::filesystem::create_directories(folder);
        run->WriteTraces(folder, true);
        return run->GetViolations();
    }

    // Build and Finish, expecting a run in which the books balance and every move ended as planned.
    void Run(const std::string& scheme = "host-route", uint64_t seed = 1)
    {
        Build(scheme, seed);
        EXPECT_EQ(Finish(), std::vector<std::string>());
        EXPECT_EQ(Summary("unaccounted"), 0);
        EXPECT_EQ(Summary("in_flight_packets"), 0);
    }

    TraceTable Trace(const std::string& name) const
    {
        return TraceTable(folder + "/" + name + ".csv");
    }

    // A metric of summary.csv; -1 if it is empty.
    double Summary(const std::string& metric) const
    {
        auto value = Trace("summary").One({{"metric", metric}})["value"];
        return value.empty() ? -1 : std::stod(value);
    }

    // A column of the only move of that name in migrations.csv; -1 if it is empty.
    double Move(const std::string& migration, const std::string& column) const
    {
        auto value = Trace("migrations").One({{"migration", migration}})[column];
        return value.empty() ? -1 : std::stod(value);
    }

    // A column of a flow's forward direction in move_flows.csv as text.
    std::string
    MoveFlow(const std::string& migration, const std::string& flow, const std::string& column) const
    {
        return Trace("move_flows")
            .One({{"migration", migration}, {"flow", flow}, {"direction", "forward"}})[column];
    }

    std::map<std::string, std::string> files; // by name
    std::unique_ptr<ScenarioRun> run;
    std::string folder; // of the last run's traces

  private:
    std::filesystem::path m_root;
    std::map<std::string, std::string> m_keys;
    int m_runs = 0;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_FIXTURE_H
