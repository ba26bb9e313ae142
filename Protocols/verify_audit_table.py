#!/usr/bin/env python3
"""Checks a table or AuditEvents that were exported from an audit log (audit-log-v1.md §8): that the
site signed this list of files, and that they are as listed. Beside verify_audit_log.py, with nothing
of the product. Exit codes: 0 intact, 1 evidence of tampering, 2 could not check, 64 usage."""
import argparse
import pathlib
import sys

from verify_audit_log import LOG, Bundle, Refused, Verdict, attempt, hold, read_head, read_keys
from verify_audit_log import read_list, signers


class Table(Bundle):
    """One check of one folder."""

    def check(self):
        files = self.raw("files")
        self.listed = attempt("files", 0, read_list, files)
        keys, checkpoint = map(self.content, ("keys", "checkpoint"))
        self.keys = self.keys or attempt("keys", 0, read_keys, keys)
        head = attempt("head", 0, read_head, checkpoint)
        hold(head.origin == self.keys[0].name, "head", 0)
        attempt("signature", 0, signers, head.note, self.keys, LOG)
        for path in [path for path in self.listed if path not in self.seen]:
            self.content(path)
        hold(all(self.seen.values()), "files", 0)
        attempt("export", 0, self.check_export, self.raw("export"), head, files)
        return f"intact entries={head.size}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--keys", type=pathlib.Path, help="keys that you trust")
    parser.error = lambda message: parser.exit(64, f"{parser.format_usage()}{message}\n")
    options = parser.parse_args()
    try:
        keys = read_keys(options.keys.read_bytes()) if options.keys else None
    except (OSError, Refused) as failure:
        parser.exit(2, f"{parser.prog}: {failure}\n")
    read = lambda path: (
        (options.folder / path).read_bytes() if (options.folder / path).is_file() else None)
    try:
        line, code = Table(read, keys).check(), 0
    except Verdict as verdict:
        line, code = verdict.args
    print(line)
    return code


if __name__ == "__main__":
    sys.exit(main())
