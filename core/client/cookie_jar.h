// The cookies that one server set: name and value. A client speaks to one server, so neither domain nor path is looked at.
// Source: engine.io-client 6.6.8, globals.node.js, CookieJar; RFC 6265 §5.2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roundhouse {

class CookieJar {
 public:
  /// Cookies kept at once; further names are not kept (browsers: 180 for a site).
  static constexpr std::size_t cookies_max = 180;

  /// A `Set-Cookie` value. `Max-Age` of zero or less deletes; dates in `Expires` are not read.
  void set(std::string_view set_cookie);
  /// `a=1; b=2`, in the order of first setting; empty where there is none.
  std::string header() const;
  bool empty() const { return cookies_.empty(); }

 private:
  struct Cookie {
    std::string name;
    std::string value;
  };
  std::vector<Cookie> cookies_;
};

}  // namespace roundhouse
