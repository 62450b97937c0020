# A room is one folder of sources and one static library; what it USES is what it may include. Warnings and flags come from
# one interface target, so that no flag is set for a whole directory.
add_library(roundhouse_flags INTERFACE)
target_compile_features(roundhouse_flags INTERFACE cxx_std_20)
target_compile_options(roundhouse_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -ffp-contract=off)
# g++ 12 sees uninitialised strings inside every moved std::variant; the sanitizers and valgrind see none.
target_compile_options(roundhouse_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
# Host offers `send` in several shapes; the overloads that wrap others are meant.
target_compile_definitions(roundhouse_flags INTERFACE BOOST_ASIO_NO_DEPRECATED)
if(ROUNDHOUSE_SANITIZE)
  target_compile_options(roundhouse_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(roundhouse_flags INTERFACE -fsanitize=address,undefined)
endif()

# The fuzzer sees only what is counted: every room, not the entry alone.
if(ROUNDHOUSE_FUZZ)
  target_compile_options(roundhouse_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# roundhouse_room(core_http SOURCES a.cpp b.cpp USES core_base)
function(roundhouse_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_library(roundhouse_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(roundhouse_${name}
    PUBLIC
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/core/include> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/sim/include>
      $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(roundhouse_${name} PUBLIC Boost::headers ${ROOM_LIBRARIES} PRIVATE $<BUILD_INTERFACE:roundhouse_flags>)
  target_compile_features(roundhouse_${name} PUBLIC cxx_std_20)
  foreach(used IN LISTS ROOM_USES)
    target_link_libraries(roundhouse_${name} PUBLIC roundhouse_${used})
  endforeach()
  # The window's models use the same shape, but are nothing to link with.
  if(name MATCHES "^(core|sim)_")
    roundhouse_exported(${name})
  endif()
endfunction()

# roundhouse_exported(core_http): installed, and `roundhouse::core_http` for those who find the package. Its headers are not: the
# public ones are installed once, by Install.cmake.
function(roundhouse_exported name)
  set_target_properties(roundhouse_${name} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS roundhouse_${name} EXPORT roundhouse)
endfunction()

# roundhouse_test(http SOURCES http_test.cpp USES core_http): one Catch2 program, build/.../tests/NAME, run by ctest.
function(roundhouse_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;USES;LIBRARIES;LABELS" ${ARGN})
  add_executable(test_${name} ${TEST_SOURCES})
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests OUTPUT_NAME ${name})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(test_${name} PRIVATE roundhouse_flags Catch2::Catch2WithMain ${TEST_LIBRARIES})
  foreach(used IN LISTS TEST_USES)
    target_link_libraries(test_${name} PRIVATE roundhouse_${used})
  endforeach()
  target_compile_definitions(test_${name} PRIVATE ROUNDHOUSE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" ROUNDHOUSE_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 LABELS "${TEST_LABELS}")
endfunction()
