"""The longest chain of loads from global memory in a kernel's PTX.

A load whose address, or whether it runs at all, depends on what an earlier one
brought cannot begin before that has arrived: such loads make a chain, and each
costs the whole latency of the memory. Behind a barrier everything waits for the
longest chain of any thread, so that what is passed on through shared memory
counts, too. Of a loop one round counts, since the data decides how many there
are.
"""

import re
from dataclasses import dataclass, field

REGISTER = re.compile(r"%[a-z]+\d+")
JUMP = re.compile(r"(@!?%p\d+ +)?bra(?:\.uni)?\s+(\$\w+);")
LAST = re.compile(r"(bra|ret|exit)\b")
# Instructions of which the first operand is none that they write.
WRITES_NONE = re.compile(r"(st|bra|red|fence|membar|ret|exit)\b")


@dataclass
class Block:
    code: list[str] = field(default_factory=list)
    next: list[int] = field(default_factory=list)


def blocks_of(kernel: str) -> list[Block]:
    """The basic blocks, the first of which is the entry."""
    blocks, labels = [Block()], {}
    for line in kernel[kernel.index("{") + 1 : kernel.rindex("}")].splitlines():
        line = line.split("//")[0].strip()
        if label := re.match(r"(\$\w+):$", line):
            blocks.append(Block())
            labels[label[1]] = len(blocks) - 1
        elif line and not line.startswith((".", "{", "}")):
            blocks[-1].code.append(line)
            if JUMP.match(line) or LAST.match(line):
                blocks.append(Block())
    for at, block in enumerate(blocks):
        last = block.code[-1] if block.code else ""
        if jump := JUMP.match(last):
            block.next.append(labels[jump[2]])
        if not LAST.match(last) and at + 1 < len(blocks):
            block.next.append(at + 1)
    return blocks


def order_of(blocks: list[Block]) -> list[int]:
    """Reverse postorder: what comes later is before only what is a loop's end."""
    order, seen, stack = [], {0}, [(0, iter(blocks[0].next))]
    while stack:
        at, successors = stack[-1]
        after = next((after for after in successors if after not in seen), None)
        if after is None:
            order.append(stack.pop()[0])
        else:
            seen.add(after)
            stack.append((after, iter(blocks[after].next)))
    return order[::-1]


def step_of(blocks: list[Block], order: list[int]) -> list[int]:
    """The largest loop in which blocks wait for each other; else everything."""
    place = {at: number for number, at in enumerate(order)}
    before = {at: [one for one in order if at in blocks[one].next] for at in order}
    largest: set[int] = set()
    for end in order:
        for head in blocks[end].next:
            if place[head] > place[end]:
                continue
            loop, left = {head}, [end]
            while left:
                if (one := left.pop()) not in loop:
                    loop.add(one)
                    left += before[one]
            waits = any(re.search(r"\bld\.(acquire|relaxed)\b", line)
                        for one in loop for line in blocks[one].code)
            if waits and len(loop) > len(largest):
                largest = loop
    return [at for at in order if not largest or at in largest]


def operands_of(line: str) -> tuple[list[str], list[str]]:
    """The registers that an instruction reads, and those that it writes."""
    guard, code = re.match(r"(@!?%p\d+ +)?(.*)", line).groups()
    guards = REGISTER.findall(guard or "")
    if WRITES_NONE.match(code):
        return guards + REGISTER.findall(code), []
    first = re.match(r"\S+\s+(\{.*?\}|[^,;]*)", code)
    written = REGISTER.findall(first[1]) if first else []
    return guards + REGISTER.findall(code[first.end():] if first else ""), written


def chain_of(kernel: str) -> int:
    """How many loads the longest chain of a step has."""
    blocks = blocks_of(kernel)
    step = step_of(blocks, order_of(blocks))
    states: dict[int, tuple[dict[str, int], int]] = {}  # behind each block
    longest = 0
    for at in step:
        depth: dict[str, int] = {}  # of what registers hold
        floor = 0  # of what all wait for
        for theirs, their_floor in (state for one, state in states.items() if at in blocks[one].next):
            floor = max(floor, their_floor)
            for name, value in theirs.items():
                depth[name] = max(depth.get(name, 0), value)
        for line in blocks[at].code:
            if re.match(r"(bar|barrier)\b", line):
                floor = max([floor, *depth.values()])
                continue
            reads, writes = operands_of(line)
            value = max([floor, *(depth.get(name, 0) for name in reads)])
            value += bool(re.search(r"\b(ld|atom)\.[\w.]*global", line))
            depth.update(dict.fromkeys(writes, value))
            longest = max(longest, value)
        states[at] = depth, floor
    return longest
