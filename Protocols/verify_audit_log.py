#!/usr/bin/env python3
"""Checks exported audit logs as audit-log-v1.md describes them, with nothing of the product. Exit
codes: 0 intact, 1 evidence of tampering or disagreement, 2 could not check, 64 usage. Keys and
heads of your own, from node cards and witnesses, prove more than those in the bundle."""
import argparse, base64, collections, functools, hashlib, itertools, pathlib, re, sys
sha256 = hashlib.sha256
Key = collections.namedtuple("Key", "name job raw id")
Note = collections.namedtuple("Note", "text signatures")
Head = collections.namedtuple("Head", "origin size root note")
JOBS, LOG, WITNESS = {"log": 1, "witness": 4}, 1, 4
NAME, NUMBER = r"([^\s+\0-\x1f]+)", r"(0|[1-9][0-9]{0,18})"
BASE64 = r"((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=))?)"
KEY = re.compile(rf"{NAME}\+([0-9a-f]{{8}})\+{BASE64}")
SIGNATURE = re.compile(rf"\u2014 {NAME} {BASE64}")
HEAD = re.compile(rf"{NAME}\n{NUMBER}\n{BASE64}\n")
LISTED = re.compile(r"([0-9a-f]{64})  ((?:[a-z0-9][a-z0-9.]*/)*[a-z0-9][a-z0-9.]*)")
PRUNE = re.compile(rb'"kind":"prune","outcome":"success".*?"data":{"events":(0|[1-9][0-9]{0,18})')

class Refused(Exception):
    """A key, note or list breaks the rule that is named."""
class Verdict(Exception):
    """The line of a log that is not intact, and the exit code."""

def need(condition, rule):
    if not condition:
        raise Refused(rule)

def hold(condition, check, seq):
    if not condition:
        raise Verdict(f"evidence seq={seq} check={check}", 1)

def attempt(check, seq, function, *arguments):
    try:
        return function(*arguments)
    except Refused:
        return hold(False, check, seq)

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def add(a, b):
    x, y = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = y - x, z - t, z + t, y + x
    return e * f % P, g * h % P, f * g % P, e * h % P

@functools.lru_cache(maxsize=256)
def doublings(data):
    """The point behind 32 bytes times 1, 2, 4, …; nothing if there is no such point."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    double = lambda point, _: add(point, point)
    return list(itertools.accumulate(range(252), double, initial=(x, y, 1, x * y % P)))

@functools.lru_cache(maxsize=65536)
def is_signed(key, message, signature):
    """Whether an Ed25519 signature holds (RFC 8032 §5.1.7, without cofactor)."""
    public, s = doublings(key), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or public is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    total = (0, 1, 1, 0)
    for scalar, points in (s, doublings(b"\x58" + b"\x66" * 31)), (L - h, public):
        for bit in range(scalar.bit_length()):
            total = add(total, points[bit]) if scalar >> bit & 1 else total
    x, y = (total[part] * pow(total[2], -1, P) % P for part in (0, 1))
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]

def text_of(data, rule):
    need(len(data) <= 65536, "too-long")
    text = data.decode("utf-8", "replace")
    need(text.encode() == data and not re.search(r"[\0-\x09\x0b-\x1f]", text), rule)
    return text

def groups(pattern, text, rule):
    """The groups of a text whose first is a name and whose last is base64, that one as bytes."""
    found = pattern.fullmatch(text)
    need(found and len(found[1].encode()) <= 255, rule)
    *others, encoded = found.groups()
    data = base64.b64decode(encoded)
    need(base64.b64encode(data).decode() == encoded, rule)
    return *others, data

def read_key(text):
    name, key_id, material = groups(KEY, text, "bad-key")
    need(sha256(f"{name}\n".encode() + material).hexdigest()[:8] == key_id, "bad-key")
    need(len(material) == 33 or len(material) > 1 and material[0] not in JOBS.values(), "bad-key")
    return Key(name, material[0], material[1:], bytes.fromhex(key_id))

def read_keys(data):
    """The log's keys, then those of witnesses; keys of other types are passed over."""
    lines = [line.partition(" ") for line in text_of(data, "bad-key").split("\n")]
    need(lines.pop() == ("", "", ""), "bad-key")
    need(all(job in JOBS for job, _, _ in lines), "bad-key")
    keys = [(JOBS[job], read_key(text)) for job, _, text in lines]
    keys = [(job, key) for job, key in keys if key.job in JOBS.values()]
    need(all(key.job == job for job, key in keys) and len(keys) <= 64, "bad-key")
    need(len({key.name for job, key in keys if job == LOG}) == 1, "bad-key")
    return sorted((key for _, key in keys), key=lambda key: key.job)

def read_note(data):
    text, empty, lines = text_of(data, "not-text").rpartition("\n\n")
    need(empty and lines.endswith("\n"), "no-signatures")
    lines = lines[:-1].split("\n")
    need(len(lines) <= 64, "too-long")
    lines = [groups(SIGNATURE, line, "bad-signature-line") for line in lines]
    need(all(len(signature) > 4 for _, signature in lines), "bad-signature-line")
    return Note(text + "\n", [(name, line[:4], line[4:]) for name, line in lines])

def read_head(data):
    note = read_note(data)
    origin, size, root = groups(HEAD, note.text, "bad-head")
    need(int(size) < 2**63 and len(root) == 32, "bad-head")
    return Head(origin, int(size), root, note)

def holds(key, text, signature):
    if key.job == LOG:
        return is_signed(key.raw, text.encode(), signature)
    seconds = int.from_bytes(signature[:8], "big")
    text = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    return seconds < 2**63 and is_signed(key.raw, text, signature[8:])

def signers(note, keys, job):
    """The keys for a job that signed; each signature by one of them must hold."""
    own = [(key, line[2]) for key in keys if key.job == job
           for line in note.signatures if line[:2] == (key.name, key.id)]
    need(all(holds(key, note.text, signature) for key, signature in own), "bad-signature")
    need(own or job == WITNESS, "not-signed")
    return {key for key, _ in own}

def read_list(data):
    lines = [LISTED.fullmatch(line) for line in data.decode("ascii", "replace").split("\n")]
    need(lines.pop() is None and data.endswith(b"\n") and lines and all(lines), "bad-list")
    paths = [line[2] for line in lines]
    need(paths == sorted(set(paths)) and max(map(len, paths)) <= 200, "bad-list")
    return {line[2]: line[1] for line in lines}

def tile_path(level, index, hashes):
    """The path of a tile on a level of so many hashes, and how many of them it has."""
    width, digits = min(256, hashes - index * 256), f"{index:03}"
    parts = re.findall("...", digits.zfill(-(-len(digits) // 3) * 3))
    place = "".join(f"x{part}/" for part in parts[:-1]) + parts[-1]
    return f"tile/{level}/{place}" + (f".p/{width}" if width < 256 else ""), width

class Bundle:
    """One check of one bundle; `read` gives the content of a path, or nothing."""
    def __init__(self, read, keys=None, brought=(), witnesses_min=0):
        self.read, self.keys, self.brought, self.witnesses_min = read, keys, brought, witnesses_min
        self.size, self.covered, self.minimum, self.pruned, self.seen = 0, 0, 0, 0, {}
        self.stack, self.levels = [], collections.defaultdict(list)

    def raw(self, path):
        content = self.read(path)
        if content is None:
            raise Verdict(f"unchecked missing={path}", 2)
        return content

    def content(self, path, check="files", seq=0):
        hold(path in self.listed, check, seq)
        content = self.raw(path)
        self.seen[path] = sha256(content).hexdigest() == self.listed[path]
        return content

    def check(self):
        """The line of an intact log."""
        files = self.raw("files")
        self.listed = attempt("files", 0, read_list, files)
        keys, checkpoint, heads = map(self.content, ("keys", "checkpoint", "heads"))
        self.keys = self.keys or attempt("keys", 0, read_keys, keys)
        heads, cosigners = self.check_heads(heads, checkpoint)
        self.check_brought(newest := heads[-1])
        self.roots = sorted([*heads, *self.brought], key=lambda head: -head.size)
        self.check_tree(newest.size)
        for path in [path for path in self.listed if path not in self.seen]:
            self.content(path)
        hold(all(self.seen.values()), "files", 0)
        attempt("export", 0, self.check_export, self.raw("export"), newest, files)
        if len(cosigners) < self.witnesses_min:
            raise Verdict(f"unchecked witnesses={len(cosigners)}", 2)
        return (f"intact entries={newest.size} minimum={self.minimum} heads={len(heads)} "
                f"witnesses={len(cosigners)}")

    def check_heads(self, data, checkpoint):
        heads, note, start, covered = [], None, 0, 0
        while start < len(data):
            covered = heads[-1].size if heads else 0
            middle = data.find(b"\n\n", start)
            end = data.find(b"\n\n", middle + 2)
            hold(middle >= 0 and end >= 0, "head", covered)
            note, start = data[start:end + 1], end + 2
            head = attempt("head", covered, read_head, note)
            hold(head.origin == self.keys[0].name, "head", covered)
            hold(head.size > covered, "head", covered)
            attempt("signature", covered, signers, head.note, self.keys, LOG)
            cosigners = attempt("cosignature", covered, signers, head.note, self.keys, WITNESS)
            heads.append(head)
        hold(note == checkpoint, "head", covered)
        return heads, cosigners

    def check_brought(self, newest):
        for head in self.brought:
            try:
                need(signers(head.note, self.keys, LOG) and head.origin == newest.origin, "foreign")
            except Refused:
                raise Verdict("unchecked foreign-head", 2) from None
            hold(head.size <= newest.size, "size", newest.size)

    def check_export(self, data, head, files, form="export"):
        note, digest = read_note(data), base64.b64encode(sha256(files).digest()).decode()
        signers(note, self.keys, LOG)
        need(note.text == f"accord/audit/{form}/v1\n{head.note.text}{digest}\n", "bad-export")

    def tile(self, level, index, size):
        path, width = tile_path(level, index, size >> 8 * level)
        data = self.content(path, "tile", index << 8 * (level + 1))
        hold(len(data) == 32 * width, "tile", index << 8 * (level + 1))
        return data

    def check_tree(self, size):
        tiles = [tile_path("entries", index, size) for index in range(-(-size // 256))]
        first = next((i for i, (path, _) in enumerate(tiles) if path in self.listed), len(tiles))
        hold(first < len(tiles), "size", 0)
        self.minimum = first * 256
        for index in range(first):
            data = self.tile(1, index // 256, size) if index % 256 == 0 else data
            self.push(data[index % 256 * 32:][:32], 8)
        for index in range(first, len(tiles)):
            self.check_entries(index, *tiles[index], size)
        for level, hashes in sorted(self.levels.items()):
            for place, node in enumerate(hashes):
                data = self.tile(level, place // 256, size) if place % 256 == 0 else data
                hold(data[place % 256 * 32:][:32] == node, "tile", place << 8 * level)
        hold(self.pruned == self.minimum or not first, "prune", 0)

    def push(self, node, height=0):
        """Appends to the tree (RFC 6962 §2.1) and compares the heads of its new size."""
        rest, self.size, covered = self.size >> height, self.size + (1 << height), self.covered
        if height:
            self.levels[1].append(node)
        while rest & 1:
            node = sha256(b"\1" + self.stack.pop() + node).digest()
            height, rest = height + 1, rest >> 1
            if not height & 7:
                self.levels[height // 8].append(node)
        self.stack.append(node)
        while self.roots and self.roots[-1].size <= self.size:
            head, join = self.roots.pop(), lambda right, left: sha256(b"\1" + left + right).digest()
            if head.size == self.size:
                hold(head.root == functools.reduce(join, self.stack[::-1]), "root", covered)
                self.covered = head.size
            elif head in self.brought:
                raise Verdict("unchecked early-head", 2)

    def check_entries(self, index, path, width, size):
        data, at = self.content(path, "size", index * 256), 0
        leaves = self.tile(0, index, size)
        for seq in range(index * 256, index * 256 + width):
            end = at + 2 + int.from_bytes(data[at:at + 2], "big")
            hold(end <= len(data), "entries", seq)
            entry, at, place = data[at + 2:end], end, seq % 256 * 32
            hold(entry.startswith(b'{"seq":%d,"time":' % seq), "seq", seq)
            leaf = sha256(b"\0" + entry).digest()
            hold(leaf == leaves[place:place + 32], "leaf", seq)
            if self.minimum and (found := PRUNE.search(entry)):
                self.pruned = max(self.pruned, int(found[1]))
            self.push(leaf)
        hold(at == len(data), "entries", index * 256 + width)

def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", nargs="+", type=pathlib.Path, help="folder of an exported log")
    parser.add_argument("--keys", type=pathlib.Path, help="keys that you trust")
    parser.add_argument("--head", action="append", default=[], type=pathlib.Path)
    parser.add_argument("--require-witnesses", type=int, default=0, metavar="N")
    parser.error = lambda message: parser.exit(64, f"{parser.format_usage()}{message}\n")
    options, codes = parser.parse_args(), []
    try:
        keys = read_keys(options.keys.read_bytes()) if options.keys else None
        brought = [read_head(path.read_bytes()) for path in options.head]
    except (OSError, Refused) as failure:
        parser.exit(2, f"{parser.prog}: {failure}\n")
    for folder in options.bundle:
        read = lambda path: (folder / path).read_bytes() if (folder / path).is_file() else None
        try:
            line, code = Bundle(read, keys, brought, options.require_witnesses).check(), 0
        except Verdict as verdict:
            line, code = verdict.args
        print(f"{folder}: {line}" if len(options.bundle) > 1 else line)
        codes.append(code)
    return 1 if 1 in codes else max(codes)

if __name__ == "__main__":
    sys.exit(main())
