#include "sim/cluster/nginx_text.h"

#include <algorithm>

namespace roundhouse {

std::string nginx_text(const Scenario& scenario, std::uint32_t servers) {
  std::string lines;
  // A plan that a program shrinks may have lost instances.
  const std::uint32_t count = servers == 0 ? scenario.instances : std::min(servers, scenario.instances);
  for (std::uint32_t i = 1; i <= count; ++i) {
    lines += "        server " + scenario.instance_prefix + "-" + std::to_string(i) + ":" +
             std::to_string(scenario.instance_port) +
             (scenario.server_options.empty() ? "" : " " + scenario.server_options) + ";\n";
  }
  const std::string policy =
      scenario.policy.empty() || scenario.policy == "round_robin" ? "" : "        " + scenario.policy + ";\n";
  return "events {}\n"
         "http {\n"
         "    upstream app {\n" +
         policy + lines +
         "    }\n"
         "    server {\n"
         "        listen 80;\n"
         "        location / {\n"
         "            proxy_pass http://app;\n"
         "            proxy_http_version 1.1;\n"
         "            proxy_set_header Upgrade $http_upgrade;\n"
         "            proxy_set_header Connection \"Upgrade\";\n"
         "            proxy_set_header Host $host;\n"
         "        }\n"
         "    }\n"
         "}\n";
}

}  // namespace roundhouse
