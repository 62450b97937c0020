// Recording until sim/trace has its own: the least that windows and their tests need. It goes when that comes.
#include <roundhouse/recording.h>

#include <algorithm>
#include <map>

namespace roundhouse {

struct Recording::Inside {
  std::vector<Record> records;
  std::vector<std::string> texts = {""};
  std::map<std::string, TextId, std::less<>> ids;
  std::vector<Entity> entities;
  Entity nobody;
  State state;
  std::vector<std::pair<std::size_t, State>> keyframes = {{0, State()}};
};

Recording::Recording() : inside_(std::make_unique<Inside>()) {}
Recording::~Recording() = default;
Recording::Recording(Recording&&) noexcept = default;
Recording& Recording::operator=(Recording&&) noexcept = default;

TextId Recording::add_text(std::string_view text) {
  const TextId id{static_cast<std::uint32_t>(inside_->texts.size())};
  inside_->texts.emplace_back(text);
  inside_->ids.emplace(text, id);
  return id;
}
void Recording::append(const Record& record) {
  Inside& in = *inside_;
  in.records.push_back(record);
  if (record.kind == RecordKind::entity) {
    in.entities.push_back({record.other, static_cast<EntityKind>(record.how), record.by,
                           std::string(text_of(record.subject)), std::string(text_of(record.text))});
  }
  in.state.apply(in.records.back());
  if (in.records.size() - in.keyframes.back().first >= keyframe_records_max)
    in.keyframes.emplace_back(in.records.size(), in.state);
}
const std::vector<Record>& Recording::records() const {
  return inside_->records;
}
std::string_view Recording::text_of(TextId id) const {
  return inside_->texts.at(id.value);
}
std::size_t Recording::text_count() const {
  return inside_->texts.size();
}
TextId Recording::text_named(std::string_view text) const {
  const auto found = inside_->ids.find(text);
  return found == inside_->ids.end() ? TextId{} : found->second;
}
const std::vector<Entity>& Recording::entities() const {
  return inside_->entities;
}
const Entity& Recording::entity(EntityId id) const {
  return id ? inside_->entities.at(id.value - 1) : inside_->nobody;
}
EntityId Recording::entity_named(std::string_view name) const {
  for (const Entity& entity : inside_->entities) {
    if (entity.name == name) return entity.id;
  }
  return {};
}
std::size_t Recording::records_until(Instant when) const {
  const auto& all = inside_->records;
  return static_cast<std::size_t>(
      std::upper_bound(all.begin(), all.end(), when, [](Instant at, const Record& r) { return at < r.at; }) -
      all.begin());
}
State Recording::state_after(std::size_t count) const {
  const auto& frames = inside_->keyframes;
  auto frame = frames.end() - 1;
  while (frame->first > count) --frame;
  State state = frame->second;
  for (std::size_t i = frame->first; i < count; ++i) {
    Record record = inside_->records[i];
    state.apply(record);
  }
  return state;
}
const State& Recording::state() const {
  return inside_->state;
}
Result<std::unique_ptr<RecordingReader>> RecordingReader::open(const std::string& path) {
  return Error(path, "this build reads no recordings");
}

}  // namespace roundhouse
