"""python3-socketio, another real client, through the `sticky` scenario."""

import threading
from harness import DEADLINE, Serve, check, skip

try:
    import socketio
except ImportError:
    skip("python3-socketio is not installed")
try:
    import requests  # noqa: F401  (python-socketio's client needs it for polling)
except ImportError:
    skip("python3-requests is not installed")

with Serve("sticky", "--proxy-port", "0", "--broker-port", "0") as serve:
    client = socketio.Client(reconnection=False)
    heard = threading.Event()
    received = []

    @client.on("room-msg")
    def on_room_message(message):
        received.append(message)
        heard.set()

    client.connect(serve.urls["proxy"], wait_timeout=20)
    check(client.connected, f"python-socketio connects, over {client.transport()}")
    rooms = client.call("join", "lobby", timeout=20)
    check("lobby" in rooms, f"it joins a room: {rooms}")
    client.call("room-msg", {"room": "lobby", "id": 900002}, timeout=20)
    check(heard.wait(DEADLINE) and received[0]["id"] == 900002, "it hears its own room message")
    client.disconnect()
