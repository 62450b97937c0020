// nginx's text as words. See tokenizer.h; one flag here is one flag of ngx_conf_read_token, release 1.22.1.
#include "core/proxy/nginx_config/tokenizer.h"

#include <utility>

namespace roundhouse::proxy {

namespace {

bool blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

Tokenizer::End Tokenizer::fail(std::string error) {
  error_ = std::move(error);
  return End::error;
}

Tokenizer::End Tokenizer::next() {
  words_.clear();
  bool need_space = false;  // a quoted word ended: a blank, `;`, `{` or `)` must follow
  bool last_space = true;   // between words
  bool comment = false;
  bool escaped = false;
  bool after_dollar = false;  // `${`: the brace belongs to the word
  char quote = 0;
  std::size_t start = at_;

  while (true) {
    if (at_ == text_.size()) {
      if (!words_.empty() || !last_space) return fail("unexpected end of file, expecting \";\" or \"}\"");
      return End::text_end;
    }
    if (!last_space && at_ - start > word_bytes_max) {
      if (quote != 0) {
        return fail("too long parameter, probably missing terminating \"" + std::string(1, quote) +
                    "\" character");
      }
      return fail("too long parameter \"" + std::string(text_.substr(start, 10)) + "...\" started");
    }
    const char c = text_[at_++];
    if (c == '\n') {
      ++line_;
      comment = false;
    }
    if (comment) continue;
    if (std::exchange(escaped, false)) continue;

    if (need_space) {
      if (blank(c)) {
        last_space = true;
        need_space = false;
        continue;
      }
      if (c == ';') return End::semicolon;
      if (c == '{') return End::block_start;
      if (c != ')') return fail("unexpected \"" + std::string(1, c) + "\"");
      last_space = true;
      need_space = false;
    }

    if (last_space) {
      start = at_ - 1;
      if (blank(c)) continue;
      switch (c) {
        case ';':
        case '{':
          if (words_.empty()) return fail("unexpected \"" + std::string(1, c) + "\"");
          return c == '{' ? End::block_start : End::semicolon;
        case '}':
          if (!words_.empty()) return fail("unexpected \"}\"");
          return End::block_end;
        case '#':
          comment = true;
          continue;
        case '\\':
          escaped = true;
          break;
        case '"':
        case '\'':
          quote = c;
          ++start;
          break;
        case '$':
          after_dollar = true;
          break;
        default:
          break;
      }
      last_space = false;
      continue;
    }

    if (c == '{' && after_dollar) continue;
    after_dollar = false;
    if (c == '\\') {
      escaped = true;
      continue;
    }
    if (c == '$') {
      after_dollar = true;
      continue;
    }
    if (quote != 0) {
      if (c != quote) continue;
      quote = 0;
      need_space = true;
    } else if (blank(c) || c == ';' || c == '{') {
      last_space = true;
    } else {
      continue;
    }
    add_word(text_.substr(start, at_ - 1 - start));
    if (need_space) continue;
    if (c == ';') return End::semicolon;
    if (c == '{') return End::block_start;
  }
}

void Tokenizer::add_word(std::string_view raw) {
  std::string word;
  word.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size()) {
      const char next = raw[i + 1];
      const char meant = next == 't' ? '\t' : next == 'r' ? '\r' : next == 'n' ? '\n' : next;
      if (next == '"' || next == '\'' || next == '\\' || meant != next) {
        word += meant;
        ++i;
        continue;
      }
    }
    word += raw[i];
  }
  words_.push_back(std::move(word));
}

}  // namespace roundhouse::proxy
