// The parse: words become directives, directives are looked up and acted on. See reader.h; the order of checks and their texts
// are ngx_conf_parse's and ngx_conf_handler's.
#include "core/proxy/nginx_config/reader.h"

#include <algorithm>
#include <utility>

#include "core/base/assertion.h"

namespace roundhouse::proxy {

Result<Config> read_config(std::string_view text, const ReadOptions& options) {
  Reader reader(options);
  if (auto problem = reader.read(text)) return *problem;
  return reader.take();
}

std::optional<Error> Reader::read(std::string_view text) {
  files_.push_back({options_.file, Tokenizer(text, options_.first_line)});
  if (auto problem = read_block(in_main, /*whole_file=*/true)) return problem;
  if (!events_seen_) return Error("no \"events\" section in configuration");
  return std::nullopt;
}

std::string Reader::place() const {
  return files_.back().name + ":" + std::to_string(files_.back().tokens.line());
}

Reader::Problem Reader::read_block(Context context, bool whole_file) {
  while (true) {
    const Tokenizer::End end = files_.back().tokens.next();
    switch (end) {
      case Tokenizer::End::error:
        return error(files_.back().tokens.error());
      case Tokenizer::End::block_end:
        if (whole_file) return error("unexpected \"}\"");
        return std::nullopt;
      case Tokenizer::End::text_end:
        if (!whole_file) return error("unexpected end of file, expecting \"}\"");
        return std::nullopt;
      case Tokenizer::End::semicolon:
      case Tokenizer::End::block_start:
        if (auto problem = read_directive(context, end)) return problem;
        break;
    }
  }
}

Reader::Problem Reader::read_directive(Context context, Tokenizer::End end) {
  const std::string name = words().front();
  bool known = false;
  for (const Directive& directive : directives()) {
    if (directive.name != name) continue;
    if (directive.does == Does::sticky && !options_.newer_directives) continue;
    known = true;
    if ((directive.contexts & context) != 0) return take(directive, context, end);
  }
  if (const auto directive = without_effect(name)) {
    known = true;
    if ((directive->contexts & context) != 0) return take(*directive, context, end);
  }
  if (known) return error("\"" + name + "\" directive is not allowed here");
  return error("unknown directive \"" + name + "\"");
}

Reader::Problem Reader::take(const Directive& directive, Context context, Tokenizer::End end) {
  const std::string name(directive.name);
  if (!directive.block && end != Tokenizer::End::semicolon) {
    return error("directive \"" + name + "\" is not terminated by \";\"");
  }
  if (directive.block && end != Tokenizer::End::block_start) {
    return error("directive \"" + name + "\" has no opening \"{\"");
  }
  const std::size_t count = words().size() - 1;
  if (count < directive.least || (count > directive.most && directive.most != 255)) {
    return error("invalid number of arguments in \"" + name + "\" directive");
  }
  return act(directive, context);
}

Reader::Problem Reader::act(const Directive& directive, Context context) {
  const std::string name(directive.name);
  if (gives_way(directive.does)) return std::nullopt;
  switch (directive.does) {
    case Does::events:
      if (std::exchange(events_seen_, true)) return error("\"events\" directive is duplicate");
      return read_block(in_events);
    case Does::http:
      if (std::exchange(http_seen_, true)) return error("\"http\" directive is duplicate");
      if (auto problem = read_block(in_http)) return problem;
      return finish_http();
    case Does::upstream:
      return read_upstream();
    case Does::server:
      return read_server();
    case Does::location:
      return read_location();
    case Does::map:
      return read_map();
    case Does::types:
      return read_types();
    case Does::ignored_block:
      warn_of_no_effect(directive.name);
      return skip_block();
    case Does::peer:
      return read_peer();
    case Does::ip_hash:
      set_policy(Policy::ip_hash);
      return std::nullopt;
    case Does::least_conn:
      set_policy(Policy::least_conn);
      return std::nullopt;
    case Does::hash:
      return read_hash();
    case Does::random:
      return read_random();
    case Does::keepalive:
      return read_keepalive();
    case Does::sticky:
      return read_sticky();
    case Does::listen:
      return read_listen();
    case Does::server_name:
      return read_server_name();
    case Does::proxy_pass:
      return read_proxy_pass();
    case Does::proxy_set_header:
      return read_set_header();
    case Does::proxy_next_upstream:
      return read_next_upstream();
    case Does::proxy_http_version:
      return read_http_version();
    case Does::zone:
      return read_zone();
    case Does::proxy_redirect:
      if (words()[1] != "off")
        warn("\"proxy_redirect\" is read, but a Location is passed on as the upstream wrote it");
      return std::nullopt;
    case Does::add_header:
      return read_add_header();
    case Does::set_real_ip_from:
      return read_set_real_ip_from();
    case Does::real_ip_header:
      return read_real_ip_header();
    case Does::answer:
      return read_return();
    case Does::set_variable:
      return read_set();
    case Does::rewrite:
      return read_rewrite();
    case Does::stop:
      return read_break();
    case Does::condition:
      return read_if(context);
    case Does::include:
      return read_included([this, context] { return read_block(context, /*whole_file=*/true); });
    case Does::internal:
      level().internal = true;
      return std::nullopt;
    case Does::root:
      if (auto problem = once(directive.name)) return problem;
      level().root = words()[1];
      return std::nullopt;
    case Does::default_type:
      if (auto problem = once(directive.name)) return problem;
      level().default_type = words()[1];
      return std::nullopt;
    case Does::large_header_buffers:
      return read_large_header_buffers();
    case Does::keepalive_timeout:
      return read_keepalive_timeout();
    case Does::resolver:
      if (auto problem = once(directive.name)) return problem;
      level().has_resolver = true;
      return std::nullopt;
    case Does::worker_processes: {
      if (auto problem = once(directive.name)) return problem;
      if (words()[1] == "auto") {
        warn("\"worker_processes auto\" is one worker here: no machine's cores are counted");
        return std::nullopt;
      }
      const auto number = read_number(words()[1]);
      if (!number) return error("\"worker_processes\" directive invalid value");
      if (*number == 0)
        warn("\"worker_processes 0\" starts no worker: clients are connected, and never answered");
      config_.worker_processes = std::min(*number, workers_max);
      if (*number > workers_max)
        warn("\"worker_processes\" above " + std::to_string(workers_max) +
             " has no effect: more are not started");
      return std::nullopt;
    }
    case Does::worker_connections:
      if (auto problem = once(directive.name)) return problem;
      if (!read_number(words()[1])) return error("invalid number \"" + words()[1] + "\"");
      warn("\"worker_connections\" is read, but connections have no such limit here");
      return std::nullopt;
    case Does::setting:
      return read_setting(directive);
    case Does::ignored:
      return std::nullopt;
    case Does::ignored_warning:
      warn_of_no_effect(directive.name);
      return std::nullopt;
    case Does::refused:
      return error("\"" + name + "\" directive is not supported here");
  }
  return std::nullopt;
}

Level& Reader::level() {
  if (!locations_.empty()) return locations_.back().level;
  return server_ ? server_->level : http_;
}

Reader::Problem Reader::once(std::string_view name) {
  std::vector<std::string_view>& seen = http_seen_ && !upstream_ ? level().seen : main_seen_;
  if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
    return error("\"" + std::string(name) + "\" directive is duplicate");
  }
  seen.push_back(name);
  return std::nullopt;
}

Reader::Problem Reader::read_setting(const Directive& directive) {
  if (directive.once) {
    if (auto problem = once(directive.name)) return problem;
  }
  const std::string name(directive.name);
  const std::string& word = words()[1];
  std::optional<std::int64_t> value;
  switch (directive.kind) {
    case Kind::any:
      value = 0;
      break;
    case Kind::flag: {
      const std::string flag = lower_case(word);
      if (flag != "on" && flag != "off") {
        return error("invalid value \"" + word + "\" in \"" + name +
                     "\" directive, it must be \"on\" or \"off\"");
      }
      value = flag == "on" ? 1 : 0;
      break;
    }
    case Kind::milliseconds:
      value = read_time_ms(word);
      break;
    case Kind::seconds:
      value = read_time_s(word);
      break;
    case Kind::size:
      value = read_size(word);
      break;
    case Kind::number:
      value = read_number(word);
      if (!value) return error("\"" + name + "\" directive invalid number");
      break;
  }
  if (!value) return error("\"" + name + "\" directive invalid value");
  if (directive.warned) warn_of_no_effect(directive.name);
  if (directive.setting == Setting::shutdown_timeout) {
    config_.shutdown_timeout = duration_of_ms(*value);
  } else if (directive.setting != Setting::none) {
    level().settings[static_cast<std::size_t>(directive.setting)] = value;
  }
  return std::nullopt;
}

Reader::Problem Reader::read_included(const std::function<Problem()>& read_text) {
  const std::string path = words()[1];
  if (!options_.read_file) {
    warn("\"include " + path + "\" is passed over: only this text is read");
    return std::nullopt;
  }
  const auto text = options_.read_file(path);
  if (!text) {
    if (path.find_first_of("*?[") != std::string::npos)
      return std::nullopt;  // a pattern without matches is fine
    return error("open() \"" + path + "\" failed (2: No such file or directory)");
  }
  if (files_.size() > static_cast<std::size_t>(include_depth_max))
    return error("\"include\" nested too deeply");
  files_.push_back({path, Tokenizer(*text, 1)});
  if (auto problem = read_text()) return problem;
  files_.pop_back();
  return std::nullopt;
}

/// The lines of a block, or of a file included in one, that are no directives.
Reader::Problem Reader::read_lines(bool whole_file, const std::function<Problem()>& read_line) {
  while (true) {
    switch (files_.back().tokens.next()) {
      case Tokenizer::End::error:
        return error(files_.back().tokens.error());
      case Tokenizer::End::text_end:
        if (whole_file) return std::nullopt;
        return error("unexpected end of file, expecting \"}\"");
      case Tokenizer::End::block_end:
        if (whole_file) return error("unexpected \"}\"");
        return std::nullopt;
      case Tokenizer::End::block_start:
        return error("unexpected \"{\"");
      case Tokenizer::End::semicolon:
        if (auto problem = read_line()) return problem;
        break;
    }
  }
}

Reader::Problem Reader::skip_block() {
  while (true) {
    switch (files_.back().tokens.next()) {
      case Tokenizer::End::error:
        return error(files_.back().tokens.error());
      case Tokenizer::End::text_end:
        return error("unexpected end of file, expecting \"}\"");
      case Tokenizer::End::block_start:
        if (auto problem = skip_block()) return problem;
        break;
      case Tokenizer::End::block_end:
        return std::nullopt;
      case Tokenizer::End::semicolon:
        break;
    }
  }
}

/// Of each directive once, where it stands first.
void Reader::warn_of_no_effect(std::string_view name) {
  if (std::find(without_effect_.begin(), without_effect_.end(), name) != without_effect_.end()) return;
  without_effect_.push_back(name);
  warn("\"" + std::string(name) + "\" is read, but has no effect here");
}

void Reader::warn(std::string what, bool of_nginx) {
  const Error warning(place(), std::move(what));
  config_.warnings.push_back(warning.text());
  if (of_nginx) config_.nginx_warnings.push_back(warning);
}

}  // namespace roundhouse::proxy
