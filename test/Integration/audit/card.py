"""Cards are read by others: Hugging Face's parser reads the page's figures, and
CycloneDX's validator has nothing to say against the bill of materials.

Usage: card.py
"""

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from huggingface_hub import ModelCard
from integration import MODELS, Program, make_data


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = Program.compile(MODELS / "adam.mlir", folder / "program")
        make_data(program.info, 300, seed=5).write(folder / "data")
        make_data(program.info, 100, seed=6).write(folder / "test")
        program.run("train", "--data", folder / "data", "-o", folder / "weights", "--epochs", 2)
        notes = {"license": "mit", "description": 'a "test"', "language": "en"}
        (folder / "notes").write_text(json.dumps(notes))
        measured = json.loads(
            program.run("eval", "--data", folder / "test", "--weights", folder / "weights", "--json")
        )
        for options in ([], ["--test", folder / "test", "--notes", folder / "notes"]):
            program.run("card", folder / "weights", *options, "-o", folder / "README.md")
            card = ModelCard.load(folder / "README.md")
            results = card.data.eval_results or []
            assert bool(results) == bool(options)
            for result in results:
                assert f"{measured[result.metric_type]:.4g}" == f"{result.metric_value:.4g}", result
            if options:
                assert card.data.license == "mit" and card.data.library_name == "mlc"
            bill = program.run("card", folder / "weights", *options, "--format", "cyclonedx")
            errors = JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill)
            assert errors is None, errors
        print("cards are read by huggingface_hub and cyclonedx-python-lib")


if __name__ == "__main__":
    main()
