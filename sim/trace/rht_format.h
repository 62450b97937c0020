// The frame of an `.rht` file: a header, then blocks, each whole and checked by itself. All numbers are little-endian.
//
//   header   89 'R' 'H' 'T' 0d 0a 1a 0a   like PNG's: no text file begins so, and a transfer that changes line ends is noticed
//            version     u32
//            0           u32
//   block    length      u32   of the payload
//            kind        u16
//            head check  u16   of the other parts of the head and of the block's number, from 0: no block can be left out or moved
//            check       u64   of the payload
//            payload
//
// A file grows by whole blocks. One that ends within a block is still being written, or its writer died: what comes before is good. The heads
// form a chain, so that the blocks of a file can be listed without reading their payloads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace roundhouse {

inline constexpr std::string_view rht_magic{"\x89RHT\r\n\x1a\n", 8};
inline constexpr std::uint32_t rht_version = 1;
inline constexpr std::size_t rht_header_bytes = 16;
inline constexpr std::size_t rht_block_head_bytes = 16;
/// A longer payload is no block of ours. Writers stay far below it, unless one text is very long.
inline constexpr std::size_t rht_payload_bytes_max = 64 * 1024 * 1024;

enum class RhtBlockKind : std::uint16_t {
  /// New texts (their number, then length and bytes of each), then records (their number, then each packed). Numbers are varints. The
  /// packing begins anew in each block.
  records = 1,
  /// The run has ended: trace hash, number of records and number of texts of the whole file, u64 each.
  end = 2,
  // Readers pass over blocks of kinds that they do not know.
};

struct RhtBlockHead {
  std::size_t length = 0;
  std::uint16_t kind = 0;
  std::uint64_t check = 0;
};

void append_little_endian(std::string& out, std::uint64_t number, std::size_t bytes);
std::uint64_t read_little_endian(std::string_view bytes);

std::string rht_header();
void append_rht_block(std::string& out, RhtBlockKind kind, std::uint64_t block_number,
                      std::string_view payload);
/// Reads the head in the first `rht_block_head_bytes` of `bytes`; false where its check fails or the length cannot be.
bool read_rht_block_head(std::string_view bytes, std::uint64_t block_number, RhtBlockHead& head);

}  // namespace roundhouse
