// SPDX-License-Identifier: GPL-2.0-only
#ifndef NVA_OVERLAY_REGISTRAR_H
#define NVA_OVERLAY_REGISTRAR_H

#include "ns3/mobility-scheme.h"
#include "ns3/nstime.h"

#include <map>
#include <set>

namespace ns3
{
namespace vmm
{

/// The choices of the nva-overlay scheme that concern the management node.
struct NvaOverlayOptions
{
    /// How NVEs other than the two of a move learn of it.
    enum Update
    {
        PUSH,    //!< the management node tells them
        PULL,    //!< their mappings expire, then they ask
        REDIRECT //!< the NVE that the VM has left tells those that still send to it, then they ask
    };

    /// Whom Update=Push tells.
    enum PushTo
    {
        USERS,  //!< NVEs that have asked for the VM
        NETWORK //!< those, and all that serve a VM of the virtual network
    };

    Update update = PUSH;  //!< how others learn
    PushTo pushTo = USERS; //!< which others
    Time inFlightTime;     //!< how long the old NVE sends packets on, to say so in its message
    Time lifetime;         //!< of a mapping that is pushed
};

/**
 * The management node's half of the nva-overlay scheme, a network virtualization authority: answers
 * queries, tells the NVE that a VM has left where it is now, and with Update=Push those that use
 * the VM's mapping; with Update=Redirect too if the NVE that is to tell them does not answer. What
 * is still under way because of an earlier move of the VM is given up when it moves again, but for
 * the message to an earlier NVE: packets that it sends on come to the VM through the one that the
 * VM left later.
 */
class NvaOverlayRegistrar
{
  public:
    /// @param options the choices; for what happens from now on
    void SetOptions(const NvaOverlayOptions& options);
    /**
     * A VM has moved.
     * @param registrar sends the messages
     * @param entry the binding after the move
     * @param previous the NVE that the VM has left
     */
    void Moved(RegistrarContext& registrar, const BindingEntry& entry, const IpAddress& previous);
    /**
     * A binding has ended: those that use it, and the NVE that the VM has left last, are told.
     * @param registrar sends the messages
     * @param entry its last state
     */
    void Removed(RegistrarContext& registrar, const BindingEntry& entry);
    /**
     * An NVE asks where an address is.
     * @param registrar has the bindings
     * @param query in the role RESOLVER
     * @param from the NVE
     * @return ACCEPTED with the mapping, or UNKNOWN_VM
     */
    RegistrationMessage
    Answer(RegistrarContext& registrar, const RegistrationMessage& query, const IpAddress& from);
    /// Forgets who uses what, as a crash of the management node does.
    void Forget();
    /// @param vm a VM @return the NVEs that may use its mapping since they have asked for it
    std::set<IpAddress> GetUsers(const VmKey& vm) const;

  private:
    /// What is under way because of a VM: recipient and handle.
    using Pending = std::map<IpAddress, uint64_t>;

    /// Tells those that may use the VM's mapping of a move. @param previous the NVE that it left
    void Push(RegistrarContext& registrar, const BindingEntry& entry, const IpAddress& previous);
    /// @return the NVEs to tell of a VM: users, and with PushTo=Network those of its network
    std::set<IpAddress> FindAudience(RegistrarContext& registrar, const VmKey& vm) const;
    void TellSource(RegistrarContext& registrar,
                    const IpAddress& source,
                    const RegistrationMessage& request);
    void TellUser(RegistrarContext& registrar,
                  const IpAddress& user,
                  const RegistrationMessage& request);
    /// Gives up what is under way to an NVE.
    static void Cancel(RegistrarContext& registrar, Pending& pending, const IpAddress& nve);

    NvaOverlayOptions m_options;                  //!< the choices
    std::map<VmKey, std::set<IpAddress>> m_users; //!< NVEs that have asked for a VM
    std::map<VmKey, Pending> m_pushes;            //!< to users, under way
    std::map<VmKey, Pending> m_redirects;         //!< to NVEs that a VM has left, under way
};

} // namespace vmm
} // namespace ns3

#endif // NVA_OVERLAY_REGISTRAR_H
