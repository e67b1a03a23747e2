"""What the bundle checks and times; run.sh runs it.

Needs Python 3.10. compute-sanitizer, PyTorch and JAX are used where they are
installed; what is missing is named, and counted as skipped.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from compare import Case, difference
from integration import (
    Program, attempt, make_weights, train_recorded_case, write_weights,
)

RECORDED = json.loads((HERE / "recorded.json").read_text())
RECORDED_EPOCHS, RECORDED_TOLERANCE = 3, 1e-5  # as test/Integration/CPU/curves.py
RUNS = int(os.environ.get("RUNS", 20))  # that must give the same bits
SECONDS = 90  # of one program
EPOCHS = 12  # of a benchmark; the first two are not counted
SANITIZERS = ("memcheck", "racecheck", "synccheck", "initcheck")


class Skip(Exception):
    pass


class Bundle:
    def __init__(self, root: Path, emulate: bool, only: str):
        self.root, self.emulate, self.only = root, emulate, only
        self.passed, self.failed, self.skipped = 0, 0, 0
        self.figures: dict = {}

    def check(self, name: str, test) -> None:
        if self.only not in name:
            return
        try:
            test()
            self.passed += 1
            print(f"ok       {name}", flush=True)
        except Skip as reason:
            self.skipped += 1
            print(f"skipped  {name}: {reason}", flush=True)
        except (AssertionError, subprocess.CalledProcessError,
                subprocess.TimeoutExpired) as error:
            self.failed += 1
            print(f"FAILED   {name}: {error}", flush=True)

    def programs(self) -> list[Path]:
        files = (self.root / "programs").iterdir()
        return sorted(path for path in files if path.suffix != ".so")

    def open(self, path: Path) -> Program:
        if self.emulate:
            os.environ["MLC_CUDA_LIBRARY"] = str(
                self.root / "emulator" / "libmlc-fake-cuda.so"
            )
            os.environ["MLC_CUBLASLT_LIBRARY"] = str(
                self.root / "emulator" / "libmlc-fake-cublaslt.so"
            )
            os.environ["MLC_EMULATED_KERNELS"] = f"{path}.so"
        return Program(path)


def expect(condition: bool, message: str) -> None:
    if not condition:
        raise AssertionError(message)


def missing_gpu(bundle: Bundle) -> str:
    """Why the first program finds no GPU; empty where it does."""
    program = bundle.open(bundle.programs()[0])
    with tempfile.TemporaryDirectory() as folder:
        case = Case(program, folder, density=0.01)
        result = program.attempt("predict", "--data", case.data, "--weights", case.start,
                                 "--device", "cuda")
    reasons = ("no NVIDIA driver", "no NVIDIA GPU", "no GPU can be asked for")
    return result.stderr.strip() if any(word in result.stderr for word in reasons) else ""


def as_recorded(bundle: Bundle, path: Path) -> None:
    """Training as PyTorch did it (test/Integration/pytorch)."""
    program = bundle.open(path)
    expected = RECORDED[program.info["program"]]
    batch = program.info["batch"]
    rows = 5 * batch + max(1, batch // 3)
    with tempfile.TemporaryDirectory() as folder:
        losses = train_recorded_case(program, folder, rows, RECORDED_EPOCHS)[2]
    for step, (got, want) in enumerate(zip(losses, expected["losses"], strict=True), 1):
        expect(abs(got / want - 1) < RECORDED_TOLERANCE, f"step {step}: {got}, not {want}")


def as_on_cpu(bundle: Bundle, path: Path) -> None:
    program = bundle.open(path)
    with tempfile.TemporaryDirectory() as folder:
        sparse = program.info["input"]["kind"] == "csr"
        for ones in (False, True) if sparse else (False,):
            density = min(0.1, 200 / program.info["input"]["width"])
            case = Case(program, folder, ones=ones, density=density)
            found = difference(case.run("--device", "cuda"), case.run("--device", "cpu"))
            expect(not found, found)


def same_bits(bundle: Bundle, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        case = Case(bundle.open(path), folder)
        first = case.run("--device", "cuda")
        for number in range(2, (3 if bundle.emulate else RUNS) + 1):
            expect(case.run("--device", "cuda") == first, f"run {number} differs")


def resumes(bundle: Bundle, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        case = Case(bundle.open(path), folder)
        whole, parts = case.folder / "whole", case.folder / "parts"
        train = ("train", "--data", case.data, "--init", case.start, "--device", "cuda",
                 "--epochs", 3)
        case.program.run(*train, "-o", whole)
        kept = ("--checkpoints", case.folder / "kept", "-o", parts)
        case.program.run(*train, *kept, "--max-steps", 4)
        case.program.run(*train, *kept, "--resume")
        expect(whole.read_bytes() == parts.read_bytes(), "other weights after --resume")


def out_of_memory(bundle: Bundle) -> None:
    """Another process takes all memory of the GPU but some MB."""
    if bundle.emulate:
        os.environ["MLC_FAKE_CUDA"] = "memory=1000"
        holder = None
    else:
        try:
            import torch  # noqa: F401
        except ImportError:
            raise Skip("no PyTorch, which would take the memory")
        code = (
            "import torch, sys\n"
            "free = torch.cuda.mem_get_info()[0]\n"
            "held = torch.empty(free - (64 << 20), dtype=torch.uint8, device='cuda')\n"
            "print('held', flush=True)\nsys.stdin.read()\n"
        )
        holder = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        if holder.stdout.readline().strip() != b"held":
            holder.communicate()
            raise Skip("PyTorch could not take the memory")
    try:
        with tempfile.TemporaryDirectory() as folder:
            case = Case(bundle.open(bundle.root / "programs" / "imdb-mlp"), folder)
            result = case.program.attempt(
                "train", "--data", case.data, "--device", "cuda", "-o", case.folder / "w"
            )
            expect(result.returncode == 1, f"status {result.returncode}")
            expect("memory" in result.stderr, result.stderr)
            expect(not (case.folder / "w").exists(), "weights were written")
    finally:
        os.environ.pop("MLC_FAKE_CUDA", None)
        if holder:
            holder.communicate()


def sanitized(bundle: Bundle, tool: str, path: Path) -> None:
    sanitizer = shutil.which("compute-sanitizer") or shutil.which(
        "/usr/local/cuda/bin/compute-sanitizer"
    )
    if bundle.emulate or not sanitizer:
        raise Skip("no compute-sanitizer")
    with tempfile.TemporaryDirectory() as folder:
        case = Case(bundle.open(path), folder)
        result = attempt(
            *(sanitizer, "--tool", tool, "--error-exitcode", "9", path, "train"),
            *("--data", case.data, "--init", case.start, "--device", "cuda"),
            *("--epochs", 1),
        )
        expect(result.returncode == 0, result.stdout + result.stderr)


def limit(bundle: Bundle) -> None:
    """The same network written by hand (limit.cu), checked by itself."""
    program = bundle.root / "limit"
    if bundle.emulate or not program.exists():
        raise Skip("needs a GPU" if bundle.emulate else "was made without nvcc")
    result = attempt(program)
    expect(result.returncode == 0, result.stdout + result.stderr)
    figure(bundle, "by hand", json.loads(result.stdout)["microseconds"])


def uses_library(bundle: Bundle, path: Path) -> None:
    """cuBLASLt is found, and has an algorithm for every product."""
    with tempfile.TemporaryDirectory() as folder:
        case = Case(bundle.open(path), folder)
        result = case.program.attempt(
            "train", "--data", case.data, "--init", case.start, "--device", "cuda",
            "--epochs", 1, "-o", case.folder / "weights",
        )  # fmt: skip
        expect(result.returncode == 0, result.stderr)
        if "no cuBLASLt" in result.stderr:
            raise Skip("no libcublasLt")
        expect("cuBLASLt" not in result.stderr, result.stderr)


def benchmark(bundle: Bundle, name: str, peers: bool) -> None:
    """Microseconds a step, the median of the epochs after the first two."""
    program = bundle.open(bundle.root / "programs" / name)
    data = bundle.root / "data" / "benchmark.safetensors"
    epochs = 3 if bundle.emulate else EPOCHS
    with tempfile.TemporaryDirectory() as folder:
        metrics, start = Path(folder) / "m.jsonl", Path(folder) / "init"
        write_weights(start, make_weights(program.info, 6))
        limit = ("--max-steps", 40) if bundle.emulate else ()
        program.run("train", "--data", data, "--init", start, "--device", "cuda",
                    "--epochs", epochs, "--metrics", metrics, *limit)
        lines = [json.loads(line) for line in metrics.read_text().splitlines()]
        seconds = sorted(line["seconds"] for line in lines[2:] or lines)
        steps = max(1, lines[0]["step"])
        figure(bundle, name, 1e6 * seconds[len(seconds) // 2] / steps)
        if bundle.emulate or not peers:
            return
        for name, command in (
            ("PyTorch eager", ["pytorch_gpu.py", "--mode", "eager"]),
            ("torch.compile with CUDA graphs", ["pytorch_gpu.py", "--mode", "graphs"]),
            ("JAX scan", ["peers/jax_scan.py"]),
        ):
            bundle.check(f"benchmark {name}",
                         lambda: peer(bundle, name, command, data, start, epochs, steps))


def peer(bundle, name, command, data, start, epochs, steps) -> None:
    script, *options = command
    result = attempt(
        *(sys.executable, HERE / script, "--data", data, "--weights", start),
        *("--batch", 64, "--epochs", epochs, "--threads", 4, "--learning-rate", 1e-3),
        *options, env={**os.environ, "PYTHONPATH": f"{HERE}:{HERE / 'peers'}"},
    )
    if "ModuleNotFoundError" in result.stderr:
        raise Skip("not installed")
    expect(result.returncode == 0, result.stderr)
    seconds = sorted(json.loads(result.stdout)["seconds"][2:])
    figure(bundle, name, 1e6 * seconds[len(seconds) // 2] / steps)


def figure(bundle: Bundle, name: str, microseconds: float) -> None:
    bundle.figures[name] = microseconds
    print(f"         {name}: {microseconds:.1f} us a step", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=Path)
    parser.add_argument("--emulate", action="store_true")
    parser.add_argument("--skip-peers", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    if not (options.root / "programs").exists():
        with tarfile.open(options.root / "programs.tar.xz") as archive:
            archive.extractall(options.root)
    bundle = Bundle(options.root, options.emulate, options.only)
    if not options.emulate:
        os.environ.setdefault("MLC_TEST_TIMEOUT", str(SECONDS))
    if reason := missing_gpu(bundle):
        print(f"skipped: no GPU ({reason})")
        return 0
    small = [path for path in bundle.programs() if "-batch" in path.name]
    for path in bundle.programs():
        if path.name.endswith("-recorded"):
            bundle.check(f"as PyTorch: {path.name}", lambda: as_recorded(bundle, path))
        elif path.name.startswith("dense-"):
            continue  # the CPU takes too long; timed below
        elif not (bundle.emulate and path.name.startswith("imdb-")):
            bundle.check(f"as on the CPU: {path.name}", lambda: as_on_cpu(bundle, path))
    for path in small if not bundle.emulate else small[:2]:
        bundle.check(f"the same bits: {path.name}", lambda: same_bits(bundle, path))
        bundle.check(f"resume: {path.name}", lambda: resumes(bundle, path))
    bundle.check("out of memory", lambda: out_of_memory(bundle))
    for tool in SANITIZERS:
        for path in small if not bundle.emulate else small[:1]:
            bundle.check(f"{tool}: {path.name}", lambda: sanitized(bundle, tool, path))
    for name in ("imdb-mlp", "imdb-mlp-launches", "imdb-mlp-kernel", "imdb-mlp-chip"):
        peers = name == "imdb-mlp" and not options.skip_peers
        bundle.check(f"benchmark {name}", lambda: benchmark(bundle, name, peers))
    bundle.check("benchmark by hand", lambda: limit(bundle))
    for path in bundle.programs():
        if "cublas" in path.name:
            bundle.check(f"products: {path.name}", lambda: uses_library(bundle, path))
        if path.name.startswith("dense-") and not bundle.emulate:
            bundle.check(f"benchmark {path.name}",
                         lambda: benchmark(bundle, path.name, peers=False))
    (options.root / "figures.json").write_text(json.dumps(bundle.figures, indent=2))
    print(f"{bundle.passed} passed, {bundle.failed} failed, {bundle.skipped} skipped")
    return 1 if bundle.failed else 0


if __name__ == "__main__":
    sys.exit(main())
