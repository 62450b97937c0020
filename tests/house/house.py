"""Checks the rules of the house on the sources. One line for each finding, `FILE:LINE: text`; exit status 1 where there is any.

The tables below are the rules. A folder that they do not name may not be included by core or sim, so a new room begins with a line here.
"""

import argparse
import concurrent.futures
import hashlib
import os
import re
import shutil
import subprocess
import sys
import textwrap

SOURCES = (".h", ".cpp")
LINES_WARNED = 500
HEADER_COMPILE_SECONDS = 120

# Rooms from the bottom to the top: each may include those before it on its way, and itself.
CORE = {
    "core/include": [],
    "core/base": ["core/include"],
    "core/http": ["core/base"],
    "core/resp": ["core/base"],
    "core/msgpack": ["core/base"],
    "core/websocket": ["core/http", "core/resp", "core/msgpack"],
    "core/engineio": ["core/websocket"],
    "core/socketio": ["core/engineio"],
    # The four parties never include each other: in life they share only wires.
    "core/client": ["core/socketio"],
    "core/proxy": ["core/socketio"],
    "core/app": ["core/socketio"],
    "core/broker": ["core/socketio"],
}
PARTIES = ["core/client", "core/proxy", "core/app", "core/broker"]
SIM = {
    "sim/include": PARTIES,
    "sim/trace": ["sim/include"],
    "sim/world": ["sim/trace"],
    "sim/faults": ["sim/world"],
    "sim/scenario": ["sim/faults"],
    "sim/redis": ["sim/world"],
    "sim/cluster": ["sim/scenario", "sim/redis"],
    "sim/check": ["sim/trace"],
    "sim/explore": ["sim/cluster", "sim/check"],
    "sim/tool": ["sim/explore"],
}
# These see what embedders see, and themselves.
OUTSIDE = {
    "gui": ["core/include", "sim/include"],
    "examples": ["core/include", "sim/include"],
}
# sim/check judges records and never sees a cluster or a party; what sim/include declares for clusters is not for it.
CHECK_HEADERS = {"trace.h", "state.h", "recording.h", "books.h", "checker.h"}


def closure(direct):
    """Every room that a room may include, itself included."""
    reach = {}

    def visit(room):
        if room not in reach:
            reach[room] = {room}
            for below in direct[room]:
                reach[room] |= visit(below)
        return reach[room]

    for room in direct:
        visit(room)
    return reach


ALLOWED = closure({**CORE, **SIM})
ALLOWED.update({room: set(below) | {room} for room, below in OUTSIDE.items()})
ALLOWED["sim/check"] -= set(PARTIES)

# (what, pattern on code without comments and texts, folders, files that are excepted)
LOOPBACK = r"^sim/world/loopback_"
TOOL = r"^sim/tool/"
BANNED = [
    ("std:: distributions differ between libraries", r"\b\w+_distribution\b", ["core", "sim"], None),
    ("rand is a global without a seed of ours", r"\b(?:s?rand|rand_r|drand48|random_shuffle)\s*\(", ["core", "sim"], None),
    ("random_device cannot be repeated", r"\brandom_device\b", ["core", "sim"], None),
    ("generators and shuffles of the standard library are not ours", r"\bstd::(?:mt19937\w*|default_random_engine|minstd_rand0?|shuffle|sample)\b", ["core", "sim"], None),
    ("libm differs between machines", r'#\s*include\s*<(?:cmath|math\.h|complex|numbers)>', ["core", "sim"], None),
    ("libm differs between machines", r"\bstd::(?:sqrt|cbrt|exp2?|log(?:2|10|1p)?|pow|sin|cos|tan|atan2?|hypot|fmod|l?lround|erf|tgamma)\s*\(", ["core", "sim"], None),
    ("clocks belong to the loopback world", r"\b(?:system_clock|steady_clock|high_resolution_clock|utc_clock)\b", ["core", "sim"], f"{LOOPBACK}|{TOOL}"),
    ("clocks belong to the loopback world", r"\b(?:clock_gettime|gettimeofday|timespec_get|localtime(?:_r)?|gmtime(?:_r)?)\s*\(|\bstd::(?:time|clock)\s*\(|(?<![\w.>:])time\s*\(\s*(?:nullptr|NULL|0|&\w+)\s*\)", ["core", "sim"], LOOPBACK),
    ("clocks belong to the loopback world", r"#\s*include\s*<(?:ctime|time\.h|sys/time\.h)>", ["core", "sim"], LOOPBACK),
    ("sockets belong to the loopback world", r"#\s*include\s*<(?:sys/(?:socket|epoll|select|un|eventfd|timerfd)\.h|netinet/[\w./]+|arpa/inet\.h|netdb\.h|poll\.h|boost/asio[\w./]*)>", ["core", "sim"], f"{LOOPBACK}"),
    ("hiredis belongs to its own backplane", r"#\s*include\s*<hiredis/", ["core", "sim"], r"^sim/redis/"),
    ("threads have no place in core", r"#\s*include\s*<(?:thread|mutex|shared_mutex|future|atomic|condition_variable|semaphore|latch|barrier)>|\bstd::(?:thread|jthread|async)\b", ["core"], None),
    ("thread_local is a global", r"\bthread_local\b", ["core", "sim"], None),
    ("coroutines are miscompiled by g++ 12", r"\bco_(?:await|yield|return)\b", ["core", "sim"], None),
]
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


class House:
    def __init__(self, root):
        self.root = root
        self.findings = []
        self.warnings = []
        self.files = {folder: self.list_sources(folder) for folder in ("core", "sim", "gui", "examples", "tests")}
        self.texts = {}

    def list_sources(self, folder):
        found = []
        for place, folders, names in os.walk(os.path.join(self.root, folder)):
            folders[:] = sorted(f for f in folders if f not in ("node_modules", "build", "__pycache__"))
            found += [os.path.relpath(os.path.join(place, name), self.root) for name in sorted(names) if name.endswith(SOURCES)]
        return found

    def text(self, file):
        if file not in self.texts:
            with open(os.path.join(self.root, file), encoding="utf-8", errors="replace") as stream:
                self.texts[file] = stream.read()
        return self.texts[file]

    def code(self, file):
        return without_comments(self.text(file))

    def find(self, file, offset, what):
        self.findings.append(f"{file}:{self.text(file).count(chr(10), 0, offset) + 1}: {what}")


def without_comments(text):
    """The code alone, every offset kept: comments become blanks, and the insides of texts and characters too (but for includes)."""
    out = list(text)
    token = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
    for match in token.finditer(text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        if match.group()[0] == '"' and re.match(r"\s*#\s*include", text[line_start:match.start()]):
            continue
        for i in range(match.start(), match.end()):
            if out[i] != "\n":
                out[i] = " "
    return "".join(out)


def room_of(file):
    parts = file.split("/")
    return "/".join(parts[:2]) if parts[0] in ("core", "sim") else parts[0]


def public_room(house, name):
    """Which include folder has <roundhouse/NAME>; None where neither has."""
    for side in ("core", "sim"):
        if os.path.exists(os.path.join(house.root, side, "include", name)):
            return f"{side}/include"
    return None


def check_includes(house):
    for folder in ("core", "sim", "gui", "examples"):
        for file in house.files[folder]:
            room = room_of(file)
            code = house.code(file)
            if room not in ALLOWED:
                house.findings.append(f"{file}:1: {room} is no room that tests/house/house.py knows")
                continue
            for match in INCLUDE.finditer(code):
                name = match.group(2)
                if name.startswith("roundhouse/"):
                    target = public_room(house, name)
                    if target is None:
                        house.find(file, match.start(), f"<{name}> does not exist")
                        continue
                elif match.group(1) == '"' and name.split("/")[0] in ("core", "sim", "gui", "examples", "tests"):
                    target = room_of(name)
                elif match.group(1) == '"':
                    # A name that is nowhere in the sources is a file that the build makes.
                    if os.path.exists(os.path.join(house.root, os.path.dirname(file), name)) and room != "gui":
                        house.find(file, match.start(), f'"{name}": paths begin at the root of the project')
                    continue
                else:
                    continue
                if target not in ALLOWED[room]:
                    house.find(file, match.start(), f"{room} may not include {target}")
                elif room == "sim/check" and target == "sim/include" and os.path.basename(name) not in CHECK_HEADERS:
                    house.find(file, match.start(), f"{room} sees the trace only, not <{name}>")


def check_banned(house):
    for what, pattern, folders, excepted in BANNED:
        compiled = re.compile(pattern)
        for folder in folders:
            for file in house.files[folder]:
                if excepted and re.search(excepted, file):
                    continue
                for match in compiled.finditer(house.code(file)):
                    house.find(file, match.start(), f"{match.group().strip()}: {what}")


UNORDERED = re.compile(r"\b(?:unordered_(?:flat_|node_)?(?:multi)?(?:map|set))\s*<")
NAME_BEHIND = re.compile(r"\s*(?:const\s*)?[&*]?\s*([A-Za-z_]\w*)\s*(?:[;={(,)\[]|$)")


def unordered_names(code):
    """Variables, members, parameters and aliases whose type is a hash container, and functions that return one."""
    names = set()
    for match in UNORDERED.finditer(code):
        depth, i = 1, match.end()
        while i < len(code) and depth > 0:
            depth += {"<": 1, ">": -1}.get(code[i], 0)
            i += 1
        behind = NAME_BEHIND.match(code, i)
        if behind:
            names.add(behind.group(1))
        alias = re.search(r"\busing\s+(\w+)\s*=\s*(?:std::|boost::)?$", code[max(0, match.start() - 120):match.start()])
        if alias:
            for use in re.finditer(rf"\b{alias.group(1)}\b\s*(?:const\s*)?[&*]?\s*([A-Za-z_]\w*)\s*[;={{(,)]", code):
                names.add(use.group(1))
    return names


def check_unordered(house):
    for folder in ("core", "sim"):
        for file in house.files[folder]:
            code = house.code(file)
            names = unordered_names(code)
            # Members are declared in the room's headers.
            for include in INCLUDE.finditer(code):
                header = include.group(2)
                if header.startswith("roundhouse/"):
                    side = public_room(house, header)
                    header = f"{side}/{header}" if side else header
                if header in house.files["core"] + house.files["sim"]:
                    names |= unordered_names(house.code(header))
            for name in sorted(names):
                ranges = re.compile(rf"\bfor\s*\([^;()]*:\s*(?:[\w.]+(?:->|\.))?{name}(?:\(\))?\s*\)")
                begins = re.compile(rf"\b{name}(?:\.|->)c?r?begin\s*\(|\bbegin\s*\(\s*{name}\s*\)")
                for match in [*ranges.finditer(code), *begins.finditer(code)]:
                    house.find(file, match.start(), f"{name} is a hash container: its order is nobody's, so nothing may iterate it")


def check_words(house):
    for folder in ("core", "sim"):
        for file in house.files[folder]:
            for match in UNFINISHED.finditer(house.text(file)):
                house.find(file, match.start(), f"{match.group()}: finish it, or say in a sentence what is doubtful")


def check_guards(house):
    for folder in ("core", "sim"):
        for file in house.files[folder]:
            if file.endswith(".h") and "#pragma once" not in house.code(file):
                house.findings.append(f"{file}:1: without #pragma once")


NAMESPACE_HEAD = re.compile(r"\bnamespace\s*([\w:]*)$")
TYPE_HEAD = re.compile(r"\b(?:struct|class|enum class|enum)\s+([A-Za-z_]\w*)(?:\s+final)?(?:\s*:[^:].*)?$", re.DOTALL)


def named_types(code):
    """Types that stand in named namespaces: (name with namespaces, offset)."""
    stack, begin = [], 0  # of names of namespaces; None is any other brace
    for match in re.finditer(r"[{};]", code):
        head = code[begin:match.start()].rstrip()
        start, begin = begin, match.end()
        if match.group() == "}" and stack:
            stack.pop()
        elif match.group() == "{":
            space = NAMESPACE_HEAD.search(head)
            kind = TYPE_HEAD.search(head)
            if kind and not space and all(stack):
                yield "::".join([*stack, kind.group(1)]), start + kind.start()
            stack.append(space.group(1) if space else None)


def check_one_definition(house):
    """Two types of one name in two files are one to the linker, which keeps the functions of either: nobody warns, and it crashes."""
    seen = {}
    for folder in ("core", "sim"):
        for file in house.files[folder]:
            for name, offset in named_types(house.code(file)):
                first = seen.setdefault(name, file)
                if first != file:
                    house.find(file, offset, f"{name} is another type in {first}")


PART = re.compile(r"^[ \t]*// README: begin\n(.*?)^[ \t]*// README: end$", re.MULTILINE | re.DOTALL)
SNIPPET = re.compile(r"^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def check_snippets(house):
    """What README shows of C++ is what the examples say between their marks, so that it compiles and runs as it stands there."""
    parts = {textwrap.dedent(match.group(1)): (file, match.start()) for file in house.files["examples"] for match in PART.finditer(house.text(file))}
    readme = house.text("README.md") if os.path.exists(os.path.join(house.root, "README.md")) else ""
    snippets = {match.group(1): match.start() for match in SNIPPET.finditer(readme)}
    for snippet, offset in snippets.items():
        if snippet not in parts:
            house.find("README.md", offset, "this is not the marked part of an example")
    for part, (file, offset) in parts.items():
        if part not in snippets:
            house.find(file, offset, "README.md does not show this part as it is")


def check_length(house):
    for files in house.files.values():
        for file in files:
            lines = house.text(file).count("\n")
            if lines > LINES_WARNED:
                house.warnings.append(f"{file}:1: warning: {lines} lines; a second noun gets a second file")


def check_layout(house):
    formatter = shutil.which("clang-format")
    if not formatter:
        house.warnings.append("clang-format is not installed: layout is not checked")
        return
    files = [file for files in house.files.values() for file in files]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for start, done in [(i, pool.submit(layout_of, house, formatter, files[i:i + 20])) for i in range(0, len(files), 20)]:
            house.findings += done.result()


def layout_of(house, formatter, files):
    done = subprocess.run([formatter, "--dry-run", *files], cwd=house.root, capture_output=True, text=True, check=False)
    worst = {}
    for match in re.finditer(r"^([^\s:][^:\n]*):(\d+):\d+: (?:warning|error): code should be clang-formatted", done.stderr, re.MULTILINE):
        worst.setdefault(match.group(1), match.group(2))
    return [f"{file}:{line}: not as clang-format lays it out" for file, line in worst.items()]


class HeaderCheck:
    """Each header compiles alone: seen by the build itself, or here. What compiled before and has not changed is not compiled again."""

    def __init__(self, house, compiler, cache):
        self.house = house
        self.compiler = compiler
        self.cache = cache
        self.digests = {}

    def run(self):
        known = set()
        if self.cache and os.path.exists(self.cache):
            with open(self.cache, encoding="utf-8") as stream:
                known = set(stream.read().split())
        headers = [file for folder in ("core", "sim") for file in self.house.files[folder] if file.endswith(".h")]
        keys = {header: self.key(header) for header in headers}
        wanted = [header for header in headers if keys[header] not in known and not self.built_first(header)]
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            results = list(pool.map(self.compile, wanted))
        for header, error in zip(wanted, results):
            if error:
                self.house.findings.append(f"{header}:1: does not compile alone: {error}")
        failed = {header for header, error in zip(wanted, results) if error}
        if self.cache:
            with open(self.cache, "w", encoding="utf-8") as stream:
                stream.write("\n".join(keys[header] for header in headers if header not in failed) + "\n")

    def built_first(self, header):
        """True where the source file of the same name includes it before all else: then every build compiles it alone."""
        source = header[:-len(".h")] + ".cpp"
        if not os.path.exists(os.path.join(self.house.root, source)):
            return False
        first = INCLUDE.search(self.house.code(source))
        return first is not None and first.group(2) == header

    def key(self, header):
        """A digest of the compiler's name, the header and all headers of the project that it includes."""
        whole = hashlib.sha256(self.compiler.encode())
        seen, todo = set(), [header]
        while todo:
            file = todo.pop()
            if file in seen:
                continue
            seen.add(file)
            for match in INCLUDE.finditer(self.house.text(file)):
                for place in ("", "core/include/", "sim/include/"):
                    if os.path.exists(os.path.join(self.house.root, place + match.group(2))):
                        todo.append(place + match.group(2))
        for file in sorted(seen):
            whole.update(file.encode())
            whole.update(self.house.text(file).encode())
        return whole.hexdigest()

    def compile(self, header):
        command = [self.compiler, "-std=c++20", "-fsyntax-only", "-w", "-I", "core/include", "-I", "sim/include", "-I", ".", "-x", "c++", "-"]
        unit = f'#include "{header}"\n'
        try:
            done = subprocess.run(command, cwd=self.house.root, input=unit, capture_output=True, text=True, check=False, timeout=HEADER_COMPILE_SECONDS)
        except subprocess.TimeoutExpired:
            return "the compiler takes too long"
        if done.returncode == 0:
            return None
        errors = [line for line in done.stderr.splitlines() if "error:" in line]
        return errors[0] if errors else "the compiler fails"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", required=True)
    parser.add_argument("--compiler", help="without it, headers are not compiled")
    parser.add_argument("--cache", help="file that remembers which headers compiled")
    arguments = parser.parse_args()
    house = House(os.path.abspath(arguments.root))
    for check in (check_includes, check_banned, check_unordered, check_words, check_guards, check_one_definition, check_snippets, check_length, check_layout):
        check(house)
    if arguments.compiler:
        HeaderCheck(house, arguments.compiler, arguments.cache).run()
    for line in house.warnings + sorted(set(house.findings)):
        print(line)
    count = sum(len(files) for files in house.files.values())
    print(f"{count} files, {len(set(house.findings))} findings")
    return 1 if house.findings else 0


if __name__ == "__main__":
    sys.exit(main())
