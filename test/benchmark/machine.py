"""What figures depend on: the machine, its load, and the versions of all."""

import importlib.metadata
import os
import platform
import resource
import subprocess
import time
from pathlib import Path

from integration import MLC, REPOSITORY

PACKAGES = ("torch", "jax", "scikit-learn", "numpy")


def output_of(*command) -> str:
    result = subprocess.run(command, capture_output=True, text=True)
    lines = result.stdout.splitlines()
    return lines[0].strip() if result.returncode == 0 and lines else "unknown"


def mlc_version() -> str:
    """With the repository's commit, where mlc was built in it."""
    version = output_of(MLC, "--version")
    if not Path(MLC).is_relative_to(REPOSITORY):
        return version
    commit = output_of("git", "-C", str(REPOSITORY), "rev-parse", "--short", "HEAD")
    return f"{version}, commit {commit}"


def cpu_fields() -> dict[str, str]:
    """Of the first CPU."""
    fields = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if not line.strip():
            break
        key, _, value = line.partition(":")
        fields[key.strip()] = value.strip()
    return fields


def caches() -> str:
    found = []
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = (
            (index / name).read_text().strip() for name in ("level", "type", "size")
        )
        if kind != "Instruction":
            found.append(f"L{level} {size}")
    return ", ".join(found) or "unknown"


def describe() -> dict[str, str]:
    cpu = cpu_fields()
    flags = cpu.get("flags", "").split()
    widest = next((flag for flag in ("avx512f", "avx2") if flag in flags), "no AVX2")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    model = f"family {cpu.get('cpu family')}, model {cpu.get('model')}"
    packages = (f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return {
        "CPU": f"{cpu.get('model name', platform.processor())} ({model}), {widest}",
        "cores": str(os.cpu_count()),
        "caches": caches(),
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "compiler": mlc_version(),
        "C compiler": output_of("cc", "--version"),
        "Python": f"{platform.python_version()}; {', '.join(packages)}",
    }


def line(*packages: str) -> str:
    """What the figures of one script depend on, with packages that it compares with."""
    cpu = cpu_fields()
    versions = "".join(f", {name} {importlib.metadata.version(name)}" for name in packages)
    return (
        f"{time.strftime('%Y-%m-%d')}. CPU: {cpu.get('model name')} (family {cpu.get('cpu family')}, "
        f"model {cpu.get('model')}), cores: {os.cpu_count()}, caches: {caches()}, "
        f"{mlc_version()}{versions}."
    )


def processor_seconds(*command) -> float:
    """Of a command that ends well: of all its threads."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
