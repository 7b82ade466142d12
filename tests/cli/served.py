"""A server for tests of commands that ask one."""
import os
import signal
import socket
import subprocess
import time

from program import AUGD, equal


def free_port():
    """A TCP port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """augd with the given data sets on a Unix and a TCP socket, ended with SIGTERM."""

    def __init__(self, *datasets, options=()):
        port = free_port()
        self.addresses = ["unix:" + os.path.abspath("augd.sock"), f"tcp:127.0.0.1:{port}"]
        arguments = [AUGD, "--quiet", *options]
        for address in self.addresses:
            arguments += ["--listen", address]
        for dataset in datasets:
            arguments += ["--dataset", dataset]
        self.process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        for _ in range(500):
            if self.process.poll() is not None:
                raise AssertionError(f"augd ended: {self.process.stderr.read()}")
            try:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect("augd.sock")
                return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError("augd does not listen")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            _, error = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        equal(self.process.returncode, 0, f"augd's exit code: {error}")
