//===- StepRoles.h - What the arguments of a step are -----------*- C++ -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A step is the function of one batch. Each of its arguments has a role, which
// says where the caller has it from, in which form the step gets it, and how it
// moves on from one batch of a call to the next. StepRoles.def lists the roles;
// whoever passes arguments reads that list: entry points for CPUs, kernels for
// GPUs, the reference, and the runtime, which copies data sets to GPUs.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_STEPROLES_H
#define MLC_STEPROLES_H

#include "mlc/RuntimeABI.h"

#include <iterator>
#include <optional>
#include <string_view>

namespace mlc {

enum class Role {
#define MLC_ROLE(Name, text, reader, source, word, form, advance) Name,
#include "mlc/StepRoles.def"
};

/// Who can pass arguments of a role.
enum class RoleReader {
  Any,
  Cpu, ///< Only entry points for CPUs.
  Gpu, ///< Only kernels.
};

/// Where the caller has it: in one of the tables that MlcCall points to, each
/// an array with an entry for every input, parameter or the like, or
enum class RoleSource {
#define MLC_TABLE(Name, field, words) Name,
#include "mlc/StepRoles.def"
  Call,       ///< in a field of MlcCall,
  DeviceCall, ///< in a field of MlcDeviceCall,
  Batch,      ///< nowhere: it follows from which batch of the call it is.
};

/// A table: the field of MlcCall that points to it, and the words of an entry.
struct TableInfo {
  int64_t field, words;
};

inline constexpr TableInfo tableInfos[] = {
#define MLC_TABLE(Name, field, words) {field, words},
#include "mlc/StepRoles.def"
};
inline constexpr int tableCount = std::size(tableInfos);

constexpr bool isTable(RoleSource source) {
  return static_cast<int>(source) < tableCount;
}
constexpr const TableInfo &infoOf(RoleSource table) {
  return tableInfos[static_cast<int>(table)];
}

/// How many entries each table has.
struct TableSizes {
  int64_t entries[tableCount] = {};

  int64_t &operator[](RoleSource table) {
    return entries[static_cast<int>(table)];
  }
  /// The number of the word behind MlcDeviceCall's first one that has a word of
  /// an entry.
  constexpr int64_t slotOf(RoleSource table, int64_t entry,
                           int64_t word) const {
    int64_t slot = MlcDeviceCall_words;
    for (int before = 0; before < static_cast<int>(table); ++before)
      slot += entries[before] * tableInfos[before].words;
    return slot + entry * infoOf(table).words + word;
  }
};

/// What the step gets.
enum class RoleForm {
  DataSet, ///< A memref of an array with something of all rows of a data set.
  Buffer,  ///< A memref of other memory.
  Integer, ///< i64
  Index,   ///< index
  Length,  ///< index: how much of an array the first row of a data set has.
  Element, ///< The number of an array that the batch has.
  Address, ///< !llvm.ptr
  IsNull,  ///< i1: the address is null.
  IsFirst, ///< i1: the batch is the first one of the call.
  IsLast,  ///< i1: it is the last one.
};

/// What is different for the next batch.
enum class RoleAdvance {
  None,
  /// A memref begins at the first row of the batch, and has its rows; an
  /// integer is greater by the rows before.
  ByRow,
  /// A memref begins at the element with the number of the batch, and has this
  /// one; an integer is greater by the batches up to and with this one.
  ByStep,
};

struct RoleInfo {
  std::string_view name;
  RoleReader reader;
  RoleSource source;
  /// The number of the field, or of the word in the table's entry.
  int64_t word;
  RoleForm form;
  RoleAdvance advance;
};

inline constexpr RoleInfo roleInfos[] = {
#define MLC_ROLE(Name, text, reader, source, word, form, advance)              \
  {text, RoleReader::reader, RoleSource::source,                               \
   word, RoleForm::form,     RoleAdvance::advance},
#include "mlc/StepRoles.def"
};

constexpr const RoleInfo &infoOf(Role role) {
  return roleInfos[static_cast<int>(role)];
}

/// Nothing where no role has this name.
constexpr std::optional<Role> roleNamed(std::string_view name) {
  int number = 0;
  for (const RoleInfo &info : roleInfos) {
    if (info.name == name)
      return static_cast<Role>(number);
    ++number;
  }
  return std::nullopt;
}

} // namespace mlc

#endif // MLC_STEPROLES_H
