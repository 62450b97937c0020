"""A real nginx in the proxy's place, in front of our instances and broker (`serve --only apps`, `--only broker`): the scenarios
`sticky` and `round-robin` come to the same verdicts, with real clients."""

import json
import re
from harness import NodeClient, Nginx, Serve, check, instance_of, need_command, need_socketio_client

need_command("nginx")
need_socketio_client()


def http_block(scenario, urls):
    """What stands in the http block of the scenario's nginx text, with the instances where they really are."""
    text = open(f"scenarios/{scenario}.toml").read()
    text = re.search(r"http \{\n(.*)\n\}\n\"\"\"", text, re.DOTALL).group(1)
    for name, url in urls.items():
        text = text.replace(f"server {name}:5000;", f"server {url.removeprefix('http://')};")
    return text.replace("listen 80;", "listen {door};")


with Serve("sticky", "--only", "broker"), Serve("sticky", "--only", "apps") as apps:
    check(set(apps.urls) == {"app-1", "app-2"}, f"--only apps prints where the instances are: {apps.urls}")
    sources = [f"127.0.{third}.1" for third in range(1, 9)]  # the scenario's eight clients
    with Nginx(http_block("sticky", apps.urls)) as nginx:
        homes = [instance_of(nginx.url, source) for source in sources]
        with Serve("sticky", "--only", "proxy", "--proxy-port", "0") as ours:
            check(homes == [instance_of(ours.urls["proxy"], source) for source in sources],
                  f"nginx and our proxy send the eight addresses to the same instances: {homes}")
        check(homes.count("app-1") == 4, "half of the networks belong to app-1, as the scenario expects")
        clients = [NodeClient(nginx.url, source) for source in sources]
        try:
            for client in clients:
                client.wait("connect")
                check(client.wait("upgrade")["transport"] == "websocket", "a client connects and upgrades")
                client.do("ask", "join", "lobby")
                client.wait("ack", lambda e: e["of"] == "join")
            check(not any(e["event"] == "connect_error" for client in clients for e in client.seen), "every first attempt connects")
            for number, client in enumerate(clients):
                client.do("ask", "room-msg", {"room": "lobby", "id": 910000 + number})
            wanted = {910000 + number for number in range(len(clients))}
            for client in clients:
                for number in sorted(wanted):
                    client.wait("received", lambda e, n=number: e["name"] == "room-msg" and e["args"][0]["id"] == n)
                ids = [e["args"][0]["id"] for e in client.seen if e["event"] == "received" and e["name"] == "room-msg"]
                check(sorted(ids) == sorted(wanted), "each message of the room reaches the client once, from both instances")
        finally:
            for client in clients:
                client.stop()

with Serve("round-robin", "--only", "broker"), Serve("round-robin", "--only", "apps") as apps:
    with Nginx(http_block("round-robin", apps.urls)) as nginx:
        with NodeClient(nginx.url, "127.0.7.1") as client:
            for attempt in range(1, 4):
                errors = lambda: [e for e in client.seen if e["event"] == "connect_error"]
                client.wait("connect_error", lambda e: len(errors()) >= attempt)
            for error in errors():
                check(error["status"] == 400 and json.loads(error["body"]) == {"code": 1, "message": "Session ID unknown"},
                      "an attempt fails with status 400, code 1, Session ID unknown")
            check(not any(e["event"] == "connect" for e in client.seen), "it never connected")
        with NodeClient(nginx.url, "127.0.8.1", transports=["websocket"]) as client:
            check(client.wait("connect")["transport"] == "websocket", "a client with WebSocket only needs no stickiness")
