"""The folder of a class: its students, settings and files. Standard library only.

    hub/        for root only: class.toml, roster.txt, passwords.toml, the database, the log
    hub/doors/  links to the sockets of the servers, for the proxy
    hub.sock    the socket of the hub, for the servers
    homes/      the home of each student, which only she can read
    logs/       the log of each server, for root only
    run/        the sockets of each server and its kernels, in a folder named by the user id
    material/   the notebooks as they are handed out
    env/        Python, JupyterLab and nnlib, which students can read but not change

`python classroom.py FOLDER` makes what is missing and prints what is wrong.
"""

import grp
import os
import pwd
import re
import secrets
import stat
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

HERE = Path(__file__).resolve().parent
NUMBERS = 1000  # user ids reserved for a class; the first is never given to a student
GRADING = 29000  # deploy/nbgrader runs students' code under the user ids after this one
# For passwords, which are read from a board and typed: without l, 1, o, 0 and i.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
NAME = re.compile(r"[a-z][a-z0-9.-]{0,30}")
# With a smaller number nothing would run, or not for long: {setting: (the least, why)}.
LEAST = {
    "port": (1, "browsers need one"),
    "idle_minutes": (30, "with less, people at work are cut"),
    "starts_at_a_time": (1, "with none, everybody waits for ever"),
    "memory_gb": (1, "with none, nothing starts"),
    "processes": (50, "a server with a notebook has about 40"),
}


class Wrong(Exception):
    """An error in the folder of the class that the teacher can correct; its text is printed."""


@dataclass(frozen=True)
class Seat:
    """The files of one student; `number` is her user id and group id."""

    name: str
    number: int
    home: Path
    run: Path
    log: Path
    door: Path  # a link to the socket, for the proxy

    @property
    def socket(self) -> Path:
        """The socket of her server, in a folder that nobody else can enter."""
        return self.run / "server.sock"

    def make_run(self) -> None:
        """Make the folder for the sockets of her server and its kernels."""
        self.run.mkdir(mode=0o700, exist_ok=True)
        os.chown(self.run, self.number, self.number)

    def open_door(self) -> None:
        """Make a hard link to her socket for the proxy; Wrong if the socket is not hers.

        She can replace the socket, for instance by a link to another student's, but not the hard
        link, which is in a folder of root's. So the link is made first and checked afterwards.
        """
        self.shut_door()
        os.link(self.socket, self.door, follow_symlinks=False)
        found = os.lstat(self.door)
        if not stat.S_ISSOCK(found.st_mode) or found.st_uid != self.number:
            self.shut_door()
            raise Wrong(f"What is at {self.socket} is not a socket of user {self.number}.")

    def shut_door(self) -> None:
        """Remove the link: the proxy cannot reach her server any more."""
        self.door.unlink(missing_ok=True)


class Classroom:
    """The folder of a class, described above.

    Its files may be edited while the hub runs. `settings` stay as they were at the first call. Of
    the roster the last one without a mistake counts; `complain` is called with each new mistake.
    """

    def __init__(self, folder: str | Path, complain: Callable[[str], None] = lambda wrong: None):
        self.folder, self.complain = Path(folder), complain
        self._settings, self._roster, self._complaint = None, None, ""
        self.hub, self.homes = self.folder / "hub", self.folder / "homes"
        self.logs, self.run = self.folder / "logs", self.folder / "run"
        self.doors, self.socket = self.hub / "doors", self.folder / "hub.sock"
        self.material, self.env = self.folder / "material", self.folder / "env"

    def prepare(self) -> None:
        """Make the folders and the files that are missing, closed to all but root."""
        # The path of a kernel's socket, run/20001/kernel-(36 characters)-ipc-5, may have 107 bytes.
        if len(str(self.run)) > 48:
            raise Wrong(f"{self.folder} is too long a name for the kernels' sockets: 44 at most.")
        # The path is part of the addresses of sockets, which are compared in lower case.
        if str(self.folder) != str(self.folder).lower():
            raise Wrong(f"{self.folder} has capitals in it: the name has to be in lower case.")
        for folder, mode in [
            (self.folder, 0o711),
            (self.hub, 0o700),
            (self.doors, 0o700),
            (self.logs, 0o700),
            (self.homes, 0o711),
            (self.run, 0o711),
        ]:
            folder.mkdir(parents=folder is self.folder, exist_ok=True)
            folder.chmod(mode)
        for name in ("class.toml", "roster.txt"):
            if not (self.hub / name).exists():
                example = name.replace(".", ".example.")
                _write_once(self.hub / name, (HERE / example).read_text("utf-8"))
        if not (self.hub / "passwords.toml").exists():
            _write_once(
                self.hub / "passwords.toml",
                "# Change them here and start the hub again. At least 8 and 32 characters.\n"
                f'students = "{_password(10)}"\nteachers = "{_password(32)}"\n',
            )

    def settings(self) -> dict:
        """The settings of class.toml when this was first called: changes count after a restart."""
        if self._settings is None:
            self._settings = self._read_settings()
        return self._settings

    def _read_settings(self) -> dict:
        """The settings of class.toml, with the example's values for those that it leaves out."""
        given = _toml(self.hub / "class.toml")
        known = _toml(HERE / "class.example.toml") | {"certificate": "", "key": ""}
        for name, value in given.items():
            if name not in known:
                raise Wrong(f"class.toml: {name} is unknown; there are {', '.join(known)}.")
            if type(value) is not type(known[name]):
                kind = type(known[name]).__name__
                raise Wrong(f"class.toml: {name} = {value!r} has to be of the kind {kind}.")
        settings = known | given
        for name, (least, why) in LEAST.items():
            if settings[name] < least:
                raise Wrong(
                    f"class.toml: {name} has to be {least} or more, not {settings[name]}: {why}."
                )
        if bool(settings["certificate"]) != bool(settings["key"]):
            raise Wrong("class.toml: certificate and key go together, and one is missing.")
        return settings

    def passwords(self) -> tuple[str, str]:
        """The passwords of the students and of the teachers."""
        path = self.hub / "passwords.toml"
        if path.stat().st_mode & 0o077:
            raise Wrong(f"{path} can be read by others: chmod 600 {path}")
        given = _toml(path)
        try:
            students, teachers = given["students"], given["teachers"]
        except KeyError as missing:
            raise Wrong(f"{path} does not give {missing}.") from None
        for whose, password, least in [("students", students, 8), ("teachers", teachers, 32)]:
            if not isinstance(password, str):
                raise Wrong(f"{path}: put the password of the {whose} in quotes.")
            if len(password) < least or not password.isascii():
                raise Wrong(f"{path}: {whose} has to be {least} or more plain letters and digits.")
        if students == teachers:
            raise Wrong(f"{path}: the two passwords have to differ.")
        return students, teachers

    def roster(self) -> dict[str, bool]:
        """{name: whether this is a teacher}, in the order of roster.txt; read anew at each call.

        While there is a mistake in it, the roster before it; raises Wrong if there is none.
        """
        try:
            self._roster, self._complaint = self._read_roster(), ""
        except (Wrong, OSError) as wrong:
            if self._roster is None:
                raise
            if str(wrong) != self._complaint:
                self._complaint = str(wrong)
                self.complain(f"{wrong} Until it is put right, the roster before it counts.")
        return self._roster

    def _read_roster(self) -> dict[str, bool]:
        names = {}
        for line, text in enumerate(_text(self.hub / "roster.txt").splitlines(), 1):
            name, *rest = text.partition("#")[0].split() or [""]
            if not name:
                continue
            if not NAME.fullmatch(name):
                raise Wrong(
                    f"roster.txt, line {line}: {name!r} has to be of lower case letters, digits,"
                    " dots and dashes, a letter first, and 31 at most."
                )
            if rest not in ([], ["teacher"]):
                raise Wrong(
                    f"roster.txt, line {line}: after {name} comes nothing or the word teacher,"
                    f" not {' '.join(rest)!r}."
                )
            if name in names:
                raise Wrong(f"roster.txt, line {line}: {name} is there already.")
            names[name] = bool(rest)
        return names

    @property
    def ids(self) -> range:
        """The user ids of the class; the first is given to nobody."""
        first = self.settings()["first_number"]
        return range(first, first + NUMBERS)

    def numbers(self) -> dict[str, int]:
        """{name: user id}, read from the owners of the homes: there is no list to lose."""
        owners = {}
        for home in sorted(filter(lambda home: NAME.fullmatch(home.name), self.homes.iterdir())):
            number = home.lstat().st_uid
            if number not in self.ids[1:]:
                raise Wrong(
                    f"{home} belongs to user {number}, which is no student's number: give it back"
                    f" with chown -R, or move it away."
                )
            if number in owners:
                raise Wrong(f"{home} and {owners[number]} belong to the same user {number}.")
            owners[number] = home
        return {home.name: number for number, home in owners.items()}

    def seat(self, name: str) -> Seat:
        """The files of a name on the roster; a new name gets the next user id and a home."""
        if name not in self.roster():
            raise Wrong(f"{name} is not on the roster.")
        home, taken = self.homes / name, self.numbers()
        number = taken.get(name, max(taken.values(), default=self.ids[0]) + 1)
        if number not in self.ids:
            raise Wrong(f"There is no number left for {name}: {NUMBERS - 1} names have had one.")
        if name not in taken:
            # Renamed after it has its owner, so that a home never has a wrong one.
            new = self.homes.parent / f".home-{number}"
            new.mkdir(mode=0o700, exist_ok=True)
            os.chown(new, number, number)
            new.rename(home)
        seat = self._seat(name, number)
        seat.make_run()
        return seat

    def seat_taken(self, name: str) -> Seat | None:
        """The files of a name that has a home, on the roster or not; otherwise None."""
        number = self.numbers().get(name)
        return number and self._seat(name, number)

    def _seat(self, name: str, number: int) -> Seat:
        run, door = self.run / str(number), self.doors / str(number)
        return Seat(name, number, self.homes / name, run, self.logs / f"{name}.log", door)

    def check(self) -> None:
        """Raise Wrong if anything is wrong before the first student comes; make the homes."""
        self.settings()
        self.passwords()
        self._check_ids()
        roster = self.roster()
        if not any(roster.values()):
            raise Wrong(
                f"{self.hub}/roster.txt: nobody teaches. Write the class there, a name on a line,"
                " and teacher after those who teach."
            )
        for name in roster:
            self.seat(name)

    def _check_ids(self) -> None:
        """Raise Wrong if an account, or a class in a folder beside this one, has one of our ids.

        A student could read the home of another class that has her id, and a hub that ends her
        processes would end that student's as well.
        """
        taken = {
            account[2]: f"{account[0]} of this machine"
            for account in [*pwd.getpwall(), *grp.getgrall()]
        }
        for home in sorted(self.folder.parent.glob("*/homes/*")):
            if not home.parents[1].samefile(self.folder):
                taken[home.lstat().st_uid] = f"The home {home} of another class"
        if not (ours := taken.keys() & set(self.ids)):
            return
        later = (range(first, first + NUMBERS) for first in count(self.ids.stop, NUMBERS))
        free = next(ids for ids in later if {GRADING, *taken}.isdisjoint(ids))
        raise Wrong(
            f"{taken[min(ours)]} has the number {min(ours)}, which a student would get: write"
            f" first_number = {free[0]} in {self.hub}/class.toml."
        )


def _text(path: Path) -> str:
    """The text of a file that a teacher edits; some editors put a mark (BOM) before it."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Wrong(f"{path}, line {line}: a letter is not in UTF-8; save it as UTF-8.") from None


def _toml(path: Path) -> dict:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise Wrong(f"{path} cannot be read: {error}; texts have to be in quotes.") from None


def _write_once(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _password(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


if __name__ == "__main__":
    classroom = Classroom(sys.argv[1])
    try:
        classroom.prepare()
        classroom.check()
    except Wrong as wrong:
        sys.exit(f"The hub does not start. {wrong}")
