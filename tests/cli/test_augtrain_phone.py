"""The report of a run on the screen of a telephone, as Chromium lays it out."""
import html
import json
import os
import re
import shutil
import subprocess
import sys

import program
from program import equal, read, write
from trained import SPEC, augtrain

BROWSER = shutil.which("chromium")
if not BROWSER:
    print("skipped: chromium is not here")
    sys.exit(77)

MODEL = """\
model:
  input: [8, 8, 3]
  classes: [cat, dog, a_class_whose_name_is_wider_than_the_screen_and_has_no_place_to_break_it, owl]
  layers: [flatten, linear: 4]
optimizer: {sgd: {lr: 0.05}}
train: {epochs: 2}
data: {train: train.yaml, eval: train.yaml}
"""

# A page that says in its title how wide the page in it is, and how far its tables reach to the right.
MEASURE = """<title></title><iframe style="width:360px;border:0" srcdoc="{}" onload="
 var page = this.contentDocument, tables = page.querySelectorAll('table');
 document.title = JSON.stringify([page.documentElement.scrollWidth,
     [].map.call(tables, table => Math.ceil(table.getBoundingClientRect().right))])"></iframe>"""


def test_tables_fit_a_phone():
    """360 pixels across."""
    write("model.yaml", MODEL)
    write("train.yaml", SPEC)
    done = augtrain("model.yaml", "--output", "out")
    equal(done.returncode, 0, done.stderr)
    page = read("out/report.html").decode()
    write("phone.html", MEASURE.format(html.escape(page)))
    done = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=profile",
                           "--virtual-time-budget=5000", "--dump-dom", os.path.abspath("phone.html")],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=100, check=False)
    width, tables = json.loads(html.unescape(re.search("<title>(.*?)</title>", done.stdout)[1]))
    equal((width <= 360, len(tables) > 4), (True, True), f"{width} pixels wide, tables reach to {tables}")
    equal([right for right in tables if right > 360], [], "tables that reach beyond the screen")


program.main(globals())
