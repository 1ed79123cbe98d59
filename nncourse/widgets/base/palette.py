"""The colours of a stage, on a light and on a dark page: those of plots, and its own."""

from nncourse import plots

LIGHT = plots.PALETTE | {
    "surface": "#ffffff", "grid": "#e4e7eb", "frame": "#9aa5b1", "lit": "#fde6cf",
    "positive_point": "#0c3a63", "negative_point": "#8a3f06", "edge": "#ffffff",  # on a heat map
    "green": "#12806f",  # without a meaning: a line beside others
    "figures": plots.FIGURES, "ink": ["#fafafa", "#1f2933"],  # of digits: no ink, full ink
}  # fmt: skip
DARK = plots.DARK_PALETTE | {
    "surface": "#16181d", "grid": "#3a414a", "frame": "#6b7682", "lit": "#5a3d1e",
    "positive_point": "#cfe6fb", "negative_point": "#ffe0c2", "edge": "#10141a",
    "green": "#62c9b4",
    "figures": plots.DARK_FIGURES, "ink": ["#f0f0ee", "#16181d"],
}  # fmt: skip
PALETTES = {
    "light": LIGHT | {"heat": plots.heat_ends(LIGHT)},
    "dark": DARK | {"heat": plots.heat_ends(DARK)},
}
