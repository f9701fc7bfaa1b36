// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/hpcc-import.h"

#include "ns3/csv-text.h"
#include "ns3/quantities.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint64_t MAX_NODES = 65534;     //!< as many as the address plan has room for
constexpr uint64_t MAX_LINKS = 458752;    //!< likewise
constexpr uint64_t MAX_FLOWS = 1000000;   //!< of a file; a scenario takes fewer
constexpr size_t MAX_PARALLEL = 65536;    //!< as many as TopologyLink::index tells apart
constexpr double MAX_SECONDS = 1e9;       //!< of a start
constexpr uint64_t MAX_SIZE = 1ULL << 50; //!< of a flow

/// A word of a file.
struct Word
{
    std::string text;  //!< it
    SourcePosition at; //!< where it starts
};

/// Reads a file word by word.
class WordReader
{
  public:
    WordReader(const std::string& name, const std::string& bytes)
        : m_name(name),
          m_bytes(bytes)
    {
        CheckCsvText(name, bytes);
    }

    /// @return the next word; throws ScenarioError if there is none. @param expected what it is
    Word Next(const std::string& expected)
    {
        Skip();
        SourcePosition at{m_name, m_line, m_column};
        size_t begin = m_at;
        while (m_at < m_bytes.size() && !IsBlank(m_bytes[m_at]))
        {
            ++m_at;
        }
        if (m_at == begin)
        {
            throw ScenarioError(at, "the end of the file", expected);
        }
        m_column += CountCharacters(m_bytes.data() + begin, m_bytes.data() + m_at);
        return {m_bytes.substr(begin, m_at - begin), at};
    }

    /**
     * @param expected what the next word is, for an error
     * @param parse from its text to the value, throws ValueError
     * @return the value
     */
    template <typename Parse>
    auto Get(const std::string& expected, Parse parse)
    {
        Word word = Next(expected);
        m_last = word.at;
        try
        {
            return parse(word.text);
        }
        catch (const ValueError& error)
        {
            throw ScenarioError(word.at, error.found, expected + ": " + error.expected);
        }
    }

    /// @return the next word, a whole number
    uint64_t GetCount(const std::string& expected, uint64_t least, uint64_t most)
    {
        return Get(expected,
                   [least, most](const std::string& text)
                   {
                       return ParseCount(text, least, most);
                   });
    }

    /// @return where the word started that Get() read last
    const SourcePosition& GetLast() const
    {
        return m_last;
    }

    /// Throws ScenarioError if there is another word.
    void End(const std::string& expected)
    {
        Skip();
        if (m_at < m_bytes.size())
        {
            Word word = Next("");
            throw ScenarioError(word.at, ShowText(word.text), expected);
        }
    }

  private:
    static bool IsBlank(char c)
    {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    void Skip()
    {
        for (; m_at < m_bytes.size() && IsBlank(m_bytes[m_at]); ++m_at)
        {
            bool end = m_bytes[m_at] == '\n';
            m_line += end ? 1 : 0;
            m_column = end ? 1 : m_column + 1;
        }
    }

    const std::string& m_name;  //!< of the file
    const std::string& m_bytes; //!< of the file
    size_t m_at = 0;            //!< next byte
    uint32_t m_line = 1;        //!< its line
    uint32_t m_column = 1;      //!< its column
    SourcePosition m_last;      //!< of the last value
};

std::string
GetSwitch(uint32_t number)
{
    return "switch-" + std::to_string(number);
}

/// @return the numbers of the switches
std::set<uint64_t>
ReadSwitches(WordReader& words, uint64_t count, uint64_t nodes)
{
    std::set<uint64_t> switches;
    for (uint64_t i = 0; i < count; i++)
    {
        uint64_t number = words.GetCount("a switch", 0, nodes - 1);
        if (!switches.insert(number).second)
        {
            throw ScenarioError(words.GetLast(),
                                "switch " + std::to_string(number) + " again",
                                "a switch that is not listed yet");
        }
    }
    return switches;
}

/// @return a link, all but its index; and its loss
std::pair<TopologyLink, double>
ReadLink(WordReader& words, uint64_t nodes, const BuilderInput& input)
{
    TopologyLink link;
    link.a = static_cast<NodeId>(words.GetCount("a link's source", 0, nodes - 1));
    link.b = static_cast<NodeId>(words.GetCount("its destination", 0, nodes - 1));
    if (link.a == link.b)
    {
        throw ScenarioError(words.GetLast(),
                            "a link of node " + std::to_string(link.a) + " to itself",
                            "another node");
    }
    link.rate = words.Get("its rate",
                          [](const std::string& text)
                          {
                              return ParseRate(text, Bound::POSITIVE);
                          });
    link.delay = words.Get("its delay",
                           [](const std::string& text)
                           {
                               return ParseTime(text, Bound::NON_NEGATIVE);
                           });
    double loss = words.Get("its error rate",
                            [](const std::string& text)
                            {
                                return ParseScientific(text, 0, 1);
                            });
    link.mtu = input.mtu;
    link.queue = input.queue;
    return {link, loss};
}

} // namespace

std::string
GetHpccServer(uint32_t number)
{
    return "server-" + std::to_string(number);
}

ImportedTopology
ImportHpcc(const std::string& name, const std::string& bytes, const BuilderInput& input)
{
    WordReader words(name, bytes);
    uint64_t nodes = words.GetCount("the number of nodes", 1, MAX_NODES);
    uint64_t switchCount = words.GetCount("the number of switches", 0, nodes);
    uint64_t links = words.GetCount("the number of links", 0, MAX_LINKS);
    std::set<uint64_t> switches = ReadSwitches(words, switchCount, nodes);
    ImportedTopology result;
    for (uint32_t i = 0; i < nodes; i++)
    {
        bool isSwitch = switches.count(i) > 0;
        TopologyNode node{isSwitch ? GetSwitch(i) : GetHpccServer(i),
                          isSwitch ? NodeRole::SWITCH : NodeRole::SERVER};
        node.nve = !isSwitch;
        result.topology.AddNode(node);
    }
    std::map<std::pair<NodeId, NodeId>, size_t> parallel;
    for (uint64_t i = 0; i < links; i++)
    {
        auto [link, loss] = ReadLink(words, nodes, input);
        size_t& index = parallel[std::minmax(link.a, link.b)];
        if (index == MAX_PARALLEL)
        {
            throw ScenarioError(words.GetLast(), "one more link of these nodes", "at most 65536");
        }
        link.index = static_cast<uint16_t>(index++);
        LinkId id = result.topology.AddLink(link);
        if (loss > 0)
        {
            result.losses[id] = loss;
        }
    }
    words.End("the end of the file after " + std::to_string(links) + " links");
    return result;
}

std::vector<HpccFlow>
ImportHpccFlows(const std::string& name, const std::string& bytes, const Topology& topology)
{
    WordReader words(name, bytes);
    auto server = [&words, &topology](const std::string& what)
    {
        uint64_t number = words.GetCount(what, 0, MAX_NODES);
        if (!topology.FindNode(GetHpccServer(static_cast<uint32_t>(number))))
        {
            throw ScenarioError(words.GetLast(),
                                "node " + std::to_string(number),
                                what + ": a node of the topology that is no switch");
        }
        return static_cast<uint32_t>(number);
    };
    uint64_t count = words.GetCount("the number of flows", 0, MAX_FLOWS);
    std::vector<HpccFlow> flows;
    for (uint64_t i = 0; i < count; i++)
    {
        HpccFlow flow;
        flow.source = server("a flow's source");
        flow.at = words.GetLast();
        flow.destination = server("its destination");
        if (flow.source == flow.destination)
        {
            throw ScenarioError(words.GetLast(),
                                "a flow of node " + std::to_string(flow.source) + " to itself",
                                "another node");
        }
        flow.priority = static_cast<uint32_t>(words.GetCount("its priority", 0, 255));
        flow.port = static_cast<uint32_t>(words.GetCount("its port", 0, 65535));
        flow.bytes = words.GetCount("its size in bytes", 1, MAX_SIZE);
        double seconds = words.Get("its start in seconds",
                                   [](const std::string& text)
                                   {
                                       return ParseScientific(text, 0, MAX_SECONDS);
                                   });
        flow.start = NanoSeconds(std::llround(seconds * 1e9));
        flow.startAt = words.GetLast();
        flows.push_back(flow);
    }
    words.End("the end of the file after " + std::to_string(count) + " flows");
    return flows;
}

} // namespace vmm
} // namespace ns3
