"""Writes Protocols/vectors/histories.json: every history of at most four events by three replicas
on one element, up to renaming of the replicas, each with the heads that it leaves.

A history grows by one event at a time: any replica writes it, has seen any set of events that holds
its own and with each event what that one had seen, and supersedes any part of what it has seen. Of
the histories that differ only in the names of the replicas, the first in order stands for all.
"""
import itertools
import json
import pathlib

FILE = pathlib.Path(__file__).resolve().parents[2] / "Protocols/vectors/histories.json"
REPLICAS = 3
EVENTS_MAX = 4
ABOUT = (
    "Every history of at most four events by three replicas (A, B, C) on one element, up to renaming"
    " of the replicas, one a line. A dot is a replica and a counter. 'seen': the newest event of each"
    " other replica that the author had; whatever those had seen, and all the author wrote itself, was"
    " seen as well. Events are listed after all they had seen; they may arrive in any order.")


def subsets(items):
    items = sorted(items)
    return (frozenset(chosen) for count in range(len(items) + 1)
            for chosen in itertools.combinations(items, count))


def grown(history):
    """Every history that has one event more: {dot: (seen, supersedes)}, a dot being a pair."""
    for replica in range(REPLICAS):
        own = frozenset(dot for dot in history if dot[0] == replica)
        for seen in subsets(history):
            if own <= seen and all(history[dot][0] <= seen for dot in seen):
                for supersedes in subsets(seen):
                    yield {**history, (replica, len(own) + 1): (seen, supersedes)}


def in_order(history):
    """The events, each after all it has seen, as numbers that can be compared."""
    return sorted((len(seen), dot, sorted(seen), sorted(supersedes))
                  for dot, (seen, supersedes) in history.items())


def first_renaming(history):
    def renamed(names):
        def rename(dots):
            return frozenset((names[replica], counter) for replica, counter in dots)
        return {(names[replica], counter): (rename(seen), rename(supersedes))
                for (replica, counter), (seen, supersedes) in history.items()}
    return min(map(renamed, itertools.permutations(range(REPLICAS))), key=in_order)


def text(dot):
    return "ABC"[dot[0]] + str(dot[1])


def vector(name, history):
    superseded = frozenset().union(*(supersedes for _, supersedes in history.values()))
    heads = [dot for dot in sorted(history) if dot not in superseded]
    events = []
    for _, dot, seen, supersedes in in_order(history):
        newest = [other for other in seen
                  if other[0] != dot[0] and (other[0], other[1] + 1) not in seen]
        events.append({"dot": text(dot), "seen": [text(other) for other in newest],
                       "supersedes": [text(other) for other in supersedes]})
    return {"name": name, "what": f"events: {len(history)}, heads: {len(heads)}",
            "input": {"events": events},
            "expect": {"heads": [text(dot) for dot in heads], "hasSiblings": len(heads) > 1}}


def histories():
    level = [{}]
    for _ in range(EVENTS_MAX):
        found = {repr(in_order(first)): first for history in level
                 for first in map(first_renaming, grown(history))}
        level = sorted(found.values(), key=in_order)
        yield level


def main():
    lines = [json.dumps(vector(f"history-{number + 1}-{index + 1}", history))
             for number, level in enumerate(histories()) for index, history in enumerate(level)]
    head = {"file": "histories", "specification": "record-v1.md §15", "about": ABOUT}
    text_of_head = json.dumps(head, indent=1, ensure_ascii=False)[:-2]
    FILE.write_text(text_of_head + ',\n "vectors": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n", "utf-8")
    print(f"{FILE.name}: {len(lines)} written")


if __name__ == "__main__":
    main()
