# The target gril_torch: libtorch's headers and its CPU libraries, from Debian or from a Python.
# The package configuration of Python's torch asks for a CUDA toolkit even on machines without one,
# so both variants are described here by their include folders and two libraries.
if(GRIL_TORCH STREQUAL "python")
  execute_process(
    COMMAND "${GRIL_PYTHON}" -c "import torch, os; print(os.path.dirname(torch.__file__))"
    OUTPUT_VARIABLE GRIL_TORCH_ROOT OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "[cmake] GRIL_TORCH=python needs a Python with torch; got ${GRIL_PYTHON}. "
                        "Set GRIL_PYTHON to one, for example /opt/venv/bin/python.")
  endif()
  set(torch_include_dirs "${GRIL_TORCH_ROOT}/include"
                         "${GRIL_TORCH_ROOT}/include/torch/csrc/api/include")
  set(torch_library_dir "${GRIL_TORCH_ROOT}/lib")
elseif(GRIL_TORCH STREQUAL "system")
  set(torch_include_dirs /usr/include /usr/include/torch/csrc/api/include)
  set(torch_library_dir "")
else()
  message(FATAL_ERROR "[cmake] GRIL_TORCH must be system or python; got ${GRIL_TORCH}.")
endif()

find_path(GRIL_TORCH_HEADER torch/types.h PATHS ${torch_include_dirs} NO_DEFAULT_PATH)
find_library(GRIL_TORCH_CPU torch_cpu HINTS ${torch_library_dir})
find_library(GRIL_TORCH_C10 c10 HINTS ${torch_library_dir})
if(NOT GRIL_TORCH_HEADER OR NOT GRIL_TORCH_CPU OR NOT GRIL_TORCH_C10)
  message(FATAL_ERROR "[cmake] libtorch was not found. Install libtorch-dev, "
                      "or set GRIL_TORCH=python and GRIL_PYTHON.")
endif()

add_library(gril_torch INTERFACE)
if(GRIL_TORCH STREQUAL "python")
  target_include_directories(gril_torch SYSTEM INTERFACE ${torch_include_dirs})
else()
  target_include_directories(gril_torch SYSTEM INTERFACE /usr/include/torch/csrc/api/include)
endif()
target_link_libraries(gril_torch INTERFACE "${GRIL_TORCH_CPU}" "${GRIL_TORCH_C10}")
