"""A real Redis in the broker's place: the same verdicts."""

from harness import Redis, check, run_json

with Redis() as redis:
    address = f"redis://127.0.0.1:{redis.port}"
    for scenario in ("blog", "sticky"):
        _, embedded = run_json("run", scenario, "--world", "loopback")
        status, real = run_json("run", scenario, "--world", "loopback", "--broker", address)
        verdicts = lambda summary: [(e["name"], e["holds"]) for e in summary["expectations"]]
        check(verdicts(real), f"{scenario} has expectations")
        check(verdicts(embedded) == verdicts(real), f"{scenario}: same verdicts with a real Redis: {verdicts(real)}")
        check(status == 0, f"{scenario}: all of them hold")
        check(real["deliveries"] == embedded["deliveries"], f"{scenario}: {real['deliveries']} deliveries with both")
