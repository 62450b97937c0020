// The servers of one upstream block and nginx's books about them: who is picked, who failed, who may be tried again.
// Source: ngx_http_upstream_round_robin.{h,c}, release 1.22.1. Times are whole seconds of the wall clock, as in nginx.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/proxy/nginx_config/config.h"

namespace roundhouse::proxy {

struct Peer {
  const PeerConfig* config = nullptr;
  std::uint32_t number = 0;  ///< among the upstream's servers, in the order written
  std::int64_t weight = 1;
  std::int64_t effective_weight = 1;
  std::int64_t current_weight = 0;
  std::int64_t conns = 0;
  std::int64_t fails = 0;
  std::int64_t accessed = 0;
  std::int64_t checked = 0;
};

/// The primaries, or the backups: two lists, as in nginx.
struct PeerList {
  std::vector<Peer> peers;
  std::int64_t total_weight = 0;  ///< `down` ones too
  std::int64_t tries = 0;         ///< those not `down`
  bool single = false;            ///< one peer and no backup: max_fails and fail_timeout do not count
};

/// Why a peer was not chosen.
enum class PassedOver : std::uint8_t { no, tried, down, failed, full };

/// One request's way through an upstream: what it hashed, whom it tried.
struct Selection {
  std::string key;      ///< of `hash`; empty: round robin
  std::string address;  ///< the client's, as bytes: four or sixteen; none for a unix socket
  std::string sticky;   ///< the cookie's value, or empty
  std::int64_t tries = 0;
  bool in_backup = false;
  bool begun = false;
  std::uint32_t hash = 0;
  std::uint32_t rehash = 0;
  std::uint32_t misses = 0;  ///< above 20: round robin
  std::vector<bool> tried;
  /// Whom the last pick passed over, and why.
  std::vector<std::pair<std::uint32_t, PassedOver>> passed;
};

/// nginx draws again, or hashes again, so often in one request; then it takes round robin.
inline constexpr std::uint32_t misses_max = 20;

/// A client's own server is where its hash leads, past those marked `down` for good; not past one that failed or is full.
bool leads_home(const Selection& selection);

struct PeerRef {
  std::uint32_t index = 0;
  bool backup = false;
};

/// What a failure changed, for the trace.
enum class BookChange : std::uint8_t { none, failed, out, back };

class Upstream {
 public:
  explicit Upstream(const UpstreamConfig& config);

  const UpstreamConfig& config() const { return *config_; }
  PeerList& list(bool backup) { return backup ? backups_ : primaries_; }
  const PeerList& list(bool backup) const { return backup ? backups_ : primaries_; }
  bool has_backups() const { return !backups_.peers.empty(); }
  Peer& peer(PeerRef ref) { return list(ref.backup).peers[ref.index]; }

  /// Sets the number of tries: all servers that are not down, cut to `tries_max` where that is not 0.
  void begin(Selection& selection, std::int64_t tries_max) const;
  /// Whether the peer may be taken now; notes it in `selection.passed` where not.
  PassedOver passed_over(Selection& selection, std::uint32_t index, std::int64_t now_s) const;
  /// Books a choice: one connection more; a server that is due becomes a probe.
  void picked(Selection& selection, std::uint32_t index, std::int64_t now_s);
  /// The other list, with nobody tried. False where there is none, or it is in use.
  bool switch_to_backups(Selection& selection) const;
  /// Books the end of a try, failed or not.
  BookChange freed(PeerRef peer, std::int64_t now_s, bool failed);
  /// True where this pick is the one request that may try a failed server again.
  bool on_probation(PeerRef peer) const;

 private:
  const UpstreamConfig* config_;
  PeerList primaries_;
  PeerList backups_;
};

}  // namespace roundhouse::proxy
