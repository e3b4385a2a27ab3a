# libtorch's headers cost several seconds in every file that includes them, so they are parsed once
# per build. Sources still include what they use: the headers test compiles without this.
# Off for clang-tidy, which cannot read GCC's format.
option(GRIL_PRECOMPILE_TORCH "Precompile libtorch's headers once per build" ON)

# ccache keeps objects built with a precompiled header only when told that the header's own time
# stamp and defines do not matter, and serves other clones of this tree only when it leaves out
# where they lie.
if(GRIL_CCACHE AND CMAKE_CXX_COMPILER_LAUNCHER STREQUAL GRIL_CCACHE AND GRIL_PRECOMPILE_TORCH)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env "CCACHE_SLOPPINESS=pch_defines,time_macros"
      "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${GRIL_CCACHE}")
endif()

if(GRIL_PRECOMPILE_TORCH)
  file(WRITE "${PROJECT_BINARY_DIR}/torch_headers.cpp" "")
  add_library(gril_torch_headers OBJECT "${PROJECT_BINARY_DIR}/torch_headers.cpp")
  target_link_libraries(gril_torch_headers PRIVATE gril_torch gril_warnings)
  target_compile_options(gril_torch_headers PRIVATE -fpch-preprocess)
  target_precompile_headers(gril_torch_headers PRIVATE
    <ATen/ATen.h> <torch/nn/module.h> <torch/types.h>)
endif()

# precompile_torch(TARGET): every C++ file of TARGET starts from the precompiled headers. Files
# that must stay free of libtorch (kernels) set the property SKIP_PRECOMPILE_HEADERS.
function(precompile_torch target)
  if(GRIL_PRECOMPILE_TORCH)
    target_compile_options(${target} PRIVATE -fpch-preprocess)
    target_precompile_headers(${target} REUSE_FROM gril_torch_headers)
  endif()
endfunction()
