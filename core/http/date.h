// Dates in HTTP: `Thu, 01 Jan 1970 00:00:00 GMT` (RFC 9110 §5.6.7). Seconds since the Unix epoch in, no clock here.
#pragma once

#include <cstdint>
#include <string>

namespace roundhouse::http {

std::string http_date(std::int64_t epoch_seconds);
/// As nginx writes it in `expires=` of a cookie: `Thu, 31-Dec-37 23:55:55 GMT`, from 2038 on with four digits of the year.
std::string cookie_date(std::int64_t epoch_seconds);

}  // namespace roundhouse::http
