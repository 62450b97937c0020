"""The command as its user meets it: exit status, one clear line for each mistake, JSON, traces that can be shown and compared."""

import json
import os
import subprocess
import sys
import tempfile

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
mended = os.path.join(FOLDER, "mended.toml")
open(mended, "w").write(open(found).read().replace("round_robin", "ip_hash"))
status, out, err = run("replay", mended)
check(status == 0 and "it does not reproduce" in out, "replay of what has been mended exits with 0")
status, out, err = run("replay", fragile)
check(status == 2 and err.startswith(f"{fragile}:1: no property is expected to be broken"), "replay of a scenario that breaks nothing is bad input")
status, out, err = run("explore", mended.replace("mended", "nowhere"))
check(status == 2, "explore of a missing file is bad input")
