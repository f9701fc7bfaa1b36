// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ATTRIBUTE_VALUE_H
#define VMM_ATTRIBUTE_VALUE_H

#include "ns3/scenario-error.h"
#include "ns3/type-id.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * An ns-3 attribute that a scenario may set, found by its name alone: no object is created. ns-3
 * itself aborts on many malformed values, or takes them for zero, so a value is checked here
 * before ns-3 sees it.
 */
class AttributeHandle
{
  public:
    /**
     * @param type a class
     * @param name an attribute of it or of a class above it, `Redirect`
     * @return the attribute, if there is one
     */
    static std::optional<AttributeHandle> Find(TypeId type, const std::string& name);

    /**
     * @param fullName class and attribute, `ns3::vmm::Nve::Linger`
     * @return the attribute
     * @throws ValueError if the class or the attribute does not exist, or cannot be set before
     *         an object is constructed
     */
    static AttributeHandle Resolve(const std::string& fullName);

    /**
     * @param type a class
     * @return the attributes of it and of the classes above it that can be set, sorted by name
     */
    static std::vector<AttributeHandle> List(TypeId type);

    /// @return the name within its class
    const std::string& GetName() const
    {
        return m_info.name;
    }

    /// @return what the attribute says of itself
    const std::string& GetHelp() const
    {
        return m_info.help;
    }

    /// @return the class that declares it, "::" and the name: what Config::SetDefault takes
    std::string GetFullName() const;

    /**
     * @param text value as a user wrote it. Times and rates need their unit.
     * @return the value as ns-3 takes it, in one spelling for equal values
     * @throws ValueError if the attribute refuses it
     */
    std::string Check(const std::string& text) const;

    /// @return the value without any setting, spelled as by Check(); "(default)" for an object
    std::string GetDefault() const;

  private:
    /// Throws a ValueError that says which kind of value is wanted. @param text what was found
    [[noreturn]] void Refuse(const std::string& text, const std::string& wanted) const;
    /// @return text as one that ns-3's parser for this kind of value neither aborts nor misreads
    std::string Normalise(const std::string& kind, const std::string& text) const;
    /// Checks `ns3::Type[Attribute=value|...]`. @return text
    std::string CheckObject(const std::string& text) const;
    /// @return kind of value without namespace, "TimeValue"
    std::string GetKind() const;

    TypeId m_owner;                             //!< class that declares the attribute
    struct TypeId::AttributeInformation m_info; //!< its checker, default and flags
};

} // namespace vmm
} // namespace ns3

#endif // VMM_ATTRIBUTE_VALUE_H
