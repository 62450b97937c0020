"""Bytes that no honest client sends: a real nginx and our proxy answer them alike, in status, own page and whether the connection ends.

  garbage_test.py            sends what tests/oracles/nginx/garbage.json holds to both, and compares also with what is recorded there
  garbage_test.py --record   writes down what the nginx of this machine answers
"""

import concurrent.futures
import json
import re
import socket
import sys
import tempfile
import threading

from harness import Nginx, Serve, check, need_recorded_nginx, request_head, serve_each

RECORDED = "tests/oracles/nginx/garbage.json"
QUIET_S = 1.0  # a connection on which nothing comes for so long is called open


def unfolded(parts):
    """A text stands for itself, [TEXT, N] for N of it; a character is a byte."""
    return b"".join((part if isinstance(part, str) else part[0] * part[1]).encode("latin-1") for part in parts)


def answer_of(url, sent):
    """What came back, and whether the connection ended."""
    host, port = url.removeprefix("http://").split(":")
    got = b""
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.settimeout(20)
        try:
            client.sendall(sent)
        except OSError:
            pass  # the other end has heard enough
        client.settimeout(QUIET_S)
        try:
            while piece := client.recv(65536):
                got += piece
            return got, "closed"
        except TimeoutError:
            return got, "open"
        except ConnectionResetError:
            return got, "closed"


def summary_of(got, connection):
    """Status and body of each answer, bytes without a head as they are."""
    text = got.decode("latin-1")
    answers = []
    while text:
        head, blank, rest = text.partition("\r\n\r\n")
        if not head.startswith("HTTP/") or not blank:
            answers.append({"bytes": text})
            break
        length = re.search(r"\r\nContent-Length: (\d+)", head)
        size = int(length.group(1)) if length else 0
        answers.append({"status": int(head[9:12]), "body": rest[:size]})
        text = rest[size:]
    return {"answers": answers, "connection": connection}


def backend(listener):
    """Reads a request and says who it is: 101 to an upgrade."""

    def serve(connection):
        with connection:
            request = request_head(connection)
            if request is None:
                return
            if b"\r\nUpgrade: " in request:
                connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
                connection.recv(1)
            else:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nback")
                connection.recv(65536)

    serve_each(listener, serve)


def all_answers(url, exchanges):
    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        talks = [pool.submit(answer_of, url, unfolded(exchange["send"])) for exchange in exchanges]
    return [summary_of(*talk.result()) for talk in talks]


def main():
    need_recorded_nginx()
    with open(RECORDED) as stream:
        data = json.load(stream)
    with socket.create_server(("127.0.0.1", 0), backlog=400) as listener:
        threading.Thread(target=backend, args=(listener,), daemon=True).start()
        text = "\n".join(data["config"]).replace("127.0.0.1:9001", f"127.0.0.1:{listener.getsockname()[1]}")
        with Nginx(text.replace("listen 80;", "listen {door};")) as nginx:
            real = all_answers(nginx.url, data["exchanges"])
        if "--record" in sys.argv:
            for exchange, answer in zip(data["exchanges"], real):
                exchange.pop("answers", None)
                exchange.update(answer)
            with open(RECORDED, "w") as stream:
                rows = ",\n".join("  " + json.dumps(exchange) for exchange in data["exchanges"])
                stream.write('{\n "schema": 1,\n "nginx": "1.22.1",\n "config": ' + json.dumps(data["config"], indent=2) + ',\n "exchanges": [\n' + rows + "\n ]\n}\n")
            return
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
            conf.write("events {}\nhttp {\n" + text + "\n}\n")
            conf.flush()
            with Serve("blog", "--only", "proxy", "--nginx", conf.name, "--proxy-port", "0") as serve:
                ours = all_answers(serve.urls["proxy"], data["exchanges"])
                check(serve.process.poll() is None, "our proxy has survived it")
    different = 0
    for exchange, said_by_nginx, said_by_us in zip(data["exchanges"], real, ours):
        recorded = {"answers": exchange["answers"], "connection": exchange["connection"]}
        for name, said in (("nginx differs from the recording", said_by_nginx), ("we differ", said_by_us)):
            if said != recorded:
                different += 1
                print(f"{name}: {exchange['name']}: {json.dumps(exchange['send'])[:120]}\n  recorded {json.dumps(recorded)[:300]}\n  here     {json.dumps(said)[:300]}")
    check(different == 0, f"{len(real)} sendings are answered as recorded, by nginx and by us")


main()
