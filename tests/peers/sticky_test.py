"""socket.io-client through the `sticky` scenario: connects, upgrades, joins, and hears clients on the other instance."""

from harness import NodeClient, Serve, check, instance_of, need_socketio_client

need_socketio_client()

with Serve("sticky", "--proxy-port", "0", "--broker-port", "0") as serve:
    check(any("127.0." in line and "localAddress" in line for line in serve.lines), "serve prints the hint on source addresses")
    url = serve.urls["proxy"]
    homes = {}
    for third in range(1, 60):
        source = f"127.0.{third}.1"
        homes.setdefault(instance_of(url, source), source)
        if len(homes) >= 2:
            break
    check(len(homes) >= 2, f"addresses in different /24s reach different instances: {homes}")
    sources = list(homes.values())[:2]

    with NodeClient(url, sources[0]) as ann, NodeClient(url, sources[1]) as bob:
        for name, client in (("ann", ann), ("bob", bob)):
            event = client.wait("connect")
            check(len(event["id"]) == 20, f"{name} connects")
            check(client.wait("upgrade")["transport"] == "websocket", f"{name} upgrades to WebSocket")
            client.do("ask", "join", "lobby")
            answer = client.wait("ack", lambda e: e["of"] == "join")
            check("lobby" in answer["answer"][0], f"{name} is in the room")
        ann.do("ask", "room-msg", {"room": "lobby", "id": 900001, "text": "hello"})
        ann.wait("ack", lambda e: e["of"] == "room-msg")
        heard = bob.wait("received", lambda e: e["name"] == "room-msg")
        check(heard["args"][0] == {"room": "lobby", "id": 900001, "text": "hello"}, "bob hears ann from the other instance")
        own = ann.wait("received", lambda e: e["name"] == "room-msg")
        check(own["args"][0]["id"] == 900001, "ann hears herself")
        bob.do("ask", "message-with-ack", "x", 1, {"a": [True, None]})
        answer = bob.wait("ack", lambda e: e["of"] == "message-with-ack")
        check(answer["answer"] == ["x", 1, {"a": [True, None]}], "an acknowledgement brings the arguments back")
    with NodeClient(url, "127.0.77.1", auth={"token": "bad"}) as mallory:
        refused = mallory.wait("connect_error")
        check(refused["message"] == "Not authorized" and refused["data"] == {"code": 401, "hint": "wrong token"},
              "the middleware refuses the bad token")
    check(serve.stop() == 0, "serve ends cleanly on SIGTERM")
