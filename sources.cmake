# The one list of this module's sources. CMakeLists.txt includes it; wscript reads it.
# A line inside set(...) is one file. Headers are listed so that they can be installed as ns3/<name>.

set(VMM_COMMON
  model/ns3-compat.h
)

set(VMM_TOPOLOGY
  model/topology/csv-builder.cc
  model/topology/fat-tree-builder.cc
  model/topology/figure-one-builder.cc
  model/topology/forwarding-walk.cc
  model/topology/forwarding-walk.h
  model/topology/leaf-spine-builder.cc
  model/topology/redirect-plan.cc
  model/topology/redirect-plan.h
  model/topology/stretch-census.cc
  model/topology/stretch-census.h
  model/topology/topology-builder.cc
  model/topology/topology-builder.h
  model/topology/topology-graph.h
  model/topology/topology-paths.cc
  model/topology/topology-segments.cc
  model/topology/topology-types.cc
  model/topology/topology-types.h
  model/topology/topology.cc
  model/topology/topology.h
)

set(VMM_ROUTING
  model/routing/drop-cause.cc
  model/routing/drop-cause.h
  model/routing/fib-devices.cc
  model/routing/fib-install.cc
  model/routing/fib-install.h
  model/routing/fib-route.cc
  model/routing/fib-route.h
  model/routing/fib.cc
  model/routing/fib.h
  model/routing/flow-hash.cc
  model/routing/flow-hash.h
  model/routing/ip-prefix.cc
  model/routing/ip-prefix.h
  model/routing/ip-tunnel-protocol.cc
  model/routing/ip-tunnel-protocol.h
  model/routing/ipv4-fib-routing.cc
  model/routing/ipv4-fib-routing.h
  model/routing/ipv6-fib-routing.cc
  model/routing/ipv6-fib-routing.h
  model/routing/link-failure-error-model.cc
  model/routing/link-failure-error-model.h
  model/routing/next-hop-group.cc
  model/routing/next-hop-group.h
  model/routing/prefix-table.h
  model/routing/vmm-ip-address.cc
  model/routing/vmm-ip-address.h
)

set(VMM_MANAGEMENT
)

set(VMM_REGISTRATION
  model/registration/registration-auth.cc
  model/registration/registration-auth.h
  model/registration/registration-decode.cc
  model/registration/registration-encode.cc
  model/registration/registration-endpoint-receive.cc
  model/registration/registration-endpoint.cc
  model/registration/registration-endpoint.h
  model/registration/registration-message.cc
  model/registration/registration-message.h
  model/registration/registration-options.h
  model/registration/request-tracker.cc
  model/registration/request-tracker.h
)

set(VMM_BGP
)

set(VMM_VM
  model/vm/access-device.cc
  model/vm/access-device.h
  model/vm/access-gateway.cc
  model/vm/access-gateway.h
  model/vm/access-switch.cc
  model/vm/access-switch.h
  model/vm/gratuitous-announcer.cc
  model/vm/gratuitous-announcer.h
  model/vm/guest-clock-simulator-impl.cc
  model/vm/guest-clock-simulator-impl.h
  model/vm/guest-clock.cc
  model/vm/guest-clock.h
  model/vm/guest-stack.cc
  model/vm/guest-stack.h
  model/vm/hypervisor-event.cc
  model/vm/hypervisor-event.h
  model/vm/hypervisor-listener.h
  model/vm/hypervisor.cc
  model/vm/hypervisor.h
  model/vm/vm-directory.cc
  model/vm/vm-directory.h
  model/vm/vm-spec.cc
  model/vm/vm-spec.h
  model/vm/vm.cc
  model/vm/vm.h
)

set(VMM_NVE
)

set(VMM_NVA
)

set(VMM_SCHEME
)

set(VMM_MIGRATION
  model/management/management-channel.cc
  model/management/management-channel.h
  model/management/management-message.cc
  model/management/management-message.h
  model/management/message-stream.cc
  model/management/message-stream.h
)

set(VMM_MEASURE
  model/measure/csv-file.cc
  model/measure/csv-file.h
  model/measure/flow-book.cc
  model/measure/flow-book.h
  model/measure/goodput-bins.cc
  model/measure/goodput-bins.h
  model/measure/host-route-tally.cc
  model/measure/host-route-tally.h
  model/measure/in-flight-census.cc
  model/measure/in-flight-census.h
  model/measure/ledger-tag.cc
  model/measure/ledger-tag.h
  model/measure/ledger-tap.cc
  model/measure/ledger-tap.h
  model/measure/migration-timeline.cc
  model/measure/migration-timeline.h
  model/measure/move-report.cc
  model/measure/move-report.h
  model/measure/packet-ledger.cc
  model/measure/packet-ledger.h
  model/measure/path-stretch.cc
  model/measure/path-stretch.h
  model/measure/path-table.cc
  model/measure/path-table.h
  model/measure/run-manifest.cc
  model/measure/run-manifest.h
  model/measure/run-results.cc
  model/measure/run-results.h
  model/measure/shortest-path-oracle.h
  model/measure/trace-writer.cc
  model/measure/trace-writer.h
)

set(VMM_HELPER
  helper/access-pcap-helper.cc
  helper/access-pcap-helper.h
  helper/scenario/attribute-value.cc
  helper/scenario/attribute-value.h
  helper/scenario/csv-table.cc
  helper/scenario/csv-table.h
  helper/scenario/csv-text.cc
  helper/scenario/csv-text.h
  helper/scenario/quantities.cc
  helper/scenario/quantities.h
  helper/scenario/result-folder.cc
  helper/scenario/result-folder.h
  helper/scenario/row-reader.cc
  helper/scenario/row-reader.h
  helper/scenario/scenario-error.cc
  helper/scenario/scenario-error.h
  helper/scenario/scenario-settings.cc
  helper/scenario/scenario-settings.h
)

set(VMM_ALL
  ${VMM_COMMON} ${VMM_TOPOLOGY} ${VMM_ROUTING} ${VMM_BGP} ${VMM_REGISTRATION} ${VMM_VM} ${VMM_MANAGEMENT}
  ${VMM_MIGRATION} ${VMM_NVE} ${VMM_NVA} ${VMM_SCHEME} ${VMM_MEASURE} ${VMM_HELPER}
)
