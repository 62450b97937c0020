#include "tests/oracles/text.h"

namespace roundhouse::oracles {

std::string without_date(std::string answer) {
  const std::string field = "\r\nDate: ";
  for (std::size_t at = answer.find(field); at != std::string::npos;
       at = answer.find(field, at + field.size())) {
    const std::size_t from = at + field.size();
    answer.replace(from, answer.find("\r\n", from) - from, "<date>");
  }
  return answer;
}

std::string unfolded(std::string text) {
  const std::string times = " x ";
  for (std::size_t at = text.find(times); at != std::string::npos; at = text.find(times, at + 1)) {
    const std::size_t open = text.rfind('<', at);
    const std::size_t character = at + times.size();
    if (open == std::string::npos || character + 1 >= text.size() || text[character + 1] != '>') continue;
    const std::string count = text.substr(open + 1, at - open - 1);
    if (count.empty() || count.find_first_not_of("0123456789") != std::string::npos) continue;
    text.replace(open, character + 2 - open, std::string(std::stoul(count), text[character]));
  }
  return text;
}

}  // namespace roundhouse::oracles
