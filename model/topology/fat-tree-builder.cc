// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/dc-fabric-builder.h"

namespace ns3
{
namespace vmm
{

namespace
{

/**
 * Three-tier fat-tree of k-port switches (Al-Fares, Loukissas and Vahdat, SIGCOMM 2008): k pods of
 * k/2 edge-P-E and k/2 agg-P-A switches, k/2 servers server-P-E-I with the NVE in the server on
 * every edge switch, and (k/2)^2 core-C switches, where core-C is linked to agg-P-A of every pod
 * with A = C / (k/2). The management node is on edge-0-0, outside hosts on the last edge switch.
 */
class FatTreeBuilder : public DcFabricBuilder
{
  public:
    std::string GetName() const override
    {
        return "fat-tree";
    }

    std::vector<BuilderKey> GetKeys() const override
    {
        return {{"k", "4", "ports of a switch, even, 2 to 64"}};
    }

    LaidFabric
    Lay(Topology& topology, const BuilderInput& input, const FabricPlace& place) const override
    {
        uint32_t k = GetCount(input, "k", 2, 64);
        if (k % 2 != 0)
        {
            throw BuilderError("k",
                               "found k \"" + std::to_string(k) + "\", expected an even number");
        }
        uint32_t half = k / 2;
        std::vector<NodeId> cores;
        for (uint32_t c = 0; c < half * half; c++)
        {
            cores.push_back(
                topology.AddNode(place.Make("core-" + std::to_string(c), NodeRole::CORE)));
        }
        LaidFabric laid{cores};
        for (uint32_t pod = 0; pod < k; pod++)
        {
            std::vector<NodeId> edges = AddPod(topology, input, place, pod, cores);
            laid.first = pod == 0 ? edges.front() : laid.first;
            laid.last = edges.back();
        }
        return laid;
    }

  private:
    /**
     * @param topology where
     * @param input rates and delays
     * @param place names and data centre
     * @param pod its number
     * @param cores all core switches, (k/2)^2 of them
     * @return the pod's edge switches
     */
    static std::vector<NodeId> AddPod(Topology& topology,
                                      const BuilderInput& input,
                                      const FabricPlace& place,
                                      uint32_t pod,
                                      const std::vector<NodeId>& cores)
    {
        uint32_t half = 1;
        while (half * half < cores.size())
        {
            half++;
        }
        std::string number = "-" + std::to_string(pod) + "-";
        std::vector<NodeId> aggregations;
        for (uint32_t a = 0; a < half; a++)
        {
            NodeId agg = topology.AddNode(
                place.Make("agg" + number + std::to_string(a), NodeRole::AGGREGATION));
            aggregations.push_back(agg);
            for (uint32_t c = 0; c < half; c++)
            {
                LinkFabric(topology, input, agg, cores[a * half + c]);
            }
        }
        std::vector<NodeId> edges;
        for (uint32_t e = 0; e < half; e++)
        {
            NodeId edge =
                topology.AddNode(place.Make("edge" + number + std::to_string(e), NodeRole::EDGE));
            edges.push_back(edge);
            for (NodeId agg : aggregations)
            {
                LinkFabric(topology, input, edge, agg);
            }
            for (uint32_t i = 0; i < half; i++)
            {
                TopologyNode server =
                    place.Make("server" + number + std::to_string(e) + "-" + std::to_string(i),
                               NodeRole::SERVER);
                server.nve = true;
                LinkServer(topology, input, topology.AddNode(server), edge);
            }
        }
        return edges;
    }
};

const FatTreeBuilder g_builder;                //!< the builder
const TopologyBuilderEntry g_entry{g_builder}; //!< its entry in the registry

} // namespace

} // namespace vmm
} // namespace ns3
