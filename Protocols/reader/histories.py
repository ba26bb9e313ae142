"""Heads of one element (record-v1.md §15), and whether a set of histories is complete."""
from itertools import chain, combinations, permutations, product

from .wire import need

WRITERS = "ABC"


def dot_of(text):
    need(text[:1] in WRITERS and text[1:].isdigit(), "bad-dot")
    return text[0], int(text[1:])


def read(given):
    """By dot: how many events of each writer its author had seen, and what it supersedes."""
    history = {}
    for event in given["events"]:
        writer, counter = dot_of(event["dot"])
        seen = dict.fromkeys(WRITERS, 0) | dict(map(dot_of, event["seen"]))
        need(seen[writer] == 0, "sees-itself")
        seen[writer] = counter - 1
        history[writer, counter] = seen, {dot_of(text) for text in event["supersedes"]}
    need(is_possible(history), "impossible")
    return history


def is_possible(history):
    """No gaps; whoever saw an event saw what it had seen; nobody supersedes what they did not see."""
    for (writer, counter), (seen, supersedes) in history.items():
        for dot in [(other, number + 1) for other in WRITERS for number in range(seen[other])]:
            if dot not in history or history[dot][0][writer] >= counter:
                return False
            if any(history[dot][0][other] > seen[other] for other in WRITERS):
                return False
        if any(number > seen[other] or number < 1 for other, number in supersedes):
            return False
    return True


def heads(given):
    history = read(given)
    left = []
    for dot in sorted(history):
        if not any(dot in supersedes for _, supersedes in history.values()):
            left.append(dot)
    return {"heads": [f"{writer}{counter}" for writer, counter in left],
            "hasSiblings": len(left) > 1}


# --- Completeness -------------------------------------------------------------------------------


def key(history):
    """The same for histories that differ in the writers' names only, and for no others."""
    def named(names):
        return sorted(
            (names[writer], counter, sorted((names[other], seen[other]) for other in WRITERS),
             sorted((names[other], number) for other, number in supersedes))
            for (writer, counter), (seen, supersedes) in history.items())
    return repr(min(named(dict(zip(WRITERS, names))) for names in permutations(WRITERS)))


def every(events):
    """Keys of all histories of so many events: all that could be written down, less the impossible."""
    keys = set()
    for counts in product(range(events + 1), repeat=len(WRITERS)):
        if sum(counts) != events:
            continue
        total = dict(zip(WRITERS, counts))
        dots = [(writer, number + 1) for writer in WRITERS for number in range(total[writer])]
        for seen in product(*(views(dot, total) for dot in dots)):
            if is_possible({dot: (view, set()) for dot, view in zip(dots, seen)}):
                keys.update(key(dict(zip(dots, zip(seen, supersedes))))
                            for supersedes in product(*map(parts, seen)))
    return keys


def views(dot, total):
    writer, counter = dot
    choices = [[counter - 1] if other == writer else range(total[other] + 1) for other in WRITERS]
    return [dict(zip(WRITERS, chosen)) for chosen in product(*choices)]


def parts(seen):
    dots = [(writer, number + 1) for writer in WRITERS for number in range(seen[writer])]
    return list(chain.from_iterable(combinations(dots, size) for size in range(len(dots) + 1)))


def is_complete(vectors, events_max=4):
    found = [key(read(vector["input"])) for vector in vectors]
    wanted = set().union(*(every(events + 1) for events in range(events_max)))
    return len(found) == len(wanted) and set(found) == wanted
