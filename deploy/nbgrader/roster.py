"""Who is in the class, and what the folder of a student is called.

A roster is a file with a name on each line: the one of the hub, with `teacher` after the names of
teachers, or a plain list. Text after # is ignored. A CSV file exported by Moodle or Canvas will do
as well; its names and numbers then appear again in the tables for Moodle and Canvas:

    ada                          Student,ID,SIS User ID,SIS Login ID,Section
    marie teacher                "Lovelace, Ada",101,s-7,ada,Physics
    Anna Schmidt  # group 2
"""

import csv
import hashlib
import io
import re
import unicodedata

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")  # names that folders and nbgrader allow
# The columns of Moodle and Canvas that can identify a person, the preferred one first.
KEYS = ["student", "name", "username", "sis login id", "email address", "id number", "sis user id"]
COLUMNS = {*KEYS, "id", "first name", "last name", "surname", "section", "role", "root account"}


class Wrong(Exception):
    """An error that the user can correct; its text is printed."""


def clean(name: str) -> str:
    """The name in one spelling: ü can be one character or two that look the same.

    >>> clean("Ju\\u0308rgen ") == "J\\u00fcrgen"
    True
    """
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join(unicodedata.normalize("NFC", name).split())


def folder_name(name: str) -> str:
    """The name itself if a folder can have it, otherwise letters of it and a hash.

    >>> folder_name("ada"), folder_name("Anna Schmidt"), folder_name("李雷")
    ('ada', 'Anna-Schmidt-a21e42', 'student-3a4732')
    """
    if PLAIN.fullmatch(name):
        return name
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    letters = re.sub(r"[^A-Za-z0-9]+", "-", letters).strip("-")[:40]
    return f"{letters or 'student'}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def read_roster(text: str) -> list[dict]:
    """The people of a roster, as dicts with `name`, `teacher` and the `columns` of its table.

    >>> read_roster("marie teacher\\nAnna Schmidt  # group 2\\n")[1]
    {'name': 'Anna Schmidt', 'teacher': False, 'columns': {}}
    """
    lines = text.lstrip("\ufeff").splitlines()
    head = [name.strip().lower() for name in next(csv.reader(lines[:1]), [])]
    people = _table(lines) if len(head) > 1 and COLUMNS & set(head) else list(_list(lines))
    seen = {}
    for person in people:
        other = seen.setdefault(person["name"].casefold(), person)
        if other is not person:
            raise Wrong(f"The roster has {person['name']} twice: tell the two apart.")
    if not people:
        raise Wrong("The roster is empty: write a name on each line.")
    return people


def _list(lines: list[str]):
    for line in lines:
        words = clean(line.partition("#")[0]).split(" ")
        teacher = len(words) > 1 and words[-1] == "teacher"
        if name := " ".join(words[:-1] if teacher else words):
            yield {"name": name, "teacher": teacher, "columns": {}}


def _table(lines: list[str]) -> list[dict]:
    """The people of a table; the name is the first column of KEYS that is filled."""
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    people = []
    for row in rows:
        columns = {k.strip(): clean(v) for k, v in row.items() if isinstance(v, str) and k}
        low = {key.lower(): value for key, value in columns.items()}
        if "points possible" in low.get("student", "").lower() or not any(low.values()):
            continue  # an empty line, or the second line of Canvas
        # Under "student" Canvas has "Lovelace, Ada", but handed-in files have the login.
        keys = [*KEYS[2:], *KEYS[:2]] if "sis login id" in low else KEYS
        name = next((low[key] for key in keys if low.get(key)), "")
        name = name or f"{low.get('first name', '')} {_last(low)}".strip()
        if not name:
            raise Wrong(f"The roster has a line without a name: {', '.join(row.values())}")
        teacher = low.get("role", "").lower() in ("teacher", "instructor")
        people.append({"name": name, "teacher": teacher, "columns": columns})
    return people


def _last(low: dict) -> str:
    return low.get("last name") or low.get("surname", "")


class Class:
    """The roster, which finds a person by any of their names."""

    def __init__(self, people: list[dict]):
        self.people = people
        self.known = {}
        for person in people:
            for name in _names(person):
                self.known.setdefault(name.casefold(), person)

    def find(self, name: str) -> dict:
        """The person of this name; a new one if the roster has none."""
        name = clean(name)
        new = {"name": name, "teacher": False, "columns": {}}
        return self.known.get(name.casefold(), new)

    def students(self) -> list[str]:
        """The names of all who are not teachers."""
        return [person["name"] for person in self.people if not person["teacher"]]


def _names(person: dict):
    """The names of a person: login, address, numbers, and first and last name in one order."""
    yield person["name"]
    low = {key.lower(): value for key, value in person["columns"].items()}
    yield from filter(None, (low.get(key) for key in KEYS))
    if low.get("first name") and _last(low):
        yield f"{low['first name']} {_last(low)}"
    last, comma, first = low.get("student", "").partition(",")
    if comma:
        yield clean(f"{first} {last}")
