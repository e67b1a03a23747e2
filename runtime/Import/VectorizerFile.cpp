//===- VectorizerFile.cpp - The vectoriser inside a data set file ---------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Import/Vectorizer.h"

#include "Error.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fmt/core.h>
#include <limits>
#include <string_view>

using namespace mlc::runtime;
namespace json = boost::json;

static constexpr const char *kind = "libsvm";

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

std::string Vectorizer::json() const {
  json::object root = {
      {"kind", kind},
      {"value", spell(valueNames, settings_.value)},
      {"normalize", spell(normalizationNames, settings_.normalization)},
      {"labels", spell(labelNames, settings_.labels.kind)},
      {"input_features", inputFeatures_},
      {"documents", documents_}};
  if (settings_.labels.positiveFrom)
    root["positive_from"] = jsonNumber(*settings_.labels.positiveFrom);
  return json::serialize(root);
}

void Vectorizer::store(SafetensorsContents &contents) const {
  contents.metadata["vectorizer"] = json();
  auto add = [&](const char *name, ElementType type, const auto &elements) {
    if (!elements.empty())
      contents.tensors.push_back({name,
                                  type,
                                  {static_cast<std::int64_t>(elements.size())},
                                  std::as_bytes(std::span(elements))});
  };
  add("vectorizer.columns", ElementType::I32, columns_);
  add("vectorizer.df", ElementType::I32, documentFrequencies_);
  add("vocabulary", ElementType::U8, vocabulary_);
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

Vectorizer Vectorizer::load(const SafetensorsFile &file) {
  file.expectFormat("mlc.dataset");
  Loader loader(file);
  if (loader.text("kind") != kind)
    loader.fail(fmt::format("is of the kind {:?}, which LIBSVM text does not "
                            "have",
                            loader.text("kind")));
  Vectorizer result;
  VectorizerSettings &settings = result.settings_;
  settings.value = loader.choice("value", valueNames);
  settings.normalization = loader.choice("normalize", normalizationNames);
  settings.labels.kind = loader.choice("labels", labelNames);
  settings.labels.positiveFrom = loader.number("positive_from");
  result.inputFeatures_ = loader.whole("input_features", 1);
  result.documents_ = loader.whole("documents", 1);

  result.columns_ =
      loader.tensor("vectorizer.columns", result.inputFeatures_ - 1);
  if (std::ranges::adjacent_find(result.columns_,
                                 std::ranges::greater_equal{}) !=
      result.columns_.end())
    loader.fail("has columns that do not rise");
  result.features_ = result.columns_.empty()
                         ? result.inputFeatures_
                         : static_cast<std::int64_t>(result.columns_.size());
  result.documentFrequencies_ =
      loader.tensor("vectorizer.df", result.documents_);
  if (settings.value == ValueKind::TfIdf &&
      result.documentFrequencies_.size() !=
          static_cast<std::size_t>(result.features_))
    loader.fail("has not one document frequency for each feature");
  if (file.find("vocabulary")) {
    std::span<const char> words =
        file.get("vocabulary", ElementType::U8).as<char>();
    if (std::ranges::count(words, '\n') != result.features_)
      loader.fail("has not one word for each feature");
    result.vocabulary_.assign(words.begin(), words.end());
  }
  return result;
}
