#!/usr/bin/env python3
"""Holds merge libraries against the golden vectors of merging; shows what pathologies become in them.

Of class A every library must show exactly the values that the vector expects, whichever site is
heard first. The exit status is 1 if one does not, or if no library is installed.
"""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "Protocols"))

from merge_libraries import LIBRARIES  # noqa: E402
from reader import merge  # noqa: E402

# Operations that say something and take nothing away.
SAYING = {1, 2, 3, 4, 6, 7}


# Class A

def is_class_a(vector):
    """Whether sites wrote apart, after one event that all have, what nobody has to look at."""
    events, expected = vector["input"]["events"], vector["expect"]
    if len({event["dot"].partition(".")[0] for event in events}) < 2 or not expected:
        return False
    if expected["conflicts"] or len({event["dot"] for event in events}) < len(events):
        return False
    for part in expected["parts"]:
        if part["presence"] != "present" or any(
                len(element["siblings"]) > 1 or "value" not in element["siblings"][0]
                for element in part["elements"]):
            return False
    return all(is_apart(event, change, events[0])
               for event in events for change in event["changes"])


def is_apart(event, change, first):
    if change["operation"] not in SAYING or "held" in change:
        return False
    named = change.get("supersedes", [])
    if change["facet"] == "*" and named:
        return False
    # A list of notes only grows: none is written twice.
    if change["facet"] != "*" and change.get("type", "").endswith(".note"):
        return False
    own = event["dot"].partition(".")[0]
    return all(text.rpartition(".")[0] == first["dot"] or text.partition(".")[0] == own
               for text in named)


def key(kind, entity, holder, facet):
    return f"{kind} {entity} {holder or ''} {facet}"


def expected_state(expected):
    """By element its one value; the texts of notes."""
    values, notes = {}, []
    for part in expected["parts"]:
        for element in part["elements"]:
            text = element["siblings"][0]["value"]
            values[key(part["kind"], part["entity"], part.get("holder"), element["facet"])] = text
            if part["kind"].endswith(".note"):
                notes.append(text)
    return values, sorted(notes)


def said_by(resource, event):
    return [(part, facet, contents[name].text)
            for (part, facet), contents in resource.statements.items() for name in contents
            if name.event == event["id"] and contents[name].kind == "value"]


def tell(replica, said):
    for part, facet, text in said:
        replica.put([key(*part, facet)], text)
        if part.kind.endswith(".note"):
            replica.append(text)


def replay(library, given):
    """What two readers have who hear the sites in opposite orders."""
    resource = merge.Resource(given)
    first, *rest = given["events"]
    base = library(1)
    tell(base, said_by(resource, first))
    sites = {}
    for event in rest:
        site = event["dot"].partition(".")[0]
        if site not in sites:
            sites[site] = base.copy(10 + int(site))
        tell(sites[site], said_by(resource, event))
    states = []
    for order in (list(sites.values()), list(sites.values())[::-1]):
        reader = base.copy(90 + len(states))
        for site in order:
            reader.learn(site)
        state = reader.state()
        states.append((state["care"], sorted(state["notes"])))
    return states


def compare_class_a(libraries):
    """Prints how many vectors of each file a library agrees with; the names where it does not."""
    wrong = []
    for path in sorted((ROOT / "Protocols" / "vectors" / "merge").glob("*.json")):
        vectors = list(filter(is_class_a, json.loads(path.read_text("utf-8")).get("vectors", [])))
        counts = []
        for name, library in libraries.items():
            agreed = 0
            for vector in vectors:
                expected = expected_state(vector["expect"])
                if all(state == expected for state in replay(library, vector["input"])):
                    agreed += 1
                else:
                    wrong.append(f"{name}: {path.stem} {vector['name']}")
            counts.append(f"{agreed} of {len(vectors)}")
        if vectors:
            row(f"class A of {path.stem}", "all", counts)
    return wrong


# Pathologies: negative controls

def dose(library):
    """Once as a text that both edit, once as one value."""
    base = library(1)
    base.splice(0, 0, "Give 5 mg once daily")
    base.put(["dose"], "Give 5 mg once daily")
    left, right = base.copy(2), base.copy(3)
    left.splice(5, 1, "10")
    left.put(["dose"], "Give 10 mg once daily")
    right.splice(10, 4, "twice")
    right.put(["dose"], "Give 5 mg twice daily")
    state = met(left, right)
    return f"text {state['text']!r}, value {state['care']['dose']!r}"


def ended_activity(library):
    base = library(1)
    base.put(["activities", "a", "text"], "walk")
    left, right = base.copy(2), base.copy(3)
    left.remove(["activities", "a"])
    right.put(["activities", "a", "text"], "walk; STOP if chest pain")
    found = met(left, right)["care"]["activities"]
    return "edit kept" if "chest pain" in str(found) else "edit lost"


def two_creators(library):
    base = library(1)
    left, right = base.copy(2), base.copy(3)
    left.put(["goals", "g2"], "of site 2")
    right.put(["goals", "g3"], "of site 3")
    found = met(left, right)["care"]["goals"]
    return "both" if len(found) == 2 else f"only the goal {', '.join(found.values())}"


def clone(library):
    """A backup is restored and writes under the same replica."""
    site = library(2)
    backup = site.save()
    site.put(["first"], "penicillin anaphylaxis")
    restored = library(2, backup)
    restored.put(["second"], "latex")
    try:
        restored.learn(site)
        site.learn(restored)
    except Exception as refusal:
        return f"refused ({type(refusal).__name__})"
    states = [sorted(replica.state()["care"].values()) for replica in (site, restored)]
    if states[0] == states[1]:
        return f"{', '.join(states[0])} on both sides"
    vectors = "equal" if site.vector() == restored.vector() else "other"
    return f"{vectors} vectors, but {' against '.join(map(', '.join, states))}"


def met(left, right):
    left.learn(right)
    right.learn(left)
    state = left.state()
    assert state == right.state(), "two that heard the same show different things"
    return state


PATHOLOGIES = [
    ("Frankenstein dose", dose, "both doses, U"),
    ("edit inside a deleted activity", ended_activity, "edit kept, H"),
    ("two creators", two_creators, "both"),
    ("clone divergence", clone, "both, fork shown"),
]


def row(case, expected, cells):
    print(f"| {case} | {expected} | {' | '.join(cells)} |")


def main():
    libraries = {name: library for name, library in LIBRARIES.items() if library}
    for name in sorted(set(LIBRARIES) - set(libraries)):
        print(f"not run: {name} is not installed")
    row("case", "Accord", libraries)
    row("---", "---", ["---"] * len(libraries))
    wrong = compare_class_a(libraries)
    for case, control, expected in PATHOLOGIES:
        row(case, expected, [control(library) for library in libraries.values()])
    for line in wrong:
        print(f"class A differs: {line}")
    return 1 if wrong or not libraries else 0


if __name__ == "__main__":
    sys.exit(main())
