"""Packets and their messages (sync-v1.md)."""
import re
import unicodedata

from .ed25519 import is_signed
from .record import card, dot, sha256, shown, size, stream
from .wire import MAX63, MIB, Refused, decode, need, unpack


def ascending(names):
    need(all(left < right for left, right in zip(names, names[1:])), "bad-order")
    return names


def positions(*values):
    need(all(value <= MAX63 for value in values), "too-long")
    return [str(value) for value in values]


def streams(names, most=20_000):
    need(len(names) <= most, "too-long")
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
    need(read["since"] <= read["to"], "bad-order")
    added, removed = streams(read["added"]), streams(read["removed"])
    need(not set(added) & set(removed), "bad-order")
    return {"fromVersion": since, "toVersion": to, "added": added, "removed": removed,
            "digest": size(read["digest"], 32, optional=True)}


def cards(read):
    need(len(read["cards"]) <= 256, "too-long")
    return [card(item["card"]) for item in read["cards"]]


def deliver(read):
    need(len(read["events"]) <= 4096, "too-long")
    number, after, through = positions(read["number"], read["after"], read["through"])
    need(read["number"] and read["after"] <= read["through"], "bad-order")
    need(1 <= read["lane"] <= 3, "missing-part")
    return {"number": number, "afterPosition": after, "throughPosition": through,
            "lane": ["urgent", "current", "backfill"][read["lane"] - 1],
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
    need(read["number"], "bad-order")
    return {"milliseconds": read["milliseconds"], "directSites": sites(read["sites"]),
            "number": positions(read["number"])[0]}


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
    return read["reason"] if read["reason"] <= 10 else 0


# --- Withdrawals, vectors and asks ---------------------------------------------------------------


def notice(read):
    need(len(read["notice"]) <= MIB, "too-long")
    said = decode("Notice", read["notice"])
    signer = size(said["signer"], 24, "bad-dot")
    need(signer, "bad-dot")
    name, receiver = size(said["id"], 16), size(said["receiver"], 16)
    need(said["mode"] in (1, 2) and said["streams"], "missing-part")
    return {
        "signer": signer, "id": name, "policyVersion": positions(said["policy"])[0],
        "receiver": receiver, "mode": ["seal", "erase"][said["mode"] - 1],
        "time": str(said["time"]), "streams": streams(said["streams"], 10_000),
        "signature": read["signature"].hex()}


def believe_notice(data, key):
    read = decode("SignedNotice", data)
    said = notice(read)
    digest = sha256(b"accord/withdrawal/v1\0", read["notice"])
    need(is_signed(key, digest, read["signature"]), "bad-signature")
    return said


def notice_answer(read):
    need(1 <= read["outcome"] <= 3, "missing-part")
    outcomes = ["done", "stillEntitled", "notBelieved"]
    return {"id": size(read["id"], 16), "outcome": outcomes[read["outcome"] - 1]}


def fetch(read):
    stream(read["stream"])
    first = dot(read["replica"], read["first"])
    last = dot(read["replica"], read["last"])
    need(read["first"] <= read["last"], "bad-order")
    return {"stream": read["stream"].hex(), "replica": first["replica"],
            "from": first["counter"], "to": last["counter"]}


def vectors(read):
    entries = read["entries"]
    need(entries, "missing-part")
    need(len(entries) <= 4096, "too-long")
    need(sum(len(entry["writers"]) for entry in entries) <= 32_768, "too-long")
    names = streams([entry["stream"] for entry in entries], 4096)
    held = []
    for name, entry in zip(names, entries):
        ascending([writer["replica"] for writer in entry["writers"]])
        held.append({"stream": name, "writers": [
            dot(writer["replica"], writer["counter"]) | {"event": size(writer["event"], 32)}
            for writer in entry["writers"]]})
    return {"asks": read["asks"], "entries": held}


def standing(read):
    head, events, octets, oldest = positions(
        read["head"], read["events"], read["bytes"], read["oldest"])
    return {"feedHead": head, "queuedEvents": events, "queuedBytes": octets,
            "oldestMilliseconds": oldest}


def text(value, most, least=0):
    need(len(value) >= least, "missing-part")
    need(len(value.encode()) <= most, "too-long")
    need(all(unicodedata.category(letter) != "Cc" for letter in value), "bad-text")
    return value


def ask(read):
    identifiers, birth = read["identifiers"], read["birth"]
    need(len(identifiers) <= 8, "too-long")
    need(identifiers or read["family"] and read["given"] and birth, "missing-part")
    need(not birth or re.fullmatch(
        "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", birth), "bad-text")
    purpose = text(read["purpose"], 32, least=1)
    need(re.fullmatch("[A-Z-]+", purpose), "bad-text")
    return {
        "id": size(read["id"], 16),
        "identifiers": [{"system": text(item["system"], 256),
                         "value": text(item["value"], 256, least=1)} for item in identifiers],
        "family": text(read["family"], 200) or None, "given": text(read["given"], 200) or None,
        "birthDate": birth or None, "purpose": purpose,
        "requester": text(read["requester"], 200, least=1),
        "reason": text(read["reason"], 500, least=1)}


def ask_answer(read):
    need(read["outcome"] in (1, 2), "missing-part")
    patient = size(read["patient"], 16 if read["outcome"] == 1 else 0)
    return {"id": size(read["id"], 16), "patient": patient,
            "outcome": "granted" if patient else "nothing"}


def cosign(read):
    need(read["number"], "bad-order")
    number = positions(read["number"])[0]
    need(read["request"], "missing-part")
    need(len(read["request"]) <= 69_632, "too-long")
    return {"number": number, "request": shown(read["request"])}


def cosign_answer(read):
    need(read["number"], "bad-order")
    number = positions(read["number"])[0]
    need(read["status"] in (200, 400, 403, 404, 409, 422), "missing-part")
    need(max(len(read["answer"]), len(read["head"])) <= 65_536, "too-long")
    return {"number": number, "status": read["status"], "answer": shown(read["answer"]),
            "head": shown(read["head"])}


KINDS = {
    "hello": ("hello", hello), "announce": ("announce", announce), "cards": ("cards", cards),
    "deliver": ("deliver", deliver), "answer": ("answer", answer), "wait": ("wait", wait),
    "request": ("blobRequest", request), "chunk": ("blobChunk", chunk),
    "notice": ("notice", notice), "notice_answer": ("noticeAnswer", notice_answer),
    "fetch": ("fetch", fetch), "vectors": ("vectors", vectors),
    "standing": ("standing", standing), "ask": ("ask", ask),
    "ask_answer": ("askAnswer", ask_answer),
    "cosign": ("cosign", cosign), "cosign_answer": ("cosignAnswer", cosign_answer),
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
