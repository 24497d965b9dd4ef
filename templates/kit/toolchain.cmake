# Compile and link for {{target}}.
set(CMAKE_C_COMPILER "${CMAKE_CURRENT_LIST_DIR}/bin/cc")
if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/bin/c++")
  set(CMAKE_CXX_COMPILER "${CMAKE_CURRENT_LIST_DIR}/bin/c++")
endif()
set(PKG_CONFIG_EXECUTABLE "${CMAKE_CURRENT_LIST_DIR}/bin/pkg-config" CACHE FILEPATH "")
# find_library(m) and its like: the target's, and no other of this machine's.
set(CMAKE_LIBRARY_PATH "${CMAKE_CURRENT_LIST_DIR}/lib")
