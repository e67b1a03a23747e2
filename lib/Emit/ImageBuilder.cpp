//===- ImageBuilder.cpp - Weights and transforms of a library -------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageBuilder.h"
#include "PackedStrings.h"
#include "dialects/Graph/Shapes.h"

#include "CPU/Features.h"
#include "Characters/Characters.h"
#include "Characters/Tables.h"
#include "Data/QuantizedMatrix.h"
#include "Program/Records.h"
#include "Table/Table.h"
#include "Text/TermTable.h"
#include "Text/TokenizerRules.h"
#include "Text/Vectorizer.h"
#include "mlc/RuntimeABI.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

using namespace mlir;
using namespace mlc;
using namespace mlc::graph;

namespace rt = mlc::runtime;
using rt::ElementType;
using rt::SafetensorsFile;

// What files and images number alike.
static_assert(int(rt::TokenizerKind::Imdb) == MLC_TOKENS_IMDB &&
              int(rt::TokenizerKind::Words) == MLC_TOKENS_WORDS &&
              int(rt::TokenizerKind::ScikitLearn) == MLC_TOKENS_SCIKIT_LEARN &&
              int(rt::TokenizerKind::Whitespace) == MLC_TOKENS_WHITESPACE);
static_assert(int(rt::ValueKind::Count) == MLC_VALUE_COUNT &&
              int(rt::ValueKind::Binary) == MLC_VALUE_BINARY &&
              int(rt::ValueKind::Log) == MLC_VALUE_LOG &&
              int(rt::ValueKind::TfIdf) == MLC_VALUE_TFIDF);
static_assert(int(rt::Scaling::Robust) == MLC_SCALING_ROBUST &&
              int(rt::Scaling::Standard) == MLC_SCALING_STANDARD &&
              int(rt::Scaling::None) == MLC_SCALING_NONE);

ImageBuilder::ImageBuilder() : bytes_(sizeof(MlcModelImage), 0) {}

int64_t ImageBuilder::addBytes(const void *begin, std::size_t size) {
  bytes_.resize(llvm::alignTo(bytes_.size(), MLC_IMAGE_ALIGNMENT), 0);
  const std::size_t offset = bytes_.size();
  bytes_.append(static_cast<const char *>(begin), size);
  return static_cast<int64_t>(offset);
}

template <typename T>
int64_t ImageBuilder::addArray(const std::vector<T> &elements) {
  return elements.empty()
             ? 0
             : addBytes(elements.data(), elements.size() * sizeof(T));
}

MlcStrings
ImageBuilder::addStrings(const std::vector<std::string_view> &strings) {
  if (strings.empty())
    return {};
  // Two to four strings a bucket: their sizes tell most of them apart.
  const uint64_t buckets =
      std::max<uint64_t>(llvm::PowerOf2Ceil(strings.size() / 4), 2);
  MlcStrings result = {};
  result.count = static_cast<int64_t>(strings.size());
  result.shift = 64 - llvm::Log2_64(buckets);
  result.number_bytes = strings.size() <= MLC_U16_WIDTH ? 2 : 4;
  std::vector<std::string> entries(buckets);
  for (auto [number, string] : llvm::enumerate(strings)) {
    std::string &bucket =
        entries[rt::TermTable::hashOf(string) >> result.shift];
    const auto add = [&](uint64_t value, int64_t bytes) {
      for (int64_t at = 0; at < bytes; ++at)
        bucket += static_cast<char>(value >> (8 * at));
    };
    if (string.size() >= MLC_LONG_STRING) {
      add(MLC_LONG_STRING, 1);
      add(string.size(), sizeof(uint32_t));
    } else {
      add(string.size(), 1);
    }
    add(number, result.number_bytes);
    bucket += string;
  }
  std::vector<uint32_t> begins = {0};
  std::string all;
  for (const std::string &bucket : entries) {
    all += bucket;
    begins.push_back(static_cast<uint32_t>(all.size()));
  }
  result.begins = addArray(begins);
  result.entries = addBytes(all.data(), all.size());
  return result;
}

MlcNumbers ImageBuilder::packNumbers(ArrayRef<uint32_t> numbers) {
  const uint32_t largest = numbers.empty() ? 0 : *llvm::max_element(numbers);
  const unsigned bits = llvm::Log2_32_Ceil(largest + 1);
  std::vector<uint8_t> bytes((numbers.size() * bits + 7) / 8 +
                             sizeof(uint64_t));
  size_t bit = 0;
  for (uint32_t number : numbers) {
    const uint64_t shifted = static_cast<uint64_t>(number) << bit % 8;
    for (size_t i = 0; i < sizeof(shifted) && shifted >> 8 * i; ++i)
      bytes[bit / 8 + i] |= static_cast<uint8_t>(shifted >> 8 * i);
    bit += bits;
  }
  return {bits, addArray(bytes)};
}

MlcPackedStrings
ImageBuilder::packStrings(const std::vector<std::string_view> &strings) {
  const PackedStrings packed(strings);
  MlcPackedStrings result = {};
  result.count = static_cast<int64_t>(strings.size());
  result.begins = packNumbers(packed.begins());
  result.entries = addArray(packed.entries());
  result.pairs = addArray(packed.pairs());
  if (!llvm::is_sorted(packed.numbers()))
    result.numbers = packNumbers(std::vector<uint32_t>(packed.numbers().begin(),
                                                       packed.numbers().end()));
  result.filter = addArray(packed.filter());
  result.filter_bits = static_cast<int64_t>(8 * packed.filter().size());
  return result;
}

static std::vector<std::string_view> linesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  rt::forEachLine(text, [&](std::string_view line) { lines.push_back(line); });
  return lines;
}

static std::vector<std::string_view>
viewsOf(const std::vector<std::string> &strings) {
  return {strings.begin(), strings.end()};
}

void ImageBuilder::addProgram(ProgramOp program) {
  const auto input = cast<RankedTensorType>(
      program.getPredict().getBody().getArgument(0).getType());
  auto yield =
      cast<YieldOp>(program.getPredict().getBody().front().getTerminator());
  image_.width = mostOfRow(input);
  image_.step = sizesAttrOf(input) ? knownElements(input) : image_.width;
  image_.outputs =
      knownElements(cast<RankedTensorType>(yield.getValue().getType()));
  image_.is_sparse = isCsr(input);
}

void ImageBuilder::addWeights(ProgramOp program,
                              const SafetensorsFile &weights) {
  std::vector<int64_t> offsets;
  for (ParameterOp parameter : program.getParameters()) {
    const rt::TensorView &tensor = *weights.find(parameter.getName().str());
    if (tensor.type == ElementType::F16 && tensor.shape.size() == 2) {
      offsets.push_back(addArray(rt::columnScales(tensor.as<uint16_t>())));
    } else if (tensor.type == ElementType::F16) {
      offsets.push_back(0); // Beside the rows that it scales.
    } else if (const auto matrix = rt::quantizedMatrix(weights, tensor)) {
      std::vector<std::byte> records(rt::recordBytes(*matrix));
      rt::fillRecords(*matrix, records);
      offsets.push_back(addBytes(records.data(), records.size()));
      isPacked_ = true;
    } else {
      offsets.push_back(addBytes(tensor.bytes.data(), tensor.bytes.size()));
    }
  }
  image_.parameters = addArray(offsets);
  addText(weights);
  addTable(weights);
}

/// Of how many documents the file's document frequencies are.
static int64_t documentsOf(const SafetensorsFile &weights) {
  const auto root = boost::json::parse(weights.metadata().at("vectorizer"));
  return root.at("documents").as_int64();
}

static bool hasLatinAlone(std::string_view term) {
  for (std::size_t at = 0; at < term.size();)
    if (decodeCharacter(term.data(), term.size(), &at) >= latinEnd)
      return false;
  return true;
}

void ImageBuilder::addText(const SafetensorsFile &weights) {
  if (!weights.metadata().contains("vectorizer"))
    return;
  const rt::Vectorizer vectorizer = rt::Vectorizer::load(weights);
  if (!vectorizer.isText())
    return;
  const rt::VectorizerSettings &settings = vectorizer.settings();
  const rt::TextSettings &text = settings.text;
  const bool isStrict = text.tokenizer.kind == rt::TokenizerKind::ScikitLearn;
  MlcTextImage &row = image_.text;
  row.takes_text = 1;
  row.tokenizer = static_cast<int64_t>(text.tokenizer.kind);
  row.tokenizer_version = text.tokenizer.version;
  row.min_length = text.tokenizer.minLength.value_or(isStrict ? 2 : 1);
  row.ngram_least = text.ngramLeast;
  row.ngram_most = text.ngramMost;
  row.characters = text.characters;
  row.hash_bits = text.hashBits.value_or(0);
  row.signed_hash = text.signedHash;
  row.value = static_cast<int64_t>(settings.value);
  row.normalize = settings.normalization == rt::Normalization::L2;
  const auto terms = linesOf(vectorizer.vocabulary());
  row.columns = text.hashBits ? int64_t(1) << *text.hashBits
                              : static_cast<int64_t>(terms.size());
  if (!text.hashBits && isPacked_ && terms.size() <= MLC_MOST_PACKED)
    row.packed_terms = packStrings(terms);
  else if (!text.hashBits)
    row.terms = addStrings(terms);
  row.stop_words = addStrings(viewsOf(text.stopWords));
  isLatin_ = !text.hashBits && row.min_length == 1 &&
             llvm::all_of(terms, hasLatinAlone) &&
             llvm::all_of(text.stopWords, hasLatinAlone);
  if (text.tokenizer.kind == rt::TokenizerKind::Imdb) {
    const std::string kept = rt::wordsNotStripped(text.tokenizer.vocabulary);
    row.kept_words = addStrings(linesOf(kept));
  }
  if (settings.value == rt::ValueKind::TfIdf) {
    row.documents = documentsOf(weights);
    // Not below 0: Vectorizer::load has seen to that.
    const auto frequencies =
        weights.get("vectorizer.df", ElementType::I32).as<int32_t>();
    row.df = packNumbers(
        std::vector<uint32_t>(frequencies.begin(), frequencies.end()));
  }
  if (vectorizer.isDense()) {
    row.dimensions = vectorizer.features();
    const auto vectors =
        weights.get("vectorizer.embeddings", ElementType::F32).bytes;
    row.vectors = addBytes(vectors.data(), vectors.size());
  }
}

void ImageBuilder::addTable(const SafetensorsFile &weights) {
  const std::optional<rt::Table> table = rt::Table::load(weights);
  if (!table)
    return;
  MlcTableImage &row = image_.table;
  const rt::TableSettings &settings = table->settings();
  row.takes_rows = 1;
  row.scaling = static_cast<int64_t>(settings.scaling);
  row.columns = static_cast<int64_t>(table->columns().size());
  row.text_columns = static_cast<int64_t>(settings.textColumns.size());
  row.width = static_cast<int64_t>(table->width());
  std::vector<MlcColumnImage> columns;
  std::vector<std::string> names;
  int64_t first = 0;
  for (const rt::TableColumn &column : table->columns()) {
    names.push_back(column.name);
    columns.push_back({.is_category = column.type == rt::ColumnType::Category,
                       .has_missing = column.hasMissing,
                       .first = first,
                       .median = column.median,
                       .center = column.center,
                       .factor = column.factor,
                       .values = addStrings(viewsOf(column.values))});
    first += static_cast<int64_t>(column.width());
  }
  llvm::append_range(names, settings.textColumns);
  row.column_rows = addArray(columns);
  std::vector<int64_t> offsets;
  for (const std::string &name : names)
    offsets.push_back(addBytes(name.c_str(), name.size() + 1));
  row.names = addArray(offsets);
  std::vector<std::string_view> missing = viewsOf(settings.missing);
  for (std::string_view usual : rt::usualMissingCells())
    if (!llvm::is_contained(missing, usual))
      missing.push_back(usual);
  row.missing = addStrings(missing);
}

void ImageBuilder::addInfo(std::string_view json) {
  image_.info = addBytes(std::string(json).c_str(), json.size() + 1);
}

void ImageBuilder::addCpuFeatures(std::string_view list) {
  std::vector<MlcCpuBit> bits;
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(list).split(names, ',');
  for (llvm::StringRef name : names)
    if (const auto bit = rt::cpuBitOf(name))
      bits.push_back(
          {bit->leaf, bit->subleaf, bit->place, bit->bit, bit->state});
  image_.cpu_bits = static_cast<int64_t>(bits.size());
  image_.cpu = addArray(bits);
}

std::string ImageBuilder::finish() {
  std::memcpy(bytes_.data(), &image_, sizeof(image_));
  return std::move(bytes_);
}
