"""serve: one line a listener, ready, clean ends, and clear words for what cannot be."""

import http.client
import json
import os
import signal
import socket
import tempfile
import time
from harness import Serve, check, run

with Serve("blog", "--proxy-port", "0", "--broker-port", "0") as serve:
    check(set(serve.urls) == {"proxy", "webapp-1", "webapp-2", "broker"}, f"one line for each listener: {sorted(serve.urls)}")
    check(serve.urls["proxy"].startswith("http://127.0.0.1:"), "the proxy is on 127.0.0.1")
    connection = http.client.HTTPConnection(serve.urls["proxy"].removeprefix("http://"), timeout=20)
    connection.request("GET", "/headers")
    headers = json.loads(connection.getresponse().read())
    check(headers.get("Host"), f"/headers answers the headers that arrived: {headers}")
    connection.request("GET", "/")
    page = connection.getresponse().read().decode()
    check("<html" in page and "webapp-" in page, "/ is a page that shows the instance")
    check(serve.stop(signal.SIGINT) == 0, "SIGINT ends it cleanly")

with Serve("blog", "--proxy-port", "0", "--broker-port", "0", "--clients") as serve:
    check(serve.stop(signal.SIGTERM) == 0, "SIGTERM ends it cleanly, with clients too")

with socket.socket() as taken:
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    port = taken.getsockname()[1]
    status, out, err = run("serve", "blog", "--proxy-port", str(port), "--broker-port", "0")
    check(status == 2 and f"port {port} is in use" in err and err.count("\n") == 1, f"a port in use is one message and status 2: {err!r}")

def get(url, path):
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


with Serve("blog", "--only", "broker") as broker, Serve("blog", "--only", "apps") as apps:
    check(set(apps.urls) == {"webapp-1", "webapp-2"}, f"--only apps starts the instances alone: {sorted(apps.urls)}")
    with Serve("blog", "--only", "proxy", "--proxy-port", "0") as proxy:
        check(set(proxy.urls) == {"proxy"}, "--only proxy starts the proxy alone")
        check(get(proxy.urls["proxy"], "/headers")[0] == 200, "parts in processes of their own find each other")
        with socket.create_connection(("127.255.1.1", 6379), timeout=20) as asker:
            asker.sendall(b"PUBSUB NUMPAT\r\n")
            # Two instances, with a pattern for each of their two namespaces; equal patterns count once.
            check(asker.recv(100) == b":2\r\n", "both instances have subscribed at the broker")

folder = tempfile.mkdtemp(prefix="roundhouse-serve-")
two = os.path.join(folder, "two.toml")
blog = open("scenarios/blog.toml").read()
open(two, "w").write(blog.replace("listen 80;", "listen 80; listen 127.0.0.1:8081;", 1))
with Serve(two, "--proxy-port", "0", "--broker-port", "0") as serve:
    lines = [line for line in serve.lines if line.startswith("proxy http")]
    check(len(lines) == 2, f"each listener of the proxy has its line: {lines}")
    check(all(get(line.split()[1], "/headers")[0] == 200 for line in lines), "and each answers")
on_address = os.path.join(folder, "address.toml")
open(on_address, "w").write(blog.replace("listen 80;", "listen 127.0.0.1:8080;", 1))
check(run("run", on_address)[0] == 0, "clients find a listener on an address")

with Serve("blog", "--proxy-port", "0", "--broker-port", "0", "--clients") as serve:
    time.sleep(6)  # the scenario itself is over after four seconds
    check(get(serve.urls["proxy"], "/headers")[0] == 200, "serve goes on when the scenario's own workload is done")

try:
    at_8080 = socket.create_server(("127.0.0.1", 8080))
except OSError:
    at_8080 = None  # somebody else has it: as good for this test
with Serve("blog", "--broker-port", "0") as serve:
    check(not serve.urls["proxy"].endswith(":8080"), f"8080 is taken, so the proxy has another port: {serve.urls['proxy']}")
    check(get(serve.urls["proxy"], "/headers")[0] == 200, "and answers there")
if at_8080:
    at_8080.close()
    with Serve("blog", "--broker-port", "0") as serve:
        check(serve.urls["proxy"] == "http://127.0.0.1:8080", "8080 is free, so the proxy has it")
