"""The points of a class as tables: for the screen, a spreadsheet, Moodle and Canvas.

A row is a dict: `student`, `points`, `maximum`, `to read`, `no answer`, `state`, `remarks`, `tasks`
with the points of each task, and `columns` with the student's columns of the roster. A missing
number is "", never 0.
"""

import csv
import io
import unicodedata

COLUMNS = ["student", "points", "maximum", "to read", "no answer", "state", "remarks"]
FINAL, ABSENT = "graded", "not handed in"


def width(text: str) -> int:
    """How many columns of a screen the text takes; a Chinese character takes two.

    >>> width("Jürgen"), width("李雷")
    (6, 4)
    """
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def number(value) -> str:
    """A number in its shortest form; text stays as it is.

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
    """The text of a CSV file with these lines of values."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([number(value) for value in line] for line in lines)
    return file.getvalue()


def of_exercise(rows: list[dict]) -> str:
    """The CSV table of one exercise: a line for each student, a column for each task."""
    tasks = list(rows[0]["tasks"]) if rows else []
    first, *others = COLUMNS
    lines = [[first, *tasks, *others]]
    for row in rows:
        values = [row["tasks"].get(task, "") for task in tasks]
        lines.append([row[first], *values, *(row[column] for column in others)])
    return as_csv(lines)


def of_course(tables: dict[str, list[dict]]) -> str:
    """The CSV table of all exercises: a line for each student, a column for each task."""
    people = _people(tables)
    head, lines = ["student"], [[name] for name in people]
    # Without a roster, who is known in one exercise need not be known in another.
    absent = {"tasks": {}, "points": "", "to read": "", "state": ABSENT}
    for exercise, rows in tables.items():
        found = {row["student"]: row for row in rows}
        tasks = list(rows[0]["tasks"]) if rows else []
        head += [*tasks, exercise, f"{exercise}: to read", f"{exercise}: state"]
        for line in lines:
            row = found.get(line[0], absent)
            values = [row["tasks"].get(task, "") for task in tasks]
            line += [*values, row["points"], row["to read"], row["state"]]
    return as_csv([head, *lines])


def _people(tables: dict[str, list[dict]]) -> dict[str, dict]:
    """{name: the columns of the roster} of all students."""
    return {row["student"]: row["columns"] for rows in tables.values() for row in rows}


def _final(rows: list[dict], name: str):
    """The student's final points; "" while something is to be read or there is no grade."""
    row = next((row for row in rows if row["student"] == name), None)
    return row["points"] if row and row["state"] == FINAL else ""


def _column(columns: dict, *names: str) -> str:
    """The first of these columns that is filled, or ""; upper and lower case are the same."""
    low = {key.lower(): value for key, value in columns.items()}
    return next((low[name.lower()] for name in names if low.get(name.lower())), "")


def for_moodle(tables: dict[str, list[dict]]) -> str:
    """The file for Moodle's Grades, Import, CSV file; its first five columns identify users."""
    lines = [["Username", "First name", "Last name", "ID number", "Email address", *tables]]
    for name, columns in _people(tables).items():
        user = _column(columns, "Username") or name
        known = [_column(columns, "First name"), _column(columns, "Last name", "Surname")]
        known += [_column(columns, "ID number"), _column(columns, "Email address")]
        lines.append([user, *known, *(_final(rows, name) for rows in tables.values())])
    return as_csv(lines)


def for_canvas(tables: dict[str, list[dict]]) -> str:
    """The file for Canvas's Grades, Import: the columns and the line of points that it exports."""
    known = ["ID", "SIS User ID", "SIS Login ID", "Section"]
    possible = [rows[0]["maximum"] if rows else "" for rows in tables.values()]
    lines = [["Student", *known, *tables], ["    Points Possible", *[""] * len(known), *possible]]
    for name, columns in _people(tables).items():
        ids = [_column(columns, column) for column in known]
        if not any(ids[:3]):
            ids[2] = name  # the login, the likeliest meaning of a name alone
        student = _column(columns, "Student") or name
        lines.append([student, *ids, *(_final(rows, name) for rows in tables.values())])
    return as_csv(lines)
