// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/result-folder.h"

#include "ns3/scenario-error.h"

#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <sys/wait.h>
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

/// What a signal handler removes: the temporary folder first, then parents, innermost first.
struct Leftovers
{
    static constexpr std::size_t MAX_PATH = 4096;  //!< longest path, its final 0 included
    static constexpr std::size_t MAX_FOLDERS = 16; //!< parents above that stay
    std::array<std::array<char, MAX_PATH>, MAX_FOLDERS> paths; //!< each ends with 0
    volatile std::sig_atomic_t count = 0;                      //!< how many are set
};

Leftovers g_leftovers; //!< of the folder that is being written

/// Leaves nothing half-written and dies of the signal. Calls only what a signal handler may.
void
RemoveAndDie(int signal)
{
    if (g_leftovers.count > 0)
    {
        pid_t child = fork();
        if (child == 0)
        {
            execl("/bin/rm", "rm", "-rf", "--", g_leftovers.paths[0].data(), nullptr);
            _exit(127);
        }
        waitpid(child, nullptr, 0);
        for (int index = 1; index < g_leftovers.count; index++)
        {
            rmdir(g_leftovers.paths[index].data()); // fails if another run has put something there
        }
    }
    std::signal(signal, SIG_DFL);
    raise(signal);
}

/// Remembers what an interruption must remove.
void
Arm(const std::string& work, const std::vector<std::string>& parents)
{
    g_leftovers.count = 0;
    std::vector<std::string> all{work};
    all.insert(all.end(), parents.begin(), parents.end());
    int count = 0;
    for (const auto& path : all)
    {
        std::string absolute = fs::absolute(path).string();
        if (count == Leftovers::MAX_FOLDERS || absolute.size() >= Leftovers::MAX_PATH)
        {
            break;
        }
        std::memcpy(g_leftovers.paths[count++].data(), absolute.c_str(), absolute.size() + 1);
    }
    g_leftovers.count = count;
    for (int signal : {SIGINT, SIGTERM, SIGHUP})
    {
        if (std::signal(signal, RemoveAndDie) == SIG_IGN)
        {
            std::signal(signal, SIG_IGN); // nohup stays nohup
        }
    }
}

/// There is nothing to remove any more.
void
Disarm()
{
    g_leftovers.count = 0;
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
        Arm(m_work, m_parents);
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
    Disarm();
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
        Disarm();
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
