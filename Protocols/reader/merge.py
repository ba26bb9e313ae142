"""One resource as merge-v1.md says: heads, siblings, presence and conflicts.

Plain loops over all that was ever said; nothing is kept up to date.
"""
from collections import Counter, namedtuple

from .merge_values import (
    SHAPES, TABLES, Content, canonical, class_of, display, hashed_id, is_ending, is_instruction,
    objects, parsed, status_codes, take_apart, urgent_content, uuid_text)

CLASSES = "AFHU"
KINDS = {"siblings": 1, "disputed-stop": 2, "presence": 3, "changed-beside-ending": 4,
         "activity-of-ended-plan": 5, "targets-of-one-measure": 6, "omitted": 7, "unmatched": 8}
RESOLVE, RETRACT, OMIT, ERASE = 7, 8, 9, 11
ENDS = {5: "ended", 10: "ended", RETRACT: "retracted"}

# A name orders by replica, counter, index and event: hexadecimal digits and numbers.
Name = namedtuple("Name", "replica counter index event")
Reference = namedtuple("Reference", "replica counter index event")
Part = namedtuple("Part", "kind entity holder")
Change = namedtuple("Change", "name part facet operation supersedes covers time value held")
Head = namedtuple("Head", "name content")


def name_bytes(name):
    return bytes.fromhex(name.event) + name.index.to_bytes(4, "big")


def part_key(part):
    return part.kind, part.entity, part.holder or part.entity


def part_named(kind, entity, holder):
    return Part(kind, entity, holder if kind.count(".") == 2 else None)


def reference_of(text, replicas):
    dot, _, event = text.partition("@")
    replica, counter, index = map(int, dot.split("."))
    return Reference(replicas[replica], counter, index, event or None)


def changes_of(given):
    replicas = given["replicas"]
    for event in given["events"]:
        replica, counter = map(int, event["dot"].split("."))
        for index, item in enumerate(event["changes"]):
            references = [[reference_of(text, replicas) for text in item.get(name, [])]
                          for name in ("supersedes", "covers")]
            part = part_named(item.get("type", given["type"]), item.get("entity", given["id"]),
                              item.get("holder"))
            yield Change(Name(replicas[replica], counter, index, event["id"]), part, item["facet"],
                         item["operation"], *references, int(event["time"]), item.get("value"),
                         item.get("held"))


def names(reference, name):
    return reference[:3] == name[:3] and reference.event in (None, name.event)


def opaque(change):
    return Content(change.held, "") if change.held else Content("opaque", change.value or "")


class Resource:
    """One resource, from all changes of it."""

    def __init__(self, given):
        self.type, self.root = given["type"], Part(given["type"], given["id"], None)
        self.shape = SHAPES.get(self.type) or TABLES["other"] | {"type": self.type}
        self.statements, self.ended, self.ended_in = {}, {}, {}
        self.places, self.children, self.derived, self.omits = {}, {}, set(), []
        self.changes, events = {}, {}
        for change in changes_of(given):
            events.setdefault(change.name[:2], set()).add(change.name.event)
            self.changes[change.name] = change
        self.forks = {dot for dot, found in events.items() if len(found) > 1}
        for change in self.changes.values():
            if self.shape_of(change.part):
                self.add(change)

    def shape_of(self, part):
        if part.kind == self.type:
            return self.shape if part == self.root else None
        if not part.kind.startswith(self.type + "."):
            return None
        shape = self.shape
        for name in part.kind.split(".")[1:]:
            shape = shape and next(
                (item["shape"] for item in shape["inner"] if item["member"] == name), None)
        return shape or {"type": part.kind, "existence": "relied", "inner": [], "facets": [
            {"facet": "item", "members": [], "rule": "all", "class": "H"}]}

    def holder_of(self, part):
        if part == self.root:
            return None
        if part.holder is None:
            return self.root
        return Part(part.kind.rpartition(".")[0], part.holder, None)

    # What changes say and end

    def add(self, change):
        part, facet = change.part, change.facet
        self.note(part, 0, change)
        if change.operation == OMIT:
            self.omits.append(change)
        elif change.operation == ERASE:
            return
        elif change.operation in ENDS:
            self.say(part, "existence", Content(ENDS[change.operation], ""), change)
        elif not 1 <= change.operation <= 11:
            self.say(part, facet, opaque(change), change)
        elif facet == "existence":
            texts = {f'"{word}"': word for word in ("present", "ended", "retracted")}
            content = Content(texts.get(change.value), "")
            self.say(part, facet, content if content.kind else opaque(change), change)
        elif facet != "*":
            value = parsed(change.value) if change.value is not None else None
            content = Content("value", canonical(value[0])) if value else opaque(change)
            self.say(part, facet, content, change)
        else:
            self.add_whole(change)

    def add_whole(self, change):
        self.say(change.part, "existence", Content("present", ""), change)
        value = parsed(change.value) if change.value is not None else None
        if value and isinstance(value[0], dict):
            self.add_parts(value[0], self.shape_of(change.part), change.part, "", change, set())
        elif change.value is not None or change.held:
            self.say(change.part, "*", opaque(change), change)

    def add_parts(self, value, shape, part, path, change, taken):
        facets, inner = take_apart(value, shape, part == self.root)
        for facet, text in facets.items():
            self.say(part, facet, Content("value", text), change)
        for name, index, item, below in inner:
            here = f"{path}/{name}/{index}"
            own = hashed_id(b"accord/inner/v1\n" + name_bytes(change.name) + here.encode())
            found = part_named(below["type"], own, part.entity)
            given = uuid_text(item.get("id"))
            if given and (named := part_named(below["type"], given, part.entity)) not in taken:
                taken.add(named)
                found = named
            if found.entity == own:
                self.derived.add(found)
            self.note(found, index, change)
            self.say(found, "existence", Content("present", ""), change)
            self.add_parts(item, below, found, here, change, taken)

    def say(self, part, facet, content, change):
        self.statements.setdefault((part, facet), {})[change.name] = content
        references = [item for item in change.supersedes if not names(item, change.name)]
        if change.facet == "*" and content.kind not in ("retracted", "ended"):
            self.ended_in.setdefault(change.part, set()).update(references)
        else:
            self.ended.setdefault((part, facet), set()).update(references)

    def note(self, part, item, change):
        place = change.time, change.name.event, change.name.index, item
        holder = self.holder_of(part)
        if part not in self.places and holder:
            self.children.setdefault(holder, []).append(part)
        self.places[part] = min(place, self.places.get(part, place))
        if holder:
            self.note(holder, 1 << 62, change)

    # Heads

    def is_ended(self, name, references):
        bare = Reference(*name[:3], None)
        return Reference(*name) in references or bare in references and name[:2] not in self.forks

    def heads(self, part, facet):
        ended, above = [self.ended.get((part, facet), set())], part
        while above:
            ended.append(self.ended_in.get(above, set()))
            above = self.holder_of(above)
        found = self.statements.get((part, facet), {})
        return [Head(name, found[name]) for name in sorted(found)
                if not any(self.is_ended(name, references) for references in ended)]

    def facets(self, part):
        return sorted(facet for owner, facet in self.statements if owner == part)

    def own_heads(self, part, are_listed=lambda facet: True):
        return [head for facet in self.facets(part) if facet != "existence" and are_listed(facet)
                for head in self.heads(part, facet)]

    def rule(self, part, facet):
        return next((found for found in self.shape_of(part)["facets"] if found["facet"] == facet),
                    {"rule": "all", "class": "H"})

    def in_order(self, part):
        below = sorted(self.children.get(part, []),
                       key=lambda item: (self.places[item], part_key(item)))
        return [part] + [found for item in below for found in self.in_order(item)]

    # Siblings

    def later(self, name):
        return -self.changes[name].time, name.event, name.index

    def siblings(self, part, facet, rule):
        groups, apart = {}, []
        for head in self.heads(part, facet):
            if head.content.kind == "value":
                groups.setdefault(head.content, []).append(head.name)
            else:
                apart.append((head.content, [head.name]))
        found = apart + [(content, sorted(items, key=self.later))
                         for content, items in groups.items()]
        return sorted(found, key=lambda item: (display(rule, item[0]), self.later(item[1][0])))

    def element(self, part, facet):
        rule = self.rule(part, facet)
        siblings = self.siblings(part, facet, rule)
        letter, is_stop = "A", False
        if len(siblings) > 1:
            contents = [content for content, _ in siblings]
            letter, is_stop = class_of(rule, contents)
            is_urgent = self.is_urgent(part) and (
                self.shape_of(part)["existence"] != "allergy" or facet == "standing")
            if rule["rule"] != "presentation":
                if any(content.kind != "value" for content in contents):
                    letter = max(letter, "H", key=CLASSES.index)
                if letter == "H" and is_urgent or self.is_advance_decision():
                    letter = "U"
        return {"facet": facet, "class": letter, "siblings": siblings, "disputedStop": is_stop}

    def is_urgent(self, part):
        return any(urgent_content(parsed(head.content.text)[0], part.kind)
                   for head in self.own_heads(part) if head.content.kind == "value")

    def is_advance_decision(self):
        listed = TABLES["advanceDecisions"]
        names = listed["members"].get(self.type, [])
        return any(
            [coding.get("system"), coding.get("code")] in listed["codes"]
            for head in self.own_heads(self.root) if head.content.kind == "value"
            for name in names
            for concept in objects(parsed(head.content.text)[0], name)
            for coding in objects(concept, "coding"))

    # Presence and endings

    def presence(self, part):
        contents = {head.content for head in self.heads(part, "existence")}
        if len(contents) > 1:
            return "disputed"
        kind = next((content.kind for content in contents), "present")
        if kind == "retracted":
            is_warning = self.shape_of(part)["existence"] == "allergy"
            return "disputed" if is_warning and self.uncovered(part) else kind
        return "ended" if kind == "ended" else "present"

    def presence_class(self, part):
        existence, is_urgent = self.shape_of(part)["existence"], self.is_urgent(part)
        if self.is_advance_decision():
            return "U"
        if existence == "kept":
            heads = self.heads(part, "existence")
            return "H" if any(head.content.kind == "retracted" for head in heads) else None
        is_flagged = existence in ("allergy", "member")
        return "U" if is_urgent and existence != "member" else "F" if is_flagged else "H"

    def statuses(self, part):
        for facet in self.shape_of(part)["facets"]:
            if facet["rule"] == "status" and facet["tension"] != "warning":
                return [(head.name, is_ending(facet, status_codes(facet, head.content)[0]))
                        for head in self.heads(part, facet["facet"])]
        return []

    def endings(self, part):
        existence = self.heads(part, "existence")
        if {head.content.kind for head in existence} in ({"retracted"}, {"ended"}):
            return [head.name for head in existence]
        found = self.statuses(part)
        return [name for name, ends in found] if all(ends for _, ends in found) else []

    def contents(self, part):
        found = self.own_heads(part, lambda facet: self.rule(part, facet)["rule"] != "presentation")
        for inner in self.children.get(part, []):
            found += self.heads(inner, "existence") + self.contents(inner)
        return found

    def uncovered(self, part):
        endings, existence = self.endings(part), self.heads(part, "existence")
        if not endings:
            return []
        if existence and all(head.content.kind == "retracted" for head in existence):
            shown = self.contents(part)
        else:
            shown = self.own_heads(part, lambda facet: is_instruction(self.rule(part, facet)))
        return [head.name for head in shown if not self.are_seen(endings, head.name)]

    def are_seen(self, endings, head):
        return any(self.covers(ending, head) for ending in endings)

    def covers(self, ending, head):
        if ending.event == head.event:
            return True
        change, other = self.changes[ending], self.changes[head]
        shown = set(change.covers) | set(() if change.operation == RESOLVE else change.supersedes)
        return self.is_ended(head, shown) or (
            change.time < other.time and self.is_ended(ending, set(other.covers)))

    # The view

    def view(self):
        parts = []
        for part in self.in_order(self.root) if self.root in self.places else []:
            elements = [self.element(part, facet) for facet in self.facets(part)
                        if facet != "existence" and self.heads(part, facet)]
            if elements or self.heads(part, "existence"):
                parts.append((part, self.presence(part), elements))
        if parts and parts[0][0] != self.root:
            parts.insert(0, (self.root, "present", []))
        return parts

    def conflicts(self, parts):
        found = []
        for part, _, elements in parts:
            for element in elements:
                if element["class"] != "A":
                    kind = "disputed-stop" if element["disputedStop"] else "siblings"
                    heads = [name for _, items in element["siblings"] for name in items]
                    found.append((part, element["facet"], kind, element["class"], heads))
            existence, letter = self.heads(part, "existence"), self.presence_class(part)
            if len({head.content for head in existence}) > 1 and letter:
                names = [head.name for head in existence]
                found.append((part, "existence", "presence", letter, names))
            if (opened := self.uncovered(part)) and letter:
                heads = self.endings(part) + opened
                found.append((part, "existence", "changed-beside-ending", letter, heads))
        present = [part for part, presence, _ in parts if presence == "present"]
        found += self.open_activities(present) + self.equal_measures(present)
        found += self.omitted() + self.unmatched(parts)
        found = [(*item[:4], tuple(sorted(set(item[4])))) for item in found]
        return sorted(found, key=lambda item: (
            -CLASSES.index(item[3]), part_key(item[0]), item[1], KINDS[item[2]], item[4]))

    def open_activities(self, present):
        endings = [name for name, ends in self.statuses(self.root) if ends]
        if self.type != "CarePlan" or not endings:
            return []
        found = []
        for part in present:
            if part.kind == "CarePlan.activity" and not self.endings(part):
                heads = self.heads(part, "body") + self.heads(part, "schedule")
                unseen = [head.name for head in heads if not self.are_seen(endings, head.name)]
                if unseen:
                    kind = "activity-of-ended-plan"
                    found.append((part, "existence", kind, "U", endings + unseen))
        return found

    def equal_measures(self, present):
        measures = {}
        for part in present:
            for head in self.heads(part, "target") if part.kind == "Goal.target" else []:
                value = parsed(head.content.text)[0] if head.content.kind == "value" else None
                if isinstance(value, dict) and "measure" in value:
                    measures.setdefault(canonical(value["measure"]), []).append((part, head.name))
        return [(min((part for part, _ in items), key=part_key), "target", "targets-of-one-measure",
                 "H", [name for _, name in items]) for items in measures.values()
                if len({name.replica[:32] for _, name in items}) > 1
                and len({part for part, _ in items}) > 1]

    def omitted(self):
        found = []
        for change in self.omits:
            facets = self.facets(change.part) if change.facet == "*" else [change.facet]
            left = [head.name for facet in facets for head in self.heads(change.part, facet)
                    if any(names(item, head.name) for item in change.supersedes)]
            if left:
                found.append((change.part, change.facet, "omitted", "F", left + [change.name]))
        return found

    def unmatched(self, parts):
        found = []
        for inner in self.shape["inner"]:
            kind, versions, is_derived = inner["shape"]["type"], {}, False
            listed = [view for view in parts if view[0].kind == kind]
            for part, presence, elements in listed:
                heads = self.heads(part, "existence")
                if presence != "present" or len(heads) != 1:
                    continue
                if self.changes[heads[0].name].part == self.root:
                    said = tuple((element["facet"], tuple(
                        content.text if content.kind == "value" else None
                        for content, _ in element["siblings"])) for element in elements)
                    versions.setdefault(heads[0].name, Counter())[said] += 1
                    is_derived = is_derived or part in self.derived
            differing = [name for name, said in versions.items() if any(
                said - others for other, others in versions.items() if other != name)]
            if inner["shape"]["existence"] == "relied" and is_derived and len(differing) > 1:
                letter = "U" if any(self.is_urgent(part) for part, _, _ in listed) else "H"
                found.append((self.root, inner["member"], "unmatched", letter, differing))
        return found
