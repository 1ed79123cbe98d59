"""A file is a network, or is refused in words before it costs time or memory."""

import base64
import io
import pickle
import resource
import struct
import time
import tracemalloc
import warnings
import zipfile
import zlib

import numpy as np
import pytest
from forked import ended, forked
from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import cases

from nnlib import Convolution, ConvolutionalNetwork, Network, NeuralNetwork, Pooling
from nnlib.saved import _short, described

# Files that 0.1.0 wrote: theta is 0, 1/8, 2/8, ...
LABELS = """\
c-p;HF>BjE6h6gCn<z_$Or4ZTDL4T;g@#h<EsJT;;vrK|?GrXtBqPa5O(=9K-Rh9VgMUN^Z>3PkoD$j$T?#5>=uk>2rIbQx
-!<P^It7G_!Dl{yNcTR__wK!SR<$s@#xB<idvo&g%O5PAEi=at_UvfgYj-ua#Lf{X`FOi_-`dgGK07oUJgf)i9mBj^E0@foVU
jcoY;V^O8eD8_*>1?`eb}_yoSs*27LCWoBun?`8w6ZJi|~N3PS_@JLWd9#Y{ba-5#fN~WB(z+Ae0D}k`I0J<BfDaT)WGIQ0A
kLxPERvTAO2~W1~1}Li8DYN0wDjADrj+(w>^FMuU6OQx9>y{4>5aog+5%0B7dnJXJ4M?Q|vW#qUJz&Zu4oh#Ta4xjii}A!^P+
4ep^fA6@Zv@ca0k^ffQ)&JRabH$>Dh-&JX2N?lk-7YSz}u!~dk;8gCn3EeAhE3baV((MAdjhZ~NrQH}|ajsowye2D^C+#wwDe
HCRlFz{J!7=y({0aOS{1yBS{2lzGqNe8O+p}evnng-Y-L=Dz|K|j%jaLfg$tRG9b7nYaj(V`F+RR!(y=TsGlcY2HL=*qXt&`P
>dEAFzRkuXSWIAVcV&?TQ)l}UD>5>VU)rt8szywisFKD<X(<ZAE{X0aD&MUfS1vcvDtV;Ajj8b1vRQt0m>58mO)QC*Vq9Qw*W
9f>qs&m)G#&!BVCEw1!r@!|Hns)"""
PICTURES = """\
c-p;|&ubGw6vrn&tmz`O2M-=Rte|d%G&Hu9RHOzJ5rbtf1q({LCfg=-yBl{m4MBzc2L^iSF(=PG1oT+_3j`0Ig!~73$WhVnq;H
a)t*(KT41Ac)&b-Wg-@JKm^+F=K$WGfe_I~x}hu_o`cA4!s?!Mt?>{>I%=GlYT={(UNZfri$w_@yoz0%62S8}yGs&;pCWlc+~8
ccoHu#1jcHu=Cq!}3hL_bNus#P5Y$Y4wddNmFd>fn$LxcmXnC1DK!=Twu@~@!kgw;L!LUP(haZ2K^tOSD|+X_4mn+uX{kx7Omx
zofscyU0w43^W>+7@c$hAU)?u$&Emji;t-B#vgrSQ2-VzJXRw@}^c0jN?L+hw8zEuecHXWB1FKRkmrYw}YSX+niw>;m#FeVJbY
S9OWi8I}RV}E+sr$A1@RD?BUME^hZdzI_3b<VgPA?Fsr8C+ZzYf0$Z7FE89M2QVx-_dBtt`7drR!g!YvhnBPLWQ|CY55m2AXHo
-h8bu3AM9OyH~Z#L%B(c<YaWV%Vwu@(*|<K%{(=Fb^_VarXUEna=>LCJ^!o8?t6CWx>PMJqiMQB|Mh5I?|c%Kx-yvql{oDq5lU
2|kF)3&`_H)Sn|G^UUj{?Vub93eT+^p%{YcmBjF<0juT30Uw2gJfTHpk*dnk7x54J%Iv_S_PgA?!>^uQ0m@{FaxJh%c>umF}o4
&=cjpo6DiJFgdF@x_Gv>A^oNI7+~+t%2W1A0lBpUNVoU9?nU2+%i-^!^XTUwW;vPi*6wtMnx)Y$4fwmlDuqp1K~9)2w^*(Ub~b
+Q<7Z_^;0C<uoX{JJPUDVC9ChS8YZo<8NZ%Ax`6T~Gczo3S;KZbbo&&Y@^X(avQZ%Gg$pxmpd-aTVrR{Ppg)|c-%|"""
OLD = [zlib.decompress(base64.b85decode(text.replace("\n", ""))) for text in (LABELS, PICTURES)]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("saved") / "nn.npz"


def saved(path, nn):
    nn.save(path)
    return path.read_bytes()


def loaded(path, content):
    path.write_bytes(content)
    return NeuralNetwork.load(path)


def test_a_file_of_the_first_version_is_loaded(path):
    nn = loaded(path, OLD[0])
    assert nn.network == Network((2, 2, 2), "relu", "softmax", "cross_entropy")
    assert nn.classes.tolist() == ["no", "yes"]
    np.testing.assert_array_equal(nn.theta, np.arange(12) / 8)
    nn = loaded(path, OLD[1])
    layers = [Convolution(2), Pooling(2), 1]
    assert nn.network == ConvolutionalNetwork((4, 4), layers, output="logistic")
    assert nn.classes is None and nn.theta.dtype == np.float32
    np.testing.assert_array_equal(nn.theta, np.arange(29) / 8)


def test_numpy_reads_what_is_saved(path):
    for content in OLD:
        nn = loaded(path, content)
        with np.load(io.BytesIO(saved(path, nn)), allow_pickle=False) as again:
            with np.load(io.BytesIO(content), allow_pickle=False) as before:
                assert again.files == before.files
                for name in before.files:
                    np.testing.assert_array_equal(again[name], before[name], strict=True)


@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f4", "<f8", ">f8", "g"])
def test_theta_keeps_its_type_and_is_in_the_order_of_the_machine(path, dtype):
    nn = NeuralNetwork([2, 3, 1], rng=7)
    nn.theta = nn.theta.astype(dtype)
    nn.save(path)
    again = NeuralNetwork.load(path).theta
    assert again.dtype.isnative and again.flags.writeable and again.flags.aligned
    np.testing.assert_array_equal(again, nn.theta)


@pytest.mark.parametrize(
    "labels",
    [[0, 1], [-1, 1], [1.5, 2.5], ["no", "yes"], [b"a", b"b"], [False, True], ["雪", "é" * 1000],
     np.array([1, 2], ">i2"), np.array(["2020-01-01", "2021-01-01"], "M8[D]"),
     np.array([1, 2], "m8[ns]")],
)  # fmt: skip
def test_labels_come_back_as_they_were(path, labels):
    nn = NeuralNetwork([2, 1], rng=7)
    nn.classes = np.asarray(labels)
    nn.save(path)
    np.testing.assert_array_equal(NeuralNetwork.load(path).classes, nn.classes, strict=True)


# Hostile files


def refused(path, content):
    """Whether load refuses the file, in words and at no cost; if not, what it gives is right."""
    path.write_bytes(content)
    seconds = []
    for _ in range(2):  # once more where the machine was at something else
        tracemalloc.start()
        start = time.thread_time()
        try:
            said = NeuralNetwork.load(path)
        except ValueError as error:
            said = str(error)
        seconds.append(time.thread_time() - start)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        if seconds[-1] < 0.2:
            break
    assert min(seconds) < 0.2, seconds
    assert peak < 50_000_000 + 3 * len(content), f"{peak:,}"
    if isinstance(said, str):
        assert len(said) <= 300 and path.name in said and "nothing was loaded" in said, said
        said.encode()
        return True
    units = [1 if len(shape) == 1 else shape[0] for shape in (W.shape for W in said.weights)]
    assert len(units) and np.isfinite(said.theta).all()
    assert said.theta.size == sum(W.size + b.size for W, b in zip(said.weights, said.biases))
    assert said.theta.tobytes() in content or said.theta.byteswap().tobytes() in content
    return False


@pytest.mark.doors
def test_cut_at_any_byte_a_file_is_refused(path):
    for content in OLD:
        for end in range(0, len(content), cases(1, 23)):
            assert refused(path, content[:end])
            assert refused(path, content[end + 1 :])
        assert refused(path, content + b"\0")


@pytest.mark.doors
def test_a_bit_that_has_changed_is_noticed_wherever_it_is_read(path):
    for content in OLD:
        nn, bits = loaded(path, content), range(0, 8 * len(content), cases(3, 211))
        harmless = 0
        for bit in bits:
            changed = bytearray(content)
            changed[bit // 8] ^= 1 << bit % 8
            if not refused(path, bytes(changed)):
                harmless += 1
                again = NeuralNetwork.load(path)
                assert again.network == nn.network
                np.testing.assert_array_equal(again.theta, nn.theta)
                np.testing.assert_array_equal(again.classes, nn.classes)
        assert 0 < harmless < 0.3 * len(bits)  # a date, a version: what nobody reads


def npy(header, data=b"", version=b"\1\0", length=None):
    """An array as in an .npy file; the header may be any text, and lie about its own length."""
    header = header.encode("latin-1", "replace")
    length = len(header) if length is None else length
    return b"\x93NUMPY" + version + struct.pack("<H", length % 65536) + header + data


def plain(array):
    np.save(file := io.BytesIO(), np.asarray(array), allow_pickle=True)
    return file.getvalue()


def zipped(members, **end):
    """A zip file of (name, data, what its head says otherwise than it is)."""
    body, directory = b"", b""
    for name, data, lies in members:
        says = dict(signature=b"PK\3\4", version=45, flags=0, method=0, crc=zlib.crc32(data),
                    packed=len(data), length=len(data), start=len(body), extra=b"")  # fmt: skip
        says |= lies
        if says.pop("large", False):
            real = (says[key] % 2**64 for key in ("length", "packed"))
            says["extra"] = struct.pack("<HHQQ", 1, 16, *real)
            says["packed"] = says["length"] = 0xFFFFFFFF
        sizes = [says[key] % 2**32 for key in ("crc", "packed", "length")]
        head = [says["version"], says["flags"], says["method"], 0, 33, *sizes]
        lengths = [len(name), len(says["extra"])]
        directory += struct.pack("<4s6H3I5H2I", b"PK\1\2", 45, *head, *lengths, 0, 0, 0, 0,
                                 says["start"] % 2**32) + name + says["extra"]  # fmt: skip
        body += struct.pack("<4s5H3I2H", says["signature"], *head, *lengths) + name
        body += says["extra"] + data
    count, start = end.get("count", len(members)), end.get("start", len(body))
    last = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), start % 2**32, 0)
    return body + directory + end.get("last", last) + end.get("after", b"")


def arrays_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return [(name.encode(), file.read(name), {}) for name in file.namelist()]


def test_the_files_that_these_tests_change_are_right(path):
    for content in OLD:
        assert not refused(path, zipped(arrays_of(content)))
        large = [(name, data, {"large": True}) for name, data, _ in arrays_of(content)]
        assert not refused(path, zipped(large[::-1]))  # in any order
    theta = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (12,), }  \n", bytes(96))
    members = [(n, theta if n == b"theta.npy" else data, {}) for n, data, _ in arrays_of(OLD[0])]
    assert not refused(path, zipped(members))


def with_(name, data=None, lies=None, more=()):
    """The first old file, with an array of other data, or whose head lies; `more` come after it."""
    members = [(n, data if n == name and data is not None else d, lies or {} if n == name else {})
               for n, d, _ in arrays_of(OLD[0])]  # fmt: skip
    return zipped([*members, *more])


FLOATS = plain(np.arange(12) / 8)
NOTHING = "{'descr': '<U0', 'fortran_order': False, 'shape': (2,), }\n"


def padded(length):
    """Zeros whose header has this length."""
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (12,), }"
    return npy(header.ljust(length - 1) + "\n", bytes(96))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is empty"),
        (b"PK", "its end is missing, or it is no .npz file"),
        (with_(b"", more=[(b"weights.npy", FLOATS, {})]), "'weights.npy' is no array of a network"),
        (with_(b"", more=[(b"kinds", FLOATS, {})]), "'kinds' is no array of a network, or there"),
        (with_(b"", more=[(b"theta.npy", FLOATS, {})]), "'theta.npy' is no array of a network, or"),
        (with_(b"theta.npy", lies={"flags": 1}), "theta is compressed or encrypted, and"),
        (with_(b"theta.npy", lies={"method": 8}), "theta is compressed or encrypted, and"),
        (with_(b"theta.npy", lies={"packed": 9}), "theta is compressed or encrypted, and"),
        (zipped(arrays_of(OLD[0]))[:300], "bytes, and the file 300 in all"),
        (zipped([(b"theta.npy", FLOATS, {})])[: 39 + len(FLOATS)], "its end is missing, or it is"),
        (zipped([(b"theta.npy", FLOATS, {})])[: 38 + len(FLOATS)], "and the file 262 in all"),
        (zipped(arrays_of(OLD[0]))[:-22] + bytes(22), "its end is missing, or it is no .npz file"),
        (with_(b"theta.npy", padded(1001)), "theta is no array of plain numbers or letters"),
        (with_(b"theta.npy", FLOATS + b"\0"), "theta is said to be (12,) of float64, in 225 bytes"),
        (with_(b"theta.npy", FLOATS[:-1] + b"\0", {"crc": 7}), "not those that were written"),
        (with_(b"theta.npy", plain(np.full(12, np.nan))), "theta[0] is nan: every number"),
        (with_(b"theta.npy", plain(np.zeros(13))), "network has 12 parameters; it holds (13,)"),
        (with_(b"classes.npy", plain([np.nan, 1])), "one of [nan, 1.0] is missing or twice"),
        (with_(b"classes.npy", plain(["a", "a"])), "labels: one of ['a', 'a'] is missing or twice"),
        (with_(b"classes.npy", plain([1, 2, 3])), "(3,) labels for 2 outputs"),
        (with_(b"classes.npy", npy(NOTHING)), "classes: it holds (2,) of type <U0, and must be"),
        (with_(b"loss.npy", plain("x" * 25_000)), "unknown loss"),
        (with_(b"layers.npy", plain(np.ones(100_001, np.int8))), "layers: it holds 100,001 bytes"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(path, content, sentence):
    with pytest.raises(ValueError) as caught:
        loaded(path, content)
    assert sentence in str(caught.value)


def test_a_header_may_have_as_many_letters_as_numpy_would_write(path):
    assert not loaded(path, with_(b"theta.npy", padded(1000))).theta.any()


def test_a_long_reason_is_shortened():
    assert _short(ValueError("x" * 120)) == "x" * 120
    assert _short(ValueError("x" * 121)) == "x" * 117 + "..."


SIZES = st.sampled_from([0, 1, 2, 3, 7, -1, 255, 65535, 10**6, 10**9, 10**12, 2**31, 2**32 - 1,
                         2**62, 2**63, 2**64 - 1, 2**64, 10**30])  # fmt: skip
DESCRS = st.sampled_from(
    ["<f8", ">f8", "<f4", "<f2", "<f16", "<i8", "|b1", "|O", "|O8", "|V8", "<U999999999", "<U0",
     "<U9999999", "|S10000000", "<M8[ns]", "<M8[999999999Y]", "<M8", "<m8[D]", "<c16", "<f3", "<f9",
     "|i1", "=f8", "f8", "", "<U" + "9" * 4000, "a8", "<a8", "T16", "(2,)f8", "f8,f8", "é", "\0"]
)  # fmt: skip
EVIL = st.one_of(
    st.integers(1, 60_000).map(lambda n: "(" * n),
    st.integers(1, 5_000).map(lambda n: "[" * n + "]" * n),
    st.integers(1, 5_000).map(lambda n: "{'descr': " + "-" * n + "1}"),
    st.sampled_from([
        "__import__('os').system('true')", "{'descr': __import__('os')}", "None", "", "\0" * 100,
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10**12,), }\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 5000 + ",), }\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1e3,), }\n",
        "{'descr': [('a', '<f8'), ('b', '|O')], 'fortran_order': False, 'shape': (2,), }\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "1, " * 100 + "), }\n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (12,), 'more': 1}\n",
        "{'descr': '<f8', 'descr': '|O', 'fortran_order': False, 'shape': (12,), }\n",
    ]),
    st.text(max_size=200),
)  # fmt: skip
SHAPES = st.lists(SIZES, max_size=4).map(lambda sizes: str(tuple(sizes)))
HEADERS = st.one_of(
    EVIL,
    st.builds(
        "{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}   \n".format,
        DESCRS, st.sampled_from(["False", "True", "None"]), SHAPES,
    ),
)  # fmt: skip
HOSTILE_ARRAYS = st.builds(
    npy, HEADERS, st.binary(max_size=300),
    st.sampled_from([b"\1\0", b"\1\0", b"\2\0", b"\3\0", b"\7\7"]), st.one_of(st.none(), SIZES),
)  # fmt: skip
NUMBERS = st.one_of(SIZES, st.floats(), st.sampled_from([2.0, 2.5, True, "2", None, "tanh", b"2"]))
NAMES = st.sampled_from(["tanh", "softmax", "step", "evil", "", "x" * 10**5, "cross_entropy", "雪"])


def array_of(value):
    try:
        return plain(value)
    except (ValueError, OverflowError, TypeError):
        return plain(str(value))


VALUES = st.one_of(
    NUMBERS, NAMES, st.lists(NUMBERS, max_size=5), st.lists(NAMES, max_size=3),
    st.lists(st.lists(NUMBERS, min_size=4, max_size=4), max_size=4),
    st.sampled_from([
        np.zeros(0), np.full(12, np.nan), np.zeros(12, int), np.zeros((12, 1)), np.zeros((1, 12)),
        np.arange(20_000), np.ones(200_000, int), np.zeros((3_000, 4), int), np.zeros(10**6),
        np.array([print]), np.zeros(12, [("a", "<f8")]), np.zeros(12, ">f8"), np.zeros(12, "<f2"),
        np.array(["2020"] * 2, "M8[Y]"), np.array(["nat", "nat"], "M8[Y]"), np.zeros((), "U1"),
        np.frombuffer(b"\xff" * 8, "<U1"), np.zeros(12, complex),
        np.asfortranarray(np.ones((3, 4))),
    ]),
).map(array_of)  # fmt: skip
LIES = st.fixed_dictionaries({}, optional={
    "signature": st.sampled_from([b"PK\1\2", b"PK\5\6", b"PK\7\x08", b"\0\0\0\0"]),
    "version": st.sampled_from([0, 20, 63, 64, 65535]),
    "flags": st.sampled_from([0, 1, 8, 64, 2048]),
    "method": st.sampled_from([0, 1, 8, 9, 12, 14, 93, 95, 99]), "crc": SIZES,
    "packed": SIZES, "length": SIZES, "start": SIZES, "large": st.just(True),
    "extra": st.one_of(st.binary(max_size=40), st.builds(
        lambda a, b, n: struct.pack("<HHQQ", 1, n, a % 2**64, b % 2**64), SIZES, SIZES,
        st.sampled_from([0, 8, 16, 65535]))),
})  # fmt: skip
END = st.fixed_dictionaries({}, optional={
    "count": st.sampled_from([0, 1, 65535]), "start": SIZES, "last": st.binary(max_size=30),
    "after": st.binary(max_size=30),
})  # fmt: skip
OTHER_NAMES = st.sampled_from(
    [b"theta.npy", b"theta", b"layers.npy", b"../theta.npy", b"/etc/theta.npy", b"\xff\xfe.npy",
     b"", "雪.npy".encode(), b"x" * 60_000, b"theta.npy\0", b"THETA.NPY", b"kinds.npy",
     b"extra.npy"]
)  # fmt: skip


@st.composite
def grammars(draw):
    """A right file with a lie in one or some of its places."""
    members = arrays_of(draw(st.sampled_from(OLD)))
    for _ in range(draw(st.integers(1, 3))):
        i = draw(st.integers(0, len(members) - 1))
        name, data, lies = members[i]
        what = draw(st.integers(0, 7))
        if what == 0:
            members[i] = name, data, draw(LIES)
        elif what == 1:
            members[i] = draw(OTHER_NAMES), data, lies
        elif what == 2:
            members[i] = name, draw(HOSTILE_ARRAYS), lies
        elif what in (3, 4):
            members[i] = name, draw(VALUES), lies
        elif what == 5:
            members = [*members, (name, data, {})] if draw(st.booleans()) else members * 3
        elif what == 6 and len(members) > 1:
            del members[i]
        else:
            pack = draw(st.sampled_from([(8, zlib.compress), (12, b"BZh9".__add__)]))
            lies = {"method": pack[0], "length": len(data), "crc": zlib.crc32(data)}
            members[i] = name, pack[1](data), lies
    return zipped(members, **draw(END))


WHOLE = st.one_of(
    st.integers(0, 9), st.sampled_from([-1, 10**6, 2**31, 2**62, -(2**63), 2**63 - 1])
)
RIGHT_KINDS = {
    "layers": st.one_of(
        st.lists(WHOLE, min_size=1, max_size=6), st.lists(st.floats(), min_size=2, max_size=4),
        st.lists(st.lists(WHOLE, min_size=4, max_size=4), min_size=1, max_size=5),
        st.integers(2, 12_500).map(lambda n: [1] * n),
        st.integers(2, 3_125).map(lambda n: [[1, 1, 1, 0]] * n),
    ),
    "hidden": NAMES, "output": NAMES, "loss": NAMES, "format": NAMES,
    "kinds": st.one_of(st.lists(st.sampled_from(["convolution", "pooling", "dense", "evil"]),
                                min_size=1, max_size=5),
                       st.integers(1, 2_200).map(lambda n: ["convolution"] * n)),
    "image_shape": st.lists(WHOLE, min_size=1, max_size=4),
    "theta": st.one_of(st.lists(st.floats(), min_size=1, max_size=40),
                       st.sampled_from([12, 29, 30]).map(lambda n: np.full(n, np.inf, "f2"))),
    "classes": st.one_of(st.lists(WHOLE, min_size=1, max_size=3),
                         st.lists(st.text(max_size=2), min_size=2, max_size=2),
                         st.lists(st.floats(), min_size=2, max_size=2)),
}  # fmt: skip


@st.composite
def described_wrongly(draw):
    """Arrays of the right kind, whole and with the right checksum, of no network, or another."""
    members = {name.decode(): data for name, data, _ in arrays_of(draw(st.sampled_from(OLD)))}
    names = draw(st.lists(st.sampled_from(sorted(RIGHT_KINDS)), min_size=1, max_size=3))
    members |= {f"{name}.npy": array_of(draw(RIGHT_KINDS[name])) for name in names}
    return zipped([(name.encode(), data, {}) for name, data in members.items()])


@st.composite
def mutants(draw):
    """A right file of which bytes were changed, lost, doubled or joined to those of another."""
    content = bytearray(draw(st.sampled_from(OLD)))
    for _ in range(draw(st.integers(1, 4))):
        a, b = sorted(draw(st.integers(0, len(content))) for _ in range(2))
        what = draw(st.integers(0, 5))
        if what <= 1 and a < len(content):
            content[a] = draw(st.integers(0, 255))
        elif what == 2:
            del content[a:b]
        elif what == 3:
            content[a:a] = content[a:b]
        elif what == 4:
            content[a : a + 8] = draw(st.sampled_from([b"\xff" * 8, bytes(8), b"PK\5\6" * 2]))
        else:
            content[a:] = draw(st.sampled_from(OLD))[a:]
    return bytes(content)


def others(text):
    """Files of other kinds: text, pickles, arrays alone, zip files of what is no array."""
    pickled = pickle.dumps([text, print])
    deep = zipfile.ZipFile(inner := io.BytesIO(), "w")
    deep.writestr("theta.npy", pickled)
    deep.close()
    return [text.encode("utf-8", "replace"), pickled, plain(np.zeros(3)),
            inner.getvalue(), b"PK\3\4", b"PK\3\4" * 1000, bytes(len(text)),
            b"PK\5\6" + bytes(18), b"\x1f\x8b" + pickled]  # fmt: skip


HOSTILE = st.one_of(
    grammars(), grammars(), grammars(), mutants(), mutants(), described_wrongly(),
    described_wrongly(),
    st.text(max_size=100).flatmap(lambda text: st.sampled_from(others(text))),
)  # fmt: skip


@pytest.mark.doors
def test_a_hostile_file_is_refused_in_words_or_is_a_network_all_the_same(path):
    count = {True: 0, False: 0}

    @settings(max_examples=cases(5_500, 600))
    @given(content=HOSTILE)
    def one(content):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            count[refused(path, content)] += 1

    one()
    assert min(count.values()) > 10, count


# The worst of them, one by one


def packed(path, method, **arrays):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, array in arrays.items():
            with file.open(f"{name}.npy", "w") as entry:
                np.lib.format.write_array(entry, np.asanyarray(array))
    return path.read_bytes()


NET = Network((2, 3, 1))


@pytest.mark.doors
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_compressed_is_refused_before_it_is_unpacked(path, method):
    zeros = np.zeros(cases(30_000_000, 1_000_000))  # 240 MB, in a file of less than one
    content = packed(path, method, **described(Network((zeros.size - 1, 1))), theta=zeros)
    assert len(content) < zeros.nbytes / 200 and refused(path, content)
    assert refused(path, packed(path, method, **described(NET), theta=np.zeros(13)))
    with pytest.raises(ValueError, match="is compressed or encrypted"):
        NeuralNetwork.load(path)


@pytest.mark.parametrize("numbers", [10**7, 10**9, 10**12, 10**30])
def test_more_than_the_file_can_hold_is_refused_before_there_is_room_for_it(path, numbers):
    """The network, the head of the entry and that of the array agree; only the data are missing."""
    theta = npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({numbers},), }}\n")
    length = len(theta) + 8 * numbers
    small = (described(NET) | {"layers": [min(numbers, 2**62) - 1, 1]}).items()
    lies = {"length": length, "packed": length, "large": True}
    members = [(f"{name}.npy".encode(), plain(array), {}) for name, array in small]
    assert refused(path, zipped([*members, (b"theta.npy", theta, lies)]))
    assert refused(path, zipped([(b"theta.npy", theta + bytes(800), lies), *members]))
    with pytest.raises(ValueError, match="theta (has .* bytes, and the file|is said to be)"):
        NeuralNetwork.load(path)


@pytest.mark.doors
def test_a_large_file_is_refused_by_what_it_says(path):
    """Megabytes of each array that a network has no use for: none of them is read."""
    right = described(NET) | {"theta": np.zeros(13)}
    for name in ("layers", "theta", "classes", "hidden", "format"):
        with open(path, "wb") as file:
            np.savez(file, **right | {name: np.zeros(cases(7_500_000, 1_000_000))})
        content = path.read_bytes()
        tracemalloc.start()
        with pytest.raises(ValueError, match="nothing was loaded"):
            NeuralNetwork.load(path)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000, name
        tracemalloc.stop()
        assert refused(path, content)


def test_a_file_with_holes_larger_than_memory_is_refused_in_words(path):
    """400 megabytes of zeros take no place on the disk, and would be a right network."""
    units = 49_999_999
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({units + 1},), }}\n"
    size = 8 * (units + 1)
    theta = (b"theta.npy", npy(header), {"large": True, "length": size + len(npy(header)),
                                         "packed": size + len(npy(header))})  # fmt: skip
    small = [(f"{k}.npy".encode(), plain(v), {}) for k, v in described(Network((units, 1))).items()]
    content = zipped([*small, theta])
    at = content.index(npy(header)) + len(npy(header))
    with open(path, "wb") as file:
        file.write(content[:at])
        file.seek(size, 1)
        file.write(content[at:])

    def limited():
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + 2**28, resource.RLIM_INFINITY))
        with pytest.raises(ValueError, match="not so much memory; nothing was loaded"):
            NeuralNetwork.load(path)

    assert ended(forked(limited)) == 0
    path.unlink()


def test_many_entries_and_long_directories_cost_nothing(path):
    right = arrays_of(OLD[0])
    many = [(b"%d.npy" % i, b"", {}) for i in range(10_000)]
    assert refused(path, zipped([*right, *many])) and refused(path, zipped([*many, *right]))
    assert refused(path, b"PK\3\4" + bytes(10**7) + b"PK\5\6" + bytes(18))


# What is saved


def unsaved(nn, path):
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(ValueError, match="is not saved, for it could not be loaded:.*") as caught:
        nn.save(path)
    assert len(str(caught.value)) <= 300 and "nothing was written" in str(caught.value)
    assert (path.read_bytes() if path.exists() else None) == before
    assert [other for other in path.parent.iterdir() if other != path] == []


def array_or_list(value):
    try:
        return np.asarray(value)
    except (ValueError, OverflowError):
        return value


THETAS = st.one_of(
    st.lists(st.floats(), min_size=12, max_size=14),
    st.lists(NUMBERS, max_size=14).map(array_or_list),
    st.sampled_from([np.zeros(13, dtype) for dtype in ("f2", "f4", ">f8", "i8", "c16", "U3", "O")]),
    st.sampled_from([np.zeros((1, 13)), np.zeros(0), np.zeros((13, 1)), None, "theta", 3.5, NET]),
)
CLASSES = st.one_of(
    st.none(),
    st.lists(NUMBERS, min_size=1, max_size=3).map(array_or_list),
    st.lists(st.text(max_size=3), min_size=2, max_size=2),
    st.sampled_from([np.array([print, 1]), np.zeros(2, [("a", "<f8")]), np.zeros((2, 1)), "ab"]),
)


@pytest.mark.doors
@settings(max_examples=cases(1_000, 150))
@given(theta=THETAS, classes=CLASSES)
def test_what_is_saved_comes_back_and_what_would_not_is_refused(path, theta, classes):
    nn = NeuralNetwork(NET, rng=7)
    path.write_bytes(b"old")
    nn.theta, nn.classes = theta, classes
    try:
        nn.save(path)
    except ValueError:
        assert path.read_bytes() == b"old"
        unsaved(nn, path)
        return
    again = NeuralNetwork.load(path)
    assert again.network == NET
    np.testing.assert_array_equal(again.theta, np.asarray(theta))
    if classes is None:
        assert again.classes is None
    else:
        np.testing.assert_array_equal(again.classes, np.asarray(classes))


class Other(Network):
    """A network that its layers alone do not describe."""


class Larger(Convolution):
    pass


@pytest.mark.parametrize(
    "network",
    [Other((2, 3, 1)), ConvolutionalNetwork((4, 4), [Larger(2), 1]), None, "network", (2, 3, 1)],
    ids=str,
)
def test_a_network_that_is_none_of_ours_is_not_saved(path, network):
    nn = NeuralNetwork(NET, rng=7)
    nn.network = network
    unsaved(nn, path)


NETWORKS = st.one_of(
    st.builds(
        Network, st.lists(st.integers(1, 9), min_size=2, max_size=5),
        st.sampled_from(["tanh", "logistic", "relu", "leaky_relu", "identity"]),
    ),
    st.builds(
        lambda side, kernels, units, channels: ConvolutionalNetwork(
            (2 * side, 4, channels), [Convolution(kernels), Pooling(2), units, 2]
        ),
        *[st.integers(1, 4)] * 4,
    ),
)  # fmt: skip


@pytest.mark.doors
@settings(max_examples=cases(500, 50))
@given(net=NETWORKS, seed=st.integers(0, 2**32))
def test_every_network_comes_back_as_it_was(path, net, seed):
    nn = NeuralNetwork(net, rng=seed)
    nn.save(path)
    again = NeuralNetwork.load(path)
    assert again.network == net and again.classes is None
    np.testing.assert_array_equal(again.theta, nn.theta, strict=True)
