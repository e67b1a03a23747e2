//===- Routes.cpp - What each address answers -----------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Routes.h"

#include "Error.h"
#include "Serve/Compression.h"
#include "Serve/HttpError.h"
#include "Serve/InferAnswer.h"
#include "Serve/Metadata.h"
#include "Serve/Page.h"
#include "Serve/Recording.h"
#include "Serve/StrictJson.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <new>

namespace mlc::runtime {

Inference *ThreadModel::refresh(const ModelSlot &slot) {
  const std::uint64_t generation = slot.generation();
  if (generation != generation_) {
    // The old one ends first: memory is that of one model.
    explaining_.reset();
    inference_.reset();
    if (std::shared_ptr<const ServedModel> model = slot.current())
      inference_.emplace(std::move(model));
    generation_ = generation;
  }
  return inference_ ? &*inference_ : nullptr;
}

Explaining &ThreadModel::explaining() {
  if (!explaining_)
    explaining_.emplace(*inference_);
  return *explaining_;
}

static int digitOf(char letter) {
  if (letter >= '0' && letter <= '9')
    return letter - '0';
  if (letter >= 'a' && letter <= 'f')
    return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F')
    return letter - 'A' + 10;
  return -1;
}

std::vector<std::string> segmentsOf(std::string_view target) {
  target = target.substr(0, target.find('?'));
  if (!target.starts_with('/'))
    throw HttpError(400, "expected a path that starts with /");
  target.remove_prefix(1);
  std::vector<std::string> segments(1);
  while (!target.empty()) {
    char letter = target.front();
    target.remove_prefix(1);
    if (letter == '/') {
      segments.emplace_back();
      continue;
    }
    if (letter == '%') {
      const int high = target.size() < 2 ? -1 : digitOf(target[0]);
      const int low = target.size() < 2 ? -1 : digitOf(target[1]);
      if (high < 0 || low < 0)
        throw HttpError(400, "expected two hexadecimal digits behind each % "
                             "of the path");
      letter = char(16 * high + low);
      target.remove_prefix(2);
    }
    segments.back() += letter;
  }
  return segments;
}

Routes::Routes(ModelSlot &slot, const ApiKeys &keys, const Options &options,
               std::function<std::string()> metrics)
    : slot_(slot), keys_(keys), options_(options),
      metrics_(std::move(metrics)) {}

bool Routes::isReady() const {
  return !isDraining_.load(std::memory_order_relaxed) && slot_.current() &&
         !(options_.log && options_.log->isFailing());
}

bool Routes::isSlow(const HttpRequest &request) const {
  // Most requests, without taking them apart.
  if (request.method != HttpMethod::Post ||
      request.target.starts_with("/v2/models/"))
    return false;
  try {
    // Percent-encoded, too: only one thread loads.
    const Segments segments = segmentsOf(request.target);
    return segments.size() > 2 && segments[0] == "v2" &&
           segments[1] == "repository" && segments[2] == "models";
  } catch (const HttpError &) {
    return false;
  }
}

void Routes::expectKey(const HttpRequest &request) const {
  if (!keys_.empty() && !keys_.accept(request.field(HttpField::Authorization)))
    throw HttpError(401, "expected a field Authorization: Bearer KEY with a "
                         "key of this server");
}

void Routes::checkHeader(const HttpRequest &request) const {
  if (request.method == HttpMethod::Post)
    expectKey(request);
}

void Routes::expectModel(std::string_view name) const {
  if (name != slot_.name())
    throw HttpError(404, fmt::format("there is no model {:?}; this server has "
                                     "{:?}",
                                     name, slot_.name()));
}

std::shared_ptr<const ServedModel> Routes::expectLoaded() const {
  std::shared_ptr<const ServedModel> model = slot_.current();
  if (!model)
    throw HttpError(503, fmt::format("model {:?} is not loaded; POST "
                                     "/v2/repository/models/{}/load loads it",
                                     slot_.name(), slot_.name()));
  return model;
}

static void expectVersion(const std::optional<std::string> &version,
                          const ServedModel &model) {
  if (version && *version != model.version())
    throw HttpError(404, fmt::format("the model has the version {:?} alone, "
                                     "but {:?} is asked for",
                                     model.version(), *version));
}

/// HEAD is answered as GET, without the body.
static void expectGet(const HttpRequest &request) {
  if (request.method != HttpMethod::Get && request.method != HttpMethod::Head)
    throw HttpError(405, "expected the method GET");
}

static void expectPost(const HttpRequest &request) {
  if (request.method != HttpMethod::Post)
    throw HttpError(405, "expected the method POST");
  // A page of another site can make a browser send a POST without asking.
  if (!request.has(HttpField::Origin))
    return;
  const std::string &origin = request.field(HttpField::Origin);
  const std::size_t host = origin.find("://");
  if (host == std::string::npos ||
      origin.substr(host + 3) != request.field(HttpField::Host))
    throw HttpError(403, "expected requests of no other site's pages");
}

void Routes::answer(const HttpRequest &request, ThreadModel &thread,
                    HttpResponse &response) {
  try {
    route(request, thread, response);
    // Little is gained for short answers, and time is lost.
    constexpr std::size_t leastCompressed = 1024;
    if (response.body.size() >= leastCompressed &&
        request.has(HttpField::AcceptEncoding)) {
      const ContentCoding coding =
          acceptedCoding(request.field(HttpField::AcceptEncoding));
      if (coding != ContentCoding::Identity) {
        response.body = compress(coding, response.body);
        response.headers +=
            fmt::format("Content-Encoding: {}\r\n", nameOf(coding));
      }
      response.headers += "Vary: Accept-Encoding\r\n";
    }
  } catch (const HttpError &error) {
    response.headers.clear();
    if (error.status() == 401)
      response.headers = "WWW-Authenticate: Bearer\r\n";
    if (error.status() == 405)
      response.headers = request.method == HttpMethod::Post
                             ? "Allow: GET, HEAD\r\n"
                             : "Allow: POST\r\n";
    setError(response, error.status(), error.what());
  } catch (const InputError &error) {
    response.headers.clear();
    setError(response, 500, error.what());
  }
}

void Routes::route(const HttpRequest &request, ThreadModel &thread,
                   HttpResponse &response) {
  const Segments segments = segmentsOf(request.target);
  const std::size_t count = segments.size();
  const bool isV2 = segments[0] == "v2";
  if (isV2 && count == 3 && segments[1] == "health" &&
      (segments[2] == "live" || segments[2] == "ready")) {
    const bool isLive = segments[2] == "live";
    response.route = isLive ? Route::HealthLive : Route::HealthReady;
    expectGet(request);
    if (!isLive && !isReady())
      throw HttpError(503, "not ready");
    return;
  }
  if (options_.hasPage && findPageFile(segments, response)) {
    response.route = Route::Page;
    return expectGet(request);
  }
  expectKey(request);
  if (count == 1 && segments[0] == "metrics") {
    response.route = Route::Metrics;
    expectGet(request);
    response.type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metrics_();
  } else if (count == 1 && segments[0] == "openapi.json") {
    response.route = Route::OpenApi;
    expectGet(request);
    response.body = openApiText(slot_.name());
  } else if (isV2 && count == 1) {
    response.route = Route::ServerMetadata;
    expectGet(request);
    response.body = serverMetadata(slot_.program());
  } else if (isV2 && count >= 3 && segments[1] == "models") {
    routeModel(request, segments, thread, response);
  } else if (isV2 && segments[1] == "repository") {
    routeRepository(request, segments, response);
  } else {
    throw HttpError(404, "there is nothing at this path; /openapi.json tells "
                         "what there is");
  }
}

void Routes::routeModel(const HttpRequest &request, Segments segments,
                        ThreadModel &thread, HttpResponse &response) {
  const std::string name = segments[2];
  std::optional<std::string> version;
  segments.erase(segments.begin(), segments.begin() + 3);
  if (segments.size() >= 2 && segments[0] == "versions") {
    version = segments[1];
    segments.erase(segments.begin(), segments.begin() + 2);
  }
  const std::string action = segments.empty() ? "" : segments[0];
  if (segments.size() > 1)
    throw HttpError(404, "there is nothing at this path");
  response.route = action.empty()        ? Route::ModelMetadata
                   : action == "ready"   ? Route::ModelReady
                   : action == "infer"   ? Route::Infer
                   : action == "explain" ? Route::Explain
                                         : Route::Other;
  expectModel(name);
  if (response.route == Route::Other)
    throw HttpError(
        404, fmt::format("there is nothing like {:?} of a model", action));
  const std::shared_ptr<const ServedModel> model = expectLoaded();
  expectVersion(version, *model);
  switch (response.route) {
  case Route::ModelReady:
    expectGet(request);
    if (!isReady())
      throw HttpError(503, "not ready");
    return;
  case Route::Infer:
    expectPost(request);
    return infer(request, version, thread, response);
  case Route::Explain:
    expectPost(request);
    return explain(request, version, thread, response);
  default:
    expectGet(request);
    response.body = modelMetadata(slot_.name(), *model);
  }
}

Inference &Routes::inferenceFor(const std::optional<std::string> &version,
                                ThreadModel &thread) const {
  Inference *inference = thread.refresh(slot_);
  if (!inference) {
    expectLoaded(); // Or it was loaded between the two.
    inference = thread.refresh(slot_);
  }
  if (!inference)
    throw HttpError(503, "the model is being loaded; ask again");
  // Once more: this is the model that answers.
  expectVersion(version, inference->model());
  return *inference;
}

std::string_view Routes::bodyOf(const HttpRequest &request,
                                std::string &memory) const {
  const ContentCoding coding =
      request.has(HttpField::ContentEncoding)
          ? codingOf(request.field(HttpField::ContentEncoding))
          : ContentCoding::Identity;
  if (coding == ContentCoding::Identity)
    return request.body;
  memory = decompress(coding, request.body, options_.maxBody);
  return memory;
}

void Routes::explain(const HttpRequest &request,
                     const std::optional<std::string> &version,
                     ThreadModel &thread, HttpResponse &response) {
  expectRecordable(options_.log);
  const Inference &inference = inferenceFor(version, thread);
  Explaining &explaining = thread.explaining();
  std::string decompressed;
  InferRequest &parsed = thread.request();
  parsed.read(bodyOf(request, decompressed), std::nullopt);
  response.body = explaining.answer(slot_.name(), parsed);
  record(options_.log, inference, inference.answers(),
         explaining.explanations());
}

void Routes::infer(const HttpRequest &request,
                   const std::optional<std::string> &version,
                   ThreadModel &thread, HttpResponse &response) {
  expectRecordable(options_.log);
  Inference *const inference = &inferenceFor(version, thread);
  std::string decompressed;
  const std::string_view body = bodyOf(request, decompressed);
  std::optional<std::size_t> jsonBytes;
  if (request.has(HttpField::InferenceHeaderLength))
    jsonBytes = parseLength(request.field(HttpField::InferenceHeaderLength),
                            body.size());
  if (jsonBytes == std::size_t(0)) {
    const Answers &answers = inference->answerRaw(body);
    record(options_.log, *inference, answers);
    return writeRawAnswer(response, slot_.name(), inference->model(), answers);
  }
  InferRequest &parsed = thread.request();
  parsed.read(body, jsonBytes);
  const Answers &answers = inference->answer(parsed);
  record(options_.log, *inference, answers);
  writeAnswer(response, slot_.name(), inference->model(), answers, parsed);
}

std::string Routes::load() {
  try {
    slot_.load();
    ++loads_;
    return "";
  } catch (const InputError &error) {
    ++failedLoads_;
    return error.what();
  } catch (const std::bad_alloc &) {
    ++failedLoads_;
    return "not enough memory to load the weights beside those that answer";
  }
}

/// The file was named at the start, so that a request has nothing to say.
void Routes::expectBodyless(const HttpRequest &request) const {
  if (request.body.empty())
    return;
  const boost::json::value body = parseStrict(request.body);
  const boost::json::object *object = body.if_object();
  const boost::json::value *parameters =
      object ? object->if_contains("parameters") : nullptr;
  const bool isEmpty =
      object &&
      (!parameters ||
       (parameters->is_object() && parameters->get_object().empty()) ||
       (parameters->is_object() && parameters->get_object().size() == 1 &&
        parameters->get_object().contains("unload_dependents")));
  if (!isEmpty)
    throw HttpError(400, "expected no parameters; the weights are those that "
                         "the server was started with");
}

void Routes::changeModel(const HttpRequest &request, bool isLoad,
                         HttpResponse &response) {
  expectBodyless(request);
  if (!isLoad)
    return slot_.unload();
  if (const std::string error = load(); !error.empty())
    throw HttpError(400, error);
  response.version = slot_.current()->version();
}

void Routes::routeRepository(const HttpRequest &request,
                             const Segments &segments, HttpResponse &response) {
  if (segments.size() == 3 && segments[2] == "index") {
    response.route = Route::RepositoryIndex;
    expectPost(request);
    response.body = repositoryIndex(slot_.name(), slot_.current().get());
    return;
  }
  const bool isLoad = segments.back() == "load";
  if (segments.size() != 5 || segments[2] != "models" ||
      (!isLoad && segments.back() != "unload"))
    throw HttpError(404, "there is nothing at this path");
  response.route = isLoad ? Route::Load : Route::Unload;
  expectPost(request);
  expectModel(segments[3]);
  changeModel(request, isLoad, response);
}

} // namespace mlc::runtime
