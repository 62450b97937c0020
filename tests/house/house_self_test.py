"""Checks the checker: a small house without a finding, and one planted violation of each kind, which must be found where it is."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LAYOUT = "BasedOnStyle: Google\nColumnLimit: 110\nIncludeBlocks: Preserve\nReflowComments: false\nAllowShortFunctionsOnASingleLine: Inline\n"

# A house in which everything is right, near misses included: words of banned calls in comments, texts and other names.
SOUND = {
    "core/include/roundhouse/ids.h": "#pragma once\n\nstruct Id {\n  int value = 0;\n};\n",
    "core/base/bytes.h": "#pragma once\n\n#include <roundhouse/ids.h>\n\nstruct Bytes {\n  Id id;\n};\n",
    "core/http/head.h": '#pragma once\n\n#include "core/base/bytes.h"\n',
    "core/client/client.h": '#pragma once\n\n#include "core/http/head.h"\n\n// rand() and steady_clock are for others.\nint random_number();\n',
    "core/proxy/proxy.h": "#pragma once\n\n#include <string>\n#include <unordered_map>\n\nstruct Proxy {\n  int find(const std::string& name) const;\n  std::unordered_map<std::string, int> peers_;\n};\n",
    "core/proxy/proxy.cpp": '#include "core/proxy/proxy.h"\n\nint Proxy::find(const std::string& name) const {\n  const char* text = "for (auto& p : peers_) rand()";\n  const auto found = peers_.find(name);\n  return found == peers_.end() ? text[0] : found->second;\n}\n',
    "sim/include/roundhouse/trace.h": "#pragma once\n\n#include <roundhouse/ids.h>\n",
    "sim/include/roundhouse/cluster.h": "#pragma once\n\n#include <roundhouse/trace.h>\n",
    "sim/world/loopback_world.cpp": "#include <sys/socket.h>\n\n#include <chrono>\n\nlong now() {\n  return std::chrono::steady_clock::now().time_since_epoch().count();\n}\n",
    "sim/check/order.cpp": "#include <roundhouse/trace.h>\n",
    "examples/hello.cpp": "#include <roundhouse/cluster.h>\n\nint main() {\n  // README: begin\n  int rooms = 1;\n  if (rooms == 1) {\n    rooms = 2;\n  }\n  // README: end\n}\n",
    "README.md": "# A house\n\n```cpp\nint rooms = 1;\nif (rooms == 1) {\n  rooms = 2;\n}\n```\n\n```\n./run demo\n```\n",
}

PLANTED = [
    ("a party that includes a party", "core/client/friend.cpp", '#include "core/proxy/proxy.h"\n', "core/client may not include core/proxy"),
    ("core that includes sim", "core/base/up.cpp", "#include <roundhouse/trace.h>\n", "core/base may not include sim/include"),
    ("a lower room that includes a higher one", "core/base/higher.cpp", '#include "core/http/head.h"\n', "core/base may not include core/http"),
    ("sim below that includes sim above", "sim/trace/up.cpp", '#include "sim/world/world.h"\n', "sim/trace may not include sim/world"),
    ("a checker that sees a cluster", "sim/check/peeks.cpp", "#include <roundhouse/cluster.h>\n", "sees the trace only"),
    ("a checker that sees a party", "sim/check/party.cpp", '#include "core/proxy/proxy.h"\n', "sim/check may not include core/proxy"),
    ("an example that looks inside", "examples/inside.cpp", '#include "sim/world/world.h"\n', "examples may not include sim/world"),
    ("a public header that is not there", "core/base/ghost.cpp", "#include <roundhouse/ghost.h>\n", "<roundhouse/ghost.h> does not exist"),
    ("a path that begins in its own folder", "core/http/near.cpp", '#include "head.h"\n', "paths begin at the root"),
    ("a room that no table knows", "core/attic/old.cpp", "int old;\n", "core/attic is no room"),
    ("rand", "core/base/dice.cpp", "int dice() {\n  return rand();\n}\n", "dice.cpp:2: rand"),
    ("random_device", "sim/world/seed.cpp", "#include <random>\n\nstd::random_device device;\n", "seed.cpp:3: random_device"),
    ("a distribution", "core/base/even.cpp", "#include <random>\n\nstd::uniform_int_distribution<int> even(0, 1);\n", "even.cpp:3: uniform_int_distribution"),
    ("a generator of the library", "core/base/twister.cpp", "#include <random>\n\nstd::mt19937 twister;\n", "twister.cpp:3: std::mt19937"),
    ("libm by its header", "sim/trace/root.cpp", "#include <cmath>\n", "root.cpp:1: #include <cmath>: libm"),
    ("libm by a call", "core/base/root.cpp", "double root(double x) {\n  return std::sqrt(x);\n}\n", "root.cpp:2: std::sqrt("),
    ("a clock in the virtual world", "sim/world/virtual_world.cpp", "#include <chrono>\n\nauto now = std::chrono::steady_clock::now();\n", "virtual_world.cpp:3: steady_clock"),
    ("a clock of C", "core/base/date.cpp", "long date() {\n  return time(nullptr);\n}\n", "date.cpp:2: time(nullptr)"),
    ("a socket in a party", "core/client/dial.cpp", "#include <sys/socket.h>\n", "dial.cpp:1: #include <sys/socket.h>: sockets"),
    ("Asio outside the loopback world", "sim/cluster/loop.cpp", "#include <boost/asio/io_context.hpp>\n", "sockets belong"),
    ("hiredis outside its backplane", "sim/cluster/redis.cpp", "#include <hiredis/hiredis.h>\n", "hiredis belongs"),
    ("a thread in core", "core/base/worker.cpp", "#include <thread>\n", "threads have no place"),
    ("thread_local", "sim/world/hidden.cpp", "thread_local int hidden = 0;\n", "thread_local is a global"),
    ("a coroutine", "core/base/lazy.cpp", "void lazy() {\n  co_return;\n}\n", "coroutines are miscompiled"),
    ("a loop over a hash container of the file", "core/base/loop.cpp", "#include <unordered_set>\n\nint sum(const std::unordered_set<int>& all) {\n  int s = 0;\n  for (const int x : all) s += x;\n  return s;\n}\n", "loop.cpp:5: all is a hash container"),
    ("a loop over a hash container of the class", "core/proxy/list.cpp", '#include "core/proxy/proxy.h"\n\nint list(const Proxy& proxy) {\n  int s = 0;\n  for (const auto& [name, n] : proxy.peers_) s += n;\n  return s;\n}\n', "list.cpp:5: peers_ is a hash container"),
    ("the beginning of a hash container", "core/proxy/first.cpp", '#include "core/proxy/proxy.h"\n\nint first(const Proxy& proxy) {\n  return proxy.peers_.begin()->second;\n}\n', "first.cpp:4: peers_ is a hash container"),
    ("a loop over a hash container with another name", "core/base/alias.cpp", "#include <unordered_map>\n\nusing Table = std::unordered_map<int, int>;\nint sum(const Table& table) {\n  int s = 0;\n  for (const auto& [k, v] : table) s += v;\n  return s;\n}\n", "alias.cpp:6: table is a hash container"),
    ("unfinished work", "sim/trace/later.cpp", "// TO" + "DO: later\nint later;\n", "later.cpp:1: TO" + "DO"),
    ("a header without a guard", "core/base/bare.h", "struct Bare {};\n", "bare.h:1: without #pragma once"),
    ("a header that does not compile alone", "core/base/lonely.h", "#pragma once\n\ninline std::string lonely() {\n  return {};\n}\n", "lonely.h:1: does not compile alone"),
    ("a layout of one's own", "core/base/wide.cpp", "int  wide( ){return 1;}\n", "wide.cpp:1: not as clang-format lays it out"),
    ("a second type of one name", "core/websocket/twin.h", "#pragma once\n\nnamespace {\nstruct Nobody {};\n}  // namespace\nstruct Id {\n  int other = 0;\n};\n", "twin.h:6: Id is another type in"),
    ("a snippet that no example has", "README.md", "```cpp\nint rooms = 1;\nif (rooms == 1) {\n  rooms = 2;\n}\n```\n\n```cpp\nint rooms = 3;\n```\n", "README.md:8: this is not the marked part"),
    ("a part of an example that README does not show", "examples/more.cpp", "int main() {\n  // README: begin\n  return 0;\n  // README: end\n}\n", "more.cpp:2: README.md does not show this part"),
    ("a long file", "tests/long_test.cpp", "int a;\n" * 501, "long_test.cpp:1: warning: 501 lines"),
]
# A warning is said, and the house stands.
WARNINGS = {"a long file"}


def write(root, files):
    for file, text in files.items():
        path = os.path.join(root, file)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)


def compiler_becomes(path, command):
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(f"#!/bin/sh\n{command}\n")
    os.chmod(path, 0o755)


def inspect(root, compiler, cache=None):
    command = [sys.executable, os.path.join(HERE, "house.py"), "--root", root]
    command += ["--compiler", compiler] if compiler else []
    command += ["--cache", cache] if cache else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    compiler = parser.parse_args().compiler
    failures = 0

    def fact(holds, what, said):
        nonlocal failures
        print(("ok: " if holds else "FAILED: ") + what)
        if not holds:
            failures += 1
            print(said)

    with tempfile.TemporaryDirectory(prefix="roundhouse-house-") as root:
        write(root, {".clang-format": LAYOUT, **SOUND})
        cache = os.path.join(root, "cache.txt")
        stand_in = os.path.join(root, "compiler")
        compiler_becomes(stand_in, f'exec "{compiler}" "$@"')
        status, said = inspect(root, stand_in, cache)
        fact(status == 0 and ", 0 findings" in said, "a house in which everything is right has no finding", said)
        compiler_becomes(stand_in, "exit 1")
        status, said = inspect(root, stand_in, cache)
        fact(status == 0, "a header that compiled and has not changed is not compiled again", said)

    for what, file, text, finding in PLANTED:
        if "clang-format" in finding and not shutil.which("clang-format"):
            print(f"skipped, clang-format is missing: {what}")
            continue
        with tempfile.TemporaryDirectory(prefix="roundhouse-house-") as root:
            write(root, {".clang-format": LAYOUT, **SOUND, file: text})
            status, said = inspect(root, compiler if "compile alone" in finding else None)
            hits = [line for line in said.splitlines() if finding in line and line.startswith(file)]
            fact(bool(hits) and status == (0 if what in WARNINGS else 1), f"{what} is found", said)
            others = [line for line in said.splitlines() if line.startswith(tuple(set(SOUND) - {file}))]
            fact(not others, f"{what} throws no shade on the other files", said)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
