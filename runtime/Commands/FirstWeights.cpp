//===- FirstWeights.cpp - What a training starts from ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands/FirstWeights.h"

#include "Commands/SharedOptions.h"
#include "Error.h"
#include "Import/EmbeddingsReader.h"
#include "Import/WordList.h"
#include "Program/Random.h"
#include "Program/Weights.h"
#include "Text/Vectorizer.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <optional>
#include <span>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mlc::runtime {

std::string readWeightNames(const std::string &text, WeightNames &names) {
  std::istringstream list(text);
  for (std::string entry; std::getline(list, entry, ',');) {
    const std::size_t sign = entry.find('=');
    if (sign == 0 || sign == std::string::npos)
      return fmt::format("expected PARAMETER=TENSOR, or PARAMETER= for one "
                         "that takes none, but got {:?}",
                         entry);
    const std::string name = entry.substr(0, sign);
    if (!names.tensors.emplace(name, entry.substr(sign + 1)).second)
      return fmt::format("expected each parameter once, but {:?} is there "
                         "twice",
                         name);
  }
  return names.tensors.empty() ? "expected PARAMETER=TENSOR, but got nothing"
                               : "";
}

void addFirstWeightsOptions(CLI::App &command, FirstWeights &first) {
  CLI::Option *init =
      addFile(command, "--init", first.init, "weights to start from");
  command
      .add_option_function<std::string>(
          "--init-map",
          [&first](const std::string &text) {
            first.map = text;
            readWeightNames(text, first.names);
          },
          "which tensors of --init parameters of other names are, NAME=TENSOR, "
          "separated by commas; NAME= keeps its random values")
      ->check([](const std::string &text) {
        WeightNames ignored;
        return readWeightNames(text, ignored);
      })
      ->needs(init)
      ->type_name("NAMES");
  command
      .add_option_function<std::string>(
          "--init-missing",
          [&first](const std::string &text) {
            first.names.mayMiss = text == "random";
          },
          "what becomes of parameters that --init has no tensor for: error "
          "(default), or random, which also leaves out tensors that are no "
          "parameter's")
      ->check(CLI::IsMember({"error", "random"}))
      ->needs(init)
      ->type_name("WHAT");
  CLI::Option *vectors =
      addFile(command, "--vectors", first.vectors,
              "word vectors, as GloVe or word2vec write them, to start from");
  CLI::Option *into =
      command
          .add_option("--into", first.into,
                      "the parameter whose rows they are, [words, dimensions]")
          ->needs(vectors)
          ->type_name("NAME");
  vectors->needs(into);
}

/// The number of the parameter that has a row for each of `words` words and a
/// column for each of the vectors' dimensions.
static std::int64_t parameterFor(const MlcProgram &program,
                                 const FirstWeights &first, std::int64_t words,
                                 std::int64_t dimensions) {
  for (std::int64_t i = 0; i < program.parameter_count; ++i) {
    const MlcParameter &parameter = program.parameters[i];
    if (first.into != parameter.name)
      continue;
    const std::vector<std::int64_t> expected = {words, dimensions};
    if (const auto sizes = sizesOf(parameter.shape); sizes != expected)
      throw InputError(
          fmt::format("--into {}: expected shape {}, for the words of the data "
                      "set and the numbers of each vector of {}, but the "
                      "parameter has {}; change the model",
                      first.into, expected, first.vectors, sizes));
    return i;
  }
  throw InputError(fmt::format("--into: expected a parameter of program '{}', "
                               "but got {:?}; info lists them",
                               program.name, first.into));
}

/// Returns for how many of how many rows there was a vector, and which entries
/// of the file are no row's of any vocabulary.
static std::string setVectors(const MlcProgram &program,
                              const TrainCommand &command,
                              const SafetensorsFile &data, Model &model) {
  const FirstWeights &first = command.first;
  std::vector<std::string> words;
  std::optional<Vectorizer> vectorizer;
  if (data.metadata().contains("vectorizer")) {
    vectorizer.emplace(Vectorizer::load(data));
    std::istringstream vocabulary(vectorizer->vocabulary());
    for (std::string word; std::getline(vocabulary, word);)
      words.push_back(word);
  }
  if (words.empty())
    throw InputError(fmt::format("{}: expected a data set of texts with a "
                                 "vocabulary, whose words the vectors of "
                                 "--vectors are of; give texts to mlc data",
                                 data.path()));
  Embeddings vectors = readEmbeddings(first.vectors);
  const Unmatched unmatched =
      meetTokens(vectors.words, vectorizer->settings().text.tokenizer, 1, 1,
                 /*mayRepeat=*/true);
  const std::int64_t number =
      parameterFor(program, first, std::ssize(words), vectors.dimensions);
  const std::span<float> rows = model.parameter(number);
  if (first.init.empty()) {
    MlcParameter uniform = program.parameters[number];
    uniform.initializer = MLC_INIT_UNIFORM;
    uniform.value = 1 / double(vectors.dimensions);
    initializeParameter(uniform, std::uint32_t(number), command.trainer.seed,
                        rows);
  }
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t at = 0; at < vectors.words.size(); ++at)
    places.emplace(vectors.words[at], at); // Of equal ones the first.
  const auto size = std::size_t(vectors.dimensions);
  std::size_t found = 0;
  for (std::size_t row = 0; row < words.size(); ++row)
    if (const auto place = places.find(words[row]); place != places.end()) {
      ++found;
      std::ranges::copy(
          std::span(vectors.vectors).subspan(place->second * size, size),
          rows.begin() + std::ptrdiff_t(row * size));
    }
  std::string text =
      fmt::format("{}: vectors for {} of the {} rows of {}", first.vectors,
                  found, words.size(), first.into);
  if (unmatched.count > 0)
    text +=
        fmt::format("; {} of its {} entries can never be a token of a text: {}",
                    unmatched.count, vectors.words.size(), unmatched.examples);
  return text;
}

/// Returns what of the file and the model did not meet.
static std::string setInit(const MlcProgram &program,
                           const TrainCommand &command,
                           const SafetensorsFile &data,
                           const SafetensorsFile &init, Model &model) {
  expectSameVectorizer(data, init);
  const UnmetWeights unmet =
      loadWeights(init, program, model, command.first.names);
  std::string text;
  if (!unmet.parameters.empty())
    text = fmt::format("{}: {} of {} parameters keep{} random values: {}",
                       init.path(), unmet.parameters.size(),
                       program.parameter_count,
                       unmet.parameters.size() == 1 ? "s its" : " their",
                       fmt::join(unmet.parameters, ", "));
  if (!unmet.tensors.empty())
    text +=
        fmt::format("{} not used: {}", text.empty() ? init.path() + ":" : ";",
                    fmt::join(unmet.tensors, ", "));
  return text;
}

std::vector<std::string> setFirstWeights(const MlcProgram &program,
                                         const TrainCommand &command,
                                         const SafetensorsFile &data,
                                         const SafetensorsFile *init,
                                         Model &model) {
  std::vector<std::string> notes;
  model.initialize(command.trainer.seed);
  if (init)
    if (std::string note = setInit(program, command, data, *init, model);
        !note.empty())
      notes.push_back(std::move(note));
  if (!command.first.vectors.empty())
    notes.push_back(setVectors(program, command, data, model));
  return notes;
}

std::vector<std::string> setFirstWeights(const MlcProgram &program,
                                         const TrainCommand &command,
                                         const SafetensorsFile &data,
                                         Model &model) {
  std::optional<SafetensorsFile> init;
  if (!command.first.init.empty())
    init.emplace(command.first.init);
  return setFirstWeights(program, command, data, init ? &*init : nullptr,
                         model);
}

} // namespace mlc::runtime
