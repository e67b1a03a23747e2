"""The record that `mlc compress` writes: the smaller model's program verifies it,
each part by itself."""

import json
import shutil
import unittest

from compressing import KEPT, CompressTest
from integration import MLC, Program, attempt, expect_done


class Record(CompressTest):
    def verify(self, *more) -> tuple[int, dict, str]:
        """Status, result by part, what is on stderr."""
        done = self.program.attempt("verify", self.packed, *more, "--json")
        parts = json.loads(done.stdout)["parts"] if done.stdout else []
        return done.returncode, {p["part"]: p["result"] for p in parts}, done.stderr

    def test_a_record(self):
        key = self.folder / "ours"
        expect_done(attempt(MLC, "key", "new", key))
        signed = ("--sign", self.folder / "ours.key")
        expect_done(self.compress("--features", KEPT, "--units", 2, "--bits", 4, *signed))
        small = self.folder / "small"
        self.packed = small / "weights.xz"
        self.program = Program.compile(small / "model.mlir", self.folder / "program")
        given = (
            *("--key", self.folder / "ours.pub", "--data", self.data, "--from", self.weights),
            *("--model", self.model, "--program", shutil.which(MLC)),
        )
        status, parts, error = self.verify(*given)
        self.assertEqual(status, 0, error)
        self.assertEqual(
            parts,
            dict.fromkeys(
                (
                    *("signature", "weights", "program", "data", "earlier weights"),
                    *("earlier model", "options"),
                ),
                "agrees",
            ),
        )
        _, parts, _ = self.verify()
        self.assertEqual(
            {part for part, result in parts.items() if result == "agrees"}, {"weights", "options"}
        )
        # Each other file is found.
        for part, more in (
            ("data", ("--data", self.texts)),
            ("earlier weights", ("--from", self.packed)),
            ("earlier model", ("--model", small / "model.mlir")),
            ("program", ("--program", self.program.path)),
        ):
            with self.subTest(part):
                status, parts, error = self.verify(*more)
                self.assertEqual(status, 1)
                self.assertEqual(parts[part], "differs")
                self.assertIn(f"does not agree with {self.packed}.run.json: {part}", error)
        # Nobody but mlc compress can make them again.
        status, parts, error = self.verify("--retrain", "--data", self.data)
        self.assertEqual(parts["bits"], "not comparable")
        self.assertEqual(status, 1)
        rows = self.folder / "rows"
        rows.write_text("0\n")
        failed = self.program.attempt(
            *("forget", "--data", self.data, "--rows", rows),
            *("--weights", self.packed, "-o", self.folder / "rest"),
        )
        self.assertEqual(failed.returncode, 1)
        self.assertIn("mlc compress made", failed.stderr)
        # The rows that were learned have not drifted from themselves.
        drift = self.program.run("drift", "--weights", self.packed, "--data", self.texts, "--json")
        self.assertFalse(json.loads(drift)["drifted"])
        damaged = bytearray(self.packed.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        self.packed.write_bytes(damaged)
        status, parts, error = self.verify()
        self.assertEqual(status, 1)
        self.assertEqual(parts["weights"], "differs")


if __name__ == "__main__":
    unittest.main()
