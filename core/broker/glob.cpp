#include "core/broker/glob.h"

#include <utility>

namespace roundhouse::broker {
namespace {

char at(ByteView pattern, std::size_t i) {
  return i < pattern.size() ? pattern[i] : '\0';
}

// Does the set that begins behind '[' at `p` hold `c`? Leaves `p` on its ']', or on the pattern's last byte where there is none.
bool set_holds(ByteView pattern, std::size_t& p, char c) {
  ++p;
  const bool negated = at(pattern, p) == '^';
  if (negated) ++p;
  bool found = false;
  for (;; ++p) {
    const std::size_t left = p < pattern.size() ? pattern.size() - p : 0;
    if (left >= 2 && pattern[p] == '\\') {
      ++p;
      if (pattern[p] == c) found = true;
    } else if (at(pattern, p) == ']') {
      break;
    } else if (left == 0) {
      --p;
      break;
    } else if (left >= 3 && pattern[p + 1] == '-') {
      // Bytes compare signed, as Redis's do on x86-64.
      auto low = static_cast<signed char>(pattern[p]);
      auto high = static_cast<signed char>(pattern[p + 2]);
      if (low > high) std::swap(low, high);
      p += 2;
      const auto byte = static_cast<signed char>(c);
      if (byte >= low && byte <= high) found = true;
    } else if (pattern[p] == c) {
      found = true;
    }
  }
  return found != negated;
}

}  // namespace

bool glob_matches(ByteView pattern, ByteView text) {
  std::size_t p = 0;
  std::size_t t = 0;
  // Behind the last star: where the pattern goes on, and where in the text that was tried. No earlier star need be tried again.
  bool star = false;
  std::size_t star_p = 0;
  std::size_t star_t = 0;
  if (text.empty()) return pattern.empty();
  for (;;) {
    bool matched = false;
    if (t == text.size()) {
      while (at(pattern, p) == '*') ++p;
      return p >= pattern.size();  // whatever is left wants a byte more, and a later start has fewer
    }
    if (p < pattern.size()) {
      switch (pattern[p]) {
        case '*':
          while (at(pattern, p) == '*') ++p;
          if (p == pattern.size()) return true;
          star = true;
          star_p = p;
          star_t = t;
          continue;
        case '?':
          matched = true;
          break;
        case '[':
          matched = set_holds(pattern, p, text[t]);
          break;
        case '\\':
          if (pattern.size() - p >= 2) ++p;
          [[fallthrough]];
        default:
          matched = pattern[p] == text[t];
      }
    }
    if (matched) {
      ++p;
      ++t;
      continue;
    }
    if (!star || star_t + 1 >= text.size()) return false;
    p = star_p;
    t = ++star_t;
  }
}

}  // namespace roundhouse::broker
