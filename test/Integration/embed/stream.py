"""The protocol of runtime/Commands/Stream.md: lines in, answers out."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import REPOSITORY
from trained import Trained, make_texts, write_reviews


class Stream(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        reviews = write_reviews(cls.folder / "reviews.csv")
        cls.trained = Trained(cls.folder / "made", reviews, "--max-features", "60", "--linear")
        # Without the one of 60 kB, so that chunks are full of lines.
        cls.texts = [text for text in make_texts(3000, 4) if len(text) < 10_000]

    def ask(self, lines: list[str], *options, status=0) -> tuple[list[dict], str]:
        result = self.trained.program.attempt(
            "predict", "--weights", self.trained.weights, "--text", *options,
            input="".join(line + "\n" for line in lines), encoding="utf-8",
        )
        self.assertEqual(result.returncode, status, result.stderr)
        return [json.loads(line) for line in result.stdout.splitlines()], result.stderr

    def test_threads_change_nothing_and_order_stays(self):
        expected, _ = self.ask(self.texts, "--threads", "1")
        self.assertEqual([answer["row"] for answer in expected], list(range(len(self.texts))))
        for threads in (2, 5):
            self.assertEqual(self.ask(self.texts, "--threads", threads)[0], expected)
        for row in (0, 1, 2, 1500, len(self.texts) - 1):
            (alone,), _ = self.ask([self.texts[row]])
            self.assertEqual(alone | {"row": row}, expected[row])

    def test_texts_are_turned_into_rows_on_all_threads(self):
        lines = self.folder / "many.txt"
        lines.write_text("".join(text + "\n" for text in self.texts) * 20, encoding="utf-8")
        most = 0
        with open(lines) as source:
            process = subprocess.Popen(
                [self.trained.program.path, "predict", "--weights", self.trained.weights,
                 "--text", "--threads", "6"],
                stdin=source, stdout=subprocess.DEVNULL,
            )
            tasks = Path(f"/proc/{process.pid}/task")
            while process.poll() is None:
                try:
                    most = max(most, len(list(tasks.iterdir())))
                except FileNotFoundError:
                    pass
        self.assertEqual(process.wait(), 0)
        # Six that predict, of which one is the program's first, and five more.
        self.assertGreater(most, 7)

    def test_ids_come_back(self):
        texts = self.texts[:200]
        expected, _ = self.ask(texts)
        ids = ["a \"b\" \\ é", "", 7, -1, 2**63 - 1, 0.5, None]
        questions = [
            {"text": text} | ({"id": ids[row % 7]} if row % 7 < 6 else {})
            for row, text in enumerate(texts)
        ]
        for threads in (1, 3):
            answers, _ = self.ask(
                [json.dumps(question) for question in questions], "--format", "jsonl",
                "--threads", threads,
            )
            for answer, question, plain in zip(answers, questions, expected, strict=True):
                self.assertEqual(answer.get("id"), question.get("id"))
                self.assertEqual("id" in answer, "id" in question)
                answer.pop("id", None)
                self.assertEqual(answer, plain)

    def test_a_text_with_line_breaks(self):
        (answer,), _ = self.ask([json.dumps({"text": "great\nfilm\tgood"})], "--format", "jsonl")
        (plain,), _ = self.ask(["great film good"])
        self.assertEqual(answer, plain)

    def test_another_field(self):
        lines = [json.dumps({"body": "great", "text": "awful", "id": 1})]
        (answer,), _ = self.ask(lines, "--format", "jsonl", "--text-column", "body")
        (plain,), _ = self.ask(["great"])
        self.assertEqual(answer["outputs"], plain["outputs"])

    def test_wrong_lines_are_answered_in_their_place(self):
        lines = [
            '{"id": 0, "text": "great"}', "no object", "", "[1]", '{"id": "x"}',
            '{"id": [1], "text": "a"}', '{"id": 6, "text": 3}', '{"id": 7, "text": "a\\u0000b"}',
            '{"id": 8, "text": "awful"}',
        ]
        answers, said = self.ask(lines, "--format", "jsonl", status=1)
        self.assertEqual([answer["row"] for answer in answers], list(range(9)))
        self.assertEqual([row for row in range(9) if "error" not in answers[row]], [0, 8])
        self.assertEqual([answer.get("id") for answer in answers],
                         [0, None, None, None, "x", None, 6, 7, 8])
        self.assertIn(":2:", said)
        columns = [int(answer["error"].split(":")[2]) for answer in answers if "error" in answer]
        self.assertEqual(columns, [1, 1, 1, 1, 8, 19, 19])

    def test_other_formats_are_wrong_usage(self):
        _, said = self.ask(["a"], "--format", "csv", status=2)
        self.assertIn("expected lines or jsonl", said)

    def test_the_page_tells_the_truth(self):
        page = (REPOSITORY / "runtime" / "Commands" / "Stream.md").read_text()
        example = page.split("```")[1]
        for question in ('{"id": "a7", "text": "a great film"}', '{"id": 8, "text": "too long"}'):
            self.assertIn(question, example)
        answers, _ = self.ask(
            ['{"id": "a7", "text": "a great film"}', '{"id": 8, "text": "too long"}'],
            "--format", "jsonl",
        )
        shown = [line for line in example.splitlines() if line.startswith('{"row"')]
        for line, answer in zip(shown, answers, strict=True):
            keys = [part.split('"')[0] for part in line.split('"')[1::2] if part in answer]
            # The page's texts have words that this test's small model lacks.
            self.assertEqual(keys, [key for key in answer if key != "known"])


if __name__ == "__main__":
    unittest.main()
