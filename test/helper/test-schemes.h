// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_SCHEMES_H
#define VMM_TEST_SCHEMES_H

#include "ns3/boolean.h"
#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/integer.h"
#include "ns3/ns3-compat.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/scenario-settings.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace vmmtest
{

/// Counts the objects that exist, to show that reading a scenario creates none.
inline int g_created = 0;

/// Stands for the base class of the schemes.
class FakeScheme : public ns3::Object
{
  public:
    FakeScheme()
    {
        ++g_created;
    }

    static ns3::TypeId GetTypeId()
    {
        static ns3::TypeId tid = ns3::TypeId("vmmtest::FakeScheme")
                                     .SetParent<ns3::Object>()
                                     .AddConstructor<FakeScheme>()
                                     .AddAttribute("Common",
                                                   "shared by all",
                                                   ns3::UintegerValue(3),
                                                   ns3::MakeUintegerAccessor(&FakeScheme::m_common),
                                                   ns3::MakeUintegerChecker<uint32_t>(1, 10));
        return tid;
    }

  private:
    uint32_t m_common; //!< attribute
};

/// Stands for the host-route scheme, with one attribute of each kind besides its own.
class FakeHostRoute : public FakeScheme
{
  public:
    /// Values of Redirect.
    enum Redirect
    {
        PATH,
        SOURCE_ONLY,
        TUNNEL,
        FABRIC
    };

    static ns3::TypeId GetTypeId()
    {
        using namespace ns3;
        static TypeId tid =
            TypeId("vmmtest::FakeHostRoute")
                .SetParent<FakeScheme>()
                .AddConstructor<FakeHostRoute>()
                .AddAttribute("Redirect",
                              "",
                              EnumValue(PATH),
                              vmm::MakeEnumAccessorFor<Redirect>(&FakeHostRoute::m_redirect),
                              MakeEnumChecker(PATH,
                                              "Path",
                                              SOURCE_ONLY,
                                              "SourceOnly",
                                              TUNNEL,
                                              "Tunnel",
                                              FABRIC,
                                              "Fabric"))
                .AddAttribute("Optimize",
                              "",
                              EnumValue(0),
                              vmm::MakeEnumAccessorFor<int>(&FakeHostRoute::m_optimize),
                              MakeEnumChecker(0, "None", 1, "DefaultRouter", 2, "Bgp"))
                .AddAttribute("PathSet",
                              "",
                              EnumValue(0),
                              vmm::MakeEnumAccessorFor<int>(&FakeHostRoute::m_pathSet),
                              MakeEnumChecker(0, "Single", 1, "AllEqualCost"))
                .AddAttribute("PathOrder",
                              "",
                              EnumValue(0),
                              vmm::MakeEnumAccessorFor<int>(&FakeHostRoute::m_pathOrder),
                              MakeEnumChecker(0, "Ordered", 1, "Parallel"))
                .AddAttribute("Linger",
                              "",
                              TimeValue(Seconds(30)),
                              MakeTimeAccessor(&FakeHostRoute::m_linger),
                              MakeTimeChecker(MilliSeconds(1), Seconds(3600)))
                .AddAttribute("Rate",
                              "",
                              DataRateValue(DataRate("1Mbps")),
                              MakeDataRateAccessor(&FakeHostRoute::m_rate),
                              MakeDataRateChecker())
                .AddAttribute("Share",
                              "",
                              DoubleValue(0.5),
                              MakeDoubleAccessor(&FakeHostRoute::m_share),
                              MakeDoubleChecker<double>(0, 1))
                .AddAttribute("Offset",
                              "",
                              IntegerValue(-1),
                              MakeIntegerAccessor(&FakeHostRoute::m_offset),
                              MakeIntegerChecker<int32_t>())
                .AddAttribute("Active",
                              "",
                              BooleanValue(true),
                              MakeBooleanAccessor(&FakeHostRoute::m_active),
                              MakeBooleanChecker())
                .AddAttribute("Label",
                              "",
                              StringValue("x"),
                              MakeStringAccessor(&FakeHostRoute::m_label),
                              MakeStringChecker())
                .AddAttribute("Service",
                              "",
                              StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                              MakePointerAccessor(&FakeHostRoute::m_service),
                              MakePointerChecker<RandomVariableStream>())
                .AddAttribute("ReadOnly",
                              "",
                              TypeId::ATTR_GET,
                              UintegerValue(0),
                              MakeUintegerAccessor(&FakeHostRoute::GetZero),
                              MakeUintegerChecker<uint32_t>());
        return tid;
    }

  private:
    uint32_t GetZero() const
    {
        return 0;
    }

    Redirect m_redirect;                           //!< attribute
    int m_optimize;                                //!< attribute
    int m_pathSet;                                 //!< attribute
    int m_pathOrder;                               //!< attribute
    ns3::Time m_linger;                            //!< attribute
    ns3::DataRate m_rate;                          //!< attribute
    double m_share;                                //!< attribute
    int32_t m_offset;                              //!< attribute
    bool m_active;                                 //!< attribute
    std::string m_label;                           //!< attribute
    ns3::Ptr<ns3::RandomVariableStream> m_service; //!< attribute
};

/// The schemes that the tests read scenarios with.
inline const ns3::vmm::SchemeTypes&
Schemes()
{
    static const ns3::vmm::SchemeTypes schemes = {{"host-route", FakeHostRoute::GetTypeId()},
                                                  {"ideal", FakeScheme::GetTypeId()}};
    return schemes;
}

} // namespace vmmtest

#endif // VMM_TEST_SCHEMES_H
