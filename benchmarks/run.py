"""Run all benchmarks of nnlib, print the tables and write them to results.md.

Run it with one BLAS thread, as `make bench` does: the matrices are small. Install the peers with
`pip install -e ".[bench]"`; without them their columns stay empty. Goals are shown, not asserted.
"""

from pathlib import Path

from costs import importing, memory
from growth import growth
from kernels import kernels
from reading import reading
from report import main
from stacks import luck, stacks
from step import single, step

PAGE = Path(__file__).with_name("results.md")


if __name__ == "__main__":
    report = main(step, kernels, single, reading, stacks, luck, growth, importing, memory)
    head = ["# What `make bench` measured", "", "Compare ratios, not microseconds: both sides of a",
            "ratio were measured in turn, in one run, best of five.", ""]  # fmt: skip
    PAGE.write_text("\n".join([*head, *report.lines]) + "\n", encoding="utf-8")
