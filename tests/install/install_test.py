"""What `cmake --install` lays down is whole: an outside project finds the package, builds and runs, and the command finds its scenarios.

The prefix is moved before it is used, so that nothing may remember where it was installed; and all runs in folders that hold nothing
else, so that nothing may come from the source tree unseen.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
for word in ("cmake", "build", "examples", "scratch", "bin", "data", "generator"):
    parser.add_argument("--" + word, required=True)
parser.add_argument("--define", action="append", default=[])
arguments = parser.parse_args()

SCENARIO = """title = "Only in the prefix"
[topology]
instances = 1
[[clients]]
count = 2
[[expect]]
name = "both connect"
metric = "connected"
equals = 2
source = "two clients"
"""
ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ("DESTDIR", "ROUNDHOUSE_SCENARIOS", "CMAKE_PREFIX_PATH")}


def run(*words, folder):
    done = subprocess.run(words, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
    return done.returncode, done.stdout


def configure(source, build):
    defines = [f"-D{define}" for define in [f"CMAKE_PREFIX_PATH={prefix}", *arguments.define]]
    return run(arguments.cmake, "-S", source, "-B", build, "-G", arguments.generator, *defines, folder=elsewhere)


def check(condition, what, said=""):
    if not condition:
        sys.exit(f"FAILED: {what}\n{said}")
    print(f"ok: {what}")


def files_of(folder):
    return sorted(os.path.relpath(os.path.join(place, name), folder) for place, _, names in os.walk(folder) for name in names)


shutil.rmtree(arguments.scratch, ignore_errors=True)
first, prefix, outside, elsewhere = (os.path.join(arguments.scratch, name) for name in ("first", "prefix", "outside", "elsewhere"))
os.makedirs(elsewhere)

status, said = run(arguments.cmake, "--install", arguments.build, "--prefix", first, folder=elsewhere)
check(status == 0, "the build installs", said)
os.rename(first, prefix)

root = os.path.dirname(arguments.examples)
public = sorted(file for side in ("core", "sim") for file in files_of(os.path.join(root, side, "include")))
check(files_of(os.path.join(prefix, "include")) == public, "the public headers are there, and no others")
check(not any(file.endswith((".cpp", ".o")) for file in files_of(prefix)), "no source and no object is there")

# The examples' folder is the outside project, copied away from the sources that it would otherwise stand in.
shutil.copytree(arguments.examples, outside)
build = os.path.join(outside, "build")
status, said = configure(outside, build)
check(status == 0, "find_package(roundhouse 0.1) finds it", said)
with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as cache:
    check(f"roundhouse_DIR:PATH={prefix}" in cache.read(), "and finds this one")
status, said = run(arguments.cmake, "--build", build, "--parallel", "2", folder=elsewhere)
check(status == 0 and "warning:" not in said, "the outside project builds without a warning", said)
for example in ("hello_room", "an_instance_dies", "find_a_bug"):
    mine = run(os.path.join(build, example), folder=elsewhere)
    check(mine[0] == 0, f"{example}, built outside, runs", mine[1])
    check(mine == run(os.path.join(arguments.build, "examples", example), folder=elsewhere), f"{example} prints what the one of this build prints", mine[1])

# README's own lines, beside the example whose middle README shows.
with open(os.path.join(root, "README.md"), encoding="utf-8") as text:
    shown = re.findall(r"^```cmake\n(.*?)^```$", text.read(), re.MULTILINE | re.DOTALL)
check(len(shown) == 1, "README shows one CMake project")
hello = os.path.join(elsewhere, "hello")
os.makedirs(hello)
shutil.copy(os.path.join(arguments.examples, "hello_room.cpp"), hello)
with open(os.path.join(hello, "CMakeLists.txt"), "w", encoding="utf-8") as text:
    text.write(shown[0])
status, said = configure(hello, os.path.join(hello, "build"))
check(status == 0, "README's project is configured", said)
status, said = run(arguments.cmake, "--build", os.path.join(hello, "build"), folder=elsewhere)
check(status == 0, "README's project builds", said)
status, said = run(os.path.join(hello, "build", "hello_room"), folder=elsewhere)
check(status == 0, "README's project runs", said)

wanted = os.path.join(elsewhere, "wanted")
os.makedirs(wanted)
with open(os.path.join(wanted, "CMakeLists.txt"), "w", encoding="utf-8") as text:
    text.write("cmake_minimum_required(VERSION 3.25)\nproject(wanted NONE)\nfind_package(roundhouse 0.2 REQUIRED)\n")
status, said = run(arguments.cmake, "-S", wanted, "-B", os.path.join(wanted, "build"), f"-DCMAKE_PREFIX_PATH={prefix}", folder=elsewhere)
check(status != 0 and "version: 0.1.0" in said, "another minor version is refused", said)

command = os.path.join(prefix, arguments.bin, "roundhouse")
scenarios = os.path.join(prefix, arguments.data, "roundhouse", "scenarios")
check(files_of(scenarios) == files_of(os.path.join(root, "scenarios")), "the shipped scenarios are there")
status, said = run(command, "run", "only-here", folder=elsewhere)
check(status == 2, "a scenario that is nowhere is not found", said)
with open(os.path.join(scenarios, "only-here.toml"), "w", encoding="utf-8") as text:
    text.write(SCENARIO)
status, said = run(command, "run", "only-here", folder=elsewhere)
check(status == 0 and "Only in the prefix" in said, "one that is in the prefix alone is found by its name, and runs", said)
status, said = run(os.path.join(arguments.build, "roundhouse"), "run", "only-here", folder=elsewhere)
check(status == 2, "and not by the command of another place", said)

with open(os.path.join(scenarios, "blog.toml"), "w", encoding="utf-8") as text:
    text.write(SCENARIO)
status, said = run(command, "scenario", "blog", folder=elsewhere)
check(status == 0 and "Only in the prefix" in said, "what is in the prefix comes before the source tree", said)
