// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ip-prefix.h"
#include "ns3/quantities.h"
#include "ns3/row-reader.h"
#include "ns3/scenario-fabric.h"
#include "ns3/scenario-rows.h"

#include <set>
#include <utility>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint32_t MAX_VN = (1 << 24) - 1; //!< a VN-ID has 24 bits
constexpr uint32_t MAX_VCPUS = 4096;       //!< far above any real VM

/// @return a parser of unicast addresses of one family that a VM may have
auto
AddressOf(IpFamily family)
{
    return [family](const std::string& text)
    {
        static const char* const reserved[] = {"0.0.0.0/8",
                                               "127.0.0.0/8",
                                               "169.254.0.0/16",
                                               "224.0.0.0/3",
                                               "::/127",
                                               "fe80::/10",
                                               "ff00::/8"};
        std::string wanted = family == IpFamily::IPV4 ? "an IPv4" : "an IPv6";
        IpAddress address;
        try
        {
            address = IpAddress::FromString(text);
        }
        catch (const std::invalid_argument&)
        {
        }
        if (address.GetFamily() != family)
        {
            throw ValueError(ShowText(text), wanted + " address");
        }
        for (const char* prefix : reserved)
        {
            if (IpPrefix::FromString(prefix).Contains(address))
            {
                throw ValueError(ShowText(text),
                                 wanted + " unicast address outside " + std::string(prefix));
            }
        }
        return address;
    };
}

/// Addresses that are taken: virtual network and address.
using TakenAddresses = std::set<std::pair<uint32_t, IpAddress>>;

IpAddress
ReadAddress(const RowReader& row,
            const std::string& column,
            IpFamily family,
            uint32_t vn,
            TakenAddresses& taken)
{
    IpAddress address = row.Get(column, IpAddress(), AddressOf(family));
    if (address && !taken.emplace(vn, address).second)
    {
        row.Fail(column,
                 "an address that no other VM of virtual network " + std::to_string(vn) + " has");
    }
    return address;
}

void
ReadLife(const RowReader& row, const Scenario& scenario, VmRow& vm)
{
    auto parse = [](const std::string& text)
    {
        return ParseTime(text, Bound::NON_NEGATIVE);
    };
    vm.create = row.Get("create", Time(), parse);
    if (vm.create >= scenario.duration)
    {
        row.Fail("create",
                 "a time before " + FormatTime(scenario.duration) + ", the end of the run");
    }
    if (row.Has("destroy"))
    {
        vm.destroy = row.Get("destroy", parse);
        if (*vm.destroy <= vm.create || *vm.destroy > scenario.duration)
        {
            row.Fail("destroy",
                     "a time after " + FormatTime(vm.create) +
                         ", when the VM is created, and up to " + FormatTime(scenario.duration) +
                         ", the end of the run");
        }
    }
}

void
ReadDirtyModel(const RowReader& row, VmRow& vm)
{
    size_t model = row.Get("dirty_model",
                           size_t{0},
                           [](const std::string& text)
                           {
                               return ParseChoice(text, {"constant"});
                           });
    vm.dirtyModel = model == 0 ? "constant" : "";
    vm.dirtyRate = row.Get("dirty_rate",
                           DataRate(uint64_t{0}),
                           [](const std::string& text)
                           {
                               return ParseRate(text, Bound::NON_NEGATIVE);
                           });
    row.MustBeEmpty("dirty_file", "the constant dirty model reads none");
}

} // namespace

const ScenarioFile&
GetVmsFile()
{
    static const ScenarioFile file = {"vms.csv",
                                      {{"vm", true},
                                       {"nve", true},
                                       {"memory", true},
                                       {"vcpus", false},
                                       {"address", false},
                                       {"address6", false},
                                       {"vn", false},
                                       {"create", false},
                                       {"destroy", false},
                                       {"dirty_model", false},
                                       {"dirty_rate", false},
                                       {"dirty_file", false}}};
    return file;
}

void
ReadVms(std::shared_ptr<const CsvTable> table, Scenario& scenario)
{
    std::map<std::string, size_t> names;
    TakenAddresses taken;
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        RowReader row(table, i);
        VmRow vm;
        vm.source = row.GetSource();
        vm.name = row.GetNewName("vm", names);
        vm.nve = ReadNve(row, "nve", scenario.topology);
        vm.memory = row.Get("memory",
                            [](const std::string& text)
                            {
                                return ParseSize(text, Bound::POSITIVE);
                            });
        vm.vcpus = row.Get("vcpus",
                           uint32_t{1},
                           [](const std::string& text)
                           {
                               return ParseCount(text, 1, MAX_VCPUS);
                           });
        vm.vn = row.Get("vn",
                        uint32_t{0},
                        [](const std::string& text)
                        {
                            return ParseCount(text, 0, MAX_VN);
                        });
        vm.address = ReadAddress(row, "address", IpFamily::IPV4, vm.vn, taken);
        vm.address6 = ReadAddress(row, "address6", IpFamily::IPV6, vm.vn, taken);
        ReadLife(row, scenario, vm);
        ReadDirtyModel(row, vm);
        scenario.vmPlaces[vm.name] = scenario.vms.size();
        scenario.vms.push_back(std::move(vm));
    }
}

} // namespace vmm
} // namespace ns3
