// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_GUEST_H
#define VMM_SCENARIO_GUEST_H

#include "ns3/dirty-model.h"
#include "ns3/scenario.h"
#include "ns3/vm.h"

namespace ns3
{
namespace vmm
{

/**
 * @param dirty how a VM writes to its memory
 * @return a model that does so
 */
Ptr<DirtyModel> MakeDirtyModel(const DirtyRow& dirty);

/**
 * Gives a VM the models of its memory and, unless its disk is on shared storage, of its disk.
 * @param vm a VM without these models
 * @param row what it is
 */
void InstallGuestModels(Ptr<Vm> vm, const VmRow& row);

/// @param dirty how a VM writes @return it in a few words, for people
std::string DescribeDirty(const DirtyRow& dirty);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_GUEST_H
