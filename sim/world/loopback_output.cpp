// Queued bytes of a connection, written in gathered system calls.
#include "sim/world/loopback_output.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/base/assertion.h"

namespace roundhouse::loopback {

void Output::push(ByteView bytes, Instant release) {
  if (bytes.empty()) return;
  if (tail_ > head_) {
    Piece& last = pieces_[tail_ - 1];
    if (!last.shared && last.release == release && last.own.size() + bytes.size() <= piece_max) {
      last.own.append(bytes);
      size_ += bytes.size();
      return;
    }
  }
  next_piece(release).own.assign(bytes);
  size_ += bytes.size();
}

void Output::push(SharedBytes bytes, Instant release) {
  if (bytes->size() <= copy_max) return push(ByteView(*bytes), release);
  size_ += bytes->size();
  next_piece(release).shared = std::move(bytes);
}

Output::Wrote Output::write_to(int fd, Instant now) {
  while (size_ != 0) {
    std::array<iovec, gather_max> parts;
    std::size_t count = 0;
    std::size_t wanted = 0;
    for (std::size_t i = head_; i < tail_ && count < gather_max && pieces_[i].release <= now; ++i) {
      const ByteView rest = pieces_[i].rest();
      parts[count++] = {const_cast<char*>(rest.data()), rest.size()};
      wanted += rest.size();
    }
    if (count == 0) return Wrote::waits;
    ssize_t sent = 0;
    if (count == 1) {
      sent = ::send(fd, parts[0].iov_base, wanted, MSG_NOSIGNAL);
    } else {
      msghdr message{};
      message.msg_iov = parts.data();
      message.msg_iovlen = count;
      sent = ::sendmsg(fd, &message, MSG_NOSIGNAL);
    }
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM ? Wrote::blocked : Wrote::failed;
    }
    written(static_cast<std::size_t>(sent));
  }
  return Wrote::all;
}

void Output::clear() {
  pieces_.clear();
  head_ = tail_ = size_ = 0;
}

Output::Piece& Output::next_piece(Instant release) {
  if (tail_ == pieces_.size()) {
    if (head_ > 16 && head_ * 2 > tail_) {  // many are written: move the rest to the front instead of growing
      std::rotate(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(head_), pieces_.end());
      tail_ -= head_;
      head_ = 0;
    } else {
      pieces_.emplace_back();
    }
  }
  Piece& piece = pieces_[tail_++];
  piece.begin = 0;
  piece.release = release;
  return piece;
}

void Output::written(std::size_t bytes) {
  ROUNDHOUSE_ASSERT(bytes <= size_);
  size_ -= bytes;
  while (bytes > 0) {
    Piece& piece = pieces_[head_];
    const std::size_t rest = piece.rest().size();
    if (bytes < rest) {
      piece.begin += bytes;
      return;
    }
    bytes -= rest;
    piece.shared.reset();
    piece.own.clear();
    ++head_;
  }
  if (size_ != 0) return;
  head_ = tail_ = 0;
  if (pieces_.size() > spare_pieces_max) pieces_.resize(spare_pieces_max);
}

}  // namespace roundhouse::loopback
