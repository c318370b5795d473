# probflow_embed(<target> <name> <file>...): compiles files into the target. Generates <name>.cpp and "embedded/<name>.h" with
#   namespace pf::embedded {
#     std::string_view <name>(std::string_view file_name);  // bytes; std::logic_error for an unknown name
#     bool <name>_has(std::string_view file_name);
#   }
# Runs at build time, so that an edited file is embedded again; this file is also the script that does it.
if(CMAKE_SCRIPT_MODE_FILE)
  file(MAKE_DIRECTORY ${OUT}/embedded)
  file(WRITE ${OUT}/embedded/${NAME}.h "#pragma once\n#include <string_view>\n\nnamespace pf::embedded {\nstd::string_view ${NAME}(std::string_view file_name);\nbool ${NAME}_has(std::string_view file_name);\n}\n")
  set(arrays "")
  set(branches "")
  set(names "")
  set(index 0)
  foreach(file IN LISTS FILES)
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
    get_filename_component(base ${file} NAME)
    string(APPEND arrays "const unsigned char bytes_${index}[] = {${bytes}0};\n")
    string(APPEND branches "    if (file_name == \"${base}\") return {reinterpret_cast<const char*>(bytes_${index}), sizeof bytes_${index} - 1};\n")
    string(APPEND names "    if (file_name == \"${base}\") return true;\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(WRITE ${OUT}/embedded/${NAME}.cpp "#include \"embedded/${NAME}.h\"\n\n#include <stdexcept>\n#include <string>\n\nnamespace pf::embedded {\nnamespace {\n${arrays}}\n\nstd::string_view ${NAME}(std::string_view file_name) {\n${branches}    throw std::logic_error(\"no embedded file named \" + std::string(file_name));\n}\n\nbool ${NAME}_has([[maybe_unused]] std::string_view file_name) {\n${names}    return false;\n}\n}\n")
  return()
endif()

set(PROBFLOW_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(probflow_embed target name)
  set(out ${CMAKE_BINARY_DIR}/generated)
  add_custom_command(
    OUTPUT ${out}/embedded/${name}.cpp ${out}/embedded/${name}.h
    COMMAND ${CMAKE_COMMAND} "-DFILES=${ARGN}" -DNAME=${name} -DOUT=${out} -P ${PROBFLOW_EMBED_SCRIPT}
    DEPENDS ${ARGN} ${PROBFLOW_EMBED_SCRIPT}
    COMMENT "Embedding ${name}" VERBATIM)
  target_sources(${target} PRIVATE ${out}/embedded/${name}.cpp ${out}/embedded/${name}.h)
  target_include_directories(${target} PRIVATE ${out})
endfunction()
