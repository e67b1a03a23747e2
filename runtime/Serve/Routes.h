//===- Routes.h - What each address answers ---------------------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIME_SERVE_ROUTES_H
#define MLC_RUNTIME_SERVE_ROUTES_H

#include "Audit/DecisionLog.h"
#include "Serve/ApiKeys.h"
#include "Serve/Explaining.h"
#include "Serve/HttpMessage.h"
#include "Serve/InferRequest.h"
#include "Serve/Inference.h"
#include "Serve/ServedModel.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlc::runtime {

/// A thread's copy of the model that answers now.
class ThreadModel {
public:
  /// Takes the slot's model if it is another one than before. Null where there
  /// is none.
  Inference *refresh(const ModelSlot &slot);
  InferRequest &request() { return request_; }
  /// What explains the model that `refresh` gave last; made when it is first
  /// asked for. Throws HttpError (501).
  Explaining &explaining();

private:
  std::uint64_t generation_ = 0;
  std::optional<Inference> inference_;
  std::optional<Explaining> explaining_; ///< Of `inference_`.
  InferRequest request_;
};

/// Answers requests, and knows nothing of connections. Any number of threads
/// may use it, each with a ThreadModel of its own.
class Routes {
public:
  struct Options {
    std::size_t maxBody = 16 << 20; ///< Bytes, once decompressed.
    bool hasPage = true;            ///< Whether `/` shows a page for people.
    DecisionLog *log = nullptr;     ///< Where decisions are recorded, or null.
  };

  Routes(ModelSlot &slot, const ApiKeys &keys, const Options &options,
         std::function<std::string()> metrics);

  /// Whether the answer takes so long that another thread should give it.
  bool isSlow(const HttpRequest &request) const;

  /// Throws nothing but std::bad_alloc: errors are answers.
  void answer(const HttpRequest &request, ThreadModel &thread,
              HttpResponse &response);

  /// Throws HttpError (401) for a request that will not be answered, when its
  /// header is there and its body is not.
  void checkHeader(const HttpRequest &request) const;

  void refresh(ThreadModel &thread) const { thread.refresh(slot_); }

  /// From now on it is not ready: load balancers look elsewhere.
  void drain() { isDraining_.store(true, std::memory_order_relaxed); }
  bool isReady() const;

  /// As POST .../load does. Returns what went wrong; empty where nothing did.
  std::string load();
  std::int64_t loads() const { return loads_; }
  std::int64_t failedLoads() const { return failedLoads_; }

private:
  using Segments = std::vector<std::string>;
  void route(const HttpRequest &request, ThreadModel &thread,
             HttpResponse &response);
  void routeModel(const HttpRequest &request, Segments segments,
                  ThreadModel &thread, HttpResponse &response);
  void routeRepository(const HttpRequest &request, const Segments &segments,
                       HttpResponse &response);
  void infer(const HttpRequest &request,
             const std::optional<std::string> &version, ThreadModel &thread,
             HttpResponse &response);
  /// The model that answers now, which is what `version` names, if it is given.
  Inference &inferenceFor(const std::optional<std::string> &version,
                          ThreadModel &thread) const;
  /// The body without compression, of which `memory` may be the memory.
  std::string_view bodyOf(const HttpRequest &request,
                          std::string &memory) const;
  void explain(const HttpRequest &request,
               const std::optional<std::string> &version, ThreadModel &thread,
               HttpResponse &response);
  void changeModel(const HttpRequest &request, bool isLoad,
                   HttpResponse &response);
  void expectKey(const HttpRequest &request) const;
  void expectBodyless(const HttpRequest &request) const;
  void expectModel(std::string_view name) const;
  std::shared_ptr<const ServedModel> expectLoaded() const;

  ModelSlot &slot_;
  const ApiKeys &keys_;
  const Options options_;
  const std::function<std::string()> metrics_;
  std::atomic<bool> isDraining_ = false;
  std::atomic<std::int64_t> loads_ = 0, failedLoads_ = 0;
};

/// The path's segments, percent-decoded. Throws HttpError (400).
std::vector<std::string> segmentsOf(std::string_view target);

} // namespace mlc::runtime

#endif // MLC_RUNTIME_SERVE_ROUTES_H
