// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-readings.h"

#include "ns3/attribute-value.h"
#include "ns3/mobility-scheme.h"

#include <set>

namespace ns3
{
namespace vmm
{

namespace
{

/// Readings that have a name, whether or not they are there yet.
const std::set<std::string> REDIRECTS = {
    "SourceOnly", "Path", "Fabric", "SourceRoute", "AddressRewrite", "LocatorRewrite", "Tunnel"};
const std::set<std::string> OPTIMIZATIONS = {"None", "DefaultRouter", "Bgp"};

/// Refuses a known value that the scheme's attribute does not have.
void
CheckAvailable(const ScenarioSettings& settings,
               const std::string& key,
               const std::set<std::string>& known)
{
    std::string text = settings.Has(key) ? settings.GetText(key) : "";
    if (!known.count(text))
    {
        return; // an unset one is the default, an unknown one the attribute refuses itself
    }
    try
    {
        AttributeHandle::Resolve(key).Check(text);
    }
    catch (const ValueError& error)
    {
        throw ScenarioError(
            settings.At(key), error.found, error.expected + " (" + text + " is not available yet)");
    }
}

} // namespace

void
CheckReadings(const ScenarioSettings& settings)
{
    std::string redirectKey = settings.GetSchemeKey("Redirect");
    std::string optimizeKey = settings.GetSchemeKey("Optimize");
    auto textOf = [&settings](const std::string& key)
    {
        return !key.empty() && settings.Has(key) ? settings.GetText(key) : std::string();
    };
    std::string redirect = textOf(redirectKey);
    std::string optimize = textOf(optimizeKey);
    auto refuse = [&settings](const std::string& key, const std::string& expected)
    {
        throw ScenarioError(settings.At(key), ShowText(settings.GetText(key)), expected);
    };
    bool bgp = settings.GetText("underlay") == "bgp";
    for (const std::string key : {"bgp_numbering", "bgp_servers", "host_route_dcs"})
    {
        if (!bgp && settings.Has(key))
        {
            refuse(key, key + " only with underlay=bgp");
        }
    }
    std::string announcerKey = settings.GetSchemeKey("Announcer");
    bool serversSpeak = settings.GetText("bgp_servers") == "on";
    if (textOf(announcerKey) == "Nve" && !serversSpeak)
    {
        refuse(announcerKey, "DefaultRouter, or bgp_servers=on so that NVEs can announce");
    }
    if (SchemeRegistry::GetTraits(settings.GetText("scheme")).needsBgp && !(bgp && serversSpeak))
    {
        refuse("scheme", "another scheme, or underlay=bgp and bgp_servers=on, which it needs");
    }
    if (redirect == "Fabric" && !bgp)
    {
        refuse(redirectKey,
               "a Redirect that works with underlay=" + settings.GetText("underlay") +
                   ": only BGP spreads a host route over the fabric");
    }
    if (redirect == "SourceRoute" && settings.GetText("family") != "ipv6")
    {
        refuse(redirectKey,
               "a Redirect that works with family=" + settings.GetText("family") +
                   ": a source route needs the IPv6 routing header");
    }
    if (redirect == "LocatorRewrite")
    {
        refuse(redirectKey, "a Redirect for a native fabric: only an overlay has locators");
    }
    if (optimize == "Bgp" && !bgp)
    {
        refuse(optimizeKey,
               "an Optimize that works with underlay=" + settings.GetText("underlay") +
                   ": there is no BGP to announce the host route in");
    }
    if (optimize == "DefaultRouter" && redirect == "Fabric")
    {
        refuse(optimizeKey, "None or Bgp: with Redirect=Fabric the default router learns by BGP");
    }
    CheckAvailable(settings, redirectKey, REDIRECTS);
    CheckAvailable(settings, optimizeKey, OPTIMIZATIONS);
}

} // namespace vmm
} // namespace ns3
