#!/usr/bin/env python3
"""Checks every file of Protocols/vectors against record-v1.md, sync-v1.md and
audit-log-v1.md.

An independent reader: Python's standard library, libzstd through ctypes, and nothing of the
product. Prints a line for each file, then a sum; the exit status tells whether all passed.
"""
import base64
import hmac
import json
import pathlib
import sys
import uuid

import verify_audit_log
from reader import audit, causality, histories, record, strict_json, sync, wire
from reader.ed25519 import is_signed
from reader.wire import Refused, need

VECTORS = pathlib.Path(__file__).resolve().parent / "vectors"
raw = bytes.fromhex


def identifier(given):
    if given["kind"] == "replica":
        replica = raw(record.size(raw(given["bytes"]), 24, "bad-dot") or "")
        need(replica, "bad-dot")
        return {"site": str(uuid.UUID(bytes=replica[:16])),
                "incarnation": str(int.from_bytes(replica[16:], "big"))}
    if given["kind"] == "site":
        key = raw(record.size(raw(given["eventKey"]), 32))
        return {"site": record.sha256(key)[:16].hex()}
    text = given["text"]
    parts = text.split("-")
    need([len(part) for part in parts] == [8, 4, 4, 4, 12], "not-a-uuid")
    need(all(letter in "0123456789abcdefABCDEF" for part in parts for letter in part),
         "not-a-uuid")
    return {"bytes": "".join(parts).lower(), "text": text.lower()}


def hashing(given):
    function = given["function"]
    if function == "sha256":
        return {"digest": record.sha256(raw(given["message"])).hex()}
    if function == "hmac-sha256":
        code = hmac.digest(raw(given["key"]), raw(given["message"]), "sha256")
        return {"code": code[:given["bytes"]].hex()}
    if function == "share-set":
        return share_set([raw(name) for name in given["inserted"]],
                         [raw(name) for name in given["removed"]])
    values = [raw(value) for value in given["values"]]
    salts = [record.value_salt(raw(given["eventSalt"]), index) for index in range(len(values))]
    leaves = [record.sha256(b"\0", salt, value) for salt, value in zip(salts, values)]
    return {"valueSalts": [salt.hex() for salt in salts],
            "leaves": [leaf.hex() for leaf in leaves],
            "id": record.event_id(raw(given["header"]), leaves).hex()}


def share_set(inserted, removed):
    """The sum over what is left of a set, whatever came and went in between."""
    names = set(inserted) - set(removed)
    total = sum(int.from_bytes(record.sha256(b"accord/shareset-member/v1\0", name), "big")
                for name in names) % 2**256
    count, members = len(names).to_bytes(8, "big"), total.to_bytes(32, "big")
    digest = record.sha256(b"accord/shareset/v1\0", count, members)
    return {"count": str(len(names)), "sum": members.hex(), "digest": digest.hex()}


def signature(given):
    key = raw(record.size(raw(given["publicKey"]), 32))
    return {"isValid": is_signed(key, raw(given["message"]), raw(given["signature"]))}


def frame(given):
    data = raw(given["frame"])
    if "values" in given:
        return [record.shown(value) for value in wire.unpack_values(data, given["values"])]
    return record.shown(wire.unpack(data, given["contentBytesMax"]))


def header(given):
    return record.header(wire.unpack(raw(given["frame"]), wire.MIB))


def event(given):
    keys = {item["replica"]: raw(item["key"]) for item in given["keys"]}
    return record.open_event(raw(given["envelope"]), keys)


def audit_note(given):
    if "key" in given:
        key = verify_audit_log.read_key(given["key"])
        jobs = {1: "log", 4: "witness"}
        need(key.job in jobs, "unknown-type")
        return {"name": key.name, "job": jobs[key.job], "publicKey": key.raw.hex(),
                "id": key.id.hex()}
    if "head" in given:
        head = verify_audit_log.read_head(raw(given["head"]))
        return {"origin": head.origin, "size": str(head.size), "root": head.root.hex()}
    note = verify_audit_log.read_note(raw(given["note"]))
    keys = [verify_audit_log.read_key(key) for key in given["keys"]]
    found = verify_audit_log.signers(note, keys, verify_audit_log.WITNESS)
    try:
        found |= verify_audit_log.signers(note, keys, verify_audit_log.LOG)
    except verify_audit_log.Refused as refused:
        need(found and refused.args[0] == "not-signed", refused.args[0])
    return {"text": note.text, "signers": sorted(key.name for key in found)}


def audit_tree(given):
    hashes = [raw(item) for item in given.get("leaves", given.get("proof", []))]
    function = given["function"]
    if function == "leaf":
        return {"hash": record.sha256(b"\0", raw(given["entry"])).hex()}
    if function == "root":
        return {"root": audit.root(hashes).hex()}
    if function == "tile":
        level, index, size = given["level"], given["index"], int(given["size"])
        path, width = verify_audit_log.tile_path(level, index, size >> 8 * level)
        return {"path": path, "width": width}
    if function == "inclusion":
        found = audit.root_of_proof(
            raw(given["leaf"]), int(given["index"]), int(given["size"]), hashes)
        return {"root": found and found.hex()}
    return {"isConsistent": audit.is_consistent(
        int(given["oldSize"]), raw(given["oldRoot"]), int(given["newSize"]), raw(given["newRoot"]),
        hashes)}


def audit_proof(given):
    keys = [verify_audit_log.read_key(key) for key in given["keys"]]
    index, size, witnesses, _ = audit.believe_proof(raw(given["proof"]), keys)
    return {"index": str(index), "size": str(size), "witnesses": witnesses}


def witness_request(given):
    keys = [verify_audit_log.read_key(key) for key in given["keys"]]
    status, head = audit.decide(
        raw(given["request"]), given["origin"], keys, int(given["size"]), raw(given["root"]))
    return {"status": status, "stored": head and str(head.size)}


def witness_heads(given):
    key = verify_audit_log.read_key(given["key"])
    return {"held": [{"is": kind, "size": str(size)}
                     for kind, size in audit.held_heads(raw(given["body"]), key)]}


def join(given):
    asked = audit.join_request(raw(given["request"]))
    if given["page"] is None:
        return dict(zip(("old", "size", "from"), map(str, asked)))
    first, upto, old, head, entries = audit.join_page(raw(given["page"]), asked)
    names = ("place", "matter", "session", "delivery", "events", "digest")
    shown = [dict(zip(names, (str(entry[0]), *entry[1:4], str(entry[4]), entry[5])))
             for entry in entries]
    return {"first": str(first), "next": str(upto), "old": str(old), "size": str(head.size),
            "entries": shown}


def audit_bundle(given):
    files = {path: raw(content) for path, content in given["files"].items()}
    keys = verify_audit_log.read_keys(raw(given["keys"])) if given["keys"] else None
    brought = [verify_audit_log.read_head(raw(head)) for head in given["heads"]]
    bundle = verify_audit_log.Bundle(files.get, keys, brought, given["witnessesMin"])
    try:
        return {"line": bundle.check()}
    except verify_audit_log.Verdict as verdict:
        return {"line": verdict.args[0]}


CHECKS = {
    "audit-bundles": audit_bundle,
    "audit-notes": audit_note,
    "audit-proofs": audit_proof,
    "audit-trees": audit_tree,
    "joins": join,
    "witness-heads": witness_heads,
    "witness-requests": witness_request,
    "stream-names": lambda given: record.stream(raw(given["bytes"])),
    "identifiers": identifier,
    "version-vectors": causality.vector_case,
    "hybrid-time": causality.clock_case,
    "histories": histories.heads,
    "hashing": hashing,
    "ed25519": signature,
    "frames": frame,
    "headers": header,
    "events": event,
    "events-malformed": event,
    "node-cards": lambda given: record.believe_card(raw(given["card"]), given["knownKeys"]),
    "packets": lambda given: sync.packet(raw(given["packet"])),
    "withdrawal-notices": lambda given: sync.believe_notice(
        raw(given["notice"]), raw(given["signerKey"])),
}


def outcome(check, given):
    try:
        return check(given)
    except (Refused, verify_audit_log.Refused) as refused:
        return {"refusal": refused.args[0]}


def check_file(path):
    """How many vectors passed, and the names of those that failed."""
    file = json.loads(path.read_text("utf-8"))
    check, failed = CHECKS.get(path.stem), []
    for vector in file["vectors"]:
        if check is None or outcome(check, vector["input"]) != vector["expect"]:
            failed.append(vector["name"])
    if path.stem == "histories" and not failed and not histories.is_complete(file["vectors"]):
        failed.append("(not every history, or one twice)")
    return len(file["vectors"]) - len(failed), failed


def json_document(vector):
    if "input" in vector:
        return base64.b64decode(vector["input"], validate=True)
    prefix, unit, suffix = (
        base64.b64decode(vector["repeat"].get(part, "")) for part in ("prefix", "unit", "suffix"))
    return prefix + unit * vector["repeat"]["count"] + suffix


def check_json_lines(path):
    vectors = [json.loads(line) for line in path.read_text("utf-8").splitlines()[1:]]
    failed = []
    for vector in vectors:
        found = strict_json.check(json_document(vector), vector.get("limits", {}))
        expected = (vector["verdict"], vector["offset"]) if "offset" in vector else None
        if found != expected:
            failed.append(vector["name"])
    return len(vectors) - len(failed), failed


def main():
    passed = failed = 0
    paths = sorted([*VECTORS.glob("*.json"), *VECTORS.glob("strict-json.jsonl")])
    absent = sorted(set(CHECKS) - {path.stem for path in paths})
    for name in absent:
        print(f"{name}: the file is missing")
    for path in paths:
        checked, wrong = check_json_lines(path) if path.suffix == ".jsonl" else check_file(path)
        passed, failed = passed + checked, failed + len(wrong)
        print(f"{path.name}: {checked} passed, {len(wrong)} failed {' '.join(wrong)}".rstrip())
    print(f"{passed} passed, {failed + len(absent)} failed")
    return 1 if failed or absent or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
