//===- Server.cpp - Serves a model over HTTP ------------------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Serve/Server.h"

#include "Audit/DecisionLog.h"
#include "Audit/Digest.h"
#include "Error.h"
#include "Serve/Listener.h"
#include "Serve/RequestLog.h"
#include "Serve/ServiceManager.h"
#include "Serve/Worker.h"
#include "System/Console.h"
#include "System/FileOpener.h"
#include "System/Sandbox.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <deque>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <sys/resource.h>
#include <system_error>
#include <thread>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace mlc::runtime {

namespace {

std::chrono::milliseconds toMilliseconds(double seconds) {
  return std::chrono::milliseconds(std::int64_t(seconds * 1000));
}

/// A connection takes a descriptor. Returns how many there may be: `wanted`, or
/// where that is 0 the usual number as far as the system has descriptors for
/// it. Throws InputError.
std::int64_t raiseDescriptors(std::int64_t wanted) {
  constexpr rlim_t ownOnes = 64;
  constexpr std::int64_t usual = 1024;
  const rlim_t need = rlim_t(wanted > 0 ? wanted : usual) + ownOnes;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < need) {
    limit.rlim_cur = std::min(need, limit.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
      getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= need)
    return std::int64_t(need - ownOnes);
  if (wanted > 0 || limit.rlim_cur <= ownOnes)
    throw InputError(fmt::format("--max-connections {} needs {} open files, "
                                 "and the system allows {}; raise ulimit -n, "
                                 "or lower it",
                                 need - ownOnes, need, limit.rlim_cur));
  printNote(
      fmt::format("at most {} clients at once, since the system allows {} "
                  "open files",
                  limit.rlim_cur - ownOnes, limit.rlim_cur));
  return std::int64_t(limit.rlim_cur - ownOnes);
}

/// Null where no decisions are to be recorded. Throws InputError.
std::unique_ptr<DecisionLog> openLog(const MlcProgram &program,
                                     const ServeOptions &options) {
  if (options.log.folder.empty())
    return nullptr;
  auto log = std::make_unique<DecisionLog>(options.log, program.name,
                                           sha256OfFile(pathOfThisProgram()));
  if (!log->isSigned())
    printNote("nobody signs the log of decisions, so that who changes it can "
              "change all of it; give --sign KEY");
  return log;
}

/// The workers and the thread that directs them: it takes in clients, hears
/// signals and loads models.
class Server {
public:
  Server(const MlcProgram &program, const ServeOptions &options,
         const TermsReader &terms)
      : slot_(program, options.weights,
              options.name.empty() ? program.name : options.name, terms,
              !options.log.folder.empty()),
        decisions_(openLog(program, options)),
        routes_(slot_, options.keys,
                {.maxBody = options.maxBody,
                 .hasPage = options.hasPage,
                 .log = decisions_.get()},
                [this] { return metrics(); }),
        log_(options.requests), parts_(routes_, log_, limitsOf(options)),
        path_(options.weights), logFolder_(options.log.folder),
        hasSandbox_(options.hasSandbox), signals_(context_),
        listener_(context_, options.host, options.port),
        startTime_(std::chrono::duration<double>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count()) {
    expectKeys(options);
    parts_.later = [this](std::function<void()> task) {
      asio::post(context_, std::move(task));
    };
    const std::int64_t each =
        (parts_.limits.maxConnections + options.threads - 1) / options.threads;
    for (std::int64_t i = 0; i < options.threads; ++i)
      workers_.emplace_back(parts_, each);
  }

  int run();

private:
  static ServeLimits limitsOf(const ServeOptions &options) {
    return {.maxBody = options.maxBody,
            .maxConnections = raiseDescriptors(options.maxConnections),
            .maxPerAddress = options.maxPerAddress,
            .deadline = toMilliseconds(options.deadline),
            .drain = toMilliseconds(options.drain)};
  }
  void expectKeys(const ServeOptions &options) const;
  std::string metrics() const;
  std::int64_t connections() const;
  void awaitSignal();
  void onSignal(int signal);
  void reload();
  void beginDrain();
  bool isDone() const;

  asio::io_context context_{1};
  ModelSlot slot_;
  const std::unique_ptr<DecisionLog> decisions_; ///< Null where none is kept.
  Routes routes_;
  RequestLog log_;
  ServerParts parts_;
  const std::string path_, logFolder_;
  const bool hasSandbox_;
  asio::signal_set signals_;
  Listener listener_;
  ServiceManager manager_;
  const double startTime_;
  std::deque<Worker> workers_; ///< They do not move.
  Counters counters_;          ///< Of the directing thread.
  bool awaitsSignal_ = false;
  /// What signals asked for: to end, and to end at once. Draining has begun
  /// when all that belongs to it is done.
  bool isEnding_ = false, isKilled_ = false, isDraining_ = false;
  SteadyClock::time_point drainStart_;
};

void Server::expectKeys(const ServeOptions &options) const {
  if (listener_.isLoopback() || !options.keys.empty() || options.needsNoKey)
    return;
  throw InputError(fmt::format(
      "{}: other machines can reach this address, and nobody would be asked "
      "for a key; give --api-key-file, or --no-auth if that is meant",
      listener_.address()));
}

std::int64_t Server::connections() const {
  std::int64_t count = 0;
  for (const Worker &worker : workers_)
    count += worker.connections();
  return count;
}

std::string Server::metrics() const {
  std::vector<const Counters *> counters = {&counters_};
  for (const Worker &worker : workers_)
    counters.push_back(&worker.counters());
  const std::shared_ptr<const ServedModel> model = slot_.current();
  return metricsText(
      counters, {.model = slot_.name(),
                 .version = model ? std::string_view(model->version()) : "",
                 .program = slot_.program().name,
                 .compiler = slot_.program().compiler,
                 .connections = connections(),
                 .loads = routes_.loads(),
                 .failedLoads = routes_.failedLoads(),
                 .isReady = routes_.isReady(),
                 .startTime = startTime_,
                 .figures = model ? std::span(model->figures())
                                  : std::span<const Figure>()});
}

void Server::awaitSignal() {
  if (awaitsSignal_)
    return;
  signals_.async_wait(
      [this](const boost::system::error_code &code, int signal) {
        awaitsSignal_ = false;
        if (!code)
          onSignal(signal);
      });
  awaitsSignal_ = true;
}

void Server::onSignal(int signal) {
  if (signal == SIGHUP)
    return reload();
  isKilled_ = isEnding_;
  isEnding_ = true;
}

void Server::reload() {
  manager_.tell("RELOADING=1");
  const std::string error = routes_.load();
  if (error.empty())
    printNote(fmt::format("loaded version {}", slot_.current()->version()));
  else
    printError(
        fmt::format("{}; what was loaded before goes on answering", error));
  for (Worker &worker : workers_)
    worker.refresh();
  manager_.tell("READY=1");
}

/// Done again from its start where a part of it failed.
void Server::beginDrain() {
  manager_.tell("STOPPING=1");
  drainStart_ = SteadyClock::now();
  routes_.drain();
  listener_.stop();
  for (Worker &worker : workers_)
    worker.drain();
  isDraining_ = true;
}

bool Server::isDone() const {
  return isKilled_ || (isDraining_ &&
                       (connections() == 0 || SteadyClock::now() - drainStart_ >
                                                  parts_.limits.drain));
}

/// Opens weights, and files of the log, by another process while it lives.
class OtherOpener {
public:
  OtherOpener(const std::string &path, const std::string &folder)
      : opener_(path, folder) {
    setOperatingSystem(&opener_);
  }
  ~OtherOpener() { setOperatingSystem(nullptr); }
  OtherOpener(const OtherOpener &) = delete;

private:
  FileOpener opener_;
};

/// Writes the log of decisions, if there is one, while it lives.
class WritingLog {
public:
  explicit WritingLog(DecisionLog *log) : log_(log) {
    if (log_)
      log_->start();
  }
  ~WritingLog() {
    if (log_)
      log_->stop();
  }
  WritingLog(const WritingLog &) = delete;

private:
  DecisionLog *log_;
};

/// Threads that are stopped and waited for on every way out.
class Threads {
public:
  explicit Threads(std::deque<Worker> &workers) : workers_(workers) {
    // Signals are the directing thread's.
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    try {
      for (Worker &worker : workers)
        threads_.emplace_back([&worker] { worker.run(); });
    } catch (const std::system_error &error) {
      pthread_sigmask(SIG_SETMASK, &old, nullptr);
      stop();
      throw InputError(fmt::format("cannot start {} threads: {}; use fewer "
                                   "--threads",
                                   workers.size(), error.what()));
    }
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
  }
  ~Threads() { stop(); }
  Threads(const Threads &) = delete;

private:
  void stop() {
    for (Worker &worker : workers_)
      worker.stop();
    for (std::thread &thread : threads_)
      thread.join();
    threads_.clear();
  }

  std::deque<Worker> &workers_;
  std::vector<std::thread> threads_;
};

int Server::run() {
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  signals_.add(SIGHUP);
  // Before there are threads, and before the rights are gone.
  std::optional<OtherOpener> opener;
  if (hasSandbox_ && !(path_.empty() && logFolder_.empty()))
    opener.emplace(path_, logFolder_);
  // It ends after those who answer, and before what opens its files.
  const WritingLog writing(decisions_.get());
  const Threads threads(workers_);
  if (hasSandbox_ && !enterSandbox())
    printNote("this system cannot take rights away (seccomp), so the server "
              "keeps those it does not need");
  const auto choose = [this]() -> Worker & {
    return *std::ranges::min_element(workers_, {}, &Worker::connections);
  };
  const auto take = [this](Worker &worker, TcpSocket socket,
                           const std::string &address) {
    if (parts_.addresses.add(address))
      worker.adopt(std::move(socket), address);
    else
      counters_.countRejection(Rejection::Address);
  };
  awaitSignal();
  printNote(fmt::format("serving {} at http://{}/", slot_.name(),
                        listener_.address()));
  manager_.tell("READY=1");
  while (!isDone()) {
    try {
      // Again where it failed before.
      awaitSignal();
      if (isEnding_ && !isDraining_)
        beginDrain();
      if (!isEnding_)
        listener_.accept(choose, take);
      context_.run_one_for(isDraining_ ? 10ms : 100ms);
    } catch (const std::exception &) {
      counters_.countRejection(Rejection::Fault);
      // Whatever failed may fail again at once.
      std::this_thread::sleep_for(10ms);
    }
  }
  return 0;
}

} // namespace

int serve(const MlcProgram &program, const ServeOptions &options,
          const TermsReader &terms) {
  return Server(program, options, terms).run();
}

} // namespace mlc::runtime
