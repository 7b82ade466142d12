"""Runs of aug apply on texts that are killed at moments that no clock decides."""
import os
import random
import signal
import subprocess
import time

from program import equal


def size_of(path):
    """Bytes of a file; 0 where there is none."""
    try:
        return os.path.getsize(path)
    except FileNotFoundError:
        return 0


def killed_until_done(words, output, whole, kills):
    """Runs a command again and again until it ends by itself; before, at most kills times, it is killed or told to end
    when the output has grown by a random part of its whole size. Returns how often."""
    draws, n_killed = random.Random(output), 0
    while not os.path.exists(output):
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:
            enough = size_of(f"{output}.part") + draws.uniform(0, 1.2 / kills) * whole
            while n_killed < kills and run.poll() is None and size_of(f"{output}.part") <= enough:
                time.sleep(0.0005)
            if n_killed < kills:
                run.send_signal(draws.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)))
            said = run.communicate()[1].decode()
        equal(run.returncode in (0, 3, -signal.SIGKILL, -signal.SIGTERM), True, said[-500:])
        n_killed += run.returncode < 0
    return n_killed
