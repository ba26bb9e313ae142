"""A witness after C2SP tlog-witness and tlog-cosignature, for tests; it shares no code with the product.

    witness.py FOLDER PORT

FOLDER holds cert.pem and key.pem for TLS, and `logs`, a line `log KEY` for each log. The witness adds
its own verifier key as `key`, what it has cosigned as `state`, what it refused as inconsistent as
`evidence`, and `elsewhere` when a redirection was followed. `mode` makes it misbehave.
"""
import base64, hashlib, http.server, json, os, ssl, sys, threading, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "Protocols"))
from reader import ed25519

NAME = "witness.example/tests"
FOLDER, LOCK = Path(sys.argv[1]), threading.Lock()


def text_of(number_point):
    x, y, z, _ = number_point
    inverse = pow(z, -1, ed25519.P)
    x, y = x * inverse % ed25519.P, y * inverse % ed25519.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def hashed(data):
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % ed25519.L


def key_pair(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    return scalar, digest[32:], text_of(ed25519.multiply(scalar, ed25519.BASE))


def sign(pair, message):
    scalar, prefix, public = pair
    r = hashed(prefix + message)
    point = text_of(ed25519.multiply(r, ed25519.BASE))
    s = (r + hashed(point + public + message) * scalar) % ed25519.L
    return point + s.to_bytes(32, "little")


def key_id(name, material):
    return hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def has_grown(old, old_root, new, new_root, proof):
    """RFC 9162, section 2.1.4.2."""
    if old == 0:
        return not proof and (new > 0 or new_root == hashlib.sha256().digest())
    if old == new:
        return not proof and old_root == new_root
    proof = ([old_root] if old & (old - 1) == 0 else []) + proof
    if not proof:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = proof[0]
    for item in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node(item, first), node(item, second)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node(second, item)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root


def log_key(origin):
    """The public key of a known log."""
    for line in (FOLDER / "logs").read_text().splitlines():
        name, _, material = line.removeprefix("log ").split("+", 2)
        if name == origin:
            return base64.b64decode(material)
    return None


def is_signed(origin, material, text, lines):
    wanted = key_id(origin, material)
    for line in lines:
        name, data = line.removeprefix("\u2014 ").rsplit(" ", 1)
        data = base64.b64decode(data)
        if name == origin and data[:4] == wanted:
            if ed25519.is_signed(material[1:], text, data[4:]):
                return True
    return False


def add_checkpoint(body, pair):
    request, note = body.split("\n\n", 1)
    old, *proof = request.split("\n")
    old, proof = int(old.removeprefix("old ")), [base64.b64decode(line) for line in proof]
    text, lines = note.rsplit("\n\n", 1)
    origin, size, root = text.split("\n")
    text, size, root = (text + "\n").encode(), int(size), base64.b64decode(root)
    material = log_key(origin)
    if material is None:
        return 404, "", "text/plain"
    if not is_signed(origin, material, text, lines.splitlines()):
        return 403, "", "text/plain"
    if old > size or len(proof) > 63:
        return 400, "", "text/plain"
    path = FOLDER / "state"
    state = json.loads(path.read_text()) if path.exists() else {}
    known, known_root = state.get(origin, [0, ""])
    known_root = bytes.fromhex(known_root)
    if old != known or (old == size and known and root != known_root):
        return 409, f"{known}\n", "text/x.tlog.size"
    if not has_grown(old, known_root, size, root, proof):
        with open(FOLDER / "evidence", "a") as file:
            file.write(note)
        return 422, "", "text/plain"
    state[origin] = [size, root.hex()]
    with open(FOLDER / "state.new", "w") as file:
        file.write(json.dumps(state))
        file.flush()
        os.fsync(file.fileno())
    os.replace(FOLDER / "state.new", path)
    now = int(time.time())
    signature = sign(pair, f"cosignature/v1\ntime {now}\n".encode() + text)
    blob = key_id(NAME, b"\x04" + PAIR[2]) + now.to_bytes(8, "big") + signature
    return 200, f"\u2014 {NAME} {base64.b64encode(blob).decode()}\n", "text/plain"


class Handler(http.server.BaseHTTPRequestHandler):
    timeout = 20

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        mode = (FOLDER / "mode").read_text() if (FOLDER / "mode").exists() else ""
        if self.path != "/w/add-checkpoint":
            (FOLDER / "elsewhere").touch()
        if mode == "redirect":
            self.answer(307, "", "text/plain", "/elsewhere")
        elif mode == "large":
            self.answer(200, "x" * 70_000, "text/plain")
        elif mode == "busy":
            self.answer(503, "", "text/plain")
        else:
            with LOCK:
                pair = key_pair(b"another key") if mode == "other-key" else PAIR
                self.answer(*add_checkpoint(body, pair))

    def answer(self, status, body, kind, location=None):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


seed = FOLDER / "seed"
if not seed.exists():
    seed.write_bytes(os.urandom(32))
PAIR = key_pair(seed.read_bytes())
material = b"\x04" + PAIR[2]
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(FOLDER / "cert.pem", FOLDER / "key.pem")
server.socket = context.wrap_socket(
    server.socket, server_side=True, do_handshake_on_connect=False)
text = f"{NAME}+{key_id(NAME, material).hex()}+{base64.b64encode(material).decode()}"
(FOLDER / "key.new").write_text(text)
os.replace(FOLDER / "key.new", FOLDER / "key")
server.serve_forever()
