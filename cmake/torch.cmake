# The target gril_torch: libtorch's headers and libraries, from Debian, from a Python or from a folder.
# The package configuration of Python's torch asks for a CUDA toolkit even on machines without one,
# so all variants are described here by their include folders and their libraries.
if(GRIL_TORCH STREQUAL "python")
  execute_process(
    COMMAND "${GRIL_PYTHON}" -c "import torch, os; print(os.path.dirname(torch.__file__))"
    OUTPUT_VARIABLE GRIL_TORCH_ROOT OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "[cmake] GRIL_TORCH=python needs a Python with torch; got ${GRIL_PYTHON}. "
                        "Set GRIL_PYTHON to one, for example /opt/venv/bin/python.")
  endif()
elseif(IS_DIRECTORY "${GRIL_TORCH}")
  set(GRIL_TORCH_ROOT "${GRIL_TORCH}")
elseif(NOT GRIL_TORCH STREQUAL "system")
  message(FATAL_ERROR "[cmake] GRIL_TORCH must be system, python or a folder with libtorch's include/ "
                      "and lib/; got ${GRIL_TORCH}.")
endif()
if(GRIL_TORCH STREQUAL "system")
  set(torch_include_dirs /usr/include /usr/include/torch/csrc/api/include)
  set(torch_library_dir "")
else()
  set(torch_include_dirs "${GRIL_TORCH_ROOT}/include"
                         "${GRIL_TORCH_ROOT}/include/torch/csrc/api/include")
  set(torch_library_dir "${GRIL_TORCH_ROOT}/lib")
endif()

find_path(GRIL_TORCH_HEADER torch/types.h PATHS ${torch_include_dirs} NO_DEFAULT_PATH)
find_library(GRIL_TORCH_CPU torch_cpu HINTS ${torch_library_dir})
find_library(GRIL_TORCH_C10 c10 HINTS ${torch_library_dir})
if(NOT GRIL_TORCH_HEADER OR NOT GRIL_TORCH_CPU OR NOT GRIL_TORCH_C10)
  message(FATAL_ERROR "[cmake] libtorch was not found. Install libtorch-dev, "
                      "or set GRIL_TORCH=python and GRIL_PYTHON.")
endif()
find_library(GRIL_TORCH_CUDA torch_cuda HINTS ${torch_library_dir})

add_library(gril_torch INTERFACE)
if(GRIL_TORCH STREQUAL "system")
  target_include_directories(gril_torch SYSTEM INTERFACE /usr/include/torch/csrc/api/include)
else()
  target_include_directories(gril_torch SYSTEM INTERFACE ${torch_include_dirs})
endif()
target_link_libraries(gril_torch INTERFACE "${GRIL_TORCH_CPU}" "${GRIL_TORCH_C10}")
if(GRIL_TORCH_CUDA)
  # No symbol of it is used: loading it is what brings torch's kernels for CUDA. CUDA's own libraries
  # are found when the program starts; the machine that builds need not have them.
  target_link_libraries(gril_torch INTERFACE
    "-Wl,--push-state,--no-as-needed" "${GRIL_TORCH_CUDA}" "-Wl,--pop-state"
    "-Wl,--allow-shlib-undefined")
endif()
