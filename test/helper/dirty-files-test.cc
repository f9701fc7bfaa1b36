// SPDX-License-Identifier: GPL-2.0-only
// How VMs write: the columns of vms.csv and the files that it names.
#include "helper/scenario-files.h"

#include "ns3/disk-model.h"
#include "ns3/phased-dirty-model.h"
#include "ns3/rounds-dirty-model.h"
#include "ns3/sampled-dirty-model.h"
#include "ns3/scenario-guest.h"
#include "ns3/working-set-dirty-model.h"

#include <vector>

using namespace ns3;
using namespace ns3::vmm;
using vmmtest::ScenarioFiles;

namespace
{

constexpr uint64_t MIB = 1 << 20;
const char HEADER[] = "vm,nve,memory,dirty_model,dirty_rate,dirty_file,hot_set,hot_rate,"
                      "hot_pattern,zero,storage,storage_rate\n";

/// The good scenario, its VM a with these last fields, and one more file.
ScenarioFiles
With(const std::string& fields, const std::string& file = "", const std::string& text = "")
{
    ScenarioFiles files;
    files.files["vms.csv"] = HEADER + ("a,server-0-0,64MiB," + fields) +
                             "\nb,server-0-1,64MiB,,,,,,,,,\nc,server-1-0,1GiB,,,,,,,,,\n";
    if (!file.empty())
    {
        files.files[file] = text;
    }
    return files;
}

/// @return VM a of a scenario
VmRow
ReadA(ScenarioFiles files)
{
    return files.Read().vms[0];
}

} // namespace

TEST(DirtyFiles, WorkingSet)
{
    const VmRow row = ReadA(With("working-set,1MiB/s,,16MiB,1Gbps,sweep,8MiB,20GiB,5MiB/s"));
    EXPECT_EQ(row.dirty.kind, DirtyKind::WORKING_SET);
    EXPECT_EQ(row.dirty.hotSet, 16 * MIB);
    EXPECT_EQ(row.dirty.hotRate, DataRate("1Gbps"));
    EXPECT_TRUE(row.dirty.hotSweep);
    EXPECT_EQ(row.dirty.rate.GetBitRate(), 8 * MIB);
    EXPECT_EQ(row.zero, 8 * MIB);
    EXPECT_EQ(row.storage, 20480 * MIB);
    EXPECT_EQ(row.storageRate.GetBitRate(), 40 * MIB);

    auto vm = CreateObject<Vm>();
    InstallGuestModels(vm, row);
    auto dirty = vm->GetObject<DirtyModel>();
    EXPECT_TRUE(DynamicCast<WorkingSetDirtyModel>(dirty));
    // Swept once, and 2 MiB of the rest.
    EXPECT_EQ(dirty->GetDirtied(Seconds(0), Seconds(2), row.memory), 18 * MIB);
    EXPECT_EQ(dirty->GetZeros(row.memory), 8 * MIB);
    EXPECT_EQ(vm->GetObject<DiskModel>()->GetImage(), 20480 * MIB);
    EXPECT_EQ(vm->GetObject<DiskModel>()->GetWritten(Seconds(0), Seconds(2)), 10 * MIB);
    EXPECT_FALSE(ReadA(With("working-set,,,16MiB,1Gbps,,,,")).dirty.hotSweep);
}

TEST(DirtyFiles, SharedStorageIsNoDisk)
{
    for (const char* fields : {",,,,,,,,", ",,,,,,,shared,"})
    {
        const VmRow row = ReadA(With(fields));
        EXPECT_EQ(row.storage, 0U);
        auto vm = CreateObject<Vm>();
        InstallGuestModels(vm, row);
        EXPECT_TRUE(vm->GetObject<ConstantDirtyModel>());
        EXPECT_FALSE(vm->GetObject<DiskModel>());
    }
}

TEST(DirtyFiles, Sampled)
{
    const VmRow row = ReadA(With(
        "sampled,,data/curve.csv,,,,,,", "data/curve.csv", "pages,period\n100,1s\n250.5,2s\n"));
    ASSERT_EQ(row.dirty.curve.size(), 2U);
    EXPECT_EQ(row.dirty.curve[1].period, Seconds(2));
    EXPECT_EQ(row.dirty.curve[1].pages, 250.5);
    auto model = MakeDirtyModel(row.dirty);
    EXPECT_EQ(model->GetDirtied(Seconds(0), MilliSeconds(500), row.memory), 50U * 4096);
}

TEST(DirtyFiles, Rounds)
{
    const VmRow row =
        ReadA(With("rounds,,r.csv,,,,,,", "r.csv", "round,bytes\n1,126.7MB\n2,39MB\n3,0B\n"));
    EXPECT_EQ(row.dirty.rounds, (std::vector<uint64_t>{126700000, 39000000, 0}));
    auto model = MakeDirtyModel(row.dirty);
    EXPECT_EQ(model->GetRoundDirtied(2, Seconds(0), Seconds(1), 1 << 30), 39000000U);
    EXPECT_TRUE(model->EndsAfter(3));
}

TEST(DirtyFiles, Phases)
{
    ScenarioFiles files = With("phases,,p.csv,,,,4KiB,,",
                               "p.csv",
                               "start,model,rate,hot_set,hot_rate,file\n"
                               "0s,constant,1MiB/s,,,\n"
                               "10s,working-set,,4MiB,10Gbps,\n"
                               "20s,sampled,,,,c.csv\n"
                               "30s,constant,,,,\n");
    files.files["c.csv"] = "period,pages\n1s,100\n";
    const VmRow row = ReadA(files);
    ASSERT_EQ(row.dirty.phases.size(), 4U);
    auto model = MakeDirtyModel(row.dirty);
    EXPECT_EQ(model->GetDirtied(Seconds(0), Seconds(2), row.memory), 2 * MIB);
    EXPECT_EQ(model->GetDirtied(Seconds(10), Seconds(20), row.memory), 4 * MIB);
    EXPECT_EQ(model->GetDirtied(Seconds(20), Seconds(21), row.memory), 409600U);
    EXPECT_EQ(model->GetDirtied(Seconds(30), Seconds(99), row.memory), 0U);
    auto vm = CreateObject<Vm>();
    InstallGuestModels(vm, row);
    EXPECT_EQ(vm->GetObject<DirtyModel>()->GetZeros(row.memory), 4096U);
}

TEST(DirtyFiles, CountInTheHashOfTheScenario)
{
    const std::string fields = "sampled,,c.csv,,,,,,";
    const std::string hash = With(fields, "c.csv", "period,pages\n1s,100\n").Read().scenarioHash;
    EXPECT_EQ(With(fields, "c.csv", "period,pages\n1s,100\n").Read().scenarioHash, hash);
    EXPECT_NE(With(fields, "c.csv", "period,pages\n1s,101\n").Read().scenarioHash, hash);
}

TEST(DirtyFiles, SharedByVms)
{
    ScenarioFiles files;
    files.files["vms.csv"] = "vm,nve,memory,dirty_model,dirty_file\n"
                             "a,server-0-0,64MiB,sampled,c.csv\n"
                             "b,server-0-1,64MiB,sampled,c.csv\n"
                             "c,server-1-0,1GiB,,\n";
    files.files["c.csv"] = "period,pages\n1s,100\n";
    const Scenario scenario = files.Read();
    EXPECT_EQ(scenario.vms[0].dirty.curve.size(), 1U);
    EXPECT_EQ(scenario.vms[1].dirty.curve.size(), 1U);
}

TEST(DirtyFiles, WrongRows)
{
    const struct
    {
        const char* fields;
        const char* error;
    } cases[] = {
        {"working-set,,,,,,,,",
         "vms.csv:2:34: found an empty field, expected a size above zero with its unit, such as "
         "4GiB"},
        {"working-set,,,1MiB,,,,,",
         "vms.csv:2:39: found an empty field, expected a rate with its unit, such as 10Gbps"},
        {"working-set,,,65MiB,1Gbps,,,,",
         "vms.csv:2:34: found '65MiB', expected at most the VM's memory, 64MiB"},
        {"working-set,,,1MiB,1Gbps,hotter,,,",
         "vms.csv:2:45: found 'hotter', expected one of random, sweep"},
        {"working-set,,x.csv,1MiB,1Gbps,,,,",
         "vms.csv:2:33: found 'x.csv', expected an empty field: the working-set dirty model reads "
         "none"},
        {"constant,,,1MiB,,,,,",
         "vms.csv:2:31: found '1MiB', expected an empty field: the constant dirty model has no hot "
         "pages"},
        {"sampled,1MiB/s,c.csv,,,,,,",
         "vms.csv:2:28: found '1MiB/s', expected an empty field: the sampled dirty model takes its "
         "numbers from a file"},
        {"sampled,,,,,,,,",
         "vms.csv:2:29: found an empty field, expected the path of a file within the scenario "
         "folder, of A-Z a-z 0-9 . _ - /"},
        {"sampled,,../c.csv,,,,,,",
         "vms.csv:2:29: found '../c.csv', expected the path of a file within the scenario folder, "
         "of A-Z a-z 0-9 . _ - /"},
        {"sampled,,/c.csv,,,,,,",
         "vms.csv:2:29: found '/c.csv', expected the path of a file within the scenario folder, of "
         "A-Z a-z 0-9 . _ - /"},
        {"rounds,,no.csv,,,,,,",
         "no.csv:1:1: found no file, expected a file with the columns round, bytes"},
        {",,,,,,65MiB,,", "vms.csv:2:26: found '65MiB', expected at most the VM's memory, 64MiB"},
        {",,,,,,,,1MiB/s",
         "vms.csv:2:28: found '1MiB/s', expected an empty field: the storage is shared, a move "
         "copies nothing of it"},
        {",,,,,,,local,",
         "vms.csv:2:27: found 'local', expected shared, or a size above zero with its unit, such "
         "as 4GiB"},
    };

    for (const auto& bad : cases)
    {
        EXPECT_EQ(With(bad.fields).Error(), bad.error) << bad.fields;
    }
}

TEST(DirtyFiles, WrongFiles)
{
    const struct
    {
        const char* model;
        const char* text;
        const char* error;
    } cases[] = {
        {"sampled",
         "period,pages\n",
         "f.csv:1:1: found no rows, expected at least one point of a curve"},
        {"sampled",
         "period,pages\n0s,1\n",
         "f.csv:2:1: found '0s', expected a time above zero with its unit, such as 50us"},
        {"sampled",
         "period,pages\n2s,1\n2s,2\n",
         "f.csv:3:1: found '2s', expected a time above 2s, the row before"},
        {"sampled",
         "period,pages\n1s,5\n2s,4\n",
         "f.csv:3:4: found '4', expected a number from 5 to 1e+15"},
        {"sampled",
         "period,pages\n1s,-1\n",
         "f.csv:2:4: found '-1', expected a number from 0 to 1e+15"},
        {"sampled",
         "period,pages,x\n1s,1,2\n",
         "f.csv:1:14: found column 'x', expected one of period, pages"},
        {"rounds",
         "round,bytes\n2,1MB\n",
         "f.csv:2:1: found '2', expected a whole number from 1 to 1"},
        {"rounds",
         "round,bytes\n1,1\n",
         "f.csv:2:3: found '1', expected a size with its unit, such as 4GiB"},
        {"rounds", "round,bytes\n", "f.csv:1:1: found no rows, expected at least one round"},
        {"phases",
         "start,model\n1s,rounds\n",
         "f.csv:2:4: found 'rounds', expected one of constant, working-set, sampled"},
        {"phases",
         "start,model,rate\n1s,constant,1Mbps\n1s,constant,2Mbps\n",
         "f.csv:3:1: found '1s', expected a time above 1s, the row before"},
        {"phases",
         "start,model,file\n1s,constant,x.csv\n",
         "f.csv:2:13: found 'x.csv', expected an empty field: the constant dirty model reads none"},
        {"phases",
         "start,model,file\n1s,sampled,x.csv\n",
         "x.csv:1:1: found no file, expected a file with the columns period, pages"},
        {"phases", "start,model\n", "f.csv:1:1: found no rows, expected at least one phase"},
    };

    for (const auto& bad : cases)
    {
        const std::string fields = std::string(bad.model) + ",,f.csv,,,,,,";
        EXPECT_EQ(With(fields, "f.csv", bad.text).Error(), bad.error) << bad.text;
    }
}
