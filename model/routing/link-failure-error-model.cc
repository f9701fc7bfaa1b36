// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/link-failure-error-model.h"

#include "ns3/boolean.h"
#include "ns3/packet.h"
#include "ns3/pointer.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(LinkFailureErrorModel);

TypeId
LinkFailureErrorModel::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::LinkFailureErrorModel")
            .SetParent<ErrorModel>()
            .SetGroupName("VmMobility")
            .AddConstructor<LinkFailureErrorModel>()
            .AddAttribute("Down",
                          "Whether every packet is lost.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&LinkFailureErrorModel::SetDown,
                                              &LinkFailureErrorModel::IsDown),
                          MakeBooleanChecker())
            .AddAttribute("Inner",
                          "The error model that acts while the link is up.",
                          PointerValue(),
                          MakePointerAccessor(&LinkFailureErrorModel::m_inner),
                          MakePointerChecker<ErrorModel>())
            .AddTraceSource("State",
                            "The link went down (true) or came up (false).",
                            MakeTraceSourceAccessor(&LinkFailureErrorModel::m_stateTrace),
                            "ns3::vmm::LinkFailureErrorModel::StateCallback")
            .AddTraceSource("Drop",
                            "A packet was lost, and why. The device's PhyRxDrop trace tells of it "
                            "once more.",
                            MakeTraceSourceAccessor(&LinkFailureErrorModel::m_dropTrace),
                            "ns3::vmm::Fib::DropCallback");
    return tid;
}

LinkFailureErrorModel::LinkFailureErrorModel() = default;

LinkFailureErrorModel::~LinkFailureErrorModel() = default;

void
LinkFailureErrorModel::DoDispose()
{
    m_inner = nullptr;
    ErrorModel::DoDispose();
}

void
LinkFailureErrorModel::SetDown(bool down)
{
    if (down != m_down)
    {
        m_down = down;
        m_stateTrace(down);
    }
}

bool
LinkFailureErrorModel::IsDown() const
{
    return m_down;
}

void
LinkFailureErrorModel::SetInner(Ptr<ErrorModel> model)
{
    m_inner = model;
}

DropCause
LinkFailureErrorModel::GetCause() const
{
    return m_down ? DropCause::LINK_DOWN : DropCause::CORRUPTED;
}

bool
LinkFailureErrorModel::DoCorrupt(Ptr<Packet> p)
{
    bool lost = m_down || (m_inner && m_inner->IsCorrupt(p));
    if (lost)
    {
        m_dropTrace(p, GetCause());
    }
    return lost;
}

void
LinkFailureErrorModel::DoReset()
{
    SetDown(false);
    if (m_inner)
    {
        m_inner->Reset();
    }
}

} // namespace vmm
} // namespace ns3
