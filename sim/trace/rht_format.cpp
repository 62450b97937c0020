// See rht_format.h.
#include "sim/trace/rht_format.h"

#include "core/base/assertion.h"
#include "core/base/payload_hash.h"

namespace roundhouse {

namespace {

std::uint64_t head_check(const RhtBlockHead& head, std::uint64_t block_number) {
  std::string bytes;
  append_little_endian(bytes, head.length, 4);
  append_little_endian(bytes, head.kind, 2);
  append_little_endian(bytes, head.check, 8);
  append_little_endian(bytes, block_number, 8);
  return payload_hash(bytes) & 0xffff;
}

}  // namespace

void append_little_endian(std::string& out, std::uint64_t number, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xff);
}

std::uint64_t read_little_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    number |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return number;
}

std::string rht_header() {
  std::string header(rht_magic);
  append_little_endian(header, rht_version, 4);
  append_little_endian(header, 0, 4);
  return header;
}

void append_rht_block(std::string& out, RhtBlockKind kind, std::uint64_t block_number,
                      std::string_view payload) {
  ROUNDHOUSE_ASSERT(payload.size() <= rht_payload_bytes_max);
  const RhtBlockHead head{payload.size(), static_cast<std::uint16_t>(kind), payload_hash(payload)};
  append_little_endian(out, head.length, 4);
  append_little_endian(out, head.kind, 2);
  append_little_endian(out, head_check(head, block_number), 2);
  append_little_endian(out, head.check, 8);
  out += payload;
}

bool read_rht_block_head(std::string_view bytes, std::uint64_t block_number, RhtBlockHead& head) {
  head.length = static_cast<std::size_t>(read_little_endian(bytes.substr(0, 4)));
  head.kind = static_cast<std::uint16_t>(read_little_endian(bytes.substr(4, 2)));
  head.check = read_little_endian(bytes.substr(8, 8));
  return head.length <= rht_payload_bytes_max &&
         read_little_endian(bytes.substr(6, 2)) == head_check(head, block_number);
}

}  // namespace roundhouse
