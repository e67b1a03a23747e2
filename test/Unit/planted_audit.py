"""Errors in records of training, keys, and what checks them."""

from planting import Planted

KEY = "runtime/Audit/SigningKey.cpp"
ENVELOPE = "runtime/Audit/Envelope.cpp"
RECORD = "runtime/Audit/RunRecord.cpp"
SPREAD = "runtime/Audit/Distribution.cpp"
VERIFY = "runtime/Commands/VerifyCommand.cpp"

AUDIT = [
    # Keys.
    Planted("secret-that-others-may-read", KEY, "(status.st_mode & 077) != 0", "false"),
    Planted("secret-for-all-to-read", KEY, "writeNew(path, secret, 0600);",
            "writeNew(path, secret, 0644);"),
    Planted("key-overwritten", KEY, "O_WRONLY | O_CREAT | O_EXCL", "O_WRONLY | O_CREAT | O_TRUNC"),
    Planted("half-a-pair-left", KEY, "  } catch (const InputError &) {\n    os().remove(path.c_str());",
            "  } catch (const InputError &) {"),
    Planted("damaged-key-used", KEY, "if (!isWhole(key.elements_))", "if (false)"),
    # Envelopes and records.
    Planted("signature-not-checked", ENVELOPE,
            "return entry.key == key.name() &&\n           key.verifies(bytesOfText(bytes), entry.signature);",
            "return entry.key == key.name();"),
    Planted("type-not-signed", ENVELOPE,
            "payloadType.size(), payloadType,", "std::size_t(0), \"\","),
    Planted("other-forms-read", ENVELOPE, "if (envelope.text() != text)", "if (false)"),
    Planted("unknown-fields-read", ENVELOPE,
            "if (value.get_object().size() != fields.size())", "if (false)"),
    Planted("counts-without-their-range", RECORD,
            "bins.counts.size() != bins.edges.size() + 1", "false"),
    Planted("last-piece-not-hashed", "runtime/Audit/BackgroundDigests.cpp",
            "  while (!isDone())\n    hashSome();\n  if (digests_", "  if (digests_"),
    Planted("energy-of-parts-too", "runtime/Audit/Energy.cpp",
            "std::ranges::count(name, ':') == 1", "true"),
    Planted("energy-falls", "runtime/Audit/Energy.cpp",
            "double(*now) + double(*range) - double(last)", "double(*now) - double(last)"),
    # How rows are spread.
    Planted("deciles-one-too-high", SPREAD, "(part * rows + parts - 1) / parts - 1)",
            "(part * rows + parts - 1) / parts)"),
    Planted("zeros-not-counted", SPREAD, "counts[rangeOf(0)] += std::int64_t(zeros);", ""),
    Planted("share-of-nothing", SPREAD, "double(now[i]) / here, least)", "double(now[i]) / here, 1e-3)"),
    # Rows to forget.
    Planted("row-beyond-the-last", "runtime/Audit/RowList.cpp", "row >= rows)", "row > rows)"),
    Planted("forgotten-rows-learned", "runtime/Commands/TrainData.h",
            "leaveOut(readRowList(command.forgotten, training.rows()), trainingRows);",
            "readRowList(command.forgotten, training.rows());"),
    # verify.
    Planted("weights-taken-as-they-are", VERIFY,
            "sha256OfFile(command_.weights) == record_.weights.sha256", "true"),
    Planted("other-data-agree", VERIFY, "sha256OfFile(path) == source->sha256, role", "true, role"),
    Planted("steps-not-compared", VERIFY,
            "std::pair(\"steps\", std::to_string(record_.steps))", "std::pair(\"steps\", said(\"steps\"))"),
    Planted("first-element-alone", "runtime/Commands/Replay.cpp",
            "at < kept.size()", "at < std::min<std::size_t>(kept.size(), 1)"),
    Planted("kernels-not-compared", VERIFY,
            "record_.option(\"blas_kernels\") != blasKernels()", "false"),
    Planted("detached-signature-left", "runtime/Commands/RunRecorder.cpp",
            "os().remove(detached.c_str());", ";"),
]  # fmt: skip
