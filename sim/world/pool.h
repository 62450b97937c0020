// A pool of equal things by index: pages never move, so references stay valid; index 0 is no thing.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace roundhouse {

template <class T>
class Pool {
 public:
  Pool() { take(); }  // index 0

  /// An index that was free. The thing is as its last user left it; a fresh one is default-made.
  std::uint32_t take() {
    if (!free_.empty()) {
      const std::uint32_t index = free_.back();
      free_.pop_back();
      return index;
    }
    if (size_ % page_size == 0) pages_.push_back(std::make_unique<std::array<T, page_size>>());
    return size_++;
  }
  void give_back(std::uint32_t index) { free_.push_back(index); }

  T& operator[](std::uint32_t index) { return (*pages_[index / page_size])[index % page_size]; }
  const T& operator[](std::uint32_t index) const { return (*pages_[index / page_size])[index % page_size]; }
  /// One more than the highest index ever taken.
  std::uint32_t end() const { return size_; }

 private:
  static constexpr std::uint32_t page_size = 64;

  std::vector<std::unique_ptr<std::array<T, page_size>>> pages_;
  std::vector<std::uint32_t> free_;
  std::uint32_t size_ = 0;
};

}  // namespace roundhouse
