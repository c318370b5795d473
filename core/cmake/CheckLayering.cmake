# Fails when a folder includes what its layer may not see, naming each line: cmake -DROOT=<repository> -P CheckLayering.cmake
# The layers: core/math <- core/nn <- app/runtime <- app/panels, app/render <- app/picture <- app/window <- app. Includes in quotes start at ROOT (those of
# generated files with embedded/), so that the text of an include says which layer it reaches into.
cmake_minimum_required(VERSION 3.25)

set(torch "torch/|ATen/|c10/|caffe2/")
set(gl "GL/|GLFW/|EGL/|KHR/|glad/")
set(imgui "imgui|implot")
# folder, then a regular expression of what an include there may not begin with
set(rules
  core                   "app/|${imgui}|${gl}"
  core/math              "core/nn/|${torch}|nlohmann/|CLI/|png|zlib"
  core/nn                "${gl}"
  app                    "${torch}|core/nn/module"
  app/runtime            "app/panels/|app/render/|${imgui}|${gl}"
  app/panels             "app/render/|${gl}"
  app/render             "app/panels/|${imgui}"
  app/picture            "app/window/|app/command_line/|app/bench/|GLFW/"
  app/window             "app/command_line/|app/bench/")

# What lies in app above its lowest layers. CMake has no negative look-ahead, so its folders are asked for.
set(above "app/[^/]+\\.h")
file(GLOB entries RELATIVE ${ROOT} ${ROOT}/app/*)
foreach(entry IN LISTS entries)
  if(IS_DIRECTORY ${ROOT}/${entry} AND NOT entry MATCHES "^app/(runtime|panels|render)$")
    string(APPEND above "|${entry}/")
  endif()
endforeach()

function(check folder file forbidden)
  file(STRINGS ${ROOT}/${file} lines REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"]")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^[^<\"]*[<\"]([^>\"]*)[>\"].*" "\\1" included "${line}")
    if(included MATCHES "^(${forbidden})")
      set_property(GLOBAL APPEND_STRING PROPERTY broken "  ${file} includes ${included}: not for ${folder}\n")
    endif()
  endforeach()
endfunction()

while(rules)
  list(POP_FRONT rules folder forbidden)
  file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/${folder}/*.h ${ROOT}/${folder}/*.cpp)
  foreach(file IN LISTS files)
    check(${folder} ${file} "${forbidden}")
  endforeach()
endwhile()

file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/core/*.h ${ROOT}/core/*.cpp ${ROOT}/app/*.h ${ROOT}/app/*.cpp ${ROOT}/tests/*.h ${ROOT}/tests/*.cpp)
foreach(file IN LISTS files)
  if(file MATCHES "^app/(runtime|panels|render)/")
    check("the lowest layers of app" ${file} "${above}")
  endif()
  if(file MATCHES "^core/nn/" AND NOT file MATCHES "^core/nn/module")
    check("core/nn outside module*" ${file} "${torch}|core/nn/module")
  endif()
  file(STRINGS ${ROOT}/${file} lines REGEX "^[ \t]*#[ \t]*include[ \t]*\"")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^[^\"]*\"([^\"]*)\".*" "\\1" included "${line}")
    if(included MATCHES "\\.\\." OR NOT (EXISTS ${ROOT}/${included} OR included MATCHES "^embedded/"))
      set_property(GLOBAL APPEND_STRING PROPERTY broken "  ${file} includes \"${included}\": quoted includes start at the root of the repository\n")
    endif()
  endforeach()
endforeach()

list(LENGTH files count)
if(count EQUAL 0)
  message(FATAL_ERROR "${ROOT}: no sources to check")
endif()
get_property(broken GLOBAL PROPERTY broken)
if(broken)
  message(FATAL_ERROR "Layering is broken:\n${broken}")
endif()
message(STATUS "${count} files keep to their layers")
