// A balancing policy that is given apart from the text: what may be said, and how it takes the place of what an upstream block says.
#include <algorithm>

#include "core/proxy/nginx_config/reader.h"

namespace roundhouse::proxy {

const std::vector<std::string>& policy_words() {
  static const std::vector<std::string> words = {"round_robin", "ip_hash",    "hash",
                                                 "random",      "least_conn", "sticky"};
  return words;
}

std::string policy_problem(std::string_view policy) {
  const std::string text = std::string(policy) + ";";
  Tokenizer tokens(text, 1);
  if (policy.empty()) return "a policy is empty";
  if (tokens.next() != Tokenizer::End::semicolon || tokens.words().empty())
    return "\"" + std::string(policy) + "\" is no directive of nginx";
  const std::vector<std::string> words = tokens.words();
  if (tokens.next() != Tokenizer::End::text_end)
    return "\"" + std::string(policy) + "\" is more than one directive";
  const std::vector<std::string>& known = policy_words();
  if (std::find(known.begin(), known.end(), words.front()) == known.end())
    return "\"" + words.front() + "\" is no balancing policy";
  if (words.front() == "round_robin")
    return words.size() == 1 ? "" : "invalid number of arguments in \"round_robin\"";
  ReadOptions options;
  options.policy = policy;
  const auto config = read_config(
      "events {}\nhttp {\n  upstream u { server 127.0.0.1:1; }\n"
      "  server { location / { proxy_pass http://u; } }\n}\n",
      options);
  return config ? "" : config.error().what();
}

/// At the head of the block: `backup` of a server's line depends on the policy, as in nginx.
Reader::Problem Reader::read_given_policy() {
  if (options_.policy.empty() || options_.policy == "round_robin") return std::nullopt;
  const std::string text = options_.policy + ";";
  files_.push_back({"policy", Tokenizer(text, 1)});
  reading_given_policy_ = true;
  if (auto problem = read_block(in_upstream, /*whole_file=*/true)) return problem;
  reading_given_policy_ = false;
  files_.pop_back();
  return std::nullopt;
}

bool Reader::gives_way(Does does) const {
  if (options_.policy.empty() || reading_given_policy_) return false;
  return does == Does::ip_hash || does == Does::hash || does == Does::least_conn || does == Does::random ||
         does == Does::sticky;
}

}  // namespace roundhouse::proxy
