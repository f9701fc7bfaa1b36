// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VALIDATION_DATA_H
#define VMM_VALIDATION_DATA_H

#include "ns3/dirty-files.h"
#include "ns3/rounds-dirty-model.h"
#include "ns3/sampled-dirty-model.h"
#include "ns3/scenario-guest.h"
#include "ns3/uinteger.h"

#include <string>

namespace ns3
{
namespace vmm
{

/// @param folder of the measured guests @param name a file in it @param kind what it holds
inline DirtyRow
ReadMeasured(const std::string& folder, const std::string& name, DirtyKind kind)
{
    const std::vector<CsvColumn> columns = {{"dirty_file", true}};
    const std::string text = "dirty_file\n" + name + "\n";
    auto table = std::make_shared<const CsvTable>(CsvTable::Parse("vms.csv", text, columns));
    DirtyFiles files(
        [&folder](const std::string& file, const std::vector<CsvColumn>& wanted)
        {
            return std::make_shared<const CsvTable>(CsvTable::Read(folder + "/" + file, wanted));
        });
    DirtyRow dirty;
    dirty.kind = kind;
    files.Fill(RowReader(table, 0), "dirty_file", dirty);
    return dirty;
}

/// The memcached VM of QEMU's pre-copy predictor.
struct QemuGuest
{
    static constexpr uint64_t PAGES = 16392 * 512; //!< sampled, each for 512
    static constexpr uint64_t ZEROS = 10060 * 512; //!< of them
    static constexpr uint64_t PAGE = 4096;         //!< octets

    /// @param folder of the measured guests @param scale VM and curve are smaller by this factor
    static Ptr<DirtyModel> MakeModel(const std::string& folder, uint64_t scale = 1)
    {
        auto curve = ReadMeasured(folder, "qemu-memcached.csv", DirtyKind::SAMPLED).curve;
        for (auto& point : curve)
        {
            point.pages /= static_cast<double>(scale);
        }
        auto model = CreateObject<SampledDirtyModel>();
        model->SetCurve(curve);
        model->SetAttribute("ZeroMemory", UintegerValue(ZEROS / scale * PAGE));
        return model;
    }

    /// @param scale see MakeModel @return octets of memory
    static uint64_t GetMemory(uint64_t scale = 1)
    {
        return PAGES / scale * PAGE;
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VALIDATION_DATA_H
