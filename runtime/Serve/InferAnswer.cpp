//===- InferAnswer.cpp - Answers as the protocol writes them --------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/InferAnswer.h"

#include "Serve/HttpError.h"

#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <span>

namespace mlc::runtime {

namespace {

std::string jsonText(std::string_view text) {
  return boost::json::serialize(boost::json::string(text));
}

/// Writes one tensor after another.
class TensorWriter {
public:
  TensorWriter(HttpResponse &response, const ServedModel &model,
               const Answers &answers)
      : response_(response), model_(model), answers_(answers) {}

  void begin(std::string_view modelName,
             const std::optional<std::string_view> &id) {
    json_ = fmt::format("{{\"model_name\":{},\"model_version\":\"{}\"",
                        jsonText(modelName), model_.version());
    if (id)
      json_ += fmt::format(",\"id\":{}", jsonText(*id));
    json_ += ",\"outputs\":[";
  }

  void add(const TensorInfo &info, bool isBinary) {
    if (separate_)
      json_ += ',';
    separate_ = true;
    fmt::format_to(std::back_inserter(json_),
                   "{{\"name\":\"{}\",\"datatype\":\"{}\",\"shape\":[{},{}],",
                   info.name, nameOf(info.type), answers_.rows, info.columns);
    if (info.name == "logits" || info.name == "values")
      addNumbers(std::span<const float>(answers_.outputs), isBinary);
    else if (info.name == "probabilities")
      addNumbers(std::span<const double>(answers_.probabilities), isBinary);
    else if (info.name == "labels")
      addNumbers(std::span<const std::int64_t>(answers_.labels), isBinary);
    else if (info.name == "scores")
      addScores(isBinary);
    else
      addNames(isBinary);
    json_ += '}';
  }

  void end() {
    json_ += "]}";
    if (hasBinary_) {
      response_.headers +=
          fmt::format("Inference-Header-Content-Length: {}\r\n", json_.size());
      response_.type = "application/octet-stream";
    }
    response_.body.swap(json_);
    response_.body += binary_;
    response_.rows = answers_.rows;
    response_.version = model_.version();
  }

private:
  void addSize(std::size_t bytes) {
    hasBinary_ = true;
    fmt::format_to(std::back_inserter(json_),
                   "\"parameters\":{{\"binary_data_size\":{}}}", bytes);
  }

  template <typename Number>
  void addNumbers(std::span<const Number> numbers, bool isBinary) {
    if (isBinary) {
      addSize(numbers.size_bytes());
      binary_.append(reinterpret_cast<const char *>(numbers.data()),
                     numbers.size_bytes());
      return;
    }
    json_ += "\"data\":[";
    const char *separator = "";
    for (Number number : numbers) {
      json_ += separator;
      if (std::isfinite(double(number)))
        fmt::format_to(std::back_inserter(json_), "{}", number);
      else
        json_ += "null";
      separator = ",";
    }
    json_ += ']';
  }

  void addScores(bool isBinary) {
    std::vector<double> scores;
    for (std::int64_t label : answers_.labels)
      scores.push_back(std::size_t(label) < model_.terms().scores.size()
                           ? model_.terms().scores[label]
                           : double(label));
    addNumbers(std::span<const double>(scores), isBinary);
  }

  void addNames(bool isBinary) {
    const auto nameOf = [&](std::int64_t label) {
      return std::size_t(label) < model_.terms().names.size()
                 ? model_.terms().names[label]
                 : std::to_string(label);
    };
    if (isBinary) {
      const std::size_t before = binary_.size();
      for (std::int64_t label : answers_.labels) {
        const std::string name = nameOf(label);
        const auto length = std::uint32_t(name.size());
        binary_.append(reinterpret_cast<const char *>(&length), sizeof(length));
        binary_ += name;
      }
      return addSize(binary_.size() - before);
    }
    json_ += "\"data\":[";
    const char *separator = "";
    for (std::int64_t label : answers_.labels) {
      json_ += separator;
      json_ += jsonText(nameOf(label));
      separator = ",";
    }
    json_ += ']';
  }

  HttpResponse &response_;
  const ServedModel &model_;
  const Answers &answers_;
  std::string json_, binary_;
  bool separate_ = false, hasBinary_ = false;
};

} // namespace

void writeAnswer(HttpResponse &response, std::string_view modelName,
                 const ServedModel &model, const Answers &answers,
                 const InferRequest &request) {
  TensorWriter writer(response, model, answers);
  writer.begin(modelName, request.id());
  if (request.outputs().empty())
    for (const TensorInfo &info : model.outputs())
      writer.add(info, request.wantsBinary());
  for (const WantedOutput &wanted : request.outputs()) {
    const TensorInfo *found = nullptr;
    for (const TensorInfo &info : model.outputs())
      if (info.name == wanted.name)
        found = &info;
    if (!found)
      throw HttpError(400, fmt::format("unexpected output {:?}; the model's "
                                       "metadata names those that it has",
                                       wanted.name));
    writer.add(*found, wanted.isBinary);
  }
  writer.end();
}

void writeRawAnswer(HttpResponse &response, std::string_view modelName,
                    const ServedModel &model, const Answers &answers) {
  TensorWriter writer(response, model, answers);
  writer.begin(modelName, std::nullopt);
  for (const TensorInfo &info : model.outputs())
    writer.add(info, /*isBinary=*/true);
  writer.end();
}

} // namespace mlc::runtime
