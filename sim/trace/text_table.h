// The texts of a run and their numbers. A text is kept once; its number never changes and its bytes never move.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <roundhouse/ids.h>

namespace roundhouse {

/// Ids are dense, in the order of first use; 0 is the empty text. Only lookups: the table is never walked by hash.
class TextTable {
 public:
  TextTable();
  TextTable(TextTable&&) noexcept = default;
  TextTable& operator=(TextTable&&) noexcept = default;

  TextId text(std::string_view text);
  /// Empty id where the text is not known (or is the empty text).
  TextId find(std::string_view text) const;
  /// Valid as long as the table is. An id that was never given is a broken invariant.
  std::string_view text_of(TextId id) const;
  /// Texts known, the empty one included: ids are 0 ... count() - 1.
  std::size_t count() const { return starts_.size(); }
  /// A hash of all texts in order.
  std::uint64_t hash() const { return hash_; }

 private:
  // The low half of the hash beside the id: most misses are seen without touching the text.
  struct Slot {
    std::uint32_t id = 0;
    std::uint32_t tag = 0;
  };

  const Slot& slot_of(std::string_view text, std::uint64_t hash) const;
  const char* store(std::string_view text);
  void grow();

  std::vector<Slot> slots_;          // open addressing, a power of two
  std::vector<const char*> starts_;  // of each text in blocks_; four bytes of length lie before it
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_left_ = 0;
  char* block_next_ = nullptr;
  std::uint64_t hash_ = 0;
};

}  // namespace roundhouse
