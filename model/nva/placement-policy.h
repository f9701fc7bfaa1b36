// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_PLACEMENT_POLICY_H
#define VMM_PLACEMENT_POLICY_H

#include "ns3/object.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Where a server stands: an operator knows that.
struct ServerPlace
{
    std::string server; //!< its name; empty: nowhere
    std::string rack;   //!< name of its rack, for instance of the top-of-rack switch; may be empty
    uint16_t dc{0};     //!< data centre
};

/// A server that a VM may be placed on.
struct PlacementCandidate
{
    ServerPlace place;      //!< where it stands
    uint64_t memory{0};     //!< memory for VMs, octets
    uint64_t freeMemory{0}; //!< of it not given away, octets
    uint32_t vcpus{0};      //!< virtual processors for VMs
    uint32_t freeVcpus{0};  //!< of them not given away
};

/// A VM that wants a server.
struct PlacementRequest
{
    std::string vm;                 //!< VM-ID
    uint64_t memory{0};             //!< octets
    uint32_t vcpus{0};              //!< virtual processors
    ServerPlace from;               //!< where it is; nowhere for a new one
    std::vector<ServerPlace> peers; //!< where the VMs are that it speaks to
};

/**
 * Chooses servers for VMs, new ones and such as have to leave. It is a pure function of what it is
 * told; the VM Manager tells it of servers that may take VMs now, in the order of its inventory.
 *
 *     for (const auto& server : policy->Rank(request, candidates))
 *         // the first that does not refuse
 */
class PlacementPolicy : public Object
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    PlacementPolicy();
    ~PlacementPolicy() override;

    /**
     * @param request the VM
     * @param candidates all servers that may take a VM, in the order of the inventory
     * @return the names of those that have the memory and the processors for it, the best first
     */
    std::vector<std::string> Rank(const PlacementRequest& request,
                                  const std::vector<PlacementCandidate>& candidates) const;

    /**
     * @param name "first-fit", "spread" or "locality", or the name of a TypeId that derives from
     * PlacementPolicy
     * @return a new policy
     * @throws std::invalid_argument if there is none of that name
     */
    static Ptr<PlacementPolicy> Create(const std::string& name);
    /// @return the short names that Create() knows
    static const std::vector<std::string>& GetNames();

  protected:
    /**
     * @param request the VM
     * @param fitting the candidates that have room for it, in the order of the inventory; to be
     * put in order, the best first
     */
    virtual void Order(const PlacementRequest& request,
                       std::vector<PlacementCandidate>& fitting) const = 0;
};

/**
 * @param candidate a server
 * @return the share of it that is free, of memory or of processors, whichever is smaller; 0 to 1
 */
double GetFreeShare(const PlacementCandidate& candidate);

} // namespace vmm
} // namespace ns3

#endif // VMM_PLACEMENT_POLICY_H
