// Recorded data as JSON values, for the tests of this folder.
#pragma once

#include <boost/json.hpp>
#include <string>

namespace roundhouse::test {

/// A file below tests/oracles/nginx.
boost::json::value nginx_data(const std::string& file);
std::string text_of(const boost::json::value& value);
/// The lines of an array, joined.
std::string lines_of(const boost::json::value& array, const std::string& end = "\n");

}  // namespace roundhouse::test
