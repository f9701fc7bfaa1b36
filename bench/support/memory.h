// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BENCH_MEMORY_H
#define VMM_BENCH_MEMORY_H

namespace ns3
{
namespace vmm
{
namespace bench
{

/// @return octets of heap in use, those outside of malloc's arena too
double HeapBytes();
/// @return octets of heap that a running VM takes: node, stack, card, one application, its share of
///         the server's switch
double MeasureVmBytes();
/// @return octets of heap that a plain ns-3 node takes: stack, point-to-point device with its half
///         of the link, one application
double MeasureNodeBytes();

} // namespace bench
} // namespace vmm
} // namespace ns3

#endif // VMM_BENCH_MEMORY_H
