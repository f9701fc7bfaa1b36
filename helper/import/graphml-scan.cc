// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/graphml-scan.h"

#include "ns3/csv-text.h"

#include <algorithm>
#include <boost/locale/utf.hpp>
#include <cstring>
#include <string_view>

namespace ns3
{
namespace vmm
{

namespace
{

using Utf8 = boost::locale::utf::utf_traits<char>;

constexpr size_t MAX_DEPTH = 100; //!< a GraphML file of one graph has 5

/// @return whether a character is white space in XML
bool
IsBlank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Goes over a file from tag to tag.
class TagScanner
{
  public:
    TagScanner(const std::string& name, const std::string& bytes)
        : m_name(name),
          m_bytes(bytes)
    {
    }

    /// @return the tags; throws ScenarioError
    GraphmlTags Scan()
    {
        CheckText();
        while ((m_at = m_bytes.find('<', m_at)) != std::string::npos)
        {
            if (!SkipNoElement())
            {
                ReadTag();
            }
        }
        if (!m_open.empty())
        {
            Fail(m_bytes.size(), "the end of the file", "</" + std::string(m_open.back()) + ">");
        }
        return m_tags;
    }

  private:
    [[noreturn]] void Fail(size_t at, const std::string& found, const std::string& expected) const
    {
        throw ScenarioError(FindPosition(m_name, m_bytes, at), found, expected);
    }

    /// Refuses what Boost would take as it is, or take for the end.
    void CheckText() const
    {
        const char* end = m_bytes.data() + m_bytes.size();
        for (const char* at = m_bytes.data(); at != end;)
        {
            const char* character = at;
            auto code = Utf8::decode(at, end);
            if (code == boost::locale::utf::illegal || code == boost::locale::utf::incomplete)
            {
                Fail(character - m_bytes.data(), NameNonUtf8(*character), "UTF-8 text");
            }
            if (code == 0)
            {
                Fail(character - m_bytes.data(), "a NUL character", "text");
            }
        }
    }

    /// @return whether a text stands at m_at
    bool Starts(const char* text) const
    {
        return m_bytes.compare(m_at, std::strlen(text), text) == 0;
    }

    /// Goes behind the next occurrence of a text.
    void SkipBehind(const char* text)
    {
        size_t end = m_bytes.find(text, m_at);
        if (end == std::string::npos)
        {
            Fail(m_at, "'" + m_bytes.substr(m_at, 2) + "' without its end", text);
        }
        m_at = end + std::strlen(text);
    }

    /// Goes behind a document type, whose brackets may hold more than one '>'.
    void SkipDoctype()
    {
        const size_t begin = m_at;
        for (size_t depth = 0; m_at < m_bytes.size(); ++m_at)
        {
            char c = m_bytes[m_at];
            depth += c == '[' ? 1 : 0;
            depth -= c == ']' && depth > 0 ? 1 : 0;
            if (c == '>' && depth == 0)
            {
                ++m_at;
                return;
            }
        }
        Fail(begin, "a document type without its end", ">");
    }

    /// @return whether a comment or the like stood at m_at, which was skipped
    bool SkipNoElement()
    {
        if (Starts("<!--"))
        {
            SkipBehind("-->");
        }
        else if (Starts("<![CDATA["))
        {
            SkipBehind("]]>");
        }
        else if (Starts("<?"))
        {
            SkipBehind("?>");
        }
        else if (Starts("<!DOCTYPE") && m_at + 9 < m_bytes.size() && IsBlank(m_bytes[m_at + 9]))
        {
            SkipDoctype();
        }
        else if (Starts("<!"))
        {
            SkipBehind(">");
        }
        else
        {
            return false;
        }
        return true;
    }

    /// @return the text up to a blank or one of some characters, behind which m_at then is
    std::string_view ReadName(const char* ends)
    {
        size_t begin = m_at;
        while (m_at < m_bytes.size() && !IsBlank(m_bytes[m_at]) &&
               !std::strchr(ends, m_bytes[m_at]))
        {
            ++m_at;
        }
        return std::string_view(m_bytes).substr(begin, m_at - begin);
    }

    void SkipBlanks()
    {
        while (m_at < m_bytes.size() && IsBlank(m_bytes[m_at]))
        {
            ++m_at;
        }
    }

    /// Goes behind one character. @param expected the characters that it may be @return it
    char Take(const char* expected)
    {
        if (m_at == m_bytes.size())
        {
            Fail(m_at, "the end of the file", std::string("one of ") + expected);
        }
        if (!std::strchr(expected, m_bytes[m_at]))
        {
            Fail(m_at, ShowText(m_bytes.substr(m_at, 1)), std::string("one of ") + expected);
        }
        return m_bytes[m_at++];
    }

    /// Reads attributes up to the end of a start tag.
    void ReadAttributes(GraphmlTag& tag)
    {
        for (SkipBlanks(); m_at < m_bytes.size() && !std::strchr("/>", m_bytes[m_at]); SkipBlanks())
        {
            std::string name(ReadName("/<>=?!"));
            if (name.empty())
            {
                Fail(m_at, ShowText(m_bytes.substr(m_at, 1)), "an attribute");
            }
            SkipBlanks();
            Take("=");
            SkipBlanks();
            char quote = Take("\"'");
            size_t end = m_bytes.find(quote, m_at);
            if (end == std::string::npos)
            {
                Fail(m_at - 1, "a quote without its end", std::string(1, quote));
            }
            tag.attributes[name] = m_bytes.substr(m_at, end - m_at);
            m_at = end + 1;
        }
    }

    void ReadEndTag()
    {
        size_t begin = m_at;
        m_at += 2;
        std::string_view name = ReadName("/>?");
        SkipBlanks();
        Take(">");
        if (m_open.empty() || m_open.back() != name)
        {
            Fail(begin,
                 "the end of " + ShowText(std::string(name)),
                 m_open.empty() ? "no end tag" : "that of " + ShowText(std::string(m_open.back())));
        }
        m_open.pop_back();
    }

    void ReadTag()
    {
        if (Starts("</"))
        {
            ReadEndTag();
            return;
        }
        GraphmlTag tag;
        tag.offset = m_at++;
        std::string_view name = ReadName("/>?");
        if (name.empty())
        {
            Fail(tag.offset, "'<' without a name", "an element");
        }
        ReadAttributes(tag);
        if (Take("/>") == '/')
        {
            Take(">");
        }
        else
        {
            m_open.push_back(name);
        }
        if (m_open.size() > MAX_DEPTH)
        {
            Fail(tag.offset,
                 "elements nested more than " + std::to_string(MAX_DEPTH) + " deep",
                 "a graph");
        }
        if (name == "graph")
        {
            m_tags.graphs.push_back(std::move(tag));
        }
        else if (name == "node")
        {
            m_tags.nodes.push_back(std::move(tag));
        }
        else if (name == "edge")
        {
            m_tags.edges.push_back(std::move(tag));
        }
    }

    const std::string& m_name;            //!< of the file
    const std::string& m_bytes;           //!< of the file
    size_t m_at = 0;                      //!< where the scan is
    std::vector<std::string_view> m_open; //!< elements whose end has not come yet
    GraphmlTags m_tags;                   //!< so far
};

} // namespace

PositionFinder::PositionFinder(const std::string& name, const std::string& bytes)
    : m_name(name),
      m_bytes(bytes)
{
}

SourcePosition
PositionFinder::Find(size_t offset)
{
    if (offset < m_at)
    {
        m_at = 0;
        m_line = 1;
        m_column = 1;
    }
    const char* at = m_bytes.data() + m_at;
    m_at = std::min(offset, m_bytes.size());
    const char* end = m_bytes.data() + m_at;
    for (const char* feed; (feed = std::find(at, end, '\n')) != end; at = feed + 1)
    {
        ++m_line;
        m_column = 1;
    }
    m_column += CountCharacters(at, end);
    return {m_name, m_line, m_column};
}

SourcePosition
FindPosition(const std::string& name, const std::string& bytes, size_t offset)
{
    return PositionFinder(name, bytes).Find(offset);
}

GraphmlTags
ScanGraphml(const std::string& name, const std::string& bytes)
{
    return TagScanner(name, bytes).Scan();
}

} // namespace vmm
} // namespace ns3
