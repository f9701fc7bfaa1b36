// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-decision.h"

#include <algorithm>
#include <limits>

namespace ns3
{
namespace vmm
{

namespace
{

/// The candidates that are left, and the step that left the last one over.
class Contest
{
  public:
    /**
     * @param candidates all of them
     * @param options what may be chosen
     */
    Contest(const std::vector<BgpCandidate>& candidates, const BgpDecisionOptions& options)
        : m_candidates(candidates),
          m_options(options),
          m_left(candidates.size())
    {
        for (uint32_t i = 0; i < m_left.size(); i++)
        {
            m_left[i] = i;
        }
    }

    /// @param i index @return the candidate
    const BgpCandidate& At(uint32_t i) const
    {
        return m_candidates[i];
    }

    /// @return indices of the candidates that are left
    const std::vector<uint32_t>& GetLeft() const
    {
        return m_left;
    }

    /**
     * Keeps the candidates with the lowest value.
     *
     * @param step name of the step
     * @param value of a candidate
     */
    template <typename F>
    void KeepLowest(BgpDecisionStep step, F value)
    {
        if (m_left.size() < 2)
        {
            return;
        }
        auto least = value(At(m_left.front()));
        size_t kept = 0;
        for (uint32_t i : m_left)
        {
            auto own = value(At(i));
            if (own < least)
            {
                least = own;
                kept = 0;
            }
            if (!(least < own))
            {
                m_left[kept++] = i;
            }
        }
        m_left.resize(kept);
        Note(step);
    }

    /// Drops each candidate that has a higher MED than another of its neighbouring AS.
    void KeepLowestMeds();

    /// @return the step that left one over
    BgpDecisionStep GetStep() const
    {
        return m_step;
    }

    /// @param a candidate @return its MULTI_EXIT_DISC, filled in where there is none
    uint32_t GetMed(const BgpCandidate& a) const
    {
        return a.attributes->med.value_or(
            m_options.missingMedIsWorst ? std::numeric_limits<uint32_t>::max() : 0);
    }

  private:
    /// @param step noted if it left one candidate over
    void Note(BgpDecisionStep step)
    {
        if (m_left.size() == 1)
        {
            m_step = step;
        }
    }

    const std::vector<BgpCandidate>& m_candidates;  //!< all
    const BgpDecisionOptions& m_options;            //!< choices
    std::vector<uint32_t> m_left;                   //!< indices of those left
    BgpDecisionStep m_step = BgpDecisionStep::ONLY; //!< decided
};

void
Contest::KeepLowestMeds()
{
    bool same = std::all_of(m_left.begin(),
                            m_left.end(),
                            [this](uint32_t i)
                            {
                                return GetMed(At(i)) == GetMed(At(m_left.front()));
                            });
    if (same)
    {
        return;
    }
    auto beaten = [this](uint32_t i)
    {
        return std::any_of(m_left.begin(),
                           m_left.end(),
                           [this, i](uint32_t j)
                           {
                               return GetMed(At(j)) < GetMed(At(i)) &&
                                      (m_options.alwaysCompareMed ||
                                       At(j).attributes->FirstAs() == At(i).attributes->FirstAs());
                           });
    };
    std::vector<uint32_t> kept;
    std::remove_copy_if(m_left.begin(), m_left.end(), std::back_inserter(kept), beaten);
    m_left.swap(kept);
    Note(BgpDecisionStep::MED);
}

/// @param a candidate @return who brought the route into the AS (RFC 4456 section 9)
BgpRouterId
IdentifierOf(const BgpCandidate& a)
{
    return a.attributes->originatorId.value_or(a.routerId);
}

/**
 * Steps (a) to (e): afterwards the candidates tie as far as routing is concerned.
 *
 * @param contest the candidates
 * @param options choices
 */
void
Compare(Contest& contest, const BgpDecisionOptions& options)
{
    using Step = BgpDecisionStep;
    contest.KeepLowest(Step::LOCAL_PREF,
                       [&options](const BgpCandidate& a)
                       {
                           return ~a.attributes->localPref.value_or(options.defaultLocalPref);
                       });
    contest.KeepLowest(Step::LOCAL_ORIGIN,
                       [](const BgpCandidate& a)
                       {
                           return a.source != BgpRouteSource::LOCAL;
                       });
    contest.KeepLowest(Step::AS_PATH,
                       [](const BgpCandidate& a)
                       {
                           return a.attributes->AsPathLength();
                       });
    contest.KeepLowest(Step::ORIGIN,
                       [](const BgpCandidate& a)
                       {
                           return a.attributes->origin;
                       });
    contest.KeepLowestMeds();
    contest.KeepLowest(Step::EXTERNAL,
                       [](const BgpCandidate& a)
                       {
                           return a.source;
                       });
    contest.KeepLowest(Step::IGP_COST,
                       [](const BgpCandidate& a)
                       {
                           return a.igpCost;
                       });
}

/**
 * Steps after (e): one candidate is left.
 *
 * @param contest the candidates
 * @param options choices
 */
void
BreakTie(Contest& contest, const BgpDecisionOptions& options)
{
    using Step = BgpDecisionStep;
    if (options.preferOldest && !contest.GetLeft().empty() &&
        contest.At(contest.GetLeft().front()).source == BgpRouteSource::EBGP)
    {
        contest.KeepLowest(Step::OLDEST,
                           [](const BgpCandidate& a)
                           {
                               return a.arrival;
                           });
    }
    contest.KeepLowest(Step::ROUTER_ID, IdentifierOf);
    contest.KeepLowest(Step::CLUSTER_LIST,
                       [](const BgpCandidate& a)
                       {
                           return a.attributes->clusterList.size();
                       });
    contest.KeepLowest(Step::PEER_ADDRESS,
                       [](const BgpCandidate& a)
                       {
                           return a.peerAddress;
                       });
    contest.KeepLowest(Step::PEER,
                       [](const BgpCandidate& a)
                       {
                           return a.peer;
                       });
}

/**
 * @param a a candidate
 * @param b another that ties with it up to step (e)
 * @return whether a comes before b where not all can be used
 */
bool
IsUsedBefore(const BgpCandidate& a, const BgpCandidate& b)
{
    BgpRouterId x = IdentifierOf(a);
    BgpRouterId y = IdentifierOf(b);
    size_t m = a.attributes->clusterList.size();
    size_t n = b.attributes->clusterList.size();
    return std::tie(x, m, a.peerAddress, a.peer) < std::tie(y, n, b.peerAddress, b.peer);
}

} // namespace

const char*
BgpDecisionStepName(BgpDecisionStep step)
{
    static const char* const names[] = {"none",
                                        "only",
                                        "local-pref",
                                        "local-origin",
                                        "as-path",
                                        "origin",
                                        "med",
                                        "external",
                                        "igp-cost",
                                        "oldest",
                                        "router-id",
                                        "cluster-list",
                                        "peer-address",
                                        "peer"};
    return names[static_cast<size_t>(step)];
}

BgpDecision
DecideBgpRoute(const std::vector<BgpCandidate>& candidates, const BgpDecisionOptions& options)
{
    BgpDecision decision;
    if (candidates.empty())
    {
        return decision;
    }
    Contest contest(candidates, options);
    Compare(contest, options);
    std::vector<uint32_t> equal = contest.GetLeft();
    BreakTie(contest, options);
    uint32_t best = contest.GetLeft().front();
    decision.step = contest.GetStep();
    decision.paths.push_back(best);
    const BgpCandidate& chosen = candidates[best];
    uint32_t limit = chosen.source == BgpRouteSource::LOCAL  ? 1
                     : chosen.source == BgpRouteSource::EBGP ? options.maxPathsEbgp
                                                             : options.maxPathsIbgp;
    if (limit < 2 || equal.size() < 2)
    {
        return decision;
    }
    std::sort(equal.begin(),
              equal.end(),
              [&candidates](uint32_t i, uint32_t j)
              {
                  return IsUsedBefore(candidates[i], candidates[j]);
              });
    for (uint32_t i : equal)
    {
        if (decision.paths.size() >= limit)
        {
            break;
        }
        if (i != best &&
            (options.relaxAsPath || candidates[i].attributes->asPath == chosen.attributes->asPath))
        {
            decision.paths.push_back(i);
        }
    }
    return decision;
}

} // namespace vmm
} // namespace ns3
