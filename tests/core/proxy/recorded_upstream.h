// A recorded case's configuration, read by our own reader: the names it knows are those the case lists.
#pragma once

#include <memory>

#include "core/proxy/nginx_config/config.h"
#include "tests/core/proxy/json_data.h"

namespace roundhouse::test {

/// The upstream of the case is the first of the result.
std::shared_ptr<const proxy::Config> config_of(const boost::json::value& data);
std::vector<std::string> files_in(const std::string& folder);

}  // namespace roundhouse::test
