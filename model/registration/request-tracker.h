// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_REQUEST_TRACKER_H
#define VMM_REQUEST_TRACKER_H

#include "ns3/nstime.h"
#include "ns3/registration-message.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What a request is paced with: requests about one VM to one recipient.
struct RequestPath
{
    VmKey vm;            //!< the VM
    IpAddress recipient; //!< where its requests go

    /// @return whether this sorts before other: by recipient, then by VM
    bool operator<(const RequestPath& other) const
    {
        return recipient != other.recipient ? recipient < other.recipient : vm < other.vm;
    }
};

/// Timers and limits of a RequestTracker.
struct RequestTimers
{
    Time initialTimeout = Seconds(1); //!< wait after the first transmission, > 0
    Time maxTimeout = Seconds(32);    //!< the wait doubles up to this
    uint32_t maxRetransmissions = 8;  //!< transmissions after the first one
    uint32_t maxRate = 3;             //!< transmissions in any one second for a path, > 0
};

/// What the owner of a RequestTracker has to do.
struct RequestAction
{
    /// Kind of action.
    enum Kind : uint8_t
    {
        TRANSMIT, //!< send the request, same octets as ever
        GIVE_UP   //!< it stays unanswered; the tracker has forgotten it
    };

    Kind kind;              //!< what to do
    uint32_t handle;        //!< which request
    uint32_t transmissions; //!< made so far, with this one
};

/**
 * When requests are to be transmitted: retransmission after 1 s, doubling to 32 s, at most 8 times
 * (RFC 5213 section 6.9.4, RFC 6275 section 11.8), and at most 3 transmissions in any one second
 * about one VM to one recipient (RFC 6275's rule is per mobile node). Time in, actions out: knows
 * no messages, sockets or simulator. Requests of equal due time come out in the order of their
 * handles.
 *
 * @code
 * const auto added = tracker.Add({vm, recipient}, now);
 * if (added.transmit) { ... }
 * timer at *tracker.GetNextTime() -> for (const auto& action : tracker.Advance(now)) { ... }
 * @endcode
 */
class RequestTracker
{
  public:
    /// Result of Add().
    struct Added
    {
        uint32_t handle; //!< of the new request, never 0
        bool transmit;   //!< whether to send it at once; if not, Advance() says when
    };

    /**
     * @param timers timers and limits
     * @throws std::invalid_argument if initialTimeout or maxRate is not above 0, or maxTimeout is
     * below initialTimeout
     */
    explicit RequestTracker(const RequestTimers& timers = RequestTimers());

    /**
     * @param path what it is paced with
     * @param now the time
     * @return the new request's handle, and whether pacing lets it go at once
     */
    Added Add(const RequestPath& path, Time now);
    /// Forgets a request, because it was answered or is not wanted. @return whether it was known
    bool Remove(uint32_t handle);
    /**
     * @param now the time, never less than in an earlier call
     * @return everything due until now, in order
     */
    std::vector<RequestAction> Advance(Time now);
    /// @return when Advance() has to be called next; none if nothing waits
    std::optional<Time> GetNextTime() const;
    /// @return how often the request was transmitted; 0 if it is not known
    uint32_t GetTransmissions(uint32_t handle) const;

    /// @return requests that wait for an answer
    size_t GetSize() const
    {
        return m_pending.size();
    }

    /// @return paths that pacing remembers
    size_t GetPathCount() const
    {
        return m_recent.size();
    }

  private:
    /// One request.
    struct Pending
    {
        RequestPath path;           //!< what it is paced with
        Time due;                   //!< next transmission, or giving up
        Time timeout;               //!< wait after the next transmission
        uint32_t transmissions = 0; //!< made so far
    };

    bool TryTransmit(uint32_t handle, Pending& pending, Time now);
    std::optional<Time> GetBlockedUntil(const RequestPath& path, Time now);
    void ForgetOldPaths(Time now);

    RequestTimers m_timers;                           //!< timers and limits
    std::map<uint32_t, Pending> m_pending;            //!< by handle
    std::set<std::pair<Time, uint32_t>> m_agenda;     //!< due times and handles
    std::map<RequestPath, std::deque<Time>> m_recent; //!< transmissions of the last second
    size_t m_sweepAt = 1024;                          //!< size of m_recent to sweep at
    uint32_t m_nextHandle = 1;                        //!< handle of the next request
};

/**
 * Remembers requests that were received, so that a duplicate gets the same reply again and is not
 * acted on twice. A duplicate has the same octets from the same address and port. Bounded in size
 * (the oldest goes first) and in time.
 */
class DuplicateCache
{
  public:
    /// A reply and its octets.
    struct Reply
    {
        RegistrationMessage message; //!< for traces
        std::vector<uint8_t> octets; //!< what goes on the wire again
    };

    /// What is known about a request.
    enum Verdict : uint8_t
    {
        FRESH,       //!< not seen; now noted as in progress
        IN_PROGRESS, //!< seen, not answered yet
        ANSWERED     //!< seen and answered
    };

    /// Result of Check().
    struct Finding
    {
        Verdict verdict;    //!< what is known
        const Reply* reply; //!< for ANSWERED, valid until the next call; else null
    };

    /**
     * @param maxEntries requests remembered, > 0
     * @param holdTime how long, >= 0
     */
    DuplicateCache(size_t maxEntries, Time holdTime);

    /**
     * @param from address of the sender
     * @param port UDP port of the sender
     * @param octets the request
     * @return what identifies the request
     */
    static std::string
    MakeKey(const IpAddress& from, uint16_t port, const std::vector<uint8_t>& octets);
    /// Looks a request up and notes it. @return what is known about it
    Finding Check(const std::string& key, Time now);
    /// Keeps the reply to a noted request. Does nothing if the request is no longer noted.
    void Answer(const std::string& key, const Reply& reply);
    /// Forgets a request, so that it counts as fresh when it comes again.
    void Forget(const std::string& key);
    /// Forgets all.
    void Clear();

    /// @return requests remembered
    size_t GetSize() const
    {
        return m_entries.size();
    }

  private:
    /// One request.
    struct Entry
    {
        std::list<std::pair<Time, std::string>>::iterator place; //!< in m_order
        std::optional<Reply> reply;                              //!< if it was answered
    };

    size_t m_maxEntries;                              //!< limit
    Time m_holdTime;                                  //!< limit
    std::list<std::pair<Time, std::string>> m_order;  //!< expiry and key, oldest first
    std::unordered_map<std::string, Entry> m_entries; //!< by key, only searched
};

} // namespace vmm
} // namespace ns3

#endif // VMM_REQUEST_TRACKER_H
