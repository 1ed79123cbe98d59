"""A class that logs in at once: the time until all have servers and kernels, and their memory.

`make bench-hub N=20` starts a hub with N students, as tests/hub does, requests all their servers at
once and then a kernel for each, which imports numpy. Memory is what Linux calls PSS: memory that n
processes share counts 1/n for each. Run it alone, as all N wait for the same cores.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import real_hub
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

SETTINGS = "port = 18100\nfirst_number = 27000\n"
CODE = "import numpy as np; np.tanh(np.ones((100, 100)) @ np.ones((100, 100)))"


def server(teacher, name, start):
    """Seconds from the common start until the server of a student is ready."""
    teacher.ask("POST", f"/hub/api/users/{name}/server")
    while not teacher.ask("GET", f"/hub/api/users/{name}")["servers"].get("", {}).get("ready"):
        time.sleep(0.3)
    return time.monotonic() - start


async def kernel(teacher, name, start):
    """Seconds from the common start until a kernel of a student has imported numpy."""
    path = f"/user/{name}/api/kernels"
    made = await asyncio.to_thread(teacher.ask, "POST", path, {"name": "python3"})
    address = f"{teacher.hub.url.replace('http', 'ws')}{path}/{made['id']}/channels"
    headers = {"Authorization": f"token {teacher.token}"}
    socket = await websocket_connect(HTTPRequest(address, headers=headers, request_timeout=300))
    header = {"msg_id": "numpy", "msg_type": "execute_request", "username": name, "session": name}
    content = {"code": CODE, "silent": False, "store_history": False, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    await socket.write_message(json.dumps(message | {"channel": "shell", "buffers": []}))
    while True:
        answer = json.loads(await socket.read_message())
        if answer["msg_type"] == "execute_reply" and answer["parent_header"]["msg_id"] == "numpy":
            assert answer["content"]["status"] == "ok", answer["content"]
            socket.close()
            return time.monotonic() - start


def megabytes(pid):
    """The memory of a process with its part of shared memory (PSS), in MiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"/proc/{pid}/smaps_rollup has no Pss")


def memory(hub, names):
    """The memory of all servers and of all kernels, as two lists."""
    servers, kernels = [], []
    for name in names:
        for pid, command in hub.processes(name).items():
            (kernels if "ipykernel" in command else servers).append(megabytes(pid))
    return servers, kernels


def row(what, numbers, unit):
    numbers = sorted(numbers)
    print(f"{what:<34}{statistics.median(numbers):>8.1f}{numbers[-1]:>10.1f}  {unit}", flush=True)


async def kernels(teacher, names):
    start = time.monotonic()
    return await asyncio.gather(*(kernel(teacher, name, start) for name in names))


def main():
    if not real_hub.possible():
        sys.exit(real_hub.NEEDED)
    n = int(sys.argv[1])
    names = [f"student{i}" for i in range(1, n + 1)]
    with real_hub.serving("teacher teacher\n" + "\n".join(names), SETTINGS) as hub:
        teacher = real_hub.Visitor(hub, "teacher", hub.teachers_password)
        load = os.getloadavg()[0]
        print(f"{n} at once on {os.cpu_count()} cores; the load before was {load:.1f}")
        print(f"{'':<34}{'median':>8}{'last':>10}")
        with ThreadPoolExecutor(n) as pool:
            start = time.monotonic()
            row("a server is ready after",
                list(pool.map(lambda name: server(teacher, name, start), names)), "s")  # fmt: skip
        row("then a kernel has numpy after", asyncio.run(kernels(teacher, names)), "s")
        memories = memory(hub, names)
        for what, each in zip(["memory of a server", "memory of a kernel"], memories):
            assert len(each) == n, f"{len(each)} processes, not {n}: {what}"
            row(what, each, "MiB")
        print(f"{'all of them':<34}{sum(map(sum, memories)) / 1024:>18.1f}  GiB")


if __name__ == "__main__":
    main()
