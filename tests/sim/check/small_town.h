// The start of most histories of the checkers' tests: two apps are up, ann and bob are connected and in the red room.
#pragma once

#include <roundhouse/checker.h>
#include <catch2/catch.hpp>
#include <string>

#include "tests/sim/trace/history.h"

namespace roundhouse::test {

struct SmallTown : test::History {
  SmallTown() {
    up(app_1);
    up(app_2);
    connected(ann, app_1);
    connected(bob, app_2);
    joined(ann, app_1, "red");
    joined(bob, app_2, "red");
  }
  Verdict judged(Verdict (*check)(const roundhouse::History&)) const {
    return check(roundhouse::History(trace));
  }
};

}  // namespace roundhouse::test
