#!/usr/bin/env python3
"""Plants errors in the sources of libraries (runtime/Library), one after
another, and expects library.py or library_files.py to find each.

    planted.py [NAME...]   those whose names begin so; all take about five minutes

MLC names the compiler, whose folder has lib/mlc beside bin/mlc. Status 1 where
an error is not found, or the sources as they are fail.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, REPOSITORY

RUNTIME = REPOSITORY / "runtime"
# By archive; a name without a folder is of runtime/Library.
ARCHIVES = {
    "mlc-library": ("Call.c", "Cpu.c", "Library.c", "Rows.c", "Strings.c", "Table.c"),
    "mlc-library-text": ("Characters/Characters.c", "Characters/Html.c", "Characters/Imdb.c",
                         "Characters/Words.c", "PackedStrings.c", "Text.c", "Tokens.c"),
    "mlc-library-fold": ("Characters/Fold.c",),
    "mlc-library-fold-latin": ("Characters/Fold.c",),
}  # fmt: skip
DEFINED = {"mlc-library-fold-latin": ["-DMLC_FOLD_LATIN"]}
ROW = """  const Room room = roomFor(1, &memory);
  const RowRoom row"""

# Name, file, what stands there, what is put in its place, the test to find it.
PLANTED = [
    ("NaN passes", "Library.c", "if (values && !isfinite(values[at]))", "if (0)", "wrong_argument"),
    ("index passes", "Library.c", "indices[at] >= mlc_model_image.width", "0", "wrong_argument"),
    ("any width passes", "Library.c", "width % mlc_model_image.step != 0", "0", "wrong_argument"),
    ("indptr falls", "Library.c", "if (indptr[row + 1] < indptr[row])", "if (0)", "wrong_argument"),
    ("surrogates pass", "Text.c", "at == start + 1", "0", "wrong_argument"),
    ("call allocates", "Rows.c", ROW,
     "  extern void *malloc(size_t);\n  void *volatile more = malloc(9);\n  (void)more;\n" + ROW,
     "no_call_allocates"),
    ("threads share", "Text.c", "  counts.keys = take(scratch, most * sizeof(uint64_t));",
     "  static uint64_t shared[1 << 20];\n  take(scratch, most * sizeof(uint64_t));\n"
     "  counts.keys = shared;", "eight_threads"),
    ("scratch is too small", "Call.c", "return counted->used + MLC_IMAGE_ALIGNMENT;",
     "return counted->used - 2 * MLC_IMAGE_ALIGNMENT;", "address_sanitizer"),
    ("no flags", "Characters/Words.c", "if (isFlagLetter(codePoint))", "if (0)", "every_way"),
    ("no final sigma", "Characters/Characters.c", "isFinal ? finalSigma : smallSigma", "smallSigma",
     "every_way"),
    ("marks as they come", "Characters/Fold.c", "if (last - first > 1)", "if (0)", "every_way"),
    ("another logarithm", "Text.c", "log(fabs((double)count))", "log2(fabs((double)count))", "every_way"),
    ("stop words stay", "Text.c", "  dropStopWords(&tokens);", "", "every_way"),
    ("imdb words keep their ends", "Tokens.c", "!hasWordEnds(token, bytes)", "0", "every_way"),
    ("sums in f32", "Text.c", "double squares = 0, length = 1;",
     "float squares = 0;\n  double length = 1;", "test_texts"),
    ("a neighbour's end is its own", "PackedStrings.c",
     "    if (entry.shared > search.matched)\n      continue;\n", "", "packed_terms"),
    ("a block's last string is lost", "PackedStrings.c", "i < MLC_BLOCK_STRINGS && place",
     "i < MLC_BLOCK_STRINGS - 1 && place", "packed_terms"),
    ("one bit is asked twice", "PackedStrings.c", "hash >>= 32", "hash >>= 31", "packed_terms"),
    ("marks are not joined to Latin", "Characters/Fold.c",
     "count = join(points, count);", "", "latin_terms"),
    ("missing is 0", "Table.c", "isMissing ? column->median : number", "isMissing ? 0 : number", "rows_of_tables"),
    ("two values change places", "Table.c", "place == 0 ? 1 : -1", "place == 0 ? -1 : 1", "rows_of_tables"),
    ("CPU is not asked", "Cpu.c", "return is == USABLE;", "return true;", "a_cpu_that"),
    ("denormals stay", "Call.c", "_mm_setcsr(before | flush);", "", "too_small"),
]


class Tree:
    """A copy of mlc whose libraries have changed sources."""

    def __init__(self, folder: Path):
        original = Path(MLC if "/" in MLC else shutil.which(MLC)).resolve().parents[1]
        self.folder = folder
        self.tables = original / "runtime" / "Characters"  # Made when mlc was built.
        (folder / "bin").mkdir()
        shutil.copy(original / "bin" / "mlc", folder / "bin")
        shutil.copytree(original / "lib" / "mlc", folder / "lib" / "mlc")

    def build(self, file: str = "", old: str = "", new: str = "") -> None:
        for archive, names in ARCHIVES.items():
            objects = []
            for name in names:
                path = RUNTIME / (name if "/" in name else f"Library/{name}")
                text = path.read_text()
                if name == file:
                    assert text.count(old) >= 1, f"{file} has no {old}"
                    text = text.replace(old, new, 1)
                source = self.folder / path.name
                source.write_text(text)
                objects.append(source.with_suffix(".o"))
                subprocess.run(
                    ["cc", "-std=gnu11", "-g", "-O2", "-w", "-fPIC", "-fvisibility=hidden",
                     "-ffunction-sections", "-fdata-sections", f"-I{path.parent}", f"-I{RUNTIME}",
                     f"-I{self.tables}", f"-I{REPOSITORY / 'include'}", *DEFINED.get(archive, []),
                     "-c", source, "-o", objects[-1]],
                    check=True,
                )
            path = self.folder / "lib" / "mlc" / f"lib{archive}.a"
            path.unlink()
            subprocess.run(["ar", "rcs", path, *objects], check=True)

    def passes(self, *arguments) -> bool:
        """Whether all tests pass; those of `-k NAME`, of which there must be one."""
        environment = os.environ | {"MLC": str(self.folder / "bin" / "mlc")}
        count = 0
        for name in ("library.py", "library_files.py"):
            result = subprocess.run(
                [sys.executable, Path(__file__).with_name(name), *arguments],
                env=environment, capture_output=True, text=True,
            )
            ran = re.search(r"(?m)^Ran (\d+) test", result.stderr)
            count += int(ran[1]) if ran else 0
            # 5: no test of this name in this file.
            if result.returncode not in (0, 5) or not ran:
                return False
        assert count > 0, f"no test is named {arguments}"
        return True


def main() -> int:
    chosen = [row for row in PLANTED if row[0].startswith(tuple(sys.argv[1:]) or "")]
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(Path(folder))
        tree.build()
        if not tree.passes():
            missed.append("nothing was planted, and tests fail")
        for name, file, old, new, test in chosen:
            tree.build(file, old, new)
            found = not tree.passes("-k", test)
            print(f"{name:30}{'found' if found else 'NOT FOUND'}", flush=True)
            if not found:
                missed.append(name)
    print("\n".join(missed) or f"all {len(chosen)} were found")
    return 1 if missed else 0


sys.exit(main())
