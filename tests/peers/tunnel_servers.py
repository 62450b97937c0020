"""Servers behind a real nginx that take every upgrade and keep it, and answer anything else with a short page. One thread; what they are
told holds when the call returns."""

import selectors
import socket
import threading

HEAD_BYTES_MAX = 16384


class TunnelServers:
    """`places` is where they listen, HOST:PORT."""

    def __init__(self, count):
        self.addresses = []
        self.selector = selectors.DefaultSelector()
        self.lock = threading.Lock()
        self.listeners = [None] * count
        self.holders = []
        for _ in range(count):
            holder = socket.socket()  # bound and not listening: keeps the port while the server refuses
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(("127.0.0.1", 0))
            self.holders.append(holder)
            self.addresses.append(holder.getsockname())
        self.places = [f"{host}:{port}" for host, port in self.addresses]
        for server in range(count):
            self.listen(server)
        self.ending = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ending = True
        self.thread.join()
        with self.lock:
            for key in list(self.selector.get_map().values()):
                key.fileobj.close()
            self.selector.close()
        for holder in self.holders:
            holder.close()

    def listen(self, server):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(self.addresses[server])
        listener.listen(64)
        listener.setblocking(False)
        with self.lock:
            self.listeners[server] = listener
            self.selector.register(listener, selectors.EVENT_READ, None)

    def refuse(self, server):
        with self.lock:
            listener = self.listeners[server]
            self.selector.unregister(listener)
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _run(self):
        while not self.ending:
            for key, _ in self.selector.select(timeout=0.05):
                with self.lock:
                    try:
                        self._serve(key.fileobj, key.data)
                    except (BlockingIOError, ValueError, OSError):
                        pass  # gone meanwhile

    def _serve(self, ready, head):
        if head is None:
            connection, _ = ready.accept()
            connection.setblocking(False)
            self.selector.register(connection, selectors.EVENT_READ, bytearray())
            return
        piece = ready.recv(HEAD_BYTES_MAX)
        if not piece:
            self._drop(ready)
            return
        head += piece
        if b"\r\n\r\n" not in head or len(head) > HEAD_BYTES_MAX:
            return
        if b"upgrade: websocket" in head.lower():
            ready.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        else:
            ready.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            self._drop(ready)

    def _drop(self, connection):
        self.selector.unregister(connection)
        connection.close()
