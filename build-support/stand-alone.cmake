# The build against an installed ns-3: library, examples, tests, and on request benchmarks,
# fuzzers and sanitizers.
option(VMM_BENCH "build the benchmark programs of bench/" OFF)
option(VMM_FUZZ "build the fuzzers of test/fuzz (needs clang)" OFF)
option(VMM_WERROR "warnings are errors" OFF)
set(VMM_SANITIZE "" CACHE STRING "sanitizers, for instance address,undefined")

set(CMAKE_CXX_STANDARD 17 CACHE STRING "C++ standard (later ns-3 headers need 20 or 23)")
set(CMAKE_CXX_STANDARD_REQUIRED ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
endif()

find_package(ns3 REQUIRED)
find_package(Threads REQUIRED)
find_package(Boost REQUIRED)
find_package(OpenSSL REQUIRED)
find_library(VMM_BOOST_GRAPH boost_graph REQUIRED)
find_path(VMM_FCCP libfccp/csv.h REQUIRED)

# Targets are called ns3::libcore until ns-3.42 and ns3::core from ns-3.43.
set(VMM_NS3_LIBRARIES)
foreach(module core network internet point-to-point bridge csma applications traffic-control stats)
  if(TARGET ns3::${module})
    list(APPEND VMM_NS3_LIBRARIES ns3::${module})
  elseif(TARGET ns3::lib${module})
    list(APPEND VMM_NS3_LIBRARIES ns3::lib${module})
  else()
    message(FATAL_ERROR "the installed ns-3 has no module ${module}")
  endif()
endforeach()

# Class layouts depend on whether ns-3 was built with logging, which its package does not tell.
# The library knows the size of its classes: the setting under which a header agrees is the right one.
if(NOT "${VMM_NS3_PROBED}" STREQUAL "${ns3_DIR} ${ns3_VERSION}")
  unset(VMM_NS3_LOG CACHE)
  foreach(define NS3_LOG_ENABLE VMM_NS3_LOG_OFF)
    string(TOLOWER vmm_probe_${define} binary)
    unset(VMM_PROBE_RUN CACHE)
    unset(VMM_PROBE_COMPILE CACHE)
    try_run(VMM_PROBE_RUN VMM_PROBE_COMPILE
            ${CMAKE_BINARY_DIR}/${binary}
            ${CMAKE_CURRENT_SOURCE_DIR}/build-support/log-probe.cc
            LINK_LIBRARIES ${VMM_NS3_LIBRARIES}
            COMPILE_DEFINITIONS -D${define}
            COMPILE_OUTPUT_VARIABLE VMM_PROBE_OUTPUT
            CXX_STANDARD ${CMAKE_CXX_STANDARD}
            CXX_STANDARD_REQUIRED ON)
    if(NOT VMM_PROBE_COMPILE)
      message(FATAL_ERROR "a small ns-3 program does not compile:\n${VMM_PROBE_OUTPUT}")
    endif()
    if(VMM_PROBE_RUN EQUAL 0)
      set(VMM_NS3_LOG ${define} CACHE INTERNAL "how the installed ns-3 was built")
      break()
    endif()
  endforeach()
  if(NOT DEFINED VMM_NS3_LOG)
    message(FATAL_ERROR "ns-3's headers and libraries do not belong together")
  endif()
  set(VMM_NS3_PROBED "${ns3_DIR} ${ns3_VERSION}" CACHE INTERNAL "the ns-3 that was probed")
  message(STATUS "ns-3 was built with: ${VMM_NS3_LOG}")
endif()

add_library(vmm-options INTERFACE)
target_compile_options(vmm-options INTERFACE -Wall -Wextra $<$<BOOL:${VMM_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(vmm-options INTERFACE -fpch-preprocess)
endif()
if(VMM_SANITIZE)
  target_compile_options(vmm-options INTERFACE -g -fno-omit-frame-pointer
                                               -fsanitize=${VMM_SANITIZE})
  target_link_options(vmm-options INTERFACE -fsanitize=${VMM_SANITIZE})
endif()
if(VMM_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "VMM_FUZZ needs clang: configure with -DCMAKE_CXX_COMPILER=clang++")
  endif()
  target_compile_options(vmm-options INTERFACE -g -fsanitize=fuzzer-no-link,address,undefined)
  target_link_options(vmm-options INTERFACE -fsanitize=address,undefined)
endif()

# ns-3 code includes headers as ns3/<name>.h: a stub for each of ours, as an ns-3 tree has them.
set(VMM_STUBS ${CMAKE_BINARY_DIR}/include)
foreach(header ${VMM_HEADERS})
  get_filename_component(name ${header} NAME)
  file(GENERATE OUTPUT ${VMM_STUBS}/ns3/${name}
       CONTENT "#include \"${CMAKE_CURRENT_SOURCE_DIR}/${header}\"\n")
endforeach()

add_library(vm-mobility SHARED ${VMM_SOURCES})
target_include_directories(vm-mobility PUBLIC ${VMM_STUBS})
target_compile_definitions(vm-mobility PUBLIC ${VMM_NS3_LOG})
target_link_libraries(vm-mobility
  PUBLIC ${VMM_NS3_LIBRARIES} ${VMM_BOOST_GRAPH} OpenSSL::Crypto Threads::Threads
  PRIVATE vmm-options)
target_precompile_headers(vm-mobility PRIVATE build-support/pch.h)

include(build-support/schemes.cmake)
add_library(vmm-schemes OBJECT ${VMM_SCHEME_FILES})
target_link_libraries(vmm-schemes PRIVATE vm-mobility vmm-options)

# Each file of examples/ is a program of its own; they come to lie in the build folder itself.
file(GLOB VMM_EXAMPLES CONFIGURE_DEPENDS examples/*.cc)
foreach(source ${VMM_EXAMPLES})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE vm-mobility vmm-options)
endforeach()
target_link_libraries(vm-mobility-scenario PRIVATE vmm-schemes)

# Each folder of tools/ is a program that does not simulate; these come to lie beside the examples.
file(GLOB VMM_TOOLS CONFIGURE_DEPENDS
     RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/tools ${CMAKE_CURRENT_SOURCE_DIR}/tools/*)
foreach(name ${VMM_TOOLS})
  file(GLOB parts CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tools/${name}/*.cc)
  add_executable(${name} ${parts})
  target_link_libraries(${name} PRIVATE vm-mobility vmm-options)
endforeach()

# Every header compiles alone, without the precompiled one. Built by "vmm test" only.
set(checks)
foreach(header ${VMM_HEADERS})
  get_filename_component(name ${header} NAME)
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/header-check/${name}.cc
       CONTENT "#include \"ns3/${name}\"\n#include \"ns3/${name}\"\n")
  list(APPEND checks ${CMAKE_BINARY_DIR}/header-check/${name}.cc)
endforeach()
add_library(header-check OBJECT EXCLUDE_FROM_ALL ${checks})
target_link_libraries(header-check PRIVATE vm-mobility vmm-options)
target_compile_options(header-check PRIVATE -O0)

enable_testing()
find_package(GTest REQUIRED)
include(GoogleTest)
# The test executables share one precompiled header with GoogleTest in it.
add_library(vmm-test-pch OBJECT build-support/test-pch.cc)
target_link_libraries(vmm-test-pch PRIVATE vm-mobility vmm-options GTest::gtest GTest::gmock)
target_precompile_headers(vmm-test-pch PRIVATE build-support/pch.h <gtest/gtest.h> <gmock/gmock.h>)
file(GLOB VMM_TEST_FOLDERS CONFIGURE_DEPENDS
     RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/test ${CMAKE_CURRENT_SOURCE_DIR}/test/*)
foreach(folder ${VMM_TEST_FOLDERS})
  file(GLOB cases CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/test/${folder}/*-test.cc)
  if(cases)
    add_executable(test-${folder} ${cases})
    target_include_directories(test-${folder} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/test)
    target_link_libraries(test-${folder} PRIVATE vm-mobility vmm-options
                          GTest::gtest GTest::gmock GTest::gtest_main
                          $<$<STREQUAL:${folder},conformance>:vmm-schemes>)
    target_compile_definitions(test-${folder} PRIVATE
                               VMM_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}"
                               VMM_BINARY_DIR="${CMAKE_BINARY_DIR}")
    target_precompile_headers(test-${folder} REUSE_FROM vmm-test-pch)
    gtest_discover_tests(test-${folder} DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT 600)
  endif()
endforeach()

# Other programs, a daemon and a dissector: one test for each method of the Python files.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  foreach(program bird tshark vxlan)
    set(interop ${CMAKE_CURRENT_SOURCE_DIR}/test/interop/${program}_interop.py)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${interop})
    file(STRINGS ${interop} methods REGEX "^    def test_")
    foreach(method ${methods})
      string(REGEX REPLACE "^    def (test_[a-z_]+).*" "\\1" method "${method}")
      add_test(NAME interop.${program}.${method}
               COMMAND ${Python3_EXECUTABLE} ${interop} ${CMAKE_BINARY_DIR} Interop.${method})
      set_tests_properties(interop.${program}.${method}
                           PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)
    endforeach()
  endforeach()
endif()

if(VMM_BENCH)
  find_package(benchmark REQUIRED)
  file(GLOB support CONFIGURE_DEPENDS bench/support/*.cc)
  add_library(bench-support STATIC EXCLUDE_FROM_ALL ${support})
  target_include_directories(bench-support PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/bench)
  target_link_libraries(bench-support PUBLIC vm-mobility PRIVATE vmm-options)
  file(GLOB benches CONFIGURE_DEPENDS bench/*.cc)
  foreach(source ${benches})
    get_filename_component(name ${source} NAME_WE)
    add_executable(bench-${name} ${source})
    target_link_libraries(bench-${name} PRIVATE bench-support vmm-options benchmark::benchmark)
  endforeach()
endif()

if(VMM_FUZZ)
  file(GLOB fuzzers CONFIGURE_DEPENDS test/fuzz/*.cc)
  foreach(source ${fuzzers})
    get_filename_component(name ${source} NAME_WE)
    add_executable(fuzz-${name} ${source})
    target_link_libraries(fuzz-${name} PRIVATE vm-mobility vmm-options)
    target_link_options(fuzz-${name} PRIVATE -fsanitize=fuzzer)
  endforeach()
endif()

include(GNUInstallDirs)
install(TARGETS vm-mobility LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${VMM_HEADERS} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ns3)
