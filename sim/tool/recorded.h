// A recorded trace as the command reads it.
#pragma once

#include <string>

#include <roundhouse/recording.h>

namespace roundhouse::tool {

/// Reads the file. Where the run did not come to its end in it, that is said on standard error: what is there is good all the same.
Result<Recording> load_recording(const std::string& path);

}  // namespace roundhouse::tool
