// PCRE2. See regex.h; source: ngx_regex.c, release 1.22.1. The only file that includes its header.
#include "core/proxy/nginx_config/regex.h"

#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/base/assertion.h"

namespace roundhouse::proxy {

namespace {

constexpr std::size_t error_bytes_max = 256;  // more than any of PCRE2's messages

struct FreeMatch {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

std::uint32_t number_of(const pcre2_code* code, std::uint32_t what) {
  std::uint32_t number = 0;
  pcre2_pattern_info(code, what, &number);
  return number;
}

std::vector<Regex::Name> names_of(const pcre2_code* code) {
  std::vector<Regex::Name> names;
  PCRE2_SPTR entry = nullptr;
  pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &entry);
  const std::uint32_t count = number_of(code, PCRE2_INFO_NAMECOUNT);
  const std::uint32_t bytes = number_of(code, PCRE2_INFO_NAMEENTRYSIZE);
  for (std::uint32_t i = 0; i < count; ++i, entry += bytes) {  // two bytes of number, then the name
    const auto group = static_cast<std::uint32_t>((entry[0] << 8) | entry[1]);
    std::string text;
    for (PCRE2_SPTR c = entry + 2; *c != 0; ++c) text += static_cast<char>(*c);
    names.push_back({std::move(text), group});
  }
  return names;
}

PCRE2_SPTR bytes_of(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.empty() ? "" : text.data());
}

}  // namespace

Result<Regex> Regex::compile(std::string_view pattern, Letters letters) {
  Regex regex;
  regex.pattern_ = pattern;
  int error = 0;
  PCRE2_SIZE at = 0;
  pcre2_code* code = pcre2_compile(bytes_of(regex.pattern_), regex.pattern_.size(),
                                   letters == Letters::any_case ? PCRE2_CASELESS : 0, &error, &at, nullptr);
  if (code == nullptr) {
    std::array<PCRE2_UCHAR, error_bytes_max> said{};
    pcre2_get_error_message(error, said.data(), said.size());
    std::string text = "pcre2_compile() failed: ";
    for (const PCRE2_UCHAR c : said) {
      if (c == 0) break;
      text += static_cast<char>(c);
    }
    text += " in \"" + regex.pattern_ + "\"";
    if (at < regex.pattern_.size()) text += " at \"" + regex.pattern_.substr(at) + "\"";
    return Error(std::move(text));
  }
  regex.code_ = {code, [](pcre2_code* owned) { pcre2_code_free(owned); }};
  regex.names_ = names_of(code);
  return regex;
}

Regex::Outcome Regex::search(std::string_view subject, Groups& groups) const {
  ROUNDHOUSE_ASSERT(code_ != nullptr);
  const std::unique_ptr<pcre2_match_data, FreeMatch> data(
      pcre2_match_data_create_from_pattern(code_.get(), nullptr));
  const std::unique_ptr<pcre2_match_context, FreeContext> context(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), regex_steps_max);
  const int found =
      pcre2_match(code_.get(), bytes_of(subject), subject.size(), 0, 0, data.get(), context.get());
  if (found == PCRE2_ERROR_NOMATCH) return Outcome::no;
  if (found < 0) return Outcome::gave_up;
  groups.clear();
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data.get());
  for (int i = 0; i < found; ++i) {
    const std::size_t first = ends[2 * i];
    const std::size_t end = ends[2 * i + 1];
    const bool took_part = first != PCRE2_UNSET && first <= end;  // \K may set the start behind the end
    groups.emplace_back(took_part ? first : 0, took_part ? end : 0);
  }
  return Outcome::match;
}

}  // namespace roundhouse::proxy
