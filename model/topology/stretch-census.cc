// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/stretch-census.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// Adds up triples.
class Tally
{
  public:
    /// @param way mean length of the ways @param longest longest of them @param direct distance
    void Add(double way, double longest, double direct)
    {
        m_census.triangleSum += way;
        m_census.directSum += direct;
        m_census.max = std::max(m_census.max, longest / direct);
        m_census.maxExtra = std::max(m_census.maxExtra, longest - direct);
        m_stretch.push_back(way / direct);
    }

    /// A triple whose correspondent and destination are in one place.
    void AddUndefined()
    {
        m_census.undefined++;
    }

    /// A triple that has no finite way.
    void AddLooping()
    {
        m_census.looping++;
    }

    /// @return the figures
    StretchCensus Finish()
    {
        size_t n = m_stretch.size();
        m_census.triples = n + m_census.looping + m_census.undefined;
        if (n > 0)
        {
            std::sort(m_stretch.begin(), m_stretch.end());
            double sum = 0;
            for (double stretch : m_stretch)
            {
                sum += stretch;
            }
            m_census.mean = sum / n;
            m_census.median = (m_stretch[(n - 1) / 2] + m_stretch[n / 2]) / 2;
            m_census.p90 = m_stretch[static_cast<size_t>(std::ceil(0.9 * n)) - 1];
            m_census.meanExtra = (m_census.triangleSum - m_census.directSum) / n;
        }
        return m_census;
    }

  private:
    StretchCensus m_census;        //!< so far
    std::vector<double> m_stretch; //!< of each triple
};

/// A square of distances between the nodes of a census.
using Matrix = std::vector<std::vector<double>>;

/// @return distances between all of nodes
Matrix
GetMatrix(const Topology& topology, const std::vector<NodeId>& nodes, PathMetric metric)
{
    if (nodes.size() < 3)
    {
        throw std::invalid_argument("found fewer than 3 nodes, expected triples");
    }
    Matrix matrix;
    for (NodeId from : nodes)
    {
        auto distances = topology.GetDistances(from, metric);
        matrix.emplace_back();
        for (NodeId to : nodes)
        {
            uint64_t distance = distances->at(to);
            if (distance == UNREACHABLE_DISTANCE)
            {
                throw std::invalid_argument("found no path from " + topology.GetNode(from).name +
                                            " to " + topology.GetNode(to).name);
            }
            matrix.back().push_back(static_cast<double>(distance));
        }
    }
    return matrix;
}

} // namespace

StretchCensus
CountTriangles(const Topology& topology, const std::vector<NodeId>& nodes, PathMetric metric)
{
    Matrix d = GetMatrix(topology, nodes, metric);
    Tally tally;
    for (size_t source = 0; source < nodes.size(); source++)
    {
        for (size_t to = 0; to < nodes.size(); to++)
        {
            for (size_t from = 0; from < nodes.size(); from++)
            {
                if (source == to || to == from || from == source)
                {
                    continue;
                }
                if (d[from][to] == 0)
                {
                    tally.AddUndefined();
                }
                else
                {
                    double way = d[from][source] + d[source][to];
                    tally.Add(way, way, d[from][to]);
                }
            }
        }
    }
    return tally.Finish();
}

StretchCensus
CountRedirects(const Topology& topology,
               const std::vector<NodeId>& nodes,
               RedirectReading reading,
               bool defaultRouters)
{
    Matrix d = GetMatrix(topology, nodes, PathMetric::HOPS);
    Tally tally;
    for (size_t source = 0; source < nodes.size(); source++)
    {
        for (size_t to = 0; to < nodes.size(); to++)
        {
            if (source == to)
            {
                continue;
            }
            WalkAnalysis analysis(
                topology,
                MakeForwardingState(
                    topology, reading, nodes[source], nodes[to], {nodes[source]}, defaultRouters));
            for (size_t from = 0; from < nodes.size(); from++)
            {
                if (from == source || from == to)
                {
                    continue;
                }
                const WalkSummary& summary = analysis.From(nodes[from]);
                if (summary.mayLoop || summary.mayFail)
                {
                    tally.AddLooping();
                }
                else
                {
                    tally.Add(summary.meanHops, summary.maxHops, d[from][to]);
                }
            }
        }
    }
    return tally.Finish();
}

} // namespace vmm
} // namespace ns3
