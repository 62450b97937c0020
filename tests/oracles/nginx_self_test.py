"""The check of the replay: rows of the recorded data are changed, one of each kind, and oracles_nginx must report exactly those."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile


def change_select(data):
    data["rows"][3][1] = (data["rows"][3][1] + 1) % len(data["servers"])
    return ["3"]


def change_stat(data):
    data["counts"][0] += 200
    return ["shares"]


def change_tunnel(data):
    number = next(i for i, op in enumerate(data["ops"]) if op["op"] == "get")
    data["ops"][number]["status"] = 502
    return [str(number)]


def change_tries(data):
    number = next(i for i, event in enumerate(data["events"]) if len(event.get("tries", [])) > 1)
    data["events"][number]["tries"].pop()
    return [str(number)]


def change_kill(data):
    number = next(i for i, event in enumerate(data["events"]) if event["op"] == "kill")
    data["events"][number]["tunnels_ended"][0][1] = "reset"
    return [str(number)]


def change_second(data):
    number = next(i for i, event in enumerate(data["events"]) if "t_end" in event)
    data["events"][number]["t_end"] += 1
    return [str(number)]


def change_forwarded(data):
    data["exchanges"][0]["forwarded"][1] += "x"
    return [f'{data["exchanges"][0]["config"]} {data["exchanges"][0]["request"]}']


def change_errors(data):
    data["exchanges"][3]["response"] += "x"
    data["exchanges"][5]["connection_after"] = "open"
    data["exchanges"][8]["log"] = ["[info] something else, client: 127.0.0.1"]
    return [data["exchanges"][i]["name"] for i in (3, 5, 8)]


def change_tunnel_end(data):
    cases = {case["case"]: case for case in data["cases"]}
    cases["idle"]["after_s"] += 1
    cases["server_fin"]["bytes"] = 9
    cases["client_rst"]["server_sees"] = "reset"
    cases["quit"]["new_request_after_0.4_s"] = "200"
    return ["idle", "server_fin", "client_rst", "quit"]


def change_config(data):
    bad = next(entry for entry in data["configs"] if entry["messages"])
    bad["messages"] = ["[emerg] something else in nginx.conf:1"]
    data["configs"][0]["exit"] = 1 - data["configs"][0]["exit"]
    return [data["configs"][0]["name"], bad["name"]]


def change_effects(data):
    played = [case for case in data["cases"] if "exchanges" in case]
    tested = next(case for case in data["cases"] if "test" in case)
    first, second = played[0]["exchanges"][:2]
    first["response"] += "x"
    second["connection_after"] = "closed" if second["connection_after"] == "open" else "open"
    tested["messages"] = ["[emerg] something else in nginx.conf:1"]
    told, why = next((case, exchange) for case in played for exchange in case["exchanges"] if "log" in exchange)
    why["log"] = "something else"
    return [f'{played[0]["name"]}, {entry["name"]}' for entry in (first, second)] + [tested["name"], f'{told["name"]}, {why["name"]}']


CHANGES = {
    "select/ip_hash_equal.json": change_select,
    "stat/random_weighted.json": change_stat,
    "tunnel/least_conn_equal.json": change_tunnel,
    "failure/rr_refuse.json": change_tries,
    "failure/rr_kill.json": change_kill,
    "failure/hang_504.json": change_second,
    "upgrade.json": change_forwarded,
    "errors.json": change_errors,
    "tunnel_end.json": change_tunnel_end,
    "config.json": change_config,
    "effects/types.json": change_effects,
}


def differing_rows(program, folder, *arguments):
    done = subprocess.run([program, *arguments], env={**os.environ, "ROUNDHOUSE_ORACLES": folder}, capture_output=True, text=True, check=False)
    return done.returncode, set(re.findall(r"^  (\S+: .*?)(?: \(known\))?: [^:]+: expected ", done.stdout, re.MULTILINE))


def main():
    program, source = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(source, "nginx"), os.path.join(folder, "nginx"))
        expected = set()
        for file, change in CHANGES.items():
            path = os.path.join(folder, "nginx", file)
            with open(path, encoding="utf-8") as stream:
                data = json.load(stream)
            expected |= {f"{file}: {row}" for row in change(data)}
            with open(path, "w", encoding="utf-8") as stream:
                json.dump(data, stream)
        status, found = differing_rows(program, folder)
        known = os.path.join(folder, "known")
        with open(known, "w", encoding="utf-8") as stream:
            stream.writelines(f"{row}  # planted\n" for row in sorted(expected))
        known_status, _ = differing_rows(program, folder, "--known", known)
        with open(known, "a", encoding="utf-8") as stream:
            stream.write("select/rr_equal.json: 0  # this one agrees\n")
        agreeing_status, _ = differing_rows(program, folder, "--known", known)
    for row in sorted(expected - found):
        print(f"not reported: {row}")
    for row in sorted(found - expected):
        print(f"reported, but not planted: {row}")
    print(f"{len(expected)} planted, {len(expected & found)} reported; exit status {status}, {known_status} with all known, "
          f"{agreeing_status} with a known one that agrees")
    return 0 if expected == found and (status, known_status, agreeing_status) == (1, 0, 1) else 1


if __name__ == "__main__":
    sys.exit(main())
