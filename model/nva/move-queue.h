// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MOVE_QUEUE_H
#define VMM_MOVE_QUEUE_H

#include "ns3/placement-policy.h"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace ns3
{
namespace vmm
{

/// How many moves may be under way at once; 0 for any number.
struct MoveLimits
{
    uint32_t perHost{0};    //!< that leave a server, and that come to one: each way of its link
    uint32_t perRack{0};    //!< that leave a rack, and that come to one: each way of its uplinks
    uint32_t total{0};      //!< in all
    uint32_t overtakes{16}; //!< how often a waiting move is overtaken, see MoveQueue
};

/// Where a move goes from and to.
struct MoveEnds
{
    ServerPlace source;      //!< the server that the VM leaves
    ServerPlace destination; //!< the server that it goes to
};

/**
 * Holds moves back while as many are under way as the limits allow. A move between two racks uses
 * the uplinks of both, a move within a rack none.
 *
 * The order is that of arrival, but a move that must wait does not block those behind it that can
 * go: then one that needs two servers at once could wait for ever while one or the other is busy.
 * So a waiting move lets at most `overtakes` later ones pass that use a server's or rack's link
 * which it needs; from then on those wait behind it.
 */
class MoveQueue
{
  public:
    /// @param limits from now on; what is under way goes on
    void SetLimits(const MoveLimits& limits);
    /// @param move id of a move that waits from now on
    void Push(uint32_t move);
    /// @param move id of a move that does not wait any more @return false if it did not
    bool Remove(uint32_t move);
    /// Says where a waiting move would go from and to; none if it cannot begin for other reasons.
    using Locator = std::function<std::optional<MoveEnds>(uint32_t move)>;
    /**
     * Takes the first move that may begin out of the queue and counts it as under way.
     * @param locate see Locator
     * @return its id; none if none may begin
     */
    std::optional<uint32_t> Next(const Locator& locate);
    /// @param move id of a move that is over; nothing happens if it was not under way
    void Closed(uint32_t move);

    /// @return how many wait
    size_t GetWaiting() const;
    /// @return how many are under way
    size_t GetRunning() const;

  private:
    using Links = std::set<std::string>; //!< names of links, each way one

    /// A move that waits.
    struct Waiting
    {
        uint32_t move{0};      //!< its id
        uint32_t overtaken{0}; //!< later ones that used a link which it needs
    };

    /// @return the links with a limit that a move uses
    Links GetLinks(const MoveEnds& ends) const;
    /// @return whether one more move may use these links
    bool Admits(const Links& links) const;
    /// Counts the move that begins for those before it.
    void CountOvertaking(const std::map<uint32_t, Links>& before, const Links& links);

    MoveLimits m_limits;                    //!< see SetLimits
    std::list<Waiting> m_waiting;           //!< in order of arrival
    std::map<uint32_t, Links> m_running;    //!< by move
    std::map<std::string, uint32_t> m_used; //!< moves under way, by link
};

} // namespace vmm
} // namespace ns3

#endif // VMM_MOVE_QUEUE_H
