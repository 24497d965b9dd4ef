# Another processor than this machine's: nothing that is built can be run here.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR {{processor}})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
