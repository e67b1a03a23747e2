"""The inner loops of a compiled object, and what they keep in memory.

An inner loop is a basic block that branches to itself. Its vector registers are
to hold everything it computes with: a vector that is kept in the stack's memory
in between (a spill) makes the load and store units the limit of the loop.
"""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

FUNCTION = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")
LINE = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*?)(?:\s+(?:# |//).*)?$")
TARGET = re.compile(r"0x([0-9a-f]+) <")


class Architecture(NamedTuple):
    """How llvm-objdump writes what the checks look for."""

    branch: re.Pattern  # mnemonics that end a block
    multiply_add: re.Pattern  # vector mnemonics, with the operands
    rounding: re.Pattern  # mnemonics; of all computations only functions round
    vector: re.Pattern  # an operand that is a vector register
    frame: re.Pattern  # what makes a second register point into the stack
    stack: re.Pattern  # memory of the stack: by the stack pointer, ...
    framed_stack: re.Pattern  # ... and by either


X86 = Architecture(
    branch=re.compile(r"j\w+|ret\w*|call\w*$"),
    multiply_add=re.compile(r"vfn?m(add|sub)\d+ps .*"),
    rounding=re.compile(r"vround\w*|vrndscale\w*|vcvt\w*"),
    vector=re.compile(r"%[xyz]mm\d+"),
    frame=re.compile(r"movq %rsp, %rbp"),
    stack=re.compile(r"\(%rsp[,)]"),
    framed_stack=re.compile(r"\(%r[sb]p[,)]"),
)
AARCH64 = Architecture(
    branch=re.compile(r"b|b\..*|cbn?z|tbn?z|ret|bl|br|blr"),
    multiply_add=re.compile(r"fml[as] v.*"),
    rounding=re.compile(r"frint\w*|fcvt\w*|[su]cvtf"),
    vector=re.compile(r"\b[vqds]\d+\b"),
    frame=re.compile(r"mov x29, sp|add x29, sp, .*"),
    stack=re.compile(r"\[sp\b"),
    framed_stack=re.compile(r"\[(sp|x29)\b"),
)


class Instruction(NamedTuple):
    address: int
    text: str  # mnemonic, a space and operands

    @property
    def mnemonic(self) -> str:
        return self.text.split(" ", 1)[0]


class Loop(NamedTuple):
    function: str
    body: list[Instruction]
    spills: list[Instruction]  # vectors that move to or from the stack
    has_functions: bool  # such as exp

    def __str__(self) -> str:
        lines = [f"{self.function} at {self.body[0].address:#x}:"]
        spilled = {spill.address for spill in self.spills}
        for each in self.body:
            mark = "  <-- stack" if each.address in spilled else ""
            lines.append(f"  {each.address:6x}  {each.text}{mark}")
        return "\n".join(lines)


def functions(listing: str) -> dict[str, list[Instruction]]:
    found: dict[str, list[Instruction]] = {}
    body: list[Instruction] = []
    for line in listing.splitlines():
        if header := FUNCTION.match(line):
            body = found.setdefault(header[1], [])
        elif match := LINE.match(line):
            operands = " ".join(match[3].split())
            body.append(Instruction(int(match[1], 16), f"{match[2]} {operands}".strip()))
    return found


def self_loops(body: list[Instruction], arch: Architecture) -> list[list[Instruction]]:
    """The blocks that end with a branch to their own first instruction."""
    places = {each.address: place for place, each in enumerate(body)}
    jumps = {}  # of a branch's place, that of its target
    for place, each in enumerate(body):
        target = TARGET.search(each.text)
        if arch.branch.fullmatch(each.mnemonic) and target:
            jumps[place] = places.get(int(target[1], 16), -1)
    entered = set(jumps.values())
    loops = []
    for end, begin in jumps.items():
        inside = range(begin + 1, end + 1)
        ends = (place for place in range(begin, end) if arch.branch.fullmatch(body[place].mnemonic))
        if 0 <= begin <= end and entered.isdisjoint(inside) and next(ends, None) is None:
            loops.append(body[begin : end + 1])
    return loops


def inner_loops(listing: str, arch: Architecture) -> list[Loop]:
    """The inner loops with vector multiply-adds of a disassembly."""
    found = []
    for name, body in functions(listing).items():
        framed = any(arch.frame.fullmatch(each.text) for each in body)
        stack = arch.framed_stack if framed else arch.stack
        for loop in self_loops(body, arch):
            if not any(arch.multiply_add.fullmatch(each.text) for each in loop):
                continue
            spills = [
                each
                for each in loop
                if stack.search(each.text) and arch.vector.search(each.text)
            ]
            uses_functions = any(arch.rounding.fullmatch(each.mnemonic) for each in loop)
            found.append(Loop(name, loop, spills, uses_functions))
    return found


def disassemble(path: Path) -> str:
    command = ["llvm-objdump", "-d", "--no-show-raw-insn", str(path)]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
