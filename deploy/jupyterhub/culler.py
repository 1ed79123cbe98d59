"""Run jupyterhub-idle-culler against the hub's socket: python culler.py SOCKET OPTION ...

The culler uses tornado's HTTP client, which connects to ports: a resolver sends it to the socket.
"""

import socket
import sys

from jupyterhub_idle_culler import main
from tornado.netutil import Resolver


class SocketResolver(Resolver):
    """Resolves every host name to one Unix socket."""

    def initialize(self, path):
        self.path = path

    async def resolve(self, host, port, family=socket.AF_UNSPEC):
        return [(socket.AF_UNIX, self.path)]


Resolver.configure(SocketResolver, path=sys.argv.pop(1))
sys.argv.append("--url=http://hub/hub/api")
main()
