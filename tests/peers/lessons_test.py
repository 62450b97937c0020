"""The lessons against a real nginx: the configuration that the scenario's proxy has (`scenario NAME --nginx`), clients at the scenario's
addresses, and its own predicted numbers, judged on what nginx did. Where a knob is turned, the lesson's numbers must not hold any more."""

import bisect
import struct
import threading
import time
import tomllib
import zlib

from harness import Nginx, Serve, check, need_command, run, skip
from raw_client import SocketIoClient, close_tunnel, get, open_tunnel
from tunnel_servers import TunnelServers

need_command("nginx")

TRIALS = 3  # of a lesson whose clients came too late for nginx's clock
DRAWS = 2000  # of a balancing policy that draws
Z = 3.9  # of an interval that one true prediction in ten thousand lies outside of


class Lesson:
    """A scenario, or NAME:KNOB, as its file has it."""

    def __init__(self, name):
        self.name = name
        scenario, _, knob = name.partition(":")
        with open(f"scenarios/{scenario}.toml", "rb") as file:
            self.base = tomllib.load(file)
        turned = next(k for k in self.base["knobs"] if k["name"] == knob) if knob else {}
        self.expect = turned.get("expect") or self.base["expect"]
        self.groups = turned.get("clients") or self.base["clients"]
        self.steps = turned.get("steps") or self.base.get("steps", [])
        self.workload = self.base.get("workload", {})
        self.instances = self.base["topology"]["instances"]
        status, self.text, err = run("scenario", name, "--nginx")
        if status != 0:
            raise RuntimeError(err)

    def http_block(self, places):
        """What stands in the http block, with the instances where they really are, and who answered said to the client."""
        text = self.text[self.text.index("http {") + 6:self.text.rindex("}")]
        for name, place in places.items():
            if f"server {name}:5000" not in text:
                raise RuntimeError(f"{self.name} does not name {name}")
            text = text.replace(f"server {name}:5000", f"server {place}")
        return "add_header X-Served $upstream_addr always;\n" + text.replace("listen 80;", "listen {door};")

    def sources(self, group):
        pattern = group.get("address", "127.0.{}.1")
        return [pattern.replace("{}", str(number)) for number in range(1, group["count"] + 1)]


def holds(expectation, metrics):
    value = metrics[expectation["metric"]]
    if "wilson99" in expectation:
        share, n = value / 100, metrics["trials"]
        half = Z * (share * (1 - share) / n + Z * Z / (4 * n * n)) ** 0.5
        return abs(share + Z * Z / (2 * n) - expectation["wilson99"] / 100 * (1 + Z * Z / n)) <= half
    if "between" in expectation:
        return expectation["between"][0] <= value <= expectation["between"][1]
    if "at_least" in expectation:
        return value >= expectation["at_least"]
    return value == expectation["equals"]


def judge(name, metrics, others=None):
    """`others`: metrics that are not nginx's to decide, and why."""
    for expectation in Lesson(name).expect:
        metric = expectation["metric"]
        if others and metric in others:
            print(f"not asked: {name}: {expectation['name']}: {others[metric]}")
            continue
        check(holds(expectation, metrics), f"{name}: {expectation['name']}: {metric} is {metrics[metric]} at nginx")


def judge_all(observed, others=None):
    """The lesson and its knobs; and the lesson's own numbers tell the knobs from it."""
    base, *knobs = observed
    for name, metrics in observed.items():
        judge(name, metrics, others)
    for knob in knobs:
        wrong = [e for e in Lesson(base).expect if e["metric"] in observed[knob] and not holds(e, observed[knob])]
        check(wrong, f"the numbers of {base} do not hold for {knob}: {', '.join(e['metric'] for e in wrong)}")


def sessions(instances, homes, places):
    counts = {f"sessions.app-{i}": homes.count(places.get(f"app-{i}")) for i in range(1, instances + 1)}
    total = max(1, sum(counts.values()))
    shares = {key.replace("sessions.", "sessions_percent."): 100 * count / total for key, count in counts.items()}
    return {**counts, **shares}


# Instances of ours behind nginx, started once for each scenario, and clients that speak Socket.IO.

def with_apps(scenario, knobs, play):
    """What `play` observed of the scenario and its knobs, by name."""
    observed = {}
    with Serve(scenario, "--only", "broker"), Serve(scenario, "--only", "apps") as apps:
        places = {name: url.removeprefix("http://") for name, url in apps.urls.items()}
        for name in [scenario, *(f"{scenario}:{knob}" for knob in knobs)]:
            lesson = Lesson(name)
            named = {app: place for app, place in places.items() if f"server {app}:5000" in lesson.text}
            with Nginx(lesson.http_block(named), master=play is one_more) as nginx:
                observed[name] = play(lesson, nginx, places)
    return observed


def chat(lesson, nginx, places):
    """All connect, one after the other; those of the room then hear the workload's messages."""
    clients, members = [], []
    for group in lesson.groups:
        for source in lesson.sources(group):
            client = SocketIoClient(nginx.port, source, group.get("transports", ("polling", "websocket")))
            clients.append(client)
            if client.connect() and group.get("rooms", 1) > 0:
                members.append(client)
    for client in members:
        client.emit("join", "lobby")
    for member in members:
        member.emit("message", "are you there")
        member.events("message-back", 1)  # what came before it, the join, has been done
    messages = lesson.workload.get("messages", 0) if members else 0
    for number in range(messages):
        members[number % len(members)].emit("room-msg", {"room": "lobby", "id": number})
    heard = [[event[0]["id"] for event in member.events("room-msg", messages)] for member in members]
    for client in clients:
        client.close()
    connected = sum(client.connected for client in clients)
    failures = [client.failure for client in clients if client.failure]
    return {
        "clients": len(clients),
        "connected": connected,
        "connected_percent": 100 * connected / len(clients),
        "upgraded": sum(client.upgraded for client in clients),
        "upgraded_percent": 100 * sum(client.upgraded for client in clients) / len(clients),
        "failures.websocket error": failures.count("websocket error"),
        "failures_total": len(failures),
        "deliveries": sum(len(set(ids)) for ids in heard),
        "lost_total": sum(messages - len(set(ids)) for ids in heard),
        "clients_connected_at_end": connected,
        "trials": len(clients),
        **sessions(lesson.instances, [client.home for client in clients], places),
    }


def alone(lesson, nginx, places):
    """One client tries again and again; that it waits in between, and how long, is the client's own affair."""
    tries = []
    for _ in range(8):
        tries.append(SocketIoClient(nginx.port, lesson.sources(lesson.groups[0])[0]))
        tries[-1].connect()
    check(all(client.answers == [400] for client in tries), "each attempt is told by a 400")
    connected = sum(client.connected for client in tries)
    return {"connected": connected, "failures_total": len(tries) - connected, "clients_connected_at_end": connected}


def ring_homes(names, sources):
    """Whom `hash $remote_addr consistent` sends the sources to: 160 points for each name (HOST:PORT), as nginx's source has it."""
    points = {}
    for name in names:
        host, port = name.rsplit(":", 1)
        base, point = zlib.crc32(f"{host}\0{port}".encode()), 0
        for _ in range(160):
            point = zlib.crc32(struct.pack("<I", point), base)
            points.setdefault(point, name)
    ordered = sorted(points)
    return [points[ordered[bisect.bisect_left(ordered, zlib.crc32(source.encode())) % len(ordered)]] for source in sources]


def on_the_ring_of_the_lesson(metrics, lesson, places, sources, before, after):
    """A ring is made of names, and nginx had others: it does as computed with these, so the lesson's names are computed, too."""
    for count, homes in ((lesson.instances - 1, before), (lesson.instances, after)):
        here = [places[f"app-{i}"] for i in range(1, count + 1)]
        check(homes == ring_homes(here, sources), f"{lesson.name}: on a ring of {count} nginx sends each client where the ring computed leads")
    there = [f"app-{i}:5000" for i in range(1, lesson.instances + 1)]
    old, new = ring_homes(there[:-1], sources), ring_homes(there, sources)
    moved = sum(a != b for a, b in zip(old, new))
    counts = sessions(lesson.instances, new, dict(zip(places, there)))
    return {**metrics, "clients_moved": moved, "clients_moved_percent": 100 * moved / len(sources), **counts}


def one_more(lesson, nginx, places):
    """Sessions by long-polling; then a line for app-4 and a reload, and each session sends a packet."""
    sources = lesson.sources(lesson.groups[0])
    clients = [SocketIoClient(nginx.port, source, ("polling",)) for source in sources]
    check(all([client.connect() for client in clients]), f"{len(clients)} clients connect")
    before = [client.home for client in clients]
    newest = f"app-{lesson.instances}"
    nginx.reload(lambda text: text.replace(f"server {places['app-3']};", f"server {places['app-3']};\nserver {places[newest]};"))
    attempts, answers = len(clients), []
    for number, client in enumerate(clients):
        status = client.post("42" + '["message","hello"]').status
        if status != 200:
            answers.append(status)
            attempts += 1
            clients[number] = SocketIoClient(nginx.port, client.source, ("polling",))
            clients[number].connect()
    after = [client.home for client in clients]
    moved = sum(a != b for a, b in zip(before, after))
    metrics = {
        "clients_moved": moved,
        "clients_moved_percent": 100 * moved / len(clients),
        "connect_attempts": attempts,
        "answers.400": answers.count(400),
        "clients_connected_at_end": sum(client.connected for client in clients),
        "trials": len(clients),
        **sessions(lesson.instances, after, places),
    }
    if "consistent" in lesson.text:
        return on_the_ring_of_the_lesson(metrics, lesson, places, sources, before, after)
    return metrics


# Tunnels to servers that are nothing but tunnels' ends.

def tunnels_one_by_one(lesson, nginx, places):
    """Servers are idle when a client comes: the one before has gone."""
    homes = []
    for number in range(DRAWS):
        tunnel = open_tunnel(nginx.port, f"127.0.{number % 8 + 1}.1")
        homes.append(tunnel.served_by)
        close_tunnel(tunnel)
    return {"connected_percent": 100 * sum(bool(home) for home in homes) / DRAWS, "trials": DRAWS, **sessions(lesson.instances, homes, places)}


def tunnels_that_stay(lesson, nginx, places):
    tunnels = [open_tunnel(nginx.port, source) for source in lesson.sources(lesson.groups[0])]
    homes = [tunnel.served_by for tunnel in tunnels]
    for tunnel in tunnels:
        close_tunnel(tunnel)
    return {"trials": len(homes), **sessions(lesson.instances, homes, places)}


def with_tunnel_servers(name, play):
    lesson = Lesson(name)
    with TunnelServers(lesson.instances) as servers:
        places = {f"app-{number + 1}": place for number, place in enumerate(servers.places)}
        with Nginx(lesson.http_block(places)) as nginx:
            return play(lesson, nginx, places)


def seconds(text):
    return float(text[:-2]) / 1000 if text.endswith("ms") else float(text[:-1])


class Probation:
    """Clients and steps at the scenario's times, from a whole second of the clock on: nginx counts those. Where a client came in a later
    second than the scenario says, the trial proves nothing, and another is played."""

    def __init__(self, name):
        self.lesson = Lesson(name)
        self.metrics = None
        self.trouble = None

    def play(self):
        try:
            for _ in range(TRIALS):
                self.metrics = self._trial()
                if self.metrics:
                    return
        except Exception as trouble:  # a thread's, told by the test
            self.trouble = trouble

    def _trial(self):
        with TunnelServers(self.lesson.instances) as servers:
            places = {f"app-{number + 1}": place for number, place in enumerate(servers.places)}
            with Nginx(self.lesson.http_block(places)) as nginx:
                tunnels = {}
                plan = self._plan(servers, nginx, tunnels)
                begin = int(time.time()) + 1
                for at, act in plan:
                    time.sleep(max(0.0, begin + at - time.time()))
                    opens = act()
                    if opens and time.time() >= begin + int(at) + 1:
                        return None
                homes = [tunnel.served_by for tunnel in tunnels.values()]
                for tunnel in tunnels.values():
                    if tunnel.connection:
                        close_tunnel(tunnel)
                good = sum(tunnel.status in (101, 200) for tunnel in tunnels.values())
                return {"connected_percent": 100 * good / len(tunnels), "trials": len(tunnels), **sessions(self.lesson.instances, homes, places)}

    def _plan(self, servers, nginx, tunnels):
        def opening(name, source, polling):
            def act():
                tunnels[name] = (get if polling else open_tunnel)(nginx.port, source)
                return True
            return act

        def stepping(verb, target):
            def act():
                if verb == "disconnect":
                    if tunnels[target].connection:  # a page's request ended with its answer
                        close_tunnel(tunnels[target])
                else:
                    (servers.refuse if verb == "kill" else servers.listen)(int(target.removeprefix("app-")) - 1)
                return False
            return act

        plan = [(seconds(step["at"]), stepping(step["verb"], step["target"])) for step in self.lesson.steps]
        for group in self.lesson.groups:
            spread = seconds(group.get("spread", "0s")) / max(1, group["count"] - 1)
            for number, source in enumerate(self.lesson.sources(group)):
                name = f"{group.get('prefix', 'client')}-{number + 1}"
                at = seconds(group.get("start", "0s")) + number * spread
                plan.append((at, opening(name, source, group["transports"] == ["polling"])))
        return sorted(plan, key=lambda entry: entry[0])


# Probation takes its fifteen seconds, so its variants are played at once.
KNOBS = ["one-closes", "never-marked", "a-page", "ten-seconds"]
probations = {name: Probation(name) for name in ["probation", *(f"probation:{knob}" for knob in KNOBS)]}
threads = [threading.Thread(target=probation.play, daemon=True) for probation in probations.values()]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for name, probation in probations.items():
    if probation.trouble:
        raise probation.trouble
late = [name for name, probation in probations.items() if not probation.metrics]

judge_all(with_apps("sticky", [], chat))
judge_all(with_apps("round-robin", [], alone), {"connect_attempts": "how often it tries is the client's own affair"})
judge_all(with_apps("campus", ["whole-address"], chat))
judge_all(with_apps("curly-quotes", ["straight", "round-robin"], chat))
judge_all(with_apps("header-inheritance", ["repeat", "inherit"], chat))
judge_all(with_apps("adding-a-server", ["ketama"], one_more))
judge_all({
    "random-two": with_tunnel_servers("random-two", tunnels_one_by_one),
    "random-two:random": with_tunnel_servers("random-two:random", tunnels_one_by_one),
    "random-two:busy": with_tunnel_servers("random-two:busy", tunnels_that_stay),
})
print("not asked: the knobs `cookie`: nginx has `sticky` since 1.29.6")
if late:
    skip(f"the machine was too slow for whole seconds of nginx's clock, {TRIALS} times: {', '.join(late)}")
judge_all({name: probation.metrics for name, probation in probations.items()})
