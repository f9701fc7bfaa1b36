// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_AGGREGATE_H
#define VMM_BGP_AGGREGATE_H

#include "ns3/bgp-peer-config.h"

#include <array>
#include <map>
#include <optional>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A prefix that stands for those inside it.
struct BgpAggregateConfig
{
    IpPrefix prefix;          //!< announced while a longer prefix inside it is known
    bool summaryOnly = false; //!< the longer ones are not announced
    bool asSet = false;       //!< AS_PATH and COMMUNITIES hold those of all the longer ones
    std::vector<uint32_t> communities; //!< standard communities it gets
    std::optional<uint32_t> med;       //!< MULTI_EXIT_DISC it gets
};

/**
 * Forms aggregates (RFC 4271 section 9.2.2.2) out of the changes of the Loc-RIB, by counting: a
 * change costs a step per configured aggregate, and never a walk over the routes inside.
 *
 * ORIGIN is the highest of the contributors. Without asSet the AS_PATH is empty, and
 * ATOMIC_AGGREGATE says whether ASes were left out; with asSet it is one AS_SET. That routes
 * with different MEDs must not be aggregated is not obeyed, as in daemons.
 */
class BgpAggregates
{
  public:
    /// @param self who forms the aggregates
    explicit BgpAggregates(const BgpRouterIdentity& self);

    /**
     * The caller then counts every route in the Loc-RIB by CountFor().
     *
     * @param config the aggregate
     * @throws std::invalid_argument if there is one of that prefix, or no longer one exists
     */
    void Add(const BgpAggregateConfig& config);
    /// @param prefix of an aggregate @return the aggregate, which is no more; no value: none
    std::optional<BgpAggregateConfig> Remove(const IpPrefix& prefix);
    /**
     * @param aggregate prefix of a new aggregate
     * @param prefix with a route in the Loc-RIB
     * @param attributes its attributes, nullptr for none
     */
    void CountFor(const IpPrefix& aggregate,
                  const IpPrefix& prefix,
                  const BgpPathAttributes* attributes);
    /**
     * @param prefix whose route in the Loc-RIB changed
     * @param before its attributes, nullptr for none
     * @param after its attributes, nullptr for none
     */
    void
    Count(const IpPrefix& prefix, const BgpPathAttributes* before, const BgpPathAttributes* after);
    /// @return the aggregates whose route is different from when this was last called
    std::vector<IpPrefix> TakeChanged();
    /// @param prefix of an aggregate @return its attributes, no value if nothing is inside it
    std::optional<BgpPathAttributes> GetRoute(const IpPrefix& prefix) const;
    /// @param prefix of a route @return whether an aggregate is announced in its place
    bool IsSuppressed(const IpPrefix& prefix) const;

    /// @return whether there are no aggregates
    bool IsEmpty() const
    {
        return m_states.empty();
    }

  private:
    /// An aggregate and what is inside it.
    struct State
    {
        BgpAggregateConfig config;              //!< as given
        size_t routes = 0;                      //!< contributors
        std::array<size_t, 3> origins{};        //!< contributors with each ORIGIN
        size_t foreign = 0;                     //!< contributors with an AS_PATH
        size_t atomic = 0;                      //!< contributors with ATOMIC_AGGREGATE
        std::map<BgpAsn, size_t> asns;          //!< contributors with each AS, if asSet
        std::map<uint32_t, size_t> communities; //!< contributors with each community, if asSet
        bool changed = false;                   //!< since the last TakeChanged()
    };

    /**
     * @param state an aggregate
     * @param a a contributor
     * @param more whether it comes or goes
     */
    static void Tally(State& state, const BgpPathAttributes& a, bool more);
    /// @param prefix a prefix @return its aggregate, nullptr if there is none
    const State* Find(const IpPrefix& prefix) const;
    /// @param prefix a prefix @return its aggregate, nullptr if there is none
    State* Find(const IpPrefix& prefix);

    BgpRouterIdentity m_self;    //!< who forms them
    std::vector<State> m_states; //!< in order of addition
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_AGGREGATE_H
