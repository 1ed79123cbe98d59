"""Settings of the students' servers, besides those that the hub gives them."""

import os
import stat
from functools import partial

from jupyter_server import serverapp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado import web

from nncourse.reopened import Pictures

c = get_config()  # noqa: F821 - jupyter-server runs this file with it


class Manager(Pictures, AsyncLargeFileManager):
    """Answers 403 for folders that the student may not read.

    By default jupyter-server calls such a folder hidden, and fails for files in it.
    """

    async def is_hidden(self, path):
        place = self._get_os_path(path)
        try:
            folder = stat.S_ISDIR(os.stat(place).st_mode)
            refused = folder and not os.access(place, os.R_OK | os.X_OK)
        except PermissionError:
            refused = True
        except OSError:
            refused = False  # there is no such file, which the caller reports
        if refused:
            raise web.HTTPError(403, f"You may not read {path}.")
        return await super().is_hidden(path)


c.ServerApp.contents_manager_class = Manager

# A Unix socket refuses connections when its queue is full, which a port does not.
serverapp.bind_unix_socket = partial(serverapp.bind_unix_socket, backlog=1024)
