# Mobility schemes outside the library, one file each, that need no mention anywhere: those of
# examples/schemes, and those of a folder of the user's, where a file takes the place of one of the
# same name. Sets VMM_SCHEME_FILES.
set(VMM_SCHEME_FOLDER "" CACHE PATH "a folder of mobility schemes besides examples/schemes")
file(GLOB VMM_SCHEME_FILES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/examples/schemes/*.cc)
if(VMM_SCHEME_FOLDER)
  file(GLOB own CONFIGURE_DEPENDS "${VMM_SCHEME_FOLDER}/*.cc")
  foreach(file ${own})
    get_filename_component(name ${file} NAME)
    list(REMOVE_ITEM VMM_SCHEME_FILES ${CMAKE_CURRENT_SOURCE_DIR}/examples/schemes/${name})
  endforeach()
  list(APPEND VMM_SCHEME_FILES ${own})
endif()
