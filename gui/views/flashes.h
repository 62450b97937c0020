// Which clients flash because a "400" reached them, and how far each flash has come. Never more than three a second of the screen for one
// client: further ones only raise its counter.
#pragma once

#include <vector>

#include "gui/models/scene.h"

namespace roundhouse::view {

inline constexpr double flash_seconds = 0.8;
inline constexpr double cell_flash_seconds = 0.4;
inline constexpr double flash_gap_seconds = 1.0 / 3;

struct Flash {
  std::uint32_t client = 0;  ///< its row in the scene
  double age = 0;            ///< seconds of the screen
};

class Flashes {
 public:
  /// `second`: how much of the run a second of the screen is. `length`: seconds of the screen that a flash lasts.
  void follow(const Scene& scene, Duration second, double length);
  const std::vector<Flash>& burning() const { return burning_; }
  void forget() { began_.clear(); }

 private:
  std::vector<Instant> began_;  ///< by row; when the flash that is shown began
  std::vector<Flash> burning_;
};

}  // namespace roundhouse::view
