// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/quantities.h"
#include "ns3/row-reader.h"
#include "ns3/scenario-fabric.h"
#include "ns3/scenario-rows.h"

#include <algorithm>
#include <map>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr int FIRST_OUTCOME = static_cast<int>(MoveOutcome::COMPLETED); //!< after NONE

/// @return the outcomes that a scenario may expect, by their names
const std::vector<std::string>&
OutcomeNames()
{
    static const std::vector<std::string> names = []
    {
        std::vector<std::string> all;
        for (int i = FIRST_OUTCOME; i <= static_cast<int>(MoveOutcome::UNFINISHED); ++i)
        {
            all.push_back(MoveOutcomeName(static_cast<MoveOutcome>(i)));
        }
        return all;
    }();
    return names;
}

/// The copy methods that go with each type of move, the default first.
const std::map<std::string, std::vector<std::string>> METHODS = {
    {"hot", {"pre-copy", "post-copy", "hybrid", "stop-and-copy"}},
    {"warm", {"checkpoint"}},
    {"cold", {"stop-and-copy"}}};

/// Reads a word. @param words that it may be, the default first
std::string
ReadWord(const RowReader& row, const std::string& column, const std::vector<std::string>& words)
{
    return row.Get(column,
                   words.front(),
                   [&words](const std::string& text)
                   {
                       return words[ParseChoice(text, words)];
                   });
}

/// Reads what kind of move it is and how it copies.
void
ReadKind(const RowReader& row, const Scenario& scenario, MoveRow& move)
{
    move.type = ReadWord(row, "type", {"hot", "warm", "cold"});
    move.method = ReadCopyMethod(row, move.type);
    move.transfer = ReadTransfer(row, scenario);
    if (move.type != "warm")
    {
        row.MustBeEmpty("switch_over", "only a warm move has one");
        return;
    }
    if (row.Has("switch_over"))
    {
        move.switchOver = row.Get("switch_over",
                                  [](const std::string& text)
                                  {
                                      return ParseTime(text, Bound::POSITIVE);
                                  });
        if (*move.switchOver <= move.time || *move.switchOver >= scenario.duration)
        {
            row.Fail("switch_over",
                     "a time after " + FormatTime(move.time) + " and before " +
                         FormatTime(scenario.duration) + ", the end of the run");
        }
    }
}

MoveRow
ReadMove(const RowReader& row, const Scenario& scenario)
{
    MoveRow move;
    move.source = row.GetSource();
    move.time = row.Get("time",
                        [](const std::string& text)
                        {
                            return ParseTime(text, Bound::NON_NEGATIVE);
                        });
    move.vm = row.Get("vm", ParseName);
    const VmRow* vm = scenario.FindVm(move.vm);
    if (!vm)
    {
        row.Fail("vm", "a VM of vms.csv");
    }
    move.to = ReadNve(row, "to", scenario.topology);
    if (move.time >= scenario.duration)
    {
        row.Fail("time", "a time before " + FormatTime(scenario.duration) + ", the end of the run");
    }
    if (move.time <= vm->create || (vm->destroy && move.time >= *vm->destroy))
    {
        row.Fail("time",
                 "a time in the life of VM " + ShowText(vm->name) + ", after " +
                     FormatTime(vm->create) + " and before " +
                     FormatTime(vm->destroy.value_or(scenario.duration)));
    }
    ReadKind(row, scenario, move);
    size_t outcome = row.Get("expect",
                             size_t{0},
                             [](const std::string& text)
                             {
                                 return ParseChoice(text, OutcomeNames());
                             });
    move.expect = static_cast<MoveOutcome>(FIRST_OUTCOME + outcome);
    return move;
}

/// Follows each VM from move to move. @param moves sorted by time
void
PlaceMoves(const Scenario& scenario, std::vector<MoveRow>& moves)
{
    std::map<std::string, std::string> where;
    std::map<std::string, const MoveRow*> last;
    for (const auto& vm : scenario.vms)
    {
        where[vm.name] = vm.nve;
    }
    for (auto& move : moves)
    {
        RowReader row(move.source.table, move.source.row);
        const MoveRow*& before = last[move.vm];
        if (before && before->time == move.time)
        {
            row.Fail("time",
                     "another time: move " + ShowText(before->name) + " moves VM " +
                         ShowText(move.vm) + " then");
        }
        std::string& at = where[move.vm];
        if (at == move.to)
        {
            row.Fail("to",
                     "an NVE other than the one where VM " + ShowText(move.vm) + " is by then");
        }
        move.from = at;
        // Only a move that is to complete takes the VM anywhere.
        if (move.expect == MoveOutcome::COMPLETED)
        {
            at = move.to;
        }
        before = &move;
    }
}

const std::vector<std::string> FAILURES = {"link-down", "node-down", "link-loss", "server-crash"};

/// Reads what breaks: a node, or the two ends of a link with a colon between.
void
ReadTarget(const RowReader& row, const Scenario& scenario, FailureRow& failure)
{
    const std::string& text = row.GetText("target");
    if (failure.what == FailureKind::SERVER_CRASH)
    {
        failure.node = ReadNve(row, "target", scenario.topology);
        row.MustBeEmpty("until", "a server that has crashed does not come back");
        return;
    }
    if (failure.what == FailureKind::NODE_DOWN)
    {
        failure.node = row.Get("target", ParseName);
        if (!FindNode(scenario.topology, failure.node))
        {
            row.Fail("target", "a node of the topology");
        }
        return;
    }
    size_t colon = text.find(':');
    failure.node = text.substr(0, colon);
    failure.peer = colon == std::string::npos ? "" : text.substr(colon + 1);
    if (!HasLink(scenario.topology, failure.node, failure.peer))
    {
        row.Fail("target", "a link of the topology, as NODE:NODE");
    }
}

FailureRow
ReadFailure(const RowReader& row, const Scenario& scenario)
{
    auto parse = [](const std::string& text)
    {
        return ParseTime(text, Bound::NON_NEGATIVE);
    };
    FailureRow failure;
    failure.source = row.GetSource();
    failure.time = row.Get("time", parse);
    if (failure.time >= scenario.duration)
    {
        row.Fail("time", "a time before " + FormatTime(scenario.duration) + ", the end of the run");
    }
    failure.what = static_cast<FailureKind>(row.Get("what",
                                                    [](const std::string& text)
                                                    {
                                                        return ParseChoice(text, FAILURES);
                                                    }));
    ReadTarget(row, scenario, failure);
    if (row.Has("until"))
    {
        failure.until = row.Get("until", parse);
        if (*failure.until <= failure.time || *failure.until > scenario.duration)
        {
            row.Fail("until",
                     "a time after " + FormatTime(failure.time) + " and up to " +
                         FormatTime(scenario.duration) + ", the end of the run");
        }
    }
    if (failure.what != FailureKind::LINK_LOSS)
    {
        row.MustBeEmpty("value", "only link-loss has one");
        return failure;
    }
    failure.value = row.Get("value",
                            [](const std::string& text)
                            {
                                return ParseNumber(text, 0, 1);
                            });
    if (failure.value <= 0)
    {
        row.Fail("value", "a probability above 0");
    }
    return failure;
}

template <typename Row>
void
SortByTime(std::vector<Row>& rows)
{
    std::stable_sort(rows.begin(),
                     rows.end(),
                     [](const Row& a, const Row& b)
                     {
                         return a.time < b.time;
                     });
}

} // namespace

std::string
ReadCopyMethod(const RowReader& row, const std::string& type)
{
    return ReadWord(row, "method", METHODS.at(type));
}

std::string
ReadTransfer(const RowReader& row, const Scenario& scenario)
{
    std::vector<std::string> transfers = {"tcp", "fluid"};
    if (scenario.transfer == transfers.back())
    {
        std::swap(transfers.front(), transfers.back());
    }
    return ReadWord(row, "transfer", transfers);
}

const char*
FailureKindName(FailureKind kind)
{
    return FAILURES[static_cast<size_t>(kind)].c_str();
}

const ScenarioFile&
GetMovesFile()
{
    static const ScenarioFile file = {"moves.csv",
                                      {{"migration", true},
                                       {"time", true},
                                       {"vm", true},
                                       {"to", true},
                                       {"type", false},
                                       {"method", false},
                                       {"transfer", false},
                                       {"switch_over", false},
                                       {"expect", false}}};
    return file;
}

const ScenarioFile&
GetFailuresFile()
{
    static const ScenarioFile file = {
        "failures.csv",
        {{"time", true}, {"what", true}, {"target", true}, {"until", false}, {"value", false}}};
    return file;
}

void
ReadMoves(std::shared_ptr<const CsvTable> table, Scenario& scenario)
{
    std::map<std::string, size_t> names;
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        RowReader row(table, i);
        std::string name = row.GetNewName("migration", names);
        scenario.moves.push_back(ReadMove(row, scenario));
        scenario.moves.back().name = name;
    }
    SortByTime(scenario.moves);
    PlaceMoves(scenario, scenario.moves);
}

void
ReadFailures(std::shared_ptr<const CsvTable> table, Scenario& scenario)
{
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        scenario.failures.push_back(ReadFailure(RowReader(table, i), scenario));
    }
    SortByTime(scenario.failures);
}

} // namespace vmm
} // namespace ns3
