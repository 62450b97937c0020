#include "sim/world/event_queue.h"

#include <algorithm>

namespace roundhouse {

void EventQueue::push_near(const Due& due) {
  std::size_t hole = near_.size();
  near_.push_back(due);
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / 4;
    if (!before(due, near_[parent])) break;
    near_[hole] = near_[parent];
    hole = parent;
  }
  near_[hole] = due;
}

void EventQueue::push_far(const Due& due) {
  far_[due.at >> bucket_bits].push_back(due);
}

void EventQueue::pop() {
  if (near_.empty()) refill();
  --size_;
  const Due last = near_.back();
  near_.pop_back();
  if (!near_.empty()) sift_down(0, last);
}

void EventQueue::refill() {
  const auto first = far_.begin();
  near_.swap(first->second);
  near_until_ = (first->first + 1) << bucket_bits;
  far_.erase(first);
  heapify();
}

void EventQueue::heapify() {
  if (near_.size() < 2) return;
  for (std::size_t i = (near_.size() - 2) / 4 + 1; i-- > 0;) sift_down(i, Due(near_[i]));
}

void EventQueue::sift_down(std::size_t hole, const Due& due) {
  Due* const heap = near_.data();
  const std::size_t size = near_.size();
  const Key own = key(due);
  for (;;) {
    const std::size_t first = 4 * hole + 1;
    if (first >= size) break;
    std::size_t least = first;
    Key least_key = key(heap[first]);
    const std::size_t end = std::min(first + 4, size);
    for (std::size_t child = first + 1; child < end; ++child) {
      // Which child is least cannot be predicted: choose without a branch.
      const Key child_key = key(heap[child]);
      const bool less = child_key < least_key;
      least = less ? child : least;
      least_key = less ? child_key : least_key;
    }
    if (own < least_key) break;
    heap[hole] = heap[least];
    hole = least;
  }
  heap[hole] = due;
}

}  // namespace roundhouse
