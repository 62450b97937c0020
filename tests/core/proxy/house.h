// A proxy on a scripted Host, for the tests of this folder: clients and servers are wires that the test writes on.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/proxy/proxy.h"
#include "tests/core/proxy/fake_host.h"

namespace roundhouse::test {

inline std::string text_with(const std::string& location,
                             const std::string& upstream = "server 127.0.0.1:9001;") {
  return "events {}\nhttp {\nmap $http_upgrade $connection_upgrade { default upgrade; '' close; }\nupstream "
         "app { " +
         upstream + " }\nserver { listen 80;\nlocation / { " + location + " } } }";
}
inline constexpr const char* plain = "proxy_pass http://app;";
inline constexpr const char* with_upgrade =
    "proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header "
    "Connection upgrade;";
inline constexpr const char* get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
inline constexpr const char* upgrade =
    "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
inline constexpr const char* switched =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

struct House {
  explicit House(const std::string& text) {
    auto read = proxy::read_config(text);
    if (!read) throw std::runtime_error(read.error().text());
    config = std::make_shared<const proxy::Config>(std::move(*read));
    proxy = std::make_unique<proxy::Proxy>(host, config);
    host.attach(*proxy);
    proxy->on_start();
  }
  ConnectionId client(const std::string& bytes = "", const std::string& ip = "127.0.7.1") {
    const ConnectionId id = host.accept(config->listeners.at(0).address, ip);
    if (!bytes.empty()) host.data(id, bytes);
    return id;
  }
  /// The last connection that the proxy opened.
  ConnectionId upstream() {
    for (auto wire = host.wires().rbegin(); wire != host.wires().rend(); ++wire) {
      if (wire->outgoing) return wire->id;
    }
    throw std::runtime_error("the proxy has opened no connection");
  }
  ConnectionId opened_upstream() {
    const ConnectionId id = upstream();
    host.open(id);
    return id;
  }
  std::string sent(ConnectionId id) { return host.wire(id).sent.bytes; }
  bool closed(ConnectionId id) { return host.wire(id).closed; }
  std::vector<Record> of(RecordKind kind) {
    std::vector<Record> found;
    for (const Record& record : host.records) {
      if (record.kind == kind) found.push_back(record);
    }
    return found;
  }
  std::string said(TextId id) { return std::string(host.text_of(id)); }
  std::pair<ConnectionId, ConnectionId> tunnel() {
    const ConnectionId browser = client(upgrade);
    const ConnectionId server = opened_upstream();
    host.data(server, switched);
    host.wire(browser).sent = {};
    host.wire(server).sent = {};
    return {browser, server};
  }

  FakeHost host;
  std::shared_ptr<const proxy::Config> config;
  std::unique_ptr<proxy::Proxy> proxy;
};

}  // namespace roundhouse::test
