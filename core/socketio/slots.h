// A table of things with small numbers: they never move, numbers are reused, and growing copies nothing. A million sessions
// in a vector would double by moving.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace roundhouse::socketio {

/// Things by number, made in pages when first asked for.
template <class T>
class Pages {
 public:
  T& operator[](std::uint32_t index) { return (*pages_[index / page_size])[index % page_size]; }
  const T& operator[](std::uint32_t index) const { return (*pages_[index / page_size])[index % page_size]; }
  T& at_or_new(std::uint32_t index) {
    while (index >= size()) pages_.push_back(std::make_unique<Page>());
    return (*this)[index];
  }
  std::size_t size() const { return pages_.size() * page_size; }

 private:
  static constexpr std::size_t page_size = 64;
  using Page = std::array<T, page_size>;
  std::vector<std::unique_ptr<Page>> pages_;
};

template <class T>
class Slots {
 public:
  std::uint32_t add() {
    if (!free_.empty()) {
      const std::uint32_t index = free_.back();
      free_.pop_back();
      return index;
    }
    pages_.at_or_new(used_);
    return used_++;
  }
  void remove(std::uint32_t index) {
    pages_[index] = T{};
    free_.push_back(index);
  }
  T& operator[](std::uint32_t index) { return pages_[index]; }
  const T& operator[](std::uint32_t index) const { return pages_[index]; }
  /// One more than the largest number that was ever in use.
  std::uint32_t used() const { return used_; }

 private:
  Pages<T> pages_;
  std::vector<std::uint32_t> free_;
  std::uint32_t used_ = 0;
};

}  // namespace roundhouse::socketio
