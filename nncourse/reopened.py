"""A notebook that is opened without the kernel that it ran in shows pictures, not errors.

Every widget leaves something beside its live view: a still picture, a question its text. JupyterLab
always takes the view, and where no kernel can draw it, it says "model not found"
(jupyter-widgets/ipywidgets 3773, also matplotlib/ipympl 473). The file keeps both; here the views
that nobody can draw are left out of what is read.
"""

import queue
import uuid

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

VIEW = "application/vnd.jupyter.widget-view+json"
PATIENCE = 3  # seconds for a kernel to answer: one that is starting takes two


class Pictures:
    """For a contents manager of jupyter-server: notebooks without views that nobody can draw."""

    async def get(self, path, content=True, *args, **kwargs):
        """The file at `path`, as the next contents manager reads it."""
        model = await super().get(path, content, *args, **kwargs)
        if content and model["type"] == "notebook":
            outputs = [one["data"] for cell in model["content"].get("cells", ())
                       for one in cell.get("outputs", ()) if "data" in one]  # fmt: skip
            views = [data for data in outputs if VIEW in data]
            alive = await self._models(path) if views else []
            for data in views:
                model_id = data[VIEW].get("model_id") if isinstance(data[VIEW], dict) else None
                if alive is not None and model_id not in alive:
                    del data[VIEW]
        return model

    async def _models(self, path: str) -> list[str] | None:
        """The ids of the models in the notebook's kernel; None if the kernel does not say."""
        sessions = await self.parent.session_manager.list_sessions()
        own = [one["kernel"] for one in sessions if one["path"].strip("/") == path.strip("/")]
        if not own:
            return []
        client = self.parent.kernel_manager.get_kernel(own[0]["id"]).client()
        # If two clients, say of two tabs, had one name, the kernel would answer only one of them.
        client.session.session = uuid.uuid4().hex
        # Through the control channel, a kernel answers even while it is at work.
        client.start_channels(shell=False, iopub=False, stdin=False, hb=False)
        try:
            client.control_channel.send(client.session.msg("comm_info_request", {}))
            answer = await client.get_control_msg(timeout=PATIENCE)
            return list(answer["content"]["comms"])
        except queue.Empty:
            return None
        finally:
            client.stop_channels()


class Files(Pictures, AsyncLargeFileManager):
    """What `make lab` reads notebooks with."""
