# find_package(mlc) gives add_mlc_model, which makes a library of a trained
# model (`mlc compile --emit lib`) as a part of another project's build.
#
#   add_mlc_model(TARGET MODEL FILE WEIGHTS FILE
#                 [NAME NAME] [CPU CPU] [OPTIONS OPTION...] [STATIC])
#
# TARGET     what others link with, by target_link_libraries; it brings the
#            folder of NAME.h along
# MODEL      the model file, WEIGHTS what its program trained; the library is
#            made again where one of them, or mlc, has changed
# NAME       what the library's functions begin with (TARGET where not given)
# CPU        --cpu of mlc compile: native where not given, which is this
#            machine's; x86-64-v3 and x86-64-v4 run on others, too
# OPTIONS    other options of mlc compile
# STATIC     link libNAME.a rather than libNAME.so
#
# The library, its header, a NAME.pc and a NAMEConfig.cmake for projects that
# are built elsewhere lie in ${CMAKE_CURRENT_BINARY_DIR}/TARGET-library, which
# is the target's property MLC_LIBRARY_FOLDER.

get_filename_component(MLC_EXECUTABLE
  "${CMAKE_CURRENT_LIST_DIR}/../../../bin/mlc" ABSOLUTE)
if(NOT EXISTS "${MLC_EXECUTABLE}")
  set(mlc_FOUND FALSE)
  set(mlc_NOT_FOUND_MESSAGE "there is no ${MLC_EXECUTABLE}; install mlc whole, with cmake --install")
  return()
endif()

function(add_mlc_model target)
  cmake_parse_arguments(PARSE_ARGV 1 model "STATIC" "MODEL;WEIGHTS;NAME;CPU" "OPTIONS")
  foreach(needed MODEL WEIGHTS)
    if(NOT model_${needed})
      message(FATAL_ERROR "add_mlc_model(${target}): ${needed} and a file are needed")
    endif()
    get_filename_component(model_${needed} "${model_${needed}}" ABSOLUTE)
  endforeach()
  if(model_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "add_mlc_model(${target}): unknown ${model_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT model_NAME)
    string(MAKE_C_IDENTIFIER "${target}" model_NAME)
  endif()
  if(NOT model_NAME MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "add_mlc_model(${target}): NAME: expected a name in C, but got ${model_NAME}")
  endif()
  set(cpu "")
  if(model_CPU)
    set(cpu --cpu "${model_CPU}")
  endif()
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}-library")
  set(files "${folder}/${model_NAME}.h" "${folder}/lib${model_NAME}.so"
            "${folder}/lib${model_NAME}.a")
  add_custom_command(
    OUTPUT ${files}
    COMMAND "${MLC_EXECUTABLE}" compile "${model_MODEL}" --weights
            "${model_WEIGHTS}" --emit lib --name ${model_NAME} ${cpu}
            ${model_OPTIONS} -o "${folder}"
    DEPENDS "${model_MODEL}" "${model_WEIGHTS}" "${MLC_EXECUTABLE}"
    COMMENT "Compiling the model ${target}"
    VERBATIM)
  add_custom_target(${target}-files DEPENDS ${files})
  # CMake wants the folder of a header to be there before it is made.
  file(MAKE_DIRECTORY "${folder}")
  if(model_STATIC)
    add_library(${target} STATIC IMPORTED GLOBAL)
    set_target_properties(${target} PROPERTIES
      IMPORTED_LOCATION "${folder}/lib${model_NAME}.a"
      INTERFACE_LINK_LIBRARIES m)
  else()
    add_library(${target} SHARED IMPORTED GLOBAL)
    set_target_properties(${target} PROPERTIES
      IMPORTED_LOCATION "${folder}/lib${model_NAME}.so"
      IMPORTED_SONAME "lib${model_NAME}.so")
  endif()
  set_target_properties(${target} PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${folder}"
    MLC_LIBRARY_FOLDER "${folder}")
  add_dependencies(${target} ${target}-files)
endfunction()
