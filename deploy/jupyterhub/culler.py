"""jupyterhub-idle-culler, at the hub's socket: python culler.py SOCKET OPTION ...

It asks by tornado's client, which knows ports and has to be told where a socket is.
"""

import socket
import sys

from jupyterhub_idle_culler import main
from tornado.netutil import Resolver


class AtTheSocket(Resolver):
    """Whatever the host is called, it is behind this socket."""

    def initialize(self, path):
        self.path = path

    async def resolve(self, host, port, family=socket.AF_UNSPEC):
        return [(socket.AF_UNIX, self.path)]


Resolver.configure(AtTheSocket, path=sys.argv.pop(1))
sys.argv.append("--url=http://hub/hub/api")
main()
