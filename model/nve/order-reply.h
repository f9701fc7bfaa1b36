// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ORDER_REPLY_H
#define VMM_ORDER_REPLY_H

#include "ns3/registration-message.h"

namespace ns3
{
namespace vmm
{

/**
 * Answers a request of the management node to a source NVE or a router. Accepting grants the
 * lifetime that was asked for (draft section 4: at most that); a withdrawal and a refusal grant 0.
 * @param request what is answered
 * @param status the answer
 * @return the reply
 */
RegistrationMessage MakeOrderReply(const RegistrationMessage& request, RegistrationStatus status);

} // namespace vmm
} // namespace ns3

#endif // VMM_ORDER_REPLY_H
