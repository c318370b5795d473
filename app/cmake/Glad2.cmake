# The OpenGL 3.3 core loader as target `glad`, generated at build time by glad 2 (include <glad/gl.h>, before EGL).
# --reproducible keeps the generator off the network; without --extensions it would emit all 617 of them.
function(probflow_glad target)
  find_program(GLAD2_EXECUTABLE NAMES glad DOC "glad 2 (Debian: python3-glad)")
  if(GLAD2_EXECUTABLE)
    execute_process(COMMAND ${GLAD2_EXECUTABLE} c --help OUTPUT_VARIABLE help ERROR_QUIET)
  endif()
  if(NOT help MATCHES "--loader")
    message(FATAL_ERROR "glad 2 was not found. On Debian: apt install python3-glad. Or run app/run, which installs everything.")
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}-generated)
  add_custom_command(
    OUTPUT ${out}/src/gl.c ${out}/include/glad/gl.h ${out}/include/KHR/khrplatform.h
    COMMAND ${GLAD2_EXECUTABLE} --quiet --reproducible --out-path ${out} --api gl:core=3.3 --extensions GL_KHR_debug c --loader
    COMMENT "Generating the OpenGL loader" VERBATIM)
  add_library(${target} STATIC ${out}/src/gl.c ${out}/include/glad/gl.h)
  target_include_directories(${target} SYSTEM PUBLIC ${out}/include)
  target_link_libraries(${target} PUBLIC ${CMAKE_DL_LIBS})
endfunction()
