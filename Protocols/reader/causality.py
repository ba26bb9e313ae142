"""Version vectors, admission and hybrid time (record-v1.md §11, §12)."""
from .wire import need

LATEST = 2**48 - 1


def vector_case(given):
    vector = sorted(given["vector"], key=lambda item: item["replica"])
    held = {item["replica"]: int(item["counter"]) for item in vector}
    need(len(held) == len(vector), "replica-twice")
    named = given.get("dot", {"replica": "", "counter": "0"})
    replica, counter = named["replica"], int(named["counter"])
    if given["case"] == "order":
        return {"vector": vector}
    if given["case"] == "covers-dot":
        return {"covers": counter <= held.get(replica, 0)}
    if given["case"] == "compare":
        return compare(held, given["other"])
    if given["case"] == "advance":
        assert counter == held.get(replica, 0) + 1
        others = [item for item in vector if item["replica"] != replica]
        entry = named | {"event": given["event"]}
        return {"vector": sorted(others + [entry], key=lambda item: item["replica"])}
    ids = {item["replica"]: item["event"] for item in vector}
    return admit(given, held, ids, replica, counter)


def compare(held, other):
    theirs = {item["replica"]: int(item["counter"]) for item in other}
    missing = [
        {"replica": replica, "from": str(held.get(replica, 0) + 1), "to": str(counter)}
        for replica, counter in sorted(theirs.items()) if counter > held.get(replica, 0)]
    is_covered = all(theirs.get(replica, 0) >= counter for replica, counter in held.items())
    return {"covers": not missing, "isCovered": is_covered, "missing": missing}


def admit(given, held, ids, replica, counter):
    newest = held.get(replica, 0)
    if counter <= newest:
        older = {(item["replica"], int(item["counter"])): item["event"] for item in given["held"]}
        known = ids[replica] if counter == newest else older.get((replica, counter))
        if known in (None, given["event"]):
            return {"admission": "duplicate"}
        return {"admission": "forked", "held": known}
    if counter > newest + 1:
        on = {"replica": replica, "counter": str(counter - 1)}
        return {"admission": "pending", "on": on}
    if newest and given["previous"] != ids[replica]:
        return {"admission": "forked", "held": ids[replica]}
    for item in given["dependencies"]:
        if int(item["counter"]) > held.get(item["replica"], 0):
            on = {"replica": item["replica"], "counter": item["counter"]}
            return {"admission": "pending", "on": on}
    return {"admission": "accepted"}


# --- Hybrid time --------------------------------------------------------------------------------


def clock_case(given):
    if "bits" in given:
        bits = int(given["bits"])
        return {"milliseconds": str(bits >> 16), "counter": str(bits & 0xFFFF)}
    latest, answers = int(given["latest"]), []
    for step in given["steps"]:
        wall = min(int(step["wall"]), LATEST)
        if "observe" in step:
            remote = int(step["observe"])
            suspect = remote >> 16 > wall + 120_000
            latest = latest if suspect else max(latest, remote)
            answers.append({"isSuspect": suspect, "latest": str(latest)})
        else:
            latest = max(wall << 16, min(latest + 1, 2**64 - 1))
            answers.append({"time": str(latest)})
    return answers
