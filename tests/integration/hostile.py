"""Attacks a daemon in every way at once while a good client works beside them, and says what the good
one notices of it.

    AUGD_BUILD=build/release tests/integration/hostile.py --seconds 60 --idle 10000 --connections 1000000

Attackers are processes of their own at the lowest priority, so that it is the daemon's work for them
that is measured, not theirs. For each attack alone, then for all together: speed of the good client
against its undisturbed speed and the least that it is due, its digest, the longest wait for a PONG. At
the end the most memory that the daemon ever held, and how long it takes to stop. The exit status is 1
if a bound was missed.
"""
import argparse
import json
import multiprocessing
import os
import random
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("AUGD_BUILD") or os.path.join(TOP, "build", "release")
sys.path.insert(0, os.path.join(TOP, "examples"))
import client  # noqa: E402

DRAIN_MS = 2000
MAX_MEMORY_MB = 512
# What the program itself may take beside --max-memory.
OWN_MB = 64
PONG_MS = 50

GOOD = """augd: 1
seed: 7
dataset: small
pipeline: [{RandomCrop: {size: 32, padding: 4}}, {HorizontalFlip: {}}, {Cutout: 8}]
batch: {size: 128}
"""
# Specs that are right, and more or less work.
BUSY = ["augd: 1\nseed: 1\npipeline: [{RandomResizedCrop: {size: [224, 224]}}, {GaussianBlur: {p: 1}}]\n"
        "batch: {size: 64}\n",
        "augd: 1\nseed: 2\npipeline: [{Resize: [512, 512]}, {GaussNoise: {p: 1}}, {Rotate: {limit: 40}}]\n"
        "batch: {size: 16}\n",
        "augd: 1\nseed: 3\npipeline: [{HorizontalFlip: {}}]\nbatch: {size: 256, mix: [MixUp, CutMix]}\n"]


# --- frames ------------------------------------------------------------------------------------


def frame(kind, payload=b"", **given):
    """A frame with any of its fields wrong; crc=None is the right one."""
    fields = {"magic": b"AUGG", "version": 1, "flags": 0, "stream": 0, "crc": None, "length": len(payload),
              "payload_crc": 0, "epoch": 0, "step": 0, "seq": 0, "arg": 0, "ident": 0, **given}
    values = [fields["magic"], fields["version"], kind, fields["flags"], fields["stream"], 0, fields["length"],
              fields["payload_crc"], fields["epoch"], fields["step"], fields["seq"], fields["arg"], fields["ident"]]
    values[5] = client.crc32c(client.HEADER.pack(*values)) if fields["crc"] is None else fields["crc"]
    return client.HEADER.pack(*values) + payload


HELLO = frame(client.HELLO, b'{"proto":[1,1],"client":"hostile/1","features":["tensors"]}')


def opening(spec, dataset="small", **more):
    request = json.dumps({"dataset": dataset, "spec": spec, "window": 64, **more}).encode()
    return frame(client.OPEN, request, stream=1)


def connect(place, greet=True):
    """A connection, which is greeted if wanted; a busy daemon is asked again."""
    sock = socket.socket(socket.AF_UNIX if place["unix"] else socket.AF_INET)
    sock.settimeout(20)
    sock.connect(place["unix"] or place["tcp"])
    if greet:
        sock.sendall(HELLO)
        read_frame(sock)
    return sock


def read_frame(sock):
    """Type and payload of the next frame."""
    data = b""
    while len(data) < 64:
        part = sock.recv(64 - len(data))
        if not part:
            raise ConnectionError("closed")
        data += part
    fields = client.HEADER.unpack(data)
    left = fields[6]
    payload = bytearray()
    while len(payload) < left:
        part = sock.recv(min(1 << 20, left - len(payload)))
        if not part:
            raise ConnectionError("closed")
        payload += part
    return fields[2], bytes(payload)


# --- attacks: each runs until it is ended ------------------------------------------------------


def garbage(place, rng, _):
    """Random bytes, frames with random fields under a right checksum, wrong states."""
    sock = connect(place, greet=rng.random() < 0.5)
    choice = rng.random()
    if choice < 0.3:
        sock.sendall(rng.randbytes(rng.randrange(1, 5000)))
    elif choice < 0.5:
        sock.sendall(b"AUGG" + rng.randbytes(60))
    else:
        given = {name: rng.getrandbits(bits) for name, bits in
                 (("version", 8), ("flags", 16), ("stream", 32), ("length", 64), ("epoch", 32), ("step", 64),
                  ("seq", 64), ("arg", 64), ("ident", 64)) if rng.random() < 0.3}
        sock.sendall(frame(rng.randrange(256), rng.randbytes(rng.randrange(100)), **given))
    sock.settimeout(0.05)
    drain(sock)


def half_frames(place, rng, held):
    """A header or a payload that never comes to its end; some are held open."""
    sock = connect(place, greet=rng.random() < 0.5)
    whole = opening(GOOD) if rng.random() < 0.5 else HELLO
    sock.sendall(whole[:rng.randrange(1, len(whole))])
    hold(held, sock, 200)


def slow_bytes(place, rng, held):
    """One byte a second on each of 200 connections."""
    while len(held) < 200:
        held.append(connect(place, greet=False))
    for i, sock in enumerate(held):
        try:
            sock.sendall(HELLO[:1])
        except OSError:
            held[i] = connect(place, greet=False)
    time.sleep(1)


def mutate(rng, text):
    """A spec with some bytes or lines changed, or one of the kinds that cost much to read."""
    choice = rng.randrange(8)
    if choice == 0:
        return rng.choice("{[") * rng.randrange(60000)
    if choice == 1:
        return "augd: 1\na: &a [" + "x, " * 100 + "]\n" + "b: [" + "*a, " * rng.randrange(9000) + "]\n"
    if choice == 2:
        return "augd: 1\npipeline: [" + "{Cutout: {size: 9000, fill: random}}, " * rng.randrange(1500) + "]\n"
    if choice == 3:
        return "augd: 1\npipeline: [Resize: [9000, 9000]]\nbatch: {size: %d}\n" % rng.randrange(1, 100000)
    if choice == 4:
        return "augd: 1\nbatch: {mix: [" + "MixUp, " * rng.randrange(3000) + "]}\n"
    data = bytearray(text.encode())
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(data))
        data[at:at + rng.randrange(4)] = rng.randbytes(rng.randrange(4)) if rng.random() < 0.5 else data[at // 2:at]
    return data[:60000].decode("utf-8", "replace")


def bad_specs(place, rng, _):
    """Mutated specs, several on one connection; those that are accepted are left alone."""
    sock = connect(place)
    for _ in range(8):
        sock.sendall(opening(mutate(rng, rng.choice([GOOD, *BUSY])), **{"epoch": rng.getrandbits(32)}))
        if read_frame(sock)[0] != client.ERROR:
            break
    sock.close()


def open_close(place, rng, _):
    """Opens, takes a batch or none, and leaves, politely or not."""
    sock = connect(place)
    sock.sendall(opening(rng.choice([GOOD, *BUSY])))
    if rng.random() < 0.7:
        for _ in range(rng.randrange(4)):
            if read_frame(sock)[0] == client.ERROR:
                break
    if rng.random() < 0.3:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def never_reading(place, rng, held):
    """Opens streams and never takes a byte of them."""
    sock = connect(place)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.sendall(opening(rng.choice(BUSY)))
    hold(held, sock, 8)
    time.sleep(0.05)


def reset_amid(place, rng, _):
    """Resets the connection in the middle of a batch."""
    sock = connect({"unix": None, "tcp": place["tcp"]})
    sock.sendall(opening(rng.choice(BUSY)))
    sock.recv(rng.randrange(1, 100000))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def connect_leave(place, rng, _):
    """Comes and goes, as fast as it can."""
    for _ in range(200):
        sock = connect(place, greet=False)
        if rng.random() < 0.2:
            sock.send(HELLO[:rng.randrange(1, 64)])
        sock.close()
        count(place)


def idle(place, rng, held):
    """Connections that greet and say nothing more, and ones that say nothing at all."""
    if len(held) < place["idle"]:
        held.append(connect(place, greet=rng.random() < 0.9))
    else:
        place["filled"][0] = 1
        time.sleep(0.2)


ATTACKS = (garbage, half_frames, slow_bytes, bad_specs, open_close, never_reading, reset_amid, connect_leave, idle)
# Attacks whose streams have work of their own, as many at a time at most.
WORKING = {"open_close": 1, "never_reading": 8, "bad_specs": 1, "reset_amid": 1}


def hold(held, sock, most):
    """Keeps a connection, and closes the oldest beyond most."""
    held.append(sock)
    if len(held) > most:
        held.pop(0).close()


def drain(sock):
    try:
        while sock.recv(65536):
            pass
    except OSError:
        pass
    sock.close()


def count(place):
    """One connection more. Each process has a number of its own: who is killed holds no lock."""
    place["made"][place["slot"]] += 1


def attack(function, place, seed):
    """A process that attacks until it is killed. Refusals and cuts are what is to be expected."""
    os.nice(19)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    rng, held = random.Random(seed), []
    while True:
        try:
            function(place, rng, held)
            if function is not connect_leave:
                count(place)
        except (OSError, ConnectionError):
            held[:] = [sock for sock in held if sock.fileno() >= 0]
            time.sleep(0.005)


# --- the good ones -----------------------------------------------------------------------------


class Good(threading.Thread):
    """Receives the same epochs again and again, in a process of its own, and times them."""

    def __init__(self, address, spec):
        super().__init__(daemon=True)
        self.words = [os.path.join(BUILD, "cli", "aug"), "digest", spec, "--from", address, "--epochs", "1"]
        self.runs, self.wrong, self.digest, self.is_over, self.n_waits = [], [], None, False, 0

    def run(self):
        while not self.is_over:
            begin = time.monotonic()
            done = subprocess.run(self.words, capture_output=True, text=True, check=False)
            if self.is_over:
                break
            if "all streams may take" in done.stderr and "use a smaller" not in done.stderr:
                # Others hold the memory, and the ERROR says that it may be tried again.
                self.n_waits += 1
                time.sleep(0.1)
                continue
            found = done.stdout.split()[0] if done.returncode == 0 else done.stderr.strip()
            self.digest = self.digest or found
            if found != self.digest:
                self.wrong.append(found)
            self.runs.append((begin, time.monotonic()))

    def speed(self, begin, end):
        """Epochs a second in a time, parts of runs included."""
        return sum(max(0.0, min(b, end) - max(a, begin)) / (b - a) for a, b in self.runs) / (end - begin)


class Pinger(threading.Thread):
    """Asks for a PONG twenty times a second."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.connection = client.Connection(address)
        self.connection.greet()
        self.waits, self.is_over, self.problem = [], False, None

    def run(self):
        try:
            while not self.is_over:
                begin = time.monotonic()
                self.connection.send(client.PING, arg=1)
                self.connection.receive(client.PONG)
                self.waits.append((begin, 1000 * (time.monotonic() - begin)))
                time.sleep(0.05)
        except (OSError, client.Refused, client.Violation) as error:
            self.problem = error

    def longest(self, begin, end):
        waits = sorted(wait for at, wait in self.waits if begin <= at <= end)
        return (waits[-1], waits[len(waits) * 99 // 100]) if waits else (float("inf"), float("inf"))


class Daemon:
    """augd with two data sets on a Unix and a TCP address; its log goes to a file."""

    def __init__(self, folder, options):
        self.log = os.path.join(folder, "augd.log")
        self.unix = os.path.join(folder, "augd.sock")
        words = [os.path.join(BUILD, "augd", "augd"), "--listen", f"unix:{self.unix}", "--listen", "tcp:127.0.0.1:0",
                 "--dataset", "small=synthetic:count=20000,size=32", "--dataset", "big=synthetic:count=1000,size=2000",
                 "--max-memory", f"{MAX_MEMORY_MB}MiB", "--max-connections", str(options.idle + 2000),
                 "--drain-ms", str(DRAIN_MS), "--handshake-ms", "2000"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(words, stderr=log)
        while self.read().count('"listening"') < 2:
            if self.process.poll() is not None:
                sys.exit(f"hostile.py: augd does not start: {self.read()}")
            time.sleep(0.02)
        addresses = [json.loads(line)["address"] for line in self.read().splitlines() if '"listening"' in line]
        self.address = addresses[0]
        host, _, port = addresses[1].removeprefix("tcp:").rpartition(":")
        self.tcp = (host, int(port))

    def read(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def status(self, name):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))

    def n_descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def stop(self):
        """Seconds that it takes, and its exit status."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30), time.monotonic() - begin
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait(), float("inf")


# --- the run -----------------------------------------------------------------------------------


class Run:
    """One daemon, its good clients, and the figures of each attack."""

    def __init__(self, folder, options):
        self.options, self.rows, self.missed = options, [], []
        spec = os.path.join(folder, "good.yaml")
        with open(spec, "w", encoding="utf-8") as file:
            file.write(GOOD)
        self.daemon = Daemon(folder, options)
        self.place = {"unix": self.daemon.unix, "tcp": self.daemon.tcp, "idle": options.idle, "slot": 0,
                      "made": multiprocessing.RawArray("Q", 64), "filled": multiprocessing.RawArray("B", 1)}
        self.good, self.pinger = Good(self.daemon.address, spec), Pinger(self.daemon.address)
        self.good.start()
        self.pinger.start()
        self.usual = 1.0

    def start(self, attacks):
        """A process for each."""
        processes = []
        for attacker in attacks:
            self.place["slot"] = (self.place["slot"] + 1) % len(self.place["made"])
            processes.append(multiprocessing.Process(target=attack, daemon=True,
                                                     args=(attacker, dict(self.place), self.options.seed + len(processes))))
            processes[-1].start()
        return processes

    def undisturbed(self, seconds):
        """The good ones alone for a time: the row of that, and the good client's speed."""
        begin = time.monotonic()
        time.sleep(seconds)
        end = time.monotonic()
        # A run of the good client that is on its way counts too.
        time.sleep(0.5)
        self.usual = self.good.speed(begin, end)
        return self.row("none", begin, end), self.usual

    def row(self, name, begin, end):
        longest, usual = self.pinger.longest(begin, end)
        return {"attack": name, "pong_ms": round(longest, 1), "pong_p99_ms": round(usual, 1),
                "resident_mb": self.daemon.status("VmRSS") // 1024, "descriptors": self.daemon.n_descriptors()}

    def alone(self, seconds):
        """The first row: nobody attacks."""
        row, _ = self.undisturbed(seconds)
        self.note({**row, "speed": 1.0, "due": 0.0})

    def measure(self, name, attacks, seconds, due):
        """Lets these attacks run for a time and notes what the good ones saw. A machine is not always as
        fast: the good client's own speed is taken before and after."""
        self.place["filled"][0] = 0
        before = self.usual
        processes = self.start(attacks)
        if idle in attacks:
            until = time.monotonic() + 120
            while not self.place["filled"][0] and time.monotonic() < until:
                time.sleep(0.05)
            self.expect(self.place["filled"][0], f"{self.options.idle} idle connections cannot be made in 120 s")
        time.sleep(min(1.0, seconds / 4))
        begin = time.monotonic()
        time.sleep(seconds)
        end = time.monotonic()
        row = self.row(name, begin, end)
        for process in processes:
            process.kill()
            process.join()
        time.sleep(1.5 / max(before, 0.1))
        _, after = self.undisturbed(max(seconds / 2, 1))
        speed = self.good.speed(begin, end) / ((before + after) / 2)
        self.note({**row, "speed": round(speed, 3), "due": round(due, 3)})

    def note(self, row):
        """A row is shown, and what it misses."""
        self.rows.append(row)
        self.expect(row["speed"] >= row["due"] or self.options.untimed,
                    "{attack}: the good client has {speed}, due are {due}".format(**row))
        self.expect(row["pong_ms"] <= PONG_MS or self.options.untimed, "{attack}: a PONG took {pong_ms} ms".format(**row))
        show(row)

    def expect(self, holds, sentence):
        if not holds:
            self.missed.append(sentence)

    def connections(self):
        """Comes and goes until so many connections were made in all."""
        begin = time.monotonic()
        workers = self.start([connect_leave, connect_leave])
        while sum(self.place["made"]) < self.options.connections and time.monotonic() - begin < 3600:
            time.sleep(0.2)
        for worker in workers:
            worker.kill()
            worker.join()

    def finish(self):
        """What is left when all attackers are gone, and how the daemon ends."""
        time.sleep(3)
        self.good.is_over = self.pinger.is_over = True
        self.good.join(60)
        self.pinger.join(5)
        most, n = self.daemon.status("VmHWM") // 1024, self.daemon.n_descriptors()
        status, seconds = self.daemon.stop()
        self.expect(not self.good.wrong, f"the good client received something else: {self.good.wrong[:3]}")
        self.expect(self.good.digest and len(self.good.digest) == 64, f"the good client fails: {self.good.digest}")
        self.expect(self.pinger.problem is None, f"the pinger was cut off: {self.pinger.problem}")
        self.expect(most <= MAX_MEMORY_MB + OWN_MB or self.options.unbounded,
                    f"the daemon held {most} MB; allowed are {MAX_MEMORY_MB} + {OWN_MB}")
        self.expect(status == 0, f"the daemon ends with {status}")
        self.expect(seconds <= DRAIN_MS / 1000 + 1 or self.options.untimed, f"the daemon takes {seconds:.1f} s to stop")
        self.expect(n < 40, f"{n} descriptors are left open")
        return {"connections": sum(self.place["made"]), "most_resident_mb": most, "descriptors_left": n,
                "seconds_to_stop": round(seconds, 2), "epochs_received": len(self.good.runs),
                "refused_for_memory": self.good.n_waits, "missed": self.missed}


def show(row):
    print("  {attack:14} good client {speed:5.2f} (due {due:4.2f})  PONG at most {pong_ms:6.1f} ms, 99 % within "
          "{pong_p99_ms:5.1f} ms  {resident_mb:5} MB  {descriptors:5} descriptors".format(**row), file=sys.stderr, flush=True)


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20, help="for each attack, and for all together")
    parser.add_argument("--idle", type=int, default=10000, help="idle connections")
    parser.add_argument("--connections", type=int, default=1000000, help="connections in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--untimed", action="store_true", help="only print times and speeds, for busy machines")
    parser.add_argument("--unbounded", action="store_true", help="only print memory, for builds with a sanitizer")
    parser.add_argument("--only", nargs="*", choices=[f.__name__ for f in ATTACKS], help="these attacks")
    return parser.parse_args(words)


def main(words=None):
    options = parse(words)
    limit = options.idle + 4000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < limit:
        sys.exit(f"hostile.py: {limit} descriptors are needed; this process may have {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    attacks = [f for f in ATTACKS if not options.only or f.__name__ in options.only]
    with tempfile.TemporaryDirectory(prefix="aug-hostile-") as folder:
        run = Run(folder, options)
        try:
            run.alone(max(options.seconds, 3))
            for function in attacks:
                k = WORKING.get(function.__name__, 0)
                run.measure(function.__name__, [function], options.seconds, 0.8 / (k + 1) if k else 0.9)
            if len(attacks) > 1:
                k = sum(WORKING.get(f.__name__, 0) for f in attacks)
                run.measure("all", attacks, options.seconds, 0.8 / (k + 1))
            run.connections()
            result = {"attacks": run.rows, **run.finish()}
        finally:
            run.daemon.process.kill()
            if run.missed or options.only:
                print(run.daemon.read()[-2000:], file=sys.stderr)
    print(json.dumps(result, indent=1))
    return 1 if run.missed else 0


if __name__ == "__main__":
    sys.exit(main())
