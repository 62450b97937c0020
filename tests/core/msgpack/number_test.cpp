#include <rapidcheck.h>
#include <bit>
#include <catch2/catch.hpp>

#include "core/msgpack/number.h"

namespace roundhouse::msgpack {
namespace {

std::string text_of(double value) {
  Bytes out;
  append_number_text(out, value);
  return out;
}

}  // namespace

// The right-hand sides are what Node 20 prints for JSON.stringify.
TEST_CASE("numbers have the text that JavaScript gives them", "[msgpack][number]") {
  CHECK(text_of(0) == "0");
  CHECK(text_of(-0.0) == "0");
  CHECK(text_of(1) == "1");
  CHECK(text_of(-1.5) == "-1.5");
  CHECK(text_of(100) == "100");
  CHECK(text_of(0.1) == "0.1");
  CHECK(text_of(0.1 + 0.2) == "0.30000000000000004");
  CHECK(text_of(123456789012345680.0) == "123456789012345680");
  CHECK(text_of(1e20) == "100000000000000000000");
  CHECK(text_of(1e21) == "1e+21");
  CHECK(text_of(1.5e21) == "1.5e+21");
  CHECK(text_of(1e-6) == "0.000001");
  CHECK(text_of(1.5e-6) == "0.0000015");
  CHECK(text_of(1e-7) == "1e-7");
  CHECK(text_of(5e-324) == "5e-324");
  CHECK(text_of(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(text_of(1e308 * 10) == "null");
}

TEST_CASE("any number is read back from its text", "[msgpack][number]") {
  CHECK(rc::check("any bits of a finite double", [] {
    const auto value = std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>());
    RC_PRE(value - value == 0);
    RC_ASSERT(read_number_text(text_of(value)) == value);
  }));
}

TEST_CASE("too large is infinite and too small is nothing, with its sign", "[msgpack][number]") {
  CHECK(text_of(1 / read_number_text("1e400")) == "0");
  CHECK(read_number_text("-1e400") < 0);
  CHECK(read_number_text("1e-400") == 0);
  CHECK(read_number_text("1" + std::string(400, '0')) > 1e308);
  CHECK(read_number_text("0." + std::string(400, '0') + "1") == 0);
  CHECK(read_number_text("1e99999999999999999999") > 1e308);
  CHECK(read_number_text("1e-99999999999999999999") == 0);
  CHECK(read_number_text("0e999") == 0);
}

TEST_CASE("whole numbers wrap at 2^64, as notepack.io's shifts do", "[msgpack][number]") {
  CHECK(is_whole(1e300));
  CHECK_FALSE(is_whole(0.5));
  CHECK_FALSE(is_whole(1e308 * 10));
  CHECK(modulo_2_64(-1) == 0xffffffffffffffffu);
  CHECK(modulo_2_64(9007199254740994.0) == 9007199254740994u);
  CHECK(modulo_2_64(-9007199254740994.0) == 0 - 9007199254740994u);
  CHECK(modulo_2_64(18446744073709551616.0 + 4096) == 4096);
  CHECK(modulo_2_64(1e300) == 0);
}

}  // namespace roundhouse::msgpack
