//===- RunRecord.cpp - Where weights come from, as a record ---------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/RunRecord.h"

#include "Error.h"
#include "System/MappedFile.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <limits>

namespace mlc::runtime {

namespace json = boost::json;

namespace {

constexpr const char *statementVersion = "https://in-toto.io/Statement/v1";
constexpr const char *predicateType = "https://slsa.dev/provenance/v1";
/// What kinds of build there are, by WeightsMaker. Records.md describes them.
constexpr const char *buildTypes[] = {"mlc:train/v1", "mlc:calibrate/v1",
                                      "mlc:compress/v1"};

/// Who built weights of this kind.
const char *builderOf(WeightsMaker maker) {
  return maker == WeightsMaker::Compression ? "mlc" : "mlc:program";
}

json::object descriptor(const RecordedFile &file) {
  return {{"name", file.role},
          {"uri", "file:" + file.name},
          {"digest", {{"sha256", file.sha256}}}};
}

json::object objectOf(const std::map<std::string, std::string> &entries) {
  json::object object;
  for (const auto &[name, value] : entries)
    if (!value.empty())
      object[name] = value;
  return object;
}

/// Something that was made beside the weights and is no file.
json::object byproduct(const char *name, json::object values) {
  return {{"name", name},
          {"uri", std::string("mlc:") + name},
          {"annotations", std::move(values)}};
}

json::object costOf(const RunCost &cost) {
  json::object object{{"seconds", cost.seconds}};
  if (cost.multiplications)
    object["multiplications"] = *cost.multiplications;
  if (cost.joules)
    object["joules"] = *cost.joules;
  return object;
}

/// Compact: each of `bins` is [feature, edges, counts].
json::object jsonOfDistribution(const Distribution &distribution) {
  json::array list;
  for (const FeatureBins &bins : distribution.bins)
    list.push_back(json::array{
        bins.feature, json::array(bins.edges.begin(), bins.edges.end()),
        json::array(bins.counts.begin(), bins.counts.end())});
  return {{"rows", distribution.rows}, {"bins", std::move(list)}};
}

/// Reads a statement, and says what is wrong with it.
class StatementReader {
public:
  StatementReader(const std::string &path, std::string_view text)
      : path_(path), text_(text) {}

  [[noreturn]] void fail(const std::string &what) const {
    throw InputError(fmt::format("{}: its statement {}; give a record that "
                                 "train, calibrate or mlc compress wrote",
                                 path_, what));
  }

  json::value parse() const {
    json::error_code error;
    json::value value = json::parse(text_, error);
    if (error)
      fail(fmt::format("is no JSON: {}", error.message()));
    return value;
  }

  /// The value at a JSON pointer.
  const json::value &at(const json::value &value, const char *pointer) const {
    json::error_code error;
    const json::value *found = value.find_pointer(pointer, error);
    if (!found)
      fail(fmt::format("has no {}", pointer));
    return *found;
  }

  std::string text(const json::value &value, const char *pointer) const {
    const json::value &found = at(value, pointer);
    if (!found.is_string())
      fail(fmt::format("has no text at {}", pointer));
    return std::string(found.get_string());
  }

  void expect(const json::value &value, const char *pointer,
              const char *expected) const {
    if (text(value, pointer) != expected)
      fail(fmt::format("has not {:?} at {}", expected, pointer));
  }

  WeightsMaker maker(const json::value &value) const {
    const char *pointer = "/predicate/buildDefinition/buildType";
    const auto found = std::ranges::find(buildTypes, text(value, pointer));
    if (found == std::end(buildTypes))
      fail(fmt::format("has none of {} at {}", fmt::join(buildTypes, ", "),
                       pointer));
    return WeightsMaker(found - std::begin(buildTypes));
  }

  std::int64_t whole(const json::value &value, const char *pointer) const {
    const json::value &found = at(value, pointer);
    if (!found.is_int64() || found.get_int64() < 0)
      fail(fmt::format("has no whole number at {}", pointer));
    return found.get_int64();
  }

  const json::array &array(const json::value &value,
                           const char *pointer) const {
    const json::value &found = at(value, pointer);
    if (!found.is_array())
      fail(fmt::format("has no list at {}", pointer));
    return found.get_array();
  }

  const json::object &object(const json::value &value,
                             const char *pointer) const {
    const json::value &found = at(value, pointer);
    if (!found.is_object())
      fail(fmt::format("has no object at {}", pointer));
    return found.get_object();
  }

  std::map<std::string, std::string> entries(const json::value &value,
                                             const char *pointer) const {
    std::map<std::string, std::string> entries;
    for (const auto &[name, entry] : object(value, pointer)) {
      if (!entry.is_string())
        fail(fmt::format("has no text at {}/{}", pointer,
                         std::string_view(name)));
      entries[name] = std::string(entry.get_string());
    }
    return entries;
  }

  /// Numbers by their names.
  std::vector<Figure> numbers(const json::value &value) const {
    std::vector<Figure> numbers;
    for (const auto &[name, number] : object(value, "")) {
      if (!number.is_number())
        fail("has a figure that is no number");
      numbers.push_back({std::string(name), number.to_number<double>()});
    }
    return numbers;
  }

  /// What jsonOfDistribution writes.
  Distribution distribution(const json::value &value) const {
    Distribution distribution{.rows = whole(value, "/rows"), .bins = {}};
    for (const json::value &entry : array(value, "/bins")) {
      FeatureBins bins{
          .feature = whole(entry, "/0"), .edges = {}, .counts = {}};
      for (const json::value &edge : array(entry, "/1")) {
        if (!edge.is_number() || !(std::abs(edge.to_number<double>()) <=
                                   std::numeric_limits<float>::max()))
          fail("has a distribution with an edge that is no number");
        bins.edges.push_back(float(edge.to_number<double>()));
      }
      for (const json::value &count : array(entry, "/2")) {
        if (!count.is_int64() || count.get_int64() < 0)
          fail("has a distribution with a count that is no whole number");
        bins.counts.push_back(count.get_int64());
      }
      // Features rise, so that a column's features follow one another.
      if (bins.edges.empty() || bins.counts.size() != bins.edges.size() + 1 ||
          !std::ranges::is_sorted(bins.edges) ||
          (!distribution.bins.empty() &&
           distribution.bins.back().feature >= bins.feature))
        fail("has a distribution of another form");
      distribution.bins.push_back(std::move(bins));
    }
    return distribution;
  }

private:
  const std::string &path_;
  std::string_view text_;
};

} // namespace

std::vector<const RecordedFile *>
RunRecord::sourcesOf(std::string_view role) const {
  std::vector<const RecordedFile *> files;
  for (const RecordedFile &file : sources)
    if (file.role == role)
      files.push_back(&file);
  return files;
}

const RecordedFile *RunRecord::source(std::string_view role) const {
  const auto found = std::ranges::find(sources, role, &RecordedFile::role);
  return found == sources.end() ? nullptr : &*found;
}

std::string RunRecord::option(const std::string &name) const {
  const auto found = options.find(name);
  return found == options.end() ? "" : found->second;
}

std::string RunRecord::statement() const {
  json::array dependencies;
  for (const RecordedFile &file : sources)
    dependencies.push_back(descriptor(file));
  json::object values;
  for (const Figure &figure : figures)
    if (std::isfinite(figure.value))
      values[figure.name] = figure.value;
  json::object definition{
      {"buildType", buildTypes[int(maker)]},
      {"externalParameters", objectOf(options)},
      {"internalParameters",
       {{"steps", steps}, {"environment", objectOf(environment)}}},
      {"resolvedDependencies", std::move(dependencies)}};
  json::object details{
      {"builder", {{"id", builderOf(maker)}}},
      {"metadata", {{"startedOn", started}, {"finishedOn", finished}}},
      {"byproducts", json::array{byproduct("figures", std::move(values)),
                                 byproduct("cost", costOf(cost)),
                                 byproduct("distribution",
                                           jsonOfDistribution(distribution))}}};
  return json::serialize(json::object{
      {"_type", statementVersion},
      {"subject",
       json::array{json::object{{"name", weights.name},
                                {"digest", {{"sha256", weights.sha256}}}}}},
      {"predicateType", predicateType},
      {"predicate",
       {{"buildDefinition", std::move(definition)},
        {"runDetails", std::move(details)}}}});
}

RunRecord RunRecord::parse(const std::string &path, std::string_view text) {
  const StatementReader read(path, text);
  const json::value value = read.parse();
  read.expect(value, "/_type", statementVersion);
  read.expect(value, "/predicateType", predicateType);
  RunRecord record;
  record.maker = read.maker(value);
  if (read.array(value, "/subject").size() != 1)
    read.fail("has not one subject");
  record.weights = {"weights", read.text(value, "/subject/0/name"),
                    read.text(value, "/subject/0/digest/sha256")};
  const json::value &definition = read.at(value, "/predicate/buildDefinition");
  for (const json::value &entry :
       read.array(definition, "/resolvedDependencies")) {
    std::string name = read.text(entry, "/uri");
    if (name.starts_with("file:"))
      name.erase(0, 5);
    record.sources.push_back({read.text(entry, "/name"), std::move(name),
                              read.text(entry, "/digest/sha256")});
  }
  record.options = read.entries(definition, "/externalParameters");
  record.steps = read.whole(definition, "/internalParameters/steps");
  record.environment =
      read.entries(definition, "/internalParameters/environment");
  const json::value &details = read.at(value, "/predicate/runDetails");
  record.started = read.text(details, "/metadata/startedOn");
  record.finished = read.text(details, "/metadata/finishedOn");
  record.figures = read.numbers(read.at(details, "/byproducts/0/annotations"));
  for (const Figure &figure :
       read.numbers(read.at(details, "/byproducts/1/annotations"))) {
    if (figure.name == "seconds")
      record.cost.seconds = figure.value;
    else if (figure.name == "multiplications")
      record.cost.multiplications = figure.value;
    else if (figure.name == "joules")
      record.cost.joules = figure.value;
  }
  record.distribution =
      read.distribution(read.at(details, "/byproducts/2/annotations"));
  return record;
}

std::string recordPath(const std::string &weights) {
  return weights + ".run.json";
}

OpenedRecord::OpenedRecord(const std::string &path)
    : envelope(Envelope::parse(path, MappedFile(path).text())) {
  if (envelope.payloadType != statementType)
    throw InputError(fmt::format("{}: expected a statement of in-toto, but got "
                                 "{:?}; give a record that train wrote",
                                 path, envelope.payloadType));
  record = RunRecord::parse(path, envelope.payload);
}

std::string timeText() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

} // namespace mlc::runtime
