#!/usr/bin/env python3
"""Checks every file of Protocols/vectors/merge against merge-v1.md.

An independent reader: Python's standard library and nothing of the product. Prints a line for each
file, then a sum; the exit status tells whether all passed. What differs stands behind the name of
its vector.
"""
import hashlib
import json
import pathlib
import sys

from reader import merge
from reader.merge_values import hashed_id

FOLDER = pathlib.Path(__file__).resolve().parent / "vectors" / "merge"
FILES = {"tables", "class-a", "values", "elements", "statuses", "heads", "conflicts", "decisions",
         "pathologies", "histories-1", "histories-2"}


def sibling_text(content):
    if content.kind == "opaque":
        return f"opaque [{', '.join(str(byte) for byte in content.text.encode())}]"
    return f"value {content.text}" if content.kind == "value" else content.kind


def conflict_id(part, facet, kind, heads):
    entities = "".join(text.replace("-", "") for text in (part.entity, part.holder or ""))
    data = f"accord/conflict/v1\n{part.kind}\n{facet}\n".encode() + bytes.fromhex(entities)
    data += bytes([merge.KINDS[kind]]) + b"".join(map(merge.name_bytes, heads))
    return hashed_id(data)


def digest(parts, conflicts):
    data = b""
    for part, presence, elements in parts:
        data += f"part {part.kind} {part.entity} {presence}\n".encode()
        for element in elements:
            data += f" {element['facet']} {element['class']}\n".encode()
            for content, heads in element["siblings"]:
                data += f"  {sibling_text(content)}\n".encode()
                data += b"".join(map(merge.name_bytes, heads))
    for part, facet, kind, letter, heads in conflicts:
        data += bytes.fromhex(conflict_id(part, facet, kind, heads).replace("-", ""))
        data += bytes([merge.CLASSES.index(letter)])
    return hashlib.sha256(data).hexdigest()


def shown_part(part):
    shown = {"kind": part.kind, "entity": part.entity}
    return shown | ({"holder": part.holder} if part.holder else {})


def shown_element(element, numbers):
    siblings = []
    for content, heads in element["siblings"]:
        name, text = {
            "value": ("value", content.text), "opaque": ("opaque", content.text.encode().hex()),
        }.get(content.kind, ("held", content.kind))
        siblings.append({name: text, "heads": shown_heads(heads, numbers)})
    shown = {"facet": element["facet"], "class": element["class"], "siblings": siblings}
    return shown | ({"disputedStop": True} if element["disputedStop"] else {})


def shown_heads(heads, numbers):
    return [f"{numbers[name.event]}.{name.index}" for name in heads]


def expectation(given):
    """What a vector's input gives; the resource as R4 is no part of it."""
    resource = merge.Resource(given)
    parts = resource.view()
    if not parts:
        return {}
    conflicts = resource.conflicts(parts)
    numbers = {event["id"]: number for number, event in enumerate(given["events"])}
    shown_parts = [shown_part(part) | {
        "presence": presence, "elements": [shown_element(element, numbers) for element in elements],
    } for part, presence, elements in parts]
    shown_conflicts = [shown_part(part) | {
        "id": conflict_id(part, facet, kind, heads), "conflict": kind, "facet": facet,
        "class": letter, "heads": shown_heads(heads, numbers),
    } for part, facet, kind, letter, heads in conflicts]
    return {"parts": shown_parts, "conflicts": shown_conflicts,
            "digest": digest(parts, conflicts)}


def difference(vector):
    """Where what a vector expects is not what its changes give; None if it is."""
    expected = {name: value for name, value in vector["expect"].items() if name != "r4"}
    found = expectation(vector["input"])
    if found == expected:
        return None
    return ",".join(name for name in ("parts", "conflicts", "digest")
                    if found.get(name) != expected.get(name)) or "members"


def is_noticed():
    """Whether a vector that is no longer right is seen: a text, a class, a name that is left out."""
    text = (FOLDER / "pathologies.json").read_text("utf-8")
    right, *wrong = [next(vector for vector in json.loads(text)["vectors"]
                          if vector["name"] == "pairwise-authority") for _ in range(4)]
    wrong[0]["expect"]["parts"][0]["elements"][0]["siblings"][0]["value"] += " "
    wrong[1]["expect"]["conflicts"][0]["class"] = "U"
    del wrong[2]["input"]["events"][3]["changes"][0]["supersedes"]
    return not difference(right) and all(map(difference, wrong))


def main():
    passed = failed = 0
    paths = sorted(FOLDER.glob("*.json"))
    absent = sorted(FILES - {path.stem for path in paths})
    for name in absent:
        print(f"merge/{name}: the file is missing")
    for path in paths:
        vectors = json.loads(path.read_text("utf-8")).get("vectors", [])
        wrong = [f"{vector['name']}({what})" for vector in vectors if (what := difference(vector))]
        passed, failed = passed + len(vectors) - len(wrong), failed + len(wrong)
        if vectors:
            print(f"merge/{path.name}: {len(vectors) - len(wrong)} passed, "
                  f"{len(wrong)} failed {' '.join(wrong)}".rstrip())
    if not is_noticed():
        print("merge/pathologies.json: a wrong vector passes")
        failed += 1
    print(f"{passed} passed, {failed + len(absent)} failed")
    return 1 if failed or absent or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
