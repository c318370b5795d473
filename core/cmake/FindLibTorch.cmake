# LibTorch as the imported target LibTorch::LibTorch: headers and libraries, no compiler flags.
# Torch's own TorchConfig.cmake edits CMAKE_CXX_FLAGS and refuses CUDA builds where no CUDA toolkit is installed, although linking needs
# none; so only its place is used. Looked for in CMAKE_PREFIX_PATH (the root of a zip or wheel, or torch.utils.cmake_prefix_path), then
# in the system. LibTorch_VERSION is "" when the headers do not say.
# LibTorch_CUDA_INCLUDE_DIR: for a CUDA build, the folder of the headers of CUDA's runtime, which <ATen/cuda/CUDAGraph.h> needs; may be missing. Looked for in
# CMAKE_PREFIX_PATH, beside a wheel (the packages it depends on: nvidia-cuda-runtime, and triton where that one is incomplete), and in a toolkit.
find_file(LibTorch_CONFIG TorchConfig.cmake PATH_SUFFIXES share/cmake/Torch lib/cmake/Torch Torch lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake/Torch)
if(LibTorch_CONFIG)
  # <root>/share/cmake/Torch/TorchConfig.cmake or <root>/lib/<triplet>/cmake/Torch/TorchConfig.cmake
  get_filename_component(_torch_root ${LibTorch_CONFIG} DIRECTORY)
  while(_torch_root AND NOT EXISTS ${_torch_root}/include/ATen/ATen.h AND NOT _torch_root STREQUAL "/")
    get_filename_component(_torch_root ${_torch_root} DIRECTORY)
  endwhile()
endif()

find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS ${_torch_root}/include)
foreach(_lib torch torch_cpu c10 torch_cuda c10_cuda)
  # torch_cuda only from the same place: never mix two builds
  if(_lib MATCHES "cuda")
    find_library(LibTorch_${_lib}_LIBRARY ${_lib} HINTS ${_torch_root}/lib NO_DEFAULT_PATH)
  else()
    find_library(LibTorch_${_lib}_LIBRARY ${_lib} HINTS ${_torch_root}/lib)
  endif()
  mark_as_advanced(LibTorch_${_lib}_LIBRARY)
endforeach()

set(LibTorch_VERSION "")
foreach(_header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
  if(NOT LibTorch_VERSION AND EXISTS ${LibTorch_INCLUDE_DIR}/${_header})
    foreach(_part MAJOR MINOR PATCH)
      file(STRINGS ${LibTorch_INCLUDE_DIR}/${_header} _line REGEX "define TORCH_VERSION_${_part} ")
      if(_line MATCHES "([0-9]+) *$")
        list(APPEND LibTorch_VERSION ${CMAKE_MATCH_1})
      endif()
    endforeach()
    list(JOIN LibTorch_VERSION "." LibTorch_VERSION)
  endif()
endforeach()

if(LibTorch_torch_cuda_LIBRARY AND NOT LibTorch_CUDA_INCLUDE_DIR)
  list(TRANSFORM CMAKE_PREFIX_PATH APPEND /include OUTPUT_VARIABLE _cuda_folders)
  set(_beside ${LibTorch_INCLUDE_DIR}/../..)
  file(GLOB _cuda_wheels ${_beside}/nvidia/cu[0-9]*/include ${_beside}/nvidia/cuda_runtime/include ${_beside}/triton/backends/nvidia/include)
  foreach(_folder IN LISTS _cuda_folders _cuda_wheels ITEMS $ENV{CUDA_HOME}/include $ENV{CUDA_PATH}/include $ENV{CONDA_PREFIX}/targets/x86_64-linux/include /usr/local/cuda/include)
    if(EXISTS ${_folder}/cuda_runtime_api.h AND EXISTS ${_folder}/crt/host_config.h)
      get_filename_component(_folder ${_folder} ABSOLUTE)
      set(LibTorch_CUDA_INCLUDE_DIR ${_folder} CACHE PATH "Folder of cuda_runtime_api.h")
      break()
    endif()
  endforeach()
  mark_as_advanced(LibTorch_CUDA_INCLUDE_DIR)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch REQUIRED_VARS LibTorch_torch_LIBRARY LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY LibTorch_INCLUDE_DIR
                                  VERSION_VAR LibTorch_VERSION)
mark_as_advanced(LibTorch_CONFIG LibTorch_INCLUDE_DIR)
get_filename_component(LibTorch_LIBRARY_DIR "${LibTorch_torch_LIBRARY}" DIRECTORY)

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
  # Older wheels and zips use the other std::string.
  file(STRINGS "${LibTorch_CONFIG}" _old_abi REGEX "GLIBCXX_USE_CXX11_ABI=0")
  if(_old_abi)
    target_compile_definitions(LibTorch::LibTorch INTERFACE _GLIBCXX_USE_CXX11_ABI=0)
  endif()
  # The CUDA library registers itself when it is loaded; nothing refers to it, so the linker must be told to keep it.
  set(_torch_libs ${LibTorch_torch_LIBRARY} ${LibTorch_torch_cpu_LIBRARY})
  if(LibTorch_torch_cuda_LIBRARY)
    list(APPEND _torch_libs ${LibTorch_torch_cuda_LIBRARY})
  endif()
  list(JOIN _torch_libs "," _torch_libs)
  target_link_libraries(LibTorch::LibTorch INTERFACE "-Wl,--push-state,--no-as-needed,${_torch_libs},--pop-state" ${LibTorch_c10_LIBRARY})
endif()
