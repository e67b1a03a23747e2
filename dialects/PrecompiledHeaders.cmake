# Precompiled headers for all targets, where the compiler is clang: a source of
# the compiler then takes a fifth of the time. GCC's take a gigabyte on disk and
# gain half as much, so GCC compiles without, which also shows a source that
# does not include what it uses.

# A target that owns a precompiled header and compiles nothing else.
function(mlc_add_headers name header)
  set(source ${PROJECT_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "")
  add_library(${name} OBJECT ${source})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_precompile_headers(${name} PRIVATE <${header}>)
endfunction()

# Has each target of `folder` and the folders in it use the header of `owner`,
# where it is not told to do without, and compile as that was compiled: clang
# takes no header that was hardened into code that is not.
function(mlc_use_headers owner folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(reused ${target} PRECOMPILE_HEADERS_REUSE_FROM)
    get_target_property(disabled ${target} DISABLE_PRECOMPILE_HEADERS)
    if(type MATCHES "_LIBRARY|EXECUTABLE" AND NOT type STREQUAL "INTERFACE_LIBRARY"
       AND NOT reused AND NOT disabled)
      target_precompile_headers(${target} REUSE_FROM ${owner})
      if(owner STREQUAL mlc-headers)
        target_compile_options(${target} PRIVATE ${MLC_HARDENING})
      endif()
    endif()
  endforeach()
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(inner IN LISTS folders)
    mlc_use_headers(${owner} ${inner})
  endforeach()
endfunction()

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  return()
endif()
if(MLC_BUILD_COMPILER)
  mlc_add_headers(MlcHeaders dialects/Headers.h)
  mlc_use_headers(MlcHeaders dialects)
  mlc_use_headers(MlcHeaders lib)
  mlc_use_headers(MlcHeaders tools)
  if(MLC_BUILD_TESTS)
    mlc_use_headers(MlcHeaders test/smith)
    mlc_use_headers(MlcHeaders test/Unit/Check)
    mlc_use_headers(MlcHeaders test/Unit/Graph)
  endif()
endif()
mlc_add_headers(mlc-headers runtime/Headers.h)
target_compile_definitions(mlc-headers PRIVATE FMT_HEADER_ONLY)
target_compile_options(mlc-headers PRIVATE ${MLC_HARDENING})
mlc_use_headers(mlc-headers runtime)
if(MLC_BUILD_TESTS)
  mlc_use_headers(mlc-headers test/Unit)
endif()
