"""The points of a class as tables: to read on a screen, for a spreadsheet, for Moodle and Canvas.

A row is a dict: `student`, `points`, `maximum`, `to read`, `no answer`, `state`, `remarks`, `tasks`
with the points of each task, and `columns` with what the roster has of her. What there is no number
for is "", never 0.
"""

import csv
import io
import unicodedata

COLUMNS = ["student", "points", "maximum", "to read", "no answer", "state", "remarks"]
FINAL = "graded"


def width(text: str) -> int:
    """How many columns of a screen it takes: a Chinese sign takes two.

    >>> width("Jürgen"), width("李雷")
    (6, 4)
    """
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def number(value) -> str:
    """A number in its shortest form, and words as they are.

    >>> number(2.0), number(1.5), number("to read"), number("")
    ('2', '1.5', 'to read', '')
    """
    return value if isinstance(value, str) else f"{value:g}"


def on_screen(rows: list[dict]) -> str:
    """The table of one exercise as lines of text."""
    wide = max([len("student"), *(width(row["student"]) for row in rows)])
    lines = [f"{'student':{wide}}  points  of  to read  state"]
    for row in rows:
        points, maximum, waiting = (number(row[k]) or "–" for k in COLUMNS[1:4])
        name = row["student"] + " " * (wide - width(row["student"]))
        no = [f"no answer to {row['no answer']}"] if row["no answer"] else []
        more = "; ".join([*no, *filter(None, [row["remarks"]])])
        more = f" ({more})" if more else ""
        lines.append(f"{name}  {points:>6}  {maximum:>2}  {waiting:>7}  {row['state']}{more}")
    return "\n".join(lines)


def as_csv(lines: list[list]) -> str:
    """Lines of values as they stand in a CSV file."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([number(value) for value in line] for line in lines)
    return file.getvalue()


def of_exercise(rows: list[dict]) -> str:
    """One line a student, a column a task."""
    tasks = list(rows[0]["tasks"]) if rows else []
    first, *others = COLUMNS
    lines = [[first, *tasks, *others]]
    for row in rows:
        values = [row["tasks"].get(task, "") for task in tasks]
        lines.append([row[first], *values, *(row[column] for column in others)])
    return as_csv(lines)


def of_course(tables: dict[str, list[dict]]) -> str:
    """All exercises beside each other: one line a student, a column a task."""
    people = _people(tables)
    head, lines = ["student"], [[name] for name in people]
    for exercise, rows in tables.items():
        found = {row["student"]: row for row in rows}
        tasks = list(rows[0]["tasks"]) if rows else []
        head += [*tasks, exercise, f"{exercise}: to read", f"{exercise}: state"]
        for line in lines:
            row = found[line[0]]
            values = [row["tasks"].get(task, "") for task in tasks]
            line += [*values, row["points"], row["to read"], row["state"]]
    return as_csv([head, *lines])


def _people(tables: dict[str, list[dict]]) -> dict[str, dict]:
    """What the roster has of each student, by name."""
    return {row["student"]: row["columns"] for rows in tables.values() for row in rows}


def _final(rows: list[dict], name: str):
    """The points that nothing can be added to; "" as long as there are none."""
    row = next((row for row in rows if row["student"] == name), None)
    return row["points"] if row and row["state"] == FINAL else ""


def _column(columns: dict, *names: str) -> str:
    low = {key.lower(): value for key, value in columns.items()}
    return next((low[name.lower()] for name in names if low.get(name.lower())), "")


def for_moodle(tables: dict[str, list[dict]]) -> str:
    """For Grades, Import, CSV file; there, map one of the first columns to what knows the user."""
    lines = [["Username", "First name", "Last name", "ID number", "Email address", *tables]]
    for name, columns in _people(tables).items():
        user = _column(columns, "Username") or name
        known = [_column(columns, "First name"), _column(columns, "Last name", "Surname")]
        known += [_column(columns, "ID number"), _column(columns, "Email address")]
        lines.append([user, *known, *(_final(rows, name) for rows in tables.values())])
    return as_csv(lines)


def for_canvas(tables: dict[str, list[dict]]) -> str:
    """For Grades, Import: the columns that Canvas itself exports, and its line of points."""
    known = ["ID", "SIS User ID", "SIS Login ID", "Section"]
    possible = [rows[0]["maximum"] if rows else "" for rows in tables.values()]
    lines = [["Student", *known, *tables], ["    Points Possible", *[""] * len(known), *possible]]
    for name, columns in _people(tables).items():
        ids = [_column(columns, column) for column in known]
        if not any(ids[:3]):
            ids[2] = name  # by which she logs in, if she is known by nothing else
        student = _column(columns, "Student") or name
        lines.append([student, *ids, *(_final(rows, name) for rows in tables.values())])
    return as_csv(lines)
