// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ACCESS_PCAP_HELPER_H
#define VMM_ACCESS_PCAP_HELPER_H

#include "ns3/trace-helper.h"

namespace ns3
{
namespace vmm
{

/**
 * Packet captures of access devices, link type Ethernet:
 *
 *     AccessPcapHelper().EnablePcap("trace", vm->GetDevice());
 *
 * writes trace-NODE-DEVICE.pcap. Devices of other kinds are passed over.
 */
class AccessPcapHelper : public PcapHelperForDevice
{
  public:
    void EnablePcapInternal(std::string prefix,
                            Ptr<NetDevice> nd,
                            bool promiscuous,
                            bool explicitFilename) override;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_ACCESS_PCAP_HELPER_H
