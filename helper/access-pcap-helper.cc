// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/access-pcap-helper.h"

#include "ns3/access-device.h"

namespace ns3
{
namespace vmm
{

void
AccessPcapHelper::EnablePcapInternal(std::string prefix,
                                     Ptr<NetDevice> nd,
                                     bool promiscuous,
                                     bool explicitFilename)
{
    Ptr<AccessDevice> device = DynamicCast<AccessDevice>(nd);
    if (!device)
    {
        return;
    }
    PcapHelper pcap;
    const std::string name = explicitFilename ? prefix : pcap.GetFilenameFromDevice(prefix, device);
    Ptr<PcapFileWrapper> file = pcap.CreateFile(name, std::ios::out, PcapHelper::DLT_EN10MB);
    pcap.HookDefaultSink(device, promiscuous ? "PromiscSniffer" : "Sniffer", file);
}

} // namespace vmm
} // namespace ns3
