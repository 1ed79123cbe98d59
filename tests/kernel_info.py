"""What a Jupyter kernel says of its language."""

import json
import subprocess
import sys
from functools import cache

ASK = "import json, ipykernel.ipkernel as k; print(json.dumps(k.IPythonKernel.language_info))"


@cache
def language_info() -> dict:
    """Asked in a process of its own: where ipykernel is imported, tqdm draws for a notebook."""
    return json.loads(subprocess.check_output([sys.executable, "-c", ASK], text=True))
