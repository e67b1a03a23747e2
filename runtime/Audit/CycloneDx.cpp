//===- CycloneDx.cpp - A model as a bill of materials ---------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit/ModelCard.h"

#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>

namespace mlc::runtime {

namespace json = boost::json;

static json::array sha256List(const std::string &sha256) {
  return json::array{json::object{{"alg", "SHA-256"}, {"content", sha256}}};
}

static json::object property(const char *name, std::string value) {
  return {{"name", fmt::format("mlc:{}", name)}, {"value", std::move(value)}};
}

/// A data set, which the model refers to by its role.
static json::object dataComponent(const std::string &role,
                                  const std::string &name,
                                  const std::string &sha256,
                                  const std::string &description) {
  json::object component{
      {"type", "data"},
      {"bom-ref", role},
      {"name", name},
      {"description", description},
      {"data", json::array{json::object{{"type", "dataset"}, {"name", name}}}}};
  if (!sha256.empty())
    component["hashes"] = sha256List(sha256);
  return component;
}

static json::array performanceOf(const CardTest &test) {
  json::array list;
  for (const CardSlice &slice : test.slices)
    for (const Figure &figure : slice.figures)
      if (std::isfinite(figure.value))
        list.push_back(json::object{{"type", figure.name},
                                    {"value", cardNumber(figure.value)},
                                    {"slice", slice.name}});
  return list;
}

static json::object considerationsOf(const ModelCard &card) {
  return {
      {"useCases", json::array{json::string(card.notes.of("intended_use"))}},
      {"technicalLimitations",
       json::array{json::string(card.notes.of("caveats")),
                   json::string(fmt::format("Not for: {}",
                                            card.notes.of("out_of_scope")))}},
      {"ethicalConsiderations",
       json::array{json::object{{"name", card.notes.of("ethics")}}}}};
}

/// What the record says and the standard has no field for.
static json::array propertiesOf(const ModelCard &card) {
  json::array list = {property("parameters", std::to_string(card.parameters)),
                      property("target", card.target)};
  const RunRecord *record = card.record ? &*card.record : nullptr;
  const auto add = [&](const char *name, std::string value) {
    list.push_back(property(name, std::move(value)));
  };
  add("steps", record ? std::to_string(record->steps) : notStated);
  add("training seconds",
      record ? cardNumber(record->cost.seconds) : notStated);
  add("training multiplications",
      record && record->cost.multiplications
          ? cardNumber(*record->cost.multiplications)
          : notStated);
  add("training joules", record && record->cost.joules
                             ? cardNumber(*record->cost.joules)
                             : notStated);
  if (record)
    for (const auto &[name, value] : record->options)
      add(fmt::format("option {}", name).c_str(), value);
  return list;
}

/// What stands for a file of the training data.
static std::string trainingRef(std::size_t part) {
  return part == 0 ? "training data"
                   : fmt::format("training data, part {}", part + 1);
}

static json::object modelComponent(const ModelCard &card) {
  json::object parameters{
      {"approach", {{"type", "supervised"}}},
      {"task", card.task},
      {"modelArchitecture", card.architecture},
      {"inputs", json::array{json::object{{"format", card.input}}}},
      {"outputs", json::array{json::object{{"format", card.output}}}}};
  json::array datasets;
  if (card.record)
    for (std::size_t part = 0; part < card.record->sourcesOf("data").size();
         ++part)
      datasets.push_back(json::object{{"ref", trainingRef(part)}});
  if (card.test)
    datasets.push_back(json::object{{"ref", "test data"}});
  if (!datasets.empty())
    parameters["datasets"] = std::move(datasets);
  json::object model{{"modelParameters", std::move(parameters)},
                     {"considerations", considerationsOf(card)}};
  if (card.test)
    model["quantitativeAnalysis"] = {
        {"performanceMetrics", performanceOf(*card.test)}};
  json::object component{{"type", "machine-learning-model"},
                         {"bom-ref", "model"},
                         {"name", card.name},
                         {"description", card.notes.of("description")},
                         {"hashes", sha256List(card.weights.sha256)},
                         {"modelCard", std::move(model)},
                         {"properties", propertiesOf(card)}};
  if (card.notes.has("license"))
    component["licenses"] = json::array{
        json::object{{"license", {{"name", card.notes.of("license")}}}}};
  return component;
}

/// The same for the same weights, so that a card can be compared.
static std::string serialNumber(const std::string &sha256) {
  // Of UUIDs: version 8, which leaves the rest to who makes them (RFC 9562).
  return fmt::format("urn:uuid:{}-{}-8{}-8{}-{}", sha256.substr(0, 8),
                     sha256.substr(8, 4), sha256.substr(13, 3),
                     sha256.substr(17, 3), sha256.substr(20, 12));
}

std::string ModelCard::cycloneDx() const {
  json::array components = {modelComponent(*this)};
  if (record) {
    const auto files = record->sourcesOf("data");
    for (std::size_t part = 0; part < files.size(); ++part)
      components.push_back(dataComponent(trainingRef(part), files[part]->name,
                                         files[part]->sha256,
                                         notes.of("training_data")));
  }
  if (test)
    components.push_back(dataComponent("test data", test->name, test->sha256,
                                       notes.of("evaluation_data")));
  json::object metadata{
      {"tools",
       {{"components", json::array{json::object{{"type", "application"},
                                                {"name", "mlc"},
                                                {"version", compiler}}}}}}};
  if (record)
    metadata["timestamp"] = record->finished;
  return json::serialize(json::object{
             {"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
             {"bomFormat", "CycloneDX"},
             {"specVersion", "1.6"},
             {"serialNumber", serialNumber(weights.sha256)},
             {"version", 1},
             {"metadata", std::move(metadata)},
             {"components", std::move(components)}}) +
         "\n";
}

} // namespace mlc::runtime
