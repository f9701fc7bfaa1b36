// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ONE_MOVE_H
#define VMM_ONE_MOVE_H

#include "graph-oracle.h"

#include "ns3/migration-timeline.h"
#include "ns3/move-report.h"
#include "ns3/packet-ledger.h"
#include "ns3/path-stretch.h"

#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * A move made by hand, in a fabric that is a star around spine 2:
 *
 *     a(0) - leaf-a(1) - spine(2) - leaf-1(3) - n1(4)
 *                            \----- leaf-2(5) - n2(6)
 *
 * A correspondent (node 21) behind a sends to a VM (node 20) every millisecond from 0 on; a packet
 * takes 10 us a link and 10 us more. Ordered at 10 ms, stopped at 100 ms, resumed at 150 ms,
 * registered at 151 ms, management node at 152 ms, request at n1 at 153 ms, route there at 154 ms.
 * From then on packets take a triangle of 8 links. The spine gets the route at 299.5 ms.
 */
class OneMove
{
  public:
    static constexpr uint32_t A = 0;                   //!< the correspondent's server
    static constexpr uint32_t SPINE = 2;               //!< in the middle
    static constexpr uint32_t N1 = 4;                  //!< source NVE
    static constexpr uint32_t N2 = 6;                  //!< destination NVE
    static constexpr uint32_t VM = 20;                 //!< the VM's node
    static constexpr uint32_t CN = 21;                 //!< the correspondent's node
    static constexpr uint32_t OLD[] = {0, 1, 2, 3, 4}; //!< way to n1
    static constexpr uint32_t NEW[] = {0, 1, 2, 5, 6}; //!< way to n2
    static constexpr uint32_t TRIANGLE[] = {0, 1, 2, 3, 4, 3, 2, 5, 6}; //!< by n1 to n2

    OneMove()
    {
        const std::vector<std::string> names{
            "a", "leaf-a", "spine", "leaf-1", "n1", "leaf-2", "n2"};
        for (uint32_t i = 0; i < names.size(); ++i)
        {
            oracle.Name(i, names[i]);
        }
        for (const auto& link : std::vector<std::pair<uint32_t, uint32_t>>{
                 {0, 1}, {1, 2}, {2, 3}, {3, 4}, {2, 5}, {5, 6}})
        {
            oracle.Link(link.first, link.second);
        }
        FlowInfo flow;
        flow.name = "probe";
        flow.from = "cn";
        flow.to = "vm-a";
        flow.fromNode = CN;
        flow.toNode = VM;
        flow.protocol = 17;
        flow.period = MilliSeconds(1);
        ledger->AddFlow(flow);
        timeline.AddVm("vm-a", {Ipv4Address("10.0.4.7")});
    }

    /// @return the order
    static MoveOrder Order(const std::string& name = "m1")
    {
        MoveOrder order;
        order.migration = name;
        order.vm = "vm-a";
        order.type = "hot";
        order.method = "pre-copy";
        order.scheme = "host-route";
        order.sourceNve = "n1";
        order.destinationNve = "n2";
        order.sourceNode = N1;
        order.destinationNode = N2;
        order.epoch = 2;
        order.expected = "completed";
        return order;
    }

    /// Delivers a packet sent at a time along a way.
    template <size_t N>
    void Deliver(Time sent, const uint32_t (&way)[N], uint32_t book = 0)
    {
        const LedgerId id = ledger->Open(book, CN, sent, 100, 0);
        for (uint32_t node : way)
        {
            ledger->Visit(id, node);
        }
        ledger->Deliver(id, VM, sent + MicroSeconds(10 * N));
    }

    /// Loses a packet sent at a time at n1.
    void Lose(Time sent, DropCause cause)
    {
        const LedgerId id = ledger->Open(0, CN, sent, 100, 0);
        for (uint32_t node : OLD)
        {
            ledger->Visit(id, node);
        }
        ledger->Lose(id, cause, N1, sent + MicroSeconds(50));
    }

    /// @return a route of the VM at a node
    static FibEvent Route(Time time, uint32_t node, const std::string& nextHops, uint32_t epoch = 2)
    {
        return {time,
                node,
                IpPrefix::Host(Ipv4Address("10.0.4.7")),
                FibAction::ADD,
                "registration",
                nextHops,
                epoch};
    }

    /// The timeline of the class comment.
    void Move()
    {
        timeline.OnOrder(Order(), MilliSeconds(10));
        timeline.OnCopyStart("m1", MilliSeconds(11));
        timeline.OnRound("m1",
                         {1, MilliSeconds(11), MilliSeconds(90), 1000, 100, 101265, "memory", 0});
        timeline.OnCopied("m1", 1100, 1200);
        timeline.OnStop("m1", MilliSeconds(100));
        timeline.OnResume("m1", MilliSeconds(150));
        timeline.OnRegistrationSent("vm-a", 2, MilliSeconds(151));
        timeline.OnBindingUpdated("vm-a", 2, MilliSeconds(152));
        timeline.OnRequestReceived("vm-a", 2, N1, MilliSeconds(153));
        timeline.OnFibChange(Route(MilliSeconds(154), N1, "10.9.9.1"));
        timeline.OnFibChange(Route(MicroSeconds(299500), SPINE, "10.9.9.5"));
        timeline.OnOutcome("m1", "completed", MilliSeconds(160));
    }

    /// The packets of the class comment, up to 400 ms.
    void Packets()
    {
        for (int64_t ms = 0; ms < 400; ++ms)
        {
            const Time sent = MilliSeconds(ms);
            if (ms < 100)
            {
                Deliver(sent, OLD);
            }
            else if (ms < 154)
            {
                Lose(sent, ms < 150 ? DropCause::VM_STOPPED : DropCause::DEPARTED);
            }
            else if (ms < 300)
            {
                Deliver(sent, TRIANGLE);
            }
            else
            {
                Deliver(sent, NEW);
            }
        }
    }

    /// @return the reports of all moves
    std::vector<MoveReport> Analyse(Time end = MilliSeconds(400))
    {
        return MoveAnalysis(*ledger, timeline, stretch, {{"vm-a", VM}}, end).Run();
    }

    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>(); //!< the books
    GraphOracle oracle;                                      //!< the star
    MigrationTimeline timeline;                              //!< the moves
    PathStretch stretch{*ledger, oracle};                    //!< weighs paths
};

} // namespace vmm
} // namespace ns3

#endif // VMM_ONE_MOVE_H
