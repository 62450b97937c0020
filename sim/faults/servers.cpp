// servers: a `server` line is added to the proxy's configuration, or taken away. The proxy's party is not known here: the context's
// callback reads and acts.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb servers_verb() {
  return {.name = "servers",
          .meaning =
              "The proxy's configuration has `server` lines for so many of the instances from now on, as "
              "after `nginx -s reload`: its rotation, marks and counts begin anew, connections and tunnels "
              "stay. Only for a configuration made from `policy`.",
          .target = TargetKind::proxy,
          .arguments = {{"count", VerbArgument::Type::whole, true,
                         "From 1 to the number of instances: the first so many."}},
          .lives = {NodeLife::up},
          .prepare = [](Work& work, NodeId proxy) -> Result<std::function<void()>> {
            if (!work.context.reload) return Error("nothing here acts for the proxy");
            return work.context.reload(proxy, work.step);
          }};
}

}  // namespace roundhouse
