"""Products by cuBLASLt, which test/device/FakeCublas.cpp stands in for: it
computes them with plain loops and checks all that it is told of them."""

import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from compare import Case, difference
from gpu import CUBLASLT, GpuProgram
from integration import MLC, MODELS, attempt, make_data, make_weights, read_metrics, write_weights

WIDE = Path(__file__).parent / "models" / "wide.mlir"
BOTH = ("--target", "cpu,cuda", "--gpu", "sm_80")
# With products of all shapes, among them some without relu or bias.
DENSE = ("classes", "everything")
# Relative deviations of a first loss by operands of so many bits.
TF32_DEVIATES, BF16_DEVIATES = (1e-8, 2e-3), (2e-5, 2e-2)


class Products(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.compiled, cls.kept = Path(folder.name), {}

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def compile(self, model: Path, *options) -> GpuProgram:
        name = "-".join([model.stem, *options])
        if name not in self.kept:
            self.kept[name] = GpuProgram.compile(model, self.compiled / name, *BOTH, *options)
        program = self.kept[name]
        program.fake, program.environment = "", {}
        return program

    def case(self, program: GpuProgram, **options) -> Case:
        folder = self.folder / f"case-{program.path.name}"
        folder.mkdir(exist_ok=True)
        return Case(program, folder, **options)

    def test_every_model_trains_as_on_the_cpu(self):
        for model in (WIDE, *(MODELS / f"{name}.mlir" for name in DENSE)):
            with self.subTest(model.stem):
                case = self.case(self.compile(model, "--gemm", "cublas"))
                found = difference(case.run("--device", "cuda"), case.run("--device", "cpu"))
                self.assertEqual(found, "")

    def test_the_library_is_what_computes_them(self):
        program = self.compile(WIDE, "--gemm", "cublas")
        info = program.info
        self.assertEqual(info["gpu_products"], "cublas")
        self.assertEqual(info["matmul_precision"], "f32")
        # Forward and gradients of three layers, but none of the data.
        self.assertRegex(program.run("info"), r"GPU gemm +cuBLASLt, f32, 8 a step")
        generated = self.compile(WIDE, "--gemm", "generated")
        self.assertEqual(generated.info["gpu_products"], "generated")
        # A small model is too small for it.
        self.assertEqual(self.compile(WIDE).info["gpu_products"], "generated")

    def test_graphs_and_smaller_last_batches(self):
        """40 full batches are two graphs of 16 and more; then come three rows."""
        program = self.compile(WIDE, "--gemm", "cublas")
        data, start = self.folder / "data", self.folder / "init"
        make_data(program.info, 40 * program.info["batch"] + 3, 5).write(data)
        write_weights(start, make_weights(program.info, 6))
        losses = {}
        for device in ("cuda", "cpu"):
            metrics = self.folder / device
            program.run(
                "train", "--data", data, "--init", start, "--epochs", 2, "--device", device,
                "--metrics", metrics, "--metrics-every-step", "-o", self.folder / "weights",
            )  # fmt: skip
            losses[device] = read_metrics(metrics)[0]
        self.assertEqual(len(losses["cuda"]), 82)
        for got, want in zip(losses["cuda"], losses["cpu"], strict=True):
            self.assertAlmostEqual(got, want, delta=1e-3)

    def test_the_same_bits_on_every_run(self):
        case = self.case(self.compile(WIDE, "--gemm", "cublas"))
        first = case.run("--device", "cuda")
        for order in (1, 2):
            case.program.fake = f"order={order}"
            self.assertEqual(case.run("--device", "cuda"), first)

    def test_without_the_library_generated_code_takes_its_place(self):
        program = self.compile(WIDE, "--gemm", "cublas")
        other = self.case(self.compile(WIDE, "--gemm", "generated")).run("--device", "cuda")
        case = self.case(program)
        for environment, fake, words in (
            ({"MLC_CUBLASLT_LIBRARY": "/no/libcublasLt.so"}, "", "/no/libcublasLt.so"),
            ({}, "cublas=1", "does not start (status 1)"),
            ({}, "algorithms=0", "has no algorithm for the product"),
        ):
            with self.subTest(words):
                program.fake, program.environment = fake, environment
                result = program.attempt(
                    "train", "--data", case.data, "--init", case.start, "--device", "cuda",
                    "--epochs", case.epochs, "-o", self.folder / "weights",
                )  # fmt: skip
                self.assertEqual(result.returncode, 0, result.stderr)
                said = [line for line in result.stderr.splitlines() if "cuBLASLt" in line]
                self.assertEqual(len(said), 1, result.stderr)
                self.assertIn(words, said[0])
                self.assertIn("install CUDA's libcublas", said[0])
                self.assertEqual(case.run("--device", "cuda"), other)

    def test_a_last_batch_that_the_library_cannot_do_is_generated_code_s(self):
        """Full batches stay the library's: the weights are close to those of it
        alone, but not those of generated code alone."""
        program = self.compile(WIDE, "--gemm", "cublas")
        data, start = self.folder / "data", self.folder / "init"
        make_data(program.info, 40 * program.info["batch"] + 3, 5).write(data)
        write_weights(start, make_weights(program.info, 6))
        losses, said = {}, {}
        for fake in ("", "unknown=3"):
            program.fake = fake
            metrics = self.folder / "metrics"
            result = program.attempt(
                "train", "--data", data, "--init", start, "--epochs", 2, "--device", "cuda",
                "--metrics", metrics, "--metrics-every-step", "-o", self.folder / "weights",
            )  # fmt: skip
            self.assertEqual(result.returncode, 0, result.stderr)
            losses[fake] = read_metrics(metrics)[0]
            said[fake] = [line for line in result.stderr.splitlines() if "cuBLASLt" in line]
        self.assertEqual(said[""], [])
        self.assertEqual(len(said["unknown=3"]), 1)
        self.assertIn("batches of 3 rows", said["unknown=3"][0])
        self.assertEqual(len(losses[""]), 82)
        for got, want in zip(losses["unknown=3"], losses[""], strict=True):
            self.assertAlmostEqual(got, want, delta=1e-3)

    def test_the_next_library_is_tried(self):
        """CUDA 13's is there, but the driver is too old for it."""
        program = self.compile(WIDE, "--gemm", "cublas")
        case = self.case(program)
        expected = case.run("--device", "cuda")
        for name in ("libcublasLt.so.13", "libcublasLt.so.12"):
            shutil.copy(CUBLASLT, self.folder / name)
        libraries = f"{self.folder}:{CUBLASLT.parent}"
        program.fake = "cublas13=1"
        program.environment = {"MLC_CUBLASLT_LIBRARY": "", "LD_LIBRARY_PATH": libraries}
        self.assertEqual(case.run("--device", "cuda"), expected)
        program.fake = "cublas13=1,cublas=1"
        result = program.attempt("train", "--data", case.data, "--device", "cuda", "--epochs", 1)
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in ("libcublasLt.so.13", "libcublasLt.so.12"):
            self.assertIn(f"{self.folder / name} does not start (status 1)", result.stderr)

    def test_precision_is_asked_for(self):
        """What operands are rounded to is seen in the first loss."""
        losses = {}
        for precision in ("f32", "tf32", "bf16"):
            program = self.compile(WIDE, "--gemm", "cublas", "--matmul-precision", precision)
            self.assertEqual(program.info["matmul_precision"], precision)
            self.assertIn(f"cuBLASLt, {precision}, ", program.run("info"))
            losses[precision] = self.case(program).run("--device", "cuda").losses
            generated = self.case(program).run("--device", "cpu").losses
            self.assertLess(abs(losses["f32"][0] / generated[0] - 1), 1e-6)
        for precision, (least, most) in (("tf32", TF32_DEVIATES), ("bf16", BF16_DEVIATES)):
            deviation = abs(losses[precision][0] / losses["f32"][0] - 1)
            self.assertTrue(least < deviation < most, f"{precision}: {deviation}")
            for got, want in zip(losses[precision], losses["f32"], strict=True):
                self.assertAlmostEqual(got, want, delta=0.05)

    def test_wrong_options_are_usage(self):
        for options, word in (
            (("--gemm", "cublas"), "--target cuda"),
            (("--target", "cuda", "--gemm", "openblas"), "--target cpu,cuda"),
            (("--target", "cuda", "--gemm", "cublaslt"), "openblas or cublas"),
            (("--target", "cuda", "--gemm", "cublas", "--gpu-steps", "kernel"), "--gpu-steps"),
            (("--target", "cuda", "--gemm", "cublas", "--gpu-steps", "chip"), "--gpu-steps"),
            (("--matmul-precision", "tf32"), "--target cuda"),
            (("--target", "cuda", "--matmul-precision", "fp8"), "f32, tf32 or bf16"),
            (("--target", "cuda", "--gemm", "generated", "--matmul-precision", "bf16"),
             "--gemm auto or cublas"),
        ):  # fmt: skip
            with self.subTest(options):
                result = attempt(MLC, "compile", WIDE, "-o", self.folder / "no", *options)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertIn(word, result.stderr)
        # Right, but for nothing.
        result = attempt(
            MLC, "compile", WIDE, "-o", self.folder / "no", *BOTH, "--matmul-precision", "tf32"
        )
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("--gemm cublas", result.stderr)
        self.assertFalse((self.folder / "no").exists())

    def test_each_step_agrees_with_the_reference(self):
        program = self.compile(WIDE, "--gemm", "cublas")
        data, start = self.folder / "data", self.folder / "init"
        make_data(program.info, program.info["batch"] + 3, 5).write(data)
        write_weights(start, make_weights(program.info, 6))
        result = attempt(
            MLC, "run", WIDE, "--check", "--device", "cuda", "--gemm", "cublas",
            "--threads", 1, "--data", data, "--init", start, "--steps", 2,
            env={**os.environ, **program.driver()},
        )  # fmt: skip
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("agrees with the reference in 2 steps", result.stdout)


if __name__ == "__main__":
    unittest.main()
