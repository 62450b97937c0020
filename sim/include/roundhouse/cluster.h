// A cluster: one scenario's topology, built in one of the two worlds, run, and summed up.
//
// Order of calls: build, then run() for a whole run; or start(), then advance(), run_for(), run_until() and apply() as often as wanted,
// then finish(). One thread. Called in another order, each throws UsageError.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <roundhouse/app.h>
#include <roundhouse/client.h>
#include <roundhouse/result.h>
#include <roundhouse/scenario.h>
#include <roundhouse/summary.h>
#include <roundhouse/trace.h>
#include <roundhouse/world.h>

namespace roundhouse {

enum class WorldKind : std::uint8_t { virtual_time, loopback };

/// Which of the scenario's parties run. What is left out is somebody else's.
struct Parts {
  bool proxy = true;
  bool apps = true;
  bool broker = true;
  bool clients = true;
};

/// Makes the party of a node: NodeSpec::make.
using PartyFactory = std::function<std::unique_ptr<Party>(Host&)>;

struct ClusterOptions {
  WorldKind world = WorldKind::virtual_time;
  std::optional<std::uint64_t> seed = {};   ///< instead of the scenario's
  std::optional<Address> real_broker = {};  ///< a real Redis in the broker's place; loopback only
  Parts parts = {};
  std::vector<RecordSink*> sinks = {};  ///< not owned; they see every record from the first on
  std::string trace_file = {};  ///< every record, as `.rht` or `.jsonl` by its name's ending; empty: none
  bool keep_records = false;
  bool marks = true;
  /// Figures of the run each 100 ms as `sample` records (their names: sim/cluster/sampler.h), and what a newcomer must understand as `say`
  /// records. They change nothing else in the run.
  bool samples = true;
  /// Where the proxy's first listener and the broker are bound (loopback). 0: any port on 127.0.0.1. Empty: their own addresses.
  std::optional<std::uint16_t> proxy_port = {};
  std::optional<std::uint16_t> broker_port = {};
  bool fixed_places =
      false;  ///< loopback: instances and broker at their own addresses and ports, for other processes
  bool endless = false;  ///< the scenario's duration does not end the run: somebody else is served
  bool proxy_port_is_a_wish = false;  ///< where that port is taken, any other will do
  /// Asked once for each node of ours; what it returns makes the node's parties in place of `make`. A party of its own may stand between
  /// `make`'s and the world, and see or change every byte. Empty: nobody does.
  std::function<PartyFactory(std::string_view name, EntityKind kind, PartyFactory make)> wrap = {};
  /// What the instances serve, in place of the built-in chat. Clients' join, leave and send speak to its events `join`, `leave` and
  /// `room-msg`: add_chat() registers them.
  std::shared_ptr<const Application> application = {};
};

/// One listener that is up: `proxy http://127.0.0.1:8080`.
struct UpListener {
  std::string name = {};
  std::string url = {};
};

class Cluster {
 public:
  /// Errors: nginx text that does not read (FILE:LINE and nginx's own words), clients without instances or proxy, no clients to run, an address
  /// pattern that gives one address to two parties, a real broker on virtual time.
  static Result<std::unique_ptr<Cluster>> build(const Scenario& scenario, const ClusterOptions& options = {});
  virtual ~Cluster() = default;

  virtual World& world() = 0;
  virtual Trace& trace() = 0;
  virtual const Scenario& scenario() const = 0;

  /// Starts every node and lays out workload and steps. Throws UsageError where a port is in use.
  virtual void start() = 0;
  /// Runs for so long, or until the workload has nothing more to do. False: the run is over.
  virtual bool advance(Duration span) = 0;
  /// Runs for so long, past the scenario's duration too: that is the length of run() and advance() alone.
  virtual void run_for(Duration span) = 0;
  /// Runs until the predicate is true, asked before each millisecond of the run; at most for `deadline`, counted from now.
  /// False: the deadline came first.
  virtual bool run_until(const std::function<bool()>& predicate, Duration deadline) = 0;
  /// Carries out a step now, whatever its `at` says, and writes it down. A step that cannot be done is skipped, and written down as such.
  virtual void apply(const Step& step) = 0;
  /// A client of the scenario by its name, such as `client-1`. What it receives is kept if this is called before start().
  /// Errors: UsageError where no client is called so, or the client only makes counted attempts.
  virtual ClusterClient client(std::string_view name) = 0;
  /// Lets what is on its way arrive (Scenario::settle at most), closes the books and sums up.
  virtual Summary finish(std::string ended_by = "finished") = 0;
  /// start, advance to the end while `go_on` is true (asked every few milliseconds of the run), finish. An assertion of the simulator that
  /// does not hold breaks the run off and is its verdict; from the calls above it comes as InvariantBroken.
  virtual Summary run(const std::function<bool()>& go_on = {}) = 0;

  /// The listeners that are up (loopback: their real addresses), in the order proxy, instances, broker.
  virtual std::vector<UpListener> listeners() const = 0;
  /// Warnings of the nginx reader: what was accepted and has no effect here.
  virtual const std::vector<std::string>& warnings() const = 0;
};

}  // namespace roundhouse
