// Regular expressions in locations, maps and server names. The tables are what nginx 1.22.1 answered to the same configuration.
#include <catch2/catch.hpp>

#include "tests/core/proxy/house.h"

using namespace roundhouse;
using namespace roundhouse::proxy;
using namespace roundhouse::test;

namespace {

constexpr const char* measured_text = R"(events {}
http {
map $uri $kind { default none; /exact whole; ~^/u/(?<who>[a-z]+)$ user-$who; ~*^/U/([0-9]+) number-$1; ~^/u/ other; }
map $arg_x $again { ~^(.)(.) $2$1; default "$1"; }
map $arg_x $fresh { volatile; ~^(.)(.) $2$1; }
map $host $site { hostnames; default d; example.org exact; *.example.org star; .b.test dot; www.* tail; ~^re\. regex; }
map "" $never { ~^ matched; default otherwise; }
server { listen 80; server_name default.test;
  location /exactly { return 200 prefix; }
  location = /exactly { return 200 exact; }
  location ~ ^/ex { return 200 regex; }
  location ^~ /static/ { return 200 static; location /static/deep { return 200 deep; } location ~ inner { return 200 inner; } }
  location ~ \.php$ { return 200 php; }
  location ~* \.(JPG|png)$ { return 200 "pic-$1"; }
  location /a { return 200 a; location ~ ^/a/(?<rest>.*)\.x$ { return 200 "nested $rest $1"; } }
  location ~ ^/b(/?)(c?)(d)? { return 200 "b[$1][$2][$3][$4]"; location ~ ^/bb { return 200 bb; } }
  location ~ ^/kind { return 200 "$kind"; }
  location /u/ { return 200 "$kind|$who|$1"; }
  location /exact { return 200 "$kind"; }
  location ~ ^/(t)(h)rice { return 200 "$again$1$2|$fresh$1$2|$kind$1$2|$again$1$2"; }
  location /never { return 200 "$never"; }
  location ~ ^/p/(?<part>[^/]+) { return 200 "$part|$uri"; }
  location /p { return 200 "[$part]"; }
  location /site { return 200 $site; }
  location ~ ^/Case { return 200 case; }
  location ~*^/cafe { return 200 cafe; }
  location ~ "^/q{2}$" { return 200 qq; }
  location /v { return 200 "$arg_x|$arg_X|$cookie_c|$cookie_C|$http_x_y|$args|$is_args|$request_uri|$uri|$request_method|$scheme|$server_name|$server_port|$host|$http_host|$server_protocol"; }
}
server { listen 80; server_name a.test *.wild.test; return 200 one:$server_name; }
server { listen 80; server_name .dot.test www.tail.*; return 200 two:$server_name; }
server { listen 80; server_name ~^(?<sub>.+)\.re\.test$; return 200 three:$server_name:$sub:$1; }
server { listen 80; server_name ~^x\.re\.test$ ~UP; return 200 four:$server_name; }
server { listen 80; server_name *.long.wild.test; return 200 five; }
server { listen 80; return 200 "nameless:$server_name:$host"; }
server { listen 82; server_name n; return 200 first; }
server { listen 82 default_server; server_name m; return 200 "second $host"; }
server { listen 83; location ~ "^/(a+)+$" { return 200 x; } location / { return 200 slash; } }
})";

std::string answer_to(House& house, const std::string& request, std::uint16_t port = 80) {
  const ConnectionId client = house.host.accept({"*", port}, "127.0.7.1");
  house.host.data(client, request);
  const std::string all = house.sent(client);
  const std::string status = all.substr(9, 3);
  return status == "200" ? all.substr(all.find("\r\n\r\n") + 4) : status;
}

std::string get_of(const std::string& path, const std::string& host = "h", const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
}

std::string error_of(const std::string& inside) {
  const auto config = read_config("events {}\nhttp {\n" + inside + "\n}\n");
  return config ? "" : config.error().text();
}

using Rows = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("locations are chosen in nginx's order: exact, ^~, expressions as written, longest prefix",
          "[proxy][regex]") {
  House house(measured_text);
  const Rows measured = {{"/exactly", "exact"},
                         {"/exactlyx", "regex"},
                         {"/ex", "regex"},
                         {"/static/a.php", "static"},
                         {"/static/deep", "deep"},
                         {"/static/deep/inner", "inner"},
                         {"/static/inner.php", "inner"},
                         {"/x.php", "php"},
                         {"/x.php?y", "php"},
                         {"/x.PHP", "404"},
                         {"/i.jpg", "pic-jpg"},
                         {"/i.PNG", "pic-PNG"},
                         {"/a", "a"},
                         {"/a/b.x", "nested b b"},
                         {"/a/i.php", "php"},
                         {"/a/q/r.x", "nested q/r q/r"},
                         {"/b", "b[][][][]"},
                         {"/b/cd", "b[/][c][d][]"},
                         {"/bc", "b[][c][][]"},
                         {"/bb", "bb"},
                         {"/kind", "none"},
                         {"/u/ann", "user-ann|ann|ann"},
                         {"/u/ann1", "other||"},
                         {"/u/42x", "number-42||42"},
                         {"/exact", "regex"},
                         {"/thrice?x=pq", "qppq|qppq|nonepq|qppq"},
                         {"/never", "otherwise"},
                         {"/p/one/two", "one|/p/one/two"},
                         {"/p", "[]"},
                         {"/Case", "case"},
                         {"/case", "404"},
                         {"/CAFE", "cafe"},
                         {"/qq", "qq"},
                         {"/q", "404"},
                         {"/none", "404"},
                         {"/%61/b.x", "nested b b"}};
  for (const auto& [path, answer] : measured) {
    INFO(path);
    CHECK(answer_to(house, get_of(path)) == answer);
  }
}

TEST_CASE("a server is chosen by name: exact, *.x, x.*, the first expression, the default",
          "[proxy][regex]") {
  House house(measured_text);
  const Rows measured = {{"a.test", "one:a.test"},
                         {"A.TEST", "one:a.test"},
                         {"a.test:99", "one:a.test"},
                         {"q.wild.test", "one:a.test"},
                         {"wild.test", "404"},
                         {"q.r.wild.test", "one:a.test"},
                         {"q.long.wild.test", "five"},
                         {"dot.test", "two:dot.test"},
                         {"x.dot.test", "two:dot.test"},
                         {"www.tail.com", "two:dot.test"},
                         {"www.tail.co.uk", "two:dot.test"},
                         {"www.tail", "404"},
                         {"x.re.test", "three:~^(?<sub>.+)\\.re\\.test$:x:x"},
                         {"re.test", "404"},
                         {"x.y.re.test", "three:~^(?<sub>.+)\\.re\\.test$:x.y:x.y"},
                         {"soup", "four:~^x\\.re\\.test$"},
                         {"a.test.", "one:a.test"},
                         {"other", "404"}};
  for (const auto& [host, answer] : measured) {
    INFO(host);
    CHECK(answer_to(house, get_of("/", host)) == answer);
  }
  CHECK(answer_to(house, "GET / HTTP/1.0\r\n\r\n") == "nameless::");
  CHECK(answer_to(house, get_of("http://q.wild.test/", "a.test")) == "one:a.test");
  CHECK(answer_to(house, get_of("/", "zz"), 82) == "second zz");
  CHECK(answer_to(house, "GET / HTTP/1.0\r\n\r\n", 82) == "second m");
}

TEST_CASE("a map with hostnames takes wildcards before expressions", "[proxy][regex]") {
  House house(measured_text);
  const Rows measured = {{"example.org", "exact"},   {"x.example.org", "star"}, {"x.y.example.org", "star"},
                         {"b.test", "dot"},          {"x.b.test", "dot"},       {"www.zzz", "tail"},
                         {"re.x", "regex"},          {"EXAMPLE.org", "exact"},  {"none", "d"},
                         {"www.example.org", "star"}};
  for (const auto& [host, answer] : measured) {
    INFO(host);
    CHECK(answer_to(house, get_of("/site", host)) == answer);
  }
}

TEST_CASE("variables of a request are as nginx has them", "[proxy][variables]") {
  House house(measured_text);
  CHECK(answer_to(house, get_of("/v?x=a%20b&X=2", "h", "Cookie: c=1; C=2; d=3\r\nX-Y: y1\r\nX-Y: y2\r\n")) ==
        "a%20b|a%20b|1|1|y1|x=a%20b&X=2|?|/v?x=a%20b&X=2|/v|GET|http|default.test|80|h|h|HTTP/1.1");
  // The four bytes themselves, not their text.
  House bytes(text_with("return 200 $binary_remote_addr;"));
  const ConnectionId client = bytes.client(get, "127.0.7.1");
  CHECK(bytes.sent(client).ends_with(std::string("\r\n\r\n\x7f\0\7\1", 8)));
}

TEST_CASE("an expression that backtracks without end is given up, and is a 500", "[proxy][regex]") {
  House house(measured_text);
  const std::string path = "/" + std::string(40, 'a') + "!";
  CHECK(answer_to(house, get_of(path), 83) == "500");
  CHECK(house.said(house.of(RecordKind::answer).back().text) ==
        "pcre2_match() failed: -47 on \"" + path + "\" using \"^/(a+)+$\"");
  CHECK(answer_to(house, get_of("/aaa"), 83) == "x");
}

TEST_CASE("a bad expression, name or zone gets nginx's own words", "[nginx][regex]") {
  const auto location = [](const std::string& words) {
    return error_of("server { location " + words + " { } }");
  };
  const std::string at = "nginx.conf:3: ";
  CHECK(location("~ (a") == at + "pcre2_compile() failed: missing closing parenthesis in \"(a\"");
  CHECK(location("~ [a-z") ==
        at + "pcre2_compile() failed: missing terminating ] for character class in \"[a-z\"");
  CHECK(location("~* a**") ==
        at + "pcre2_compile() failed: quantifier does not follow a repeatable item in \"a**\" at \"*\"");
  CHECK(location("~ a)b") ==
        at + "pcre2_compile() failed: unmatched closing parenthesis in \"a)b\" at \")b\"");
  CHECK(location("~ \"a{2,1}b\"") ==
        at + "pcre2_compile() failed: numbers out of order in {} quantifier in \"a{2,1}b\" at \"}b\"");
  CHECK(location("~ ^/(?<host>a)") == at + "the duplicate \"host\" variable");
  CHECK(location("~ ^/(?<args>a)").empty());
  CHECK(error_of("server { location ~ ^/a { proxy_pass http://127.0.0.1:1/b; } }") ==
        at + "\"proxy_pass\" cannot have URI part in location given by regular expression, or inside named "
             "location, or inside "
             "\"if\" statement, or inside \"limit_except\" block");
  CHECK(error_of("server { location ~ ^/a { location /a { } } }") ==
        at + "location \"/a\" is outside location \"^/a\"");
  CHECK(error_of("server { location ~ ^/a { } location ~ ^/a { } }").empty());
  CHECK(error_of("server { location ~ ^/(?<y>a) { return 200 $z; } }") == "unknown \"z\" variable");
  CHECK(error_of("server { location ~ ^/(a) { return 200 ${1}; } }") == "unknown \"1\" variable");
  CHECK(error_of("map $uri $x { ~( y; }") ==
        at + "pcre2_compile() failed: missing closing parenthesis in \"(\"");
  CHECK(error_of("map $uri $x { ~*[ y; }") ==
        at + "pcre2_compile() failed: missing terminating ] for character class in \"[\"");
  CHECK(error_of("map $host $x { hostnames; b.*.c 4; }") == at + "invalid hostname or wildcard \"b.*.c\"");
  CHECK(error_of("map $host $x { hostnames; a..b 4; }") == at + "invalid hostname or wildcard \"a..b\"");
  CHECK(error_of("map $host $x { hostnames; .a 1; *.a 2; }") == at + "conflicting parameter \"*.a\"");
  CHECK(error_of("map $host $x { hostnames; .a 1; a 2; }") == at + "conflicting parameter \"a\"");
  CHECK(error_of("map $host $x { a b { c d; } }") == at + "unexpected \"{\"");
  CHECK(error_of("server { server_name ~(a; }") ==
        at + "pcre2_compile() failed: missing closing parenthesis in \"(a\"");
  CHECK(error_of("server { server_name ~; }") == at + "empty regex in server name \"~\"");
  CHECK(error_of("server { server_name *x; }") == at + "server name \"*x\" is invalid");
  CHECK(error_of("server { server_name .; }") == at + "server name \".\" is invalid");
  CHECK(error_of("server { listen 80 default_server; }\nserver { listen 80 default_server; }") ==
        "nginx.conf:4: a duplicate default server for 0.0.0.0:80");
  CHECK(error_of("set_real_ip_from 10.0.0.0/33;") ==
        at + "host not found in set_real_ip_from \"10.0.0.0/33\"");
  CHECK(error_of("set_real_ip_from unix:/x;") == at + "host not found in set_real_ip_from \"unix:/x\"");
  CHECK(error_of("real_ip_header X-A; real_ip_header X-B;") ==
        at + "\"real_ip_header\" directive is duplicate");
  CHECK(error_of("real_ip_recursive yes;") ==
        at + "invalid value \"yes\" in \"real_ip_recursive\" directive, it must be \"on\" or \"off\"");
  CHECK(error_of("upstream a { zone z 1k; server 127.0.0.1:1; }") == at + "zone \"z\" is too small");
  CHECK(error_of("upstream a { zone z much; server 127.0.0.1:1; }") == at + "invalid zone size \"much\"");
  CHECK(error_of("upstream a { zone '' 64k; server 127.0.0.1:1; }") == at + "invalid zone name \"\"");
  CHECK(error_of("upstream a { zone z; server 127.0.0.1:1; }") == "zero size shared memory zone \"z\"");
  CHECK(error_of("upstream a { zone z 64k; server 127.0.0.1:1; }\nupstream b { zone z; server 127.0.0.1:1; }")
            .empty());
  CHECK(
      error_of(
          "upstream a { zone z 64k; server 127.0.0.1:1; }\nupstream b { zone z 65k; server 127.0.0.1:1; }") ==
      "nginx.conf:4: the size 66560 of shared memory zone \"z\" conflicts with already declared size 65536");
}

TEST_CASE("what nginx warns about names and networks, we warn about in its words", "[nginx][regex]") {
  const auto warned = [](const std::string& inside) {
    const auto config = read_config("events {}\nhttp {\n" + inside + "\n}\n");
    std::string all;
    for (const Error& warning : config.value().nginx_warnings) all += warning.what() + "\n";
    return all;
  };
  const std::string on = " on 0.0.0.0:80, ignored\n";
  CHECK(warned("set_real_ip_from 10.0.0.1/8;") == "low address bits of 10.0.0.1/8 are meaningless\n");
  CHECK(warned("set_real_ip_from 2001:db8::1/32;") == "low address bits of 2001:db8::1/32 are meaningless\n");
  CHECK(warned("server { server_name a/b; }") == "server name \"a/b\" has suspicious symbols\n");
  CHECK(warned("server { }\nserver { }") == "conflicting server name \"\"" + on);
  CHECK(warned("server { server_name a a; }\nserver { server_name A; }") ==
        "conflicting server name \"a\"" + on + "conflicting server name \"a\"" + on);
  CHECK(warned("server { server_name ~a ~a; }\nserver { server_name ~a; }").empty());
  CHECK(warned("server { server_name .a *.a; }\nserver { server_name a *.a; }") ==
        "conflicting server name \"*.a\"" + on + "conflicting server name \"a\"" + on +
            "conflicting server name \"*.a\"" + on);
}

TEST_CASE("a map may include a file of lines", "[nginx]") {
  ReadOptions options;
  options.read_file = [](std::string_view path) -> std::optional<std::string> {
    if (path == "lines") return "a 1;\n~^b 2;";
    return std::nullopt;
  };
  const auto config = read_config("events {}\nhttp { map $uri $x { include lines; c 3; } }", options);
  CHECK(config.value().maps.at(0).entries.size() == 2);
  CHECK(config.value().maps.at(0).patterns.size() == 1);
}
