// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-guest.h"

#include "ns3/disk-model.h"
#include "ns3/phased-dirty-model.h"
#include "ns3/quantities.h"
#include "ns3/rounds-dirty-model.h"
#include "ns3/sampled-dirty-model.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"
#include "ns3/working-set-dirty-model.h"

namespace ns3
{
namespace vmm
{

namespace
{

Ptr<DirtyModel>
MakeConstant(const DirtyRow& dirty)
{
    auto model = CreateObject<ConstantDirtyModel>();
    model->SetAttribute("Rate", DataRateValue(dirty.rate));
    return model;
}

Ptr<DirtyModel>
MakeWorkingSet(const DirtyRow& dirty)
{
    auto model = CreateObject<WorkingSetDirtyModel>();
    model->SetAttribute("HotSet", UintegerValue(dirty.hotSet));
    model->SetAttribute("HotRate", DataRateValue(dirty.hotRate));
    model->SetAttribute("ColdRate", DataRateValue(dirty.rate));
    model->SetAttribute("Pattern", StringValue(dirty.hotSweep ? "Sweep" : "Random"));
    return model;
}

Ptr<DirtyModel>
MakePhases(const DirtyRow& dirty)
{
    std::vector<DirtyPhase> phases;
    for (const DirtyPhaseRow& phase : dirty.phases)
    {
        phases.push_back({phase.start, MakeDirtyModel(phase.dirty)});
    }
    auto model = CreateObject<PhasedDirtyModel>();
    model->SetPhases(phases);
    return model;
}

} // namespace

Ptr<DirtyModel>
MakeDirtyModel(const DirtyRow& dirty)
{
    switch (dirty.kind)
    {
    case DirtyKind::CONSTANT:
        return MakeConstant(dirty);
    case DirtyKind::WORKING_SET:
        return MakeWorkingSet(dirty);
    case DirtyKind::SAMPLED:
    {
        auto model = CreateObject<SampledDirtyModel>();
        model->SetCurve(dirty.curve);
        return model;
    }
    case DirtyKind::ROUNDS:
    {
        auto model = CreateObject<RoundsDirtyModel>();
        model->SetRounds(dirty.rounds);
        return model;
    }
    case DirtyKind::PHASES:
        return MakePhases(dirty);
    }
    return nullptr;
}

void
InstallGuestModels(Ptr<Vm> vm, const VmRow& row)
{
    Ptr<DirtyModel> dirty = MakeDirtyModel(row.dirty);
    dirty->SetAttribute("ZeroMemory", UintegerValue(row.zero));
    vm->AggregateObject(dirty);
    if (row.storage > 0)
    {
        auto disk = CreateObject<DiskModel>();
        disk->SetAttribute("ImageSize", UintegerValue(row.storage));
        disk->SetAttribute("WriteRate", DataRateValue(row.storageRate));
        vm->AggregateObject(disk);
    }
}

std::string
DescribeDirty(const DirtyRow& dirty)
{
    const std::string name = DirtyKindName(dirty.kind);
    switch (dirty.kind)
    {
    case DirtyKind::CONSTANT:
        return name + " " + FormatRate(dirty.rate);
    case DirtyKind::WORKING_SET:
        return name + " " + FormatSize(dirty.hotSet) + (dirty.hotSweep ? " swept" : "") + " at " +
               FormatRate(dirty.hotRate) + ", else " + FormatRate(dirty.rate);
    case DirtyKind::SAMPLED:
        return name + " at " + std::to_string(dirty.curve.size()) + " points";
    case DirtyKind::ROUNDS:
        return std::to_string(dirty.rounds.size()) + " " + name;
    case DirtyKind::PHASES:
        return std::to_string(dirty.phases.size()) + " " + name;
    }
    return name;
}

} // namespace vmm
} // namespace ns3
