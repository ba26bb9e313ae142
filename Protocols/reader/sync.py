"""Packets and their messages (sync-v1.md)."""
from .record import card, dot, shown, size, stream
from .wire import MAX63, MIB, Refused, decode, need, unpack


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
