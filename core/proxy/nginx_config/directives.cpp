// The table itself. Contexts and counts are those of nginx 1.22.1's command tables.
#include "core/proxy/nginx_config/directives.h"

namespace roundhouse::proxy {

namespace {

constexpr std::uint8_t any_number = 255;
constexpr std::uint16_t anywhere =
    in_main | in_events | in_http | in_upstream | in_server | in_location | in_any_if;

constexpr Directive plain(std::string_view name, std::uint16_t contexts, std::uint8_t least,
                          std::uint8_t most, Does does) {
  return {name, contexts, least, most, false, does, Kind::any, Setting::none, false, false};
}
constexpr Directive block(std::string_view name, std::uint16_t contexts, std::uint8_t least,
                          std::uint8_t most, Does does) {
  return {name, contexts, least, most, true, does, Kind::any, Setting::none, false, false};
}
constexpr Directive value(std::string_view name, std::uint16_t contexts, Kind kind, Setting setting) {
  return {name, contexts, 1, 1, false, Does::setting, kind, setting, true, false};
}
/// Read and checked as a value, but nothing here depends on it.
constexpr Directive unused(std::string_view name, std::uint16_t contexts, Kind kind) {
  return {name, contexts, 1, 1, false, Does::setting, kind, Setting::none, true, false};
}
/// The same, where a client of a real nginx could tell.
constexpr Directive missed(std::string_view name, std::uint16_t contexts, Kind kind) {
  return {name, contexts, 1, 1, false, Does::setting, kind, Setting::none, true, true};
}

constexpr Directive table[] = {
    block("events", in_main, 0, 0, Does::events),
    block("http", in_main, 0, 0, Does::http),
    block("upstream", in_http, 1, 1, Does::upstream),
    block("server", in_http, 0, 0, Does::server),
    block("location", in_server | in_location, 1, 2, Does::location),
    block("map", in_http, 2, 2, Does::map),
    block("types", in_http_levels, 0, 0, Does::types),

    plain("server", in_upstream, 1, any_number, Does::peer),
    plain("ip_hash", in_upstream, 0, 0, Does::ip_hash),
    plain("hash", in_upstream, 1, 2, Does::hash),
    plain("least_conn", in_upstream, 0, 0, Does::least_conn),
    plain("random", in_upstream, 0, 2, Does::random),
    plain("keepalive", in_upstream, 1, 1, Does::keepalive),
    plain("sticky", in_upstream, 2, any_number, Does::sticky),
    plain("zone", in_upstream, 1, 2, Does::zone),
    unused("keepalive_timeout", in_upstream, Kind::milliseconds),
    unused("keepalive_requests", in_upstream, Kind::number),
    unused("keepalive_time", in_upstream, Kind::milliseconds),

    plain("listen", in_server, 1, any_number, Does::listen),
    plain("server_name", in_server, 1, any_number, Does::server_name),
    plain("internal", in_location, 0, 0, Does::internal),
    plain("proxy_pass", in_location | in_location_if, 1, 1, Does::proxy_pass),
    plain("proxy_set_header", in_http_levels, 2, 2, Does::proxy_set_header),
    plain("proxy_next_upstream", in_http_levels, 1, any_number, Does::proxy_next_upstream),
    plain("proxy_http_version", in_http_levels, 1, 1, Does::proxy_http_version),
    plain("add_header", in_http_levels | in_location_if, 2, 3, Does::add_header),
    plain("set_real_ip_from", in_http_levels, 1, 1, Does::set_real_ip_from),
    plain("real_ip_header", in_http_levels, 1, 1, Does::real_ip_header),
    plain("return", in_server | in_location | in_any_if, 1, 2, Does::answer),
    plain("set", in_server | in_location | in_any_if, 2, 2, Does::set_variable),
    plain("rewrite", in_server | in_location | in_any_if, 2, 3, Does::rewrite),
    plain("break", in_server | in_location | in_any_if, 0, 0, Does::stop),
    block("if", in_server | in_location, 1, any_number, Does::condition),
    unused("rewrite_log", in_http_levels | in_any_if, Kind::flag),
    unused("uninitialized_variable_warn", in_http_levels | in_any_if, Kind::flag),
    plain("include", anywhere, 1, 1, Does::include),
    plain("worker_processes", in_main, 1, 1, Does::worker_processes),
    plain("worker_connections", in_events, 1, 1, Does::worker_connections),

    value("proxy_connect_timeout", in_http_levels, Kind::milliseconds, Setting::connect_timeout),
    value("proxy_send_timeout", in_http_levels, Kind::milliseconds, Setting::send_timeout),
    value("proxy_read_timeout", in_http_levels, Kind::milliseconds, Setting::read_timeout),
    value("proxy_next_upstream_tries", in_http_levels, Kind::number, Setting::next_tries),
    value("proxy_next_upstream_timeout", in_http_levels, Kind::milliseconds, Setting::next_timeout),
    value("client_max_body_size", in_http_levels, Kind::size, Setting::body_max),
    value("proxy_buffer_size", in_http_levels, Kind::size, Setting::buffer_size),
    value("real_ip_recursive", in_http_levels, Kind::flag, Setting::real_ip_recursive),
    value("proxy_buffering", in_http_levels, Kind::flag, Setting::buffering),
    plain("keepalive_timeout", in_http_levels, 1, 2, Does::keepalive_timeout),
    value("keepalive_requests", in_http_levels, Kind::number, Setting::keepalive_requests),
    value("keepalive_time", in_http_levels, Kind::milliseconds, Setting::keepalive_time),
    value("client_header_timeout", in_http | in_server, Kind::milliseconds, Setting::header_timeout),
    value("client_body_timeout", in_http_levels, Kind::milliseconds, Setting::body_timeout),
    value("client_header_buffer_size", in_http | in_server, Kind::size, Setting::first_header_buffer),
    plain("large_client_header_buffers", in_http | in_server, 2, 2, Does::large_header_buffers),

    // Timing and buffers that show nowhere here.
    unused("proxy_request_buffering", in_http_levels, Kind::flag),
    unused("proxy_socket_keepalive", in_http_levels, Kind::flag),
    missed("proxy_ignore_client_abort", in_http_levels, Kind::flag),
    plain("proxy_buffers", in_http_levels, 2, 2, Does::ignored),
    unused("proxy_busy_buffers_size", in_http_levels, Kind::size),
    unused("proxy_max_temp_file_size", in_http_levels, Kind::size),
    plain("proxy_cache_bypass", in_http_levels, 1, any_number, Does::ignored),
    plain("proxy_no_cache", in_http_levels, 1, any_number, Does::ignored),
    plain("proxy_redirect", in_http_levels, 1, 2, Does::proxy_redirect),
    unused("client_body_buffer_size", in_http_levels, Kind::size),
    missed("send_timeout", in_http_levels, Kind::milliseconds),
    unused("sendfile", in_http_levels | in_location_if, Kind::flag),
    unused("tcp_nodelay", in_http_levels, Kind::flag),
    unused("tcp_nopush", in_http_levels, Kind::flag),
    plain("default_type", in_http_levels, 1, 1, Does::default_type),
    unused("types_hash_max_size", in_http_levels, Kind::number),
    unused("types_hash_bucket_size", in_http_levels, Kind::number),
    unused("server_names_hash_bucket_size", in_http, Kind::number),
    unused("server_names_hash_max_size", in_http, Kind::number),
    unused("map_hash_bucket_size", in_http, Kind::number),
    unused("map_hash_max_size", in_http, Kind::number),
    unused("variables_hash_max_size", in_http, Kind::number),
    unused("reset_timedout_connection", in_http_levels, Kind::flag),
    unused("log_not_found", in_http_levels, Kind::flag),
    plain("access_log", in_http_levels | in_location_if, 1, any_number, Does::ignored),
    plain("error_log", in_main | in_http_levels, 1, any_number, Does::ignored),
    plain("log_format", in_http, 2, any_number, Does::ignored),
    plain("resolver", in_http_levels, 1, any_number, Does::resolver),
    plain("root", in_http_levels | in_location_if, 1, 1, Does::root),
    plain("index", in_http_levels, 1, any_number, Does::ignored),

    // Main and events.
    plain("user", in_main, 1, 2, Does::ignored),
    plain("pid", in_main, 1, 1, Does::ignored),
    unused("daemon", in_main, Kind::flag),
    unused("master_process", in_main, Kind::flag),
    plain("worker_rlimit_nofile", in_main, 1, 1, Does::ignored),
    plain("worker_cpu_affinity", in_main, 1, any_number, Does::ignored),
    plain("worker_priority", in_main, 1, 1, Does::ignored),
    value("worker_shutdown_timeout", in_main, Kind::milliseconds, Setting::shutdown_timeout),
    plain("env", in_main, 1, 1, Does::ignored),
    plain("load_module", in_main, 1, 1, Does::ignored),
    plain("use", in_events, 1, 1, Does::ignored),
    unused("multi_accept", in_events, Kind::flag),
    unused("accept_mutex", in_events, Kind::flag),

    // Seen by clients of a real nginx, not here: said aloud.
    plain("gzip", in_http_levels | in_location_if, 1, 1, Does::ignored_warning),
    plain("gzip_types", in_http_levels, 1, any_number, Does::ignored),
    plain("gzip_vary", in_http_levels, 1, 1, Does::ignored),
    plain("gzip_proxied", in_http_levels, 1, any_number, Does::ignored),
    plain("gzip_comp_level", in_http_levels, 1, 1, Does::ignored),
    plain("gzip_min_length", in_http_levels, 1, 1, Does::ignored),
    plain("gzip_disable", in_http_levels, 1, any_number, Does::ignored),
    plain("gzip_http_version", in_http_levels, 1, 1, Does::ignored),
    plain("gzip_buffers", in_http_levels, 2, 2, Does::ignored),
    plain("expires", in_http_levels | in_location_if, 1, 2, Does::ignored_warning),
    plain("server_tokens", in_http_levels, 1, 1, Does::ignored_warning),
    // Nothing without an error_page.
    unused("proxy_intercept_errors", in_http_levels, Kind::flag),
    plain("error_page", in_http_levels | in_location_if, 2, any_number, Does::ignored_warning),
    plain("proxy_hide_header", in_http_levels, 1, 1, Does::ignored_warning),
    plain("proxy_pass_header", in_http_levels, 1, 1, Does::ignored_warning),
    plain("proxy_cache", in_http_levels, 1, 1, Does::ignored_warning),
    plain("proxy_cookie_path", in_http_levels, 1, 2, Does::ignored_warning),
    plain("proxy_cookie_domain", in_http_levels, 1, 2, Does::ignored_warning),
    plain("underscores_in_headers", in_http | in_server, 1, 1, Does::ignored_warning),
    plain("merge_slashes", in_http | in_server, 1, 1, Does::ignored_warning),
    plain("limit_req", in_http_levels, 1, 3, Does::ignored_warning),
    plain("limit_req_zone", in_http, 3, 3, Does::ignored_warning),
    plain("limit_conn", in_http_levels, 2, 2, Does::ignored_warning),
    plain("limit_conn_zone", in_http, 2, 2, Does::ignored_warning),
    plain("allow", in_http_levels, 1, 1, Does::ignored_warning),
    plain("deny", in_http_levels, 1, 1, Does::ignored_warning),
    plain("ssl_certificate", in_http | in_server, 1, 1, Does::ignored_warning),
    plain("ssl_certificate_key", in_http | in_server, 1, 1, Does::ignored),
    plain("ssl_protocols", in_http | in_server, 1, any_number, Does::ignored),
    plain("ssl_ciphers", in_http | in_server, 1, 1, Does::ignored),
    plain("ssl_prefer_server_ciphers", in_http | in_server, 1, 1, Does::ignored),
    plain("ssl_session_cache", in_http | in_server, 1, 2, Does::ignored),
    plain("ssl_session_timeout", in_http | in_server, 1, 1, Does::ignored),
    plain("ssl_session_tickets", in_http | in_server, 1, 1, Does::ignored),
    plain("ssl_dhparam", in_http | in_server, 1, 1, Does::ignored),
    plain("ssl_stapling", in_http | in_server, 1, 1, Does::ignored),
    plain("ssl_stapling_verify", in_http | in_server, 1, 1, Does::ignored),

    // Too much of what happens hangs on these.
    block("stream", in_main, 0, 0, Does::refused),
    block("mail", in_main, 0, 0, Does::refused),
    block("geo", in_http, 1, 2, Does::refused),
    block("split_clients", in_http, 2, 2, Does::refused),
    block("limit_except", in_location, 1, any_number, Does::refused),
    plain("try_files", in_server | in_location, 2, any_number, Does::refused),
    plain("alias", in_location, 1, 1, Does::refused),
    plain("proxy_method", in_http_levels, 1, 1, Does::refused),
    plain("proxy_set_body", in_http_levels, 1, 1, Does::refused),
    plain("proxy_pass_request_headers", in_http_levels, 1, 1, Does::refused),
    plain("proxy_pass_request_body", in_http_levels, 1, 1, Does::refused),
    plain("proxy_bind", in_http_levels, 1, 2, Does::refused),
    plain("auth_basic", in_http_levels, 1, 1, Does::refused),
    plain("auth_request", in_http_levels, 1, 1, Does::refused),
    plain("uwsgi_pass", in_location | in_location_if, 1, 1, Does::refused),
    plain("fastcgi_pass", in_location | in_location_if, 1, 1, Does::refused),
    plain("grpc_pass", in_location | in_location_if, 1, 1, Does::refused),
    plain("memcached_pass", in_location | in_location_if, 1, 1, Does::refused),
    plain("scgi_pass", in_location | in_location_if, 1, 1, Does::refused),
};

}  // namespace

std::span<const Directive> directives() {
  return table;
}

}  // namespace roundhouse::proxy
