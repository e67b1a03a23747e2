"""No inner loop of compiled code keeps vectors in the stack's memory.

Products are generated ones here: the library's loops are not ours. Code for a
CPU that this machine is not is only read, not run.
"""

import concurrent.futures
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "Integration"))

from inner_loops import AARCH64, X86, Architecture, Loop, disassemble, inner_loops

from integration import MLC, MODELS, REPOSITORY, attempt, expect_done

BENCHMARKS = REPOSITORY / "test" / "benchmark" / "models"
SOURCES = (
    REPOSITORY / "examples" / "imdb-mlp" / "model.mlir",
    REPOSITORY / "examples" / "imdb-ratings" / "model.mlir",
    *(MODELS / f"{name}.mlir" for name in ("adam", "nesterov", "regression")),
    *(BENCHMARKS / f"{name}.mlir" for name in ("imdb-dense", "mnist-like", "wide")),
)


class Target(NamedTuple):
    architecture: Architecture
    register: str  # what vectors are called
    options: tuple[str, ...]  # of `mlc compile`
    # Polynomials have more coefficients than these have registers.
    with_functions: bool


TARGETS = {
    "AVX2": Target(
        X86, "ymm", ("--target-triple", "x86_64-linux-gnu", "--cpu", "x86-64-v3"), False
    ),
    "AVX-512": Target(
        X86, "zmm", ("--target-triple", "x86_64-linux-gnu", "--cpu", "x86-64-v4"), True
    ),
    "NEON": Target(AARCH64, ".4s", ("--target-triple", "aarch64-linux-gnu"), False),
}

# Sums of one loop, of which the second is kept in memory.
SPILLING = {
    "x86_64": (
        X86,
        """
        f: subq $72, %rsp
        .p2align 4
        1: vmovups (%rdi,%rax), %ymm0
        vfmadd231ps (%rsi,%rax), %ymm0, %ymm1
        vmovups (%rsp), %ymm2
        vfmadd231ps (%rdx,%rax), %ymm0, %ymm2
        vmovups %ymm2, (%rsp)
        addq $32, %rax
        jne 1b
        retq
        """,
    ),
    "aarch64": (
        AARCH64,
        """
        f: sub sp, sp, #16
        1: ldr q0, [x0], #16
        fmla v1.4s, v0.4s, v3.4s
        ldr q2, [sp]
        fmla v2.4s, v0.4s, v4.4s
        str q2, [sp]
        subs x1, x1, #1
        b.ne 1b
        ret
        """,
    ),
}


def is_free(loop: Loop) -> bool:
    """Whether a loop waits for the dividing unit, and all that it does with the
    stack is to read one vector there, as others read constants from memory."""
    reads = [spill for spill in loop.spills if "(%rsp), %" in spill.text]
    return len(loop.spills) == len(reads) == 1 and "vsqrtps" in str(loop)


class InnerLoops(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_spills_are_found(self):
        for triple, (architecture, source) in SPILLING.items():
            with self.subTest(triple):
                path = self.folder / triple
                subprocess.run(
                    ["llvm-mc", f"-triple={triple}-linux-gnu", "-filetype=obj", "-o", path],
                    check=True,
                    input=source,
                    text=True,
                )
                (loop,) = inner_loops(disassemble(path), architecture)
                self.assertEqual(len(loop.spills), 2, str(loop))
                self.assertFalse(loop.has_functions)

    def compile(self, source: Path, name: str) -> str:
        path = self.folder / f"{source.parent.name}-{source.stem}.{name}"
        options = ("--emit", "obj", "--gemm", "generated", *TARGETS[name].options)
        expect_done(attempt(MLC, "compile", source, "-o", path, *options))
        return disassemble(path)

    def test_nothing_is_spilled(self):
        cases = [(source, name) for source in SOURCES for name in TARGETS]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            listings = list(pool.map(lambda case: self.compile(*case), cases))
        for (source, name), listing in zip(cases, listings):
            with self.subTest(f"{source.parent.name}/{source.stem}", target=name):
                target = TARGETS[name]
                loops = inner_loops(listing, target.architecture)
                self.assertTrue(any(target.register in str(loop) for loop in loops))
                if not target.with_functions:
                    loops = [loop for loop in loops if not loop.has_functions]
                    self.assertTrue(loops)
                spilling = [str(loop) for loop in loops if loop.spills and not is_free(loop)]
                self.assertFalse(spilling, "\n".join(spilling))


if __name__ == "__main__":
    unittest.main()
