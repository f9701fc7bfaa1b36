// SPDX-License-Identifier: GPL-2.0-only
#include "helper/scenario-test-util.h"

#include "ns3/result-folder.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace ns3::vmm;
using vmmtest::MessageOf;
using vmmtest::TempFolder;
namespace fs = std::filesystem;

namespace
{

void
WriteFile(const std::string& path, const std::string& text)
{
    std::ofstream(path) << text;
}

/// Makes a result folder of one run.
void
Produce(const std::string& path, bool force, const std::string& content)
{
    ResultFolder folder(path, force);
    WriteFile(folder.GetWorkPath() + "/run.json", content);
    folder.Commit();
}

} // namespace

TEST(ResultFolder, Naming)
{
    EXPECT_EQ(ResultFolder::MakePath("results", "chain", "ideal", "", 3),
              "results/chain/ideal/seed-3");
    EXPECT_EQ(ResultFolder::MakePath("results", "chain", "host-route", "0a1b2c3d", 1),
              "results/chain/host-route-0a1b2c3d/seed-1");
}

TEST(ResultFolder, AppearsWhenCommitted)
{
    TempFolder temp;
    std::string path = temp.Path("results/chain/ideal/seed-1");
    ResultFolder folder(path, false);
    EXPECT_FALSE(fs::exists(path));
    EXPECT_EQ(fs::path(folder.GetWorkPath()).parent_path(), fs::path(path).parent_path());
    WriteFile(folder.GetWorkPath() + "/run.json", "{}");
    folder.Commit();
    EXPECT_EQ(temp.Read("results/chain/ideal/seed-1/run.json"), "{}");
    auto siblings = fs::directory_iterator(fs::path(path).parent_path());
    EXPECT_EQ(std::distance(siblings, fs::directory_iterator()), 1) << "no temporary folder left";
}

TEST(ResultFolder, FailureLeavesNothing)
{
    TempFolder temp;
    {
        ResultFolder folder(temp.Path("results/chain/ideal/seed-1"), false);
        WriteFile(folder.GetWorkPath() + "/summary.csv", "x");
    }
    EXPECT_EQ(temp.Count(), 0U) << "parents that were created for it are gone, too";
}

TEST(ResultFolder, FailureLeavesEarlierResults)
{
    TempFolder temp;
    std::string path = temp.Path("results/a");
    Produce(path, false, "first");
    {
        ResultFolder folder(path, true);
        WriteFile(folder.GetWorkPath() + "/run.json", "second");
    }
    EXPECT_EQ(temp.Read("results/a/run.json"), "first");
    auto entries = fs::directory_iterator(temp.Path("results"));
    EXPECT_EQ(std::distance(entries, fs::directory_iterator()), 1);
}

TEST(ResultFolder, RefusesExistingWithoutForce)
{
    TempFolder temp;
    std::string path = temp.Path("a");
    Produce(path, false, "first");
    EXPECT_EQ(MessageOf<ScenarioError>(
                  [&]
                  {
                      ResultFolder(path, false);
                  }),
              path + ": found results that are there already, expected a new folder, or --force");
    Produce(path, true, "second");
    EXPECT_EQ(temp.Read("a/run.json"), "second");
    EXPECT_EQ(temp.Count(), 1U);
}

TEST(ResultFolder, NeverReplacesWhatIsNoResultFolder)
{
    TempFolder temp;
    temp.Write("precious/thesis.tex", "text");
    temp.Write("file", "text");
    fs::create_directory(temp.Path("empty"));
    temp.Write("real/run.json", "{}");
    fs::create_directory_symlink(temp.Path("real"), temp.Path("link"));
    fs::create_symlink("nowhere", temp.Path("dangling"));
    for (const char* name : {"precious", "file", "link", "dangling"})
    {
        EXPECT_EQ(MessageOf<ScenarioError>(
                      [&]
                      {
                          ResultFolder(temp.Path(name), true);
                      }),
                  temp.Path(name) +
                      ": found something that is no result folder (no run.json in it), expected "
                      "a folder that --force may replace");
        EXPECT_THROW(ResultFolder(temp.Path(name), false), ScenarioError) << name;
    }
    EXPECT_THROW(ResultFolder(temp.Path("empty"), false), ScenarioError);
    Produce(temp.Path("empty"), true, "new");
    EXPECT_EQ(temp.Read("precious/thesis.tex"), "text");
    EXPECT_EQ(temp.Read("real/run.json"), "{}");
    EXPECT_EQ(temp.Count(), 6U);
}

TEST(ResultFolder, TargetTakenMeanwhile)
{
    TempFolder temp;
    ResultFolder folder(temp.Path("a"), false);
    temp.Write("a/thesis.tex", "text");
    EXPECT_THROW(folder.Commit(), ScenarioError);
    EXPECT_EQ(temp.Read("a/thesis.tex"), "text");
}

TEST(ResultFolder, PathsThatNameNoFolder)
{
    for (const char* path : {"", "/", ".", "..", "/tmp/.."})
    {
        EXPECT_THROW(ResultFolder(path, true), ScenarioError) << path;
    }
    TempFolder temp;
    temp.Write("file", "text");
    EXPECT_THROW(ResultFolder(temp.Path("file/a"), false), ScenarioError);
    Produce(temp.Path("slash/"), false, "x");
    EXPECT_EQ(temp.Read("slash/run.json"), "x");
}

TEST(ResultFolder, InterruptionLeavesNothing)
{
    for (int signal : {SIGINT, SIGTERM, SIGHUP})
    {
        TempFolder temp;
        std::string path = temp.Path("results/chain/ideal/seed-1");
        pid_t child = fork();
        if (child == 0)
        {
            ResultFolder folder(path, false);
            fs::create_directory(folder.GetWorkPath() + "/pcap");
            WriteFile(folder.GetWorkPath() + "/pcap/a.pcap", "half");
            raise(signal);
            _exit(0);
        }
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
        EXPECT_EQ(WTERMSIG(status), signal);
        EXPECT_EQ(temp.Count(), 0U);
    }
}
