# Everything gril builds with. Nothing is downloaded: packages come from the system.
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)

# Highway is used by the CPU kernels only; without it the reference runs.
if(GRIL_WITH_HIGHWAY)
  find_package(hwy QUIET)
  if(NOT hwy_FOUND)
    message(STATUS "[cmake] Highway not found (package libhwy-dev): the reference will run.")
  endif()
endif()

if(GRIL_BUILD_CLI)
  find_package(CLI11 REQUIRED)
endif()
if(GRIL_BUILD_TESTS)
  find_package(GTest REQUIRED)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
endif()
if(GRIL_BUILD_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()

include(torch)
