//===- Counters.cpp - What happened, for Prometheus -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Counters.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <sys/resource.h>

namespace mlc::runtime {

void Counters::countRequest(Route route, int status, std::int64_t rows,
                            std::chrono::nanoseconds time) {
  const auto place = std::ranges::find(statuses, status);
  const std::size_t at = place == statuses.end()
                             ? statuses.size() - 1
                             : std::size_t(place - statuses.begin());
  add(requests_[std::size_t(route)][at], 1);
  const std::int64_t microseconds = time.count() / 1000;
  const auto bucket = std::ranges::lower_bound(bounds, microseconds);
  add(times_[std::size_t(bucket - bounds.begin())], 1);
  add(nanoseconds_, std::uint64_t(time.count()));
  add(predictions_, std::uint64_t(rows));
}

/// The sums over all threads.
class CounterTotals {
public:
  explicit CounterTotals(std::span<const Counters *const> threads)
      : threads_(threads) {}

  void appendRequests(std::string &text) const {
    head(text, "mlc_requests_total", "counter", "Requests that were answered.");
    for (std::size_t route = 0; route < routeCount; ++route)
      for (std::size_t status = 0; status < Counters::statuses.size(); ++status)
        if (const std::uint64_t count = sum([&](const Counters &counters) {
              return read(counters.requests_[route][status]);
            }))
          add(text, "mlc_requests_total{{route=\"{}\",code=\"{}\"}} {}\n",
              nameOf(Route(route)), Counters::statuses[status], count);
  }

  void appendTimes(std::string &text) const {
    head(text, "mlc_request_seconds", "histogram",
         "From the first byte of a request to its answer.");
    std::uint64_t count = 0;
    for (std::size_t i = 0; i <= Counters::bounds.size(); ++i) {
      count += sum(
          [&](const Counters &counters) { return read(counters.times_[i]); });
      if (i < Counters::bounds.size())
        add(text, "mlc_request_seconds_bucket{{le=\"{}\"}} {}\n",
            double(Counters::bounds[i]) / 1e6, count);
    }
    add(text, "mlc_request_seconds_bucket{{le=\"+Inf\"}} {}\n", count);
    add(text, "mlc_request_seconds_sum {}\n",
        double(sum([](const Counters &counters) {
          return read(counters.nanoseconds_);
        })) /
            1e9);
    add(text, "mlc_request_seconds_count {}\n", count);
  }

  void appendRest(std::string &text) const {
    const auto one = [&](const char *name, const char *help, auto counter) {
      head(text, name, "counter", help);
      add(text, "{} {}\n", name, sum([&](const Counters &counters) {
            return read(counters.*counter);
          }));
    };
    one("mlc_predictions_total", "Rows that were predicted.",
        &Counters::predictions_);
    one("mlc_received_bytes_total", "Bytes of requests.", &Counters::received_);
    one("mlc_sent_bytes_total", "Bytes of answers.", &Counters::sent_);
    head(text, "mlc_rejected_total", "counter",
         "Connections and requests that got no answer to their question.");
    constexpr const char *reasons[] = {"crowded", "address", "deadline",
                                       "memory", "fault"};
    for (std::size_t i = 0; i < rejectionCount; ++i)
      add(text, "mlc_rejected_total{{reason=\"{}\"}} {}\n", reasons[i],
          sum([&](const Counters &counters) {
            return read(counters.rejections_[i]);
          }));
  }

  static void head(std::string &text, const char *name, const char *type,
                   const char *help) {
    add(text, "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <typename... Arguments>
  static void add(std::string &text, fmt::format_string<Arguments...> format,
                  Arguments &&...arguments) {
    fmt::format_to(std::back_inserter(text), format,
                   std::forward<Arguments>(arguments)...);
  }

private:
  static std::uint64_t read(const Counters::Counter &counter) {
    return counter.load(std::memory_order_relaxed);
  }
  template <typename Get>
  std::uint64_t sum(Get get) const {
    std::uint64_t total = 0;
    for (const Counters *counters : threads_)
      total += get(*counters);
    return total;
  }

  std::span<const Counters *const> threads_;
};

/// A label's value between quotes.
static std::string escaped(std::string_view text) {
  std::string result;
  for (char letter : text) {
    if (letter == '\\' || letter == '"')
      result += '\\';
    if (letter == '\n')
      result += "\\n";
    else
      result += letter;
  }
  return result;
}

static void appendProcess(std::string &text, double startTime) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval &time) {
    return double(time.tv_sec) + double(time.tv_usec) / 1e6;
  };
  CounterTotals::head(text, "process_cpu_seconds_total", "counter",
                      "Processor time of this process.");
  CounterTotals::add(text, "process_cpu_seconds_total {}\n",
                     seconds(usage.ru_utime) + seconds(usage.ru_stime));
  CounterTotals::head(text, "process_peak_resident_memory_bytes", "gauge",
                      "The most memory that it has had.");
  CounterTotals::add(text, "process_peak_resident_memory_bytes {}\n",
                     std::int64_t(usage.ru_maxrss) * 1024);
  CounterTotals::head(text, "process_start_time_seconds", "gauge",
                      "When it started, since 1970.");
  CounterTotals::add(text, "process_start_time_seconds {:.3f}\n", startTime);
}

std::string metricsText(std::span<const Counters *const> threads,
                        const ServerState &state) {
  std::string text;
  const CounterTotals totals(threads);
  totals.appendRequests(text);
  totals.appendTimes(text);
  totals.appendRest(text);
  const auto gauge = [&](const char *name, const char *help, auto value) {
    CounterTotals::head(text, name, "gauge", help);
    CounterTotals::add(text, "{} {}\n", name, value);
  };
  gauge("mlc_connections", "Connections that are open.", state.connections);
  gauge("mlc_ready", "1 where requests for predictions are answered.",
        int(state.isReady));
  CounterTotals::head(text, "mlc_model_loads_total", "counter",
                      "Times that weights were loaded after the start.");
  CounterTotals::add(text, "mlc_model_loads_total{{result=\"done\"}} {}\n",
                     state.loads);
  CounterTotals::add(text, "mlc_model_loads_total{{result=\"failed\"}} {}\n",
                     state.failedLoads);
  CounterTotals::head(text, "mlc_build_info", "gauge",
                      "What is served; always 1.");
  CounterTotals::add(text,
                     "mlc_build_info{{model=\"{}\",version=\"{}\",program=\"{}"
                     "\",compiler=\"{}\"}} 1\n",
                     escaped(state.model), escaped(state.version),
                     escaped(state.program), escaped(state.compiler));
  if (!state.figures.empty())
    CounterTotals::head(text, "mlc_model_figure", "gauge",
                        "What the weights were worth when they were made.");
  for (const Figure &figure : state.figures)
    CounterTotals::add(text, "mlc_model_figure{{name=\"{}\"}} {}\n",
                       escaped(figure.name), figure.value);
  appendProcess(text, state.startTime);
  return text;
}

} // namespace mlc::runtime
