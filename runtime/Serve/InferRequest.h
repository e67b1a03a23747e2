//===- InferRequest.h - What a body asks to be predicted --------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_INFERREQUEST_H
#define MLC_RUNTIME_SERVE_INFERREQUEST_H

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mlc::runtime {

/// Element types of the Open Inference Protocol that models here have.
enum class Datatype { Fp32, Fp64, Int32, Int64, Bytes };
const char *nameOf(Datatype type);

/// A tensor that a request brings. Views: of the body or its parsed JSON.
struct InputTensor {
  std::string_view name;
  Datatype type = Datatype::Fp32;
  std::vector<std::int64_t> shape;
  std::int64_t elements = 0; ///< The product of its shape.
  /// One of the two: elements as JSON, in arrays within arrays or flat, or
  /// their bytes.
  const boost::json::array *json = nullptr;
  std::string_view bytes;
};

/// A tensor that a request wants, and how.
struct WantedOutput {
  std::string_view name;
  bool isBinary = false;
};

/// A request for inference as the Open Inference Protocol has it: REST, with
/// the extension for binary tensors.
/// Sources: kserve/open-inference-protocol, specification/protocol/
/// inference_rest.md; triton-inference-server/server, docs/protocol/
/// extension_binary_data.md
class InferRequest {
public:
  InferRequest();
  InferRequest(const InferRequest &) = delete;

  /// Reads a body, which must stay where it is. `jsonBytes`: how many of its
  /// bytes are JSON, behind which come the bytes of tensors; nothing where all
  /// are. Throws HttpError (400).
  void read(std::string_view body, std::optional<std::size_t> jsonBytes);

  const std::optional<std::string_view> &id() const { return id_; }
  const std::vector<InputTensor> &inputs() const { return inputs_; }
  /// Empty: all.
  const std::vector<WantedOutput> &outputs() const { return outputs_; }
  /// Whether outputs go as bytes where it is not said for each.
  bool wantsBinary() const { return wantsBinary_; }

private:
  void readRoot(const boost::json::object &root, std::string_view binary);
  void readInput(const boost::json::value &value, std::string_view &binary);
  void readOutput(const boost::json::value &value);

  /// The parsed JSON of usual requests, without any other allocation.
  std::array<unsigned char, 8192> memory_;
  boost::json::monotonic_resource resource_;
  std::optional<boost::json::value> root_;
  std::optional<std::string_view> id_;
  std::vector<InputTensor> inputs_;
  std::unordered_set<std::string_view> names_; ///< Of inputs, while it reads.
  std::vector<WantedOutput> outputs_;
  bool wantsBinary_ = false;
};

/// The length in the field Inference-Header-Content-Length. Throws HttpError.
std::size_t parseLength(std::string_view text, std::size_t most);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_INFERREQUEST_H
