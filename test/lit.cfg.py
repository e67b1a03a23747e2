# The lit suite: one folder a stage, as in lib/. GoogleTest programs (Unit) and
# measurements (benchmark) are run by ctest and by hand.

import json
import os
import sys

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "mlc"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "Unit", "benchmark", "fuzz"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.mlc_build_dir, "test")

if config.mlc_sanitize:
    config.available_features.add("sanitized")
    with open(os.path.join(config.mlc_source_dir, "CMakePresets.json")) as file:
        presets = {preset["name"]: preset for preset in json.load(file)["testPresets"]}
    config.environment.update(presets["asan"]["environment"])

llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.mlc_tools_dir, append_path=True)
llvm_config.with_environment("NO_COLOR", "1")

# Where mlir-tblgen finds what the .td files include.
includes = [config.mlc_source_dir] + config.mlir_include_dirs.split(";")
config.substitutions += [
    ("%mlc_source", config.mlc_source_dir),
    ("%mlc_build", config.mlc_build_dir),
    ("%tblgen_includes", " ".join("-I " + path for path in includes)),
    ("%python", '"%s"' % sys.executable),
]

llvm_config.add_tool_substitutions(
    ["mlc-opt", ToolSubst("mlc", unresolved="ignore")], [config.mlc_tools_dir]
)
llvm_config.add_tool_substitutions(
    ["FileCheck", "count", "mlir-opt", "mlir-tblgen", "not", "split-file"],
    [config.llvm_tools_dir],
)
