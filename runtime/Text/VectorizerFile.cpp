//===- VectorizerFile.cpp - The vectoriser inside a data set file ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text/Vectorizer.h"

#include "Data/ClassNames.h"
#include "Error.h"
#include "Text/LearnedFeatures.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <string_view>

using namespace mlc::runtime;
namespace json = boost::json;

static constexpr const char *libsvmKind = "libsvm", *textKind = "text";

template <typename Names, typename Kind>
static const char *spell(const Names &names, Kind kind) {
  return std::ranges::find(names, kind, [](auto &name) { return name.second; })
      ->first;
}

/// Whole numbers are written as people write them: 7, not 7E0.
static json::value jsonNumber(double number) {
  constexpr double exact = 1LL << 53;
  if (number == std::floor(number) && std::abs(number) <= exact)
    return static_cast<std::int64_t>(number);
  return number;
}

static json::object describe(const LearnedFeatures &learned) {
  const VectorizerSettings &settings = learned.settings;
  json::object root = {
      {"kind", learned.isText ? textKind : libsvmKind},
      {"value", spell(valueNames, settings.value)},
      {"normalize", spell(normalizationNames, settings.normalization)},
      {"labels", spell(labelNames, settings.labels.kind)}};
  if (settings.labels.hasColumns())
    root["label_columns"] =
        settings.labels.form == LabelForm::Several ? "classes" : "given";
  if (!settings.labels.separator.empty())
    root["label_separator"] = settings.labels.separator;
  if (!learned.isText)
    root["input_features"] = learned.inputFeatures;
  root["documents"] = learned.documents;
  if (settings.labels.positiveFrom)
    root["positive_from"] = jsonNumber(*settings.labels.positiveFrom);
  if (settings.labels.kind == LabelKind::Stars) {
    json::array &scores = root["scores"].emplace_array();
    for (double score : settings.labels.scores)
      scores.push_back(jsonNumber(score));
  }
  if (!learned.isText)
    return root;
  if (!settings.textColumn.empty())
    root["text_column"] = settings.textColumn;
  if (!settings.labelColumn.empty())
    root["label_column"] = settings.labelColumn;
  const TextSettings &text = settings.text;
  root["tokenizer"] = spell(tokenizerNames, text.tokenizer.kind);
  if (text.tokenizer.version != oldTokenizer)
    root["tokenizer_version"] = text.tokenizer.version;
  if (text.tokenizer.minLength)
    root["min_length"] = *text.tokenizer.minLength;
  root["ngrams"] = {text.ngramLeast, text.ngramMost};
  if (text.characters)
    root["characters"] = true;
  if (text.hashBits) {
    root["hash_bits"] = *text.hashBits;
    root["signed_hash"] = text.signedHash;
  }
  if (learned.dimensions > 0)
    root["dimensions"] = learned.dimensions;
  return root;
}

void Vectorizer::store(SafetensorsContents &contents) const {
  const LearnedFeatures &learned = *learned_;
  contents.metadata["vectorizer"] = json::serialize(describe(learned));
  if (!learned.settings.labels.names.empty())
    contents.metadata["class_names"] =
        classNamesEntry(learned.settings.labels.names);
  auto add = [&](const char *name, ElementType type, const auto &elements) {
    if (!elements.empty())
      contents.tensors.push_back({name,
                                  type,
                                  {static_cast<std::int64_t>(elements.size())},
                                  std::as_bytes(std::span(elements))});
  };
  add("vectorizer.columns", ElementType::I32, learned.columns);
  add("vectorizer.df", ElementType::I32, learned.documentFrequencies);
  if (!learned.vectors.empty())
    contents.tensors.push_back({"vectorizer.embeddings",
                                ElementType::F32,
                                {learned.columnCount, learned.dimensions},
                                std::as_bytes(std::span(learned.vectors))});
  add("vectorizer.stop_words", ElementType::U8, learned.stopWords);
  add("vectorizer.tokenizer", ElementType::U8,
      learned.settings.text.tokenizer.vocabulary);
  add("vocabulary", ElementType::U8, learned.vocabulary);
}

namespace {
/// Reads the fields of the JSON; whatever is not as written is a damaged file.
class Loader {
public:
  explicit Loader(const SafetensorsFile &file) : file_(file) {
    auto found = file.metadata().find("vectorizer");
    if (found == file.metadata().end())
      throw InputError(fmt::format("{}: holds no vectoriser; give a training "
                                   "set that `mlc data` made",
                                   file.path()));
    json::error_code error;
    json::value value = json::parse(found->second, error);
    if (error || !value.is_object())
      fail("is not a JSON object");
    root_ = std::move(value.get_object());
  }

  [[noreturn]] void fail(const std::string &what) const {
    throw InputError(fmt::format("{}: its vectoriser {}; make the training "
                                 "set again with `mlc data`",
                                 file_.path(), what));
  }

  std::string_view text(const char *key) const {
    const json::value *value = root_.if_contains(key);
    if (!value || !value->is_string())
      fail(fmt::format("has no text {:?}", key));
    return {value->get_string().data(), value->get_string().size()};
  }

  template <typename Names>
  auto choice(const char *key, const Names &names) {
    auto found = std::ranges::find(names, text(key), [](auto &name) {
      return std::string_view(name.first);
    });
    if (found == std::end(names))
      fail(fmt::format("has the unknown {:?} {:?}", key, text(key)));
    return found->second;
  }

  std::int64_t whole(const char *key, std::int64_t least) const {
    const json::value *value = root_.if_contains(key);
    if (!value || !value->is_int64() || value->get_int64() < least ||
        value->get_int64() > std::numeric_limits<std::int32_t>::max())
      fail(fmt::format("has no whole number {:?} from {} to 2^31 - 1", key,
                       least));
    return value->get_int64();
  }

  std::vector<std::string> classNames() const { return classNamesOf(file_); }

  bool has(const char *key) const { return root_.contains(key); }

  bool flag(const char *key) const {
    const json::value *value = root_.if_contains(key);
    if (value && !value->is_bool())
      fail(fmt::format("has a {:?} that is neither true nor false", key));
    return value && value->get_bool();
  }

  /// A list of two whole numbers.
  std::pair<int, int> range(const char *key, std::int64_t most) const {
    const json::value *value = root_.if_contains(key);
    std::int64_t ends[2] = {};
    bool isRange = value && value->is_array() && value->get_array().size() == 2;
    for (std::size_t at = 0; at < 2 && isRange; ++at) {
      const json::value &end = value->get_array()[at];
      isRange = end.is_int64();
      ends[at] = isRange ? end.get_int64() : 0;
    }
    if (!isRange || ends[0] < 1 || ends[1] < ends[0] || ends[1] > most)
      fail(fmt::format("has no rising range {:?} within 1 to {}", key, most));
    return {static_cast<int>(ends[0]), static_cast<int>(ends[1])};
  }

  /// Lines of text, each with its LF; none where the tensor is absent.
  std::string lines(const char *name) const {
    if (!file_.find(name))
      return {};
    std::span<const char> bytes = file_.get(name, ElementType::U8).as<char>();
    if (!bytes.empty() && bytes.back() != '\n')
      fail(fmt::format("has a last line without an end in {:?}", name));
    return {bytes.begin(), bytes.end()};
  }

  /// A rising list of numbers.
  std::vector<double> rising(const char *key) const {
    const json::value *value = root_.if_contains(key);
    std::vector<double> list;
    if (value && value->is_array())
      for (const json::value &entry : value->get_array())
        list.push_back(entry.is_number() ? entry.to_number<double>() : NAN);
    const auto isFinite = [](double entry) { return std::isfinite(entry); };
    const auto isNoStep = [](double left, double right) {
      return left >= right;
    };
    if (list.empty() || !std::ranges::all_of(list, isFinite) ||
        std::ranges::adjacent_find(list, isNoStep) != list.end())
      fail(fmt::format("has no rising list of numbers {:?}", key));
    return list;
  }

  std::optional<double> number(const char *key) const {
    const json::value *value = root_.if_contains(key);
    if (!value)
      return std::nullopt;
    if (!value->is_number() || !std::isfinite(value->to_number<double>()))
      fail(fmt::format("has a {:?} that is not a number", key));
    return value->to_number<double>();
  }

  /// A tensor of whole numbers from 0 to `most`; none where it is absent.
  std::vector<std::int32_t> tensor(const char *name, std::int64_t most) const {
    if (!file_.find(name))
      return {};
    std::span<const std::int32_t> elements =
        file_.get(name, ElementType::I32).as<std::int32_t>();
    for (std::int32_t element : elements)
      if (element < 0 || element > most)
        fail(fmt::format("has {} in {:?}, where 0 to {} can be", element, name,
                         most));
    return {elements.begin(), elements.end()};
  }

private:
  const SafetensorsFile &file_;
  json::object root_;
};
} // namespace

/// What the words of labels stand for; a file of before they could be words has
/// none of it.
static void loadNames(Loader &loader, LabelRule &rule) {
  rule.isKindGiven = true;
  rule.names = loader.classNames();
  rule.form = rule.names.empty() ? LabelForm::Numbers : LabelForm::Words;
  if (loader.has("label_columns")) {
    const std::string_view columns = loader.text("label_columns");
    if (columns != "classes" && columns != "given")
      loader.fail("has unknown \"label_columns\"");
    rule.form = columns == "given" ? LabelForm::Columns : LabelForm::Several;
  }
  if (loader.has("label_separator"))
    rule.separator = loader.text("label_separator");
  const bool isCounted =
      rule.kind == LabelKind::Binary || rule.kind == LabelKind::Classes;
  bool fits = true;
  switch (rule.form) {
  case LabelForm::Words:
    fits = isCounted && !rule.positiveFrom &&
           (rule.kind == LabelKind::Classes || rule.names.size() == 2);
    break;
  case LabelForm::Several:
    fits = rule.kind == LabelKind::Binary && !rule.names.empty();
    break;
  case LabelForm::Columns:
    fits = !rule.hasClasses() && !rule.names.empty();
    break;
  case LabelForm::Guess:
  case LabelForm::Numbers:
    break;
  }
  if (!fits)
    loader.fail("has names of classes that do not go with its labels");
}

static void loadCommon(Loader &loader, LearnedFeatures &learned) {
  VectorizerSettings &settings = learned.settings;
  settings.value = loader.choice("value", valueNames);
  settings.normalization = loader.choice("normalize", normalizationNames);
  settings.labels.kind = loader.choice("labels", labelNames);
  settings.labels.positiveFrom = loader.number("positive_from");
  if (settings.labels.kind == LabelKind::Stars)
    settings.labels.scores = loader.rising("scores");
  loadNames(loader, settings.labels);
  learned.documents = loader.whole("documents", 1);
  learned.vocabulary = loader.lines("vocabulary");
  learned.documentFrequencies =
      loader.tensor("vectorizer.df", learned.documents);
}

static void loadLibsvm(const Loader &loader, LearnedFeatures &learned) {
  learned.inputFeatures = loader.whole("input_features", 1);
  learned.columns =
      loader.tensor("vectorizer.columns", learned.inputFeatures - 1);
  if (std::ranges::adjacent_find(learned.columns,
                                 std::ranges::greater_equal{}) !=
      learned.columns.end())
    loader.fail("has columns that do not rise");
  learned.columnCount = learned.columns.empty()
                            ? learned.inputFeatures
                            : static_cast<std::int64_t>(learned.columns.size());
}

static void loadText(const SafetensorsFile &file, Loader &loader,
                     LearnedFeatures &learned) {
  learned.isText = true;
  if (loader.has("text_column"))
    learned.settings.textColumn = loader.text("text_column");
  if (loader.has("label_column"))
    learned.settings.labelColumn = loader.text("label_column");
  TextSettings &text = learned.settings.text;
  text.tokenizer.kind = loader.choice("tokenizer", tokenizerNames);
  text.tokenizer.version = oldTokenizer;
  if (loader.has("tokenizer_version")) {
    const std::int64_t version =
        loader.whole("tokenizer_version", oldTokenizer);
    if (version > currentTokenizer)
      loader.fail("has a tokenizer of a version that this program does not "
                  "know");
    text.tokenizer.version = static_cast<int>(version);
  }
  if (loader.has("min_length"))
    text.tokenizer.minLength = loader.whole("min_length", 1);
  text.tokenizer.vocabulary = loader.lines("vectorizer.tokenizer");
  text.characters = loader.flag("characters");
  std::tie(text.ngramLeast, text.ngramMost) =
      loader.range("ngrams", text.characters ? maxCharacterNgram : maxNgram);
  learned.stopWords = loader.lines("vectorizer.stop_words");
  text.stopWords.reserve(
      static_cast<std::size_t>(std::ranges::count(learned.stopWords, '\n')));
  forEachLine(learned.stopWords, [&](std::string_view word) {
    // A string for each byte of a file of empty lines is a lot of memory.
    if (word.empty())
      loader.fail("has a stop word without a letter");
    text.stopWords.emplace_back(word);
  });
  if (loader.has("hash_bits")) {
    const std::int64_t bits = loader.whole("hash_bits", 1);
    if (bits > maxHashBits)
      loader.fail(fmt::format("has more than {} \"hash_bits\"", maxHashBits));
    text.hashBits = static_cast<int>(bits);
    text.signedHash = loader.flag("signed_hash");
    learned.columnCount = std::int64_t{1} << bits;
    return;
  }
  learned.columnCount = std::ranges::count(learned.vocabulary, '\n');
  if (learned.columnCount == 0)
    loader.fail("has no vocabulary");
  if (!loader.has("dimensions"))
    return;
  learned.dimensions = loader.whole("dimensions", 1);
  const TensorView &vectors =
      file.get("vectorizer.embeddings", ElementType::F32);
  if (vectors.shape !=
      std::vector<std::int64_t>{learned.columnCount, learned.dimensions})
    loader.fail("has not one vector for each word");
  const std::span<const float> elements = vectors.as<float>();
  if (!std::ranges::all_of(elements,
                           [](float value) { return std::isfinite(value); }))
    loader.fail("has a vector that is not finite");
  learned.vectors.assign(elements.begin(), elements.end());
}

Vectorizer Vectorizer::load(const SafetensorsFile &file) {
  auto format = file.metadata().find("format");
  const bool isWeights =
      format != file.metadata().end() && format->second == "mlc.weights";
  file.expectFormat(isWeights ? "mlc.weights" : "mlc.dataset");
  Loader loader(file);
  Vectorizer result;
  LearnedFeatures &learned = *result.learned_;
  const std::string_view kind = loader.text("kind");
  if (kind == libsvmKind || kind == textKind)
    loadCommon(loader, learned);
  if (kind == libsvmKind)
    loadLibsvm(loader, learned);
  else if (kind == textKind)
    loadText(file, loader, learned);
  else
    loader.fail(fmt::format("is of the kind {:?}, which this program does not "
                            "know",
                            kind));
  if (learned.settings.value == ValueKind::TfIdf &&
      learned.documentFrequencies.size() !=
          static_cast<std::size_t>(learned.columnCount))
    loader.fail("has not one document frequency for each feature");
  if (!learned.vocabulary.empty() &&
      std::ranges::count(learned.vocabulary, '\n') != learned.columnCount)
    loader.fail("has not one word for each feature");
  learned.finish();
  return result;
}
