// Texts of any bytes as JSON string literals and back, without loss. A text may be what a peer sent, so it need not be UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace roundhouse {

/// Appends a literal. A byte that is not part of well-formed UTF-8 becomes a lone low surrogate, \udc80 to \udcff (as Python's
/// `surrogateescape`): no well-formed text has one.
void append_byte_text(std::string& out, std::string_view text);
/// The bytes of a literal that is known to be a valid JSON string. Other lone surrogates become U+FFFD.
std::string read_byte_text(std::string_view literal);

}  // namespace roundhouse
