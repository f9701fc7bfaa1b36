// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_PREFIX_TABLE_H
#define VMM_PREFIX_TABLE_H

#include "ns3/flow-hash.h"
#include "ns3/vmm-ip-address.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Key of an IPv4 prefix: the address in host order.
struct Ipv4Key
{
    static constexpr int BITS = 32; //!< of an address
    uint32_t bits = 0;              //!< the address

    /// @param address an IPv4 address @return its key
    static Ipv4Key From(const IpAddress& address)
    {
        const uint8_t* b = address.GetBytes();
        return {uint32_t(b[0]) << 24 | uint32_t(b[1]) << 16 | uint32_t(b[2]) << 8 | b[3]};
    }

    /// @param length in bits @return a key with that many leading ones
    static Ipv4Key Mask(int length)
    {
        return {length == 0 ? 0 : ~uint32_t(0) << (32 - length)};
    }

    /// @param mask a mask @return this without the bits behind the mask
    Ipv4Key And(const Ipv4Key& mask) const
    {
        return {bits & mask.bits};
    }

    /// @param other a key @return whether both are the same
    bool operator==(const Ipv4Key& other) const
    {
        return bits == other.bits;
    }

    /// @return 64 bits of which the upper ones depend on the whole key
    uint64_t Hash() const
    {
        return bits * 0x9e3779b97f4a7c15ULL;
    }
};

/// Key of an IPv6 prefix: the address as two numbers.
struct Ipv6Key
{
    static constexpr int BITS = 128; //!< of an address
    uint64_t high = 0;               //!< first eight octets
    uint64_t low = 0;                //!< last eight octets

    /// @param b eight octets in network order @return the number
    static uint64_t Read(const uint8_t* b)
    {
        uint64_t x = 0;
        for (int i = 0; i < 8; ++i)
        {
            x = x << 8 | b[i];
        }
        return x;
    }

    /// @param address an IPv6 address @return its key
    static Ipv6Key From(const IpAddress& address)
    {
        return {Read(address.GetBytes()), Read(address.GetBytes() + 8)};
    }

    /// @param length in bits @return a key with that many leading ones
    static Ipv6Key Mask(int length)
    {
        Ipv6Key mask;
        mask.high = length == 0 ? 0 : ~uint64_t(0) << (length >= 64 ? 0 : 64 - length);
        mask.low = length <= 64 ? 0 : ~uint64_t(0) << (128 - length);
        return mask;
    }

    /// @param mask a mask @return this without the bits behind the mask
    Ipv6Key And(const Ipv6Key& mask) const
    {
        return {high & mask.high, low & mask.low};
    }

    /// @param other a key @return whether both are the same
    bool operator==(const Ipv6Key& other) const
    {
        return high == other.high && low == other.low;
    }

    /// @return 64 bits of which the upper ones depend on the whole key
    uint64_t Hash() const
    {
        return (MixBits(high) ^ low) * 0x9e3779b97f4a7c15ULL;
    }
};

/**
 * Longest-prefix match by one hash table per prefix length in use: a look-up probes those lengths,
 * longest first, so that a fabric with host routes, rack prefixes and a default route costs three
 * probes however many host routes there are.
 *
 * With a hundred thousand host routes the cost is not the number of instructions but the cache
 * lines that nobody has touched for a while. So a slot holds all that forwarding a packet reads and
 * writes (16 octets for IPv4), and a look-up touches one line; the pointer to everything else lies
 * in an array of its own.
 *
 * @tparam Key Ipv4Key or Ipv6Key
 * @tparam Value what a prefix maps to (a pointer is kept, not owned)
 */
template <typename Key, typename Value>
class PrefixTable
{
  public:
    /// What a look-up touches.
    struct Slot
    {
        mutable int64_t stamp = 0; //!< for the user
        Key key;                   //!< the prefix
        uint32_t word = 0;         //!< for the user; 0: the slot is free
    };

    /// A found prefix.
    struct Hit
    {
        const Slot* slot = nullptr;    //!< null: not found
        Value* const* value = nullptr; //!< what the prefix maps to

        /// @return whether something was found
        explicit operator bool() const
        {
            return slot != nullptr;
        }
    };

    /**
     * @param key bits behind the length must be zero
     * @param length 0 to Key::BITS
     * @return the slot and value of exactly this prefix, good until the table changes
     */
    Hit Find(const Key& key, int length) const
    {
        const auto& level = m_levels[length];
        return level ? level->Find(key) : Hit();
    }

    /**
     * Sets a prefix.
     * @param key bits behind the length must be zero
     * @param length 0 to Key::BITS
     * @param value what it maps to
     * @param word not 0
     * @param stamp the stamp
     */
    void Set(const Key& key, int length, Value* value, uint32_t word, int64_t stamp)
    {
        auto& level = m_levels[length];
        if (!level)
        {
            level = std::make_unique<Level>();
            level->mask = Key::Mask(length);
            Relist();
        }
        level->Insert({stamp, key, word}, value);
    }

    /**
     * Removes a prefix, if it is there.
     * @param key bits behind the length must be zero
     * @param length 0 to Key::BITS
     */
    void Remove(const Key& key, int length)
    {
        auto& level = m_levels[length];
        if (level)
        {
            level->Erase(key);
            if (level->count == 0)
            {
                level.reset();
                Relist();
            }
        }
    }

    /**
     * @param key an address
     * @param accept bool(Hit): says whether a match counts, else a shorter one is sought
     * @return the longest accepted prefix with the address
     */
    template <typename Accept>
    Hit Longest(const Key& key, Accept accept) const
    {
        for (const Level* level : m_present)
        {
            Hit hit = level->Find(key.And(level->mask));
            if (hit && accept(hit))
            {
                return hit;
            }
        }
        return {};
    }

    /// @param key an address @return the longest prefix with it
    Hit Longest(const Key& key) const
    {
        for (const Level* level : m_present)
        {
            if (Hit hit = level->Find(key.And(level->mask)))
            {
                return hit;
            }
        }
        return {};
    }

    /// @param visit void(Value&), called for every value in no particular order
    template <typename Visit>
    void ForEach(Visit visit) const
    {
        for (const Level* level : m_present)
        {
            for (size_t i = 0; i < level->slots.size(); ++i)
            {
                if (level->slots[i].word)
                {
                    visit(*level->values[i]);
                }
            }
        }
    }

    /// Forgets every prefix.
    void Clear()
    {
        m_present.clear();
        for (auto& level : m_levels)
        {
            level.reset();
        }
    }

  private:
    /// The prefixes of one length: linear probing, at most 4/5 full.
    struct Level
    {
        std::vector<Slot> slots = std::vector<Slot>(8);      //!< a power of two of them
        std::vector<Value*> values = std::vector<Value*>(8); //!< by slot
        int shift = 61;                                      //!< from a hash to a slot number
        size_t count = 0;                                    //!< slots in use
        Key mask;                                            //!< of the length

        /// @param key a prefix @return its first slot to look at
        size_t Home(const Key& key) const
        {
            return key.Hash() >> shift;
        }

        /// @param key a prefix @return its slot, or the free one where the search ends
        size_t Search(const Key& key) const
        {
            size_t i = Home(key);
            while (slots[i].word && !(slots[i].key == key))
            {
                i = (i + 1) & (slots.size() - 1);
            }
            return i;
        }

        /// @param key a prefix @return where it is
        Hit Find(const Key& key) const
        {
            size_t i = Search(key);
            return slots[i].word ? Hit{&slots[i], &values[i]} : Hit();
        }

        /// Sets slot.key to the rest of slot and to value.
        void Insert(const Slot& slot, Value* value)
        {
            size_t i = Search(slot.key);
            if (!slots[i].word && 5 * ++count > 4 * slots.size())
            {
                Grow();
                i = Search(slot.key);
            }
            slots[i] = slot;
            values[i] = value;
        }

        /// Takes key out and closes the gap that it leaves in the run of slots behind it.
        void Erase(const Key& key)
        {
            size_t gap = Search(key);
            if (!slots[gap].word)
            {
                return;
            }
            size_t mask = slots.size() - 1;
            for (size_t i = (gap + 1) & mask; slots[i].word; i = (i + 1) & mask)
            {
                if (((i - Home(slots[i].key)) & mask) >= ((i - gap) & mask))
                {
                    slots[gap] = slots[i];
                    values[gap] = values[i];
                    gap = i;
                }
            }
            slots[gap].word = 0;
            --count;
        }

        /// Doubles the number of slots.
        void Grow()
        {
            std::vector<Slot> oldSlots(slots.size() * 2);
            std::vector<Value*> oldValues(slots.size() * 2);
            oldSlots.swap(slots);
            oldValues.swap(values);
            --shift;
            for (size_t i = 0; i < oldSlots.size(); ++i)
            {
                if (oldSlots[i].word)
                {
                    size_t to = Search(oldSlots[i].key);
                    slots[to] = oldSlots[i];
                    values[to] = oldValues[i];
                }
            }
        }
    };

    /// Makes the list of lengths in use.
    void Relist()
    {
        m_present.clear();
        for (int length = Key::BITS; length >= 0; --length)
        {
            if (m_levels[length])
            {
                m_present.push_back(m_levels[length].get());
            }
        }
    }

    std::array<std::unique_ptr<Level>, Key::BITS + 1> m_levels; //!< by length
    std::vector<const Level*> m_present;                        //!< those in use, longest first
};

} // namespace vmm
} // namespace ns3

#endif // VMM_PREFIX_TABLE_H
