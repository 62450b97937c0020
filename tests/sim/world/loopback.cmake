# The tests and the benchmark of the loopback world; included by CMakeLists.txt beside it.
set(here ${CMAKE_CURRENT_LIST_DIR})
roundhouse_test(loopback_world
  SOURCES ${here}/loopback_timers_test.cpp ${here}/loopback_connections_test.cpp ${here}/loopback_lives_test.cpp
          ${here}/loopback_links_test.cpp ${here}/loopback_marks_test.cpp ${here}/loopback_limits_test.cpp
  USES sim_world)

# Prints figures; it is no test. `ninja bench_loopback_world && tests/bench_loopback_world`
add_executable(bench_loopback_world ${here}/bench_loopback_world.cpp)
set_target_properties(bench_loopback_world PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
target_include_directories(bench_loopback_world PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(bench_loopback_world PRIVATE roundhouse_flags roundhouse_sim_world)
