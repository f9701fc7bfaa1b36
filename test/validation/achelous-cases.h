// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ACHELOUS_CASES_H
#define VMM_ACHELOUS_CASES_H

#include "validation-row.h"
#include "validation-scenario.h"

namespace ns3
{
namespace vmm
{

/**
 * A VM moves from a to b while c sends to it; the router between them learns of the move after 9 s,
 * or the source passes packets on after 400 ms. These delays are the paper's; the rest of a move
 * takes milliseconds here.
 * @param redirect whether the source passes packets on
 * @param flow its row of traffic.csv, without its name and ends
 * @param minRto least retransmission timeout
 * @return the longest time without an arrival
 */
inline Time
RunAchelous(bool redirect, const std::string& flow, const std::string& minRto = "200ms")
{
    ValidationScenario scenario("1Gbps");
    scenario.files["vms.csv"] = "vm,nve,memory\nvm,a,1MiB\ncn,c,1MiB\n";
    scenario.files["moves.csv"] = "migration,time,vm,to\nm,2s,vm,b\n";
    scenario.files["traffic.csv"] =
        "flow,from,to,application,start,stop,period,packet_size,rate\nf,cn,vm," + flow + "\n";
    scenario.keys["duration"] = "25s";
    scenario.keys["Redirect"] = redirect ? "Tunnel" : "Path";
    scenario.keys["ns3::TcpSocketBase::MinRto"] = minRto;
    // A delayed acknowledgement of the guest's, sent after the resume, would start the timer anew.
    scenario.keys["ns3::TcpSocket::DelAckCount"] = "1";
    scenario.keys["ns3::vmm::MigrationAgent::ResumeDelay"] =
        "ns3::ConstantRandomVariable[Constant=0]";
    if (redirect)
    {
        scenario.keys["ns3::vmm::Nve::InstallDelay"] = "ns3::ConstantRandomVariable[Constant=0.4]";
    }
    else
    {
        scenario.keys["ns3::vmm::HostRouteAgent::InstallDelay"] =
            "ns3::ConstantRandomVariable[Constant=9]";
    }
    scenario.Run();
    return scenario.GetOutage("f");
}

/// Probes and bulk TCP, with and without the redirect.
inline ValidationTable
ValidateAchelous()
{
    ValidationTable table("Achelous, SIGCOMM 2023");
    const std::string slow = "udp-probe,1s,22s,100ms,64B,";
    const std::string fast = "udp-probe,1s,22s,10ms,64B,";
    const std::string tcp = "tcp-bulk,1s,22s,,1448B,20Mbps";
    table.AddAbsolute("Achelous, no redirect: gap of a probe at 10 Hz",
                      "s",
                      9,
                      RunAchelous(false, slow).GetSeconds(),
                      0.1);
    table.AddAbsolute("Achelous, no redirect: gap of a probe at 100 Hz",
                      "s",
                      9,
                      RunAchelous(false, fast).GetSeconds(),
                      0.02);
    table.AddAbsolute("Achelous, redirect: gap of a probe at 10 Hz",
                      "s",
                      0.4,
                      RunAchelous(true, slow).GetSeconds(),
                      0.1);
    table.AddAbsolute("Achelous, redirect: gap of a probe at 100 Hz",
                      "s",
                      0.4,
                      RunAchelous(true, fast).GetSeconds(),
                      0.02);
    table.Add("Achelous, no redirect: stall of TCP, MinRto 200 ms",
              "s",
              12.6,
              RunAchelous(false, tcp).GetSeconds(),
              0.01);
    table.AddAtMost("Achelous, redirect: stall of TCP, MinRto 200 ms",
                    "s",
                    0.6,
                    RunAchelous(true, tcp).GetSeconds(),
                    0.01);
    table.Add("Achelous, no redirect: stall of TCP, MinRto 1 s",
              "s",
              15,
              RunAchelous(false, tcp, "1s").GetSeconds(),
              0.01);
    return table;
}

} // namespace vmm
} // namespace ns3

#endif // VMM_ACHELOUS_CASES_H
