"""redis-cli against the embedded broker."""

import subprocess
import threading
from harness import Serve, check, need_command

cli = need_command("redis-cli")

with Serve("blog", "--only", "broker", "--broker-port", "0") as serve:
    port = serve.urls["broker"].rsplit(":", 1)[1]

    def ask(*words):
        return subprocess.run([cli, "-p", port, *words], capture_output=True, text=True, timeout=30).stdout.strip()

    check(ask("PING") == "PONG", "PING")
    check(ask("ECHO", "hello") == "hello", "ECHO")
    check(ask("NOSUCH", "a") == "ERR unknown command 'NOSUCH', with args beginning with: 'a'", "an unknown command gets Redis's text")
    check(ask("PUBLISH", "news", "x") == "0", "PUBLISH counts nobody")

    listener = subprocess.Popen([cli, "-p", port, "SUBSCRIBE", "news"], stdout=subprocess.PIPE, text=True)
    lines = [listener.stdout.readline().strip() for _ in range(3)]
    check(lines == ["subscribe", "news", "1"], f"SUBSCRIBE is confirmed: {lines}")
    check(ask("PUBSUB", "NUMSUB", "news").split() == ["news", "1"], "PUBSUB NUMSUB counts it")
    check(ask("PUBLISH", "news", "hello") == "1", "PUBLISH counts one receiver")
    lines = [listener.stdout.readline().strip() for _ in range(3)]
    check(lines == ["message", "news", "hello"], "the subscriber gets the message")
    listener.terminate()
    listener.wait()
