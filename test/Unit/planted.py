#!/usr/bin/env python3
"""Plants one error after another in the runtime and reports whether its unit
tests catch it: bounds off by one, hashes not checked, files not synchronised,
wrong remainders, state that a resumed run does not get back.

    test/Unit/planted.py                 all of PLANTED, half an hour on two cores
    test/Unit/planted.py NAME...         some of them
    test/Unit/planted.py --list          their names

Works in a copy of the repository's last commit (--tree, reused where it is
there), without the compiler. Prints a line for each error and `N caught, N not
caught`; status 0 if all were caught. An error whose place in the source is no
longer there is reported as stale and counts as not caught: bring its entry up
to date.
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import planting
from planting import Planted

# Longer than any of them takes: an error may make it run for ever.
SECONDS = 600

CHARACTERS = "runtime/Characters/Characters.c"
FOLD = "runtime/Characters/Fold.c"
ATOMIC = "runtime/System/AtomicFile.cpp"
DATASET = "runtime/Data/Dataset.cpp"
HEADER = "runtime/Data/SafetensorsHeader.cpp"
SAFETENSORS = "runtime/Data/Safetensors.cpp"
SEAL = "runtime/Data/Seal.cpp"
LIBSVM = "runtime/Import/LibsvmReader.cpp"
LABELS = "runtime/Import/LabelReader.cpp"
CLASSES = "runtime/Import/LabelClasses.cpp"
LINES = "runtime/Import/LineReader.cpp"
SOURCE = "runtime/Import/ByteSource.cpp"
UTF8 = "runtime/Import/Utf8.cpp"
SYSTEM = "runtime/System/OperatingSystem.cpp"
VECTORIZER = "runtime/Text/VectorizerFile.cpp"
BEST = "runtime/Train/BestWeights.cpp"
CHECKPOINT = "runtime/Train/Checkpoint.cpp"
FOLDER = "runtime/Train/CheckpointFolder.cpp"
SAVER = "runtime/Train/CheckpointSaver.cpp"
EXAMPLES = "runtime/Program/Examples.cpp"
METRICS = "runtime/Train/MetricsFile.cpp"
TRAINER = "runtime/Train/Trainer.cpp"
SIGNATURE = "runtime/Signature.h"
WEIGHTS = "runtime/Program/Weights.cpp"

# The programs that test it; those first that end soon.
SUITES = ["characters", "system", "data", "metrics", "report", "cpu", "program", "train", "import", "text", "explain", "serve", "commands", "fault"]

PLANTED = [
    # What characters are and become.
    Planted("overlong-utf8", CHARACTERS, "length == 3 ? 0x800", "length == 3 ? 0x80"),
    Planted("sigma-final-within-words", CHARACTERS,
            "followsCased(text, start) && !precedesCased(text, size, *at);",
            "followsCased(text, start);"),
    Planted("mark-joined-over-its-like", FOLD, "hasStarter && place > highest",
            "hasStarter && place >= highest"),
    Planted("two-marks-not-in-order", FOLD, "if (last - first > 1)", "if (last - first > 2)"),
    Planted("vowels-not-joined", "runtime/Characters/MakeTables.c",
            "c = 0x1161; c < 0x1176;", "c = 0x1161; c < 0x1161;"),
    # What others wrote.
    Planted("positive-name-ignored", CLASSES, "std::swap(*found, names.back());", ""),
    Planted("classes-that-are-numbers-by-bytes", CLASSES,
            "std::ranges::sort(numbers);", ""),
    Planted("class-set-aside-taken-for-the-first", CLASSES,
            "if (at >= classes_.size() || classes_[at] < 0)", "if (false)"),
    Planted("bad-line-ends-a-stream", "runtime/Commands/TextStream.cpp",
            "if (lines_->lineNumber() == before)", "if (true)"),
    Planted("sentence-taken-for-a-file", "runtime/Commands/TextStream.cpp",
            "  return path;", "  return std::nullopt;"),
    Planted("nothing-is-meant", "runtime/Import/UnknownArguments.cpp",
            "distance < least && 2 * distance < name.size()", "false"),
    Planted("delimiter-not-told", "runtime/Import/CsvShape.cpp",
            "shape.form.delimiter = delimiter;", ""),
    Planted("header-taken-for-data", "runtime/Import/CsvShape.cpp",
            "if (isNumber(cell))\n      return false;", ""),
    Planted("comma-of-json-not-needed", "runtime/Import/JsonSequence.cpp",
            "needsComma_ = isOpen_;", ""),
    Planted("half-of-a-pair-not-told", "runtime/Import/JsonRepair.cpp",
            "if (!result.loneSurrogate)\n            result.loneSurrogate = at;", ""),
    Planted("cr-at-the-end-ends-lines", LINES, "cr + 1 < rest.size()", "true"),
    Planted("windows-1252-as-iso-8859-1", "runtime/Import/TextEncoding.cpp",
            "isMoved ? windows1252[code - 0x80] : code", "code"),
    Planted("missing-numbers-not-flagged", "runtime/Table/Column.cpp",
            "column.hasMissing = sorted.size() < numbers.size();", ""),
    Planted("two-categories-swapped", "runtime/Table/Column.cpp",
            "value == 0 ? 1.0f : -1.0f", "value == 0 ? -1.0f : 1.0f"),
    Planted("order-of-columns-matters", "runtime/Table/Table.cpp",
            "return std::pair(column.type != ColumnType::Number, column.name);",
            "return column.type != ColumnType::Number;"),
    Planted("targets-not-scaled-again", "runtime/Import/TableRows.cpp",
            "if (table.target())", "if (false)"),
    Planted("answers-not-unscaled", "runtime/Program/Prediction.h",
            "return terms_.target ? float(terms_.target->undo(output)) : output;",
            "return output;"),
    Planted("old-tokens-changed", "runtime/Text/WordsTokenizer.cpp",
            "partsWords = version != oldTokenizer;", "partsWords = true;"),
    Planted("unknown-words-not-counted", "runtime/Text/TextAnalysis.cpp",
            "memory.unknownCount +=", "(void)"),
    Planted("dropped-emoji-not-counted", "runtime/Import/EmojiCount.h",
            "    if (isCounted_)", "    if (false)"),
    Planted("columns-left-out-in-silence", "runtime/Import/FieldChoice.cpp",
            "if (field.isFilled && !field.name.empty() &&", "if (false &&"),
    Planted("square-weight-taken-in-silence", "runtime/Program/Weights.cpp",
            "  if (!isSealed(file))", "  if (false)"),
    Planted("texts-of-no-known-word-not-told", "runtime/Commands/PredictCommand.cpp",
            "examples.data().hasEntries(chunk.rows[i])", "true"),
    Planted("misspelt-option-not-named", "runtime/Import/UnknownArguments.cpp",
            "const bool isMisspelt = !meant.empty() &&", "const bool isMisspelt = false &&"),
    Planted("stop-words-as-they-are", "runtime/Import/WordList.cpp",
            "if (isInRange && mayRepeat) {", "if (false) {"),
    # Explanations.
    Planted("part-not-shared-out", "runtime/Explain/TextExplainer.cpp",
            "parts[at] / counts[at]", "parts[at]"),
    Planted("places-in-cleaned-text", "runtime/Text/Tokenizer.cpp",
            "placed[token].begin = places(placed[token].begin);", ""),
    Planted("printed-parts-rounded-alone", "runtime/Explain/Explanation.cpp",
            "!order.empty() && sum < total", "false"),
    Planted("quadrature-of-wrong-weights", "runtime/Explain/Quadrature.cpp",
            "1 / ((1 - x * x) * slope * slope)", "1.0 / count"),
    Planted("baseline-not-told", "runtime/Explain/Explainer.cpp",
            "result.baseline = output.scoreOf(baselineOutputs(rows));", ""),
    Planted("flip-puts-nothing-back", "runtime/Explain/AnswerFlips.cpp",
            "isDone = firstFlip(lists) < 0;", "isDone = true;"),
    Planted("parts-as-of-the-longest-rows", "runtime/Explain/Explainer.cpp",
            ": row * widthOf(program(), rows));", ": row * widthOf(program()));"),
    Planted("importance-not-keyed", "runtime/Explain/Importance.cpp",
            "options.seed + std::uint64_t(repeat)", "std::uint64_t(repeat)"),
    # Files that are written.
    Planted("file-not-synchronised", ATOMIC,
            "if (int reason = syncFile(descriptor_.get()))", "if (int reason = 0)"),
    Planted("folder-not-synchronised", ATOMIC,
            "if (int reason = syncFolder(folder()))", "if (int reason = 0)"),
    Planted("file-of-a-live-process-removed", ATOMIC,
            "if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)\n    return false;", ""),
    Planted("temporary-file-left", ATOMIC,
            "if (!temporary_.empty())\n    os().remove(temporary_.c_str());", ""),
    Planted("short-write-taken-for-all", SYSTEM,
            "bytes = bytes.subspan(std::size_t(count));", "bytes = {};"),
    Planted("error-of-closing-ignored", ATOMIC,
            "if (int reason = descriptor_.close())\n    fail(reason);",
            "descriptor_.close();"),
    # Safetensors.
    Planted("shape-overflows", HEADER,
            "__builtin_mul_overflow(bytes, extent, &bytes))", "(bytes *= extent, false))"),
    Planted("tensors-overlap", SAFETENSORS, "if (entry.begin != end)", "if (entry.begin > end)"),
    Planted("bytes-behind-the-last-tensor", SAFETENSORS,
            "if (end != data.size())", "if (end > data.size())"),
    Planted("alignment-not-checked", SAFETENSORS, "if (!part.empty() && ", "if (false && "),
    Planted("tensor-twice", HEADER,
            "if (twice != header.tensors.end())", "if (false)"),
    Planted("hash-of-tensors-not-checked", SEAL,
            "if (hash->second != hashText(hashOf(tensor.bytes)))", "if (hash->second.empty())"),
    Planted("hash-of-header-not-checked", SEAL,
            "if (text.substr(place, digits) != hashWithout(text, place))", "if (place == 0)"),
    # Data sets.
    Planted("rows-that-fall", DATASET,
            "if (indptr[row + 1] < indptr[row] || ", "if ("),
    Planted("index-of-the-width", DATASET, "index >= width)", "index > width)"),
    Planted("infinite-value", DATASET, "return !std::isfinite(value);\n  });\n  if (bad",
            "return std::isnan(value);\n  });\n  if (bad"),
    Planted("more-labels-than-rows", DATASET,
            "if (labels->shape[0] != rows_ ||", "if (labels->shape[0] < rows_ ||"),
    Planted("class-of-the-number-of-classes", EXAMPLES,
            "labels[row] >= classes)", "labels[row] > classes)"),
    Planted("capacity-of-the-emptiest-rows", EXAMPLES, "std::greater<>()", "std::less<>()"),
    # Texts.
    Planted("more-fields-than-columns", "runtime/Import/CsvRecords.cpp",
            "if (!more && count == columns())", "if (count == columns())"),
    Planted("first-of-two-names-shown", "runtime/Import/CsvShape.cpp",
            "std::size_t at = column + 1; at < names.size()",
            "std::size_t at = column; at < names.size()"),
    Planted("place-of-the-last-name", "runtime/Import/CsvRecords.cpp",
            ": namePlaces_[column];", ": namePlaces_.back();"),
    Planted("place-of-the-last-large-number", "runtime/Import/TableImport.cpp",
            "if (!isLarge || !largePlaces_[column].empty())", "if (!isLarge)"),
    Planted("second-key-taken", "runtime/Import/JsonKeys.cpp",
            "text.find(quoted, first + 1) != text.npos", "false"),
    Planted("nul-among-letters", UTF8,
            "if ((word | (word - ones)) & highs)", "if (word & highs)"),
    Planted("half-a-code-point-at-the-end", UTF8,
            "const char *start = at;", "const char *start = at;\n    if (end - at == 1) return end;"),
    Planted("last-carriage-return-lost", LINES,
            "if (line_.ends_with('\\r') && taken > line_.size())",
            "if (line_.ends_with('\\r'))"),
    Planted("line-before-the-buffer-grew-lost", LINES,
            "searched = rest.size();", "searched = rest.size() + 1;"),
    Planted("width-of-the-last-index", LIBSVM,
            "rows_.width = std::max(rows_.width, last + 1);",
            "rows_.width = std::max(rows_.width, last);"),
    Planted("index-beyond-32-bits", LIBSVM, "index >= maxWidth)", "index > maxWidth)"),
    Planted("truncated-gzip", SOURCE,
            'failCompressed("gzip", endsEarly);', "return room - stream_.avail_out;"),
    Planted("second-gzip-member-lost", SOURCE,
            "if (betweenMembers_ && !startMember())", "if (betweenMembers_)"),
    Planted("folder-in-the-order-of-names", "runtime/Import/FolderReader.cpp",
            "return std::tie(file.part, file.id, file.name);",
            "return std::tie(file.part, file.name);"),
    Planted("second-vector-of-a-word", "runtime/Import/EmbeddingsReader.cpp",
            "if (!seen.emplace(word).second)\n      continue;", "seen.emplace(word);"),
    Planted("half-a-class", "runtime/Import/LabelReader.cpp",
            "|| label != std::floor(label))", ")"),
    Planted("held-out-share-rounded-down", "runtime/Import/HoldOut.cpp",
            "std::llround(share *", "std::floor(share *"),
    Planted("frequencies-of-other-columns", VECTORIZER,
            "learned.documentFrequencies.size() !=", "learned.documentFrequencies.size() >"),
    Planted("columns-that-stand-still", VECTORIZER,
            "std::ranges::greater_equal{}", "std::ranges::greater{}"),
    # What leaks from the rows that are held out.
    Planted("vocabulary-of-all-rows", "runtime/Text/TextFit.cpp",
            ": uniteTerms(parts, rows, least, most);", ": uniteTerms(parts, {}, least, most);"),
    Planted("frequencies-of-hashes-of-all-rows", "runtime/Text/TextFit.cpp",
            "    forEachCountedRow(batch, rows,\n", "    forEachCountedRow(batch, {},\n"),
    Planted("frequencies-of-given-words-of-all-rows", "runtime/Text/TextFit.cpp",
            "countGivenTerms(parts, rows, *words)", "countGivenTerms(parts, {}, *words)"),
    Planted("selection-by-labels-of-all-rows", "runtime/Text/TextFit.cpp",
            "return assembleRows(parts, rows, columns,", "return assembleRows(parts, {}, columns,"),
    Planted("counts-of-all-rows", "runtime/Import/ImportSteps.cpp",
            "vectorizer = Vectorizer::fit(learned, settings_,",
            "vectorizer = Vectorizer::fit(isWhole ? learned : rows, settings_,"),
    Planted("medians-of-all-rows", "runtime/Import/TableImport.cpp",
            "for (std::size_t row : rows)\n        numbers.push_back(raw.numbers()[row]);",
            "numbers.assign(raw.numbers().begin(), raw.numbers().end());"),
    Planted("categories-of-all-rows", "runtime/Import/TableImport.cpp",
            "std::vector<bool> isUsed(raw.values().size());",
            "std::vector<bool> isUsed(raw.values().size(), true);"),
    Planted("targets-of-all-rows", "runtime/Import/TableSteps.cpp",
            "    for (std::size_t row : rows.front())\n      picked.push_back(labels[row]);",
            "    picked = labels;"),
    Planted("group-in-two-folds", "runtime/Import/Folds.cpp",
            "folds.push_back(foldOf[group]);",
            "folds.push_back((foldOf[group] + (folds.size() % 9 == 0)) % count);"),
    Planted("folds-that-mix-labels", "runtime/Import/Folds.cpp",
            "strata[byLabel ? labels[row] : 0]", "strata[0]"),
    # Training.
    Planted("last-batch-counts-in-full", TRAINER,
            "const std::int64_t count = std::min(batch_, rows - point_.examples);",
            "const std::int64_t count = batch_;"),
    Planted("last-batch-runs-in-full", TRAINER,
            "std::min(steps * batch_, std::int64_t(order_.size()) - point_.examples);",
            "steps * batch_;"),
    Planted("every-epoch-in-one-order", "runtime/Program/EpochOrder.h",
            "std::uint32_t(epoch)};", "1};"),
    Planted("order-beyond-the-last-row", "runtime/Program/Random.cpp",
            "while (state >= size_);", "while (state > size_);"),
    Planted("infinite-loss-borne", TRAINER,
            "[](float x) { return std::isfinite(x); }", "[](float x) { return x == x; }"),
    Planted("unsound-weights-saved", TRAINER,
            "    return;\n  expectSound();\n  observer_.onPoint", "    return;\n  observer_.onPoint"),
    Planted("explosion-not-in-a-row", TRAINER,
            "explodingSteps_ + 1 : 0;", "explodingSteps_ + 1 : explodingSteps_;"),
    Planted("explosion-one-step-late", TRAINER,
            "if (explodingSteps_ < explosionSteps)", "if (explodingSteps_ <= explosionSteps)"),
    Planted("place-of-the-fault-not-restored", "runtime/Train/LastSound.cpp",
            "  point = point_;\n", ""),
    Planted("last-batch-weighs-in-full", "runtime/Program/ForwardPass.cpp",
            "double(loss) * std::min(batch, rows);", "double(loss) * batch;"),
    Planted("validation-share-rounded-down", "runtime/Train/Split.cpp",
            "std::llround(fraction * double(count))", "std::int64_t(fraction * double(count))"),
    Planted("empty-class-not-told", "runtime/Train/DataWarnings.cpp",
            "if (empty > 0)", "if (empty > 1)"),
    # Resuming.
    Planted("position-not-restored", CHECKPOINT,
            'use("position", checkpoint.point.position);', ""),
    Planted("best-value-not-restored", CHECKPOINT, 'use("best_value", checkpoint.best.value);', ""),
    Planted("origin-not-compared", CHECKPOINT, "theirs != entry.value)", "theirs.empty())"),
    Planted("one-checkpoint-kept", FOLDER, "for (std::size_t i = kept;", "for (std::size_t i = 1;"),
    Planted("oldest-checkpoint-first", FOLDER,
            "std::ranges::sort(names, std::ranges::greater());", "std::ranges::sort(names);"),
    Planted("damaged-checkpoint-not-set-aside", FOLDER,
            "setAside(damaged);\n      return file;", "return file;"),
    Planted("epochs-between-checkpoints-off-by-one", SAVER,
            "(point.epoch - 1) % interval_.count == 0", "point.epoch % interval_.count == 0"),
    Planted("seconds-between-checkpoints-as-minutes", SAVER,
            "std::chrono::seconds(interval_.count)", "std::chrono::minutes(interval_.count)"),
    Planted("metrics-twice-after-resuming", METRICS,
            "if (os().truncate(file_.get(), bytes_) != 0)\n    fail(errno);", ""),
    Planted("metrics-of-another-run", METRICS,
            "if (bytes_ != start.bytes || hash_.value() != start.hash)",
            "if (bytes_ != start.bytes)"),
    Planted("metrics-after-the-checkpoint", METRICS,
            "if (const int reason = syncFile(file_.get()))", "if (const int reason = 0)"),
    Planted("patience-one-epoch-longer", BEST,
            "epochsDone_ - best_.epoch >= patience_", "epochsDone_ - best_.epoch > patience_"),
    Planted("best-is-the-last-of-equal", "runtime/Train/EpochSelection.h",
            "value < best - minDelta", "value <= best - minDelta"),
    # Weights.
    Planted("damaged-weights-taken", WEIGHTS, "if (isSealed(file))\n    expectSeal(file);", ""),
    Planted("weights-that-are-not-finite", WEIGHTS,
            "expectFinite(file.path(), tensor->name.c_str(), tensor->as<float>());", ";"),
    Planted("weights-taken-where-they-are-not-aligned", "runtime/Program/Predictor.cpp",
            "isQuantized(parameter) || !isAligned(bytes)", "isQuantized(parameter)"),
    Planted("quantised-weights-of-another-size", WEIGHTS,
            "if (shape != sizesOf(parameter.shape))\n    throw", "if (false)\n    throw"),
    Planted("quantised-weights-of-other-bits", WEIGHTS,
            "if (!matrix || matrix->bits != bits)", "if (!matrix)"),
    Planted("numbers-cut-off", "runtime/Data/Quantize.cpp",
            "std::nearbyint(bounded)", "bounded"),
    Planted("numbers-not-bounded", "runtime/Data/Quantize.cpp",
            "std::clamp(own[column] / scale, -most, most)", "own[column] / scale"),
    Planted("halves-of-a-row-in-the-next", "runtime/Program/Records.cpp",
            "const std::size_t source = first + at;", "const std::size_t source = first + (at ^ 1);"),
    Planted("column-beyond-the-features", "runtime/Program/Predictor.cpp",
            "column <= last || column >= widthOf(program)", "column <= last"),
    Planted("columns-shared-by-threads", "runtime/Program/Predictor.cpp",
            "      workspace.columns_.assign(rows.columns.begin(), rows.columns.end());\n"
            "      input.indices = workspace.columns_.data();",
            "      static std::vector<std::uint16_t> columns;\n"
            "      columns.assign(rows.columns.begin(), rows.columns.end());\n"
            "      input.indices = columns.data();"),
    Planted("workspace-not-grown", "runtime/Program/Predictor.cpp",
            "workspace.reserve(program_, call.capacities[0]);",
            "workspace.reserve(program_, 0);"),
    Planted("team-for-one-batch", "runtime/Program/Executor.cpp",
            "predictor_ && given.row_count <= program_.batch", "false"),
    # What a program says of itself.
    Planted("ids-read-as-columns", SIGNATURE,
            'expect(inputOf(program).kind != MLC_INPUT_IDS, "reads ids");', ""),
    Planted("rows-weigh-the-same", SIGNATURE,
            'expect(!program.row_weights, "weighs rows");', ""),
    Planted("rows-begin-as-the-longest-would", SIGNATURE,
            "row * (width / stepOf(inputOf(program)))",
            "row * (widthOf(program) / stepOf(inputOf(program)))"),
    Planted("entry-point-of-another-name", SIGNATURE, "if (entry.name == name)", "if (true)"),
    Planted("last-half-byte-lost", SIGNATURE,
            "(count * bits[element] + 7) / 8", "count * bits[element] / 8"),
    Planted("weights-of-the-program-not-taken", "runtime/Program/Model.cpp",
            "const void *data = program_.parameters[i].data", "const void *data = nullptr"),
    Planted("state-without-a-parameter-has-no-place", "runtime/Program/Model.cpp",
            "if (program.states[j].parameter == MLC_NO_PARAMETER)", "if (false)"),
    Planted("tensors-of-other-models", WEIGHTS,
            "return tensor.name == parameter.name;", "return true;"),
    # Memory.
    Planted("texts-of-a-folder-kept", "runtime/Import/FolderReader.cpp",
            "document.label = labelOf(file, path);",
            "document.label = labelOf(file, path);\n"
            "  static std::vector<std::string> kept;\n  kept.push_back(document.text);"),
    Planted("names-with-room-for-more", "runtime/Import/FolderReader.cpp",
            "if (!name.starts_with('.'))\n      files_", "name.reserve(200);\n    if (!name.starts_with('.'))\n      files_"),
    Planted("table-as-wide-as-a-vectorizer-says", "runtime/Text/LearnedFeatures.cpp",
            "void LearnedFeatures::finish() {",
            "void LearnedFeatures::finish() {\n"
            "  if (columnCount > 0) std::vector<char>(std::size_t(columnCount), 1);"),
    Planted("stop-words-without-a-letter", VECTORIZER, "if (word.empty())", "if (false)"),
    Planted("tensors-of-a-checkpoint-kept", CHECKPOINT,
            "std::ranges::copy(tensor.as<float>(), elements.begin());",
            "std::ranges::copy(tensor.as<float>(), elements.begin());\n"
            "  static std::vector<std::vector<float>> kept;\n"
            "  kept.emplace_back(elements.begin(), elements.end());"),
    Planted("weights-kept-twice", "runtime/Program/Predictor.cpp",
            "isQuantized(parameter) || !isAligned(bytes)", "true"),
    Planted("memory-of-training-for-predictions", "runtime/Program/Workspace.cpp",
            "use == WorkspaceUse::Forward && (entry.flags & MLC_ENTRY_UPDATES)", "false"),
    Planted("buffer-for-each-thread", "runtime/Text/DocumentPipeline.cpp",
            "      task(thread);", "      static thread_local std::vector<char> own(1 << 20);\n      task(thread);"),
    Planted("columns-of-hashes-not-bounded", "runtime/Text/VectorizerSettings.h",
            "maxTfidfHashBits = 24;", "maxTfidfHashBits = 26;"),
    # Figures.
    Planted("tie-counts-for-nothing", "runtime/Metrics/Ranking.cpp",
            "(2 * lower + tied)", "(2 * lower)"),
    Planted("equal-scores-apart", "runtime/Metrics/Ranking.cpp",
            "if (i + 1 == rows.size() || rows[i + 1].score != rows[i].score)", ""),
    Planted("mean-recall-of-absent-classes", "runtime/Metrics/ClassCounts.cpp",
            "if (count.support > 0) {", "{"),
    Planted("threshold-not-reached-by-itself", "runtime/Metrics/Judged.cpp",
            "sigmoid(output / decision.temperature) >=", "sigmoid(output / decision.temperature) >"),
    Planted("temperature-not-in-the-loss", "runtime/Metrics/Judged.cpp",
            "return output / temperature - largest - std::log(sum);",
            "return output - largest - std::log(sum);"),
    Planted("brier-of-two-classes-not-halved", "runtime/Metrics/Calibration.cpp",
            "judged.columns == 2 ? square / 2 : square", "square"),
    Planted("min-delta-not-asked-for", "runtime/Train/EpochSelection.h",
            "value > best + minDelta", "value > best"),
    Planted("undefined-figure-is-best", "runtime/Train/BestWeights.cpp",
            "? !std::isnan(value)", "? true"),
    Planted("selection-not-of-the-run", "runtime/Commands/RunOrigin.cpp",
            '{"select_by", "--select-by", command_.selectBy, same},', ""),
    Planted("farthest-threshold", "runtime/Metrics/Threshold.cpp",
            "std::abs(point.score - 0.5) < std::abs(*best - 0.5)",
            "std::abs(point.score - 0.5) > std::abs(*best - 0.5)"),
    Planted("temperature-at-the-end-of-the-search", "runtime/Metrics/Temperature.cpp",
            "if (loss(end) <= least || loss(-end) <= least)", "if (false)"),
    Planted("calibrated-on-what-was-learned", "runtime/Commands/CalibrateCommand.cpp",
            "if (hasLearned(weights.metadata(), path))", "if (false)"),
    Planted("other-files-of-learned-rows-forgotten", "runtime/Commands/EarlierOptions.cpp",
            "entries[alsoLearned] = hashes;", ";"),
    Planted("decision-lost-by-learning-again", "runtime/Commands/EarlierOptions.cpp",
            "storeDecision(decisionOf(weights, outputs), entries);",
            "decisionOf(weights, outputs);"),
    Planted("epochs-before-numbered-anew", "runtime/Commands/RunPage.cpp",
            "return earlier_.empty() ? 0 : earlier_.back().epoch;", "return 0;"),
    Planted("threshold-not-used-by-predict", "runtime/Program/Prediction.cpp",
            "meaning.labels.push_back(isTold(outputs[column], column, decision));",
            "meaning.labels.push_back(outputs[column] > 0);"),
    Planted("threshold-of-the-first-label", "runtime/Metrics/Judged.h",
            "thresholds.empty() ? threshold : thresholds[column]",
            "thresholds.empty() ? threshold : thresholds[0]"),
    Planted("threshold-of-all-labels", "runtime/Metrics/Threshold.cpp",
            "column < (only ? *only + 1 : judged.columns)", "column < judged.columns"),
    Planted("thresholds-not-counted", "runtime/Program/StoredDecision.cpp",
            "std::ssize(numbers) != outputs ||", ""),
    Planted("share-of-other-rows", "runtime/Import/HoldOut.cpp", "row = rows[row];", "row += 0;"),
    Planted("bound-not-reached-by-itself", "runtime/Metrics/Measure.cpp",
            "if (precisionOf(point) >= bound)", "if (precisionOf(point) > bound)"),
    Planted("direction-of-figures-lost", "runtime/Metrics/Measure.cpp",
            "!rule->isHigherBetter", "rule->isHigherBetter"),
    Planted("checksum-not-masked", "runtime/Train/EventFile.cpp",
            "std::rotr(std::uint32_t(crc.checksum()), 15) + 0xa282ead8u", "crc.checksum()"),
    Planted("resumed-events-not-void", "runtime/Train/EventFile.cpp",
            "start.addText(7, session.bytes());", ""),
    Planted("dry-run-left-behind", "runtime/Commands/TrialRun.cpp",
            "std::filesystem::remove(path_, error);", ""),
    Planted("constant-answer-of-one-label", "runtime/Commands/TrialRun.cpp",
            "if (!(constant > 0))", "if (false)"),
    Planted("loss-that-stays-not-told", "runtime/Commands/TrialRun.cpp",
            "if (!observer.wantsEnd())", "if (false)"),
    Planted("deviation-of-all-folds", "runtime/Report/FoldFigures.cpp",
            "squares.value() / (count - 1)", "squares.value() / count"),
    Planted("lower-median", "runtime/Metrics/Regression.cpp",
            "if (numbers.size() % 2 == 1)", "if (true)"),
    # Serving strangers.
    Planted("field-twice-is-one", "runtime/Serve/HttpParser.cpp",
            "if (request_.hasField[at]) {", "if (false) {"),
    Planted("body-without-end", "runtime/Serve/HttpParser.cpp",
            "body_limit(bodyLimit);", "body_limit(std::uint64_t(1) << 40);"),
    Planted("other-transfer-encodings", "runtime/Serve/HttpParser.cpp",
            "if (request_.has(HttpField::TransferEncoding) &&\n        !boost",
            "if (false &&\n        !boost"),
    Planted("last-of-equal-keys", "runtime/Serve/StrictJson.cpp",
            "if (parser.handler().keys != countKeys(value))", "if (false)"),
    Planted("neighbour-of-a-number", "runtime/Serve/StrictJson.cpp",
            "number = nearest;", ";"),
    Planted("length-of-a-text-not-compared", "runtime/Serve/TensorData.cpp",
            "|| bytes.size() - sizeof(length) < length)", ")"),
    Planted("elements-beyond-the-shape", "runtime/Serve/TensorData.cpp",
            "    take(*text);\n    ++count;\n  });\n  if (count != tensor.elements)",
            "    take(*text);\n    ++count;\n  });\n  if (count > tensor.elements)"),
    Planted("bytes-behind-the-tensors", "runtime/Serve/InferRequest.cpp",
            "if (!binary.empty())", "if (false)"),
    Planted("shape-that-overflows", "runtime/Serve/InferRequest.cpp",
            "__builtin_mul_overflow(tensor.elements, *number, &tensor.elements))",
            "(tensor.elements *= *number, false))"),
    Planted("column-of-the-width", "runtime/Serve/Inference.cpp",
            "column >= model_->width())", "column > model_->width())"),
    Planted("any-width-taken", "runtime/Serve/Inference.cpp",
            "!mayHaveWidth(program, tensor.shape[1]))", "false)"),
    Planted("rows-without-end", "runtime/Serve/Inference.cpp", "if (rows > most)", "if (false)"),
    Planted("cells-of-another-length", "runtime/Serve/TableCells.cpp",
            "if (rowsOf(*tensors[place]) != rowsOf(*tensors[0]))", "if (false)"),
    Planted("null-is-a-zero", "runtime/Serve/TensorData.cpp",
            "if (element.is_null())\n    return;", "if (element.is_null())\n    return cell.push_back('0');"),
    Planted("bomb-unpacked", "runtime/Serve/Compression.cpp",
            "if (text.size() > limit)", "if (false)"),
    Planted("each-byte-begins-anew", "runtime/Serve/Connection.cpp",
            "end_ += count;", "end_ += count;\n  since_ = SteadyClock::now();"),
    Planted("connection-open-when-it-ends", "runtime/Serve/Connection.cpp",
            "if (worker_.isDraining_ || !request.keepAlive)", "if (!request.keepAlive)"),
    Planted("other-sites-may-post", "runtime/Serve/Routes.cpp",
            "origin.substr(host + 3) != request.field(HttpField::Host))", "false)"),
    Planted("workers-load-models", "runtime/Serve/Routes.cpp",
            "const Segments segments = segmentsOf(request.target);\n    return segments.size() > 2",
            "const Segments segments = {request.target};\n    return segments.size() > 2"),
    Planted("old-model-goes-on", "runtime/Serve/ServedModel.cpp",
            "generation_.fetch_add(1, std::memory_order_release);", ""),
    Planted("fault-ends-the-worker", "runtime/Serve/Worker.cpp",
            "// The handler's connection has ended with it.", "throw;"),
    Planted("signals-heard-once", "runtime/Serve/Server.cpp",
            "        awaitsSignal_ = false;\n", ""),
]  # fmt: skip


def suites_of(planted: Planted) -> list[str]:
    """Those first that are likely to catch it."""
    own = planted.file.split("/")[1].lower()
    return sorted(SUITES, key=lambda suite: suite != own)


def first_failure(tree: Path, planted: Planted) -> str | None:
    for suite in suites_of(planted):
        program = f"mlc-{suite}-tests"
        command = [tree / "build" / "bin" / program, "--gtest_brief=1", "--gtest_fail_fast"]
        try:
            result = planting.run(*command, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return f"{program}: does not end"
        if result.returncode != 0:
            return f"{program}: {planting.failed_test(result.stdout)}"
    return None


def main() -> int:
    parser = planting.parser_of(__doc__.splitlines()[0])
    suite = planting.Suite(
        planted=PLANTED,
        configure=["cmake", "--preset", "release", "-DMLC_BUILD_COMPILER=OFF"],
        targets=[f"mlc-{name}-tests" for name in SUITES],
        first_failure=first_failure,
    )
    return planting.main(parser, parser.parse_args(), suite)


if __name__ == "__main__":
    sys.exit(main())
