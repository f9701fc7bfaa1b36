// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/copy-method.h"

#include "ns3/object-factory.h"
#include "ns3/uinteger.h"

#include <map>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(CopyMethod);

const char*
CopyPhaseName(CopyPhase phase)
{
    static const char* const NAMES[] = {"storage", "memory", "mirror", "last", "push"};
    return NAMES[static_cast<size_t>(phase)];
}

TypeId
CopyMethod::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::CopyMethod")
                            .SetParent<Object>()
                            .SetGroupName("VmMobility")
                            .AddAttribute("PageSize",
                                          "Memory is sent in whole pages of this size (octets).",
                                          UintegerValue(4096),
                                          MakeUintegerAccessor(&CopyMethod::m_pageSize),
                                          MakeUintegerChecker<uint32_t>(1))
                            .AddAttribute("PageHeader",
                                          "What is sent with each page (octets).",
                                          UintegerValue(8),
                                          MakeUintegerAccessor(&CopyMethod::m_pageHeader),
                                          MakeUintegerChecker<uint32_t>())
                            .AddAttribute("MaxBandwidth",
                                          "Limit of the rate of sending (bit/s), 0 for none.",
                                          DataRateValue(DataRate(0)),
                                          MakeDataRateAccessor(&CopyMethod::m_maxBandwidth),
                                          MakeDataRateChecker());
    return tid;
}

CopyMethod::CopyMethod() = default;

CopyMethod::~CopyMethod() = default;

CopyStep
CopyMethod::WaitDone(uint64_t)
{
    return {};
}

bool
CopyMethod::SwitchOver()
{
    return false;
}

bool
CopyMethod::StopsFirst() const
{
    return false;
}

bool
CopyMethod::ResumesFirst() const
{
    return false;
}

uint64_t
CopyMethod::GetWireSize(uint64_t memory) const
{
    const uint64_t pages = memory / m_pageSize + (memory % m_pageSize != 0);
    return pages * GetPageWireSize();
}

uint64_t
CopyMethod::GetWireSize(uint64_t memory, uint64_t zeros) const
{
    return GetWireSize(memory) - zeros / m_pageSize * m_pageSize;
}

uint32_t
CopyMethod::GetPageSize() const
{
    return m_pageSize;
}

uint32_t
CopyMethod::GetPageWireSize() const
{
    return m_pageSize + m_pageHeader;
}

uint64_t
CopyMethod::GetMaxBandwidth() const
{
    return m_maxBandwidth.GetBitRate();
}

Ptr<CopyMethod>
CopyMethod::Create(const std::string& name)
{
    static const std::map<std::string, std::string> types = {
        {"pre-copy", "ns3::vmm::PreCopy"},
        {"post-copy", "ns3::vmm::PostCopy"},
        {"hybrid", "ns3::vmm::HybridCopy"},
        {"stop-and-copy", "ns3::vmm::StopAndCopy"},
        {"checkpoint", "ns3::vmm::Checkpoint"}};
    const auto known = types.find(name);
    TypeId type;
    if (!TypeId::LookupByNameFailSafe(known == types.end() ? name : known->second, &type) ||
        !type.IsChildOf(CopyMethod::GetTypeId()) || !type.HasConstructor())
    {
        throw std::invalid_argument("found copy method '" + name +
                                    "', expected pre-copy, post-copy, hybrid, stop-and-copy or "
                                    "checkpoint");
    }
    ObjectFactory factory;
    factory.SetTypeId(type);
    return factory.Create<CopyMethod>();
}

} // namespace vmm
} // namespace ns3
