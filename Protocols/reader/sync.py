"""Packets, version vectors, admission and hybrid time (sync-v1.md, record-v1.md §11, §12)."""
from .record import card, dot, shown, size, stream
from .wire import MAX63, MIB, Refused, decode, need, unpack

LATEST = 2**48 - 1


def ascending(names):
    need(all(left < right for left, right in zip(names, names[1:])), "bad-order")
    return names


def positions(*values):
    need(all(value <= MAX63 for value in values), "too-long")
    return [str(value) for value in values]


def streams(names):
    need(len(names) <= 100_000, "too-long")
    for name in names:
        stream(name)
    return [name.hex() for name in ascending(names)]


def sites(names):
    need(len(names) <= 4096, "too-long")
    return [size(name, 16) for name in ascending(names)]


def hello(read):
    need(len(read["codecs"]) <= 4096, "too-long")
    echo = read["echo"]
    if echo:
        position, share = positions(echo["position"], echo["share"])
        echo = {"feed": size(echo["feed"], 16), "position": position,
                "event": size(echo["event"], 32, optional=True), "shareVersion": share}
    head, share = positions(read["head"], read["share"])
    return {
        "protocolMin": read["low"], "protocolMax": read["high"],
        "replica": size(read["replica"], 24), "feed": size(read["feed"], 16), "feedHead": head,
        "feedHeadEvent": size(read["head_event"], 32, optional=True), "shareVersion": share,
        "shareDigest": size(read["digest"], 32), "time": str(read["time"]), "echo": echo,
        "sessionToken": size(read["token"], 16), "directSites": sites(read["sites"]),
        "codecs": ascending(read["codecs"])}


def announce(read):
    since, to = positions(read["since"], read["to"])
    return {"fromVersion": since, "toVersion": to, "added": streams(read["added"]),
            "removed": streams(read["removed"]), "digest": size(read["digest"], 32)}


def cards(read):
    need(len(read["cards"]) <= 256, "too-long")
    return [card(item["card"]) for item in read["cards"]]


def deliver(read):
    need(len(read["events"]) <= 4096, "too-long")
    number, after, through = positions(read["number"], read["after"], read["through"])
    need(read["number"] and read["after"] <= read["through"], "bad-order")
    return {"number": number, "afterPosition": after, "throughPosition": through,
            "events": [item[""].hex() for item in read["events"]]}


def outcome(code, detail):
    need(1 <= code <= 5, "missing-part")
    if code == 4:
        reason = detail["reason"] if detail else 0
        return {"refused": reason if reason <= 3 else 0}
    if code != 3:
        return {1: "accepted", 2: "duplicate", 5: "full"}[code]
    need(detail and 1 <= detail["reason"] <= 3, "missing-part")
    if detail["reason"] == 1:
        return {"pending": "event"} | dot(detail["replica"], detail["counter"])
    if detail["reason"] == 2:
        return {"pending": "card", "replica": size(detail["replica"], 24)}
    return {"pending": "erasure"}


def answer(read):
    outcomes, details = read["outcomes"], read["details"]
    need(len(outcomes) <= 4096 and len(details) <= len(outcomes), "too-long")
    indices = [item["index"] for item in details]
    need(all(index < len(outcomes) for index in ascending(indices)), "bad-order")
    known = dict(zip(indices, details))
    return {"number": positions(read["number"])[0],
            "outcomes": [outcome(code, known.get(i)) for i, code in enumerate(outcomes)]}


def wait(read):
    need(read["milliseconds"] <= 30_000, "too-long")
    return {"milliseconds": read["milliseconds"], "directSites": sites(read["sites"])}


def request(read):
    stream(read["stream"])
    return {"sha256": size(read["digest"], 32), "offset": positions(read["offset"])[0],
            "stream": read["stream"].hex()}


def chunk(read):
    need(len(read["content"]) <= MIB, "too-long")
    offset, total = positions(read["offset"], read["total"])
    return {"sha256": size(read["digest"], 32), "offset": offset, "totalBytes": total,
            "content": shown(read["content"])}


def refusal(read):
    return read["reason"] if read["reason"] <= 7 else 0


KINDS = {
    "hello": ("hello", hello), "announce": ("announce", announce), "cards": ("cards", cards),
    "deliver": ("deliver", deliver), "answer": ("answer", answer), "wait": ("wait", wait),
    "request": ("blobRequest", request), "chunk": ("blobChunk", chunk),
    "refusal": ("refusal", refusal)}


def packet(data):
    """The messages of a packet; whatever is wrong with one is the refusal bad-message, 2."""
    try:
        read = decode("Packet", unpack(data, 10 * MIB))
        need(len(read["messages"]) <= 64, "too-long")
        messages = []
        for message in read["messages"]:
            found = [kind for kind in KINDS if message[kind] is not None]
            for kind in found:
                name, form = KINDS[kind]
                messages.append({name: form(message[kind])})
            if not found:
                messages.append("unknown")
        return {"session": size(read["session"], 16), "messages": messages}
    except Refused:
        return {"refusal": 2}


# --- Version vectors ----------------------------------------------------------------------------


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
