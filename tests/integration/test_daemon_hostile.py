"""The hostile run in short: whatever the others do, the good client's bytes are right, the daemon stays
within its memory, leaves nothing open and stops as it should. Times are for the long run."""
import os
import sys

sys.dont_write_bytecode = True
import hostile  # noqa: E402

if not os.path.exists(os.path.join(hostile.BUILD, "cli", "aug")):
    print("skipped: aug is not built")
    sys.exit(77)
with open(os.path.join(hostile.BUILD, "CMakeCache.txt"), encoding="utf-8") as cache:
    sanitized = any(line.startswith("AUGD_SANITIZE:STRING=") and line.strip()[-1] != "=" for line in cache)
words = ["--seconds", "1", "--idle", "200", "--connections", "5000", "--untimed"]
sys.exit(hostile.main(words + ["--unbounded"] * sanitized))
