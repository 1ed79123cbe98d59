"""Settings of every student's server, beside those that the hub gives it."""

import os
import stat
from functools import partial

from jupyter_server import serverapp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado import web

c = get_config()  # noqa: F821 - jupyter-server runs this file with it


class Manager(AsyncLargeFileManager):
    """Files of one's own. What the system refuses is forbidden.

    By itself jupyter-server calls such a folder hidden, and fails at what is in it.
    """

    async def is_hidden(self, path):
        place = self._get_os_path(path)
        try:
            folder = stat.S_ISDIR(os.stat(place).st_mode)
            refused = folder and not os.access(place, os.R_OK | os.X_OK)
        except PermissionError:
            refused = True
        except OSError:
            refused = False  # it is not there, which others say
        if refused:
            raise web.HTTPError(403, f"You may not read {path}.")
        return await super().is_hidden(path)


c.ServerApp.contents_manager_class = Manager

# At a socket, unlike at a port, who finds the line full is sent away.
serverapp.bind_unix_socket = partial(serverapp.bind_unix_socket, backlog=1024)
