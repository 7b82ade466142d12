"""Circles of files that include each other, found from their text.

A file here is a source with its header (image/domain/recipe.c and .h). Files of one folder may
know each other; a circle that leaves its folder has no order in which to read it, and in some
folders not even the first is wanted.
"""
import posixpath
import re

# Folders in which no two files may know each other.
STRICT = ("augd", "image/codec", "libaug/run")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)


def unit(name):
    """A source and its header are one."""
    return re.sub(r"\.(c|h|cpp|hpp)$", "", name)


def arrows(files):
    """Unit -> the units it includes, over (name, text) pairs."""
    files = list(files)
    known = {name for name, _ in files}
    result = {}
    for name, text in files:
        targets = result.setdefault(unit(name), set())
        for target in INCLUDE.findall(text):
            places = (target, "libaug/include/" + target, posixpath.join(posixpath.dirname(name), target))
            found = next((place for place in places if place in known), None)
            if found and unit(found) != unit(name):
                targets.add(unit(found))
    return result


def reach(graph, start):
    """Units that can be reached from one."""
    seen, left = set(), [start]
    while left:
        for target in graph.get(left.pop(), ()):
            if target not in seen:
                seen.add(target)
                left.append(target)
    return seen


def circles(files):
    """Sorted groups of units that reach each other."""
    graph = arrows(files)
    reached = {name: reach(graph, name) for name in graph}
    groups = {tuple(sorted({other for other in reached[name] if name in reached.get(other, ())} | {name}))
              for name in graph if name in reached[name]}
    return sorted(groups)


def folder_of(name):
    return posixpath.dirname(name)


def wrong(files):
    """A sentence for each circle that is not allowed."""
    for group in circles(files):
        folders = {folder_of(name) for name in group}
        if len(folders) > 1:
            yield f"{', '.join(group)}: a circle between the folders {', '.join(sorted(folders))}"
        elif folders.pop().startswith(STRICT):
            yield f"{', '.join(group)}: a circle in a folder that may have none"
