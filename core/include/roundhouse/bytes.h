// Bytes as they travel: `char`, as in the standard library's strings and in Asio's buffers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace roundhouse {

using Bytes = std::string;
using ByteView = std::string_view;  ///< Valid only during the call that hands it over.

/// Immutable bytes that many connections send without copying: a fan-out encodes once.
using SharedBytes = std::shared_ptr<const Bytes>;

inline SharedBytes share(Bytes bytes) {
  return std::make_shared<const Bytes>(std::move(bytes));
}

}  // namespace roundhouse
