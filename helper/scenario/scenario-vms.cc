// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/address-plan.h"
#include "ns3/ip-prefix.h"
#include "ns3/quantities.h"
#include "ns3/row-reader.h"
#include "ns3/scenario-fabric.h"
#include "ns3/scenario-networks.h"
#include "ns3/scenario-rows.h"

#include <set>
#include <tuple>
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

/// Gives the VMs of a scenario their addresses.
class AddressKeeper
{
  public:
    explicit AddressKeeper(const Scenario& scenario)
        : m_topology(scenario.topology),
          m_plan(scenario.topology),
          m_apart(KeepsNetworksApart(scenario))
    {
    }

    /// @return the address that a row asks for, none if it asks for none; throws ScenarioError
    IpAddress Take(const RowReader& row, const std::string& column, uint32_t vn, IpFamily family)
    {
        IpAddress address = row.Get(column, IpAddress(), AddressOf(family));
        if (!address)
        {
            return address;
        }
        IpPrefix prefix = GetPrefix(row.GetText("nve"), family);
        if (!prefix.Contains(address) || address == prefix.At(0))
        {
            row.Fail(column,
                     "an address of the NVE's prefix " + prefix.ToString() + ", not its first");
        }
        if (!m_taken.insert({GetSpace(vn), address}).second)
        {
            row.Fail(column,
                     m_apart ? "an address that no other VM of its virtual network has"
                             : "an address that no other VM has");
        }
        return address;
    }

    /// @return the lowest address of the NVE's prefix that is not taken; throws ScenarioError
    IpAddress TakeNext(const RowReader& row, const VmRow& vm, IpFamily family)
    {
        IpPrefix prefix = GetPrefix(vm.nve, family);
        uint32_t& index = m_next[{GetSpace(vm.vn), vm.nve, family}];
        for (++index; index < 255; ++index)
        {
            IpAddress address = prefix.At(index);
            if (m_taken.insert({GetSpace(vm.vn), address}).second)
            {
                return address;
            }
        }
        row.Fail("nve", "an NVE with fewer than 254 VMs, or an address for each");
    }

  private:
    /// @return what tells VMs apart that may have the same address
    uint32_t GetSpace(uint32_t vn) const
    {
        return m_apart ? vn : 0;
    }

    IpPrefix GetPrefix(const std::string& nve, IpFamily family) const
    {
        return m_plan.GetVmPrefix(m_topology.GetNodeId(nve), family);
    }

    const Topology& m_topology;                       //!< the fabric
    AddressPlan m_plan;                               //!< its addresses
    bool m_apart;                                     //!< each network has its own
    std::set<std::pair<uint32_t, IpAddress>> m_taken; //!< addresses of VMs
    /// Last place given out, by address space, NVE and family.
    std::map<std::tuple<uint32_t, std::string, IpFamily>, uint32_t> m_next;
};

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
ReadMemory(const RowReader& row, DirtyFiles& files, VmRow& vm)
{
    auto parseSize = [](const std::string& text)
    {
        return ParseSize(text, Bound::POSITIVE);
    };
    vm.memory = row.Get("memory", parseSize);
    auto parseKind = [](const std::string& text)
    {
        return ParseChoice(text, {"constant", "working-set", "sampled", "rounds", "phases"});
    };
    vm.dirty.kind = static_cast<DirtyKind>(row.Get("dirty_model", size_t{0}, parseKind));
    ReadDirtyNumbers(row, "dirty_rate", vm.dirty);
    if (vm.dirty.hotSet > vm.memory)
    {
        row.Fail("hot_set", "at most the VM's memory, " + FormatSize(vm.memory));
    }
    if (vm.dirty.kind == DirtyKind::CONSTANT || vm.dirty.kind == DirtyKind::WORKING_SET)
    {
        row.MustBeEmpty("dirty_file",
                        std::string("the ") + DirtyKindName(vm.dirty.kind) +
                            " dirty model reads none");
    }
    else
    {
        files.Fill(row, "dirty_file", vm.dirty);
    }
    vm.zero = row.Get("zero",
                      uint64_t{0},
                      [](const std::string& text)
                      {
                          return ParseSize(text, Bound::NON_NEGATIVE);
                      });
    if (vm.zero > vm.memory)
    {
        row.Fail("zero", "at most the VM's memory, " + FormatSize(vm.memory));
    }
}

void
ReadStorage(const RowReader& row, VmRow& vm)
{
    if (!row.Has("storage") || row.GetText("storage") == "shared")
    {
        row.MustBeEmpty("storage_rate", "the storage is shared, a move copies nothing of it");
        return;
    }
    vm.storage = row.Get("storage",
                         [](const std::string& text)
                         {
                             try
                             {
                                 return ParseSize(text, Bound::POSITIVE);
                             }
                             catch (const ValueError& error)
                             {
                                 throw ValueError(error.found, "shared, or " + error.expected);
                             }
                         });
    vm.storageRate = row.Get("storage_rate",
                             DataRate(uint64_t{0}),
                             [](const std::string& text)
                             {
                                 return ParseRate(text, Bound::NON_NEGATIVE);
                             });
}

/// Reads a row of vms.csv, but for an address that it does not ask for.
VmRow
ReadVm(const RowReader& row,
       std::map<std::string, size_t>& names,
       DirtyFiles& files,
       AddressKeeper& addresses,
       const Scenario& scenario)
{
    VmRow vm;
    vm.source = row.GetSource();
    vm.name = row.GetNewName("vm", names);
    vm.nve = ReadNve(row, "nve", scenario.topology);
    ReadMemory(row, files, vm);
    ReadStorage(row, vm);
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
    vm.address = addresses.Take(row, "address", vm.vn, IpFamily::IPV4);
    vm.address6 = addresses.Take(row, "address6", vm.vn, IpFamily::IPV6);
    ReadLife(row, scenario, vm);
    return vm;
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
                                       {"dirty_file", false},
                                       {"hot_set", false},
                                       {"hot_rate", false},
                                       {"hot_pattern", false},
                                       {"zero", false},
                                       {"storage", false},
                                       {"storage_rate", false}}};
    return file;
}

void
ReadVms(const std::vector<std::shared_ptr<const CsvTable>>& tables,
        const FolderFileReader& read,
        Scenario& scenario)
{
    std::map<std::string, size_t> names;
    DirtyFiles files(read);
    AddressKeeper addresses(scenario);
    for (const auto& table : tables)
    {
        for (size_t i = 0; i < table->GetRowCount(); ++i)
        {
            VmRow vm = ReadVm(RowReader(table, i), names, files, addresses, scenario);
            scenario.vmPlaces[vm.name] = scenario.vms.size();
            scenario.vms.push_back(std::move(vm));
        }
    }
    // After all rows, so that an address that one asks for is never given to another.
    for (auto& vm : scenario.vms)
    {
        RowReader row(vm.source.table, vm.source.row);
        if (!vm.address && scenario.family != FamilyKind::IPV6)
        {
            vm.address = addresses.TakeNext(row, vm, IpFamily::IPV4);
        }
        if (!vm.address6 && scenario.family != FamilyKind::IPV4)
        {
            vm.address6 = addresses.TakeNext(row, vm, IpFamily::IPV6);
        }
    }
}

} // namespace vmm
} // namespace ns3
