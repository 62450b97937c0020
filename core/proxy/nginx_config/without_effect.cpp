// What nginx 1.22.1 knows and the simulator has no use for: taken with a warning. Places and counts of words are those of its command
// tables; the words themselves are not looked at.
#include <algorithm>

#include "core/proxy/nginx_config/directives.h"

namespace roundhouse::proxy {

namespace {

constexpr std::uint8_t any_number = 255;

constexpr Family families[] = {
    {in_main, 1, 1, false,
     "debug_points lock_file pcre_jit ssl_engine timer_resolution worker_rlimit_core working_directory"},
    {in_main, 2, 3, false, "thread_pool"},
    {in_events, 1, 1, false, "accept_mutex_delay debug_connection epoll_events worker_aio_requests"},
    {in_http, 1, 1, false, "http2_recv_buffer_size variables_hash_bucket_size"},
    {in_http, 2, any_number, false, "fastcgi_cache_path proxy_cache_path scgi_cache_path uwsgi_cache_path"},
    {in_http, 2, 2, true, "charset_map"},
    {in_http | in_server, 1, 1, false,
     "connection_pool_size http2_body_preread_size http2_idle_timeout http2_max_concurrent_pushes "
     "http2_max_concurrent_streams "
     "http2_max_field_size http2_max_header_size http2_max_requests http2_pool_size http2_recv_timeout "
     "http2_streams_index_size "
     "ignore_invalid_headers request_pool_size ssl ssl_buffer_size ssl_client_certificate ssl_crl "
     "ssl_early_data ssl_ecdh_curve "
     "ssl_ocsp ssl_ocsp_cache ssl_ocsp_responder ssl_password_file ssl_reject_handshake "
     "ssl_session_ticket_key ssl_stapling_file "
     "ssl_stapling_responder ssl_trusted_certificate ssl_verify_client ssl_verify_depth"},
    {in_http | in_server, 2, 2, false, "ssl_conf_command"},
    {in_http_levels, 1, 1, false,
     "absolute_redirect add_after_body add_before_body aio aio_write ancient_browser_value "
     "auth_basic_user_file auth_delay "
     "autoindex autoindex_exact_size autoindex_format autoindex_localtime chunked_transfer_encoding "
     "client_body_in_file_only "
     "client_body_in_single_buffer create_full_put_path directio directio_alignment etag fastcgi_buffer_size "
     "fastcgi_buffering "
     "fastcgi_busy_buffers_size fastcgi_cache fastcgi_cache_background_update fastcgi_cache_key "
     "fastcgi_cache_lock "
     "fastcgi_cache_lock_age fastcgi_cache_lock_timeout fastcgi_cache_max_range_offset "
     "fastcgi_cache_min_uses "
     "fastcgi_cache_revalidate fastcgi_catch_stderr fastcgi_connect_timeout fastcgi_force_ranges "
     "fastcgi_hide_header "
     "fastcgi_ignore_client_abort fastcgi_index fastcgi_intercept_errors fastcgi_keep_conn "
     "fastcgi_limit_rate "
     "fastcgi_max_temp_file_size fastcgi_next_upstream_timeout fastcgi_next_upstream_tries "
     "fastcgi_pass_header "
     "fastcgi_pass_request_body fastcgi_pass_request_headers fastcgi_read_timeout fastcgi_request_buffering "
     "fastcgi_send_lowat "
     "fastcgi_send_timeout fastcgi_socket_keepalive fastcgi_split_path_info fastcgi_store "
     "fastcgi_temp_file_write_size "
     "grpc_buffer_size grpc_connect_timeout grpc_hide_header grpc_intercept_errors "
     "grpc_next_upstream_timeout "
     "grpc_next_upstream_tries grpc_pass_header grpc_read_timeout grpc_send_timeout grpc_socket_keepalive "
     "grpc_ssl_certificate "
     "grpc_ssl_certificate_key grpc_ssl_ciphers grpc_ssl_crl grpc_ssl_name grpc_ssl_password_file "
     "grpc_ssl_server_name "
     "grpc_ssl_session_reuse grpc_ssl_trusted_certificate grpc_ssl_verify grpc_ssl_verify_depth gunzip "
     "gzip_hash gzip_no_buffer "
     "gzip_static gzip_window http2_chunk_size http2_push http2_push_preload if_modified_since "
     "limit_conn_dry_run "
     "limit_conn_log_level limit_conn_status limit_req_dry_run limit_req_log_level limit_req_status "
     "lingering_close lingering_time "
     "lingering_timeout log_subrequest max_ranges memcached_buffer_size memcached_connect_timeout "
     "memcached_gzip_flag "
     "memcached_next_upstream_timeout memcached_next_upstream_tries memcached_read_timeout "
     "memcached_send_timeout "
     "memcached_socket_keepalive min_delete_depth mirror mirror_request_body modern_browser_value "
     "mp4_buffer_size "
     "mp4_max_buffer_size mp4_start_key_frame msie_padding msie_refresh open_file_cache_errors "
     "open_file_cache_events "
     "open_file_cache_min_uses open_file_cache_valid port_in_redirect postpone_gzipping postpone_output "
     "proxy_cache_background_update proxy_cache_convert_head proxy_cache_key proxy_cache_lock "
     "proxy_cache_lock_age "
     "proxy_cache_lock_timeout proxy_cache_max_range_offset proxy_cache_min_uses proxy_cache_revalidate "
     "proxy_force_ranges "
     "proxy_headers_hash_bucket_size proxy_headers_hash_max_size proxy_limit_rate proxy_send_lowat "
     "proxy_ssl_certificate "
     "proxy_ssl_certificate_key proxy_ssl_ciphers proxy_ssl_crl proxy_ssl_name proxy_ssl_password_file "
     "proxy_ssl_server_name "
     "proxy_ssl_session_reuse proxy_ssl_trusted_certificate proxy_ssl_verify proxy_ssl_verify_depth "
     "proxy_store "
     "proxy_temp_file_write_size read_ahead recursive_error_pages resolver_timeout satisfy scgi_buffer_size "
     "scgi_buffering "
     "scgi_busy_buffers_size scgi_cache scgi_cache_background_update scgi_cache_key scgi_cache_lock "
     "scgi_cache_lock_age "
     "scgi_cache_lock_timeout scgi_cache_max_range_offset scgi_cache_min_uses scgi_cache_revalidate "
     "scgi_connect_timeout "
     "scgi_force_ranges scgi_hide_header scgi_ignore_client_abort scgi_intercept_errors scgi_limit_rate "
     "scgi_max_temp_file_size "
     "scgi_next_upstream_timeout scgi_next_upstream_tries scgi_pass_header scgi_pass_request_body "
     "scgi_pass_request_headers "
     "scgi_read_timeout scgi_request_buffering scgi_send_timeout scgi_socket_keepalive scgi_store "
     "scgi_temp_file_write_size "
     "secure_link secure_link_md5 secure_link_secret send_lowat sendfile_max_chunk server_name_in_redirect "
     "slice "
     "ssi_ignore_recycled_buffers ssi_last_modified ssi_min_file_chunk ssi_silent_errors ssi_value_length "
     "sub_filter_last_modified "
     "sub_filter_once subrequest_output_buffer_size userid userid_domain userid_expires userid_mark "
     "userid_name userid_p3p "
     "userid_path userid_service uwsgi_buffer_size uwsgi_buffering uwsgi_busy_buffers_size uwsgi_cache "
     "uwsgi_cache_background_update uwsgi_cache_key uwsgi_cache_lock uwsgi_cache_lock_age "
     "uwsgi_cache_lock_timeout "
     "uwsgi_cache_max_range_offset uwsgi_cache_min_uses uwsgi_cache_revalidate uwsgi_connect_timeout "
     "uwsgi_force_ranges "
     "uwsgi_hide_header uwsgi_ignore_client_abort uwsgi_intercept_errors uwsgi_limit_rate "
     "uwsgi_max_temp_file_size uwsgi_modifier1 "
     "uwsgi_modifier2 uwsgi_next_upstream_timeout uwsgi_next_upstream_tries uwsgi_pass_header "
     "uwsgi_pass_request_body "
     "uwsgi_pass_request_headers uwsgi_read_timeout uwsgi_request_buffering uwsgi_send_timeout "
     "uwsgi_socket_keepalive "
     "uwsgi_ssl_certificate uwsgi_ssl_certificate_key uwsgi_ssl_ciphers uwsgi_ssl_crl uwsgi_ssl_name "
     "uwsgi_ssl_password_file "
     "uwsgi_ssl_server_name uwsgi_ssl_session_reuse uwsgi_ssl_trusted_certificate uwsgi_ssl_verify "
     "uwsgi_ssl_verify_depth "
     "uwsgi_store uwsgi_string uwsgi_temp_file_write_size"},
    {in_http_levels, 1, 2, false,
     "disable_symlinks fastcgi_bind grpc_bind keepalive_disable memcached_bind modern_browser "
     "open_file_cache scgi_bind uwsgi_bind"},
    {in_http_levels, 1, 3, false,
     "dav_access fastcgi_store_access proxy_store_access scgi_store_access userid_flags uwsgi_store_access"},
    {in_http_levels, 1, 4, false,
     "client_body_temp_path fastcgi_temp_path open_log_file_cache proxy_cookie_flags proxy_temp_path "
     "scgi_temp_path "
     "uwsgi_temp_path"},
    {in_http_levels, 1, any_number, false,
     "addition_types ancient_browser charset_types dav_methods fastcgi_cache_bypass fastcgi_cache_methods "
     "fastcgi_cache_use_stale "
     "fastcgi_cache_valid fastcgi_ignore_headers fastcgi_next_upstream fastcgi_no_cache grpc_ignore_headers "
     "grpc_next_upstream "
     "grpc_ssl_protocols memcached_next_upstream proxy_cache_methods proxy_cache_use_stale proxy_cache_valid "
     "proxy_ignore_headers "
     "proxy_ssl_protocols scgi_cache_bypass scgi_cache_methods scgi_cache_use_stale scgi_cache_valid "
     "scgi_ignore_headers "
     "scgi_next_upstream scgi_no_cache ssi_types sub_filter_types uwsgi_cache_bypass uwsgi_cache_methods "
     "uwsgi_cache_use_stale "
     "uwsgi_cache_valid uwsgi_ignore_headers uwsgi_next_upstream uwsgi_no_cache uwsgi_ssl_protocols"},
    {in_http_levels, 2, 2, false,
     "auth_request_set fastcgi_buffers grpc_set_header grpc_ssl_conf_command gunzip_buffers output_buffers "
     "proxy_ssl_conf_command "
     "scgi_buffers sub_filter uwsgi_buffers uwsgi_ssl_conf_command"},
    {in_http_levels, 2, 3, false, "fastcgi_param scgi_param uwsgi_param"},
    {in_server | in_location, 0, 1, false, "stub_status"},
    {in_server | in_location, 1, 1, false, "referer_hash_bucket_size referer_hash_max_size"},
    {in_server | in_location, 1, any_number, false, "valid_referers"},
    {in_location, 0, 0, false, "empty_gif flv mp4"},
    {in_location, 1, 1, false, "random_index"},
    {in_http_levels | in_location_if, 1, 1, false,
     "charset limit_rate limit_rate_after override_charset post_action source_charset ssi"},
    {in_http_levels | in_location_if, 2, 3, false, "add_trailer"},
};

}  // namespace

std::span<const Family> without_effect() {
  return families;
}

std::optional<Directive> without_effect(std::string_view name) {
  for (const Family& family : families) {
    const std::vector<std::string_view> names = family.all_names();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) continue;
    return Directive{*found,       family.contexts,
                     family.least, family.most,
                     family.block, family.block ? Does::ignored_block : Does::ignored_warning};
  }
  return std::nullopt;
}

std::vector<std::string_view> Family::all_names() const {
  std::vector<std::string_view> all;
  std::string_view rest = names;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    all.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return all;
}

}  // namespace roundhouse::proxy
