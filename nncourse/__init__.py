"""What the course stands on, beside the numerics in nnlib.

    words              numbers, counts and lists as the course writes them
    plots              pictures of activations, networks, training and confusion matrices
    bugs               how learning goes wrong, and which instrument notices
    widgets            live pictures for the notebooks, each one call
    exercises          `check` says of what you wrote whether it is right

    from nnlib import SGD, Network, train, xor
    from nncourse import plots, widgets

nncourse imports nnlib, never the other way. It needs more than numpy: the extra `course`.
"""

from importlib.util import find_spec

_NEEDS = {"matplotlib": "matplotlib", "PIL": "pillow", "sklearn": "scikit-learn",
          "joblib": "joblib", "tqdm": "tqdm", "ipywidgets": "ipywidgets",
          "anywidget": "anywidget"}  # fmt: skip
_lacks = [package for module, package in _NEEDS.items() if find_spec(module) is None]
if _lacks:
    raise ModuleNotFoundError(
        f"nncourse needs {', '.join(_lacks)}, not installed here:"
        ' type  pip install "nnlib[course]"  (from a clone: pip install -e ".[course]")'
    )
