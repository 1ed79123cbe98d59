"""Controls above, a picture below, and one sentence that says what it shows."""

import base64
from collections.abc import Callable
from html import escape

import ipywidgets
import matplotlib.pyplot as plt

from nnlib import plots


class Explorer(ipywidgets.VBox):
    """Controls that redraw a picture.

    `draw(**values)` gets the value of each control by name and gives (Axes, sentence): the picture,
    and the state in words, which is its alt text too. What goes wrong in it is said in the widget
    and the last picture stays. A button counts how often it was pressed, from 0.

    >>> slider = ipywidgets.FloatSlider(value=1.0, description="z")
    >>> draw = lambda z: (plots.activation("tanh", z=z), f"z is {z:.0f}")
    >>> explorer = Explorer(draw, {"z": slider})
    >>> slider.value = 2.0
    >>> explorer.sentence
    'z is 2'
    """

    def __init__(self, draw: Callable, controls: dict[str, ipywidgets.Widget]):
        self.draw, self.controls, self.png, self.sentence = draw, controls, b"", ""
        self._presses = {}
        self._picture, self._status = ipywidgets.HTML(), ipywidgets.HTML()
        for name, control in controls.items():
            if isinstance(control, ipywidgets.Button):
                self._presses[name] = 0
                control.on_click(lambda _, name=name: self._pressed(name))
            else:
                control.observe(lambda _: self.redraw(), "value")
        row = ipywidgets.HBox(list(controls.values()), layout={"flex_flow": "row wrap"})
        super().__init__([row, self._picture, self._status])
        self.redraw()

    @property
    def values(self) -> dict:
        """What each control stands at, by name."""
        return {name: self._presses.get(name, getattr(control, "value", None))
                for name, control in self.controls.items()}  # fmt: skip

    def redraw(self) -> None:
        """Draw the state that the controls stand at."""
        open_before = plt.get_fignums()
        try:
            ax, sentence = self.draw(**self.values)
            self.png, self.sentence = plots.png(ax), sentence
        except Exception as error:
            for number in set(plt.get_fignums()) - set(open_before):
                plt.close(number)  # half drawn: it would be displayed below the cell
            self._say(f"{type(error).__name__}: {error}")
            return
        # An <img>, because ipywidgets.Image has no alt text.
        source = base64.b64encode(self.png).decode()
        self._picture.value = (
            f'<img alt="{escape(self.sentence)}" src="data:image/png;base64,{source}"'
            ' style="max-width: 100%">'
        )
        self._say(self.sentence)

    def _say(self, sentence: str) -> None:
        self._status.value = f'<div role="status" aria-live="polite">{escape(sentence)}</div>'

    def _pressed(self, name: str) -> None:
        self._presses[name] += 1
        self.redraw()

    def _repr_mimebundle_(self, **kwargs):
        live = super()._repr_mimebundle_(**kwargs)
        still = {"image/png": base64.b64encode(self.png).decode(), "text/plain": self.sentence}
        return live | still, {"image/png": {"alt": self.sentence}}
