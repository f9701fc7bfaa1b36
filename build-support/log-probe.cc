// SPDX-License-Identifier: GPL-2.0-only
// Ends with 0 when this header sees the class that the ns-3 library was built with. UdpClient has a
// member that exists only with logging on, in every ns-3 from 3.35 to 3.48.
#include "ns3/udp-client.h"

int
main()
{
    return ns3::UdpClient::GetTypeId().GetSize() == sizeof(ns3::UdpClient) ? 0 : 1;
}
