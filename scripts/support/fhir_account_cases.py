"""Made histories of which is known what was lost: the account of a race must be seen to find it."""
from types import SimpleNamespace

from fhir_race import Histories, Written, account


class MadeClient:
    """As much of a client as the account asks for."""

    def __init__(self, is_aware=False):
        self.registration = SimpleNamespace(is_aware=is_aware)


WARD, CLINIC, AWARE = MadeClient(), MadeClient(), MadeClient(is_aware=True)
P, S = "present", "sibling"


class MadeHistories(Histories):
    """Versions that all three are shown alike, named by their places."""

    def __init__(self, *versions):
        everybody = (WARD, CLINIC, AWARE)
        self.versions = {one: list(versions) for one in everybody}
        self.order = {one: dict(enumerate(range(len(versions)))) for one in everybody}
        self.count = len(versions)


def cases():
    """A name, who wrote which value having been shown which version, the versions, what is lost."""
    first = Written(WARD, "a", None, 0)
    beside = [first, Written(CLINIC, "b", None, 1)]
    two = ({"a": P}, {"a": P, "b": S})
    return [
        ("replaced by who was shown it", [first, Written(CLINIC, "b", 0, 1)],
         [{"a": P}, {"b": P}], []),
        ("replaced by who wrote it", [first, Written(WARD, "b", None, 1)],
         [{"a": P}, {"b": P}], []),
        ("the last write wins", beside, [{"a": P}, {"b": P}], ["a"]),
        ("acknowledged and shown by no version", beside, [{"a": P}, {"a": P}], ["b"]),
        ("gone in a version that was answered to nobody", [first], [{"a": P}, {}], ["a"]),
        ("gone after a version that did not show it", [*beside, Written(AWARE, "c", 0, 2)],
         [{"a": P}, {"a": P, "b": P}, {"c": P}], ["b"]),
        ("a sibling ended by who does not show siblings",
         [*beside, Written(WARD, "c", 1, 2)], [*two, {"c": P}], ["b"]),
        ("a sibling ended by who shows siblings",
         [*beside, Written(AWARE, "c", 1, 2)], [*two, {"c": P}], []),
    ]


def misjudged():
    """The names of the cases in which the account finds something else; none, if it is right."""
    return [name for name, written, versions, lost in cases()
            if account(written, MadeHistories(*versions))[1] != lost]
