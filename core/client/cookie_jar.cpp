#include "core/client/cookie_jar.h"

#include <algorithm>
#include <charconv>

#include "core/http/message.h"

namespace roundhouse {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The part before the next `;`, taken off the text.
std::string_view take_part(std::string_view& text) {
  const std::size_t end = std::min(text.find(';'), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// True for `Max-Age` of zero or less, and for one that is no number (as in the original).
bool is_deletion(std::string_view attribute) {
  const std::size_t equals = attribute.find('=');
  if (equals == std::string_view::npos) return false;
  if (!http::equal_ignoring_case(trimmed(attribute.substr(0, equals)), "max-age")) return false;
  const std::string_view value = trimmed(attribute.substr(equals + 1));
  long long seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  return error != std::errc{} || seconds <= 0;
}

}  // namespace

void CookieJar::set(std::string_view set_cookie) {
  const std::string_view pair = take_part(set_cookie);
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view name = trimmed(pair.substr(0, equals));
  if (name.empty()) return;
  std::string_view value = trimmed(pair.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
  bool deletion = false;
  while (!set_cookie.empty()) deletion = is_deletion(take_part(set_cookie)) || deletion;

  const auto known = std::find_if(cookies_.begin(), cookies_.end(),
                                  [name](const Cookie& cookie) { return cookie.name == name; });
  if (deletion) {
    if (known != cookies_.end()) cookies_.erase(known);
  } else if (known != cookies_.end()) {
    known->value = value;
  } else if (cookies_.size() < cookies_max) {
    cookies_.push_back({std::string(name), std::string(value)});
  }
}

std::string CookieJar::header() const {
  std::string text;
  for (const Cookie& cookie : cookies_) {
    if (!text.empty()) text += "; ";
    text += cookie.name + "=" + cookie.value;
  }
  return text;
}

}  // namespace roundhouse
