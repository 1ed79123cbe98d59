"""Who is in the class, and what is whose: read from the folder of the class, with plain Python.

    hub/        for root only: class.toml, roster.txt, passwords.toml, the database, the log
    hub/doors/  the socket of each server, for the proxy
    hub.sock    where the servers reach the hub
    homes/      one folder for each name, which only its student can read
    logs/       one log for each server, for root only
    run/        sockets of a server and its kernels, one folder for each number
    material/   the notebooks as they are handed out
    env/        Python, JupyterLab and nnlib, which students read and cannot change

`python classroom.py FOLDER` makes what is missing and says in a sentence what is wrong.
"""

import grp
import os
import pwd
import re
import secrets
import stat
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
NUMBERS = 1000  # so many students a class can ever have had
# Without l, 1, o, 0 and the like: it is read off a board and typed.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
NAME = re.compile(r"[a-z][a-z0-9.-]{0,30}")


class Wrong(Exception):
    """Something in the folder of the class that a person has to put right, in a sentence."""


@dataclass(frozen=True)
class Seat:
    """What belongs to one student: `number` is her user id and her group."""

    name: str
    number: int
    home: Path
    run: Path
    log: Path
    door: Path  # where the proxy finds her server

    @property
    def socket(self) -> Path:
        """Where her server listens: in a folder that nobody else can enter."""
        return self.run / "server.sock"

    def open_door(self) -> None:
        """Let the proxy in, after making sure that it is she who listens; Wrong if it is not.

        The door is a second name of the socket, in a folder of root's. She can put anything in the
        place of the first one, a link to the socket of somebody else for instance, but not of this.
        Linked first and looked at afterwards, it cannot be exchanged in between.
        """
        self.shut_door()
        os.link(self.socket, self.door, follow_symlinks=False)
        found = os.lstat(self.door)
        if not stat.S_ISSOCK(found.st_mode) or found.st_uid != self.number:
            self.shut_door()
            raise Wrong(f"What is at {self.socket} is not a socket of user {self.number}.")

    def shut_door(self) -> None:
        """Let nobody in any more."""
        self.door.unlink(missing_ok=True)


class Classroom:
    """The folder of a class."""

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.hub, self.homes = self.folder / "hub", self.folder / "homes"
        self.logs, self.run = self.folder / "logs", self.folder / "run"
        self.doors, self.socket = self.hub / "doors", self.folder / "hub.sock"
        self.material, self.env = self.folder / "material", self.folder / "env"

    def prepare(self) -> None:
        """Make the folders and the files that are missing, closed to all but root."""
        # A kernel's socket is run/20001/kernel-(36 characters)-ipc-5, and Linux takes 107 in all.
        if len(str(self.run)) > 48:
            raise Wrong(f"{self.folder} is too long a name for the kernels' sockets: 44 at most.")
        # The name is part of the addresses of sockets, and those are compared in lower case.
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
        """class.toml, and what its template says where it is silent."""
        given = _toml(self.hub / "class.toml")
        known = _toml(HERE / "class.example.toml") | {"certificate": "", "key": ""}
        for name, value in given.items():
            if name not in known:
                raise Wrong(f"class.toml: {name} is unknown; there are {', '.join(known)}.")
            if type(value) is not type(known[name]):
                kind = type(known[name]).__name__
                raise Wrong(f"class.toml: {name} = {value!r} has to be of the kind {kind}.")
        settings = known | given
        if settings["idle_minutes"] < 30:
            raise Wrong("class.toml: idle_minutes has to be 30 or more, or people at work are cut.")
        if bool(settings["certificate"]) != bool(settings["key"]):
            raise Wrong("class.toml: certificate and key go together, and one is missing.")
        return settings

    def passwords(self) -> tuple[str, str]:
        """The students' and the teachers'."""
        path = self.hub / "passwords.toml"
        if path.stat().st_mode & 0o077:
            raise Wrong(f"{path} can be read by others: chmod 600 {path}")
        given = _toml(path)
        try:
            students, teachers = given["students"], given["teachers"]
        except KeyError as missing:
            raise Wrong(f"{path} does not give {missing}.") from None
        for whose, password, least in [("students", students, 8), ("teachers", teachers, 32)]:
            if len(password) < least or not password.isascii():
                raise Wrong(f"{path}: {whose} has to be {least} or more plain letters and digits.")
        if students == teachers:
            raise Wrong(f"{path}: the two passwords have to differ.")
        return students, teachers

    def roster(self) -> dict[str, bool]:
        """The names in their order, each with whether it teaches."""
        names = {}
        for line, text in enumerate((self.hub / "roster.txt").read_text("utf-8").splitlines(), 1):
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

    def numbers(self) -> dict[str, int]:
        """Who has which number: the owner of a home is the register, and no list can be lost."""
        first = self.settings()["first_number"]
        owners = {}
        for home in sorted(filter(lambda home: NAME.fullmatch(home.name), self.homes.iterdir())):
            number = home.lstat().st_uid
            if not first < number < first + NUMBERS:
                raise Wrong(
                    f"{home} belongs to user {number}, which is no student's number: give it back"
                    f" with chown -R, or move it away."
                )
            if number in owners:
                raise Wrong(f"{home} and {owners[number]} belong to the same user {number}.")
            owners[number] = home
        return {home.name: number for number, home in owners.items()}

    def seat(self, name: str) -> Seat:
        """The seat of a name on the roster; a new name gets the next number and a home."""
        if name not in self.roster():
            raise Wrong(f"{name} is not on the roster.")
        home, taken = self.homes / name, self.numbers()
        first = self.settings()["first_number"]
        number = taken.get(name, max(taken.values(), default=first) + 1)
        if number >= first + NUMBERS:
            raise Wrong(f"There is no number left for {name}: {NUMBERS - 1} names have had one.")
        if name not in taken:
            # Its own before it is there under its name: nobody else's number can get in between.
            new = self.homes.parent / f".home-{number}"
            new.mkdir(mode=0o700, exist_ok=True)
            os.chown(new, number, number)
            new.rename(home)
        seat = self._seat(name, number)
        seat.run.mkdir(mode=0o700, exist_ok=True)
        os.chown(seat.run, number, number)
        return seat

    def seat_taken(self, name: str) -> Seat | None:
        """The seat of a name that has one, whether it is still on the roster or not."""
        number = self.numbers().get(name)
        return number and self._seat(name, number)

    def _seat(self, name: str, number: int) -> Seat:
        run, door = self.run / str(number), self.doors / str(number)
        return Seat(name, number, self.homes / name, run, self.logs / f"{name}.log", door)

    def check(self) -> None:
        """Everything that can be wrong before the first student comes."""
        settings, _ = self.settings(), self.passwords()
        first = settings["first_number"]
        numbers = range(first, first + NUMBERS)
        for account in [*pwd.getpwall(), *grp.getgrall()]:
            if account[2] in numbers:
                raise Wrong(
                    f"{account[0]} of this machine has the number {account[2]}, which a student"
                    " would get: choose another first_number in class.toml."
                )
        roster = self.roster()
        if not any(roster.values()):
            raise Wrong(
                f"{self.hub}/roster.txt: nobody teaches. Write the class there, a name on a line,"
                " and teacher after those who teach."
            )
        for name in roster:
            self.seat(name)


def _toml(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Wrong(f"{path} cannot be read: {error}") from None


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
