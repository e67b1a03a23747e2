"""Those who run a case: mlc's program, peers and hand-written limits.

A contestant trains for some epochs in a process of its own and answers with
`seconds` and mean `losses`, a number an epoch. All start from the same weights
and may use the same CPUs.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import datasets
from cases import Case

from integration import MLC, Program, attempt, expect_done, read_metrics

HERE = Path(__file__).parent
Contestant = Callable[[int], dict]  # from a number of threads to the answer
NAMES = {
    "pytorch_usual": "PyTorch, DataLoader",
    "pytorch_fused": "PyTorch, fused Adam",
    "pytorch_compiled": "torch.compile",
    "pytorch_sparse": "PyTorch, EmbeddingBag and SparseAdam",
    "jax_scan": "JAX, jitted scan",
    "sklearn_mlp": "scikit-learn",
}
LIMIT_FLAGS = (
    *("-O3", "-march=native", "-mprefer-vector-width=512"),
    *("-fno-math-errno", "-ffp-contract=fast", "-pthread"),
)


def run_on(threads: int, *command) -> str:
    """A command's standard output, run on so many CPUs: the last ones."""
    cpus = sorted(os.sched_getaffinity(0))[-threads:]
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = os.environ | {name: str(threads) for name in names}
    result = attempt(
        *command, env=environment, preexec_fn=lambda: os.sched_setaffinity(0, cpus)
    )
    return expect_done(result).stdout


def mlc_variants(sparse: bool) -> dict[str, tuple[str, ...]]:
    """Names and options of `mlc compile`."""
    variants: dict[str, tuple[str, ...]] = {"mlc": ()}
    if not sparse and "--gemm" in expect_done(attempt(MLC, "compile", "--help")).stdout:
        variants["mlc, only OpenBLAS"] = ("--gemm", "openblas")
    return variants


def understood(model: Path, folder: Path) -> Path:
    """The model, or a copy with Adam that updates every row where this compiler
    knows no lazy one; says so."""
    result = attempt(MLC, "compile", model, "--emit", "graph", "-o", folder / "graph")
    if "unknown setting 'lazy'" not in result.stderr:
        return model
    print(f"{model.name}: this compiler has no lazy Adam; all rows are updated", file=sys.stderr)
    plain = folder / model.name
    plain.write_text(model.read_text().replace(", lazy)", ")"))
    return plain


class Arena:
    """A case with its files in `folder`, ready to run."""

    def __init__(self, case: Case, folder: Path):
        case = case._replace(model=understood(case.model, folder))
        self.case, self.folder = case, folder
        self.program = Program.compile(case.model, folder / "mlc")
        self.data = case.data(folder)
        self.weights = folder / "weights"
        self.program.run(
            *("train", "--data", self.data, "--epochs", 0, "-o", self.weights)
        )
        labels = datasets.read_safetensors(self.data)[0]["labels"]
        self.rows = labels.shape[0]
        self.steps = -(-self.rows // self.program.info["batch"])

    def contestants(self) -> dict[str, Contestant]:
        sparse = self.program.info["input"]["kind"] == "csr"
        found: dict[str, Contestant] = {}
        for name, options in mlc_variants(sparse).items():
            program = Program.compile(self.case.model, self.folder / name, *options)
            found[name] = lambda threads, program=program: self.run_mlc(program, threads)
        if self.case.limit:
            found["limit, by hand in C"] = self.limit()
        for peer in self.case.peers:
            found[NAMES[peer]] = lambda threads, peer=peer: self.run_peer(peer, threads)
        return found

    def run_mlc(self, program: Program, threads: int) -> dict:
        metrics = self.folder / "metrics"
        run_on(
            *(threads, program.path, "train", "--data", self.data),
            *("--init", self.weights, "--epochs", self.case.epochs),
            *("--threads", threads, "--metrics", metrics),
        )
        lines = read_metrics(metrics)[1]
        return {
            "seconds": [line["seconds"] for line in lines],
            "losses": [line["loss"] for line in lines],
        }

    def run_peer(self, peer: str, threads: int) -> dict:
        info = self.program.info
        answer = run_on(
            *(threads, sys.executable, HERE / "peers" / f"{peer}.py"),
            *("--data", self.data, "--weights", self.weights),
            *("--batch", info["batch"], "--learning-rate", info["learning_rate"]),
            *("--epochs", self.case.epochs, "--threads", threads),
        )
        return json.loads(answer)

    def limit(self) -> Contestant:
        source = HERE / "limits" / f"{self.case.limit}.c"
        binary, task = self.folder / "limit", self.folder / "task"
        subprocess.run(["cc", *LIMIT_FLAGS, source, "-o", binary, "-lm"], check=True)
        datasets.write_limit_task(task, self.data, self.weights, self.program.info)
        epochs = self.case.epochs
        return lambda threads: json.loads(run_on(threads, binary, task, epochs, threads))
