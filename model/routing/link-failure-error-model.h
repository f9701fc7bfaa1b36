// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_LINK_FAILURE_ERROR_MODEL_H
#define VMM_LINK_FAILURE_ERROR_MODEL_H

#include "ns3/drop-cause.h"
#include "ns3/error-model.h"
#include "ns3/traced-callback.h"

namespace ns3
{
namespace vmm
{

/**
 * Switchable total loss, since ns-3's point-to-point devices cannot go down: as the receive error
 * model of both ends of a link it makes the link fail and come back. It can hold another model,
 * which acts while the link is up.
 *
 * A lost packet also shows in the device's PhyRxDrop trace; a listener there asks GetCause() of the
 * device's model for the cause.
 */
class LinkFailureErrorModel : public ErrorModel
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();
    LinkFailureErrorModel();
    ~LinkFailureErrorModel() override;

    /// @param down whether every packet is lost from now on
    void SetDown(bool down);
    /// @return whether every packet is lost
    bool IsDown() const;
    /// @param model acts while the link is up, null for none
    void SetInner(Ptr<ErrorModel> model);
    /// @return the cause of the packets that are lost now: link-down or corrupted
    DropCause GetCause() const;

    /// Signature of State. @param down whether every packet is lost
    typedef void (*StateCallback)(bool down);

  protected:
    void DoDispose() override;

  private:
    bool DoCorrupt(Ptr<Packet> p) override;
    void DoReset() override;

    bool m_down = false;                                      //!< every packet is lost
    Ptr<ErrorModel> m_inner;                                  //!< acts while the link is up
    TracedCallback<bool> m_stateTrace;                        //!< went down or up
    TracedCallback<Ptr<const Packet>, DropCause> m_dropTrace; //!< a packet was lost
};

} // namespace vmm
} // namespace ns3

#endif // VMM_LINK_FAILURE_ERROR_MODEL_H
