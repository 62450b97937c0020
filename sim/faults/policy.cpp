// policy: the proxy balances otherwise from now on. The proxy's party is not known here: the context's callback reads and acts.
#include "sim/faults/verb.h"

namespace roundhouse {

Verb policy_verb() {
  return {
      .name = "policy",
      .meaning =
          "The proxy takes another balancing policy, as `nginx -s reload` does with changed upstream blocks: "
          "requests from now on follow it, connections and tunnels stay.",
      .target = TargetKind::proxy,
      .arguments =
          {{"policy", VerbArgument::Type::policy, true,
            "`round_robin`, `ip_hash`, `hash $remote_addr`, `hash $remote_addr consistent`, `random`, "
            "`least_conn`, `sticky cookie NAME`: a balancing directive without its semicolon."}},
      .lives = {NodeLife::up},
      .prepare = [](Work& work, NodeId proxy) -> Result<std::function<void()>> {
        if (!work.context.reload) return Error("nothing here acts for the proxy");
        return work.context.reload(proxy, work.step);
      }};
}

}  // namespace roundhouse
