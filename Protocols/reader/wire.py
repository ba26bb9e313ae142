"""Frames and Protocol Buffers (record-v1.md §2 and §6)."""
import ctypes
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
MIB = 1 << 20
MAX63 = 2**63 - 1


class Refused(Exception):
    """The input breaks the rule that is named."""


def need(condition, rule):
    """Goes on only if the condition holds."""
    if not condition:
        raise Refused(rule)


ZSTD = ctypes.CDLL("libzstd.so.1")
ZSTD.ZSTD_createDCtx.restype = ctypes.c_void_p
ZSTD.ZSTD_decompress_usingDict.restype = ctypes.c_size_t
ZSTD.ZSTD_decompress_usingDict.argtypes = [ctypes.c_void_p] + [
    ctypes.c_char_p, ctypes.c_size_t] * 3
CONTEXT = ZSTD.ZSTD_createDCtx()
DICTIONARY = (HERE.parent.parent / "Sources/CZstd/dictionary-1.zdict").read_bytes()


def short_varint(data, at, rule):
    """A varint of at most 32 bits in its shortest form; the value and the place behind it."""
    value = shift = 0
    while at < len(data) and shift < 35:
        byte = data[at]
        at, value = at + 1, value | (byte & 0x7F) << shift
        if byte < 0x80:
            need((byte or not shift) and value < 2**32, rule)
            return value, at
        shift += 7
    raise Refused(rule)


def unpack(frame, most):
    need(frame, "truncated")
    length, at = short_varint(frame, 1, "truncated")
    need(frame[0] <= 2, "unknown-codec")
    need(length <= most, "too-large")
    packed = frame[at:]
    if frame[0] == 0:
        need(len(packed) == length, "damaged")
        return packed
    content = ctypes.create_string_buffer(max(length, 1))
    dictionary = DICTIONARY if frame[0] == 2 else b""
    size = ZSTD.ZSTD_decompress_usingDict(
        CONTEXT, content, length, packed, len(packed), dictionary, len(dictionary))
    need(size == length > 0, "damaged")
    return content.raw[:length]


def unpack_values(frame, count):
    content, at, values = unpack(frame, MIB + 80), 0, []
    for _ in range(count):
        length, at = short_varint(content, at, "damaged")
        need(at + length <= len(content), "damaged")
        values.append(content[at:at + length])
        at += length
    need(at == len(content), "damaged")
    return values


# Kinds: u unsigned, w unsigned of 32 bits, i signed, o bool, f fixed64, b bytes, t text, or the
# name of a message; * repeated.

REFERENCE = {1: "replica b", 2: "counter u", 3: "index w", 4: "event b"}
MESSAGES = {
    "EventHeader": {
        1: "schema w", 2: "stream b", 3: "replica b", 4: "counter u", 5: "previous b",
        6: "dependencies Dependency*", 7: "time f", 8: "recorded i", 9: "author Author",
        10: "source t", 11: "reason t", 12: "chain Chain", 13: "changes Change*", 14: "text o"},
    "Dependency": {1: "replica b", 2: "counter u", 3: "event b"},
    "Author": {1: "practitioner t", 2: "role t", 3: "organisation t", 4: "behalf t"},
    "Chain": {1: "id b", 2: "index w", 3: "count w"},
    "Change": {
        1: "type t", 2: "entity b", 3: "facet t", 4: "operation w", 5: "supersedes Reference*",
        6: "covers Reference*", 7: "effective t", 8: "source t", 9: "targets Target*",
        10: "names Name*", 11: "form w", 12: "resource b", 13: "holder b"},
    "Reference": REFERENCE,
    "Name": {1: "stream b", 2: "replica b", 3: "counter u", 4: "index w"},
    "Target": {1: "kind w", 2: "type t", 3: "entity b"},
    "Envelope": {
        1: "header b", 2: "signature b", 3: "salt b", 4: "salts Indexed*", 5: "frames b*",
        6: "erased Indexed*"},
    "Indexed": {1: "index w", 2: "bytes b"},
    "Card": {
        1: "schema w", 2: "site b", 3: "incarnation f", 4: "name t", 5: "address t",
        6: "event_key b", 7: "audit_key b", 8: "witness_key b", 9: "fingerprints b*",
        10: "endpoints t*", 11: "since i", 12: "until i", 13: "predecessor b"},
    "SignedCard": {1: "card b", 2: "signature b", 3: "predecessor b"},
    "Packet": {1: "session b", 2: "messages Message*"},
    "Message": {
        1: "hello Hello", 2: "announce Announce", 3: "cards Cards", 4: "deliver Deliver",
        5: "answer Answer", 6: "wait Wait", 7: "request Request", 8: "chunk Chunk",
        9: "notice SignedNotice", 10: "notice_answer NoticeAnswer", 11: "fetch Fetch",
        12: "vectors Vectors", 13: "standing Standing", 14: "ask Ask", 15: "refusal Refusal",
        16: "ask_answer AskAnswer", 17: "cosign Cosign", 18: "cosign_answer CosignAnswer"},
    "Hello": {
        1: "low w", 2: "high w", 3: "replica b", 4: "feed b", 5: "head u", 6: "head_event b",
        7: "share u", 8: "digest b", 9: "time f", 10: "echo Echo", 11: "token b", 12: "sites b*",
        13: "codecs w*"},
    "Echo": {1: "feed b", 2: "position u", 3: "event b", 4: "share u"},
    "Announce": {1: "since u", 2: "to u", 3: "added b*", 4: "removed b*", 5: "digest b"},
    "Cards": {1: "cards SignedCard*"},
    "Deliver": {
        1: "number u", 2: "after u", 3: "through u", 4: "events Envelope*", 5: "lane w"},
    "Answer": {1: "number u", 2: "outcomes w*", 3: "details Detail*"},
    "Detail": {1: "index w", 2: "replica b", 3: "counter u", 4: "reason w"},
    "Wait": {1: "milliseconds w", 2: "sites b*", 3: "number u"},
    "Request": {1: "digest b", 2: "offset u", 3: "stream b"},
    "Chunk": {1: "digest b", 2: "offset u", 3: "total u", 4: "content b"},
    "Notice": {
        1: "signer b", 2: "id b", 3: "policy u", 4: "receiver b", 5: "mode w", 6: "time f",
        7: "streams b*"},
    "SignedNotice": {1: "notice b", 2: "signature b"},
    "NoticeAnswer": {1: "id b", 2: "outcome w"},
    "Fetch": {1: "stream b", 2: "replica b", 3: "first u", 4: "last u"},
    "Vectors": {1: "asks o", 2: "entries Vector*"},
    "Vector": {1: "stream b", 2: "writers Writer*"},
    "Writer": {1: "replica b", 2: "counter u", 3: "event b"},
    "Standing": {1: "head u", 2: "events u", 3: "bytes u", 4: "oldest u"},
    "Ask": {
        1: "id b", 2: "identifiers Identifier*", 3: "family t", 4: "given t", 5: "birth t",
        6: "purpose t", 7: "requester t", 8: "reason t"},
    "Identifier": {1: "system t", 2: "value t"},
    "AskAnswer": {1: "id b", 2: "outcome w", 3: "patient b"},
    "Cosign": {1: "number u", 2: "request b"},
    "CosignAnswer": {1: "number u", 2: "status w", 3: "answer b", 4: "head b"},
    "Refusal": {1: "reason w"},
}
WIRE = {"u": 0, "w": 0, "i": 0, "o": 0, "f": 1}
MALFORMED = "not-protocol-buffers"


def varint(data, at):
    value = shift = 0
    while at < len(data) and shift < 70:
        byte = data[at]
        at, value = at + 1, value | (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (2**64 - 1), at
        shift += 7
    raise Refused(MALFORMED)


def fields(data):
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        need(0 < tag >> 3 < 2**29, MALFORMED)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            need(kind in (1, 2, 5), MALFORMED)
            size, at = varint(data, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            need(at + size <= len(data), MALFORMED)
            value, at = data[at:at + size], at + size
        yield tag >> 3, kind, value


def scalar(kind, value):
    if kind == "w":
        return value & 0xFFFFFFFF
    if kind == "i":
        return value - 2**64 if value > MAX63 else value
    if kind == "o":
        return bool(value)
    if kind == "f":
        return int.from_bytes(value, "little")
    if kind == "t":
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(MALFORMED) from None
    return value if kind in "ub" else decode(kind, value)


def decode(name, data):
    """A message as a dict; absent messages are None, fields that nobody knows are passed over."""
    shape = {number: text.split() for number, text in MESSAGES[name].items()}
    message = {"": data}
    for field, kind in shape.values():
        default = {"b": b"", "t": "", "o": False}.get(kind, 0 if kind in WIRE else None)
        message[field] = [] if kind.endswith("*") else default
    for number, wire, value in fields(data):
        field, kind = shape.get(number, (None, "none"))
        base = kind.rstrip("*")
        if base == "w" and kind != base and wire == 2:
            at = 0
            while at < len(value):
                item, at = varint(value, at)
                message[field].append(scalar("w", item))
        elif field and wire == WIRE.get(base, 2):
            item = scalar(base, value)
            if kind != base:
                message[field].append(item)
            else:
                message[field] = item
    return message
