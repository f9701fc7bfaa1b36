// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_NS3_COMPAT_H
#define VMM_NS3_COMPAT_H

#include "ns3/enum.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv6-routing-protocol.h"

#include <utility>

/**
 * @file
 * What differs between the ns-3 releases that the module builds against, each difference once.
 */

namespace ns3
{
namespace vmm
{
namespace compat
{

/// From ns-3.41 MakeEnumAccessor wants the type of the enumeration.
template <typename E, typename... A>
auto
EnumAccessor(int, A... a) -> decltype(MakeEnumAccessor<E>(a...))
{
    return MakeEnumAccessor<E>(a...);
}

/// Until ns-3.40 it does not take one.
template <typename E, typename... A>
auto
EnumAccessor(long, A... a) -> decltype(MakeEnumAccessor(a...))
{
    return MakeEnumAccessor(a...);
}

/// Takes the type of a routing protocol's RouteInput() apart.
template <typename F>
struct RouteInputTypes;

/// Callbacks are passed by value until ns-3.38, by reference from ns-3.39.
template <typename C,
          typename P,
          typename H,
          typename D,
          typename U,
          typename M,
          typename L,
          typename E>
struct RouteInputTypes<bool (C::*)(P, H, D, U, M, L, E)>
{
    using Unicast = U;   //!< for packets to be forwarded
    using Multicast = M; //!< for multicast packets to be forwarded
    using Local = L;     //!< for packets that have arrived
    using Error = E;     //!< for packets that cannot be routed
};

} // namespace compat

/// @tparam F type of Ipv4RoutingProtocol::RouteInput or of IPv6's
template <typename F>
using RouteInputTypes = compat::RouteInputTypes<F>;

/**
 * @tparam E an unscoped enumeration (EnumValue of older releases takes an int)
 * @param a a pointer to a data member, or a setter and a getter
 * @return the attribute accessor
 */
template <typename E, typename... A>
Ptr<const AttributeAccessor>
MakeEnumAccessorFor(A... a)
{
    return compat::EnumAccessor<E>(0, a...);
}

} // namespace vmm
} // namespace ns3

#if __has_include("ns3/application-helper.h")
#define VMM_APPLICATION_OVERRIDE override //!< Application::AssignStreams is virtual from ns-3.42
#else
#define VMM_APPLICATION_OVERRIDE
#endif

#endif // VMM_NS3_COMPAT_H
