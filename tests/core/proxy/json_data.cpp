// Reads the recorded data. The only file of this folder that compiles Boost.JSON.
#include "tests/core/proxy/json_data.h"

#include <boost/json/src.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace roundhouse::test {

boost::json::value nginx_data(const std::string& file) {
  const std::string path = std::string(ROUNDHOUSE_SOURCE_DIR) + "/tests/oracles/nginx/" + file;
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return boost::json::parse(text.str());
}

std::string text_of(const boost::json::value& value) {
  return std::string(value.as_string());
}

std::string lines_of(const boost::json::value& array, const std::string& end) {
  std::string text;
  for (const auto& line : array.as_array()) text += text_of(line) + end;
  return text;
}

}  // namespace roundhouse::test
