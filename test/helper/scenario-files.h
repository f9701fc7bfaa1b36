// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_FILES_H
#define VMM_SCENARIO_FILES_H

#include "helper/scenario-test-util.h"
#include "helper/test-schemes.h"

#include "ns3/scenario-reader.h"

#include <map>
#include <string>

namespace vmmtest
{

/// A small good scenario, whose files a test changes before it is read.
class ScenarioFiles
{
  public:
    ScenarioFiles()
    {
        files["scenario.csv"] = "key,value\n"
                                "fabric,leaf-spine\n"
                                "leaves,2\n"
                                "spines,2\n"
                                "servers,2\n"
                                "duration,10s\n"
                                "Redirect,Path\n"
                                "ns3::TcpSocketBase::MinRto,200ms\n";
        files["vms.csv"] = "vm,nve,memory,address,create,destroy\n"
                           "a,server-0-0,64MiB,,,\n"
                           "b,server-0-1,64MiB,10.0.1.9,,\n"
                           "c,server-1-0,1GiB,,1s,8s\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,think_time\n"
                               "probe,a,b,udp-probe,,,1ms,\n"
                               "bulk,b,a,tcp-bulk,1s,9s,,\n"
                               "calls,c,a,rpc,2s,,,5ms\n";
        files["moves.csv"] = "migration,time,vm,to\n"
                             "m1,2s,a,server-1-1\n"
                             "m2,4s,a,server-0-0\n";
    }

    /// Puts the small csv fabric in the place of the builder's.
    void UseCsvFabric()
    {
        files["scenario.csv"] = "key,value\nfabric,csv\nduration,10s\n";
        files["nodes.csv"] = "node,role,nve\n"
                             "server-0-0,server,yes\n"
                             "server-0-1,server,yes\n"
                             "server-1-0,server,yes\n"
                             "server-1-1,server,yes\n"
                             "r,router,no\n"
                             "out,host,no\n"
                             "mgmt,management,no\n";
        files["links.csv"] = "a,b,rate,delay\n"
                             "server-0-0,r,1Gbps,1us\n"
                             "server-0-1,r,1Gbps,1us\n"
                             "server-1-0,r,1Gbps,1us\n"
                             "server-1-1,r,1Gbps,1us\n"
                             "out,r,1Gbps,1us\n"
                             "mgmt,r,1Gbps,1us\n";
    }

    /// Replaces text that occurs once in a file.
    ScenarioFiles& Replace(const std::string& file, const std::string& from, const std::string& to)
    {
        size_t at = files.at(file).find(from);
        EXPECT_NE(at, std::string::npos) << from;
        EXPECT_EQ(files.at(file).find(from, at + 1), std::string::npos) << from;
        files.at(file).replace(at, from.size(), to);
        return *this;
    }

    /// Appends to a file.
    ScenarioFiles& Append(const std::string& file, const std::string& text)
    {
        files[file] += text;
        return *this;
    }

    /// @return the scenario
    ns3::vmm::Scenario Read() const
    {
        for (const auto& file : files)
        {
            m_folder.Write(file.first, file.second);
        }
        return ns3::vmm::ReadScenario(m_folder.Path(), overrides, Schemes());
    }

    /// @return the error's text without the folder's path
    std::string Error() const
    {
        std::string text = MessageOf<ns3::vmm::ScenarioError>(
            [this]
            {
                Read();
            });
        std::string prefix = m_folder.Path() + "/";
        return text.compare(0, prefix.size(), prefix) == 0 ? text.substr(prefix.size()) : text;
    }

    /// @return the folder
    const TempFolder& Folder() const
    {
        return m_folder;
    }

    std::map<std::string, std::string> files; //!< by name
    ns3::vmm::ScenarioOverrides overrides;    //!< of the command line

  private:
    TempFolder m_folder; //!< where they are written
};

} // namespace vmmtest

#endif // VMM_SCENARIO_FILES_H
