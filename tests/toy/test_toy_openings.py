"""OPENs of data that answer slowly: who waits, for how long, on how many threads, in how much memory."""
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
TOP = os.environ["AUGD_SOURCE"]
TOYS = os.path.join(os.environ["AUGD_BUILD"], "tests")
sys.path.insert(0, os.path.join(TOP, "examples"))
import client  # noqa: E402

SPEC = "augd: 1\npipeline: []\nbatch: {size: 5}\n"
LONG_SPEC = SPEC + "#" + "x" * 60000
# More than libuv's pool has threads.
MANY = 24
LOOK_MS, N_READ, READ_MS = 6000, 600, 10
NEVER_MS = 60000
MIB = 1 << 20
# The daemon takes milliseconds for what must not wait; a busy machine, a sanitizer and Python the rest. So what comes
# before what is compared, and times only with those that would add up.
SLACK = 15


class Daemon:
    """A daemon that serves quick toys, toys that are slow to look at, and toys that are slow to read."""

    def __init__(self, folder, *options):
        self.address = f"unix:{folder}/augd.sock"
        self.log = os.path.join(folder, "augd.log")
        datasets = {"quick": "count=23", "look": f"count=23,look_ms={LOOK_MS}",
                    "read": f"count={N_READ},read_ms={READ_MS}", "endless": f"count=100000,read_ms={READ_MS}",
                    "stuck": f"count=2,look_ms={NEVER_MS}", "dead": f"count=2,read_ms={NEVER_MS}"}
        words = [word for name, rest in datasets.items() for word in ("--dataset", f"{name}=toy_pairs:{rest}")]
        # The address sanitizer would keep much of what was freed.
        environment = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([os.path.join(TOYS, "augd_toy"), "--listen", self.address,
                                             *words, *options], stderr=log, env=environment)
        end = time.monotonic() + 20
        while '"listening"' not in self.said():
            assert time.monotonic() < end and self.process.poll() is None, self.said()
            time.sleep(0.01)

    def said(self):
        """Its log."""
        with open(self.log, encoding="utf-8") as log:
            return log.read()

    def greet(self):
        """A connection that has greeted."""
        connection = client.Connection(self.address)
        connection.sock.settimeout(20)
        connection.send(client.HELLO, b'{"proto":[1,1],"features":["tensors"]}')
        connection.receive(client.HELLO_OK)
        return connection

    def ask(self, dataset, spec=SPEC, **options):
        """A connection that has sent OPEN."""
        connection = self.greet()
        request = {"dataset": dataset, "spec": spec, **options}
        connection.send(client.OPEN, json.dumps(request).encode(), stream=1)
        return connection

    def stop(self, within):
        """Ends it, in so many seconds."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.said()
        took = time.monotonic() - start
        assert took < within, f"the daemon stops after {took:.2f} s; allowed are {within} s"

    def resident(self):
        """Bytes of memory that it has."""
        with open(f"/proc/{self.process.pid}/statm", encoding="utf-8") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def answer(connection):
    """What is said to an OPEN: the members of OPEN_OK, or a sentence."""
    try:
        return connection.receive(client.OPEN_OK).json()
    except client.Refused as error:
        return str(error)


def is_answered(connection):
    """Whether something came that was not read yet."""
    return bool(select.select([connection.sock], [], [], 0)[0])


def check_quick(daemon, what, waiting=()):
    """A good client is served and PING is answered, while these go on waiting."""
    one = daemon.ask("quick")
    info = answer(one)
    assert isinstance(info, dict), info
    one.sock.close()
    one = daemon.greet()
    one.send(client.PING)
    one.receive(client.PONG)
    one.sock.close()
    n = sum(is_answered(connection) for connection in waiting)
    assert n == 0, f"{what}: {n} of {len(waiting)} were answered before an OPEN of other data was"


def check_first_look(daemon):
    """The first look at a set is had once; all who wait for it are served behind it, and nobody else waits."""
    start = time.monotonic()
    waiting = [daemon.ask("look") for _ in range(MANY)]
    check_quick(daemon, f"{MANY} wait for a first look", waiting)
    for one in waiting:
        info = answer(one)
        assert isinstance(info, dict) and info["n_samples"] == "23", info
        one.sock.close()
    took, once = time.monotonic() - start, LOOK_MS / 1000
    assert once < took < 2 * once + SLACK, f"{MANY} of one set are open after {took:.2f} s; one look takes {once} s"


def check_reading(daemon):
    """All data are read once for all who demand their content. Others open the same data meanwhile."""
    start = time.monotonic()
    waiting = [daemon.ask("read", expect={"content": "0" * 64}) for _ in range(MANY)]
    time.sleep(0.2)
    other = daemon.ask("read")
    info = answer(other)
    assert isinstance(info, dict) and "content" not in info, info
    other.sock.close()
    check_quick(daemon, f"{MANY} wait until all is read", waiting)
    for one in waiting:
        words = answer(one)
        assert "expected was " + "0" * 64 in words, words
        one.sock.close()
    took, once = time.monotonic() - start, N_READ * READ_MS / 1000
    assert once * 0.8 < took < 2 * once + SLACK, f"{MANY} are answered after {took:.2f} s; reading takes {once} s"
    one = daemon.ask("read")
    content = answer(one)["content"]
    one.sock.close()
    one = daemon.ask("read", expect={"content": content})
    assert answer(one)["content"] == content
    one.sock.close()


def check_gone(daemon):
    """OPENs of clients that left are gone, whatever they waited for, with their memory."""
    holding = [daemon.ask("endless", LONG_SPEC, expect={"content": "0" * 64}) for _ in range(2)]
    before = daemon.resident()
    for i in range(2000):
        one = daemon.ask("endless", LONG_SPEC, expect={"content": "0" * 64} if i % 2 else {})
        if i % 4 == 0:
            # It may not be sent now, which ends the connection.
            one.send(client.CLOSE, stream=1, ident=1)
        one.sock.close()
    grown = (daemon.resident() - before) // MIB
    assert grown < 30, f"2000 OPENs of clients that left hold {grown} MiB"
    check_quick(daemon, "2000 have left")
    for one in holding:
        one.sock.close()


def check_reservation(daemon):
    """Those that wait have reserved what they may take, before anything is done for them."""
    waiting = [daemon.ask("endless", LONG_SPEC, expect={"content": "0" * 64}) for _ in range(MANY)]
    # 60,000 bytes stand for 7.9 MB; half of the memory is for streams.
    end = time.monotonic() + 20
    while sum(is_answered(one) for one in waiting) < MANY - 8 and time.monotonic() < end:
        time.sleep(0.01)
    answered = [one for one in waiting if is_answered(one)]
    for one in answered:
        words = answer(one)
        assert "the stream takes up to" in words and "all streams may take" in words, words
    assert MANY - 8 <= len(answered) < MANY, f"{len(answered)} of {MANY} are refused"
    for one in waiting:
        one.sock.close()
    check_quick(daemon, f"{MANY} long ones have left")


def main():
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(folder)
        try:
            check_first_look(daemon)
            check_reading(daemon)
            check_gone(daemon)
            daemon.stop(within=2 + SLACK)
            daemon = Daemon(folder, "--max-memory", "64MiB", "--worker-memory", "16MiB", "--threads", "2",
                            "--drain-ms", "500")
            check_reservation(daemon)
            waiting = [daemon.ask("stuck"), daemon.ask("endless", expect={"content": "0" * 64})]
            time.sleep(0.2)
            # A look that cannot be interrupted, and then a reading whose client has left.
            daemon.stop(within=0.5 + SLACK)
            for one in waiting:
                assert answer(one) == "the server is about to stop"
                one.sock.close()
            daemon = Daemon(folder, "--drain-ms", "500")
            waiting = [daemon.ask("dead", expect={"content": "0" * 64})]
            time.sleep(1)
            check_quick(daemon, "one reads what does not answer", waiting)
            waiting.pop().sock.close()
            check_quick(daemon, "it has left")
            daemon.stop(within=0.5 + SLACK)
        finally:
            daemon.process.kill()
            daemon.process.wait()


main()
