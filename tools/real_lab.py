"""A real JupyterLab in a real browser: the server, the console, and a notebook as a reader has it.

The browser tests and `benchmarks/widgets.py` both stand on this.
"""

import ast
import itertools
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import chromium
import hand_out
import nbformat
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"

# The one browser, and the two places it may come from, differ in little else than these.
FLAGS = [
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    # No other machine is reached, so that a front end which loads from one is found out anywhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]

# What JupyterLab and Voilà put on the console themselves: kind, text, address of the script or
# file it is about. All three have to match in full. Nothing of our own front end can: its scripts
# have addresses that begin with blob:, and where there is no address, the text is the kernel's.
LAB = r"http://localhost:\d+/static/lab/jlab_core\..*"
LAB_NOISE = [
    # JupyterLab asks a new kernel for its widgets before ipywidgets is imported (see PANEL).
    # Both lines can arrive in one piece.
    (
        "error",
        r"kernel: ((No such comm: none of a widget's"
        r"|No such comm target registered: jupyter\.widget\.control)\n)+",
        "",
    ),
    # When a kernel is restarted, the connection is made anew, and the debugger asks both kernels.
    ("warning", r"Connection lost, reconnecting in \d+ seconds\.", LAB),
    ("error", r"Could not restore the debugger state: Canceled future for debug_request .*", LAB),
    # A kernel that is restarted in the middle of a play drops what it had not read yet, and Python
    # names the task of ipykernel that was reading it.
    (
        "error",
        r"kernel: (Task was destroyed but it is pending!\n"
        r"task: <Task pending .*Kernel\.shell_channel_thread_main\(\) .*>\n)+",
        "",
    ),
    # On a busy machine plugins take longer to start than it expects, also those of ipywidgets.
    (
        "warning",
        r"Plugin [@\w/:.-]+ (\(with \d+ dependants\) took [\d.]+ms|is taking too long)"
        r" to activate\.",
        LAB,
    ),
]
VOILA_NOISE = [
    # Voilà has an older JupyterLab in it than the one that ipywidgets' front end was made for.
    (
        "warning",
        r"(Unsatisfied|No satisfying) version .* of shared (singleton )?module @jupyterlab/(.|\n)*",
        r"http://localhost:\d+/voila/render/.*",
    ),
    # It asks for icons and for MathJax on other machines, and goes on without them.
    (
        "error",
        r"Failed to load resource: net::ERR_NAME_NOT_RESOLVED",
        r"https://(cdn\.jsdelivr\.net/npm/@fortawesome|cdnjs\.cloudflare\.com/ajax/libs/mathjax)/.*",
    ),
]


@contextmanager
def launched(playwright: Playwright, *flags: str):
    """Chromium, without a window."""
    executable = chromium.find()
    if executable is None:
        raise RuntimeError(chromium.NEEDED)
    browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *flags])
    try:
        yield browser
    finally:
        browser.close()


class Lab:
    """A `jupyter lab` of our own, in a folder of its own, that nothing of the user's gets into."""

    def __init__(self, folder: Path, env: dict[str, str]):
        self.folder, self.root = folder, folder / "notebooks"
        self.root.mkdir(parents=True)
        self.settings, self.token = folder / "settings", secrets.token_hex(16)
        self._names = map("notebook-{}.ipynb".format, itertools.count(1))
        options = [
            "--no-browser", "--ServerApp.port=0", f"--ServerApp.root_dir={self.root}",
            "--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly",
            "--ServerApp.contents_manager_class=nncourse.reopened.Files",
            # A port that looks free may be taken before the kernel listens there.
            "--KernelManager.transport=ipc",
            # Should the tests be killed, the server ends by itself.
            "--MappingKernelManager.cull_idle_timeout=900",
            "--ServerApp.shutdown_no_activity_timeout=900",
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--allow-root")
        env = env | {
            "JUPYTER_TOKEN": self.token,
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.root / hand_out.WORKSPACES),
            "IPYTHONDIR": str(folder / "ipython"),
            # A kernel that is restarted would warn of frozen modules, for its debugger.
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        }
        self.log = folder / "server.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *options], env=env, cwd=self.root,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.url = self._address()

    def _address(self, patience: float = 60) -> str:
        end = time.monotonic() + patience
        while time.monotonic() < end and self.process.poll() is None:
            for info in (self.folder / "runtime").glob("jpserver-*.json"):
                try:
                    return json.loads(info.read_text("utf-8"))["url"]
                except json.JSONDecodeError:
                    pass  # half written
            time.sleep(0.05)
        self.process.kill()
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text('utf-8')[-3000:]}")

    def write(self, *cells: str | Path) -> str:
        """A new notebook with these code cells, or a fresh copy of that file; its name."""
        name = next(self._names)
        if len(cells) == 1 and isinstance(cells[0], Path):
            copy = hand_out.fresh(json.loads(cells[0].read_text("utf-8")))
            (self.root / name).write_bytes(hand_out.written(copy))
            return name
        notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, cells)])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, self.root / name)
        return name

    def hand_out(self) -> dict[Path, bytes]:
        """Give it what `make lab` gives to somebody new; {path: content} of the fresh copies."""
        (self.root / hand_out.WORKSPACE).unlink(missing_ok=True)
        files = hand_out.course(NOTEBOOKS)
        for path in files:
            (self.root / path).unlink(missing_ok=True)
        hand_out.give(files | hand_out.layout(), self.root)
        return files

    def address(self, view: str, name: str) -> str:
        """Where a notebook is seen: by `doc/tree`, `lab/tree` or `voila/render`."""
        return f"{self.url}{view}/{name}?reset&token={self.token}"

    def forget_settings(self, dark: bool = False) -> None:
        """The settings of a new user, who wants no questions about news and updates."""
        shutil.rmtree(self.settings, ignore_errors=True)
        folder = self.settings / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True)
        news = {"fetchNews": "false", "checkForUpdates": False}
        theme = {"theme": "JupyterLab Dark" if dark else "JupyterLab Light"}
        for name, settings in {"notification": news, "themes": theme}.items():
            (folder / f"{name}.jupyterlab-settings").write_text(json.dumps(settings), "utf-8")

    def shut_down_kernels(self) -> None:
        for kernel in self._ask("GET", "api/kernels"):
            self._ask("DELETE", f"api/kernels/{kernel['id']}")

    def _ask(self, method: str, path: str):
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()


@contextmanager
def serving(kernels=lambda folder, env: nullcontext(env)):
    """A Lab in a folder that is gone afterwards.

    `kernels(folder, env)` may set up other kernels than the usual ones, as a context manager that
    returns the environment for the server.
    """
    # MPLBACKEND would take the pictures out, and pytest's variable what a kernel prints late.
    of_others = re.compile(r"JUPYTER|PYTEST|IPYTHON|MPLBACKEND")
    env = {name: value for name, value in os.environ.items() if not of_others.match(name)}
    with TemporaryDirectory(prefix="nnlib-lab-", ignore_cleanup_errors=True) as folder:
        with kernels(Path(folder) / "kernels", env) as env:
            lab = Lab(Path(folder), env)
            try:
                yield lab
            finally:
                lab.stop()


class Console:
    """What a page puts on its console, and what of it is a complaint.

    Complaints are exceptions, errors, warnings, and files that cannot be loaded.
    """

    def __init__(self, page: Page, noise=()):
        self.page, self.lines, self.noise = page, [], list(noise)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._keep("error", error.stack or str(error), ""))
        page.on("crash", lambda _: self._keep("error", "the page crashed", ""))

    def _heard(self, message) -> None:
        if message.type in ("error", "warning", "assert"):
            self._keep(message.type, message.text, message.location["url"])

    def _keep(self, kind: str, text: str, address: str) -> None:
        self.lines.append((kind, plain(text), address))

    def complaints(self) -> list[str]:
        """All that was put out and is not on the list of noise, a line each."""
        return [
            f"{kind}: {text} ({address or 'thrown'})"
            for kind, text, address in self.lines
            if not any(
                kind == a and re.fullmatch(b, text) and re.fullmatch(c, address)
                for a, b, c in self.noise
            )
        ]

    def forgive(self, pattern: str) -> None:
        """Take out the complaint that the test asked for, once it is there; there has to be one."""
        for _ in range(100):
            kept = [line for line in self.lines if not re.search(pattern, line[1])]
            if len(kept) < len(self.lines):
                self.lines = kept
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"nothing on the console says {pattern!r}: {self.complaints()}")


def judge(consoles: Iterable[Console]) -> None:
    """Consoles have to be clean."""
    complaints = [line for console in consoles for line in console.complaints()]
    assert not complaints, "on the browser's console:\n" + "\n".join(complaints)


def new_page(
    browser: Browser, width: int = 1280, height: int = 900, *, reduced_motion: bool = False,
    offline: bool = False, noise=LAB_NOISE,
) -> tuple[Page, Console]:  # fmt: skip
    """A page in a browser that has seen nothing yet, and its console."""
    motion = "reduce" if reduced_motion else "no-preference"
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion=motion, offline=offline
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    return page, Console(page, noise)


def shape(page: Page, width: int = 1280, height: int = 900, *, reduced_motion=False) -> None:
    """Give an open page the size and the media settings that new_page would."""
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce" if reduced_motion else "no-preference")


def emptied(page: Page, console: Console) -> bool:
    """Close everything that is open in JupyterLab; whether the page can be used again.

    It cannot if JupyterLab complains, which it does when a kernel still owes it an answer.
    """
    page.mouse.move(0, 0)
    page.evaluate("""async () => {
      for (const widget of [...window.jupyterapp.shell.widgets("main")]) widget.dispose();
      await new Promise(done => setTimeout(done));
    }""")
    if console.complaints():
        return False
    console.lines.clear()
    return True


# The panel of a notebook, once JupyterLab shows it and its kernel answers. What the kernel says and
# no cell shows (a callback that raised) JupyterLab puts into a log that nobody has open: here it
# goes to the console.
PANEL = """
async path => {
  const find = () => [...(window.jupyterapp?.shell.widgets("main") ?? [])]
    .find(widget => widget.context?.path === path);
  while (!find()?.content?.widgets) await new Promise(resolve => setTimeout(resolve, 30));
  const panel = find();
  await panel.revealed;
  const opened = new Set();
  const named = (line, id) => opened.has(id) ? line : "No such comm: none of a widget's";
  const shown = ({msg_id}) => panel.content.widgets.some(({outputArea}) =>
    outputArea?.future?.isDisposed === false && outputArea.future.msg.header.msg_id === msg_id);
  panel.sessionContext.iopubMessage.connect((_, {header, parent_header, content}) => {
    if (header.msg_type === "comm_open") opened.add(content.comm_id);
    // What was on its way when Python closed a widget comes too late, and nobody can help it.
    if (header.msg_type === "comm_close") opened.delete(content.comm_id);
    if (shown(parent_header)) return;
    if (header.msg_type === "error") console.error("kernel: " + content.traceback.join("\\n"));
    if (header.msg_type === "stream" && content.name === "stderr")
      console.error("kernel: " + content.text.replace(/No such comm: (\\S+)/g, named));
  });
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  panel.content.widgets.forEach((cell, i) => { cell.node.dataset.cell = i; });
  return panel;
}
"""
OPEN = """
async path => {
  window.jupyterapp.shell.mode = "single-document";
  await window.jupyterapp.commands.execute("docmanager:open", {path});
}
"""
RUN = """
async (panel, index) => {
  const commands = window.jupyterapp.commands;
  window.jupyterapp.shell.activateById(panel.id);
  if (index === null) {
    await commands.execute("notebook:run-all-cells");
  } else {
    panel.content.activeCellIndex = index;
    await commands.execute("notebook:run-cell");
  }
  return panel.content.widgets.map((cell, i) => {
    cell.node.dataset.cell = i;
    const outputs = cell.model.type === "code" ? cell.model.sharedModel.outputs : [];
    return outputs.filter(output => output.output_type === "error")
      .map(output => output.traceback.join("\\n"));
  }).flat();
}
"""
EXECUTE = """
async (panel, [code, expression]) => {
  const future = panel.sessionContext.session.kernel.requestExecute({
    code, user_expressions: {value: expression}, store_history: false, allow_stdin: false,
  });
  let printed = "";
  future.onIOPub = ({header, content}) => {
    if (header.msg_type === "stream" && content.name === "stdout") printed += content.text;
  };
  const {content} = await future.done;
  const failed = [content, content.user_expressions?.value].find(part => part?.status === "error");
  const value = content.user_expressions?.value.data?.["text/plain"];
  return {printed, value, error: failed?.traceback.join("\\n")};
}
"""


class Notebook:
    """A notebook open in JupyterLab."""

    def __init__(self, lab: Lab, page: Page, console: Console, name: str):
        self.lab, self.page, self.console, self.name = lab, page, console, name

    def open(self, view: str = "doc/tree") -> "Notebook":
        """Load the page, in the simple interface; `lab/tree` is the one with tabs."""
        self.page.goto(self.lab.address(view, self.name))
        self.panel = self.page.evaluate_handle(PANEL, self.name)
        return self

    def appear(self, dark: bool) -> "Notebook":
        """Open it in the JupyterLab that is already on the page; load the page if there is none."""
        if not self.page.evaluate("'jupyterapp' in window"):
            self.lab.forget_settings(dark)
            return self.open()
        self.dark(dark)
        self.page.evaluate(OPEN, self.name)
        self.panel = self.page.evaluate_handle(PANEL, self.name)
        return self

    def reload(self) -> "Notebook":
        """Save, and load the page anew; the kernel runs on."""
        self.save()
        self.page.reload()
        self.panel = self.page.evaluate_handle(PANEL, self.name)
        return self

    def run_all(self) -> "Notebook":
        """Run every cell to its end; a cell that raises fails the test."""
        self._failed(self.panel.evaluate(RUN, None))
        return self

    def run(self, cell: int) -> "Notebook":
        """Run one cell, counted from 0, once more."""
        self._failed(self.panel.evaluate(RUN, cell))
        return self

    @staticmethod
    def _failed(tracebacks: list[str]) -> None:
        assert not tracebacks, "a cell raised:\n" + plain("\n".join(tracebacks))

    def output(self, cell: int) -> Locator:
        """What a cell put out."""
        return self.page.locator(f"[data-cell='{cell}'] .jp-Cell-outputArea")

    def clear(self, cell: int) -> None:
        """Clear the output of a cell."""
        self._command("notebook:clear-cell-output", cell)

    def move_down(self, cell: int) -> None:
        """Put a cell below the next one."""
        self._command("notebook:move-cell-down", cell)

    def second_view(self, cell: int) -> Locator:
        """The output of a cell, shown once more in a panel below the notebook."""
        self.page.evaluate("window.jupyterapp.shell.mode = 'multiple-document'")
        self._command("notebook:create-output-view", cell)
        return self.page.locator(".jp-LinkedOutputView")

    def _command(self, command: str, cell: int) -> None:
        self.panel.evaluate(
            """async (panel, [command, cell]) => {
              panel.content.activeCellIndex = cell;
              await window.jupyterapp.commands.execute(command);
            }""",
            [command, cell],
        )

    def execute(self, code: str) -> str:
        """Run code in the notebook's kernel, beside the cells; what it prints."""
        return self._kernel(code, "None")["printed"]

    def value(self, expression: str):
        """What an expression is in the notebook's kernel: a number, a text, a list, ..."""
        text = self._kernel("", f"__import__('builtins').repr({expression})")["value"]
        try:
            return ast.literal_eval(ast.literal_eval(text))
        except ValueError:
            message = f"{expression} is {text}, which is no plain value: ask for float(), str() ..."
            raise ValueError(message) from None

    def _kernel(self, code: str, expression: str) -> dict:
        answer = self.panel.evaluate(EXECUTE, [code, expression])
        if answer["error"]:
            raise RuntimeError(f"the kernel says:\n{plain(answer['error'])}")
        return answer

    def restart(self) -> None:
        """Restart the kernel, and wait for the new one."""
        self.panel.evaluate("panel => panel.sessionContext.restartKernel()")

    def shut_down(self) -> None:
        """Shut the kernel down: the notebook stays, with no kernel."""
        self.panel.evaluate("panel => panel.sessionContext.shutdown()")

    def save(self) -> None:
        self.panel.evaluate("panel => panel.context.save()")

    def close(self) -> None:
        """Save and close the notebook; JupyterLab and the kernel run on."""
        self.save()
        self.panel.evaluate("panel => panel.close()")

    def dark(self, dark: bool = True) -> None:
        """Change the theme under way."""
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        if self.page.evaluate("document.body.dataset.jpThemeName") == theme:
            return
        change = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
        self.page.evaluate(change, theme)
        self.page.locator(f"body[data-jp-theme-name='{theme}']").wait_for(state="attached")


def plain(text: str) -> str:
    """Without the codes for colours that a traceback has."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def axe(target: Locator) -> list[str]:
    """What axe-core finds wrong with an element and all within it, a line each."""
    target.page.evaluate(AXE_SCRIPT)
    found = target.evaluate("element => axe.run(element, {resultTypes: ['violations']})")
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
