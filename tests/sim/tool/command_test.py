"""The command as its user meets it: exit status, one clear line for each mistake, JSON, traces that can be shown, compared and converted."""

import json
import os
import pty
import subprocess
import sys
import tempfile
import time

ROUNDHOUSE = sys.argv[1]
BLOG = open("scenarios/blog.toml").read()
FOLDER = tempfile.mkdtemp(prefix="roundhouse-command-")


def run(*words):
    done = subprocess.run([ROUNDHOUSE, *words], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def check(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")
    print(f"ok: {what}")


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


def broken(name, old, new, expected, line=None):
    """A scenario with one mistake gives one line, FILE:LINE: TEXT, and status 2."""
    assert old in BLOG, old
    text = BLOG.replace(old, new, 1)
    path = os.path.join(FOLDER, name + ".toml")
    open(path, "w").write(text)
    status, out, err = run("run", path)
    line = line or line_of(text, new)
    check(status == 2 and out == "" and err.count("\n") == 1, f"{name}: one line and status 2: {err!r}")
    check(err.startswith(f"{path}:{line}: ") and expected in err, f"{name}: {expected!r} at line {line}")


broken("unknown key", "duration =", "duraton =", 'did you mean "duration"?')
broken("wrong type", 'duration = "', 'duration = true #"', "is wanted, found true")
semicolon_missing = BLOG.replace("server webapp-2:5000;", "server webapp-2:5000", 1)
after = line_of(semicolon_missing, "server webapp-2:5000") + 1
broken("missing nginx semicolon", "server webapp-2:5000;", "server webapp-2:5000", 'unexpected "}"', after)
broken("zero instances", "instances = 2", "instances = 0", "no instances")
broken("zero clients", "[[clients]]\ncount = 2", "[[clients]]\ncount = 0", "found the number 0", line_of(BLOG, "[[clients]]") + 1)

empty = os.path.join(FOLDER, "empty.toml")
open(empty, "w").close()
status, out, err = run("run", empty)
check(status == 2 and err.startswith(f"{empty}:1: no clients"), f"no clients at all is said: {err!r}")

status, out, err = run("run", "blgo")
check(status == 2 and 'did you mean "blog"?' in err, "a misspelt name gets the nearest shipped one")
status, out, err = run("run", "blog", "--broker", "redis://127.0.0.1:1")
check(status == 2 and "--world loopback" in err, "a real broker on virtual time is refused")
status, out, err = run("run", "blog", "--seed", "-1")
check(status == 2 and "--seed" in err, f"a negative seed is bad input: {err!r}")
check(run("frobnicate")[0] == 2 and run()[0] == 2, "unknown and missing words are bad input")
check(run("--version")[0] == 0 and run("run", "--help")[0] == 0, "--version and --help are not")

status, out, err = run("run", "blog", "--json")
summary = json.loads(out)
wanted = """schema scenario seed world ended_by trace_hash connect_attempts connected upgraded failures deliveries_owed deliveries
deliveries_unowed lost in_flight duplicates latency_ms sessions records expectations""".split()
check(status == 0 and all(key in summary for key in wanted), "--json has every key")
check(set(summary["latency_ms"]) == {"p50", "p95", "p99", "max"}, "latency has its four points")
check(all({"name", "predicted", "observed", "holds"} <= set(e) for e in summary["expectations"]), "expectations say what they are")

wrong = os.path.join(FOLDER, "wrong.toml")
open(wrong, "w").write(BLOG + '\n[[expect]]\nname = "nobody connects"\nmetric = "connected"\nequals = 0\n')
status, out, err = run("run", wrong)
check(status == 1 and "FAILS  nobody connects" in out, "an expectation that does not hold is status 1")

a, b, c = (os.path.join(FOLDER, name + ".jsonl") for name in "abc")
run("run", "blog", "--trace", a)
run("run", "blog", "--trace", b)
run("run", "blog", "--seed", "2", "--trace", c)
status, out, err = run("diff", a, b)
check(status == 0 and summary["trace_hash"] in out, "one seed, one trace, and the file's hash is the run's")
status, out, err = run("diff", a, c)
check(status == 1 and out.strip(), f"another seed differs, and the first difference is named: {out.strip()[:80]!r}")
status, out, err = run("show", a, "--follow", "first")
for hop in ("client-1 sends it", "frame", "accepts it", "publish", "copy", "deliver", "has it"):
    check(hop in out, f"--follow shows the hop: {hop}")
status, out, err = run("show", a, "--party", "broker")
check(status == 0 and "broker" in out, "--party filters")
status, out, err = run("compare", "round-robin", "sticky")
check(status == 0 and "round-robin" in out and "sticky" in out, "compare shows two runs side by side")

# Lessons.
status, out, err = run("lesson")
names = [line.split()[0] for line in out.splitlines() if line]
check(status == 0 and names[0] == "1" and {"adding-a-server", "campus", "curly-quotes", "header-inheritance", "probation", "random-two"} <= set(names),
      f"lesson lists the lessons: {names}")
check("sticky" not in names, "and no scenario without a claim")
status, out, err = run("lesson", "header-inheritance")
check(status == 0 and "Claim: A single proxy_set_header" in out and "header-inheritance as it is" in out and "header-inheritance:repeat mends it" in out,
      "lesson plays a scenario and its knobs")
check("FAILS" not in out and out.count("predicted") >= 8 and max(map(len, out.split("as it is")[0].splitlines())) <= 100, "predicted and observed, folded for reading")
folder = os.path.join(FOLDER, "lesson.toml")
open(folder, "w").write('claim = "c"\n[[clients]]\ncount = 1\n[[expect]]\nmetric = "connected"\nequals = 1\nsource = "s"\n')
check(run("lesson", folder)[0] == 1, "a lesson that does not hold is status 1")
status, out, err = run("lesson", "sticky")
check(status == 2 and "without a claim" in err, f"a scenario without a claim is no lesson: {err!r}")
status, out, err = run("lesson", "probtion")
check(status == 2 and 'did you mean "probation"?' in err, "a misspelt lesson gets the nearest one")
status, out, err = run("run", "adding-a-server:ketama", "--json")
check(status == 0 and json.loads(out)["scenario"] == "adding-a-server:ketama" and json.loads(out)["clients_moved"] == 50, "NAME:KNOB turns a knob")
status, out, err = run("run", "adding-a-server:ketma")
check(status == 2 and 'did you mean "ketama"?' in err, "a misspelt knob gets the nearest one")
status, out, err = run("scenario", "adding-a-server:ketama", "--nginx")
check(status == 0 and out.startswith("events {}\n") and "hash $remote_addr consistent;" in out and out.count("server app-") == 3,
      "scenario --nginx prints the configuration that is made of a policy, with a knob turned")
status, out, err = run("scenario", "curly-quotes", "--nginx")
check(status == 0 and out.startswith("events {}\n") and "Connection \u201cupgrade\u201d;" in out and "claim" not in out, "and the text of one that has its own")
status, out, err = run("scenario", "--nginx")
check(status == 2 and "name" in err, f"of which scenario must be said: {err!r}")
status, out, err = run("compare", "adding-a-server", "adding-a-server:cookie")
check(status == 0 and "clients moved" in out, "compare takes knobs, and shows who moved")

# Somebody's own nginx text in place of the scenario's.
conf = os.path.join(FOLDER, "own.conf")
TEXT = """events {}
http {
  upstream app { random; server app-1:5000; server app-2:5000; }
  server { listen 80; location / { proxy_pass http://app; } }
}
"""
open(conf, "w").write(TEXT)
summary = json.loads(run("run", "sticky", "--nginx", conf, "--json")[1])
check(summary["upgraded"] == 0 and summary["failures"], f"--nginx configures the proxy: {summary['failures']}")
open(conf, "w").write(TEXT.replace("random", "randm"))
for words in (("run",), ("serve",)):
    status, out, err = run(*words, "sticky", "--nginx", conf)
    check(status == 2 and err == f'{conf}:3: unknown directive "randm"\n', f"{words[0]}: its mistakes come with file and line: {err!r}")
status, out, err = run("run", "sticky", "--nginx", os.path.join(FOLDER, "none.conf"))
check(status == 2 and "--nginx: there is no file" in err, "a configuration that is not there is bad input")
open(conf, "w").close()
status, out, err = run("run", "sticky", "--nginx", conf)
check(status == 2 and "is empty" in err, "and so is an empty one")


def on_a_terminal(*words):
    """What the command writes to a terminal on standard error."""
    terminal, other_end = pty.openpty()
    process = subprocess.Popen([ROUNDHOUSE, *words], stdout=subprocess.DEVNULL, stderr=other_end)
    os.close(other_end)
    seen = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(terminal)
    process.wait(timeout=120)
    return seen.decode()


seen = on_a_terminal("run", "blog", "--world", "loopback")
check(" of 4.0 s, " in seen and seen.endswith("\r\x1b[K"), "a run of over a second shows its progress on a terminal, and wipes it")
check(on_a_terminal("run", "blog", "--world", "loopback", "--json") == "", "and not with --json")
# Recordings in both formats.
rht, lines, again = (os.path.join(FOLDER, name) for name in ("d.rht", "d.jsonl", "again.rht"))
run("run", "instance-dies", "--trace", rht)
run("run", "instance-dies", "--trace", lines)
status, out, err = run("diff", rht, lines)
check(status == 0 and out.startswith("the same ") and err == "", "both formats tell the same run")
check(os.path.getsize(rht) * 5 < os.path.getsize(lines), "and .rht is the compact one")
status, out, err = run("convert", rht, os.path.join(FOLDER, "made.jsonl"))
def records_in(path):
    """The records of a file; the lists of new texts may stand at other lines."""
    records = [json.loads(line) for line in open(path)]
    return [record for record in ({k: v for k, v in r.items() if k != "new"} for r in records) if record]


check(status == 0 and records_in(os.path.join(FOLDER, "made.jsonl")) == records_in(lines), "convert writes JSON Lines")
status, out, err = run("convert", os.path.join(FOLDER, "made.jsonl"), again)
check(status == 0 and run("diff", again, rht)[0] == 0, "and makes the recording again from them")
status, out, err = run("convert", rht, rht)
check(status == 2 and "over itself" in err and run("diff", rht, lines)[0] == 0, "a recording is not written over itself")


def shown(*words):
    status, out, err = run("show", rht, *words)
    check(status == 0 and err == "", f"show {' '.join(words)}")
    return out.splitlines()


check(all("message 3," in line or line.endswith("message 3") for line in shown("--message", "3")), "--message shows that message alone")
check(all(line.split()[3] == "lost" for line in shown("--kind", "lost")) and shown("--kind", "lost"), "--kind shows that kind alone")
times = [float(line.split()[0]) for line in shown("--from", "1s", "--to", "1500ms")]
check(times and min(times) >= 1000 and max(times) <= 1500, "--from and --to cut out a part")
check(any("lived only in its memory" in line for line in shown("--kind", "say")), "the narration can be read back")
check(any("figure deliveries" in line for line in shown("--kind", "sample", "--party", "run")), "and the samples")
sid = next(line for line in shown("--kind", "session") if "sid " in line).split("sid ")[1].split(",")[0]
check(len(shown("--session", sid)) > 1, "--session shows what names it")
check(any("room room-1" in line for line in shown("--room", "room-1")), "--room shows what concerns it")


def refused(expected, *words):
    status, out, err = run(*words)
    check(status == 2 and out == "" and err.count("\n") == 1 and expected in err, f"{words[0]} says {expected!r}: {err!r}")


refused('nobody is named "nobody"', "show", rht, "--party", "nobody")
refused('nothing here names "attic"', "show", rht, "--room", "attic")
refused('no kind of record named "hopp"', "show", rht, "--kind", "hopp")
refused("--from wants a moment", "show", rht, "--from", "soon")
refused("no message 999999", "show", rht, "--follow", "999999")
refused("ends in .rht (compact, for windows and replay) or .jsonl (JSON Lines)", "run", "blog", "--trace", os.path.join(FOLDER, "x.txt"))
refused("ends in .rht (compact, for windows and replay) or .jsonl (JSON Lines)", "convert", rht, os.path.join(FOLDER, "x.txt"))
refused("cannot write the trace", "run", "blog", "--trace", os.path.join(FOLDER, "no", "x.rht"))

bytes_of_rht = open(rht, "rb").read()
odd = os.path.join(FOLDER, "odd.rht")


def odd_file(content):
    with open(odd, "wb") as file:
        file.write(content)


odd_file(bytes_of_rht[: len(bytes_of_rht) // 2])
status, out, err = run("show", odd, "--kind", "say")
check(status == 0 and "before the end of the run" in err, f"a recording that is cut off shows what is whole: {err!r}")
odd_file(bytes_of_rht[:5000] + bytes([bytes_of_rht[5000] ^ 1]) + bytes_of_rht[5001:])
refused("is damaged: its checksum does not match", "show", odd)
check(": block " in run("diff", odd, rht)[2] and " at byte " in run("diff", odd, rht)[2], "and where it is damaged")
odd_file(b"")
refused("the file is empty", "show", odd)
odd_file(bytes_of_rht[:9])
refused("cut off within its header", "show", odd)
odd_file(bytes_of_rht[:8] + bytes([2]) + bytes_of_rht[9:])
refused("written by a newer version", "show", odd)
refused("neither an .rht recording nor JSON Lines", "show", "scenarios/blog.toml")
refused("there is no such recording", "convert", os.path.join(FOLDER, "none.rht"), odd)

# A recording of a live `serve` can be read while it grows.
live = os.path.join(FOLDER, "live.rht")
server = subprocess.Popen([ROUNDHOUSE, "serve", "sticky", "--clients", "--proxy-port", "0", "--trace", live], stdout=subprocess.PIPE, text=True)
try:
    while "ready" not in server.stdout.readline():
        pass
    sizes = []
    deadline = time.monotonic() + 60
    while len(sizes) < 3 and time.monotonic() < deadline:
        status, out, err = run("show", live, "--kind", "sample")
        if status == 0 and out.count("\n") > (sizes[-1] if sizes else 0):
            sizes.append(out.count("\n"))
        time.sleep(0.1)
    check(len(sizes) == 3, f"samples of a live serve come in as it goes on: {sizes}")
finally:
    server.terminate()
    server.communicate(timeout=30)
status, out, err = run("show", live, "--kind", "run_end")
check(status == 0 and "interrupted" in out and err == "", "and the end of the run is there when it has ended")
# A property that breaks is found, shrunk, written, and replayed.
fragile = os.path.join(FOLDER, "fragile.toml")
open(fragile, "w").write('''duration = "3s"
[proxy]
policy = "round_robin"
[[clients]]
count = 3
[[expect]]
property = "P9"
''')
found = os.path.join(FOLDER, "found.toml")
status, out, err = run("explore", fragile, "--seeds", "20", "--out", found)
check(status == 1 and "P9 session affinity is broken" in out and f"roundhouse replay {found}" in out, "explore finds and draws what breaks")
check("count = 1\n" in open(found).read() and "[[steps]]" not in open(found).read(), "shrunk to one client without steps")
status, out, err = run("replay", found)
check(status == 1 and "it reproduces: P9" in out, "replay reproduces, and exits with 1")
status, out, err = run("run", found)
check(status == 0 and "predicted to be broken: fail" in out, "run shows the verdict that the file expects")
document = json.loads(run("run", found, "--json")[1])
check(document["verdicts"][0]["property"] == "P9" and document["verdicts"][0]["outcome"] == "fail", "--json carries the verdict")
judged = os.path.join(FOLDER, "judged.rht")
run("run", found, "--trace", judged)
status, out, err = run("show", judged, "--kind", "verdict")
check(status == 0 and "  P9 is broken: a request of session " in out and out.count("\n") == 1, "show prints the verdicts that a run wrote down")
mended = os.path.join(FOLDER, "mended.toml")
open(mended, "w").write(open(found).read().replace("round_robin", "ip_hash"))
status, out, err = run("replay", mended)
check(status == 0 and out.startswith("it does not reproduce:\n  P9 session affinity holds: "), "replay of what has been mended exits with 0")
status, out, err = run("replay", fragile)
check(status == 2 and err.startswith(f"{fragile}:1: no property is expected to be broken"), "replay of a scenario that breaks nothing is bad input")
regressions = sorted(os.listdir("scenarios/regressions"))
for name in regressions:
    status, out, err = run("replay", os.path.join("scenarios/regressions", name))
    check(status == 1 and out.startswith("it reproduces: "), f"regressions/{name} reproduces, and exits with 1")
status, out, err = run("explore", mended.replace("mended", "nowhere"))
check(status == 2, "explore of a missing file is bad input")
# What explore is asked for, and nonsense.
status, out, err = run("explore", "sticky-cookie", "--property", "P2,P9", "--only", "kills,rooms", "--seeds", "20", "--out", found)
check(status == 0 and out.startswith("20 plans tried; a fault hit something in ") and "P9   session affinity" in out and "P10" not in out,
      "explore judges the properties it is asked for, and counts what was hit")
status, out, err = run("explore", "no-broker", "--property", "P11", "--only", "rooms", "--seed", "5", "--out", found)
check(status == 1 and "seed = 5" in open(found).read() and "nginx" not in open(found).read() and 'policy = "hash $remote_addr"' in open(found).read(),
      "a long nginx text shrinks to its policy")
status, out, err = run("explore", "sticky", "--property", "P99")
check(status == 2 and '--property: unknown word "P99"; did you mean "P9"?' in err, "an unknown property gets the nearest one")
status, out, err = run("explore", "sticky", "--only", "kils")
check(status == 2 and '--only: unknown word "kils"; did you mean "kills"?' in err, "an unknown kind of steps gets the nearest one")
status, out, err = run("explore", "sticky", "--seeds", "0")
check(status == 2 and "--seeds" in err, "no plans at all are bad input: they would prove nothing")
status, out, err = run("explore", "sticky", "--steps", "4000000000")
check(status == 2 and "--steps" in err, "steps beyond all measure are bad input")
status, out, err = run("explore", "sticky", "--out", os.path.join(FOLDER, "no such folder", "x.toml"))
check(status == 2 and out == "" and "there is no folder" in err, "a file that cannot be written is refused before the search")
status, out, err = run("explore", "sticky", "--step", "3")
check(status == 2 and 'did you mean "--steps"?' in err, "a misspelt option gets the nearest one")
status, out, err = run("explor", "sticky")
check(status == 2 and 'did you mean "explore"?' in err, "a misspelt command gets the nearest one")
