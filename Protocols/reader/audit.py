"""Proofs and witnesses (audit-log-v1.md §3, §5, §6), beside what verify_audit_log.py reads."""
import re

import verify_audit_log as log
from verify_audit_log import Refused, need

HASH = re.compile(rb"[A-Za-z0-9+/]{43}=")


def node(left, right):
    return log.sha256(b"\1" + left + right).digest()


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else log.sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root(leaves[:split]), root(leaves[split:]))


def root_of_proof(leaf, index, size, proof):
    """The root that an inclusion proof leads to, or nothing (RFC 9162 §2.1.3.2)."""
    if index >= size:
        return None
    last, found = size - 1, leaf
    for sibling in proof:
        if not last:
            return None
        if index & 1 or index == last:
            found = node(sibling, found)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = node(found, sibling)
        index, last = index >> 1, last >> 1
    return None if last else found


def is_consistent(old_size, old_root, new_size, new_root, proof):
    """RFC 9162 §2.1.4.2."""
    if old_size > new_size:
        return False
    if old_size in (0, new_size):
        expected = new_root if old_size else root([])
        return not proof and old_root == expected
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    hashes = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not hashes:
        return False
    old = new = hashes.pop(0)
    for sibling in hashes:
        if not last:
            return False
        if place & 1 or place == last:
            old, new = node(sibling, old), node(sibling, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, sibling)
        place, last = place >> 1, last >> 1
    return not last and old == old_root and new == new_root


def hash_lines(data):
    """The hashes up to an empty line, and what stands behind it."""
    hashes = []
    while True:
        line, newline, data = data.partition(b"\n")
        need(newline, "bad-request")
        if not line:
            return hashes, data
        need(len(hashes) < 63, "too-long")
        need(HASH.fullmatch(line), "bad-hash")
        hashes.append(log.base64.b64decode(line))
        need(log.base64.b64encode(hashes[-1]) == line, "bad-hash")


def number_line(data, word):
    line, newline, rest = data.partition(b"\n")
    found = re.fullmatch(word + rb" (0|[1-9][0-9]{0,18})", line)
    need(newline and found and int(found[1]) < 2**63, "bad-request")
    return int(found[1]), rest


def believe_proof(data, keys, given=None):
    """Index, size, witnesses and entry of a proof whose head these keys signed."""
    need(len(data) <= 159632, "too-long")
    title, _, rest = data.partition(b"\n")
    need(title == b"c2sp.org/tlog-proof@v1", "bad-request")
    entry = None
    if rest.startswith(b"extra "):
        line, _, rest = rest.partition(b"\n")
        try:
            entry = log.base64.b64decode(line[6:], validate=True)
        except ValueError:
            raise Refused("bad-request") from None
        need(log.base64.b64encode(entry) == line[6:], "bad-request")
    index, rest = number_line(rest, b"index")
    hashes, rest = hash_lines(rest)
    head = log.read_head(rest)
    witnesses = log.signers(head.note, keys, log.WITNESS)
    signed = log.signers(head.note, keys, log.LOG)
    need(any(key.name == head.origin for key in signed), "not-signed")
    entry = entry if given is None else given
    need(entry is not None, "bad-proof")
    leaf = log.sha256(b"\0" + entry).digest()
    need(root_of_proof(leaf, index, head.size, hashes) == head.root, "bad-proof")
    return index, head.size, sorted(key.name for key in witnesses), entry


def decide(data, origin, keys, size, cosigned_root):
    """The status of a witness's answer to a request, and the head that it stores."""
    try:
        need(len(data) <= 69632, "too-long")
        old, rest = number_line(data, b"old")
        hashes, rest = hash_lines(rest)
        head = log.read_head(rest)
    except Refused:
        return 400, None
    if head.origin != origin:
        return 404, None
    try:
        log.signers(head.note, [key for key in keys if key.name == origin], log.LOG)
    except Refused:
        return 403, None
    if old > head.size:
        return 400, None
    if old != size:
        return 409, None
    if not head.size and head.root != root([]):
        return 422, None
    if not is_consistent(size, cosigned_root, head.size, head.root, hashes):
        return 422, None
    return 200, head


def held_heads(data, key):
    """What a witness holds: how each head stands to the log with this key, and its size."""
    need(len(data) <= 1 << 20, "too-long")
    held = []
    while data:
        text, empty, rest = data.partition(b"\n\n")
        lines, end, data = rest.partition(b"\n\n")
        need(empty and end, "no-signatures")
        head = log.read_head(text + empty + lines + b"\n")
        try:
            log.signers(head.note, [key], log.LOG)
            kind = "signed"
        except Refused:
            kind = "other-key"
        held.append((kind if head.origin == key.name else "other-log", head.size))
    return held


SHARED = re.compile(
    r"(0|[1-9]\d{0,18}) (?:(out|in) ([0-9a-f]{32}) (0|[1-9]\d{0,18}) (0|[1-9]\d{0,18}) "
    r"([0-9a-f]{64})|(refused|waiting) ([0-9a-f]{32}) (0|[1-9]\d{0,18}) (0|[1-9]\d{0,18}) -"
    r"|(session) ([0-9a-f]{32}) - (0|[1-9]\d{0,18}) -)", re.ASCII)


def join_request(data):
    """What a join asks for (§10): the size cosigned last, that of the head, and a place."""
    need(len(data) <= 100, "too-long")
    numbers = []
    for word in (b"old", b"size", b"from"):
        number, data = number_line(data, word)
        numbers.append(number)
    need(not data and numbers[2] <= numbers[1], "bad-request")
    return numbers


def shared_entry(line):
    """Place, matter, session, delivery, events and digest of a line; then its leaf and proof."""
    words = line.decode("utf-8", "replace").split(" ")
    need(7 <= len(words) <= 70, "bad-request")
    found = SHARED.fullmatch(" ".join(words[:6]))
    need(found, "bad-request")
    place = int(found[1])
    matter, session = found[2] or found[7] or found[11], found[3] or found[8] or found[12]
    delivery, events = found[4] or found[9], int(found[5] or found[10] or found[13])
    need(max(place, events, int(delivery or 0)) < 2**63, "bad-request")
    hashes = []
    for word in words[6:]:
        need(HASH.fullmatch(word.encode()), "bad-hash")
        hashes.append(log.base64.b64decode(word))
        need(log.base64.b64encode(hashes[-1]) == word.encode(), "bad-hash")
    return (place, matter, session, delivery, events, found[6]), hashes


def join_page(data, asked):
    """First entry, next place, size cosigned, head and entries of a page that answers what was asked."""
    need(len(data) <= 1 << 20, "too-long")
    first, rest = number_line(data, b"first")
    upto, rest = number_line(rest, b"next")
    rows = []
    while True:
        line, newline, rest = rest.partition(b"\n")
        need(newline, "bad-request")
        if not line:
            break
        need(len(rows) < 256, "too-long")
        rows.append(shared_entry(line))
    need(len(rest) <= 69632, "too-long")
    old, rest = number_line(rest, b"old")
    _, rest = hash_lines(rest)
    head = log.read_head(rest)
    _, size, start = asked
    need(size in (0, head.size) and start <= upto <= head.size, "bad-request")
    need(upto == head.size or len(rows) == 256 or upto - start >= 4096, "bad-request")
    need(len(rows) < 256 or upto > start, "bad-request")
    need(first <= head.size and first % 256 == 0, "bad-request")
    start = max(start, first)
    for entry, hashes in rows:
        need(start <= entry[0] < upto, "bad-request")
        start = entry[0] + 1
        need(root_of_proof(hashes[0], entry[0], head.size, hashes[1:]) == head.root, "bad-proof")
    return first, upto, old, head, [entry for entry, _ in rows]
