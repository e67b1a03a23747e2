//===- Ledger.cpp - What private runs on a data file have cost ------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Private/Ledger.h"

#include "Data/Hash.h"
#include "Error.h"
#include "Private/LedgerFile.h"
#include "System/AtomicFile.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <span>
#include <system_error>

namespace mlc::runtime {

namespace {

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

constexpr std::string_view header = "{\"format\":\"mlc.ledger\",\"version\":1}";

[[noreturn]] void failEntry(const std::string &place, const std::string &what) {
  throw DamagedFile(fmt::format(
      "{}: {}; the file is damaged or was edited: take a copy of it that is "
      "whole, since without it nobody knows what was spent",
      place, what));
}

/// A text that stands in JSON as it is.
bool isPlain(std::string_view text) {
  return text.size() <= 64 && std::ranges::all_of(text, [](char letter) {
           return letter > ' ' && letter <= '~' && letter != '"' &&
                  letter != '\\';
         });
}

bool isHash(std::string_view text, std::size_t digits) {
  return text.size() == digits && std::ranges::all_of(text, [](char letter) {
           return (letter >= '0' && letter <= '9') ||
                  (letter >= 'a' && letter <= 'f');
         });
}

/// Reads a line of the one form from its start on.
class LineReader {
public:
  LineReader(const std::string &place, std::string_view line)
      : place_(place), rest_(line) {}

  bool starts(std::string_view literal) const {
    return rest_.starts_with(literal);
  }
  void expect(std::string_view literal) {
    if (!starts(literal))
      failEntry(place_, fmt::format("expected {}", literal));
    rest_.remove_prefix(literal.size());
  }
  /// A text behind `name`.
  std::string text(std::string_view name) {
    expect(name);
    expect("\"");
    const std::string_view found = rest_.substr(0, rest_.find('"'));
    rest_.remove_prefix(found.size());
    expect("\"");
    if (!isPlain(found))
      failEntry(place_, fmt::format("expected a plain text after {}", name));
    return std::string(found);
  }
  /// A double or a whole number behind `name`.
  template <typename Number>
  Number number(std::string_view name) {
    expect(name);
    Number number{};
    const auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc())
      failEntry(place_, fmt::format("expected a number after {}", name));
    rest_.remove_prefix(std::size_t(end - rest_.data()));
    return number;
  }

private:
  const std::string &place_;
  std::string_view rest_;
};

/// A line's members without its chain, which depends on them.
std::string bodyOf(const LedgerEntry &entry) {
  return fmt::format(
      "{{\"run\":\"{}\",\"started\":\"{}\",\"steps\":{},\"rate\":{},"
      "\"noise\":{},\"delta\":{},\"unit\":\"{}\",\"adjacency\":\"{}\"",
      entry.run, entry.started, entry.steps.steps, entry.steps.rate,
      entry.steps.noise, entry.delta, entry.unit, entry.adjacency);
}

std::string bodyOfEnd(const std::string &run, std::int64_t executed) {
  return fmt::format("{{\"run\":\"{}\",\"executed\":{}", run, executed);
}

std::string withChain(const std::string &body, const std::string &chain) {
  return fmt::format("{},\"chain\":\"{}\"}}", body, chain);
}

/// Of a line, the hash of itself and of all lines before it.
std::string chainOf(const std::string &before, const std::string &body) {
  return hashText(hashOf(bytesOf(before + body)));
}

void checkEntry(const std::string &place, const LedgerEntry &entry) {
  const auto &[noise, rate, steps] = entry.steps;
  if (!isHash(entry.run, 32))
    failEntry(place, "expected 32 hexadecimal digits as \"run\"");
  if (!isPlain(entry.started))
    failEntry(place, "expected a time as \"started\"");
  if (steps < 0 || steps > mostLedgerSteps)
    failEntry(place, "expected \"steps\" from 0 to 2^53");
  if (!(rate >= 0 && rate <= 1))
    failEntry(place, "expected a \"rate\" from 0 to 1");
  if (!(noise >= 0) || std::isinf(noise))
    failEntry(place, "expected \"noise\" of at least 0");
  if (!(entry.delta > 0 && entry.delta < 1))
    failEntry(place, "expected a \"delta\" between 0 and 1");
  if (entry.unit != "row" ||
      (entry.adjacency != "zero-out" && entry.adjacency != "add-remove"))
    failEntry(place, "expected rows as its unit, and zero-out or add-remove as "
                     "its adjacency, which a later mlc may change");
}

LedgerEntry *findRun(std::vector<LedgerEntry> &entries,
                     const std::string &run) {
  const auto found = std::ranges::find(entries, run, &LedgerEntry::run);
  return found == entries.end() ? nullptr : &*found;
}

/// The lines of a ledger, one after another.
class LedgerReader {
public:
  explicit LedgerReader(const std::string &path) : path_(path) {}

  void readLine(std::string_view line) {
    const std::string place = fmt::format("{}:{}", path_, ++number_);
    if (number_ == 1) {
      if (line != header)
        failEntry(place, fmt::format("expected {}", header));
      return;
    }
    LineReader reader(place, line);
    const std::string run = reader.text("{\"run\":");
    if (reader.starts(",\"executed\":"))
      readEnd(place, line, run, reader);
    else
      readEntry(place, line);
  }

  std::vector<LedgerEntry> entries;
  std::string chain; ///< Of the last line.

private:
  void readEntry(const std::string &place, std::string_view line) {
    LedgerEntry entry = LedgerEntry::parse(place, line);
    expectChain(place, bodyOf(entry), entry.chain);
    if (findRun(entries, entry.run))
      failEntry(place, "the run is there already");
    entries.push_back(std::move(entry));
  }

  void readEnd(const std::string &place, std::string_view line,
               const std::string &run, LineReader &reader) {
    const auto executed = reader.number<std::int64_t>(",\"executed\":");
    const std::string body = bodyOfEnd(run, executed);
    expectChain(place, body, reader.text(",\"chain\":"));
    if (line != withChain(body, chain))
      failEntry(place, "it is written otherwise than mlc writes");
    LedgerEntry *entry = findRun(entries, run);
    if (!entry || entry->executed || executed < 0 ||
        executed > entry->steps.steps)
      failEntry(place, "no such run has been begun with as many steps");
    entry->executed = executed;
  }

  void expectChain(const std::string &place, const std::string &body,
                   const std::string &found) {
    chain = chainOf(chain, body);
    if (found != chain)
      failEntry(place, "it does not follow from the lines before");
  }

  const std::string &path_;
  std::int64_t number_ = 0;
};

LedgerReader readLines(const std::string &path, std::string_view bytes) {
  LedgerReader reader(path);
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == bytes.npos)
      failEntry(path, "its last line has no end");
    reader.readLine(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
  }
  return reader;
}

/// Writes a ledger with one more line.
void writeWith(const std::string &path, std::string_view bytes,
               const std::string &line) {
  AtomicFile file(path);
  if (bytes.empty())
    file.write(bytesOf(fmt::format("{}\n", header)));
  file.write(bytesOf(bytes));
  file.write(bytesOf(line + "\n"));
  file.commit();
}

} // namespace

std::string LedgerEntry::line() const {
  return withChain(bodyOf(*this), chain);
}

LedgerEntry LedgerEntry::parse(const std::string &place,
                               std::string_view line) {
  LineReader reader(place, line);
  LedgerEntry entry;
  entry.run = reader.text("{\"run\":");
  entry.started = reader.text(",\"started\":");
  entry.steps.steps = reader.number<std::int64_t>(",\"steps\":");
  entry.steps.rate = reader.number<double>(",\"rate\":");
  entry.steps.noise = reader.number<double>(",\"noise\":");
  entry.delta = reader.number<double>(",\"delta\":");
  entry.unit = reader.text(",\"unit\":");
  entry.adjacency = reader.text(",\"adjacency\":");
  entry.chain = reader.text(",\"chain\":");
  checkEntry(place, entry);
  if (!isHash(entry.chain, 16) || entry.line() != line)
    failEntry(place, "it is written otherwise than mlc writes");
  return entry;
}

PrivateSteps LedgerEntry::counted() const {
  return {steps.noise, steps.rate, executed.value_or(steps.steps)};
}

std::string ledgerPath(const std::string &data) {
  std::error_code error;
  const auto real = std::filesystem::canonical(data, error);
  return (error ? data : real.string()) + ".ledger";
}

std::vector<LedgerEntry> parseLedger(const std::string &path,
                                     std::string_view bytes) {
  return readLines(path, bytes).entries;
}

std::vector<LedgerEntry> readLedger(const std::string &path) {
  if (!std::filesystem::exists(path))
    return {};
  return parseLedger(path, LedgerFile::read(path));
}

LedgerEntry beginRun(const std::string &path, LedgerEntry entry) {
  checkEntry(path, entry);
  const LedgerFile file(path);
  const LedgerReader ledger = readLines(path, file.bytes());
  if (std::ranges::find(ledger.entries, entry.run, &LedgerEntry::run) !=
      ledger.entries.end())
    throw InputError(fmt::format(
        "{}: the key of run {} has been used, and the same noise twice hides "
        "nothing; train without --keep-key, or with the name of a new file",
        path, entry.run));
  entry.chain = chainOf(ledger.chain, bodyOf(entry));
  writeWith(path, file.bytes(), entry.line());
  return entry;
}

void endRun(const std::string &path, const std::string &run,
            std::int64_t executed) {
  const LedgerFile file(path);
  LedgerReader ledger = readLines(path, file.bytes());
  const LedgerEntry *entry = findRun(ledger.entries, run);
  if (!entry || entry->executed || executed < 0 ||
      executed > entry->steps.steps)
    throw InputError(fmt::format("{}: has no run {} that could end after {} "
                                 "steps",
                                 path, run, executed));
  const std::string body = bodyOfEnd(run, executed);
  writeWith(path, file.bytes(), withChain(body, chainOf(ledger.chain, body)));
}

} // namespace mlc::runtime
