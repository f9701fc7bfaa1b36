// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/order-reply.h"

namespace ns3
{
namespace vmm
{

RegistrationMessage
MakeOrderReply(const RegistrationMessage& request, RegistrationStatus status)
{
    bool granted =
        status == RegistrationStatus::ACCEPTED && !request.HasFlag(REGISTRATION_WITHDRAW);
    return MakeReply(request, status, granted ? request.lifetime : 0);
}

} // namespace vmm
} // namespace ns3
