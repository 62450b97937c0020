"""A real Redis in the broker's place: the same verdicts."""

import socket
import time

from harness import DEADLINE, Redis, Serve, check, free_port, run, run_json

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

    # An instance dies while copies of what was published are on their way from a process that writes no records.
    for scenario in ("instance-dies", "failover-60"):
        status, real = run_json("run", scenario, "--world", "loopback", "--broker", address)
        check(status == 0, f"{scenario}: with a real Redis all expectations hold")
        check(real["books_balance"], f"{scenario}: and the books balance: {real['book_findings']}")

    with Serve("blog", "--proxy-port", "0", "--broker", address) as serve:
        check("broker" not in serve.urls, "serve --broker starts no broker of its own")
        with socket.create_connection(("127.0.0.1", redis.port), timeout=20) as asker:
            deadline = time.monotonic() + DEADLINE
            answer = b""
            while answer != b":2\r\n" and time.monotonic() < deadline:
                asker.sendall(b"PUBSUB NUMPAT\r\n")
                answer = asker.recv(100)
            check(answer == b":2\r\n", "its instances have subscribed at the real Redis")

    status, out, err = run("run", "no-broker", "--world", "loopback", "--broker", address)
    check("no-broker has no broker; --broker puts one in" in err, "a broker where the scenario has none is said")

dead = free_port()
status, out, err = run("run", "blog", "--world", "loopback", "--broker", f"redis://127.0.0.1:{dead}")
check(status == 1 and f"redis://127.0.0.1:{dead} refused" in err, f"a broker that is not there is said: {err!r}")
