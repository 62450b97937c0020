"""What directives do: a real nginx still answers each request as tests/oracles/nginx/effects holds it. `oracles_nginx` asks our proxy the same.

  effects_test.py                      compares the nginx of this machine with the recording
  effects_test.py --record [FILE ...]  writes down what it answers
  effects_test.py --try FILE           prints what it answers, and writes nothing

A file holds cases, each an http block (`main`: lines before it) with the requests sent to it. `send` is one text, or pairs of
[SECONDS, TEXT]; `<9000 x c>` stands for so many characters. Servers on 127.61.7.1 to 127.61.7.4, port 9001, answer with what reached them.
A case with `test` is not run: `messages` are what `nginx -t` says of it.
"""

import concurrent.futures
import glob
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

from harness import Process, check, need_command, need_recorded_nginx, request_head, serve_each

RECORDED = "tests/oracles/nginx/effects/*.json"
DOOR = ("127.61.7.9", 18080)
BACKENDS = [(f"127.61.7.{number}", 9001) for number in (1, 2, 3, 4)]
QUIET_S = 0.6  # a connection on which nothing comes for so long after the last sending is called open


def unfolded(text):
    return re.sub(r"<(\d+) x (.)>", lambda found: found.group(2) * int(found.group(1)), text).encode("latin-1")


def serve(listener, number):
    """Answers each request with its own bytes."""

    def answer(connection):
        with connection:
            request = request_head(connection)
            if request is None:
                return
            head, _, body = request.partition(b"\r\n\r\n")
            length = re.search(rb"\r\nContent-Length: (\d+)", head)
            while length and len(body) < int(length.group(1)):
                body += connection.recv(65536)
            request = head + b"\r\n\r\n" + body
            connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(request)}\r\nX-Server: {number}\r\n\r\n".encode() + request)
            connection.recv(65536)

    serve_each(listener, answer)


def answer_of(source, exchange):
    sendings = exchange["send"]
    if isinstance(sendings, str):
        sendings = [[0, sendings]]
    got = b""
    began = time.monotonic()
    with socket.create_connection(DOOR, timeout=20, source_address=(source, 0)) as client:
        end = None
        for number, (at, text) in enumerate(sendings):
            try:
                time.sleep(max(0, began + at - time.monotonic()))
                client.sendall(unfolded(text))
            except OSError:
                pass  # the other end has heard enough
        quiet = exchange.get("watch_s", QUIET_S)
        try:
            while True:
                client.settimeout(quiet)
                piece = client.recv(65536)
                if not piece:
                    end = time.monotonic()
                    break
                got += piece
        except TimeoutError:
            pass
        except ConnectionResetError:
            end = time.monotonic()
    text = re.sub(r"\r\nDate: [^\r]*", "\r\nDate: <date>", got.decode("latin-1"))
    answer = {"response": text, "connection_after": "open" if end is None else "closed"}
    if end is not None and "watch_s" in exchange:
        answer["ended_s"] = round(end - began)
    return answer


class Nginx(Process):
    def __init__(self, case, folder):
        self.folder = folder
        self.log = os.path.join(folder, "error.log")
        super().__init__([need_command("nginx"), *arguments_of(case, folder)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(DOOR, timeout=1, source_address=("127.61.8.250", 0)).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"nginx does not start: {case}")


def text_of(case):
    return "\n".join([*case.get("main", []), "events { }", "http {", *case["config"], "}"]) + "\n"


def arguments_of(case, folder):
    path = os.path.join(folder, "nginx.conf")
    with open(path, "w") as conf:
        if "test" not in case:
            conf.write(f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log info;\n")
            conf.write(text_of(case).replace("http {", f"http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;", 1))
        else:
            conf.write(text_of(case))
    for name, lines in case.get("files", {}).items():
        with open(os.path.join(folder, name), "w") as file:
            file.write("\n".join(lines) + "\n")
    return ["-p", folder, "-c", path, "-e", f"{folder}/start.log"]


def logged(log, source):
    """The last line about that client that says why its answer is nginx's own."""
    found = None
    with open(log, errors="replace") as lines:
        for line in lines:
            match = re.match(rf"\S+ \S+ \[(?:info|error|crit)\] \S+ \S+ (.*?),? ?(?:client: {re.escape(source)}),", line)
            if match and not re.match(r"(shutdown|recv|send|writev)\(\) failed", match.group(1)):
                found = match.group(1).rstrip(", ")
    return found


def asked(case):
    with tempfile.TemporaryDirectory(prefix="roundhouse-nginx-") as folder:
        if "test" in case:
            done = subprocess.run([need_command("nginx"), "-t", "-q", *arguments_of(case, folder)], capture_output=True, text=True, check=False)
            said = done.stderr.replace(f"{folder}/", "").splitlines()
            return {"messages": [line.removeprefix("nginx: ") for line in said if not line.endswith("test failed")]}
        with Nginx(case, folder) as nginx:
            exchanges = case["exchanges"]
            sources = [f"127.61.8.{number + 1}" for number in range(len(exchanges))]
            with concurrent.futures.ThreadPoolExecutor(1 if case.get("in_turn") else 24) as pool:
                answers = list(pool.map(answer_of, sources, exchanges))
            nginx.stop()
            for source, answer in zip(sources, answers):
                if why := logged(nginx.log, source):
                    answer["log"] = why.replace(f"{folder}/html", "/usr/share/nginx/html")
            return answers


def main():
    need_recorded_nginx()
    listeners = [socket.create_server(address, backlog=400) for address in BACKENDS]
    for number, listener in enumerate(listeners):
        threading.Thread(target=serve, args=(listener, number), daemon=True).start()
    files = [word for word in sys.argv[1:] if not word.startswith("--")] or sorted(glob.glob(RECORDED))
    different = rows = 0
    for path in files:
        with open(path) as stream:
            data = json.load(stream)
        for case in data["cases"]:
            heard = asked(case)
            mine = [case] if "test" in case else case["exchanges"]
            for entry, answer in zip(mine, [heard] if "test" in case else heard):
                rows += 1
                known = {key: entry[key] for key in ("response", "connection_after", "ended_s", "log", "messages") if key in entry}
                for key in known:
                    del entry[key]
                entry.update(answer)
                if "--try" in sys.argv:
                    print(f"--- {case['name']} / {entry.get('name')}: {entry.get('send')}")
                    for key, value in answer.items():
                        print(f"{key}: {value}")
                elif "--record" not in sys.argv and known != answer:
                    different += 1
                    print(f"nginx differs from {path}: {case['name']}, {entry['name']}\n  recorded {known}\n  here     {answer}")
        if "--record" in sys.argv:
            write(path, data)
    check(different == 0, f"nginx answers {rows} requests and texts as recorded")


def write(path, data):
    """One line a case's head and one an exchange, so that differences can be read."""
    cases = []
    for case in data["cases"]:
        exchanges = case.pop("exchanges", None)
        text = "  " + json.dumps(case)
        if exchanges is not None:
            text = text[:-1] + ', "exchanges": [\n' + ",\n".join("    " + json.dumps(exchange) for exchange in exchanges) + "\n  ]}"
        cases.append(text)
    with open(path, "w") as stream:
        stream.write('{\n "schema": 1,\n "nginx": "1.22.1",\n "cases": [\n' + ",\n".join(cases) + "\n ]\n}\n")


main()
