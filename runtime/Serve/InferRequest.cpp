//===- InferRequest.cpp - What a body asks to be predicted ----------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/InferRequest.h"

#include "Serve/HttpError.h"
#include "Serve/StrictJson.h"

#include <boost/json.hpp>
#include <charconv>
#include <fmt/format.h>
#include <memory>

namespace json = boost::json;

namespace mlc::runtime {

const char *nameOf(Datatype type) {
  switch (type) {
  case Datatype::Fp32:
    return "FP32";
  case Datatype::Fp64:
    return "FP64";
  case Datatype::Int32:
    return "INT32";
  case Datatype::Int64:
    return "INT64";
  case Datatype::Bytes:
    return "BYTES";
  }
  return "BYTES";
}

std::size_t parseLength(std::string_view text, std::size_t most) {
  std::uint64_t length = 0;
  const char *end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, length);
  // Digits alone: from_chars takes no sign of a number without one.
  if (read.ec != std::errc() || read.ptr != end || length > most)
    failRequest(
        fmt::format("expected Inference-Header-Content-Length to be a number "
                    "from 0 to the body's {} bytes",
                    most));
  return length;
}

InferRequest::InferRequest() : resource_(memory_.data(), memory_.size()) {}

/// The member, or null. Of another kind than it is to be: an error.
template <typename Kind>
static const Kind *find(const json::object &object, std::string_view key,
                        const Kind *(json::value::*get)() const noexcept,
                        const char *kind) {
  const json::value *value = object.if_contains(key);
  if (!value)
    return nullptr;
  const Kind *found = (value->*get)();
  if (!found)
    failRequest(fmt::format("expected {:?} to be {}", key, kind));
  return found;
}

static const json::object *findParameters(const json::object &object) {
  return find(object, "parameters", &json::value::if_object, "an object");
}

static std::string_view textOf(const json::object &object,
                               std::string_view key) {
  const json::string *text =
      find(object, key, &json::value::if_string, "a string");
  if (!text)
    failRequest(fmt::format("expected a string {:?}", key));
  return *text;
}

static std::optional<bool> findFlag(const json::object *parameters,
                                    std::string_view key) {
  if (!parameters)
    return std::nullopt;
  const bool *flag =
      find(*parameters, key, &json::value::if_bool, "true or false");
  return flag ? std::optional(*flag) : std::nullopt;
}

void InferRequest::read(std::string_view body,
                        std::optional<std::size_t> jsonBytes) {
  id_.reset();
  inputs_.clear();
  // What a large request needed is given back.
  constexpr std::size_t keptInputs = 256;
  if (inputs_.capacity() > keptInputs) {
    inputs_.shrink_to_fit();
    names_ = {};
  }
  outputs_.clear();
  wantsBinary_ = false;
  root_.reset();
  // A new one in its place: `release` would keep the size of the next block,
  // which doubles each time, until no memory suffices.
  std::destroy_at(&resource_);
  std::construct_at(&resource_, memory_.data(), memory_.size());
  const std::size_t length = jsonBytes.value_or(body.size());
  root_.emplace(parseStrict(body.substr(0, length), &resource_));
  const json::object *root = root_->if_object();
  if (!root)
    failRequest("expected the body to be an object");
  readRoot(*root, body.substr(length));
}

void InferRequest::readRoot(const json::object &root, std::string_view binary) {
  if (const json::string *id =
          find(root, "id", &json::value::if_string, "a string"))
    id_ = *id;
  wantsBinary_ =
      findFlag(findParameters(root), "binary_data_output").value_or(false);
  const json::array *inputs =
      find(root, "inputs", &json::value::if_array, "an array");
  // A table may have many columns.
  constexpr std::size_t most = 65536, mostOutputs = 16;
  if (!inputs || inputs->size() > most)
    failRequest(fmt::format(
        "expected an array \"inputs\" of at most {} tensors", most));
  names_.clear();
  for (const json::value &input : *inputs)
    readInput(input, binary);
  if (!binary.empty())
    failRequest(
        fmt::format("expected the body to end with the bytes of its tensors, "
                    "but got {} more",
                    binary.size()));
  if (const json::array *outputs =
          find(root, "outputs", &json::value::if_array, "an array")) {
    // No model here has more; each is compared with those before it.
    if (outputs->size() > mostOutputs)
      failRequest(fmt::format("expected at most {} \"outputs\"", mostOutputs));
    for (const json::value &output : *outputs)
      readOutput(output);
  }
}

static Datatype readDatatype(std::string_view text, std::string_view tensor) {
  for (Datatype type : {Datatype::Fp32, Datatype::Fp64, Datatype::Int32,
                        Datatype::Int64, Datatype::Bytes})
    if (text == nameOf(type))
      return type;
  failRequest(
      fmt::format("input {:?}: expected a datatype among FP32, FP64, INT32, "
                  "INT64 and BYTES, but got {:?}",
                  tensor, text));
}

static void readShape(const json::object &object, InputTensor &tensor) {
  const json::array *shape =
      find(object, "shape", &json::value::if_array, "an array");
  constexpr std::size_t mostDimensions = 8;
  if (!shape || shape->empty() || shape->size() > mostDimensions)
    failRequest(
        fmt::format("input {:?}: expected a \"shape\" of 1 to {} numbers",
                    tensor.name, mostDimensions));
  tensor.elements = 1;
  for (const json::value &size : *shape) {
    const std::int64_t *number = size.if_int64();
    if (!number || *number < 0 ||
        __builtin_mul_overflow(tensor.elements, *number, &tensor.elements))
      failRequest(
          fmt::format("input {:?}: expected its shape to be whole numbers of "
                      "at least 0, whose product is a number of 63 bits",
                      tensor.name));
    tensor.shape.push_back(*number);
  }
}

void InferRequest::readInput(const json::value &value,
                             std::string_view &binary) {
  const json::object *object = value.if_object();
  if (!object)
    failRequest("expected each of \"inputs\" to be an object");
  InputTensor tensor;
  tensor.name = textOf(*object, "name");
  if (!names_.insert(tensor.name).second)
    failRequest(fmt::format("expected each input once, but got {:?} twice",
                            tensor.name));
  tensor.type = readDatatype(textOf(*object, "datatype"), tensor.name);
  readShape(*object, tensor);
  tensor.json = find(*object, "data", &json::value::if_array, "an array");
  const json::object *parameters = findParameters(*object);
  const json::value *size =
      parameters ? parameters->if_contains("binary_data_size") : nullptr;
  if (parameters && parameters->contains("shared_memory_region"))
    failRequest(
        fmt::format("input {:?}: expected its data in the request; this "
                    "server shares no memory",
                    tensor.name));
  if (bool(size) == bool(tensor.json))
    failRequest(
        fmt::format("input {:?}: expected either \"data\" or the parameter "
                    "\"binary_data_size\"",
                    tensor.name));
  if (size) {
    const std::int64_t *bytes = size->if_int64();
    if (!bytes || *bytes < 0 || std::size_t(*bytes) > binary.size())
      failRequest(
          fmt::format("input {:?}: expected \"binary_data_size\" to be a "
                      "number from 0 to the {} bytes that are left behind "
                      "the JSON",
                      tensor.name, binary.size()));
    tensor.bytes = binary.substr(0, std::size_t(*bytes));
    binary.remove_prefix(std::size_t(*bytes));
  }
  inputs_.push_back(std::move(tensor));
}

void InferRequest::readOutput(const json::value &value) {
  const json::object *object = value.if_object();
  if (!object)
    failRequest("expected each of \"outputs\" to be an object");
  WantedOutput output;
  output.name = textOf(*object, "name");
  for (const WantedOutput &other : outputs_)
    if (other.name == output.name)
      failRequest(fmt::format("expected each output once, but got {:?} twice",
                              output.name));
  const json::object *parameters = findParameters(*object);
  if (parameters && (parameters->contains("classification") ||
                     parameters->contains("shared_memory_region")))
    failRequest(
        fmt::format("output {:?}: this server neither ranks classes nor "
                    "shares memory",
                    output.name));
  output.isBinary = findFlag(parameters, "binary_data").value_or(wantsBinary_);
  outputs_.push_back(output);
}

} // namespace mlc::runtime
