// SPDX-License-Identifier: GPL-2.0-only
#include "helper/scenario-test-util.h"
#include "helper/test-schemes.h"

#include "ns3/attribute-value.h"
#include "ns3/config.h"
#include "ns3/node.h"
#include "ns3/queue-size.h"
#include "ns3/tcp-socket-base.h"

#include <random>

using namespace ns3;
using namespace ns3::vmm;
using vmmtest::MessageOf;

namespace
{

std::string
Check(const std::string& attribute, const std::string& text)
{
    return AttributeHandle::Resolve("vmmtest::FakeHostRoute::" + attribute).Check(text);
}

std::string
ErrorOf(const std::string& attribute, const std::string& text)
{
    return MessageOf<ValueError>(
        [&]
        {
            Check(attribute, text);
        });
}

class AttributeValueTest : public testing::Test
{
  protected:
    void SetUp() override
    {
        vmmtest::Schemes();
        vmmtest::g_created = 0;
    }

    void TearDown() override
    {
        EXPECT_EQ(vmmtest::g_created, 0);
    }
};

} // namespace

TEST_F(AttributeValueTest, FindsAttributesOfParents)
{
    auto handle = AttributeHandle::Find(vmmtest::FakeHostRoute::GetTypeId(), "Common");
    ASSERT_TRUE(handle);
    EXPECT_EQ(handle->GetFullName(), "vmmtest::FakeScheme::Common");
    EXPECT_EQ(AttributeHandle::Resolve("vmmtest::FakeHostRoute::Common").GetFullName(),
              "vmmtest::FakeScheme::Common");
    EXPECT_EQ(handle->GetDefault(), "3");
    EXPECT_FALSE(AttributeHandle::Find(vmmtest::FakeScheme::GetTypeId(), "Redirect"));
    EXPECT_EQ(AttributeHandle::List(vmmtest::FakeScheme::GetTypeId()).size(), 1U);
}

TEST_F(AttributeValueTest, UnknownNames)
{
    auto error = [](const std::string& name)
    {
        return MessageOf<ValueError>(
            [&name]
            {
                AttributeHandle::Resolve(name);
            });
    };
    EXPECT_EQ(error("vmmtest::FakeScheme::Comon"),
              "found 'vmmtest::FakeScheme::Comon', expected an attribute of vmmtest::FakeScheme: "
              "Common");
    EXPECT_EQ(
        error("vmmtest::NoScheme::Common"),
        "found 'vmmtest::NoScheme::Common', expected an attribute of a class that ns-3 knows");
    EXPECT_EQ(error("::Common"),
              "found '::Common', expected an attribute of a class that ns-3 knows");
    EXPECT_EQ(
        error("ns3::Object::X"),
        "found 'ns3::Object::X', expected an attribute of another class, as this one has none");
    EXPECT_EQ(error("vmmtest::FakeHostRoute::ReadOnly"),
              "found 'vmmtest::FakeHostRoute::ReadOnly', expected an attribute that can be set");
}

TEST_F(AttributeValueTest, GoodValuesInOneSpelling)
{
    EXPECT_EQ(Check("Redirect", "Tunnel"), "Tunnel");
    EXPECT_EQ(Check("Linger", "30s"), "30s");
    EXPECT_EQ(Check("Linger", "30000ms"), "30s");
    EXPECT_EQ(Check("Rate", "1000kbps"), "1Mbps");
    EXPECT_EQ(Check("Share", "0.250"), "0.25");
    EXPECT_EQ(Check("Share", "1e-3"), "0.001");
    EXPECT_EQ(Check("Offset", "-7"), "-7");
    EXPECT_EQ(Check("Common", "007"), "7");
    EXPECT_EQ(Check("Active", "false"), "false");
    EXPECT_EQ(Check("Label", "any text"), "any text");
    EXPECT_EQ(Check("Service", "ns3::UniformRandomVariable[Min=1|Max=2.5]"),
              "ns3::UniformRandomVariable[Min=1|Max=2.5]");
    EXPECT_EQ(Check("Service", "ns3::ExponentialRandomVariable"), "ns3::ExponentialRandomVariable");
}

TEST_F(AttributeValueTest, Defaults)
{
    auto standard = [](const std::string& name)
    {
        return AttributeHandle::Resolve("vmmtest::FakeHostRoute::" + name).GetDefault();
    };
    EXPECT_EQ(standard("Redirect"), "Path");
    EXPECT_EQ(standard("Linger"), "30s");
    EXPECT_EQ(standard("Rate"), "1Mbps");
    EXPECT_EQ(standard("Share"), "0.5");
    EXPECT_EQ(standard("Offset"), "-1");
    EXPECT_EQ(standard("Active"), "true");
    EXPECT_EQ(standard("Label"), "x");
    Config::SetDefault("vmmtest::FakeHostRoute::Linger", StringValue("7s"));
    EXPECT_EQ(standard("Linger"), "30s") << "of the class, whatever the program did before";
    Config::Reset();
}

TEST_F(AttributeValueTest, RefusedValues)
{
    EXPECT_EQ(ErrorOf("Redirect", "Tunel"),
              "found 'Tunel', expected one of Path|SourceOnly|Tunnel|Fabric for "
              "vmmtest::FakeHostRoute::Redirect");
    EXPECT_EQ(ErrorOf("Redirect", "Path|SourceOnly"),
              "found 'Path|SourceOnly', expected one of Path|SourceOnly|Tunnel|Fabric for "
              "vmmtest::FakeHostRoute::Redirect");
    EXPECT_EQ(ErrorOf("Linger", "30"),
              "found '30', expected a time with its unit, such as 50us for "
              "vmmtest::FakeHostRoute::Linger");
    EXPECT_EQ(ErrorOf("Linger", "2h").rfind("found '2h', expected a value in its range", 0), 0U);
    EXPECT_EQ(ErrorOf("Linger", "-2s").rfind("found '-2s', expected a value in its range", 0), 0U);
    EXPECT_EQ(ErrorOf("Rate", "1"),
              "found '1', expected a rate with its unit, such as 10Gbps for "
              "vmmtest::FakeHostRoute::Rate");
    EXPECT_EQ(ErrorOf("Common", "11"),
              "found '11', expected a value in its range (uint32_t 1:10) for "
              "vmmtest::FakeScheme::Common");
    EXPECT_EQ(ErrorOf("Common", "-1"),
              "found '-1', expected a whole number of zero or more for "
              "vmmtest::FakeScheme::Common");
    EXPECT_EQ(ErrorOf("Active", "maybe"),
              "found 'maybe', expected true or false for vmmtest::FakeHostRoute::Active");
    for (const char* text : {"nan", "inf", "1 2", "0x1", "", "1.5", "--1", "1e999"})
    {
        EXPECT_NE(ErrorOf("Share", text), "no error") << text;
    }
    for (const char* text : {"1.5", "1e3", "", "-", "99999999999999999999", "4294967296"})
    {
        EXPECT_NE(ErrorOf("Offset", text), "no error") << text;
        EXPECT_NE(ErrorOf("Common", text), "no error") << text;
    }
    for (const char* text : {"",
                             "ns3::Nothing",
                             "ns3::Node",
                             "ns3::RandomVariableStream",
                             "ns3::ConstantRandomVariable[Constant=x]",
                             "ns3::ConstantRandomVariable[Nothing=1]",
                             "ns3::ConstantRandomVariable[Constant]",
                             "ns3::ConstantRandomVariable[Constant=1",
                             "ns3::ConstantRandomVariable]Constant=1[",
                             "ns3::ConstantRandomVariable [Constant=1]"})
    {
        EXPECT_NE(ErrorOf("Service", text), "no error") << text;
    }
}

TEST_F(AttributeValueTest, Ns3OwnAttributes)
{
    EXPECT_EQ(AttributeHandle::Resolve("ns3::TcpSocketBase::MinRto").Check("200ms"), "200ms");
    EXPECT_EQ(AttributeHandle::Resolve("ns3::TcpSocketBase::MinRto").GetDefault(), "1s");
    EXPECT_EQ(AttributeHandle::Resolve("ns3::TcpSocket::SegmentSize").Check("1448"), "1448");
    EXPECT_EQ(AttributeHandle::Resolve("ns3::TcpL4Protocol::SocketType").Check("ns3::TcpCubic"),
              "ns3::TcpCubic");
    EXPECT_THROW(AttributeHandle::Resolve("ns3::TcpL4Protocol::SocketType").Check("ns3::TcpFoo"),
                 ValueError);
    auto queue = AttributeHandle::Resolve("ns3::DropTailQueue<Packet>::MaxSize");
    EXPECT_EQ(queue.Check("64p"), "64p");
    for (const char* text : {"64", "p", "64x", "99999999999p", "6 4p", ""})
    {
        EXPECT_THROW(queue.Check(text), ValueError) << text;
    }
}

TEST_F(AttributeValueTest, EverySettableAttributeSurvivesBadTextAndTakesItsDefault)
{
    // ns-3 aborts on many malformed values: none may get through to it.
    const std::vector<std::string> texts = {
        "",           " ",        "x",         "-",        "1",    "-1",
        "1x",         "1 1",      "ns3::Node", "1:2:3",    "[",    "]",
        "|",          "=",        "1e999",     "0.5.5",    "true", "99999999999999999999999",
        "ns3::Node[", "00:00",    "/24",       "\xC3\xA9", "1s",   "1Mbps",
        "1p",         "10.0.0.1", "::1"};
    size_t attributes = 0;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        for (const auto& handle : AttributeHandle::List(TypeId::GetRegistered(i)))
        {
            ++attributes;
            for (const auto& text : texts)
            {
                try
                {
                    std::string once = handle.Check(text);
                    EXPECT_EQ(handle.Check(once), once) << handle.GetFullName();
                }
                catch (const ValueError&)
                {
                }
            }
            std::string standard = handle.GetDefault();
            if (standard != "(default)")
            {
                try
                {
                    EXPECT_EQ(handle.Check(standard), standard) << handle.GetFullName();
                }
                catch (const ValueError& error)
                {
                    ADD_FAILURE() << handle.GetFullName() << ": " << error.what();
                }
            }
        }
    }
    EXPECT_GT(attributes, 300U);
}
