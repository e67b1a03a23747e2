"""Programs for GPUs, with a driver that emulates one.

The host's code, the descriptor and the kernels are those of a real GPU; only
the driver is test/device/FakeCuda.cpp, which runs each thread of each kernel on
the CPU, and fails where MLC_FAKE_CUDA tells it to.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, REPOSITORY, Program, attempt, expect_done

FAKE = Path(os.environ["MLC_BUILD"]) / "lib" / "libmlc-fake-cuda.so"
CUBLASLT = FAKE.with_name("libmlc-fake-cublaslt.so")
# Where mlc looks for the assembler of binary code; None where there is none.
PTXAS = shutil.which("ptxas", path=os.pathsep.join(
    [os.environ.get("PATH", ""), os.environ.get("CUDA_HOME", "/usr/local/cuda") + "/bin"]
))

# What GPUs run of the examples: private training is for CPUs.
EXAMPLES = sorted(
    model for model in REPOSITORY.glob("examples/*/model*.mlir")
    if "private(" not in model.read_text()
)  # fmt: skip


def emulate_kernels(model, path, *options) -> None:
    """Makes the library of a model's kernels for the fake driver."""
    object_file = Path(path).with_suffix(".o")
    expect_done(
        attempt(MLC, "compile", model, "--target", "cuda", "--emit", "emulation",
                "-o", object_file, *options)
    )
    expect_done(
        attempt("c++", "-shared", "-o", path, object_file, FAKE,
                f"-Wl,-rpath,{FAKE.parent}", "-lm")
    )


class GpuProgram(Program):
    """A program that runs on the emulated GPU, unless told otherwise."""

    def __init__(self, path, kernels, fake: str = ""):
        self.kernels, self.fake = kernels, fake
        self.environment: dict[str, str] = {}  # besides what is always set
        super().__init__(path)

    @staticmethod
    def compile(model, path, *options) -> "GpuProgram":
        expect_done(attempt(MLC, "compile", model, "-o", path, *options))
        kernels = Path(path).with_suffix(".so")
        pairs = zip(options, options[1:])
        same = [pair for pair in pairs if pair[0] in ("--batch", "--gpu-steps", "--gemm", "--cost")]
        emulate_kernels(model, kernels, *sum(same, ()))
        return GpuProgram(path, kernels)

    def driver(self) -> dict[str, str]:
        return {
            "MLC_CUDA_LIBRARY": str(FAKE),
            "MLC_CUBLASLT_LIBRARY": str(CUBLASLT),
            "MLC_EMULATED_KERNELS": str(self.kernels),
            "MLC_FAKE_CUDA": self.fake,
        } | self.environment

    def attempt(self, *arguments, **options) -> subprocess.CompletedProcess:
        environment = {**os.environ, **self.driver()} | options.pop("env", {})
        return super().attempt(*arguments, env=environment, **options)
