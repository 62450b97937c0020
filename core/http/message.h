// Heads of HTTP messages as values. RFC 9112. Field names keep their spelling and order; lookups ignore case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/marked_bytes.h"

namespace roundhouse::http {

struct Field {
  std::string name;
  std::string value;
  friend bool operator==(const Field&, const Field&) = default;
};

class Fields {
 public:
  void add(std::string_view name, std::string_view value);
  /// The first field of that name; empty optional where there is none.
  std::optional<std::string_view> find(std::string_view name) const;
  /// True where a comma-separated field of that name has this token, without case (Connection: keep-alive, Upgrade).
  bool has_token(std::string_view name, std::string_view token) const;
  const std::vector<Field>& all() const { return fields_; }
  void clear() { fields_.clear(); }

 private:
  std::vector<Field> fields_;
};

bool equal_ignoring_case(std::string_view a, std::string_view b);

struct RequestHead {
  std::string method;
  std::string target;  ///< as sent: path and query
  int minor_version = 1;
  bool simple = false;  ///< HTTP/0.9, a line without a version: its answer is a body without a head
  Fields fields;
};

struct ResponseHead {
  int status = 0;
  std::string reason;
  int minor_version = 1;
  Fields fields;
};

/// A whole message: the form that clients and app instances use. Marks of `body` are relative to the body.
struct Request {
  RequestHead head;
  MarkedBytes body;
};
struct Response {
  ResponseHead head;
  MarkedBytes body;
};

}  // namespace roundhouse::http
