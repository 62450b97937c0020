"""serve: one line a listener, ready, clean ends, and clear words for what cannot be."""

import http.client
import json
import signal
import socket
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

with Serve("blog", "--only", "apps", "--broker-port", "0") as serve:
    check(set(serve.urls) == {"webapp-1", "webapp-2"}, f"--only apps starts the instances alone: {sorted(serve.urls)}")
