// types blocks. See reader.h; source: ngx_http_core_type, release 1.22.1.
#include "core/proxy/nginx_config/reader.h"

namespace roundhouse::proxy {

Reader::Problem Reader::read_types() {
  if (!level().types) level().types.emplace();
  return read_lines(/*whole_file=*/false, [this] { return read_types_line(); });
}

Reader::Problem Reader::read_types_line() {
  if (words()[0] == "include") {
    if (words().size() != 2) return error("invalid number of arguments in \"include\" directive");
    return read_included(
        [this] { return read_lines(/*whole_file=*/true, [this] { return read_types_line(); }); });
  }
  Types& types = *level().types;
  const std::string type = words()[0];
  for (std::size_t i = 1; i < words().size(); ++i) {
    const std::string extension = lower_case(words()[i]);
    const auto [known, added] = types.try_emplace(extension, type);
    if (added) continue;
    warn("duplicate extension \"" + extension + "\", content type: \"" + type +
             "\", previous content type: \"" + known->second + "\"",
         /*of_nginx=*/true);
    known->second = type;
  }
  return std::nullopt;
}

}  // namespace roundhouse::proxy
