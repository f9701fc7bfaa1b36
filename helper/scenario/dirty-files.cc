// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/dirty-files.h"

#include "ns3/quantities.h"

#include <utility>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr double MAX_PAGES = 1e15; //!< of any memory, and exact in a double

DataRate
ParseWriteRate(const std::string& text)
{
    return ParseRate(text, Bound::NON_NEGATIVE);
}

/// @return a path within the scenario folder; throws ValueError
std::string
ParseFileName(const std::string& text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/";
    const std::string path = "/" + text + "/";
    if (text.find_first_not_of(allowed) != std::string::npos ||
        path.find("//") != std::string::npos || path.find("/../") != std::string::npos)
    {
        throw ValueError(ShowText(text),
                         "the path of a file within the scenario folder, of A-Z a-z 0-9 . _ - /");
    }
    return text;
}

/// @return the table if it has rows; throws ScenarioError
std::shared_ptr<const CsvTable>
NeedRows(std::shared_ptr<const CsvTable> table, const std::string& what)
{
    if (table->GetRowCount() == 0)
    {
        throw ScenarioError(table->GetStart(), "no rows", "at least one " + what);
    }
    return table;
}

} // namespace

void
ReadDirtyNumbers(const RowReader& row, const std::string& rateColumn, DirtyRow& dirty)
{
    const bool hot = dirty.kind == DirtyKind::WORKING_SET;
    const std::string name = DirtyKindName(dirty.kind);
    for (const char* column : {"hot_set", "hot_rate", "hot_pattern"})
    {
        if (!hot)
        {
            row.MustBeEmpty(column, "the " + name + " dirty model has no hot pages");
        }
    }
    if (hot)
    {
        dirty.hotSet = row.Get("hot_set",
                               [](const std::string& text)
                               {
                                   return ParseSize(text, Bound::POSITIVE);
                               });
        dirty.hotRate = row.Get("hot_rate", ParseWriteRate);
        dirty.hotSweep = row.Get("hot_pattern",
                                 size_t{0},
                                 [](const std::string& text)
                                 {
                                     return ParseChoice(text, {"random", "sweep"});
                                 }) == 1;
    }
    if (hot || dirty.kind == DirtyKind::CONSTANT)
    {
        dirty.rate = row.Get(rateColumn, DataRate(uint64_t{0}), ParseWriteRate);
    }
    else
    {
        row.MustBeEmpty(rateColumn, "the " + name + " dirty model takes its numbers from a file");
    }
}

DirtyFiles::DirtyFiles(FolderFileReader read)
    : m_read(std::move(read))
{
}

void
DirtyFiles::Fill(const RowReader& row, const std::string& fileColumn, DirtyRow& dirty)
{
    const std::string name = row.Get(fileColumn, ParseFileName);
    // A file that has been read has rows.
    if (dirty.kind == DirtyKind::SAMPLED)
    {
        auto& curve = m_curves[name];
        curve = curve.empty() ? ReadCurve(name) : curve;
        dirty.curve = curve;
    }
    else if (dirty.kind == DirtyKind::ROUNDS)
    {
        auto& rounds = m_rounds[name];
        rounds = rounds.empty() ? ReadRounds(name) : rounds;
        dirty.rounds = rounds;
    }
    else
    {
        auto& phases = m_phases[name];
        phases = phases.empty() ? ReadPhases(name) : phases;
        dirty.phases = phases;
    }
}

std::vector<DirtySample>
DirtyFiles::ReadCurve(const std::string& name) const
{
    auto table = NeedRows(m_read(name, {{"period", true}, {"pages", true}}), "point of a curve");
    std::vector<DirtySample> curve;
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        const RowReader row(table, i);
        const DirtySample last = curve.empty() ? DirtySample() : curve.back();
        DirtySample point;
        point.period = row.Get("period",
                               [](const std::string& text)
                               {
                                   return ParseTime(text, Bound::POSITIVE);
                               });
        if (point.period <= last.period)
        {
            row.Fail("period", "a time above " + FormatTime(last.period) + ", the row before");
        }
        point.pages = row.Get("pages",
                              [&last](const std::string& text)
                              {
                                  return ParseNumber(text, last.pages, MAX_PAGES);
                              });
        curve.push_back(point);
    }
    return curve;
}

std::vector<uint64_t>
DirtyFiles::ReadRounds(const std::string& name) const
{
    auto table = NeedRows(m_read(name, {{"round", true}, {"bytes", true}}), "round");
    std::vector<uint64_t> rounds;
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        const RowReader row(table, i);
        row.Get("round",
                [i](const std::string& text)
                {
                    return ParseCount(text, i + 1, i + 1);
                });
        rounds.push_back(row.Get("bytes",
                                 [](const std::string& text)
                                 {
                                     return ParseSize(text, Bound::NON_NEGATIVE);
                                 }));
    }
    return rounds;
}

std::vector<DirtyPhaseRow>
DirtyFiles::ReadPhases(const std::string& name)
{
    auto table = NeedRows(m_read(name,
                                 {{"start", true},
                                  {"model", true},
                                  {"rate", false},
                                  {"hot_set", false},
                                  {"hot_rate", false},
                                  {"hot_pattern", false},
                                  {"file", false}}),
                          "phase");
    std::vector<DirtyPhaseRow> phases;
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        const RowReader row(table, i);
        DirtyPhaseRow phase;
        phase.start = row.Get("start",
                              [](const std::string& text)
                              {
                                  return ParseTime(text, Bound::NON_NEGATIVE);
                              });
        if (!phases.empty() && phase.start <= phases.back().start)
        {
            row.Fail("start",
                     "a time above " + FormatTime(phases.back().start) + ", the row before");
        }
        phase.dirty.kind = static_cast<DirtyKind>(
            row.Get("model",
                    [](const std::string& text)
                    {
                        return ParseChoice(text, {"constant", "working-set", "sampled"});
                    }));
        ReadDirtyNumbers(row, "rate", phase.dirty);
        if (phase.dirty.kind == DirtyKind::SAMPLED)
        {
            Fill(row, "file", phase.dirty);
        }
        else
        {
            row.MustBeEmpty("file",
                            std::string("the ") + DirtyKindName(phase.dirty.kind) +
                                " dirty model reads none");
        }
        phases.push_back(phase);
    }
    return phases;
}

} // namespace vmm
} // namespace ns3
