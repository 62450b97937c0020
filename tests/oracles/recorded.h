// The recorded data as JSON values, and the configuration of a case. The folder is that of the sources, or ROUNDHOUSE_ORACLES.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/proxy/nginx_config/config.h"

namespace roundhouse::oracles {

using Json = boost::json::value;

/// A file below the folder's `nginx/`: `select/rr_equal.json`.
Json read_recorded(const std::string& file);
/// The files of a folder below `nginx/`, sorted.
std::vector<std::string> files_in(const std::string& folder);
std::string text_of(const Json& value);
/// A text as it is, a number in digits.
std::string word_of(const Json& value);
/// The lines of an array, joined.
std::string lines_of(const Json& array, const std::string& end = "\n");
/// A member, or null where there is none.
const Json* find(const Json& object, std::string_view name);

std::shared_ptr<const proxy::Config> read_text(const std::string& text,
                                               const proxy::ReadOptions& options = {});
/// The configuration of a case of select, stat, tunnel or failure. It listens on port 80; the names it knows are those the case lists.
/// The lines of the realip module are left out: here a client's connection comes from the address itself.
std::shared_ptr<const proxy::Config> config_of(const Json& recorded);

}  // namespace roundhouse::oracles
