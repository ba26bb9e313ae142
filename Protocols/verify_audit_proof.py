#!/usr/bin/env python3
"""Checks proofs that an entry is in an audit log (audit-log-v1.md §5): beside verify_audit_log.py
and reader/audit.py, with nothing of the product. Prints the entry behind the verdict. Exit codes:
0 intact, 1 evidence of tampering, 2 could not check, 64 usage."""
import argparse
import pathlib
import sys

try:
    from reader import audit
    from verify_audit_log import Refused, read_keys
except ImportError as failure:
    print(f"needs verify_audit_log.py and the folder reader beside it: {failure}", file=sys.stderr)
    sys.exit(2)


def check(data, keys, entry):
    """The exit code, and the lines of one proof."""
    try:
        index, size, witnesses, entry = audit.believe_proof(data, keys, entry)
    except Refused as refused:
        return 1, [f"evidence refusal={refused.args[0]}"]
    return 0, [f"intact index={index} size={size} witnesses={len(witnesses)}",
               entry.decode("utf-8", "backslashreplace")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("proof", type=pathlib.Path)
    parser.add_argument("--keys", type=pathlib.Path, required=True, help="keys that you trust")
    parser.add_argument("--entry", type=pathlib.Path, help="the entry, if the proof has none")
    parser.error = lambda message: parser.exit(64, f"{parser.format_usage()}{message}\n")
    options = parser.parse_args()
    try:
        keys = read_keys(options.keys.read_bytes())
        entry = options.entry.read_bytes() if options.entry else None
        data = options.proof.read_bytes()
    except (OSError, Refused) as failure:
        parser.exit(2, f"{parser.prog}: {failure}\n")
    code, lines = check(data, keys, entry)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
