"""aug pack that is killed at random moments, again and again, and then gone on with: the archive is, byte
for byte, that of a run without interruption. AUG_KILLS says how many kills there are in all.
"""
import json
import os
import random
import signal
import subprocess
import time

import program
from packed import jpeg
from program import AUG, aug, contains, data, equal, fail, read, sha256, write

KILLS = int(os.environ.get("AUG_KILLS", "8"))
# Runs that end before they are killed are tried again so often.
TRIES = 400


def make_pictures(n=120):
    """Pictures that take some milliseconds each, one of them damaged."""
    content = [jpeg(i, 160, 240, progressive=i % 3 == 0) for i in range(8)]
    for i in range(n):
        write(f"in/{'ab'[i % 2]}/{i:03}.jpg", content[i % 8])
    write("in/b/broken.jpg", content[0][:900])
    return "in", n


def start(arguments):
    """A run; nothing of what it says is looked at."""
    return subprocess.Popen([AUG, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def state(output):
    """What an interrupted run says of itself."""
    return json.loads(read(f"{output}.part.json"))


def disturb(arguments, expected, how):
    """One archive: killed up to a number of times, gone on with, complete. Returns the kills."""
    code, whole_s, kills, chance = how
    n_killed = 0
    for _ in range(TRIES):
        if n_killed == kills or os.path.exists("out.tar"):
            break
        with start([*arguments, "--threads", str(chance.randint(1, 3))]) as run:
            time.sleep(chance.uniform(0, 1.5 * whole_s / max(kills, 1)))
            run.send_signal(chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)))
        n_killed += run.returncode < 0
        equal(run.returncode in (code, -signal.SIGKILL, -signal.SIGTERM), True, f"exit code {run.returncode}")
    if not os.path.exists("out.tar"):
        done = aug(*arguments)
        equal(done.returncode, code, done.stderr)
    equal({name: sha256(read(name)) for name in ("out.tar", "out.tar.errors.tsv") if os.path.exists(name)},
          expected, "files")
    equal(sorted(name for name in os.listdir(".") if ".part" in name), [], "names aside")
    for name in expected:
        os.remove(name)
    return n_killed


def run_job(source, options, n_kills):
    """Kills of one kind of job; returns how many there were."""
    arguments = ["pack", source, *options, "-o", "out.tar"]
    started = time.monotonic()
    done = aug(*arguments)
    whole_s = time.monotonic() - started
    equal(done.returncode in (0, 3), True, done.stderr)
    expected = {name: sha256(read(name)) for name in ("out.tar", "out.tar.errors.tsv") if os.path.exists(name)}
    for name in expected:
        os.remove(name)
    chance, kills, archives = random.Random(str(options)), 0, 0
    while kills < n_kills and archives < TRIES:
        kills += disturb(arguments, expected, (done.returncode, whole_s, min(4, n_kills - kills), chance))
        archives += 1
    print(f"{' '.join(options) or 'plain'}: {kills} kills in {archives} archives, all equal")
    return kills


def test_killed_and_gone_on_with():
    source, _ = make_pictures()
    for options in (["--skip-bad"], ["--skip-bad", "--verify"]):
        run_job(source, options, KILLS // 2)


def test_photographs_killed_and_gone_on_with():
    source = data("imagenet-sample-300.tar")
    if source:
        run_job(source, [], KILLS // 2)


def interrupted(arguments):
    """Begins, and is ended by SIGTERM when some of the output is on record."""
    with start(arguments) as run:
        while run.poll() is None:
            if os.path.exists("out.tar.part.json") and state("out.tar")["next"] > 0:
                run.send_signal(signal.SIGTERM)
                break
            time.sleep(0.001)
    equal(run.returncode, -signal.SIGTERM, "exit code")


def test_another_run_is_refused():
    source, n = make_pictures(400)
    arguments = ["pack", source, "-o", "out.tar", "--threads", "1", "--skip-bad"]
    interrupted(arguments)
    equal(0 < state("out.tar")["next"] < n, True, "an interrupted run")
    before = read("out.tar.part")
    contains(fail(2, *arguments, "--quality", "90"), "another --quality (0, this one has 90)")
    os.remove("in/a/000.jpg")
    contains(fail(2, *arguments), "another input data")
    equal(read("out.tar.part"), before, "what the run wrote")


def test_damaged_states_are_refused():
    source, _ = make_pictures(400)
    arguments = ["pack", source, "-o", "out.tar", "--threads", "1", "--skip-bad"]
    interrupted(arguments)
    text = read("out.tar.part.json")
    write("out.tar.part.json", text.replace(b'"failed":0', b'"failed":1'))
    contains(fail(1, *arguments), "damaged or edited")
    write("out.tar.part.json", text)
    os.truncate("out.tar.part", state("out.tar")["size"] - 1)
    contains(fail(1, *arguments), "the interrupted run had written")


def test_two_runs_at_once():
    source, _ = make_pictures(400)
    arguments = ["pack", source, "-o", "out.tar", "--threads", "1", "--skip-bad"]
    with start(arguments) as run:
        while not os.path.exists("out.tar.part.json"):
            time.sleep(0.001)
        contains(fail(2, *arguments), "another aug pack is writing this file")
        equal(run.wait(), 3, "the first run")


program.main(globals())
