// A broadcast is the same text for each of its receivers: reading it once is enough.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roundhouse {

/// What was read from the last text. `Value` must follow from the text alone; views in it lie in the copy that is kept here, and a
/// caller that hands them on moves them to its own text.
template <class Value>
class LastRead {
 public:
  /// Longer texts are not kept: comparing and copying them costs more than it saves.
  static constexpr std::size_t text_bytes_max = 2048;

  /// Null where the last text was another one.
  const Value* find(std::string_view text) const { return value_ && text == text_ ? &*value_ : nullptr; }
  /// Reads a copy of the text, where it is short enough to be kept.
  template <class Read>
  const Value* read(std::string_view text, Read reader) {
    value_.reset();
    if (text.size() > text_bytes_max) return nullptr;
    text_.assign(text);
    value_ = reader(std::string_view(text_));
    return value_ ? &*value_ : nullptr;
  }
  /// The same piece of `text`, which equals the one that is kept. A view of something else stays what it is.
  std::string_view moved(std::string_view piece, std::string_view text) const {
    const bool inside =
        piece.data() >= text_.data() && piece.data() + piece.size() <= text_.data() + text_.size();
    return inside ? text.substr(static_cast<std::size_t>(piece.data() - text_.data()), piece.size()) : piece;
  }

 private:
  std::string text_;
  std::optional<Value> value_;
};

}  // namespace roundhouse
