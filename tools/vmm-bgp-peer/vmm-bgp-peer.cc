// SPDX-License-Identifier: GPL-2.0-only
/**
 * @file
 * A BGP speaker over real TCP sockets, made of the same session, codec and framer as the simulated
 * routers. It has one peer, announces a list of prefixes, and writes what happens to standard
 * output as JSON, one object a line.
 *
 *     vmm-bgp-peer --connect=127.0.0.1:1790 --local-as=65001 --peer-as=65002 --router-id=10.0.0.1
 *                  --announce=192.0.2.0/24,2001:db8::/32 --next-hop=127.0.0.1,::1
 * --community=65001:7
 *
 * Lines on standard input: "announce PREFIX", "withdraw PREFIX", "refresh", "stop", "start",
 * "quit". Exit status: 0 after --duration, "quit", SIGTERM or SIGINT; 1 if it cannot do what is
 * asked.
 */
#include "bgp-peer.h"

#include "ns3/command-line.h"

#include <csignal>
#include <exception>
#include <iostream>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

void
Quit(int)
{
    g_bgpPeerQuit = 1;
}

/// Signals come in ppoll() only.
void
CatchSignals()
{
    struct sigaction action = {};
    action.sa_handler = Quit;
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int number : {SIGTERM, SIGINT})
    {
        sigaction(number, &action, nullptr);
        sigaddset(&blocked, number);
    }
    sigprocmask(SIG_BLOCK, &blocked, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

} // namespace

int
main(int argc, char* argv[])
{
    BgpPeerOptions options;
    CommandLine cmd(__FILE__);
    cmd.Usage("BGP speaker with one peer over TCP; writes a JSON object a line.");
    cmd.AddValue("listen", "ADDRESS:PORT where the peer may connect", options.listen);
    cmd.AddValue("connect", "ADDRESS:PORT of the peer", options.connect);
    cmd.AddValue("source", "own address of connections that this side makes", options.source);
    cmd.AddValue("local-as", "own AS number", options.localAs);
    cmd.AddValue("peer-as", "AS number of the peer; 0: any", options.peerAs);
    cmd.AddValue("router-id", "own BGP identifier, as a.b.c.d", options.routerId);
    cmd.AddValue("hold-time", "proposed hold time, s: 0, or 3 to 65535", options.holdTime);
    cmd.AddValue("connect-retry", "time for one attempt to connect, s", options.connectRetry);
    cmd.AddValue("announce", "PREFIX[,PREFIX...] of either family", options.announce);
    cmd.AddValue("community", "A:B[,A:B...] of all that is announced", options.community);
    cmd.AddValue("large-community", "A:B:C[,A:B:C...] likewise", options.largeCommunity);
    cmd.AddValue("next-hop", "ADDRESS[,ADDRESS]: one of each family", options.nextHop);
    cmd.AddValue("duration", "how long to run, s; 0: until a signal comes", options.duration);
    cmd.Parse(argc, argv);
    try
    {
        CatchSignals();
        BgpPeer(options).Run();
    }
    catch (const std::exception& error)
    {
        std::cerr << "vmm-bgp-peer: " << error.what() << std::endl;
        return 1;
    }
    return 0;
}
