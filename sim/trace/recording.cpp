// See recording.h.
#include "sim/trace/recording.h"

#include "sim/trace/record_hash.h"

namespace roundhouse {

std::uint64_t Recording::hash() const {
  RecordHash hash;
  for (const Record& record : records) hash.add(record);
  return hash.value(texts.hash());
}

State Recording::state() const {
  State state;
  for (Record record : records) state.apply(record);
  return state;
}

}  // namespace roundhouse
