// SPDX-License-Identifier: GPL-2.0-only
// Every way in which a scenario can be bad, with the exact line that says so.
#include "helper/scenario-files.h"

#include <vector>

using namespace ns3;
using namespace ns3::vmm;
using vmmtest::ScenarioFiles;

namespace
{

/// One change to a good scenario, and the error that it causes.
struct BadCase
{
    const char* file;  //!< file that is changed
    const char* from;  //!< text that is replaced; "" to replace the whole file
    const char* to;    //!< its replacement
    const char* error; //!< line without the folder's path
};

void
Expect(const std::vector<BadCase>& cases, bool csvFabric = false)
{
    for (const auto& bad : cases)
    {
        ScenarioFiles files;
        if (csvFabric)
        {
            files.UseCsvFabric();
        }
        if (*bad.from)
        {
            files.Replace(bad.file, bad.from, bad.to);
        }
        else
        {
            files.files[bad.file] = bad.to;
        }
        EXPECT_EQ(files.Error(), bad.error) << "after " << bad.from << " -> " << bad.to;
    }
}

} // namespace

TEST(ScenarioErrors, MissingAndEmptyFiles)
{
    ScenarioFiles files;
    files.files.erase("vms.csv");
    EXPECT_EQ(files.Error(),
              "vms.csv:1:1: found no file, expected a file with the columns vm, nve, memory");
    ScenarioFiles none;
    none.files.clear();
    EXPECT_EQ(none.Error(),
              "scenario.csv:1:1: found no file, expected a file with the columns key, value");
    ScenarioFiles csv;
    csv.UseCsvFabric();
    csv.files.erase("links.csv");
    EXPECT_EQ(csv.Error(),
              "links.csv:1:1: found no file, expected a file with the columns a, b, rate, delay");
    Expect({{"moves.csv",
             "",
             "",
             "moves.csv:1:1: found an empty file, expected a header with the columns migration, "
             "time, vm, to"},
            {"failures.csv",
             "",
             "",
             "failures.csv:1:1: found an empty file, expected a header with the columns time, "
             "what, target"}});
}

TEST(ScenarioErrors, ScenarioCsv)
{
    ScenarioFiles files;
    files.Append("scenario.csv", "colour,red\n");
    EXPECT_EQ(files.Error(),
              "scenario.csv:9:1: found key 'colour', expected one of fabric, duration, scheme, "
              "seed, underlay, bgp_numbering, bgp_servers, host_route_dcs, family, "
              "management_node, randomness, transfer, max_flows, leaves, spines, servers, "
              "server_rate, server_delay, management_delay, fabric_rate, fabric_delay, mtu, queue, "
              "hosts, Active, "
              "Common, Label, "
              "Linger, Offset, Optimize, PathOrder, PathSet, Rate, Redirect, Service, Share, or an "
              "attribute such as "
              "ns3::TcpSocket::SegmentSize");
    ScenarioFiles builder;
    builder.Append("scenario.csv", "k,4\n");
    EXPECT_EQ(builder.Error().rfind("scenario.csv:9:1: found key 'k', expected one of fabric,", 0),
              0U);
    ScenarioFiles twice;
    twice.Append("scenario.csv", "duration,5s\n");
    EXPECT_EQ(twice.Error(),
              "scenario.csv:9:1: found key 'duration' a second time, expected each key once");
    ScenarioFiles alias;
    alias.Append("scenario.csv", "vmmtest::FakeHostRoute::Redirect,Tunnel\n");
    EXPECT_EQ(alias.Error(),
              "scenario.csv:9:1: found key 'vmmtest::FakeHostRoute::Redirect' a second time, "
              "expected each key once");
    Expect({
        {"scenario.csv",
         "duration,10s\n",
         "",
         "scenario.csv:1:1: found no key 'duration', expected a value for it"},
        {"scenario.csv",
         "duration,10s\n",
         "duration,\n",
         "scenario.csv:6:10: found no value for 'duration', expected a value for it"},
        {"scenario.csv",
         "fabric,leaf-spine\n",
         "",
         "scenario.csv:1:1: found no key 'fabric', expected a value for it"},
        {"scenario.csv",
         "leaf-spine",
         "torus",
         "scenario.csv:2:8: found 'torus', expected one of csv, fat-tree, figure-1, graphml, "
         "hpcc, leaf-spine, "
         "multi-dc"},
        {"scenario.csv",
         "leaves,2",
         "leaves,0",
         "scenario.csv:3:8: found leaves \"0\", expected a whole number from 1 to 1024"},
        {"scenario.csv",
         "duration,10s",
         "duration,10",
         "scenario.csv:6:10: found '10', expected a time above zero with its unit, such as 50us"},
        {"scenario.csv",
         "duration,10s",
         "duration,0s",
         "scenario.csv:6:10: found '0s', expected a time above zero with its unit, such as 50us"},
        {"scenario.csv",
         "duration,10s",
         "duration,10s\nserver_rate,0Gbps",
         "scenario.csv:7:13: found '0Gbps', expected a rate above zero with its unit, such as "
         "10Gbps"},
        {"scenario.csv",
         "duration,10s",
         "duration,10s\nserver_rate,-1Gbps",
         "scenario.csv:7:13: found '-1Gbps', expected a rate above zero with its unit, such as "
         "10Gbps"},
        {"scenario.csv",
         "duration,10s",
         "duration,10s\nseed,0",
         "scenario.csv:7:6: found '0', expected a whole number from 1 to 9223372036854775807"},
        {"scenario.csv",
         "duration,10s",
         "duration,10s\nrandomness,maybe",
         "scenario.csv:7:12: found 'maybe', expected one of on, off"},
        {"scenario.csv",
         "duration,10s",
         "duration,10s\nfamily,ipx",
         "scenario.csv:7:8: found 'ipx', expected one of ipv4, ipv6, dual"},
        {"scenario.csv",
         "duration,10s",
         "duration,10s\nscheme,magic",
         "scenario.csv:7:8: found 'magic', expected one of host-route, ideal"},
        {"scenario.csv",
         "duration,10s",
         "duration,10s\nmanagement_node,nowhere",
         "scenario.csv:7:17: found 'nowhere', expected a node of the topology"},
        {"scenario.csv",
         "duration,10s",
         "duration,10s\nmanagement_node,server-0-0",
         "scenario.csv:7:17: found 'server-0-0', an NVE, expected a node that is none of NVE, "
         "router and bridge"},
        {"scenario.csv",
         "duration,10s",
         "duration,10s\nmanagement_node,spine-1",
         "scenario.csv:7:17: found 'spine-1', a router, expected a node that is none of NVE, "
         "router and bridge"},
    });
}

TEST(ScenarioErrors, Attributes)
{
    Expect({
        {"scenario.csv",
         "ns3::TcpSocketBase::MinRto",
         "ns3::TcpSocketBass::MinRto",
         "scenario.csv:8:1: found 'ns3::TcpSocketBass::MinRto', expected an attribute of a class "
         "that ns-3 knows"},
        {"scenario.csv",
         "ns3::TcpSocketBase::MinRto",
         "vmmtest::FakeScheme::Nothing",
         "scenario.csv:8:1: found 'vmmtest::FakeScheme::Nothing', expected an attribute of "
         "vmmtest::FakeScheme: Common"},
        {"scenario.csv",
         "MinRto,200ms",
         "MinRto,200",
         "scenario.csv:8:28: found '200', expected a time with its unit, such as 50us for "
         "ns3::TcpSocketBase::MinRto"},
        {"scenario.csv",
         "Redirect,Path",
         "Redirect,Paht",
         "scenario.csv:7:10: found 'Paht', expected one of Path|SourceOnly|Tunnel|Fabric for "
         "vmmtest::FakeHostRoute::Redirect"},
        {"scenario.csv",
         "Redirect,Path",
         "Common,11",
         "scenario.csv:7:8: found '11', expected a value in its range (uint32_t 1:10) for "
         "vmmtest::FakeScheme::Common"},
    });
}

TEST(ScenarioErrors, ReadingsThatMakeNoSenseOrAreNotThere)
{
    Expect({
        {"scenario.csv",
         "Redirect,Path",
         "Redirect,SourceRoute",
         "scenario.csv:7:10: found 'SourceRoute', expected a Redirect that works with "
         "family=ipv4: a source route needs the IPv6 routing header"},
        {"scenario.csv",
         "Redirect,Path",
         "Redirect,SourceRoute\nfamily,ipv6",
         "scenario.csv:7:10: found 'SourceRoute', expected one of Path|SourceOnly|Tunnel|Fabric "
         "for "
         "vmmtest::FakeHostRoute::Redirect (SourceRoute is not available yet)"},
        {"scenario.csv",
         "Redirect,Path",
         "Redirect,AddressRewrite",
         "scenario.csv:7:10: found 'AddressRewrite', expected one of Path|SourceOnly|Tunnel|Fabric "
         "for "
         "vmmtest::FakeHostRoute::Redirect (AddressRewrite is not available yet)"},
        {"scenario.csv",
         "Redirect,Path",
         "Redirect,LocatorRewrite",
         "scenario.csv:7:10: found 'LocatorRewrite', expected a Redirect for a native fabric: "
         "only an overlay has locators"},
        {"scenario.csv",
         "Redirect,Path",
         "Redirect,Fabric",
         "scenario.csv:7:10: found 'Fabric', expected a Redirect that works with "
         "underlay=static: only BGP spreads a host route over the fabric"},
        {"scenario.csv",
         "Redirect,Path",
         "Optimize,Bgp",
         "scenario.csv:7:10: found 'Bgp', expected an Optimize that works with "
         "underlay=static: there is no BGP to announce the host route in"},
        {"scenario.csv",
         "Redirect,Path",
         "bgp_servers,on",
         "scenario.csv:7:13: found 'on', expected bgp_servers only with underlay=bgp"},
        {"scenario.csv",
         "Redirect,Path",
         "underlay,bgp\nhost_route_dcs,0 7",
         "scenario.csv:8:16: found data centre 7, expected data centres of the fabric"},
        {"scenario.csv",
         "Redirect,Path",
         "underlay,bgp\nRedirect,Fabric\nOptimize,DefaultRouter",
         "scenario.csv:9:10: found 'DefaultRouter', expected None or Bgp: with Redirect=Fabric "
         "the default router learns by BGP"},
    });
}

TEST(ScenarioErrors, Overrides)
{
    auto errorOf = [](std::vector<std::string> set, std::string scheme, std::string seed)
    {
        ScenarioFiles files;
        files.overrides = {std::move(scheme), std::move(seed), std::move(set)};
        return files.Error();
    };
    EXPECT_EQ(errorOf({"duration"}, "", ""),
              "--set duration: found 'duration', expected KEY=VALUE");
    EXPECT_EQ(errorOf({"=1"}, "", ""), "--set =1: found '=1', expected KEY=VALUE");
    EXPECT_EQ(
        errorOf({"duration=1"}, "", ""),
        "--set duration=1: found '1', expected a time above zero with its unit, such as 50us");
    EXPECT_EQ(errorOf({"colour=red"}, "", "")
                  .rfind("--set colour=red: found key 'colour', expected one of", 0),
              0U);
    EXPECT_EQ(errorOf({"ns3::Nothing::X=1"}, "", ""),
              "--set ns3::Nothing::X=1: found 'ns3::Nothing::X', expected an attribute of a class "
              "that ns-3 knows");
    EXPECT_EQ(errorOf({"Redirect=SourceRoute"}, "", ""),
              "--set Redirect=SourceRoute: found 'SourceRoute', expected a Redirect that works "
              "with family=ipv4: a "
              "source route needs the IPv6 routing header");
    EXPECT_EQ(errorOf({}, "magic", ""),
              "--scheme: found 'magic', expected one of host-route, ideal");
    EXPECT_EQ(errorOf({}, "ideal:Redirect=Path", ""),
              "--scheme: found option 'Redirect', expected one of Common");
    EXPECT_EQ(errorOf({}, "host-route:Redirect", ""),
              "--scheme Redirect: found 'Redirect', expected KEY=VALUE");
    EXPECT_EQ(errorOf({}, "host-route:", ""),
              "--scheme: found option an empty field, expected one of Active, Common, Label, "
              "Linger, Offset, Optimize, PathOrder, PathSet, Rate, Redirect, Service, Share");
    EXPECT_EQ(errorOf({}, "", "x"),
              "--seed: found 'x', expected a whole number from 1 to 9223372036854775807");
    EXPECT_EQ(errorOf({"duration="}, "", ""),
              "--set duration=: found no value for 'duration', expected a value for it");
    EXPECT_EQ(errorOf({"colour=a\nb"}, "", "").rfind("--set colour=a\\x0ab: found key", 0), 0U);
    EXPECT_EQ(errorOf({""}, "", ""), "--set: found an empty field, expected KEY=VALUE");
    EXPECT_EQ(errorOf({"duration=8500ms"}, "", ""),
              "traffic.csv:3:22: found '9s', expected a time up to 8500ms, the end of the run");
}

TEST(ScenarioErrors, VmsCsv)
{
    Expect({
        {"vms.csv",
         "a,server-0-0",
         "a,server-9-9",
         "vms.csv:2:3: found 'server-9-9', expected an NVE: a node of the topology"},
        {"vms.csv",
         "a,server-0-0",
         "a,leaf-0",
         "vms.csv:2:3: found 'leaf-0', expected an NVE, which this node is not"},
        {"vms.csv",
         "b,server-0-1",
         "a,server-0-1",
         "vms.csv:3:1: found 'a', expected a name that line 2 does not have already"},
        {"vms.csv",
         "b,server-0-1",
         "b b,server-0-1",
         "vms.csv:3:1: found 'b b', expected a name of 1 to 63 characters A-Z a-z 0-9 . _ -"},
        {"vms.csv",
         "a,server-0-0,64MiB",
         "a,server-0-0,64",
         "vms.csv:2:14: found '64', expected a size above zero with its unit, such as 4GiB"},
        {"vms.csv",
         "a,server-0-0,64MiB",
         "a,server-0-0,",
         "vms.csv:2:14: found an empty field, expected a size above zero with its unit, such as "
         "4GiB"},
        {"vms.csv",
         "a,server-0-0,64MiB",
         "a,server-0-0,0B",
         "vms.csv:2:14: found '0B', expected a size above zero with its unit, such as 4GiB"},
        {"vms.csv",
         "10.0.1.9",
         "10.0.1.900",
         "vms.csv:3:20: found '10.0.1.900', expected an IPv4 address"},
        {"vms.csv",
         "10.0.1.9",
         "fd00::9",
         "vms.csv:3:20: found 'fd00::9', expected an IPv4 address"},
        {"vms.csv",
         "10.0.1.9",
         "224.0.0.1",
         "vms.csv:3:20: found '224.0.0.1', expected an IPv4 unicast address outside 224.0.0.0/3"},
        {"vms.csv",
         "10.0.1.9",
         "169.254.1.1",
         "vms.csv:3:20: found '169.254.1.1', expected an IPv4 unicast address outside "
         "169.254.0.0/16"},
        {"vms.csv",
         "a,server-0-0,64MiB,,",
         "a,server-0-1,64MiB,10.0.1.9,",
         "vms.csv:3:20: found '10.0.1.9', expected an address that no other VM has"},
        {"vms.csv",
         "10.0.1.9",
         "10.0.2.9",
         "vms.csv:3:20: found '10.0.2.9', expected an address of the NVE's prefix 10.0.1.0/24, "
         "not its first"},
        {"vms.csv",
         "10.0.1.9",
         "10.0.1.0",
         "vms.csv:3:20: found '10.0.1.0', expected an address of the NVE's prefix 10.0.1.0/24, "
         "not its first"},
        {"vms.csv",
         ",1s,8s",
         ",10s,",
         "vms.csv:4:20: found '10s', expected a time before 10s, the end of the run"},
        {"vms.csv",
         ",1s,8s",
         ",1s,1s",
         "vms.csv:4:23: found '1s', expected a time after 1s, when the VM is created, and up to "
         "10s, the end of the run"},
        {"vms.csv",
         ",1s,8s",
         ",1s,11s",
         "vms.csv:4:23: found '11s', expected a time after 1s, when the VM is created, and up to "
         "10s, the end of the run"},
        {"vms.csv",
         "",
         "vm,nve,memory,dirty_rate\na,server-0-0,1GiB,-1MiB/s\n",
         "vms.csv:2:19: found '-1MiB/s', expected a rate with its unit, such as 10Gbps"},
        {"vms.csv",
         "",
         "vm,nve,memory,dirty_model\na,server-0-0,1GiB,hot-cold\n",
         "vms.csv:2:19: found 'hot-cold', expected one of constant, working-set, sampled, rounds, "
         "phases"},
        {"vms.csv",
         "",
         "vm,nve,memory,dirty_file\na,server-0-0,1GiB,x.csv\n",
         "vms.csv:2:19: found 'x.csv', expected an empty field: the constant dirty model reads "
         "none"},
        {"vms.csv",
         "",
         "vm,nve,memory,vn\na,server-0-0,1GiB,16777216\n",
         "vms.csv:2:19: found '16777216', expected a whole number from 0 to 16777215"},
        {"vms.csv",
         "",
         "vm,nve,memory,vcpus\na,server-0-0,1GiB,0\n",
         "vms.csv:2:19: found '0', expected a whole number from 1 to 4096"},
        {"vms.csv",
         "",
         "vm,nve,memory,address6\na,server-0-0,1GiB,fe80::1\n",
         "vms.csv:2:19: found 'fe80::1', expected an IPv6 unicast address outside fe80::/10"},
    });
}

TEST(ScenarioErrors, TrafficCsv)
{
    Expect({
        {"traffic.csv",
         "probe,a,b",
         "probe,x,b",
         "traffic.csv:2:7: found 'x', expected a VM of vms.csv, or host:NAME"},
        {"traffic.csv",
         "probe,a,b",
         "probe,a,a",
         "traffic.csv:2:9: found 'a', expected another end than from"},
        {"traffic.csv",
         "probe,a,b",
         "probe,host:server-0-0,b",
         "traffic.csv:2:7: found 'host:server-0-0', expected host: and the name of a node that is "
         "a host without VMs"},
        {"traffic.csv",
         "bulk,b,a",
         "probe,b,a",
         "traffic.csv:3:1: found 'probe', expected a name that line 2 does not have already"},
        {"traffic.csv",
         "udp-probe",
         "ping",
         "traffic.csv:2:11: found 'ping', expected one of udp-probe, tcp-bulk, rpc, "
         "on-off, sized, incast"},
        {"traffic.csv",
         "1s,9s",
         "1s,11s",
         "traffic.csv:3:22: found '11s', expected a time up to 10s, the end of the run"},
        {"traffic.csv",
         "1s,9s",
         "10s,",
         "traffic.csv:3:19: found '10s', expected a time before 10s, the end of the run"},
        {"traffic.csv",
         "1s,9s",
         "1s,1s",
         "traffic.csv:3:22: found '1s', expected a time after the start at 1s"},
        {"traffic.csv",
         "rpc,2s",
         "rpc,",
         "traffic.csv:4:15: found an empty field, expected a time from 1s, when VM 'c' is created"},
        {"traffic.csv",
         "rpc,2s,",
         "rpc,2s,9s",
         "traffic.csv:4:18: found '9s', expected a time up to 8s, when VM 'c' is destroyed"},
        {"traffic.csv",
         "rpc,2s",
         "rpc,8s",
         "traffic.csv:4:15: found '8s', expected a time before 8s, when it stops"},
        {"traffic.csv",
         ",1ms,",
         ",1,",
         "traffic.csv:2:23: found '1', expected a time above zero with its unit, such as 50us"},
        {"traffic.csv",
         ",1ms,",
         ",,",
         "traffic.csv:2:23: found an empty field, expected a time above zero with its unit, such "
         "as 50us"},
        {"traffic.csv",
         "1s,9s,,",
         "1s,9s,1ms,",
         "traffic.csv:3:25: found '1ms', expected an empty field: tcp-bulk has a rate"},
        {"traffic.csv",
         "",
         "flow,from,to,application,rate\nf,a,b,tcp-bulk,0bps\n",
         "traffic.csv:2:16: found '0bps', expected a rate above zero with its unit, such as "
         "10Gbps"},
        {"traffic.csv",
         "",
         "flow,from,to,application,rate\nf,a,b,udp-probe,9000Tbps\n",
         "traffic.csv:2:17: found '9000Tbps', expected a rate with at least 1ns between two "
         "packets"},
        {"traffic.csv",
         "",
         "flow,from,to,application,period,packet_size\nf,a,b,udp-probe,1ms,8B\n",
         "traffic.csv:2:21: found '8B', expected a size from 12B to 65507B"},
    });
}

TEST(ScenarioErrors, MovesCsv)
{
    Expect({
        {"moves.csv", "m1,2s,a", "m1,2s,x", "moves.csv:2:7: found 'x', expected a VM of vms.csv"},
        {"moves.csv",
         "a,server-1-1",
         "a,server-1-9",
         "moves.csv:2:9: found 'server-1-9', expected an NVE: a node of the topology"},
        {"moves.csv",
         "a,server-1-1",
         "a,server-0-0",
         "moves.csv:2:9: found 'server-0-0', expected an NVE other than the one where VM 'a' is "
         "by then"},
        {"moves.csv",
         "m2,4s,a,server-0-0",
         "m2,4s,a,server-1-1",
         "moves.csv:3:9: found 'server-1-1', expected an NVE other than the one where VM 'a' is "
         "by then"},
        {"moves.csv",
         "m2,4s",
         "m2,2s",
         "moves.csv:3:4: found '2s', expected another time: move 'm1' moves VM 'a' then"},
        {"moves.csv",
         "m2,4s",
         "m1,4s",
         "moves.csv:3:1: found 'm1', expected a name that line 2 does not have already"},
        {"moves.csv",
         "m2,4s",
         "m2,10s",
         "moves.csv:3:4: found '10s', expected a time before 10s, the end of the run"},
        {"moves.csv",
         "m2,4s,a",
         "m2,1s,c",
         "moves.csv:3:4: found '1s', expected a time in the life of VM 'c', after 1s and before "
         "8s"},
        {"moves.csv",
         "m2,4s,a",
         "m2,8s,c",
         "moves.csv:3:4: found '8s', expected a time in the life of VM 'c', after 1s and before "
         "8s"},
        {"moves.csv",
         "m2,4s,a",
         "m2,-4s,a",
         "moves.csv:3:4: found '-4s', expected a time with its unit, such as 50us"},
        {"moves.csv",
         "",
         "migration,time,vm,to,type\nm,1s,a,server-0-1,lukewarm\n",
         "moves.csv:2:19: found 'lukewarm', expected one of hot, warm, cold"},
        {"moves.csv",
         "",
         "migration,time,vm,to,method\nm,1s,a,server-0-1,magic\n",
         "moves.csv:2:19: found 'magic', expected one of pre-copy, post-copy, hybrid, "
         "stop-and-copy"},
        {"moves.csv",
         "",
         "migration,time,vm,to,type,method\nm,1s,a,server-0-1,cold,pre-copy\n",
         "moves.csv:2:24: found 'pre-copy', expected stop-and-copy"},
        {"moves.csv",
         "",
         "migration,time,vm,to,transfer\nm,1s,a,server-0-1,pigeon\n",
         "moves.csv:2:19: found 'pigeon', expected one of tcp, fluid"},
        {"moves.csv",
         "",
         "migration,time,vm,to,switch_over\nm,1s,a,server-0-1,2s\n",
         "moves.csv:2:19: found '2s', expected an empty field: only a warm move has one"},
        {"moves.csv",
         "",
         "migration,time,vm,to,type,switch_over\nm,1s,a,server-0-1,warm,1s\n",
         "moves.csv:2:24: found '1s', expected a time after 1s and before 10s, the end of the "
         "run"},
        {"moves.csv",
         "",
         "migration,time,vm,to,expect\nm,1s,a,server-0-1,success\n",
         "moves.csv:2:19: found 'success', expected one of completed, refused, rolled-back, "
         "not-converged, cancelled, failed, unfinished"},
    });
}

TEST(ScenarioErrors, FailuresCsv)
{
    Expect({
        {"failures.csv",
         "",
         "time,what,target\n11s,link-down,leaf-0:spine-0\n",
         "failures.csv:2:1: found '11s', expected a time before 10s, the end of the run"},
        {"failures.csv",
         "",
         "time,what,target\n1s,explode,leaf-0:spine-0\n",
         "failures.csv:2:4: found 'explode', expected one of link-down, node-down, link-loss, "
         "server-crash"},
        {"failures.csv",
         "",
         "time,what,target\n1s,link-down,leaf-0:leaf-1\n",
         "failures.csv:2:14: found 'leaf-0:leaf-1', expected a link of the topology, as NODE:NODE"},
        {"failures.csv",
         "",
         "time,what,target\n1s,link-down,leaf-0\n",
         "failures.csv:2:14: found 'leaf-0', expected a link of the topology, as NODE:NODE"},
        {"failures.csv",
         "",
         "time,what,target\n1s,node-down,leaf-7\n",
         "failures.csv:2:14: found 'leaf-7', expected a node of the topology"},
        {"failures.csv",
         "",
         "time,what,target,until\n1s,link-down,leaf-0:spine-0,1s\n",
         "failures.csv:2:29: found '1s', expected a time after 1s and up to 10s, the end of the "
         "run"},
        {"failures.csv",
         "",
         "time,what,target,value\n1s,link-down,leaf-0:spine-0,1\n",
         "failures.csv:2:29: found '1', expected an empty field: only link-loss has one"},
        {"failures.csv",
         "",
         "time,what,target,value\n1s,link-loss,leaf-0:spine-0,0\n",
         "failures.csv:2:29: found '0', expected a probability above 0"},
        {"failures.csv",
         "",
         "time,what,target,value\n1s,link-loss,leaf-0:spine-0,1.5\n",
         "failures.csv:2:29: found '1.5', expected a number from 0 to 1"},
    });
}

TEST(ScenarioErrors, NodesAndLinksCsv)
{
    Expect(
        {
            {"nodes.csv",
             "server-0-1,server",
             "server-0-0,server",
             "nodes.csv:3:1: found 'server-0-0', expected a name that line 2 does not have "
             "already"},
            {"nodes.csv",
             "r,router",
             "r,hub",
             "nodes.csv:6:3: found 'hub', expected one of server, leaf, spine, edge, aggregation, "
             "core, border, wan, switch, router, host, management"},
            {"nodes.csv",
             "r,router,no",
             "r,router,maybe",
             "nodes.csv:6:10: found 'maybe', expected one of no, yes"},
            {"nodes.csv", "", "node,role\n", "nodes.csv:1:1: found no node, expected at least one"},
            {"nodes.csv",
             "",
             "node,role,latitude\nx,server,91\n",
             "nodes.csv:2:10: found '91', expected a number from -90 to 90"},
            {"nodes.csv",
             "mgmt,management",
             "mgmt,server",
             "scenario.csv:1:1: found no management_node, expected one, as no node of the "
             "topology has the role management"},
            {"links.csv",
             "out,r,",
             "out,q,",
             "links.csv:6:5: found 'q', expected a node of nodes.csv"},
            {"links.csv",
             "out,r,",
             "out,out,",
             "links.csv:6:5: found 'out', expected another node than a"},
            {"links.csv",
             "out,r,",
             "r,server-0-0,",
             "links.csv:6:3: found 'server-0-0', expected a link that no earlier line has"},
            {"links.csv",
             "out,r,1Gbps",
             "out,r,0Gbps",
             "links.csv:6:7: found '0Gbps', expected a rate above zero with its unit, such as "
             "10Gbps"},
            {"links.csv",
             "out,r,1Gbps",
             "out,r,-1Gbps",
             "links.csv:6:7: found '-1Gbps', expected a rate above zero with its unit, such as "
             "10Gbps"},
            {"links.csv",
             "out,r,1Gbps,1us",
             "out,r,1Gbps,1",
             "links.csv:6:13: found '1', expected a time with its unit, such as 50us"},
            {"links.csv",
             "",
             "a,b,rate,delay,mtu\nr,out,1Gbps,1us,500\n",
             "links.csv:2:17: found '500', expected a whole number from 576 to 65535"},
            {"links.csv",
             "",
             "a,b,rate,delay,cost\nr,out,1Gbps,1us,0\n",
             "links.csv:2:17: found '0', expected a whole number from 1 to 16777215"},
            {"links.csv",
             "",
             "a,b,rate,delay,queue\nr,out,1Gbps,1us,100\n",
             "links.csv:2:17: found '100', expected a queue size above zero, such as 100p or "
             "64KiB"},
            {"links.csv",
             "out,r,1Gbps,1us\n",
             "",
             "links.csv:1:1: found no way between 'out' and all other nodes, expected a connected "
             "topology (servers, hosts and the management node carry no traffic of others)"},
        },
        true);
}

TEST(ScenarioErrors, BytesThatAreNoText)
{
    ScenarioFiles files;
    files.files["moves.csv"] += std::string("m3,5s,a\0,server-1-1\n", 20);
    EXPECT_EQ(files.Error(), "moves.csv:4:8: found a NUL byte, expected UTF-8 text");
    Expect({{"traffic.csv",
             "calls",
             "c\xE4lls",
             "traffic.csv:4:2: found byte 0xe4 that is not UTF-8, expected UTF-8 text"},
            {"moves.csv",
             "migration,time,vm,to\n",
             "migration,time,vm\n",
             "moves.csv:1:1: found no column 'to', expected the columns migration, time, vm, to"},
            {"moves.csv",
             "migration,time,vm,to\n",
             "migration,time,vm,to,vm\n",
             "moves.csv:1:22: found column 'vm' a second time, expected each column once"}});
    ScenarioFiles huge;
    huge.Append("vms.csv", "d,server-0-0," + std::string(3 << 20, '9') + "MiB,,,\n");
    EXPECT_EQ(huge.Error(), "vms.csv:5:14: found a field of 3145731 bytes, expected at most 4096");
}
