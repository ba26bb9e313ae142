#!/usr/bin/env python3
"""Checks a table or AuditEvents that were exported from an audit log (audit-log-v1.md §8): that the
site signed this list of files, and that they are as listed. Beside verify_audit_log.py, with nothing
of the product. Exit codes: 0 intact, 1 evidence of tampering, 2 could not check, 64 usage."""
import argparse
import csv
import io
import json
import pathlib
import sys

try:
    from verify_audit_log import LOG, Bundle, Refused, Verdict, attempt, hold, read_head, read_keys
    from verify_audit_log import read_list, signers
except ImportError as failure:
    print(f"needs verify_audit_log.py beside it: {failure}", file=sys.stderr)
    sys.exit(2)


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
        attempt("export", 0, self.check_export, self.raw("export"), head, files, "table")
        tables = [path for path in self.listed if path.startswith("entries.")]
        hold(len(tables) == 1 and tables[0] in READERS, "files", 0)
        hold(self.present <= {*self.listed, "files", "export"}, "files", 0)
        places, minima = attempt("entries", 0, READERS[tables[0]], self.content(tables[0]))
        minimum = places[0] if places and places[0] % TILE == 0 else 0
        for expected, found in zip(range(minimum, head.size), places):
            hold(found == expected, "seq", expected)
        hold(len(places) == head.size - minimum, "seq", min(minimum + len(places), head.size))
        hold(minimum in (0, max(minima, default=0)), "prune", 0)
        return f"intact entries={head.size} minimum={minimum}"


def read_csv(content):
    """The place in the log of each record, and the minimum that each one about pruning tells of."""
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        return ([int(row["seq"]) for row in rows],
                [int(row["events"]) for row in rows if is_prune(row["kind"], row["outcome"])])
    except (ValueError, KeyError, TypeError, csv.Error) as failure:
        raise Refused(f"entries.csv: {failure}") from failure


def read_events(content):
    """The same of an AuditEvent on each line."""
    try:
        events = [json.loads(line) for line in content.decode().split("\n")[:-1]]
        if any(event["resourceType"] != "AuditEvent" for event in events):
            raise ValueError("a line is no AuditEvent")
        return ([int(event["id"].removeprefix("entry-")) for event in events],
                [minimum_of(event) for event in events
                 if is_prune(event["subtype"][0]["code"], OUTCOMES.get(event["outcome"]))])
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as failure:
        raise Refused(f"entries.ndjson: {failure}") from failure


def is_prune(kind, outcome):
    """Whether an entry moved the minimum."""
    return kind == "prune" and outcome == "success"


def minimum_of(event):
    """The number of events that an AuditEvent about pruning gives: the new minimum."""
    return next(int(detail["valueString"]) for entity in event["entity"]
                for detail in entity.get("detail", []) if detail["type"] == "events")


OUTCOMES = {"0": "success"}
TILE = 256
READERS = {"entries.csv": read_csv, "entries.ndjson": read_events}


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
        table = Table(read, keys)
        table.present = {
            str(path.relative_to(options.folder)) for path in options.folder.rglob("*") if path.is_file()}
        line, code = table.check(), 0
    except Verdict as verdict:
        line, code = verdict.args
    print(line)
    return code


if __name__ == "__main__":
    sys.exit(main())
