"""What the tests with real programs share: starting `roundhouse serve`, Redis and Node on free ports, and skipping aloud."""

import http.client
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROUNDHOUSE = os.environ.get("ROUNDHOUSE", "build/release/roundhouse")
NODE_MODULES = os.environ.get("ROUNDHOUSE_NODE_MODULES", "build/peers/node_modules")
HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77  # ctest's SKIP_RETURN_CODE for these tests
DEADLINE = 60.0


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def need_command(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if not found:
        skip(f"{name} is not installed")
    return found


def need_recorded_nginx():
    """The one whose answers tests/oracles/nginx holds."""
    version = subprocess.run([need_command("nginx"), "-v"], capture_output=True, text=True, check=True).stderr
    if "nginx/1.22.1" not in version:
        skip(f"the recording is of nginx 1.22.1, and here is {version.strip()}")


def request_head(connection):
    """All that has come when a head is whole; None where the connection ends before."""
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(65536)
        if not piece:
            return None
        request += piece
    return request


def serve_each(listener, serve):
    """Calls `serve` for each connection, in a thread of its own, until the listener is closed."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def need_socketio_client():
    need_command("node")
    if not os.path.exists(os.path.join(NODE_MODULES, "socket.io-client", "package.json")):
        skip("socket.io-client is not installed (./run test installs it with npm)")


def check(condition, what):
    """A fact of a test: said when it holds, and the end of the test when it does not."""
    if not condition:
        print(f"FAILED: {what}")
        sys.exit(1)
    print(f"ok: {what}")


ports_given = itertools.count(20000 + os.getpid() % 10000)


def free_port():
    """A port below the range that the kernel hands to outgoing connections, so that nothing takes it meanwhile; another one each time."""
    while (candidate := next(ports_given)) < 32768:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", candidate))
                return candidate
            except OSError:
                continue
    raise RuntimeError("no free port below 32768")


class Process:
    """A program that is ended with the test, by its pid and nothing else."""

    def __init__(self, arguments, **options):
        self.process = subprocess.Popen(arguments, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


class Serve(Process):
    """`roundhouse serve`, ready. `urls` maps each listener's name to its URL."""

    def __init__(self, scenario, *arguments):
        command = [ROUNDHOUSE, "serve", scenario, *arguments]
        super().__init__(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.urls = {}
        self.lines = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.strip() == "ready":
                return
            match = re.match(r"(\S+) ((?:http|redis)://\S+)", line)
            if match:
                self.urls[match.group(1)] = match.group(2)
        self.process.wait()
        print("\n".join(self.lines), self.process.stderr.read())
        raise RuntimeError(f"{' '.join(command)} ended before it was ready")


class Redis(Process):
    """A redis-server of the test's own, with nothing saved."""

    def __init__(self):
        server = need_command("redis-server")
        self.port = free_port()
        self.folder = tempfile.mkdtemp(prefix="roundhouse-redis-")
        super().__init__(
            [server, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder],
            stdout=subprocess.DEVNULL,
        )
        wait_for_port(self.port)

    def stop(self, how=signal.SIGTERM):
        status = super().stop(how)
        shutil.rmtree(self.folder, ignore_errors=True)
        return status


def wait_for_port(port):
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(1)
            try:
                probe.connect(("127.0.0.1", port))
                return
            except OSError:
                time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port}")


def run(*arguments, timeout=DEADLINE, **options):
    """The command's exit status, standard output and standard error."""
    done = subprocess.run([ROUNDHOUSE, *arguments], capture_output=True, text=True, timeout=timeout, **options)
    return done.returncode, done.stdout, done.stderr


def run_json(*arguments, timeout=DEADLINE):
    status, out, err = run(*arguments, "--json", timeout=timeout)
    if status == 2 or not out:
        raise RuntimeError(f"roundhouse {' '.join(arguments)}: status {status}\n{out}{err}")
    return status, json.loads(out)


class NodeClient(Process):
    """A real socket.io-client. Say what it shall do, and wait for what it saw."""

    def __init__(self, url, source, **options):
        environment = dict(os.environ, ROUNDHOUSE_NODE_MODULES=os.path.abspath(NODE_MODULES))
        super().__init__(
            ["node", os.path.join(HERE, "client.cjs"), url, source, json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.seen = []

    def do(self, *command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def wait(self, what, condition=lambda event: True):
        """The first event of that name, seen already or to come, for which the condition holds. The timeout is the child's."""
        for event in self.seen:
            if event["event"] == what and condition(event):
                return event
        for line in self.process.stdout:
            event = json.loads(line)
            self.seen.append(event)
            if event["event"] == what and condition(event):
                return event
        raise RuntimeError(f"the client ended without {what}; it saw {self.seen}")


def instance_of(url, source):
    """The instance that a client at that address is sent to, as its page says."""
    host = url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=20, source_address=(source, 0))
    connection.request("GET", "/")
    return re.search(r"app-\d+", connection.getresponse().read().decode()).group()


class Nginx(Process):
    """A real nginx with that http block's content. `{door}` in it stands for where it shall listen. Only one with a master can reload."""

    def __init__(self, http_text, master=False):
        program = need_command("nginx")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = tempfile.mkdtemp(prefix="roundhouse-nginx-")
        self.http_text = http_text
        self.master = master
        path = os.path.join(self.folder, "nginx.conf")
        self._write(path)
        super().__init__([program, "-p", self.folder, "-c", path, "-e", f"{self.folder}/start.log"], stderr=subprocess.DEVNULL)
        wait_for_port(self.port)

    def _write(self, path):
        with open(path, "w") as conf:
            conf.write(
                f"daemon off;\nmaster_process {'on' if self.master else 'off'};\npid {self.folder}/pid;\nerror_log {self.folder}/error.log info;\nevents {{}}\n"
                f"http {{\naccess_log off;\nclient_body_temp_path {self.folder}/body;\nproxy_temp_path {self.folder}/proxy;\n"
            )
            conf.write(self.http_text.replace("{door}", f"127.0.0.1:{self.port}") + "\n}\n")

    def reload(self, change):
        """With the http block's content as `change` makes it. Returns when the worker before has gone."""
        self.http_text = change(self.http_text)
        self._write(os.path.join(self.folder, "nginx.conf"))
        self.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + DEADLINE
        while "exited with code 0" not in open(f"{self.folder}/error.log").read():
            if time.monotonic() > deadline:
                raise RuntimeError("nginx did not reload")
            time.sleep(0.01)

    def stop(self, how=signal.SIGTERM):
        status = super().stop(how)
        shutil.rmtree(self.folder, ignore_errors=True)
        return status
