//===- measure.cpp - How fast texts become features -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// measure THREADS REPEATS NGRAM_MOST MAX_FEATURES TOKENIZER
// Prints one line of JSON: the shortest times, in seconds, of learning from and
// transforming the IMDB training reviews, which are in memory as a CSV reader
// hands them out, and the size of what comes out.

#include "Imdb.h"
#include "Text/Vectorizer.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fmt/core.h>
#include <limits>
#include <string_view>

using namespace mlc::runtime;

namespace {
/// Seconds of the steps of one run, and of the processor in all of them.
struct Times {
  double count = 0, fit = 0, transform = 0, processor = 0;

  double total() const { return count + fit + transform; }
};

class Clock {
public:
  /// Seconds since the last call.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> taken = now - last_;
    last_ = now;
    return taken.count();
  }

private:
  std::chrono::steady_clock::time_point last_ =
      std::chrono::steady_clock::now();
};
} // namespace

int main(int argc, char **argv) {
  if (argc != 6 || mlc::test::imdbFolder().empty()) {
    std::fputs("usage: measure THREADS REPEATS NGRAM_MOST MAX_FEATURES "
               "TOKENIZER; needs MLC_IMDB_DATA\n",
               stderr);
    return 2;
  }
  const std::int64_t threads = std::atoi(argv[1]);
  const int repeats = std::atoi(argv[2]);
  VectorizerSettings settings;
  settings.text.ngramMost = std::atoi(argv[3]);
  if (const int most = std::atoi(argv[4]))
    settings.maxFeatures = most;
  const auto tokenizer = std::ranges::find(
      tokenizerNames, std::string_view(argv[5]),
      [](auto &name) { return std::string_view(name.first); });
  if (tokenizer == std::end(tokenizerNames))
    return 2;
  settings.text.tokenizer.kind = tokenizer->second;

  const std::vector<Document> reviews = mlc::test::readReviews("train");
  std::size_t bytes = 0;
  for (const Document &review : reviews)
    bytes += review.text.size();
  Times best{.count = std::numeric_limits<double>::infinity()};
  std::int64_t features = 0, nonzeros = 0;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    mlc::test::MemorySource source(reviews);
    Times times;
    const std::clock_t before = std::clock();
    Clock clock;
    const auto counted = CountedDocuments::read(source, settings, threads);
    times.count = clock.lap();
    const auto vectorizer = Vectorizer::fit(counted, settings, {}, threads);
    times.fit = clock.lap();
    const FeatureRows rows = vectorizer.transform(counted, threads);
    times.transform = clock.lap();
    times.processor =
        static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    features = vectorizer.features();
    nonzeros = rows.sparse.indptr.back();
    if (times.total() < best.total())
      best = times;
  }
  fmt::print("{{\"threads\": {}, \"bytes\": {}, \"seconds\": {:.4f}, "
             "\"count\": {:.4f}, \"fit\": {:.4f}, \"transform\": {:.4f}, "
             "\"processor_seconds\": {:.4f}, \"features\": {}, "
             "\"nonzeros\": {}}}\n",
             threads, bytes, best.total(), best.count, best.fit, best.transform,
             best.processor, features, nonzeros);
  return 0;
}
