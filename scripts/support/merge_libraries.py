"""Three merge libraries behind one interface: a map of maps, a list of notes, and a text.

Of each library the class is None if it is not installed.
"""
try:
    import loro
except ImportError:
    loro = None
try:
    import pycrdt
except ImportError:
    pycrdt = None
try:
    from automerge import core
except ImportError:
    core = None


class Loro:
    """A document of one site."""

    def __init__(self, site, data=None):
        self.document = loro.LoroDoc()
        self.document.peer_id = site
        if data:
            self.document.import_(data)

    def copy(self, site):
        return Loro(site, self.save())

    def save(self):
        self.document.commit()
        return self.document.export(loro.ExportMode.Snapshot())

    def holder(self, path):
        found = self.document.get_map("care")
        for name in path:
            below = found.get(name)
            found = below.container if below else found.insert_container(name, loro.LoroMap())
        return found

    def put(self, path, value):
        self.holder(path[:-1]).insert(path[-1], value)

    def remove(self, path):
        self.holder(path[:-1]).delete(path[-1])

    def append(self, note):
        self.document.get_list("notes").push(note)

    def splice(self, place, count, text):
        self.document.get_text("text").splice(place, count, text)

    def learn(self, other):
        other.document.commit()
        self.document.commit()
        news = loro.ExportMode.Updates(self.document.oplog_vv)
        self.document.import_(other.document.export(news))

    def vector(self):
        return str(self.document.oplog_vv.encode())

    def state(self):
        self.document.commit()
        return {"care": self.document.get_map("care").get_deep_value(),
                "notes": self.document.get_list("notes").get_deep_value(),
                "text": self.document.get_text("text").to_string()}


class Pycrdt:
    """A document of one site (Yjs)."""

    def __init__(self, site, data=None):
        self.document = pycrdt.Doc(client_id=site)
        self.care = self.document.get("care", type=pycrdt.Map)
        self.notes = self.document.get("notes", type=pycrdt.Array)
        self.text = self.document.get("text", type=pycrdt.Text)
        if data:
            self.document.apply_update(data)

    def copy(self, site):
        return Pycrdt(site, self.save())

    def save(self):
        return self.document.get_update()

    def holder(self, path):
        found = self.care
        for name in path:
            if name not in found:
                found[name] = pycrdt.Map()
            found = found[name]
        return found

    def put(self, path, value):
        self.holder(path[:-1])[path[-1]] = value

    def remove(self, path):
        del self.holder(path[:-1])[path[-1]]

    def append(self, note):
        self.notes.append(note)

    def splice(self, place, count, text):
        if count:
            del self.text[place:place + count]
        self.text.insert(place, text)

    def learn(self, other):
        self.document.apply_update(other.document.get_update(self.document.get_state()))

    def vector(self):
        return str(self.document.get_state())

    def state(self):
        return {"care": self.care.to_py() or {}, "notes": self.notes.to_py() or [],
                "text": str(self.text)}


class Automerge:
    """A document of one site."""

    def __init__(self, site, data=None):
        self.document = core.Document.load(data) if data else core.Document(b"\0" * 16)
        if not data:
            # Containers that all sites share are there from the beginning, as the others have them.
            with self.document.transaction() as change:
                change.put_object(core.ROOT, "care", core.ObjType.Map)
                change.put_object(core.ROOT, "notes", core.ObjType.List)
                change.put_object(core.ROOT, "text", core.ObjType.Text)
        self.document.set_actor(site.to_bytes(16, "big"))

    def copy(self, site):
        return Automerge(site, self.save())

    def save(self):
        return self.document.save()

    def root(self, name):
        return self.document.get(core.ROOT, name)[1]

    def holder(self, change, path):
        found = self.root("care")
        for name in path:
            below = change.get(found, name)
            found = below[1] if below else change.put_object(found, name, core.ObjType.Map)
        return found

    def put(self, path, value):
        with self.document.transaction() as change:
            change.put(self.holder(change, path[:-1]), path[-1], core.ScalarType.Str, value)

    def remove(self, path):
        with self.document.transaction() as change:
            change.delete(self.holder(change, path[:-1]), path[-1])

    def append(self, note):
        with self.document.transaction() as change:
            notes = self.root("notes")
            change.insert(notes, change.length(notes), core.ScalarType.Str, note)

    def splice(self, place, count, text):
        with self.document.transaction() as change:
            found = self.root("text")
            for _ in range(count):
                change.delete(found, place)
            for number, letter in enumerate(text):
                change.insert(found, place + number, core.ScalarType.Str, letter)

    def learn(self, other):
        self.document.merge(other.document)

    def vector(self):
        return str(sorted(self.document.get_heads()))

    def state(self):
        return {"care": core.extract(self.document, self.root("care")),
                "notes": core.extract(self.document, self.root("notes")),
                "text": self.document.text(self.root("text"))}


LIBRARIES = {"loro": Loro if loro else None, "pycrdt (Yjs)": Pycrdt if pycrdt else None,
             "automerge": Automerge if core else None}
