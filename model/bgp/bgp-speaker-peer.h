// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_SPEAKER_PEER_H
#define VMM_BGP_SPEAKER_PEER_H

#include "ns3/bgp-speaker.h"
#include "ns3/bgp-update-packer.h"

#include <array>

/**
 * @file
 * The parts of a BgpSpeaker that its source files share and nobody else needs.
 */

namespace ns3
{
namespace vmm
{

/**
 * Remembers the last outcomes of a function of shared attributes, for many prefixes with few sets
 * of attributes. What falls out is computed again.
 */
class BgpExportMemo
{
  public:
    /// What the outcome depends on.
    struct Key
    {
        BgpAttributesPtr attributes;      //!< which
        BgpPeerId source = 0;             //!< neighbour that the route is from
        IpFamily family = IpFamily::NONE; //!< of the prefix
        bool made = false;                //!< after the policy, rather than before
        bool keepNextHop = false;         //!< policy has set NEXT_HOP

        /// @return whether this equals other
        bool operator==(const Key& other) const
        {
            return attributes == other.attributes && source == other.source &&
                   family == other.family && made == other.made && keepNextHop == other.keepNextHop;
        }
    };

    /// A key, once used, and its outcome.
    struct Slot
    {
        Key key;                  //!< null attributes: unused
        BgpAttributesPtr outcome; //!< may be null
    };

    /// @param key wanted @return where it is, or whatever is in its place
    Slot& At(const Key& key)
    {
        size_t hash = reinterpret_cast<uintptr_t>(key.attributes.get()) / 64 + key.source * 2 +
                      static_cast<size_t>(key.family) + key.made;
        return m_slots[hash % m_slots.size()];
    }

    /// Forgets all.
    void Clear()
    {
        m_slots = {};
    }

  private:
    std::array<Slot, 32> m_slots; //!< by hash
};

/// A neighbour.
struct BgpSpeaker::Peer
{
    BgpPeerId id = 0;                //!< its number
    BgpPeerConfig config;            //!< as given
    BgpPeerSession session;          //!< the present or last one
    bool up = false;                 //!< session is Established
    uint64_t sessions = 0;           //!< changes at each start and end
    bool sendable = true;            //!< it reads
    bool starting = false;           //!< START timer runs
    bool advertising = false;        //!< ADVERTISE timer runs
    size_t received = 0;             //!< routes in its Adj-RIB-In
    size_t advertised = 0;           //!< routes in its Adj-RIB-Out
    std::vector<BgpRib::Id> pending; //!< rows that wait for its turn
    BgpUpdatePacker packer;          //!< what it is being told
    BgpExportMemo memo;              //!< of Export()

    /// @param family a family @return whether it was negotiated
    bool Speaks(const BgpFamily& family) const;
};

/// An UPDATE that waits to be processed.
struct BgpSpeaker::Job
{
    BgpPeerId peer = 0;       //!< from whom
    uint64_t session = 0;     //!< Peer::sessions then
    BgpUpdateMessage message; //!< what it says
};

/// An UPDATE that waits to be sent.
struct BgpSpeaker::Mail
{
    BgpPeerId peer = 0;       //!< to whom
    uint64_t session = 0;     //!< Peer::sessions then
    BgpUpdateMessage message; //!< what it says
};

/// A row that waits to be installed.
struct BgpSpeaker::Install
{
    Time due;          //!< when
    BgpRib::Id id = 0; //!< which
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_SPEAKER_PEER_H
