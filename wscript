# -*- mode: python -*-
# SPDX-License-Identifier: GPL-2.0-only
"""Builds vm-mobility with waf: inside an ns-3 tree (ns-3.35 and earlier, as contrib/vm-mobility), or
alone against an installed ns-3 that pkg-config knows. The list of sources is sources.cmake."""

import os
import re

from waflib import Context

APPNAME = "vm-mobility"
VERSION = "0"
top = "."
out = "build-waf"

MODULES = ["core", "network", "internet", "point-to-point", "bridge", "csma", "applications",
           "traffic-control", "stats"]

PROBE = """
#include "ns3/udp-client.h"
int main()
{
    return ns3::UdpClient::GetTypeId().GetSize() == sizeof(ns3::UdpClient) ? 0 : 1;
}
"""


def sources(folder, suffix):
    """The files with this suffix that sources.cmake lists."""
    with open(os.path.join(folder, "sources.cmake"), encoding="ascii") as text:
        names = re.findall(r"^\s*([\w./-]+\.(?:cc|h))\s*$", text.read(), re.MULTILINE)
    return [name for name in names if name.endswith(suffix)]


def sources_in(folder, place):
    """The sources in one folder of the module, as paths in the module."""
    names = sorted(os.listdir(os.path.join(folder, place)))
    return [place + "/" + name for name in names if name.endswith(".cc")]


def examples(folder):
    """The example programs: (name, paths). The one that runs scenarios knows examples/schemes."""
    programs = []
    for path in sources_in(folder, "examples"):
        name = os.path.basename(path)[:-3]
        more = sources_in(folder, "examples/schemes") if name == "vm-mobility-scenario" else []
        programs.append((name, [path] + more))
    return programs


def alone(ctx):
    """Whether this is the main wscript, so that there is no ns-3 tree around it."""
    return os.path.realpath(ctx.path.abspath()) == os.path.realpath(Context.run_dir)


def third_party(conf, mandatory):
    """Looks for what is needed besides ns-3; tells whether all of it is there."""
    good = conf.check_cfg(package="libcrypto", args="--cflags --libs", uselib_store="VMM",
                          mandatory=mandatory)
    good = good and conf.check_cxx(lib="boost_graph", header_name="boost/graph/adjacency_list.hpp",
                                   uselib_store="VMM", mandatory=mandatory)
    # The CSV reader starts a thread, so it needs the thread library also in this small test.
    return bool(good and conf.check_cxx(header_name="libfccp/csv.h", uselib_store="VMM",
                                        cxxflags="-pthread", linkflags="-pthread",
                                        mandatory=mandatory))


def options(opt):
    if alone(opt):
        opt.load("compiler_cxx")


def configure(conf):
    if not alone(conf):
        conf.env.VMM_FOUND = third_party(conf, False)
        if not conf.env.VMM_FOUND:
            conf.msg("vm-mobility", "left out: Boost.Graph, OpenSSL or libfccp is missing", "YELLOW")
        return
    conf.load("compiler_cxx")
    flags = os.environ.get("CXXFLAGS") or "-O2"
    conf.env.CXXFLAGS = ["-std=c++17", "-Wall", "-Wextra"] + flags.split()
    for module in MODULES:
        conf.check_cfg(package="ns3-" + module, args="--cflags --libs", uselib_store="VMM")
    third_party(conf, True)
    # Class layouts depend on whether ns-3 was built with logging: a header must agree with the
    # library about the size of a class.
    for define in ("NS3_LOG_ENABLE", "VMM_NS3_LOG_OFF"):
        if conf.check_cxx(fragment=PROBE, defines=[define], use="VMM", execute=True,
                          msg="Checking for ns-3 with " + define, mandatory=False):
            conf.env.append_value("DEFINES_VMM", define)
            return
    conf.fatal("ns-3's headers and libraries do not belong together")


def build(bld):
    if hasattr(bld, "create_ns3_module"):
        build_in_tree(bld)
    else:
        build_alone(bld)


def build_in_tree(bld):
    if not bld.env.VMM_FOUND:
        return
    folder = bld.path.abspath()
    module = bld.create_ns3_module(APPNAME, MODULES)
    module.source = sources(folder, ".cc")
    module.use.append("VMM")
    module.env.append_value("CXXFLAGS", "-std=c++17")
    headers = bld(features="ns3header")
    headers.module = APPNAME
    headers.source = sources(folder, ".h")
    if bld.env.ENABLE_EXAMPLES:
        for name, paths in examples(folder):
            program = bld.create_ns3_program(name, [APPNAME])
            program.source = paths
            program.env.append_value("CXXFLAGS", "-std=c++17")


def build_alone(bld):
    folder = bld.path.abspath()
    stubs = os.path.join(bld.bldnode.abspath(), "include")
    os.makedirs(os.path.join(stubs, "ns3"), exist_ok=True)
    for header in sources(folder, ".h"):
        stub = os.path.join(stubs, "ns3", os.path.basename(header))
        line = '#include "%s"\n' % os.path.join(folder, header)
        if not os.path.exists(stub) or open(stub).read() != line:
            with open(stub, "w") as text:
                text.write(line)
    bld.shlib(source=sources(folder, ".cc"), target=APPNAME, includes=[stubs],
              export_includes=[stubs], use="VMM")
    for name, paths in examples(folder):
        bld.program(source=paths, target=name, use=[APPNAME, "VMM"],
                    rpath=[bld.bldnode.abspath()])
