// SIGINT and SIGTERM as a question: has somebody asked us to stop? The only global of the tool; signals leave no choice.
#pragma once

namespace roundhouse::tool {

/// From now on the two signals only set a flag; a second one ends the program at once.
void catch_interrupts();
bool interrupted();

}  // namespace roundhouse::tool
