// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/attribute-value.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/quantities.h"
#include "ns3/string.h"
#include "ns3/vmm-ip-address.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <locale>
#include <sstream>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return whether text is a whole number with an optional sign and nothing else
bool
IsInteger(const std::string& text, bool mayBeNegative)
{
    size_t start = mayBeNegative && !text.empty() && text[0] == '-' ? 1 : 0;
    return start < text.size() && text.size() - start <= 20 &&
           text.find_first_not_of("0123456789", start) == std::string::npos;
}

/// @return whether text is a finite floating-point number and nothing else
bool
IsReal(const std::string& text)
{
    if (text.empty() || text.find_first_not_of("+-.0123456789eE") != std::string::npos)
    {
        return false;
    }
    std::istringstream in(text);
    in.imbue(std::locale::classic());
    double value = 0;
    in >> value;
    return !in.fail() && in.peek() == std::istringstream::traits_type::eof() &&
           std::isfinite(value);
}

/// @return time, which may be negative, with its unit
std::string
ShowTime(const Time& time)
{
    return time.IsStrictlyNegative() ? "-" + FormatTime(Time() - time) : FormatTime(time);
}

/// @return a time with its unit, which may have a sign in front
std::string
NormaliseTime(const std::string& text)
{
    bool negative = !text.empty() && text[0] == '-';
    Time time = ParseTime(text.substr(negative ? 1 : 0), Bound::NON_NEGATIVE);
    return ShowTime(negative ? Time() - time : time);
}

bool
IsAddress(const std::string& text, IpFamily family)
{
    try
    {
        return IpAddress::FromString(text).GetFamily() == family;
    }
    catch (const std::invalid_argument&)
    {
        return false;
    }
}

/// @return whether text is `64p`, `1500B`, `64KiB` and so on with a count that fits
bool
IsQueueSize(const std::string& text)
{
    size_t end = text.find_first_not_of("0123456789");
    return end != std::string::npos && end > 0 && end <= 9 && text.find(' ') == std::string::npos;
}

} // namespace

std::optional<AttributeHandle>
AttributeHandle::Find(TypeId type, const std::string& name)
{
    for (;;)
    {
        for (size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            auto info = type.GetAttribute(i);
            if (info.name == name)
            {
                AttributeHandle handle;
                handle.m_owner = type;
                handle.m_info = info;
                return handle;
            }
        }
        if (!type.HasParent() || type.GetParent() == type)
        {
            return std::nullopt;
        }
        type = type.GetParent();
    }
}

std::vector<AttributeHandle>
AttributeHandle::List(TypeId type)
{
    std::vector<AttributeHandle> all;
    for (;;)
    {
        for (size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            AttributeHandle handle;
            handle.m_owner = type;
            handle.m_info = type.GetAttribute(i);
            if (handle.m_info.flags & TypeId::ATTR_CONSTRUCT)
            {
                all.push_back(handle);
            }
        }
        if (!type.HasParent() || type.GetParent() == type)
        {
            break;
        }
        type = type.GetParent();
    }
    std::sort(all.begin(),
              all.end(),
              [](const auto& a, const auto& b)
              {
                  return a.GetName() < b.GetName();
              });
    return all;
}

AttributeHandle
AttributeHandle::Resolve(const std::string& fullName)
{
    size_t cut = fullName.rfind("::");
    TypeId type;
    if (cut == std::string::npos || cut == 0 ||
        !TypeId::LookupByNameFailSafe(fullName.substr(0, cut), &type))
    {
        throw ValueError(ShowText(fullName), "an attribute of a class that ns-3 knows");
    }
    auto handle = Find(type, fullName.substr(cut + 2));
    if (!handle)
    {
        std::string names;
        for (const auto& other : List(type))
        {
            names += (names.empty() ? "" : ", ") + other.GetName();
        }
        throw ValueError(ShowText(fullName),
                         names.empty() ? "an attribute of another class, as this one has none"
                                       : "an attribute of " + type.GetName() + ": " + names);
    }
    if (!(handle->m_info.flags & TypeId::ATTR_CONSTRUCT) || !handle->m_info.accessor->HasSetter() ||
        handle->m_info.supportLevel == TypeId::OBSOLETE)
    {
        throw ValueError(ShowText(fullName), "an attribute that can be set");
    }
    return *handle;
}

std::string
AttributeHandle::GetFullName() const
{
    return m_owner.GetName() + "::" + m_info.name;
}

std::string
AttributeHandle::GetKind() const
{
    std::string kind = m_info.checker->GetValueTypeName();
    kind = kind.substr(0, kind.find('<')); // EnumValue<T> from ns-3.41
    size_t cut = kind.rfind("::");
    return cut == std::string::npos ? kind : kind.substr(cut + 2);
}

void
AttributeHandle::Refuse(const std::string& text, const std::string& wanted) const
{
    throw ValueError(ShowText(text), wanted + " for " + GetFullName());
}

std::string
AttributeHandle::CheckObject(const std::string& text) const
{
    size_t open = text.find('[');
    std::string name = text.substr(0, open);
    std::string list;
    TypeId type;
    if (text.find_first_of(" \t") != std::string::npos ||
        !TypeId::LookupByNameFailSafe(name, &type) || !type.HasConstructor())
    {
        Refuse(text, "a class, such as ns3::ConstantRandomVariable[Constant=1],");
    }
    auto pointer = dynamic_cast<const PointerChecker*>(PeekPointer(m_info.checker));
    if (pointer && !type.IsChildOf(pointer->GetPointeeTypeId()) &&
        type != pointer->GetPointeeTypeId())
    {
        Refuse(text, "a " + pointer->GetPointeeTypeId().GetName());
    }
    if (open == std::string::npos)
    {
        return text;
    }
    if (text.back() != ']' || text.find_first_of("[]", open + 1) != text.size() - 1)
    {
        Refuse(text, "a class with [Attribute=value|Attribute=value]");
    }
    std::istringstream parts(text.substr(open + 1, text.size() - open - 2));
    for (std::string part; std::getline(parts, part, '|');)
    {
        size_t equal = part.find('=');
        auto attribute =
            equal == std::string::npos ? std::nullopt : Find(type, part.substr(0, equal));
        if (!attribute)
        {
            Refuse(text, "attributes of " + name);
        }
        attribute->Check(part.substr(equal + 1));
    }
    return text;
}

std::string
AttributeHandle::Normalise(const std::string& kind, const std::string& text) const
{
    auto must = [this, &text](bool fits, const std::string& wanted)
    {
        if (!fits)
        {
            Refuse(text, wanted);
        }
    };
    if (kind == "TimeValue")
    {
        return NormaliseTime(text);
    }
    if (kind == "DataRateValue")
    {
        return FormatRate(ParseRate(text, Bound::NON_NEGATIVE));
    }
    if (kind == "UintegerValue" || kind == "IntegerValue")
    {
        bool isSigned = kind == "IntegerValue";
        must(IsInteger(text, isSigned),
             isSigned ? "a whole number" : "a whole number of zero or more");
    }
    else if (kind == "DoubleValue")
    {
        must(IsReal(text), "a number");
    }
    else if (kind == "BooleanValue")
    {
        must(text == "true" || text == "false", "true or false");
    }
    else if (kind == "EnumValue")
    {
        std::string names = "|" + m_info.checker->GetUnderlyingTypeInformation() + "|";
        must(!text.empty() && text.find('|') == std::string::npos &&
                 names.find("|" + text + "|") != std::string::npos,
             "one of " + names.substr(1, names.size() - 2));
    }
    else if (kind == "Ipv4AddressValue")
    {
        must(IsAddress(text, IpFamily::IPV4), "an IPv4 address");
    }
    else if (kind == "Ipv6AddressValue")
    {
        must(IsAddress(text, IpFamily::IPV6), "an IPv6 address");
    }
    else if (kind == "QueueSizeValue")
    {
        must(IsQueueSize(text), "a queue size, such as 100p or 64KiB,");
    }
    else if (kind == "TypeIdValue")
    {
        TypeId type;
        must(TypeId::LookupByNameFailSafe(text, &type), "a class");
    }
    else if (kind != "StringValue")
    {
        Refuse(text, "no value: a " + kind + " cannot be set from a scenario, none");
    }
    return text;
}

std::string
AttributeHandle::Check(const std::string& text) const
{
    std::string kind = GetKind();
    if (kind == "PointerValue" || kind == "ObjectFactoryValue")
    {
        return CheckObject(text);
    }
    std::string normal;
    try
    {
        normal = Normalise(kind, text);
    }
    catch (const ValueError& error)
    {
        if (kind == "TimeValue" || kind == "DataRateValue")
        {
            throw ValueError(error.found, error.expected + " for " + GetFullName());
        }
        throw;
    }
    Ptr<AttributeValue> value = m_info.checker->CreateValidValue(StringValue(normal));
    if (!value)
    {
        std::string wanted = "a value in its range";
        if (m_info.checker->HasUnderlyingTypeInformation())
        {
            wanted += " (" + m_info.checker->GetUnderlyingTypeInformation() + ")";
        }
        Refuse(text, wanted);
    }
    if (kind == "TimeValue" || kind == "DataRateValue")
    {
        return normal;
    }
    return value->SerializeToString(m_info.checker);
}

std::string
AttributeHandle::GetDefault() const
{
    std::string kind = GetKind();
    const AttributeValue* value = PeekPointer(m_info.originalInitialValue);
    if (auto time = dynamic_cast<const TimeValue*>(value))
    {
        return ShowTime(time->Get());
    }
    if (auto rate = dynamic_cast<const DataRateValue*>(value))
    {
        return FormatRate(rate->Get());
    }
    auto text = dynamic_cast<const StringValue*>(value);
    if (text && kind == "PointerValue")
    {
        return text->Get(); // an object as it is written
    }
    static const char* const plain[] = {"UintegerValue",
                                        "IntegerValue",
                                        "DoubleValue",
                                        "BooleanValue",
                                        "EnumValue",
                                        "Ipv4AddressValue",
                                        "Ipv6AddressValue",
                                        "QueueSizeValue",
                                        "StringValue"};
    if (std::find(std::begin(plain), std::end(plain), kind) == std::end(plain))
    {
        return "(default)";
    }
    return value->SerializeToString(m_info.checker);
}

} // namespace vmm
} // namespace ns3
