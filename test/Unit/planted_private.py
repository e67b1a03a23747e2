"""Errors in what private training is made of, and in what it costs."""

from planting import Planted

KEY = "runtime/Private/PrivacyKey.cpp"
STREAM = "runtime/Private/KeyStream.cpp"
NOISE = "runtime/Private/Noise.cpp"
DISCRETE = "runtime/Private/DiscreteGaussian.cpp"
ROWS = "runtime/Private/PoissonSample.cpp"
LOSS = "runtime/Private/PrivacyLoss.cpp"
ACCOUNTANT = "runtime/Private/Accountant.cpp"
LEDGER = "runtime/Private/Ledger.cpp"
FILE = "runtime/Private/LedgerFile.cpp"

PRIVATE = [
    # Keys and streams.
    Planted("privacy-key-for-all-to-read", KEY, "writeNewFile(path, text, 0600);",
            "writeNewFile(path, text, 0644);"),
    Planted("shared-privacy-key-used", KEY, "  refuseSharedSecret(path);\n", ""),
    Planted("purposes-share-a-stream", STREAM,
            "std::uint64_t(turn) << 32 | std::uint32_t(purpose)", "std::uint64_t(turn) << 32"),
    Planted("steps-share-a-stream", STREAM,
            "std::memcpy(nonce_.data(), &step, sizeof step);", "std::memset(nonce_.data(), 0, sizeof step);"),
    Planted("stream-that-starts-again", STREAM,
            "if (first < 0 || first + blocks - 1 > lastBlock)", "if (first < 0)"),
    # Noise.
    Planted("noise-halved", NOISE, "float(deviation * made", "float(deviation / 2 * made"),
    Planted("noise-of-one-sign", NOISE, "bits.angle << 63;", "bits.angle & 0;"),
    Planted("noise-by-place-in-the-call", NOISE,
            "const std::int64_t place = first + std::int64_t(done);",
            "const std::int64_t place = std::int64_t(done);"),
    Planted("logarithm-cut-short", NOISE, "int k = 19; k >= 1", "int k = 19; k >= 3"),
    Planted("discrete-zero-twice", DISCRETE, "if (size != 0 || sign == 0)", "if (true)"),
    Planted("discrete-rest-always-taken", DISCRETE,
            "if (!isTaken(Wide(rest) * (2 * start + rest), digits))", "if (false)"),
    Planted("discrete-odd-successes", DISCRETE, "return divisor % 2 != 0;\n    if", "return divisor % 2 == 0;\n    if"),
    Planted("rows-at-half-the-rate", ROWS, "std::max(rate, 0.0), 64", "std::max(rate, 0.0), 63"),
    # What it costs.
    Planted("one-neighbour-alone", ACCOUNTANT,
            "return std::max(epsilonSeenFrom(RowIs::Removed, counted, delta),\n                  epsilonSeenFrom(RowIs::Added, counted, delta));",
            "return epsilonSeenFrom(RowIs::Added, counted, delta);"),
    Planted("losses-rounded-down", LOSS, "upper = std::clamp(upper, 0.0, p);", "upper = 0;"),
    Planted("steps-not-composed", ACCOUNTANT, "power(one[i], steps)", "one[i]"),
    Planted("least-order-left-out", ACCOUNTANT, "int order = 2; order <= 512", "int order = 64; order <= 512"),
    Planted("endless-losses-forgotten", LOSS, "double above = loss.infinite", "double above = 0"),
    # Ledgers.
    Planted("key-runs-twice", LEDGER,
            "  if (std::ranges::find(ledger.entries, entry.run, &LedgerEntry::run) !=\n      ledger.entries.end())",
            "  if (false)"),
    Planted("chain-not-compared", LEDGER, "if (found != chain)", "if (false)"),
    Planted("ledger-of-other-forms", LEDGER,
            "if (!isHash(entry.chain, 16) || entry.line() != line)", "if (!isHash(entry.chain, 16))"),
    Planted("ends-without-bound", LEDGER,
            "if (!entry || entry->executed || executed < 0 ||\n      executed > entry->steps.steps)\n    throw",
            "if (!entry || entry->executed || executed < 0)\n    throw"),
    Planted("ledger-without-a-lock", FILE, "while (::flock(file, LOCK_EX) != 0)", "while (false)"),
    Planted("ledger-that-was-replaced", FILE, "} while (!isNamed(path, file_.get()));", "} while (false);"),
    Planted("ledger-that-others-may-change", FILE, "(status.st_mode & 022) != 0", "false"),
    Planted("unfinished-runs-cost-nothing", LEDGER, "executed.value_or(steps.steps)", "executed.value_or(0)"),
]  # fmt: skip
