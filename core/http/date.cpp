// Dates. See date.h; days become a date by Howard Hinnant's civil_from_days.
#include "core/http/date.h"

#include <array>
#include <string_view>

namespace roundhouse::http {

namespace {

constexpr std::array<std::string_view, 7> week = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Date {
  std::int64_t year;
  std::int64_t month;  // 1 to 12
  std::int64_t day;
  std::int64_t weekday;  // 0: Thursday, as the epoch was
  std::int64_t second_of_day;
};

Date date_of(std::int64_t epoch_seconds) {
  std::int64_t days = epoch_seconds / 86400;
  std::int64_t rest = epoch_seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  const std::int64_t z = days + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const std::int64_t day_of_era = z - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * shifted + 2) / 5 + 1,
          ((days % 7) + 7) % 7, rest};
}

void append_two(std::string& out, std::int64_t number) {
  out += static_cast<char>('0' + number / 10 % 10);
  out += static_cast<char>('0' + number % 10);
}

std::string write(const Date& date, char between, bool short_year) {
  std::string out;
  out.reserve(32);
  out.append(week[static_cast<std::size_t>(date.weekday)]).append(", ");
  append_two(out, date.day);
  out += between;
  out.append(months[static_cast<std::size_t>(date.month - 1)]);
  out += between;
  if (!short_year) append_two(out, date.year / 100);
  append_two(out, date.year % 100);
  out += ' ';
  append_two(out, date.second_of_day / 3600);
  out += ':';
  append_two(out, date.second_of_day / 60 % 60);
  out += ':';
  append_two(out, date.second_of_day % 60);
  return out.append(" GMT");
}

}  // namespace

std::string http_date(std::int64_t epoch_seconds) {
  return write(date_of(epoch_seconds), ' ', false);
}

std::string cookie_date(std::int64_t epoch_seconds) {
  const Date date = date_of(epoch_seconds);
  return write(date, '-', date.year < 2038);
}

}  // namespace roundhouse::http
