# A packaged LibTorch calls whatever libblas.so.3 is. Says so at configure time when that makes training slow.
function(probflow_check_blas)
  if(NOT LibTorch_torch_cpu_LIBRARY MATCHES "^/usr/")
    return()  # other builds bring their own
  endif()
  find_file(PROBFLOW_BLAS libblas.so.3 PATHS /usr/lib /usr/lib64 PATH_SUFFIXES ${CMAKE_LIBRARY_ARCHITECTURE} NO_DEFAULT_PATH NO_CACHE)
  if(NOT PROBFLOW_BLAS)
    return()
  endif()
  file(REAL_PATH ${PROBFLOW_BLAS} blas)
  if(blas MATCHES "/blas/libblas")
    message(WARNING "${PROBFLOW_BLAS} is the reference BLAS: LibTorch trains 12 to 23 times slower with it. On Debian: apt install libopenblas0-openmp.")
  elseif(blas MATCHES "/openblas-pthread/")
    message(WARNING "${PROBFLOW_BLAS} is OpenBLAS with threads of its own, which fight with those of LibTorch. On Debian: apt install libopenblas0-openmp, "
                    "then update-alternatives --config libblas.so.3-${CMAKE_LIBRARY_ARCHITECTURE}.")
  endif()
endfunction()
