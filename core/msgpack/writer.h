// Writes MessagePack, every value in its shortest form but doubles: as notepack.io does, so that bytes equal the adapters'.
#pragma once

#include <cstdint>

#include <roundhouse/bytes.h>
#include "core/msgpack/value.h"

namespace roundhouse::msgpack {

void append_nil(Bytes& out);
void append_boolean(Bytes& out, bool value);
void append_integer(Bytes& out, std::int64_t value);
void append_natural(Bytes& out, std::uint64_t value);
/// A float64, whatever the value.
void append_double(Bytes& out, double value);
/// A JavaScript number: an integer where it is one (modulo 2^64 as notepack.io does), else a float64.
void append_number(Bytes& out, double value);
void append_text(Bytes& out, ByteView text);
void append_binary(Bytes& out, ByteView bytes);
void append_extension(Bytes& out, std::int8_t type, ByteView data);
/// The head; the items follow. `pairs` of key and value.
void append_array(Bytes& out, std::size_t items);
void append_map(Bytes& out, std::size_t pairs);
void append_value(Bytes& out, const Value& value);

/// Puts the head of an array or map in front of the items already written from `begin` on: for who counts while writing.
void insert_array(Bytes& out, std::size_t begin, std::size_t items);
void insert_map(Bytes& out, std::size_t begin, std::size_t pairs);

}  // namespace roundhouse::msgpack
