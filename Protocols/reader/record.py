"""Names, headers, events and cards (record-v1.md)."""
import hashlib
import hmac

from .ed25519 import is_signed
from .wire import MAX63, MIB, Refused, decode, need, unpack, unpack_values

COMPARTMENTS = ["identity", "general", "mental-health", "sexual-health", "substance-use",
                "social-care", "patient-private"]


def stream(name):
    kind, rest = name[:1], name[1:]
    need(kind not in (b"", b"\0") and len(name) <= 64, "bad-stream")
    lengths = {b"\1": 17, b"\2": 16, b"\3": 32, b"\4": 16}
    need(len(rest) == lengths.get(kind, len(rest)), "bad-stream")
    if kind == b"\1":
        code = rest[16]
        need(code, "bad-stream")
        known = code <= len(COMPARTMENTS)
        title = COMPARTMENTS[code - 1] if known else f"unknown-{code}"
        return {"kind": "patient", "patient": rest[:16].hex(), "compartment": title,
                "forwardable": known}
    if kind == b"\3":
        need(rest[:16] < rest[16:], "bad-stream")
        return {"kind": "link", "first": rest[:16].hex(), "second": rest[16:].hex(),
                "forwardable": True}
    if kind in (b"\2", b"\4"):
        name = "directory" if kind == b"\2" else "local"
        return {"kind": name, "site": rest.hex(), "forwardable": kind == b"\2"}
    return {"kind": "unknown", "code": kind[0], "subject": rest.hex(), "forwardable": False}


def size(data, length, rule="bad-length", optional=False):
    need(len(data) == length or optional and not data, rule)
    return data.hex() if data else None


def dot(replica, counter):
    need(1 <= counter <= MAX63, "bad-dot")
    return {"replica": size(replica, 24, "bad-dot"), "counter": str(counter)}


def reference(item, author):
    named = dot(item["replica"] or author, item["counter"])
    need(item["index"] < 256, "too-long")
    return named | {"index": item["index"], "event": size(item["event"], 32, optional=True)}


def change_name(item):
    stream(item["stream"])
    named = dot(item["replica"], item["counter"])
    need(item["index"] < 256, "too-long")
    return named | {"stream": item["stream"].hex(), "index": item["index"]}


def target(item):
    if item["kind"] == 0:
        return None
    need(item["kind"] <= 255 and len(item["type"].encode()) <= 64, "too-long")
    return {"streamKind": item["kind"], "type": item["type"], "entity": size(item["entity"], 16)}


def change(item, author):
    entity = size(item["entity"], 16)
    for field, most in ("type", 64), ("facet", 64), ("effective", 64), ("source", 1024):
        need(len(item[field].encode()) <= most, "too-long")
    for field in "supersedes", "covers", "targets", "names":
        need(len(item[field]) <= 4096, "too-long")
    need(item["type"].isascii() and item["facet"].isascii(), "bad-name")
    depth = item["type"].count(".")
    need((not item["resource"]) == (depth == 0), "bad-name")
    need((not item["holder"]) == (depth < 2), "bad-name")
    return {
        "entityType": item["type"], "entity": entity, "facet": item["facet"] or "*",
        "resource": size(item["resource"], 16, optional=True),
        "holder": size(item["holder"], 16, optional=True),
        "operation": item["operation"], "effective": item["effective"] or None,
        "sourceID": item["source"] or None, "valueForm": item["form"],
        "supersedes": [reference(one, author) for one in item["supersedes"]],
        "covers": [reference(one, author) for one in item["covers"]],
        "targets": [target(one) for one in item["targets"]],
        "names": [change_name(one) for one in item["names"]]}


def header(data):
    read = decode("EventHeader", data)
    need(read["schema"] == 1, "unknown-schema")
    stream(read["stream"])
    own = dot(read["replica"], read["counter"])
    need((read["counter"] == 1) == (not read["previous"]), "missing-part")
    need(1 <= len(read["changes"]) <= 256, "bad-change-count")
    author = read["author"] or decode("Author", b"")
    people = [author[part] for part in ("practitioner", "role", "organisation", "behalf")]
    for text in people + [read["source"], read["reason"]]:
        need(len(text.encode()) <= 1024, "too-long")
    previous = size(read["previous"], 32, optional=True)
    need(len(read["dependencies"]) <= 256, "too-long")
    dependencies, last = [], b""
    for item in read["dependencies"]:
        named = dot(item["replica"], item["counter"]) | {"event": size(item["event"], 32)}
        need(last < item["replica"] != read["replica"], "bad-order")
        last = item["replica"]
        dependencies.append(named)
    chain = read["chain"]
    if chain:
        position = {"id": size(chain["id"], 16), "index": chain["index"], "count": chain["count"]}
        need(chain["index"] < chain["count"] <= 4096, "bad-chain")
    changes = [change(item, read["replica"]) for item in read["changes"]]
    naming = "entityType", "entity", "facet", "resource", "holder"
    elements = {tuple(item[field] for field in naming) for item in changes}
    need(len(elements) == len(changes), "element-twice")
    return own | {
        "schemaVersion": 1, "stream": read["stream"].hex(), "previous": previous,
        "dependencies": dependencies, "time": str(read["time"]),
        "recordedMilliseconds": str(read["recorded"]),
        "author": {"practitioner": people[0], "role": people[1], "organisation": people[2],
                   "onBehalfOf": people[3] or None},
        "sourceSystem": read["source"], "reasonCode": read["reason"] or None,
        "chain": position if chain else None, "changes": changes, "hasReasonText": read["text"]}


# --- Events and cards ---------------------------------------------------------------------------


def sha256(*pieces):
    return hashlib.sha256(b"".join(pieces)).digest()


def value_salt(salt, index):
    return hmac.digest(salt, index.to_bytes(4, "big"), "sha256")


def event_id(header_bytes, leaves):
    length = len(header_bytes).to_bytes(4, "big")
    return sha256(b"accord/event/v1\0", length, header_bytes, *leaves)


def shown(value):
    if len(value) <= 256:
        return {"held": value.hex()}
    return {"length": len(value), "sha256": sha256(value).hex()}


def under(rule, action, *arguments):
    try:
        return action(*arguments)
    except Refused:
        raise Refused(rule) from None


def event_leaves(values, erased, envelope):
    """The leaves in order, once the salt is seen to fit the values."""
    salts = {item["index"]: item["bytes"] for item in envelope["salts"]}
    held = [index for index in range(len(values)) if index not in erased]
    if envelope["salt"]:
        need(len(envelope["salt"]) == 16 and not erased, "bad-salt")
        salts = {index: value_salt(envelope["salt"], index) for index in held}
    else:
        need([item["index"] for item in envelope["salts"]] == held, "bad-salt")
    need(all(len(item) == 32 for item in [*salts.values(), *erased.values()]), "bad-salt")
    return [erased[index] if index in erased else sha256(b"\0", salts[index], value)
            for index, value in enumerate(values)]


def open_event(data, keys):
    envelope = decode("Envelope", data)
    header_bytes = under("bad-header-frame", unpack, envelope["header"], MIB)
    said = under("bad-header", header, header_bytes)
    if said["replica"] not in keys:
        return {"pending": "card", "replica": said["replica"]}
    count = len(said["changes"]) + said["hasReasonText"]
    counts = [min(16, count - start) for start in range(0, count, 16)]
    need(len(counts) == len(envelope["frames"]), "bad-frames")
    values = []
    for frame, held in zip(envelope["frames"], counts):
        values += under("bad-frames", unpack_values, frame, held)
    erased, last = {}, -1
    for item in envelope["erased"]:
        index = item["index"]
        need(last < index < count and not values[index], "bad-erasure")
        erased[index], last = item["bytes"], index
    need(len(header_bytes) + sum(map(len, values)) <= MIB, "too-large")
    identifier = event_id(header_bytes, event_leaves(values, erased, envelope))
    need(is_signed(keys[said["replica"]], identifier, envelope["signature"]), "bad-signature")
    items = [{"erased": erased[index].hex()} if index in erased else shown(value)
             for index, value in enumerate(values)]
    return {"id": identifier.hex(), "headerBytes": header_bytes.hex(), "header": said,
            "values": items}


def card(data):
    need(len(data) <= 16384, "too-long")
    read = decode("Card", data)
    need(read["schema"] == 1, "unknown-schema")
    size(read["site"], 16)
    for item in [read["event_key"], read["audit_key"], read["witness_key"], *read["fingerprints"]]:
        size(item, 32)
    need(read["name"] and read["fingerprints"], "missing-part")
    limits = [(read["name"], 200), (read["address"], 1024)]
    for text, most in limits + [(item, 300) for item in read["endpoints"]]:
        need(len(text.encode()) <= most, "too-long")
    need(len(read["endpoints"]) <= 8 and len(read["fingerprints"]) <= 4, "too-long")
    return {
        "site": read["site"].hex(), "incarnation": str(read["incarnation"]),
        "name": read["name"], "postalAddress": read["address"],
        "eventKey": read["event_key"].hex(), "auditKey": read["audit_key"].hex(),
        "witnessKey": read["witness_key"].hex(),
        "tlsFingerprints": [item.hex() for item in read["fingerprints"]],
        "endpoints": read["endpoints"], "validFromMilliseconds": str(read["since"]),
        "validUntilMilliseconds": str(read["until"]),
        "predecessorEventKey": size(read["predecessor"], 32, optional=True)}


def believe_card(data, known):
    signed = decode("SignedCard", data)
    said = card(signed["card"])
    digest = sha256(b"accord/card/v1\0", signed["card"])
    need(is_signed(bytes.fromhex(said["eventKey"]), digest, signed["signature"]), "bad-signature")

    def is_first(key):
        return sha256(bytes.fromhex(key))[:16].hex() == said["site"]

    predecessor = said["predecessorEventKey"]
    if predecessor is None:
        need(is_first(said["eventKey"]), "wrong-site")
        return said
    need(is_first(predecessor) or predecessor in known, "unknown-predecessor")
    need(is_signed(bytes.fromhex(predecessor), digest, signed["predecessor"]),
         "bad-predecessor-signature")
    return said
