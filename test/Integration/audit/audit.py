"""Weights prove where they come from: records, keys, `verify`; each changed bit
is found and its part named, and minisign checks what `--sign` wrote.

MLC_CHANGES says how many bits of weights, data, executable, record and options
are changed, one at a time (140); of a log a fifth of them, and of the model file,
which is compiled each time, a hundredth.
"""

import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from decisions import decide
from integration import MLC, MODELS, Program, attempt, expect_done, make_data, write_weights
from integration import make_weights

CHANGES = int(os.environ.get("MLC_CHANGES", "140"))


def statement_of(record: Path) -> dict:
    envelope = json.loads(record.read_text())
    return json.loads(base64.b64decode(envelope["payload"], validate=True))


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.program = Program.compile(MODELS / "adam.mlir", cls.folder / "program")
        make_data(cls.program.info, 300, seed=5).write(cls.folder / "data")
        make_data(cls.program.info, 100, seed=6).write(cls.folder / "test")
        expect_done(attempt(MLC, "key", "new", cls.folder / "ours"))
        cls.program.run(
            *("train", "--data", cls.folder / "data", "--test", cls.folder / "test"),
            *("--epochs", 3, "-o", cls.folder / "weights", "--sign", cls.folder / "ours.key"),
        )

    def at(self, name: str) -> Path:
        return self.folder / name

    def verify(self, *more, program=None) -> tuple[int, dict, str]:
        """Status, result by part, what is on stderr."""
        result = (program or self.program).attempt("verify", *more, "--json")
        parts = json.loads(result.stdout)["parts"] if result.stdout else []
        return result.returncode, {p["part"]: p["result"] for p in parts}, result.stderr

    def all_given(self) -> list:
        return [
            *(self.at("weights"), "--key", self.at("ours.pub"), "--data", self.at("data")),
            *("--test", self.at("test"), "--program", self.at("program")),
        ]

    def test_all_agrees(self):
        status, parts, error = self.verify(*self.all_given(), "--retrain")
        self.assertEqual(status, 0, error)
        self.assertEqual(set(parts.values()), {"agrees"})
        self.assertIn("bits", parts)

    def test_the_record_is_a_statement(self):
        statement = statement_of(self.at("weights.run.json"))
        self.assertEqual(statement["_type"], "https://in-toto.io/Statement/v1")
        self.assertEqual(statement["predicateType"], "https://slsa.dev/provenance/v1")
        definition = statement["predicate"]["buildDefinition"]
        names = [entry["name"] for entry in definition["resolvedDependencies"]]
        self.assertEqual(names, ["program", "data", "test"])
        hashes = {entry["name"]: entry["digest"]["sha256"] for entry in definition["resolvedDependencies"]}
        hashes["weights"] = statement["subject"][0]["digest"]["sha256"]
        for name, digest in hashes.items():
            printed = subprocess.run(["sha256sum", self.at(name)], capture_output=True, text=True)
            self.assertEqual(printed.stdout.split()[0], digest, name)
        for text in (self.at("weights.run.json").read_text(), json.dumps(statement)):
            self.assertNotIn(str(self.folder), text)

    def change_bit(self, name: str, first: int = 0, end: int | None = None) -> tuple[Path, int]:
        """A copy of a file with one bit changed, of those of bytes `first` to `end`."""
        changed = bytearray(self.at(name).read_bytes())
        bit = self.numbers.randrange(8 * first, 8 * (len(changed) if end is None else end))
        changed[bit // 8] ^= 1 << bit % 8
        copy = self.at("changed")
        copy.write_bytes(changed)
        return copy, bit

    def test_each_changed_bit_is_found(self):
        """Of the executable only what is hashed: who changes it cannot ask it."""
        self.numbers = random.Random(11)
        files = {
            "weights": ("weights", "--unused"),
            "data": ("data", "--data"),
            "test": ("test", "--test"),
            "program": ("program", "--program"),
            "record": ("weights.run.json", "--record"),
            "options": ("weights.run.json", "--record"),
        }
        first, end = self.place_of_options()
        for number in range(CHANGES):
            part = list(files)[number % len(files)]
            name, option = files[part]
            copy, bit = self.change_bit(name, *((first, end) if part == "options" else ()))
            arguments = self.all_given()
            if part == "weights":
                arguments[0] = copy
                arguments += ["--record", self.at("weights.run.json")]
            elif name == "weights.run.json":
                arguments += ["--record", copy]
            else:
                arguments[arguments.index(option) + 1] = copy
            status, parts, error = self.verify(*arguments)
            with self.subTest(part=part, bit=bit):
                self.assertEqual(status, 1)
                if name == "weights.run.json":
                    self.assertTrue(str(copy) in error)
                    bad = {name for name, result in parts.items() if result == "differs"}
                    self.assertTrue(not parts or "signature" in bad, (parts, error))
                else:
                    bad = {name for name, result in parts.items() if result != "agrees"}
                    self.assertEqual(bad, {part})

    def place_of_options(self) -> tuple[int, int]:
        """The bytes of the record, in base64, that have the training's options."""
        text = self.at("weights.run.json").read_bytes()
        payload = json.loads(text)["payload"]
        statement = base64.b64decode(payload)
        options = json.dumps(
            json.loads(statement)["predicate"]["buildDefinition"]["externalParameters"],
            separators=(",", ":"),
        ).encode()
        start = statement.index(options)
        place = text.index(payload.encode())
        return place + start * 4 // 3 + 1, place + (start + len(options)) * 4 // 3

    def test_each_changed_bit_of_a_log_is_found(self):
        self.numbers = random.Random(12)
        decide(self.program, self.folder, 300)
        log = self.at("log")
        kept = self.at("kept")
        kept.write_bytes((log / "checkpoint").read_bytes())
        verify = (MLC, "log", "verify", log, "--key", self.at("ours.pub"), "--against", kept)
        expect_done(attempt(*verify))
        files = sorted(path for path in log.rglob("*") if path.is_file())
        for number in range(max(CHANGES // 5, len(files))):
            path = files[number % len(files)]
            whole = path.read_bytes()
            copy, bit = self.change_bit(path.relative_to(self.folder))
            path.write_bytes(copy.read_bytes())
            result = attempt(*verify)
            path.write_bytes(whole)
            name = str(path.relative_to(log))
            part = (
                "payloads" if name.startswith("payload/")
                else "entries" if name.startswith(("tile/entries/", "tile/0/"))
                else "tree" if name.startswith("tile/")
                else "checkpoint"
            )  # fmt: skip
            with self.subTest(file=name, bit=bit):
                self.assertEqual(result.returncode, 1)
                said = result.stderr
                self.assertTrue(part in said or (part == "checkpoint" and "signature" in said), said)
        expect_done(attempt(*verify))

    def test_each_changed_bit_of_the_model_file_is_found(self):
        """It does not compile, or what it makes is another program; but for a bit
        of what is no part of the model, such as a comment."""
        self.numbers = random.Random(13)
        self.at("model").write_bytes((MODELS / "adam.mlir").read_bytes())
        same = 0
        for _ in range(max(3, CHANGES // 100)):
            copy, bit = self.change_bit("model")
            other = self.at("other.mlir")
            other.write_bytes(copy.read_bytes())
            self.at("compiled").unlink(missing_ok=True)
            made = attempt(MLC, "compile", other, "-o", self.at("compiled"))
            with self.subTest(bit=bit):
                if made.returncode != 0:
                    self.assertIn("other.mlir", made.stderr)
                    continue
                arguments = self.all_given()
                arguments[arguments.index("--program") + 1] = self.at("compiled")
                status, parts, _ = self.verify(*arguments)
                if status == 0:
                    same += 1
                    self.assertEqual(self.at("compiled").read_bytes(), self.at("program").read_bytes())
                else:
                    bad = {name for name, result in parts.items() if result != "agrees"}
                    self.assertEqual(bad, {"program"})
        print(f"{same} changes of the model file were none of the model", file=sys.stderr)

    def test_any_number_of_threads_proves_the_bits(self):
        init = self.at("init")
        write_weights(init, make_weights(self.program.info, 3))
        runs = [[], ["--no-shuffle", "--seed", 8], ["--init", init], ["--validation", "0.2"]]
        for number, options in enumerate(runs):
            weights = self.at(f"run{number}")
            self.program.run("train", "--data", self.at("data"), "-o", weights, "--epochs", 2, *options)
            first = ["--init", init] if "--init" in options else []
            for threads in (1, 2, 4, 8):
                status, parts, error = self.verify(
                    *(weights, "--data", self.at("data"), "--retrain", "--threads", threads), *first
                )
                self.assertEqual(status, 0, error)
                self.assertEqual(parts["bits"], "agrees")

    def test_another_cpu_level_is_not_comparable(self):
        other = Program.compile(
            MODELS / "adam.mlir", self.folder / "other", "--cpu", "x86-64-v2"
        )
        status, parts, error = self.verify(
            self.at("weights"), "--data", self.at("data"), "--retrain", program=other
        )
        self.assertEqual(status, 1)
        self.assertEqual(parts["bits"], "not comparable")
        self.assertEqual(parts["program"], "differs")

    def test_other_data_make_other_bits(self):
        """A record that names other data, which anyone can write."""
        data = self.at("other-data")
        make_data(self.program.info, 300, seed=7).write(data)
        self.program.run("train", "--data", data, "-o", self.at("other-weights"), "--epochs", 3)
        forged = json.loads(self.at("other-weights.run.json").read_text())
        statement = statement_of(self.at("other-weights.run.json"))
        true = statement_of(self.at("weights.run.json"))
        statement["predicate"]["buildDefinition"]["resolvedDependencies"] = [
            entry
            for entry in true["predicate"]["buildDefinition"]["resolvedDependencies"]
            if entry["name"] != "test"
        ]
        text = json.dumps(statement, separators=(",", ":"))
        forged["payload"] = base64.b64encode(text.encode()).decode()
        self.at("forged").write_text(json.dumps(forged, separators=(",", ":")) + "\n")
        status, parts, error = self.verify(
            *(self.at("other-weights"), "--record", self.at("forged")),
            *("--data", self.at("data"), "--retrain"),
        )
        self.assertEqual(status, 1)
        self.assertEqual(parts["data"], "agrees")
        self.assertEqual(parts["bits"], "differs", error)

    @unittest.skipUnless(
        any(Path(p, "minisign").exists() for p in os.environ["PATH"].split(":")), "no minisign"
    )
    def test_minisign_both_ways(self):
        check = ["minisign", "-V", "-m", self.at("weights.run.json")]
        expect_done(attempt(*check, "-p", self.at("ours.pub")))
        expect_done(attempt("minisign", "-G", "-W", "-p", self.at("m.pub"), "-s", self.at("m.key")))
        self.assertNotEqual(attempt(*check, "-p", self.at("m.pub")).returncode, 0)
        # A key of minisign's signs, and it signs with a key of ours.
        weights = self.at("signed")
        self.program.run(
            *("train", "--data", self.at("data"), "-o", weights, "--epochs", 1),
            *("--sign", self.at("m.key")),
        )
        status, parts, _ = self.verify(weights, "--key", self.at("m.pub"))
        self.assertEqual((status, parts["signature"]), (0, "agrees"))
        record = self.at("signed.run.json")
        expect_done(attempt("minisign", "-V", "-m", record, "-p", self.at("m.pub")))
        expect_done(
            attempt("minisign", "-S", "-W", "-m", self.at("data"), "-s", self.at("ours.key"),
                    "-x", self.at("data.minisig"))
        )
        expect_done(
            attempt("minisign", "-V", "-m", self.at("data"), "-x", self.at("data.minisig"),
                    "-p", self.at("ours.pub"))
        )
        # One with a password is told how to be without.
        locked = self.at("locked.key")
        text = self.at("ours.key").read_text().splitlines()
        locked.write_text(text[0] + "\n" + text[1].replace("RWQAAEIy", "RWRTY0Iy") + "\n")
        locked.chmod(0o600)
        result = self.program.attempt(
            *("train", "--data", self.at("data"), "-o", self.at("x"), "--sign", locked)
        )
        self.assertEqual(result.returncode, 1)
        self.assertIn("minisign -C -W -s", result.stderr)

    def test_keys_of_the_command(self):
        name = self.at("new")
        result = attempt(MLC, "key", "new", name)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.at("new.key").stat().st_mode & 0o777, 0o600)
        before = self.at("new.key").read_bytes()
        again = attempt(MLC, "key", "new", name)
        self.assertEqual(again.returncode, 1)
        self.assertIn("never overwritten", again.stderr)
        self.assertEqual(self.at("new.key").read_bytes(), before)
        self.assertEqual(attempt(MLC, "key").returncode, 2)
        self.assertEqual(attempt(MLC, "key", "old").returncode, 2)
        self.assertEqual(attempt(MLC, "key", "--help").returncode, 0)


if __name__ == "__main__":
    unittest.main()
