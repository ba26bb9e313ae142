"""A strict JSON checker (RFC 8259 with the limits of the protocol), written apart from the product.

`check` returns None for a document that is accepted, else the broken rule and its offset.
"""
import re

NUMBER = re.compile(rb"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
CONTINUES = re.compile(rb"[0-9.eE+-]")
SPACE = b" \t\n\r"
LIMITS = {"documentBytesMax": 10 << 20, "depthMax": 64, "arrayItemsMax": 10_000,
          "objectMembersMax": 1_000, "stringBytesMax": 5 << 20, "exemptsRootEntryArray": False}
ESCAPES = {b'"': '"', b"\\": "\\", b"/": "/", b"b": "\b", b"f": "\f", b"n": "\n", b"r": "\r",
           b"t": "\t"}


class Broken(Exception):
    """A rule and the offset at which it is broken."""


class Checker:
    def __init__(self, data, limits):
        self.data, self.at, self.limits = data, 0, LIMITS | limits

    def fail(self, rule, at=None):
        raise Broken(rule, self.at if at is None else at)

    def space(self):
        while self.peek() and self.peek() in SPACE:
            self.at += 1

    def peek(self):
        return self.data[self.at:self.at + 1]

    def token(self):
        """The byte that a token starts with; the end and a NUL have rules of their own."""
        self.space()
        byte = self.peek()
        if not byte:
            self.fail("unexpected-end")
        if byte == b"\0":
            self.fail("nul")
        return byte

    def document(self):
        if len(self.data) > self.limits["documentBytesMax"]:
            self.fail("document-bytes", self.limits["documentBytesMax"])
        if self.data.startswith(b"\xef\xbb\xbf"):
            self.fail("byte-order-mark")
        self.space()
        if self.at == len(self.data):
            self.fail("empty-input")
        self.value(1, False)
        self.space()
        if self.at < len(self.data):
            self.fail("nul" if self.peek() == b"\0" else "trailing-input")

    def value(self, depth, is_exempt):
        byte, start = self.token(), self.at
        if byte in b"{[":
            if depth > self.limits["depthMax"]:
                self.fail("depth")
            self.at += 1
            self.object(depth) if byte == b"{" else self.array(depth, is_exempt)
        elif byte == b'"':
            self.string()
        elif byte in b"-+.0123456789":
            match = NUMBER.match(self.data, start)
            if not match or CONTINUES.match(self.data, match.end()):
                self.fail("invalid-number")
            self.at = match.end()
        elif byte in b"tfn":
            word = {b"t": b"true", b"f": b"false", b"n": b"null"}[byte]
            if not self.data.startswith(word, start):
                self.fail("invalid-literal")
            self.at += len(word)
        else:
            self.fail("unexpected-byte")

    def array(self, depth, is_exempt):
        count = 0
        if self.token() == b"]":
            self.at += 1
            return
        while True:
            self.token()
            count += 1
            if count > self.limits["arrayItemsMax"] and not is_exempt:
                self.fail("array-items")
            self.value(depth + 1, False)
            byte = self.token()
            if byte not in b",]":
                self.fail("unexpected-byte")
            self.at += 1
            if byte == b"]":
                return

    def object(self, depth):
        names, first, count = {}, None, 0
        if self.token() == b"}":
            self.at += 1
            return
        while True:
            if self.token() != b'"':
                self.fail("unexpected-byte")
            start = self.at
            count += 1
            if count > self.limits["objectMembersMax"]:
                self.fail("object-members")
            name = self.string()
            if name in names and first is None:
                first = start
            names[name] = start
            if self.token() != b":":
                self.fail("unexpected-byte")
            self.at += 1
            is_entry = depth == 1 and name == "entry" and self.limits["exemptsRootEntryArray"]
            self.value(depth + 1, is_entry)
            byte = self.token()
            if byte not in b",}":
                self.fail("unexpected-byte")
            self.at += 1
            if byte == b"}":
                break
        if first is not None:
            self.fail("duplicate-member", first)

    def string(self):
        start, text = self.at, []
        self.at += 1
        while True:
            byte = self.peek()
            if not byte:
                self.fail("unexpected-end")
            if byte == b'"':
                break
            if byte == b"\\":
                text.append(self.escape())
            elif byte < b" ":
                self.fail("nul" if byte == b"\0" else "control-character")
            elif byte < b"\x80":
                text.append(byte.decode())
                self.at += 1
            else:
                text.append(self.letter())
        if self.at - start - 1 > self.limits["stringBytesMax"]:
            self.fail("string-bytes", start)
        self.at += 1
        return "".join(text)

    def letter(self):
        for length in 2, 3, 4:
            try:
                letter = self.data[self.at:self.at + length].decode("utf-8")
            except UnicodeDecodeError:
                continue
            self.at += length
            return letter
        self.fail("invalid-utf-8")

    def escape(self):
        start = self.at
        kind = self.data[start + 1:start + 2]
        if not kind:
            self.fail("unexpected-end", len(self.data))
        if kind in ESCAPES:
            self.at += 2
            return ESCAPES[kind]
        unit = self.unit(start)
        if 0xDC00 <= unit < 0xE000:
            self.fail("lone-surrogate", start)
        if unit == 0:
            self.fail("nul", start)
        self.at = start + 6
        if not 0xD800 <= unit < 0xDC00:
            return chr(unit)
        following = self.data[self.at:self.at + 2]
        if following in (b"", b"\\"):
            self.fail("unexpected-end", len(self.data))
        if following != b"\\u":
            self.fail("lone-surrogate", start)
        low = self.unit(self.at)
        if not 0xDC00 <= low < 0xE000:
            self.fail("lone-surrogate", start)
        self.at += 6
        return chr(0x10000 + (unit - 0xD800 << 10) + low - 0xDC00)

    def unit(self, start):
        if self.data[start + 1:start + 2] != b"u":
            self.fail("invalid-escape", start)
        digits = self.data[start + 2:start + 6]
        if not re.fullmatch(rb"[0-9A-Fa-f]*", digits):
            self.fail("invalid-escape", start)
        if len(digits) < 4:
            self.fail("unexpected-end", len(self.data))
        return int(digits, 16)


def check(data, limits):
    checker = Checker(data, limits)
    try:
        checker.document()
    except Broken as broken:
        return broken.args
    return None
