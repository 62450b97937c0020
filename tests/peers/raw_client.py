"""A client in a test's own words: HTTP from an address of its own, and as much of Engine.IO and Socket.IO as joins a room. It needs no
package, and shares no code with our client."""

import json
import os
import socket
import struct

DEADLINE = 20.0


class Answer:
    """Status, headers by lower-case name, the body, and the connection of a 101, whose `body` is what has come of the tunnel so far."""

    def __init__(self, status, headers, body, connection):
        self.status, self.headers, self.body, self.connection = status, headers, body, connection

    @property
    def served_by(self):
        """The last server that nginx tried, as the test's `add_header` tells."""
        return self.headers.get("x-served", "").split(", ")[-1]


def ask(port, source, head, body=""):
    """`head` is the request line and fields, without the last blank line. Waits for the end, or for the head of a 101."""
    connection = socket.socket()
    connection.settimeout(DEADLINE)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind((source, 0))
    connection.connect(("127.0.0.1", port))
    connection.sendall((head + "\r\n\r\n" + body).encode())
    said = b""
    while not (b"\r\n\r\n" in said and b" 101 " in said.split(b"\r\n")[0]):
        piece = connection.recv(65536)
        if not piece:
            break
        said += piece
    head, _, rest = said.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    status = int(lines[0].split(" ")[1]) if " " in lines[0] else 0
    if status != 101:
        connection.close()
        return Answer(status, headers, rest.decode(), None)
    return Answer(status, headers, rest, connection)


def get(port, source, path="/"):
    return ask(port, source, f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close")


def open_tunnel(port, source, path="/"):
    # Where no tunnel comes of it, the connection shall end with the answer.
    return ask(port, source, f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")


def close_tunnel(answer):
    """Returns once nginx has booked the end."""
    answer.connection.shutdown(socket.SHUT_WR)
    while answer.connection.recv(65536):
        pass
    answer.connection.close()
    answer.connection = None


class SocketIoClient:
    """Connects by long-polling and then asks for the upgrade, or by WebSocket alone."""

    def __init__(self, port, source, transports=("polling", "websocket")):
        self.port, self.source, self.transports = port, source, transports
        self.connected = self.upgraded = False
        self.framed = False  # packets go through the tunnel
        self.failure = None  # as our client names it
        self.answers = []  # statuses that were no success
        self.home = None  # the server that opened the session
        self.sid = None
        self.tunnel = None
        self.packets = []  # Engine.IO packets not yet looked at

    def connect(self):
        if self.transports[0] == "websocket":
            self._connect_by_websocket()
        else:
            self._connect_by_polling()
        return self.connected

    def post(self, packet):
        """The status that a packet is answered with."""
        path = f"/socket.io/?EIO=4&transport=polling&sid={self.sid}"
        answer = ask(self.port, self.source, f"POST {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {len(packet)}", packet)
        return self._note(answer)

    def emit(self, *arguments):
        packet = "42" + json.dumps(arguments)
        self._write_frame(packet) if self.framed else self.post(packet)

    def events(self, name, count):
        """The first so many events of that name."""
        found = []
        while len(found) < count:
            packet = self._next_packet()
            if packet == "2":
                self._write_frame("3") if self.framed else self.post("3")
            elif packet.startswith("42") and json.loads(packet[2:])[0] == name:
                found.append(json.loads(packet[2:])[1:])
        return found

    def close(self):
        if self.tunnel:
            self.tunnel.connection.close()

    def _note(self, answer):
        if answer.status not in (101, 200):
            self.answers.append(answer.status)
        return answer

    def _connect_by_polling(self):
        opened = self._note(get(self.port, self.source, "/socket.io/?EIO=4&transport=polling"))
        if opened.status != 200:
            self.failure = "xhr poll error"
            return
        self.home = opened.served_by
        self.sid = json.loads(opened.body[1:])["sid"]
        if self.post("40").status != 200 or not self._wait_for("40"):
            self.failure = "xhr post error"
            return
        self.connected = True
        if "websocket" in self.transports:
            self._upgrade()

    def _connect_by_websocket(self):
        self.tunnel = self._note(open_tunnel(self.port, self.source, "/socket.io/?EIO=4&transport=websocket"))
        if self.tunnel.status != 101:
            self.tunnel = None
            self.failure = "websocket error"
            return
        self.framed = True
        self.home = self.tunnel.served_by
        self._write_frame("40")
        self.connected = self._wait_for("40")

    def _upgrade(self):
        tunnel = self._note(open_tunnel(self.port, self.source, f"/socket.io/?EIO=4&transport=websocket&sid={self.sid}"))
        if tunnel.status != 101:
            return
        self.tunnel = tunnel
        self._write_frame("2probe")
        if self._read_frame() == "3probe":
            self._write_frame("5")
            self.upgraded = self.framed = True

    def _wait_for(self, beginning):
        while True:
            packet = self._next_packet()
            if packet is None or packet.startswith(beginning):
                return packet is not None

    def _next_packet(self):
        while not self.packets:
            if self.framed:
                return self._read_frame()
            polled = self._note(get(self.port, self.source, f"/socket.io/?EIO=4&transport=polling&sid={self.sid}"))
            if polled.status != 200:
                return None
            self.packets = polled.body.split("\x1e")
        return self.packets.pop(0)

    def _write_frame(self, text):
        payload = text.encode()
        mask = os.urandom(4)
        length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack(">H", len(payload))
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.tunnel.connection.sendall(b"\x81" + length + mask + masked)

    def _read_frame(self):
        first, length = self._read_bytes(2)
        if length == 126:
            length = struct.unpack(">H", self._read_bytes(2))[0]
        payload = self._read_bytes(length)
        return payload.decode() if first == 0x81 else self._read_frame()

    def _read_bytes(self, count):
        while len(self.tunnel.body) < count:
            piece = self.tunnel.connection.recv(65536)
            if not piece:
                raise RuntimeError("the tunnel ended")
            self.tunnel.body += piece
        taken, self.tunnel.body = self.tunnel.body[:count], self.tunnel.body[count:]
        return taken
