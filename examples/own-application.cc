// SPDX-License-Identifier: GPL-2.0-only
// The reader's own ns-3 application in a VM: a VM is an ns-3 node, so that every application runs
// in it and knows nothing of moves. This one counts, and tells its number each millisecond. After
// the move it goes on with the number at which it stood, for its memory and its timers move along.
#include "ns3/application.h"
#include "ns3/fabric-helper.h"
#include "ns3/guest-clock.h"
#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/vm-mobility-helper.h"

#include <iostream>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint16_t PORT = 7000; //!< of the listener

// Sends 0, 1, 2, ... to an address.
class Counter : public Application
{
  public:
    explicit Counter(const IpAddress& to)
        : m_to(to)
    {
    }

  private:
    void StartApplication() override
    {
        m_socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
        m_socket->Connect(m_to.ToSocketAddress(PORT));
        Tell();
    }

    void StopApplication() override
    {
        Simulator::Cancel(m_next);
    }

    void Tell()
    {
        m_socket->Send(Create<Packet>(reinterpret_cast<uint8_t*>(&m_number), sizeof(m_number)));
        ++m_number;
        // While the VM is stopped its clock stands still, and with it this timer.
        m_next = Simulator::Schedule(MilliSeconds(1), &Counter::Tell, this);
    }

    IpAddress m_to;        // of the listener
    Ptr<Socket> m_socket;  // to it
    EventId m_next;        // the next number
    uint32_t m_number = 0; // to be told
};

// Listens in another VM, and notes what is missing and how long it heard nothing.
class Listener : public Application
{
  public:
    uint32_t heard = 0;   // numbers
    uint32_t skipped = 0; // numbers that did not come
    Time silence;         // longest time between two of them

  private:
    void StartApplication() override
    {
        m_socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
        m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        m_socket->SetRecvCallback(MakeCallback(&Listener::Hear, this));
    }

    void Hear(Ptr<Socket> socket)
    {
        uint32_t number = 0;
        socket->Recv()->CopyData(reinterpret_cast<uint8_t*>(&number), sizeof(number));
        skipped += number - m_expected;
        m_expected = number + 1;
        silence = heard > 0 ? Max(silence, Simulator::Now() - m_last) : silence;
        m_last = Simulator::Now();
        ++heard;
    }

    Ptr<Socket> m_socket;    // bound to PORT
    uint32_t m_expected = 0; // next number
    Time m_last;             // when it heard something
};

} // namespace

int
main()
{
    GuestClock::Enable(); // before the first node
    Ptr<Fabric> fabric = FabricHelper().Build("leaf-spine", {});
    VmMobilityHelper mobility("host-route");
    mobility.Install(fabric, "mn");
    Ptr<Vm> ear = mobility.CreateVm("ear", "server-1-0", Seconds(0));
    Ptr<Vm> mouth = mobility.CreateVm("mouth", "server-0-0", Seconds(0));

    auto listener = Create<Listener>();
    ear->GetNode()->AddApplication(listener);
    auto counter = Create<Counter>(ear->GetSpec().addresses.front());
    mouth->GetNode()->AddApplication(counter);
    counter->SetStartTime(Seconds(1));
    counter->SetStopTime(Seconds(5)); // by the VM's clock: after 4 s in which it has run
    mobility.ScheduleMove("move", "mouth", "server-2-0", Seconds(2));

    Simulator::Stop(Seconds(6));
    Simulator::Run();
    std::cout << "heard " << listener->heard << " numbers, " << listener->skipped
              << " were missing, silent for " << listener->silence.GetMicroSeconds() << " us"
              << std::endl;
    Simulator::Destroy();
    return 0;
}
