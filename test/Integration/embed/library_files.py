"""The files of a library (`mlc compile --emit lib`): what they show, need and
hold, how they are built into a program, and what is refused.

No call allocates, starts a thread or needs more than libc and libm.
"""

import re
import shutil
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration import MLC, REPOSITORY, attempt, expect_done
from libraries import Library, TrainedLibraries, bits

HERE = Path(__file__).parent


class LibraryFilesTest(TrainedLibraries):
    def test_shows_its_own_names_alone(self):
        for library in (self.library, self.goods_library):
            names = expect_done(attempt("nm", "-D", "--defined-only", library.shared)).stdout
            found = {line.split()[-1] for line in names.splitlines()}
            declared = set(re.findall(rf"\b({library.name}_\w+)\(", library.header))
            self.assertEqual(found, declared)
            static = library.folder / f"lib{library.name}.a"
            names = expect_done(attempt("nm", "-g", "--defined-only", static)).stdout
            found = {line.split()[-1] for line in names.splitlines() if " " in line}
            self.assertEqual(found, declared)
            needed = expect_done(attempt("readelf", "-d", library.shared)).stdout
            shared = set(re.findall(r"NEEDED.*\[(\S+)\]", needed))
            self.assertLessEqual(shared, {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"})
            self.assertIn(f"soname: [lib{library.name}.so]", needed)

    def test_is_small(self):
        for library, most in ((self.library, 60_000), (self.goods_library, 40_000)):
            sections = expect_done(attempt("size", "-A", library.shared)).stdout
            code = int(re.search(r"(?m)^\.text +(\d+)", sections)[1])
            self.assertLess(code, most)
        # With tables of Unicode, and these small models; in steps of a page.
        self.assertLess(self.library.shared.stat().st_size, 114_000)
        self.assertLess(self.goods_library.shared.stat().st_size, 60_000)

    def build(self, source: str, *options, name="program") -> Path:
        program = self.folder / name
        expect_done(attempt("cc", HERE / source, "-o", program, *options))
        return program

    def test_is_c_and_cxx(self):
        folder = self.library.folder
        strict = ("-Wall", "-Wextra", "-Werror", f"-I{folder}", "-fsyntax-only")
        header = folder / "reviews.h"
        for compiler, standard in (("cc", "c99"), ("cc", "c11"), ("c++", "c++20")):
            language = "c" if compiler == "cc" else "c++"
            expect_done(attempt(compiler, f"-std={standard}", "-pedantic", *strict,
                                "-x", language, header))

    def test_no_call_allocates_or_starts_a_thread(self):
        program = self.build(
            "calls.c", f"-I{self.library.folder}", f"-I{self.goods_library.folder}",
            self.library.folder / "libreviews.a", self.goods_library.shared,
            f"-Wl,-rpath,{self.goods_library.folder}", "-lm", "-std=c99", "-pedantic",
            "-Wall", "-Wextra", "-Werror", name="calls",
        )
        with open(self.lines) as lines:
            found = expect_done(attempt(program, stdin=lines)).stdout
        expected = [self.library.text(text.encode())[0] for text in self.texts]
        self.assertEqual(bits(map(float, found.splitlines())), bits(expected))

    def test_address_sanitizer(self):
        program = self.build(
            "calls.c", f"-I{self.library.folder}", f"-I{self.goods_library.folder}",
            "-DSANITIZED", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g",
            self.library.folder / "libreviews.a", self.goods_library.folder / "libgoods.a",
            "-lm", name="sanitized",
        )
        with open(self.lines) as lines:
            expect_done(attempt(program, stdin=lines))

    def test_valgrind(self):
        if not shutil.which("valgrind"):
            self.skipTest("valgrind is not installed")
        # valgrind knows no AVX-512.
        x86 = [Library(trained, self.folder / f"{name}-v3", name, "--cpu", "x86-64-v3")
               for trained, name in ((self.trained, "reviews"), (self.goods, "goods"))]
        program = self.build(
            "calls.c", *(f"-I{library.folder}" for library in x86), "-DSANITIZED", "-g",
            x86[0].folder / "libreviews.a", x86[1].folder / "libgoods.a", "-lm", name="checked",
        )
        lines = "".join(text[:300] + "\n" for text in self.texts[:12])
        expect_done(attempt(
            "valgrind", "-q", "--error-exitcode=9", "--leak-check=full", program, input=lines,
            encoding="utf-8",
        ))

    def test_the_header_is_of_the_functions(self):
        """A library called as the sources call it: its header fits them."""
        folder = self.folder / "own-name"
        Library(self.goods, folder, "mlc_model")
        sources = REPOSITORY / "runtime" / "Library"
        check = (
            "cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
            f"-I{REPOSITORY / 'include'}", f"-I{sources}", "-include", folder / "mlc_model.h",
        )
        expect_done(attempt(*check, sources / "Library.c"))
        # A function of another type is found.
        changed = folder / "Library.c"
        text = (sources / "Library.c").read_text()
        self.assertIn("mlc_model_scratch_bytes(int64_t rows)", text)
        changed.write_text(text.replace(
            "mlc_model_scratch_bytes(int64_t rows)", "mlc_model_scratch_bytes(int rows)"))
        self.assertNotEqual(attempt(*check, changed).returncode, 0)

    def test_packages(self):
        pc = self.library.folder / "reviews.pc"
        if shutil.which("pkg-config"):
            flags = expect_done(attempt("pkg-config", "--cflags", "--libs", pc)).stdout
            self.assertIn(f"-I{self.library.folder}", flags)
            self.assertIn("-lreviews", flags)
        self.assertIn("reviews::reviews", (self.library.folder / "reviewsConfig.cmake").read_text())

    def test_refusals_write_nothing(self):
        folder = self.folder / "refused"
        base = (MLC, "compile", self.trained.model, "--emit", "lib", "-o", folder)
        weights = ("--weights", self.trained.weights)
        for options, status, message in (
            ((), 2, "--emit lib is of a trained model; give --weights"),
            ((*weights, "--target", "cuda"), 2, "a library runs on CPUs alone"),
            ((*weights, "--profile"), 2, "goes with neither"),
            ((*weights, "--target-triple", "aarch64-linux-gnu"), 2, "no runtime here"),
            (("--weights", self.goods.weights), 1, "of shape [7, 8], but the model of"),
        ):
            result = attempt(*base, *options)
            self.assertEqual(result.returncode, status, result.stderr)
            self.assertIn(message, result.stderr)
            self.assertFalse(folder.exists())
        result = attempt(MLC, "compile", self.trained.model, "--name", "x", "-o", folder)
        self.assertEqual(result.returncode, 2)
        self.assertIn("--name is of --emit lib", result.stderr)

    def test_the_interface_is_the_one_that_was_published(self):
        """abidiff of the functions that all libraries have, against a dump."""
        if not shutil.which("abidiff"):
            self.skipTest("abidiff is not installed (abigail-tools)")
        archive = Path(MLC if "/" in MLC else shutil.which(MLC)).resolve().parents[1]
        core = archive / "lib" / "mlc"
        shared = self.folder / "core.so"
        (self.folder / "stub.c").write_text(
            "#include <mlc/ModelImage.h>\n#include <mlc/RuntimeABI.h>\n"
            "const MlcModelImage mlc_model_image;\nconst MlcProgram *const mlc_program;\n")
        expect_done(attempt(
            "cc", "-shared", "-fPIC", "-fvisibility=hidden", f"-I{REPOSITORY / 'include'}",
            self.folder / "stub.c", "-o", shared, "-Wl,--whole-archive",
            core / "libmlc-library.a", core / "libmlc-library-no-text.a",
            "-Wl,--no-whole-archive", "-lm",
        ))
        dump = HERE / "Inputs" / "library.abi"
        result = attempt("abidiff", "--no-added-syms", dump, shared)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
