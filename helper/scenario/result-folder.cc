// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/result-folder.h"

#include "ns3/scenario-error.h"

#include <cstdint>
#include <filesystem>
#include <unistd.h>

namespace ns3
{
namespace vmm
{

namespace fs = std::filesystem;

namespace
{

[[noreturn]] void
Fail(const std::string& path, const std::string& found, const std::string& expected)
{
    throw ScenarioError({path, 0, 0}, found, expected);
}

/// @return a name beside path that no other process uses
fs::path
MakeSibling(const fs::path& path, const std::string& purpose)
{
    return path.parent_path() /
           ("." + path.filename().string() + "." + purpose + "-" + std::to_string(getpid()));
}

/// @return whether path is a folder, itself and not by a link, that may be replaced
bool
IsReplaceable(const fs::path& path)
{
    std::error_code error;
    if (fs::symlink_status(path, error).type() != fs::file_type::directory)
    {
        return false;
    }
    bool empty = fs::is_empty(path, error);
    return !error && (empty || fs::is_regular_file(path / "run.json", error));
}

} // namespace

std::string
ResultFolder::MakePath(const std::string& root,
                       const std::string& scenario,
                       const std::string& scheme,
                       const std::string& settingsHash,
                       uint64_t seed)
{
    std::string variant = settingsHash.empty() ? scheme : scheme + "-" + settingsHash;
    return (fs::path(root) / scenario / variant / ("seed-" + std::to_string(seed))).string();
}

ResultFolder::ResultFolder(const std::string& path, bool force)
    : m_force(force)
{
    fs::path target = fs::path(path).lexically_normal();
    if (!target.has_filename() && target.has_relative_path())
    {
        target = target.parent_path();
    }
    if (!target.has_filename() || target.filename() == "." || target.filename() == "..")
    {
        Fail(
            path.empty() ? "--out" : path, "no name of a folder", "one that results can be put in");
    }
    m_path = target.string();
    CheckTarget();
    fs::path work = MakeSibling(target, "part");
    for (fs::path parent = target.parent_path(); !parent.empty() && !fs::exists(parent);
         parent = parent.parent_path())
    {
        m_parents.push_back(parent.string());
    }
    std::error_code error;
    if (target.has_parent_path())
    {
        fs::create_directories(target.parent_path(), error);
    }
    if (!error && fs::create_directory(work, error))
    {
        m_work = work.string();
        return;
    }
    std::string why = error ? error.message() : "it exists";
    Discard();
    Fail(work.string(), "a folder that cannot be created (" + why + ")", "a place to write to");
}

ResultFolder::~ResultFolder()
{
    Discard();
}

void
ResultFolder::CheckTarget() const
{
    std::error_code error;
    if (!fs::exists(fs::symlink_status(m_path, error)))
    {
        return;
    }
    if (!m_force)
    {
        Fail(m_path, "results that are there already", "a new folder, or --force");
    }
    if (!IsReplaceable(m_path))
    {
        Fail(m_path,
             "something that is no result folder (no run.json in it)",
             "a folder that --force may replace");
    }
}

void
ResultFolder::Commit()
{
    CheckTarget();
    fs::path old = MakeSibling(m_path, "old");
    std::error_code error;
    bool replaces = fs::exists(fs::symlink_status(m_path, error));
    error.clear();
    if (replaces)
    {
        fs::rename(m_path, old, error);
    }
    if (!error)
    {
        fs::rename(m_work, m_path, error);
    }
    if (error)
    {
        if (replaces && !fs::exists(m_path))
        {
            std::error_code ignored;
            fs::rename(old, m_path, ignored);
        }
        Fail(m_path,
             "a folder that cannot be put in place (" + error.message() + ")",
             "a place to write to");
    }
    m_work.clear();
    m_parents.clear();
    if (replaces)
    {
        fs::remove_all(old, error);
    }
}

void
ResultFolder::Discard()
{
    std::error_code ignored;
    if (!m_work.empty())
    {
        fs::remove_all(m_work, ignored);
        m_work.clear();
    }
    for (const auto& parent : m_parents)
    {
        fs::remove(parent, ignored); // fails if another run has put something there
    }
    m_parents.clear();
}

} // namespace vmm
} // namespace ns3
