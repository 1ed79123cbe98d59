"""A page of the hub, for teachers only: what the class is stuck on now."""

import asyncio
import json

from insight.page import page
from jupyterhub.handlers.base import BaseHandler
from jupyterhub.scopes import needs_scope
from tornado import web
from verdicts import counted

MINUTES = 90
REFRESH = 15  # seconds


class StuckHandler(BaseHandler):
    """The page /hub/stuck; ?minutes=30 and ?exercise=04 restrict what is counted."""

    def initialize(self, classroom, catalogue):
        self.classroom, self.catalogue = classroom, catalogue

    @web.authenticated
    @needs_scope("admin-ui")
    async def get(self):
        try:
            minutes = min(max(float(self.get_argument("minutes", str(MINUTES))), 1), 60 * 24 * 7)
        except ValueError:
            raise web.HTTPError(400, "minutes is a number, like ?minutes=30") from None
        exercise = self.get_argument("exercise", "")
        numbers = sorted({task[:2] for task in self.catalogue})
        if exercise and exercise not in numbers:
            raise web.HTTPError(400, f"exercise is one of {', '.join(numbers)}")
        tallies, some, everybody = await asyncio.to_thread(
            counted, self.classroom, self.catalogue, minutes, exercise
        )
        where = f" at exercise {exercise}" if exercise else ""
        lead = [
            f"{some} of {everybody} students have checked an answer in the last {minutes:g} minutes"
            f"{where}. Of each task the last check of a student counts. Whoever has turned her"
            " counting off is not among them.",
            "The address takes more: `?exercise=04`, `?minutes=30`, or both with `&` between them.",
        ]
        title = "What the class is stuck on now"
        self.finish(page(title, tallies, self.catalogue, lead=lead, refresh=REFRESH))


def handlers(classroom) -> list[tuple]:
    """The handlers of the page, for `c.JupyterHub.extra_handlers`."""
    catalogue = json.loads((classroom.hub / "catalogue.json").read_text("utf-8"))
    return [("/stuck", StuckHandler, {"classroom": classroom, "catalogue": catalogue})]
