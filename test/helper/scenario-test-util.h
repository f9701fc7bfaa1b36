// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_TEST_UTIL_H
#define VMM_SCENARIO_TEST_UTIL_H

#include "ns3/scenario-error.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <string>

namespace vmmtest
{

/// @return what() of the exception of type Error that action throws, or "no error"
template <typename Error, typename Action>
std::string
MessageOf(Action action)
{
    try
    {
        action();
    }
    catch (const Error& error)
    {
        return error.what();
    }
    return "no error";
}

/// A folder that exists as long as the object.
class TempFolder
{
  public:
    TempFolder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "vmm-test-XXXXXX").string();
        m_path = mkdtemp(pattern.data());
    }

    ~TempFolder()
    {
        std::filesystem::remove_all(m_path);
    }

    /// @return path of the folder, or of a file in it
    std::string Path(const std::string& file = "") const
    {
        return file.empty() ? m_path : m_path + "/" + file;
    }

    /// Writes a file.
    void Write(const std::string& file, const std::string& bytes) const
    {
        std::filesystem::create_directories(std::filesystem::path(Path(file)).parent_path());
        std::ofstream(Path(file), std::ios::binary) << bytes;
    }

    /// @return the content of a file
    std::string Read(const std::string& file) const
    {
        std::ifstream in(Path(file), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    /// @return names of what the folder holds
    size_t Count() const
    {
        auto begin = std::filesystem::directory_iterator(m_path);
        return std::distance(begin, std::filesystem::directory_iterator());
    }

  private:
    std::string m_path; //!< the folder
};

} // namespace vmmtest

#endif // VMM_SCENARIO_TEST_UTIL_H
