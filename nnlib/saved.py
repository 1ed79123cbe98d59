"""A network as a file: an .npz of plain arrays, which `np.load` reads as well.

What the file says about its sizes is read before its data, so that no file, however it was made,
takes more memory than it has bytes. Nothing in it is evaluated: it holds no pickles.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from io import BytesIO
from math import prod
from typing import NamedTuple

import numpy as np

from nnlib import checks, files
from nnlib.convolution import Convolution, ConvolutionalNetwork, Pooling
from nnlib.network import Network
from nnlib.notation import Array

FORMAT = "nnlib.NeuralNetwork 1"
PICTURES = "nnlib.NeuralNetwork 1 with a ConvolutionalNetwork"
# {array: (its axes, the kinds of its type)}; networks for pictures have others and more.
WORDS = {"U": "letters", "iuf": "numbers", "f": "floats", "biufcSUmM": "numbers or letters"}
PLAIN = {"format": (0, "U"), "layers": (1, "iuf"), "hidden": (0, "U"), "output": (0, "U"),
         "loss": (0, "U"), "theta": (1, "f"), "classes": (1, "biufcSUmM")}  # fmt: skip
OF_PICTURES = PLAIN | {"layers": (2, "iuf"), "kinds": (1, "U"), "image_shape": (1, "iuf")}
SMALL = 100_000  # the most bytes of an array that describes the network, twelve thousand layers

# The head of an entry of a zip file: signature, flags, packing, checksum, two sizes, two lengths.
ENTRY = struct.Struct("<4s2xHH4xIIIHH")
LARGE = 0xFFFFFFFF  # a size that stands in the extra field instead, in eight bytes
HEADER = re.compile(
    r"{'descr': '([<>|][biufcSUMm]\d{1,7}(?:\[\w{1,9}\])?)', 'fortran_order': False,"
    r" 'shape': \(([\d, ]*)\), } *\n"
)


def described(net: Network) -> dict:
    """The format, and what the network is made of, as arrays for a file; `rebuilt` reads them."""
    names = dict(hidden=net.hidden, output=net.output, loss=net.loss)
    if not isinstance(net, ConvolutionalNetwork):
        return dict(format=FORMAT, layers=net.sizes, **names)
    kinds = {Convolution: "convolution", Pooling: "pooling", int: "dense"}
    numbers = [[part] if isinstance(part, int) else [*vars(part).values()] for part in net.parts]
    return dict(format=PICTURES, image_shape=net.image_shape, **names,
                kinds=[kinds[type(part)] for part in net.parts],
                layers=[(row + [0, 0, 0])[:4] for row in numbers])  # fmt: skip


def rebuilt(saved: dict) -> Network:
    """The network that `described` wrote; ValueError where these are no such arrays."""
    layers, *names = (saved[name].tolist() for name in ("layers", "hidden", "output", "loss"))
    if "kinds" not in saved:
        return Network(layers, *names)
    makers = {"convolution": Convolution, "pooling": lambda size, *_: Pooling(size),
              "dense": lambda units, *_: units}  # fmt: skip
    made = [checks.known(kind, makers, "kind of layer") for kind in saved["kinds"].tolist()]
    if saved["layers"].shape != (len(made), 4):
        raise ValueError(f"{len(made)} kinds of layers, and {saved['layers'].shape} numbers")
    parts = [make(*row) for make, row in zip(made, layers)]
    return ConvolutionalNetwork(saved["image_shape"].tolist(), parts, *names)


def packed(net: Network, theta, classes) -> bytes:
    """The content of a file; ValueError if it could not be loaded again.

    >>> net = Network((2, 1))
    >>> packed(net, [1, 2, np.nan], None)
    Traceback (most recent call last):
    ...
    ValueError: the network is not saved, for it could not be loaded: theta[2] is nan: every \
number must be finite; nothing was written
    """
    try:
        given = (
            described(net) | {"theta": theta} | ({} if classes is None else {"classes": classes})
        )
        arrays = {name: np.asarray(array) for name, array in given.items()}
        if together(arrays, arrays.__getitem__)[0] != net:
            raise ValueError(f"a {type(net).__name__} is not described by its layers alone")
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ValueError(
            f"the network is not saved, for it could not be loaded: {_short(error)};"
            " nothing was written"
        ) from error
    np.savez(content := BytesIO(), **arrays)
    return content.getvalue()


def read(path) -> tuple[Network, Array, Array | None]:
    """(network, theta, classes or None) of a file of what `packed` gave.

    Raises ValueError for any other file and for what is no file, and the system's own OSError, say
    FileNotFoundError or PermissionError, where it cannot be read.
    """
    with files.opened(name := files.name_of(path)) as file:
        try:
            found = dict(_entries(file, os.fstat(file.fileno()).st_size))
            return together(found, lambda name: _data(file, found[name]))
        except (ValueError, TypeError, MemoryError) as error:
            raise ValueError(
                f"{files.quoted(name)} is not a network written by NeuralNetwork.save, or is"
                f" damaged: {_short(error)}; nothing was loaded"
            ) from error


def _short(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "there is not so much memory"
    text = " ".join(str(error).split())
    return text if len(text) <= 120 else text[:117] + "..."


def together(found: dict, array) -> tuple[Network, Array, Array | None]:
    """(network, theta, classes or None) of arrays that make a network; ValueError for others.

    `found` has the shape and type of each by its name; the array itself, `array(name)`, is asked
    for when these are known to be right.
    """
    _fitting("format", found.get("format"), PLAIN)
    said = str(array("format"))
    if said not in (FORMAT, PICTURES):
        raise ValueError(f"its format is {checks.shown(said)}, not {FORMAT!r}")
    expected = PLAIN if said == FORMAT else OF_PICTURES
    for name in {**expected, **found}:
        if name != "classes" or name in found:
            _fitting(name, found.get(name), expected)
    net = rebuilt({name: array(name) for name in expected if name not in ("theta", "classes")})
    shape, outputs = found["theta"].shape, max(net.sizes[-1], 2)
    if shape != (net.n_parameters,):
        raise ValueError(
            f"a {checks.shown(net.sizes)} network has {net.n_parameters} parameters; it holds"
            f" {checks.shown(shape)}"
        )
    if "classes" in found and found["classes"].shape != (outputs,):
        raise ValueError(f"{found['classes'].shape} labels for {net.sizes[-1]} outputs")
    return net, _numbers(array("theta")), _labels(array("classes")) if "classes" in found else None


def _fitting(name: str, found, expected: dict) -> None:
    """ValueError where an array is missing, or of a shape or type that it never has."""
    if found is None:
        raise ValueError(f"it holds no {name}")
    if name not in expected:
        raise ValueError(f"it holds {name}, which a network of its format does not have")
    axes, kinds = expected[name]
    if len(found.shape) != axes or found.dtype.kind not in kinds or found.nbytes == 0:
        raise ValueError(
            f"{name}: it holds {checks.shown(found.shape)} of type {found.dtype}, and must be"
            f" {axes}-dimensional {WORDS[kinds]}"
        )
    if name not in ("theta", "classes") and found.nbytes > SMALL:
        raise ValueError(f"{name}: it holds {found.nbytes:,} bytes, more than any network needs")


def _numbers(theta: Array) -> Array:
    finite = np.isfinite(theta)
    if not finite.all():
        first = int(finite.argmin())
        raise ValueError(f"theta[{first}] is {theta[first]}: every number must be finite")
    return theta.astype(theta.dtype.newbyteorder("="), copy=False)


def _labels(classes: Array) -> Array:
    if (classes != classes).any() or len(set(classes.tolist())) < len(classes):
        raise ValueError(f"labels: one of {checks.shown(classes.tolist())} is missing or twice")
    return classes


class Entry(NamedTuple):
    """An array in a file: what its header says, and where its data lie."""

    shape: tuple
    dtype: np.dtype
    nbytes: int
    start: int
    so_far: int  # the checksum of the header, with which that of the data goes on
    checksum: int


def _entries(file, size: int):
    """(name, Entry) for each array, as np.savez writes them: one after another, never packed."""
    seen = set()
    while (head := file.read(ENTRY.size)).startswith(b"PK\3\4") and len(head) == ENTRY.size:
        _, flags, packing, checksum, short, length, n_name, n_extra = ENTRY.unpack(head)
        file_name, extra = file.read(n_name).decode("latin-1"), file.read(n_extra)
        name = file_name.removesuffix(".npy")
        if length == short == LARGE and len(extra) >= 20 and extra[:4] == b"\1\0\x10\0":
            length, short = struct.unpack("<QQ", extra[4:20])
        if name not in OF_PICTURES or file_name == name or name in seen:
            raise ValueError(f"{checks.shown(file_name)} is no array of a network, or there twice")
        if flags or packing or short != length:
            raise ValueError(f"{name} is compressed or encrypted, and save never does that")
        if length > size - file.tell():
            raise ValueError(f"{name} has {length:,} bytes, and the file {size:,} in all")
        end = file.tell() + length
        yield name, _entry(file, name, length, checksum)
        seen.add(name)
        file.seek(end)
    file.seek(max(0, size - 22))  # where a zip file says that it is complete
    if not head.startswith(b"PK\1\2") or file.read(4) != b"PK\5\6":
        raise ValueError("its end is missing, or it is no .npz file" if size else "it is empty")


def _entry(file, name: str, length: int, checksum: int) -> Entry:
    """What the header of an array says: numpy's own format 1.0, and nothing is evaluated."""
    magic = file.read(10)
    head = file.read(min(int.from_bytes(magic[8:], "little"), 1000))
    said = HEADER.fullmatch(head.decode("latin-1"))
    if not magic.startswith(b"\x93NUMPY\1\0") or said is None:
        raise ValueError(f"{name} is no array of plain numbers or letters")
    shape, dtype = tuple(map(int, re.findall(r"\d+", said[2]))), np.dtype(said[1])
    nbytes = prod(shape) * dtype.itemsize
    if len(magic) + len(head) + nbytes != length:
        raise ValueError(
            f"{name} is said to be {checks.shown(shape)} of {dtype}, in {length:,} bytes"
        )
    return Entry(shape, dtype, nbytes, file.tell(), zlib.crc32(magic + head), checksum)


def _data(file, entry: Entry) -> Array:
    """The array itself; ValueError where it is not what was written, by its checksum."""
    data = np.empty(entry.nbytes, np.uint8)
    file.seek(entry.start)
    if file.readinto(data) != entry.nbytes or zlib.crc32(data, entry.so_far) != entry.checksum:
        raise ValueError("its numbers are not those that were written")
    return data.view(entry.dtype).reshape(entry.shape)
