"""socket.io-client through round robin: 400, code 1, again and again."""

from harness import NodeClient, Serve, check, need_socketio_client
import json

need_socketio_client()

with Serve("round-robin", "--proxy-port", "0", "--broker-port", "0") as serve:
    url = serve.urls["proxy"]
    with NodeClient(url, "127.0.7.1") as client:
        error = client.wait("connect_error")
        check(error["status"] == 400, f"the first attempt fails with status 400 ({error['message']})")
        check(json.loads(error["body"]) == {"code": 1, "message": "Session ID unknown"}, "the body is code 1, Session ID unknown")
        check(not any(event["event"] == "connect" for event in client.seen), "it never connected")
    with NodeClient(url, "127.0.8.1", transports=["websocket"]) as client:
        check(client.wait("connect")["transport"] == "websocket", "a client with WebSocket only needs no stickiness")
