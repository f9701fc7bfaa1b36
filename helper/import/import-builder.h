// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_IMPORT_BUILDER_H
#define VMM_IMPORT_BUILDER_H

#include "ns3/imported-topology.h"
#include "ns3/topology-builder.h"

#include <string>

namespace ns3
{
namespace vmm
{

/**
 * A builder that reads the topology from a file, its key `topology_file`: "graphml" and "hpcc". As
 * any builder it may be used by name, and then gives the fabric alone, opening the file itself:
 *
 *     BuilderInput input;
 *     input.values["topology_file"] = "abilene.graphml";
 *     Ptr<Fabric> fabric = FabricHelper().Build("graphml", input);
 */
class ImportBuilder : public TopologyBuilder
{
  public:
    /**
     * @param input values["topology_file"] is a path
     * @return the connected fabric
     * @throws BuilderError if a key is wrong, or the topology not connected
     * @throws ScenarioError at the first thing wrong in the file
     */
    Topology Build(const BuilderInput& input) const override;

    /**
     * @param name of the file, for errors
     * @param bytes of the file
     * @param input keys, rates and delays
     * @return the nodes and links of the file alone; connected or not
     * @throws BuilderError if a key is wrong
     * @throws ScenarioError at the first thing wrong in the file
     */
    virtual ImportedTopology
    Read(const std::string& name, const std::string& bytes, const BuilderInput& input) const = 0;

    /**
     * @param name of the file, for errors
     * @param bytes of the file
     * @param input keys, rates and delays
     * @return the connected fabric, with what CompleteFabric() adds
     * @throws BuilderError as Build()
     * @throws ScenarioError as Build()
     */
    ImportedTopology
    Import(const std::string& name, const std::string& bytes, const BuilderInput& input) const;

    /**
     * @param path of a file
     * @return its bytes
     * @throws ScenarioError if it is missing, no regular file, unreadable or above 16 MiB
     */
    static std::string ReadFile(const std::string& path);

    /// @param name of a fabric @return the builder of that name, null if it reads no file
    static const ImportBuilder* Find(const std::string& name);

  protected:
    /// @param input what to build @return how many servers each router gets
    virtual uint32_t GetServers(const BuilderInput& input) const = 0;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_IMPORT_BUILDER_H
