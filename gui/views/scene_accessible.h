// Gives screen readers and other tools the things of a scene as children of its widget: clients, proxy, instances, broker.
#pragma once

namespace roundhouse::view {

/// Once a program is enough; further calls do nothing.
void make_scenes_accessible();

}  // namespace roundhouse::view
