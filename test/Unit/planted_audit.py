"""Errors in records of training, keys, and what checks them."""

from planting import Planted

KEY = "runtime/Audit/SigningKey.cpp"
SECRET = "runtime/System/SecretFile.cpp"
ENVELOPE = "runtime/Audit/Envelope.cpp"
RECORD = "runtime/Audit/RunRecord.cpp"
SPREAD = "runtime/Audit/Distribution.cpp"
VERIFY = "runtime/Commands/VerifyCommand.cpp"
TREE = "runtime/Audit/MerkleTree.cpp"
NOTE = "runtime/Audit/LogCheckpoint.cpp"
WRITER = "runtime/Audit/LogWriter.cpp"
LOG = "runtime/Audit/DecisionLog.cpp"
CHECK = "runtime/Audit/LogVerification.cpp"
PROOF = "runtime/Audit/LogProof.cpp"
ROW = "runtime/Audit/DecidedRow.cpp"
GROUPS = "runtime/Audit/LogGroups.cpp"
CARD = "runtime/Audit/ModelCard.cpp"

AUDIT = [
    # Keys.
    Planted("secret-that-others-may-read", SECRET, "(status.st_mode & 077) != 0", "false"),
    Planted("secret-for-all-to-read", KEY, "writeNewFile(path, secret, 0600);",
            "writeNewFile(path, secret, 0644);"),
    Planted("key-overwritten", SECRET, "O_WRONLY | O_CREAT | O_EXCL", "O_WRONLY | O_CREAT | O_TRUNC"),
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
    Planted("forgotten-rows-learned", "runtime/Commands/TrainData.cpp",
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
    # Trees and checkpoints of logs.
    Planted("leaves-as-nodes", TREE, "leafPrefix = 0, nodePrefix = 1", "leafPrefix = 1, nodePrefix = 1"),
    Planted("path-that-is-too-short", TREE, "  return last == 0;\n}", "  return true;\n}"),
    Planted("old-root-not-compared", TREE,
            "oldHash == oldRoot && hash == root", "hash == root"),
    Planted("tiles-one-further", TREE,
            "(size_ >> tileHeight * (level + 1)) - 1", "size_ >> tileHeight * (level + 1)"),
    Planted("note-not-checked", NOTE, "return key.verifies(bytesOfText(text), signature);", "return true;"),
    Planted("zeros-before-a-size", "runtime/Audit/TextLines.cpp",
            "(text.size() > 1 && text.front() == '0')", "false"),
    Planted("more-lines-in-a-checkpoint", NOTE, "!root || !text.empty()", "!root"),
    Planted("letters-beyond-ascii", "runtime/Audit/Base64.cpp", "return letter < 0;", "return false;"),
    # Decisions.
    Planted("commitments-without-salt", ROW,
            "bytes.size(), salt.data(), salt.size());", "bytes.size(), nullptr, 0);"),
    Planted("input-kept-unasked", ROW, "if (inputs == InputKeeping::Full)", "if (true)"),
    Planted("other-forms-of-payloads", ROW, "if (again != line)", "if (false)"),
    Planted("payload-of-another", ROW,
            "(!input || commitmentOf(salt, *input) == decision.input)", "true"),
    # Writing.
    Planted("checkpoint-before-payloads", WRITER,
            "  writePayloads();\n  writeTiles();\n  syncFolders();\n  writeCheckpoint();",
            "  writeTiles();\n  syncFolders();\n  writeCheckpoint();\n  writePayloads();"),
    Planted("tiles-not-synchronised", WRITER,
            "  if (reason == 0)\n    reason = syncFile(file.get());\n  if (const int closing = file.close(); reason == 0)\n    reason = closing;\n  if (reason != 0)\n    failFile(pathOf(name)",
            "  if (const int closing = file.close(); reason == 0)\n    reason = closing;\n  if (reason != 0)\n    failFile(pathOf(name)"),
    Planted("names-not-synchronised", WRITER, "  writeTiles();\n  syncFolders();", "  writeTiles();"),
    Planted("payloads-behind-a-failure", WRITER,
            "if (::lseek(file.get(), days_[day], SEEK_SET) < 0)", "if (::lseek(file.get(), 0, SEEK_END) < 0)"),
    Planted("payloads-of-a-crash-kept", WRITER,
            "if (Payload::parse(path, line).entry < size)", "if (true)"),
    Planted("log-of-another-key", WRITER, "(!key_ || !note.isSignedBy(checkpoint.origin, key_->publicKey()))", "false"),
    Planted("damaged-log-gone-on-with", WRITER,
            "if (!isWhole || edge_.root() != checkpoint.root)", "if (!isWhole)"),
    Planted("two-servers-on-a-log", WRITER, "LOCK_EX | LOCK_NB", "LOCK_SH | LOCK_NB"),
    Planted("log-that-others-may-change", WRITER, "(status.st_mode & 022) != 0", "false"),
    Planted("log-for-all-to-read", WRITER, "forOwner = 0600, folderForOwner = 0700",
            "forOwner = 0644, folderForOwner = 0755"),
    Planted("erased-a-day-early", WRITER, "day * settings_.retainDays", "day * (settings_.retainDays - 1)"),
    Planted("tile-that-is-read-removed", WRITER,
            "std::vector<std::string> needed = partialPaths(published_);\n  for", "std::vector<std::string> needed;\n  for"),
    Planted("added-again-after-a-failure", LOG, "    taken.clear();\n  }\n}", "  }\n}"),
    Planted("answers-while-it-fails", LOG, "isFailing_ = !failure.empty();", ""),
    Planted("waits-without-bound", LOG, "if (before > mostWaiting)", "if (false)"),
    # Checking.
    Planted("entries-not-hashed", CHECK, "  if (hash != expected)", "  if (false)"),
    Planted("upper-tiles-not-compared", CHECK, "if (width > 0 && folder_.tile(", "if (false && folder_.tile("),
    Planted("missing-payloads-pass", CHECK, "if (!payload || payload->entry > number)", "if (!payload)\n      return;\n    if (payload->entry > number)"),
    Planted("payloads-after-the-last-pass", CHECK, "if (payload->entry < size)\n", "if (false)\n"),
    Planted("log-that-shrank", CHECK, "earlier_->size > checkpoint_.size", "false"),
    Planted("exchanged-entries", CHECK, "if (earlierRoot_ != earlier_->root)", "if (false)"),
    Planted("another-logs-checkpoint", CHECK, "if (earlier_->origin != checkpoint_.origin)", "if (false)"),
    Planted("payload-left-when-erased", PROOF,
            "reason = writeAll(file.get(), bytesOfText(erasedText(index, size)));", ";"),
    Planted("decision-before-it-is-recordable", "runtime/Serve/Routes.cpp",
            "  expectRecordable(options_.log);\n  Inference *const", "  Inference *const"),
    Planted("explained-and-not-recorded", "runtime/Serve/Routes.cpp",
            "  record(options_.log, inference, inference.answers(),\n         explaining.explanations());\n", ""),
    # Groups.
    Planted("groups-of-a-damaged-log", GROUPS,
            "if (const Findings findings = verifyLog(folder, {}); !findings.isGood())", "if (const Findings findings; !findings.isGood())"),
    Planted("decision-in-two-groups", GROUPS, "if (!entries.insert(group->entry).second)", "if (false)"),
    Planted("errors-exchanged", GROUPS, "++decisions.known[*group->label][told];", "++decisions.known[told][*group->label];"),
    Planted("entries-of-the-first-bundle", GROUPS, "log.bundle(bundle, std::min", "log.bundle(0, std::min"),
    # Cards.
    Planted("card-not-compared", CARD, "if (said && made && *said == *made)", "if (said && made)"),
    Planted("card-that-ends-early", CARD, "if (!said && !made && card == again)", "if (!said)"),
    Planted("notes-by-any-name", CARD, "return name == pair.first;", "return true;"),
    Planted("rows-in-two-slices", "runtime/Commands/CardFigures.cpp",
            "if ((!before || *before < number) && number <= last)", "if (number <= last)"),
    Planted("card-of-other-weights", "runtime/Commands/RecordFile.cpp",
            "if (record.weights.sha256 != sha256)", "if (false)"),
    Planted("opener-leaves-its-folder", "runtime/System/FileOpener.cpp",
            "name.find(\"/..\") == name.npos", "true"),
    Planted("opener-follows-links", "runtime/System/FileOpener.cpp",
            "(isInside(folder, first) ? O_NOFOLLOW : 0)", "0"),
    Planted("opener-renames-anywhere", "runtime/System/FileOpener.cpp",
            "(question.what == Rename && !isInside(folder, second))", "false"),
    Planted("detached-signature-left", "runtime/Commands/RecordFile.cpp",
            "  else // Of an earlier record.\n    os().remove(signaturePath(weights).c_str());", ""),
    Planted("record-of-what-was-there", "runtime/Commands/RecordFile.cpp",
            "os().remove(recordPath(weights).c_str());", ""),
    Planted("record-of-other-weights-goes-on", "runtime/Commands/CalibrateCommand.cpp",
            "sha256OfFile(command.weights) != record.weights.sha256", "false"),
    Planted("calibrations-pile-up", "runtime/Commands/CalibrateCommand.cpp",
            "return source.role == \"earlier weights\" ||", "return false &&"),
]  # fmt: skip
