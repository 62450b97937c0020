// nginx's text as words: what ngx_conf_read_token makes of it, with quotes, escapes, comments and line numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roundhouse::proxy {

/// nginx: NGX_CONF_BUFFER; a longer word is taken for one that lacks its end.
inline constexpr std::size_t word_bytes_max = 4096;

class Tokenizer {
 public:
  enum class End : std::uint8_t {
    semicolon,    ///< words(), then `;`
    block_start,  ///< words(), then `{`
    block_end,    ///< `}`
    text_end,
    error  ///< see error()
  };

  Tokenizer(std::string_view text, int first_line) : text_(text), line_(first_line) {}

  /// Reads one directive's words.
  End next();
  const std::vector<std::string>& words() const { return words_; }
  /// nginx's text for what is wrong.
  const std::string& error() const { return error_; }
  /// The line of the last character read.
  int line() const { return line_; }

 private:
  End fail(std::string error);
  void add_word(std::string_view raw);

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::vector<std::string> words_;
  std::string error_;
};

}  // namespace roundhouse::proxy
