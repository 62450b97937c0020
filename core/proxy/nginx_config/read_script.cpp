// return, set, rewrite, break and if. See reader.h; source: ngx_http_rewrite_module.c, release 1.22.1.
#include <algorithm>
#include <array>
#include <utility>

#include "core/proxy/nginx_config/reader.h"

namespace roundhouse::proxy {

namespace {

bool starts_absolute(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://") || text.starts_with("$scheme");
}

}  // namespace

/// Directives of an if block belong to the script around it.
Script& Reader::script() {
  for (auto open = locations_.rbegin(); open != locations_.rend(); ++open) {
    if (!open->is_if) return open->location.script;
  }
  return server_->server.fallback.script;
}

ScriptStep& Reader::add_step(ScriptStep::Kind kind) {
  has_script_ |= kind != ScriptStep::Kind::answer;
  ScriptStep& step = script().emplace_back();
  step.kind = kind;
  return step;
}

Reader::Problem Reader::read_return() {
  ScriptStep& step = add_step(ScriptStep::Kind::answer);
  const auto status = read_number(words()[1]);
  if (!status || *status > 999) {
    if (status || words().size() != 2 || !starts_absolute(words()[1]))
      return error("invalid return code \"" + words()[1] + "\"");
    step.answer.status = 302;
    return compile(words()[1], step.answer.text);
  }
  step.answer.status = static_cast<int>(*status);
  return words().size() == 3 ? compile(words()[2], step.answer.text) : std::nullopt;
}

Reader::Problem Reader::read_set() {
  const std::string& name = words()[1];
  if (!name.starts_with('$')) return error("invalid variable name \"" + name + "\"");
  const std::string bare = name.substr(1);
  if (bare.empty()) return error("invalid variable name \"$\"");
  if (!may_be_defined(bare)) return error("the duplicate \"" + bare + "\" variable");
  if (bare == "limit_rate") return error("\"set $limit_rate\" is not supported here");
  const std::int32_t variable = variable_index(config_.variables, bare);
  config_.variables[static_cast<std::size_t>(variable)].is_set = true;
  ScriptStep& step = add_step(ScriptStep::Kind::set);
  step.variable = variable;
  return compile(words()[2], step.value);
}

Reader::Problem Reader::read_break() {
  add_step(ScriptStep::Kind::stop);
  return std::nullopt;
}

Reader::Problem Reader::read_rewrite() {
  std::string replacement = words()[2];
  if (replacement.empty()) return error("empty replacement");
  Rewrite rewrite;
  if (auto problem = compile_pattern(words()[1], Regex::Letters::as_written, rewrite.pattern)) return problem;
  rewrite.adds_args = !replacement.ends_with('?');
  if (!rewrite.adds_args) replacement.pop_back();  // the last `?` drops the request's arguments
  if (starts_absolute(replacement)) {
    rewrite.redirect = 302;
    rewrite.ends = true;
  }
  if (words().size() == 4) {
    const std::string& flag = words()[3];
    if (flag == "redirect" || flag == "permanent") {
      rewrite.redirect = flag == "redirect" ? 302 : 301;
    } else if (flag == "break") {
      rewrite.is_final = true;
    } else if (flag != "last") {
      return error("invalid parameter \"" + flag + "\"");
    }
    rewrite.ends = true;
  }
  if (auto problem = compile(replacement, rewrite.replacement)) return problem;
  for (const TemplatePart& part : rewrite.replacement.parts)
    rewrite.has_args |= part.text.find('?') != std::string::npos;
  add_step(ScriptStep::Kind::rewrite).rewrite = std::move(rewrite);
  return std::nullopt;
}

Reader::Problem Reader::read_if(Context context) {
  if (context == in_location) locations_.push_back({});
  const bool of_location = context == in_location;
  if (of_location) {
    const Location& outer = locations_[locations_.size() - 2].location;
    OpenLocation& open = locations_.back();
    open.is_if = true;
    open.location.match = outer.match;
    open.location.path = outer.path;
    open.location.where = place();
  }
  Condition condition;
  if (auto problem = read_condition(condition)) return problem;
  const std::size_t at = script().size();
  if (of_location)
    condition.location = static_cast<std::uint32_t>(locations_[locations_.size() - 2].conditional.size());
  add_step(ScriptStep::Kind::condition).condition = std::move(condition);
  if (auto problem = read_block(of_location ? in_location_if : in_server_if)) return problem;
  script()[at].condition->otherwise = script().size();
  if (!of_location) return std::nullopt;
  OpenLocation done = std::move(locations_.back());
  locations_.pop_back();
  locations_.back().conditional.push_back(std::move(done));
  return std::nullopt;
}

/// The words between the brackets, which may stand beside them or apart.
Reader::Problem Reader::read_condition(Condition& condition) {
  Words condition_words(words().begin() + 1, words().end());
  const auto invalid = [&](const std::string& word) { return error("invalid condition \"" + word + "\""); };
  std::string& first = condition_words.front();
  if (!first.starts_with('(')) return invalid(first);
  std::size_t at = 0;
  if (first.size() == 1) {
    at = 1;
  } else {
    first.erase(0, 1);
  }
  std::string& end = condition_words.back();
  if (!end.ends_with(')')) return invalid(end);
  std::size_t last = condition_words.size() - 1;
  if (end.size() == 1) {
    if (last == 0) return invalid(end);
    --last;
  } else {
    end.pop_back();
  }
  if (at > last) return invalid(")");
  const std::string word = condition_words[at];
  const std::string value = condition_words[last];
  if (word.size() > 1 && word.starts_with('$')) {
    if (at != last && at + 2 != last) return invalid(word);
    condition.variable = variable_index(config_.variables, std::string_view(word).substr(1));
    if (at == last) return std::nullopt;
    const std::string test = condition_words[at + 1];
    if (test == "=" || test == "!=") {
      condition.test = test == "=" ? Condition::Test::equal : Condition::Test::unequal;
      return compile(value, condition.value);
    }
    if (test != "~" && test != "~*" && test != "!~" && test != "!~*")
      return error("unexpected \"" + test + "\" in condition");
    condition.test = test.starts_with('!') ? Condition::Test::no_match : Condition::Test::match;
    const auto letters = test.ends_with('*') ? Regex::Letters::any_case : Regex::Letters::as_written;
    return compile_pattern(value, letters, condition.pattern.emplace());
  }
  const bool negated = word.size() == 3 && word.starts_with("!-");
  if (!negated && !(word.size() == 2 && word.starts_with('-'))) return invalid(word);
  if (at + 1 != last) return invalid(word);
  if (auto problem = compile(value, condition.value)) return problem;
  if (std::string_view("fdex").find(word.back()) == std::string_view::npos) return invalid(word);
  condition.test = negated ? Condition::Test::no_file : Condition::Test::file;
  warn("\"if (" + word + " ...)\" finds no files here");
  return std::nullopt;
}

/// What applies inside an if block: its own level, and all of the location around it, to which proxy_pass belongs even where it comes later.
void Reader::close_conditionals(OpenLocation& around, const std::vector<const Level*>& outer) {
  std::vector<const Level*> levels = {&around.level};
  levels.insert(levels.end(), outer.begin(), outer.end());
  for (OpenLocation& open : around.conditional) {
    Location& location = open.location;
    inherit(location, open.level, levels);
    if (!location.proxied()) {
      location.upstream = around.location.upstream;
      location.pass = around.location.pass;
      location.uri = around.location.uri;
      location.proxy_host = around.location.proxy_host;
    }
    around.location.conditional.push_back(std::move(location));
  }
}

}  // namespace roundhouse::proxy
