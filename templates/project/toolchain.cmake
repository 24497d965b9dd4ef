# The compilers of this build, and packages, headers and libraries that were built for it; nothing else of this machine.
set(CMAKE_C_COMPILER "{{bin}}/cc")
set(CMAKE_CXX_COMPILER "{{bin}}/c++")
set(CMAKE_AR "{{bin}}/ar" CACHE FILEPATH "")
set(CMAKE_RANLIB "{{bin}}/ranlib" CACHE FILEPATH "")
set(CMAKE_STRIP "{{bin}}/strip" CACHE FILEPATH "")
set(PKG_CONFIG_EXECUTABLE "{{bin}}/pkg-config" CACHE FILEPATH "")
set(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)
# /usr/bin in PATH would lead to /usr/lib. Programs are still found.
set(CMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH OFF)
set(CMAKE_PROGRAM_PATH "{{programs}}")
set(CMAKE_FIND_USE_PACKAGE_REGISTRY OFF)
set(CMAKE_FIND_USE_SYSTEM_PACKAGE_REGISTRY OFF)
# find_library(m) and its like.
set(CMAKE_LIBRARY_PATH "{{libraries}}")
