// Rewrite directives at work: scripts of servers and locations, and the location that a request comes to by them. See proxy.h; sources:
// ngx_http_script.c and ngx_http_core_post_rewrite_phase, release 1.22.1.
#include <utility>

#include "core/proxy/content_type.h"
#include "core/proxy/proxy_inside.h"
#include "core/proxy/routes.h"

namespace roundhouse::proxy {

namespace {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// These nginx does not answer: it closes the connection.
bool is_silence(int status) {
  return status == 408 || status == 444 || status == 499;
}

std::string variable_value(std::int32_t variable, const Scope& scope) {
  Bytes value;
  append_part(value, {{}, variable, 0}, scope);
  return value;
}

/// Whether what a group holds is encoded again where it is put into arguments or a redirect.
bool was_encoded(const Target& target) {
  const std::string_view unparsed = target.unparsed;
  return target.quoted || unparsed.substr(0, unparsed.find('?')).find('+') != std::string_view::npos;
}

/// A text for `set` and for conditions; `quote` until the first rewrite of the script has matched.
std::string script_value(const Template& text, const Scope& scope, bool quote) {
  Bytes value;
  for (const TemplatePart& part : text.parts) {
    if (part.group > 0 && quote && was_encoded(scope.target)) {
      value.append(escape_args(scope.values.group(part.group)));
    } else {
      append_part(value, part, scope);
    }
  }
  return value;
}

struct Replaced {
  std::string text;
  std::optional<std::size_t> args_at;
};

Replaced replaced(const Rewrite& rewrite, const Scope& scope) {
  Replaced result;
  Bytes text;
  const bool redirect = rewrite.redirect != 0;
  for (const TemplatePart& part : rewrite.replacement.parts) {
    if (part.group > 0 && (redirect || result.args_at) && was_encoded(scope.target)) {
      text.append(escape_args(scope.values.group(part.group)));
    } else if (part.group > 0 || part.variable >= 0 || redirect) {
      append_part(text, part, scope);
    } else {
      for (const char c : part.text) {
        if (c == '?' && !result.args_at) {
          result.args_at = text.size();
        } else {
          text += c;
        }
      }
    }
  }
  result.text = std::string(text);
  return result;
}

bool holds(const Condition& condition, const Scope& scope, bool quote, bool& gave_up) {
  using Test = Condition::Test;
  if (condition.test == Test::file || condition.test == Test::no_file) return condition.test == Test::no_file;
  const std::string value = variable_value(condition.variable, scope);
  if (condition.test == Test::set) return !value.empty() && value != "0";
  if (condition.pattern) {
    const Regex::Outcome outcome = scope.values.search(*condition.pattern, value);
    gave_up = outcome == Regex::Outcome::gave_up;
    if (outcome == Regex::Outcome::no) scope.values.forget_groups();
    return (outcome == Regex::Outcome::match) == (condition.test == Test::match);
  }
  return (value == script_value(condition.value, scope, quote)) == (condition.test == Test::equal);
}

std::string gave_up_on(const Pattern& pattern, const std::string& subject) {
  return "pcre2_match() failed: -47 on \"" + subject + "\" using \"" + pattern.regex.pattern() + "\"";
}

}  // namespace

Proxy::Decided Proxy::decided(const Client& client, const Return& answer) const {
  const Exchange& exchange = *client.exchange;
  Decided own;
  own.answer.status = answer.status;
  own.why = "return";
  const std::string text = value_of(answer.text, scope_of(client));
  if (is_redirect(answer.status)) {
    own.answer.location_completed = text.starts_with('/');
    own.answer.location = own.answer.location_completed ? origin_of(client) + text : text;
  } else if (!answer.text.parts.empty() || answer.status < 400) {
    own.answer.text = text;
    own.answer.type = content_type(*exchange.location, exchange.target.extension);
  } else {
    own.silence = is_silence(answer.status);
  }
  return own;
}

/// The request's URI becomes what a rewrite says; or the answer is a redirect.
std::optional<Proxy::Decided> Proxy::apply(const Client& client, const Rewrite& rewrite) const {
  Exchange& exchange = *client.exchange;
  Target& target = exchange.target;
  Replaced to = replaced(rewrite, scope_of(client));
  const bool adds_args = rewrite.adds_args && !target.args.empty();
  if (rewrite.redirect != 0) {
    Decided own;
    own.answer.status = rewrite.redirect;
    own.why = "rewrite";
    std::string text = unescape_redirect(to.text);
    if (adds_args) text += (rewrite.has_args ? "&" : "?") + target.args;
    own.answer.location_completed = text.starts_with('/');
    own.answer.location = own.answer.location_completed ? origin_of(client) + text : text;
    return own;
  }
  exchange.internal = true;
  target.unparsed_valid = false;
  target.location_valid &= !rewrite.is_final;
  exchange.uri_changed = !rewrite.is_final;
  if (to.args_at) {
    std::string args = to.text.substr(*to.args_at);
    if (adds_args) args += "&" + target.args;
    target.args = std::move(args);
    to.text.resize(*to.args_at);
  } else if (!rewrite.adds_args) {
    target.args.clear();
  }
  target.path = std::move(to.text);
  if (target.path.empty()) return Decided{{.status = 500}, "the rewritten URI has a zero length"};
  target.extension = rewritten_extension_of(target.path);
  return std::nullopt;
}

std::optional<Proxy::Decided> Proxy::run_script(const Client& client, const Location& level) const {
  Exchange& exchange = *client.exchange;
  bool quote = true;
  for (std::size_t at = 0; at < level.script.size();) {
    const ScriptStep& step = level.script[at++];
    switch (step.kind) {
      case ScriptStep::Kind::answer:
        return decided(client, step.answer);
      case ScriptStep::Kind::stop:
        exchange.uri_changed = false;
        return std::nullopt;
      case ScriptStep::Kind::set: {
        std::string value = script_value(step.value, scope_of(client), quote);
        const VariableUse& use = exchange.config->variables[static_cast<std::size_t>(step.variable)];
        if (use.kind == Variable::args) {
          exchange.target.args = std::move(value);
          exchange.target.unparsed_valid = false;
        } else {
          exchange.values.set(step.variable, std::move(value));
        }
        break;
      }
      case ScriptStep::Kind::condition: {
        const Condition& condition = *step.condition;
        bool gave_up = false;
        const bool held = holds(condition, scope_of(client), quote, gave_up);
        if (gave_up) {
          const std::string subject = variable_value(condition.variable, scope_of(client));
          return Decided{{.status = 500}, gave_up_on(*condition.pattern, subject)};
        }
        if (!held) {
          at = condition.otherwise;
        } else if (condition.location) {
          exchange.location = &level.conditional[*condition.location];
          keep_within_limits(client);
        }
        break;
      }
      case ScriptStep::Kind::rewrite: {
        const Rewrite& rewrite = *step.rewrite;
        const Regex::Outcome outcome = exchange.values.search(rewrite.pattern, exchange.target.path);
        if (outcome == Regex::Outcome::gave_up)
          return Decided{{.status = 500}, gave_up_on(rewrite.pattern, exchange.target.path)};
        if (outcome == Regex::Outcome::no) {
          exchange.values.forget_groups();
          break;
        }
        if (auto own = apply(client, rewrite)) return own;
        quote = false;
        if (rewrite.ends) return std::nullopt;
        break;
      }
    }
  }
  return std::nullopt;
}

/// Finds the location, by way of all rewriting; or the answer that the proxy has itself.
std::optional<Proxy::Decided> Proxy::locate(const Client& client) const {
  Exchange& exchange = *client.exchange;
  const Location& server = exchange.server->fallback;
  exchange.location = &server;
  exchange.body_bytes_max = 0;
  if (auto own = run_script(client, server)) return own;
  for (int changes = 0;; ++changes) {
    if (changes > uri_changes_max)
      return Decided{
          {.status = 500},
          "rewrite or internal redirection cycle while processing \"" + exchange.target.path + "\""};
    exchange.uri_changed = false;
    exchange.location = &server;
    const Found found = find_location(*exchange.server, exchange.target.path, exchange.values);
    if (found.gave_up != nullptr)
      return Decided{{.status = 500}, gave_up_on(*found.gave_up, exchange.target.path), false, true};
    if (found.location != nullptr) exchange.location = found.location;
    if (exchange.location->internal && !exchange.internal)
      return Decided{{.status = 404}, "an internal location"};
    keep_within_limits(client);
    const std::uint64_t limit = exchange.location->body_bytes_max;
    if (limit > 0 && (exchange.body_bytes_max == 0 || limit < exchange.body_bytes_max))
      exchange.body_bytes_max = limit;
    if (found.add_slash) {
      std::string to = origin_of(client) + found.location->path;
      if (!exchange.target.args.empty()) to += "?" + exchange.target.args;
      return Decided{{.status = 301, .location = to, .location_completed = true},
                     "a proxied location with a slash"};
    }
    if (found.location == nullptr) return std::nullopt;
    if (auto own = run_script(client, *found.location)) return own;
    if (!exchange.uri_changed) return std::nullopt;
  }
}

}  // namespace roundhouse::proxy
