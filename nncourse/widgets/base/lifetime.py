"""How long a widget lives: as long as somebody holds it, or a cell of the notebook shows it.

ipywidgets itself keeps every widget until it is closed, so that a cell that is run again and again
would fill the kernel. So it is noted in which cells a widget is made and shown. A cell that runs
again takes its output off the page. After that run, a widget is closed if no cell shows it and only
what holds every widget holds it: ipywidgets, its own methods, and IPython's list of outputs, from
which it is then removed.
"""

from __future__ import annotations

import gc
import re
from types import MethodType
from typing import TYPE_CHECKING
from weakref import WeakSet, ref

from ipywidgets.widgets import widget as ipywidgets_widget

if TYPE_CHECKING:
    from nncourse.widgets.base.stage import Stage

OUTPUTS = re.compile(r"_+\d*")  # what IPython calls the last outputs: _, __, ___, _12

_shown: dict[str, WeakSet] = {}  # the stages that each cell has made or shown in its last run
_left: WeakSet = WeakSet()  # those that no cell shows any more
_watched: WeakSet = WeakSet()  # the shells whose cells are watched


def note(stage: Stage) -> None:
    """Remember that the cell that runs now has made or shown this stage."""
    try:
        from IPython import get_ipython  # imported here: a plain script may do without

        shell = get_ipython()
        cell = shell.get_parent()["metadata"]["cellId"]
    except (ImportError, AttributeError, KeyError, TypeError):
        return
    if shell not in _watched:
        _watched.add(shell)
        shell.events.register("pre_run_cell", _begun)
        shell.events.register("post_run_cell", _ended)
    _shown.setdefault(cell, WeakSet()).add(stage)
    _left.discard(stage)


def _begun(info) -> None:
    """A cell runs: what it showed before goes off the page."""
    from IPython import get_ipython

    parent = get_ipython().get_parent()
    for stage in _shown.pop(parent.get("metadata", {}).get("cellId"), ()):
        if not any(stage in stages for stages in _shown.values()):
            stage.rest()
            _left.add(stage)


def _ended(result) -> None:
    """A cell has run: close what nobody shows or holds. It takes 15 ms, if there is such a one."""
    from IPython import get_ipython

    shell = get_ipython()
    for reference in [*map(ref, _left)]:  # a list of the stages themselves would hold them
        stage = reference()
        if stage is not None and not _held(stage, shell):
            stage.close()
            _forget(stage, shell)


def _held(stage: Stage, shell) -> bool:
    """Whether anything holds this stage but what holds every one."""
    usual = {id(holder) for holder in _usual(shell)}
    for holder in gc.get_referrers(stage):
        if holder is shell.user_ns:
            if _named(stage, holder):
                return True
        elif not isinstance(holder, MethodType) and id(holder) not in usual:
            return True
    return False


def _named(stage: Stage, names: dict) -> bool:
    """Whether a person has given it a name."""
    for name, one in names.items():  # any(...) would hold the stage as well
        if one is stage and not OUTPUTS.fullmatch(name):
            return True
    return False


def _usual(shell) -> list:
    """What holds a stage that was only made and shown: ipywidgets, and the outputs of IPython."""
    owners = [shell.displayhook, shell.last_execution_result]
    return [ipywidgets_widget._instances, *_outputs(shell), *owners,
            *(vars(one) for one in owners if one is not None)]  # fmt: skip


def _outputs(shell) -> tuple[dict, ...]:
    return shell.user_ns, shell.user_ns_hidden, shell.history_manager.output_hist


def _forget(stage: Stage, shell) -> None:
    """Take a stage that is closed out of IPython's list of outputs, as its own `%xdel` does."""
    for names in _outputs(shell):
        for name in [name for name, one in names.items() if one is stage]:
            del names[name]
    for name in ("_", "__", "___"):
        if getattr(shell.displayhook, name) is stage:
            setattr(shell.displayhook, name, None)
    if shell.last_execution_result is not None and shell.last_execution_result.result is stage:
        shell.last_execution_result = None
