"""An example as its reader meets it: EXAMPLE is run in an empty folder, and its text must state the facts that it is there to show.

COMMAND is the `roundhouse` command, for the lines that an example tells its reader to type.
"""

import os
import re
import subprocess
import sys
import tempfile

EXAMPLE, COMMAND = sys.argv[1:3]


def run(folder, *words):
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def check(condition, what, said):
    if not condition:
        sys.exit(f"FAILED: {what}\n{said}")
    print(f"ok: {what}")


def hello_room(folder, said):
    homes = re.search(r"^ann-1 is served by (app-\d), bob-1 by (app-\d)$", said, re.MULTILINE)
    check(homes and homes[1] != homes[2], "the two are served by different instances", said)
    check('bob-1 heard "hello" from ann-1 in tea\n' in said, "what one says, the other hears", said)
    check("owed 2, delivered 2, lost 0\n" in said, "both members were owed it, and both got it", said)
    check(len(re.findall(r"^holds   P\d+ ", said, re.MULTILINE)) == 8 and "BROKEN" not in said, "eight properties hold", said)


def an_instance_dies(folder, said):
    tale = re.search(r"^(app-\d) dies; ann-1 is back after ([\d.]+) s, on (app-\d)$", said, re.MULTILINE)
    check(tale and tale[1] != tale[3], "she comes back on another instance", said)
    check(0.5 <= float(tale[2]) <= 2, "after the client's first back-off, which is 0.5 to 1.5 s", said)
    check("ann-1 is in 0 rooms, and heard 0 of the 2 messages since\n" in said, "her room is gone, and nothing is heard", said)
    check("she joins again, and hears: welcome back\n" in said, "joining again mends it", said)
    # before and welcome back: 2 members each; the two between: bob alone.
    check("books balance: owed 6, delivered 6\n" in said, "nobody owed her anything while she was in no room", said)
    check("P10 membership survival: ann-1 was in tea when its connection ended" in said, "the broken promise has its number", said)


def find_a_bug(folder, said):
    found = re.match(r"plan \d+ breaks it; shrunk in \d+ runs: steps (\d+) -> (\d), clients 4 -> 1, instances 3 -> 2\n", said)
    check(found and int(found[2]) <= 2 < int(found[1]), "the plan is shrunk to two steps at most, one client and two instances", said)
    check("\nP9 session affinity is broken: " in said, "it says what is broken", said)
    check(re.search(r"^  at [\d.]+m?s: restart app-\d$", said, re.MULTILINE), "it says in plain words what it takes", said)
    check(re.search(r"ms  == restart app-\d =", said), "it is drawn", said)
    replay = said.splitlines()[-1]
    check(replay == "  roundhouse replay found.toml", "the last line replays it", said)
    status, again = run(folder, COMMAND, *replay.split()[1:])
    check(status == 1 and again.startswith("it reproduces: P9 "), "and that line, typed, shows it again", again)


name = os.path.basename(EXAMPLE)
with tempfile.TemporaryDirectory(prefix="roundhouse-example-") as place:
    status, text = run(place, EXAMPLE)
    check(status == 0, f"{name} ends well", text)
    check(run(place, EXAMPLE) == (status, text), "a second run prints the same", text)
    {"hello_room": hello_room, "an_instance_dies": an_instance_dies, "find_a_bug": find_a_bug}[name](place, text)
