"""What a program says when there is no GPU, or when it fails."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from gpu import PTXAS, GpuProgram
from integration import MODELS, Program, make_data, make_weights, write_weights


class Errors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        model = MODELS / "regression.mlir"
        cls.both = GpuProgram.compile(model, cls.folder / "both", "--target", "cpu,cuda")
        cls.cuda = GpuProgram(cls.alone(model), cls.both.kernels)
        cls.cpu = Program.compile(model, cls.folder / "cpu")
        cls.data, cls.init = cls.folder / "data", cls.folder / "init"
        make_data(cls.both.info, 203, 1).write(cls.data)
        write_weights(cls.init, make_weights(cls.both.info, 2))

    @classmethod
    def alone(cls, model):
        Program.compile(model, cls.folder / "cuda", "--target", "cuda")
        return cls.folder / "cuda"

    def train(self, program, *options, **environment):
        return program.attempt(
            "train", "--data", self.data, "--init", self.init, *options, env=environment
        )

    def expect_error(self, result, *words):
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertTrue(result.stderr.splitlines()[-1].startswith("error: "), result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    NO_DRIVER = {"MLC_CUDA_LIBRARY": "/no/libcuda.so.1"}

    def test_without_a_driver_a_program_for_both_runs_on_the_cpu_and_says_so(self):
        result = self.train(self.both, **self.NO_DRIVER)
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = [line for line in result.stderr.splitlines() if "running on the CPU" in line]
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertIn("no NVIDIA driver", lines[0])

    def test_a_gpu_that_was_asked_for_is_needed(self):
        for fake, words in (
            ("devices=0", ["no NVIDIA GPU"]),
            ("init=100", ["CUDA_ERROR_NO_DEVICE"]),
            ("version=11040", ["too old", "11.4", "12.0"]),
            ("architecture=75", ["sm_75", "--gpu"]),
            ("load=222", ["too old"]),
            ("memory=1000", ["not enough memory"]),
        ):
            with self.subTest(fake):
                self.both.fake = fake
                self.expect_error(self.train(self.both, "--device", "cuda"), *words)
                self.both.fake = ""
        self.expect_error(
            self.train(self.both, "--device", "cuda", **self.NO_DRIVER), "no NVIDIA driver"
        )
        self.expect_error(self.train(self.both, "--device", "cuda:1"), "no GPU 1")

    def test_auto_takes_the_gpu(self):
        result = self.train(self.both)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("GPU 0 (emulated GPU)", result.stderr)

    def test_auto_takes_the_cpu_where_the_gpu_cannot_run_the_code(self):
        for fake, words in (
            ("architecture=75", "sm_75"),
            ("load=222", "too old"),
        ):
            with self.subTest(fake):
                self.both.fake = fake
                result = self.train(self.both)
                self.both.fake = ""
                self.assertEqual(result.returncode, 0, result.stderr)
                lines = [line for line in result.stderr.splitlines() if words in line]
                self.assertEqual(len(lines), 1, result.stderr)
                self.assertIn("running on the CPU", lines[0])

    @unittest.skipUnless(PTXAS, "no ptxas, so that programs have no binary code")
    def test_ptx_runs_where_the_driver_refuses_binary_code(self):
        weights = [self.folder / name for name in ("by-binary", "by-ptx")]
        for path, fake in zip(weights, ("", "binary=209")):
            self.both.fake = fake
            result = self.train(self.both, "--device", "cuda", "-o", path)
            self.both.fake = ""
            self.assertEqual(result.returncode, 0, result.stderr)
            said = [line for line in result.stderr.splitlines() if "refused" in line]
            self.assertEqual(len(said), 1 if fake else 0, result.stderr)
            if fake and said:
                self.assertRegex(said[0], r"refused binary code for sm_90 \(.*209\)\); PTX for sm_90")
        self.assertEqual(weights[0].read_bytes(), weights[1].read_bytes())

    def test_where_blocks_find_no_room_steps_are_launched_one_by_one(self):
        weights = {}
        for fake in ("together=0", "cooperative=0"):
            self.both.fake = fake
            weights[fake] = self.folder / fake
            result = self.train(self.both, "--device", "cuda", "-o", weights[fake])
            self.both.fake = ""
            self.assertEqual(result.returncode, 0, result.stderr)
            notes = [line for line in result.stderr.splitlines() if "at the same time" in line]
            # Once, and not where it was known before.
            self.assertEqual(len(notes), 1 if fake == "together=0" else 0, result.stderr)
            for note in notes:
                self.assertIn("cannot run 1 block at the same time now", note)
                self.assertIn("launched one by one", note)
        self.assertEqual(*(path.read_bytes() for path in weights.values()))

    def test_a_program_for_one_kind_says_so(self):
        self.expect_error(self.train(self.cuda, "--device", "cpu"), "--target cpu,cuda")
        self.expect_error(
            self.train(self.cuda, **self.NO_DRIVER), "no NVIDIA driver"
        )
        result = self.cpu.attempt("train", "--data", self.data, "--device", "cuda")
        self.expect_error(result, "--target cpu,cuda")

    def test_a_wrong_option_is_usage(self):
        for text in ("gpu", "cuda:", "cuda:-1", "cuda:1x"):
            result = self.train(self.both, "--device", text)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn("--device", result.stderr)

    def test_info_names_the_gpus(self):
        self.assertIsNone(self.cpu.info["gpu_target"])
        for program in (self.both, self.cuda):
            self.assertEqual(program.info["gpu_target"], "cuda sm_80,sm_90,sm_100")
            self.assertIn("cuda sm_80,sm_90,sm_100", program.run("info"))
            self.assertEqual(program.info["gpu_steps"], "chip")
            self.assertRegex(program.run("info"), r"keep \d+ bytes or more each in shared")
        self.assertIsNone(self.cpu.info["gpu_steps"])
        for steps, words in (
            ("launches", r"\d launches a step, as a CUDA graph"),
            ("kernel", r"one launch for many steps\n"),
        ):
            program = Program.compile(
                MODELS / "regression.mlir", self.folder / f"with-{steps}", "--target", "cuda",
                "--gpu", "sm_80", "--gpu-steps", steps,
            )
            self.assertEqual(program.info["gpu_steps"], steps)
            self.assertRegex(program.run("info"), words)

    def test_a_profile_is_of_the_cpu(self):
        path = self.folder / "profiled"
        program = GpuProgram.compile(
            MODELS / "regression.mlir", path, "--target", "cpu,cuda", "--profile"
        )
        refused = self.train(program, "--profile")
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("--device cpu", refused.stderr)
        done = self.train(program, "--profile", "--device", "cpu")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_lost_gpu_keeps_the_checkpoint_and_training_goes_on_from_it(self):
        def run(name, *options):
            return self.train(
                self.both, "--device", "cuda", "--epochs", 3, "--checkpoints",
                self.folder / name, "--checkpoint-every", "10steps",
                "-o", self.folder / f"{name}.weights", *options,
            )

        # Steps as graphs of launches, and ten steps a launch.
        for name, fake, launches in (("graphs", "cooperative=0", 400), ("kernel", "order=0", 4)):
            self.both.fake = fake
            self.assertEqual(run(f"whole-{name}").returncode, 0)
            self.both.fake = f"{fake},launches={launches}"
            self.expect_error(run(name), "GPU", "CUDA_ERROR_LAUNCH_FAILED")
            self.both.fake = fake
            self.assertTrue(list((self.folder / name).iterdir()))
            self.assertFalse((self.folder / f"{name}.weights").exists())
            resumed = run(name, "--resume")
            self.assertEqual(resumed.returncode, 0, resumed.stderr)
            self.assertEqual(
                (self.folder / f"whole-{name}.weights").read_bytes(),
                (self.folder / f"{name}.weights").read_bytes(),
            )


if __name__ == "__main__":
    unittest.main()
