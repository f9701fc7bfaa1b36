# What CMakeLists.txt needs inside an ns-3 tree besides ns-3 itself. No C++ standard is set here:
# the tree's own is used.
set(VMM_THIRD_PARTY_FOUND TRUE)
find_package(Boost QUIET)
find_package(OpenSSL QUIET)
find_library(VMM_BOOST_GRAPH boost_graph)
find_path(VMM_FCCP libfccp/csv.h)
foreach(what Boost_FOUND OPENSSL_FOUND VMM_BOOST_GRAPH VMM_FCCP)
  if(NOT ${what})
    message(WARNING "vm-mobility is left out: it needs Boost.Graph, OpenSSL and "
                    "fast-cpp-csv-parser (Debian: libboost-graph-dev libssl-dev libfccp-dev); "
                    "missing: ${what}")
    set(VMM_THIRD_PARTY_FOUND FALSE)
    return()
  endif()
endforeach()
set(VMM_THIRD_PARTY_LIBRARIES ${VMM_BOOST_GRAPH} ${OPENSSL_CRYPTO_LIBRARY})

include(${CMAKE_CURRENT_LIST_DIR}/schemes.cmake)

# All GoogleTest cases run as one ns-3 test suite "vm-mobility"; CMakeLists.txt links the library.
set(VMM_IN_TREE_TESTS)
if(ENABLE_TESTS)
  find_package(GTest QUIET)
  if(GTest_FOUND)
    file(GLOB VMM_IN_TREE_TESTS CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/test/*/*-test.cc)
    list(FILTER VMM_IN_TREE_TESTS EXCLUDE REGEX "/test/(fuzz|interop)/")
    list(APPEND VMM_IN_TREE_TESTS ${CMAKE_CURRENT_SOURCE_DIR}/test/vm-mobility-test-suite.cc
                                  ${VMM_SCHEME_FILES})
  endif()
endif()
