//===- RuntimeABI.h - What programs and the runtime share -------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The only thing that generated code and the runtime both know. Plain C.
//
// The compiler (lib/Lowering, lib/Emit) emits one constant of type MlcProgram
// and its entry points; the runtime (runtime/) reads the constant, owns all
// memory, files and threads, and calls the entry points with an MlcCall. The
// structures and their fields stand in RuntimeABI.def, the roles of a step's
// arguments in StepRoles.def, and how quantised weights lie in memory in
// QuantizedWeights.h. A change to any of the four obliges both sides and
// MLC_ABI_VERSION.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIMEABI_H
#define MLC_RUNTIMEABI_H

#include "QuantizedWeights.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define MLC_STATIC_ASSERT static_assert
#else
#define MLC_STATIC_ASSERT _Static_assert
#endif

/// Raised whenever a structure or the meaning of a field changes.
#define MLC_ABI_VERSION 13

/// The most dimensions of a tensor.
#define MLC_MAX_RANK 4
typedef int64_t MlcSizes[MLC_MAX_RANK];

/// What elements are: a name and its bits.
#define MLC_ELEMENTS(ELEMENT)                                                  \
  ELEMENT(F32, 32)                                                             \
  ELEMENT(F16, 16)                                                             \
  ELEMENT(BF16, 16)                                                            \
  ELEMENT(I8, 8)                                                               \
  ELEMENT(I4, 4) /* Two in a byte, the first one in its lower half. */         \
  ELEMENT(U16, 16)                                                             \
  ELEMENT(I32, 32)                                                             \
  ELEMENT(I64, 64)

typedef enum MlcElement {
#define MLC_ELEMENT(name, bits) MLC_##name,
  MLC_ELEMENTS(MLC_ELEMENT)
#undef MLC_ELEMENT
} MlcElement;

/// How a parameter's first value is made; `value` is MlcParameter's.
typedef enum MlcInitializer {
  MLC_INIT_ZEROS = 0,
  /// Every element is `value`.
  MLC_INIT_CONSTANT = 1,
  /// Uniform in [-value, value).
  MLC_INIT_UNIFORM = 2,
  /// Uniform in +-1/sqrt(fan_in) (torch.nn.Linear).
  MLC_INIT_UNIFORM_FAN_IN = 3,
  /// Normal with mean 0 and standard deviation `value`.
  MLC_INIT_NORMAL = 4,
} MlcInitializer;

/// What training does to a parameter.
typedef enum MlcTraining {
  /// Nothing: it is frozen, or a quantised weight, or the scales of one.
  MLC_TRAINING_NONE = 0,
  /// The optimiser changes it, by its gradient.
  MLC_TRAINING_GRADIENT = 1,
  /// It has statistics of the batches trained on, which each step changes.
  MLC_TRAINING_RUNNING = 2,
} MlcTraining;

typedef enum MlcInputKind {
  /// All elements of a row.
  MLC_INPUT_DENSE = 0,
  /// The elements of a row that are stored, the others being 0.
  MLC_INPUT_CSR = 1,
  /// Numbers of rows of a table. Reserved: no program has such an input yet.
  MLC_INPUT_IDS = 2,
} MlcInputKind;

/// CSR data of at most this many columns has u16 indices, wider data i32.
#define MLC_U16_WIDTH 65536

typedef enum MlcLabelKind {
  /// Targets of any size (mse), or counts (poisson: MlcLabel.counts).
  MLC_LABEL_REAL = 0,
  /// One for each column of the output, in [0, 1] (bce).
  MLC_LABEL_BINARY = 1,
  /// The number of the column that is right (cross_entropy).
  MLC_LABEL_CLASS = 2,
} MlcLabelKind;

/// The name of a label, f32 [rows], that is how much each row's loss counts.
#define MLC_WEIGHTS "weights"

/// The name of the last label where another model answered it to each row. Only
/// entry points that update read it.
#define MLC_TEACHER "teacher"

/// The name, behind the parameter's and a dot, of the state in which private
/// training sums up a step (MlcProgram's `private_clip`).
#define MLC_PRIVATE_SUM "private_sum"

typedef enum MlcOutputKind {
  /// [rows, sizes of the output's shape].
  MLC_OUTPUT_ROWS = 0,
  /// A number for each stored entry that the rows have in an input. Reserved:
  /// no program has such an output yet.
  MLC_OUTPUT_ENTRIES = 1,
} MlcOutputKind;

typedef enum MlcEntryFlag {
  /// Updates parameters and states in place; all workers take part in every
  /// step. Takes learning_rates, step, position and seed.
  MLC_ENTRY_UPDATES = 1,
  /// Writes losses.
  MLC_ENTRY_LOSSES = 2,
  /// Its gradients are the mean over all of a path, in closed form.
  MLC_ENTRY_PATHS = 4,
  /// Writes gradient_norms.
  MLC_ENTRY_NORMS = 8,
} MlcEntryFlag;

/// What happens to a buffer that ranks have parts of. Reserved, as MlcExchange.
typedef enum MlcExchangeKind {
  /// Each rank gets the shards that the others wrote.
  MLC_EXCHANGE_ALL_GATHER = 0,
  /// Each rank gets the sum of all shards, added by the program's tree.
  MLC_EXCHANGE_PARTIAL_SUMS = 1,
} MlcExchangeKind;

#define MLC_NO_PARAMETER (-1)

/// Bytes of a batch's score (MlcDeviceCall).
#define MLC_SCORE_BYTES 4

/// What a library may round the operands of an f32 product to; sums are f32.
typedef enum MlcPrecision {
  MLC_PRECISION_F32 = 0,
  MLC_PRECISION_TF32 = 1,
  MLC_PRECISION_BF16 = 2,
} MlcPrecision;

#define MLC_NO_OPERAND (-1)

/// Bits of MlcProduct's flags.
typedef enum MlcProductFlag {
  MLC_PRODUCT_TRANSPOSE_LEFT = 1,
  MLC_PRODUCT_TRANSPOSE_RIGHT = 2,
  MLC_PRODUCT_RELU = 4,
} MlcProductFlag;

struct MlcCall;
typedef void (*MlcFunction)(const struct MlcCall *call);

#define MLC_STRUCT(S) typedef struct S {
#define MLC_FIELD(S, type, name) type name;
#define MLC_END(S)                                                             \
  }                                                                            \
  S;
#include "mlc/RuntimeABI.def"

/// The number of each field, by which generated code addresses it: S_field is
/// the 8-byte word of the structure S that the field begins with.
enum {
#define MLC_STRUCT(S)
#define MLC_FIELD(S, type, name) S##_##name = offsetof(S, name) / 8,
#define MLC_END(S) S##_words = sizeof(S) / 8,
#include "mlc/RuntimeABI.def"
};

// No structure has gaps, and every field is a whole number of words: a field
// lies where generated code looks for it.
#define MLC_STRUCT(S) MLC_STATIC_ASSERT(8 * S##_words == 0
#define MLC_FIELD(S, type, name)                                               \
  +(8 * S##_##name == offsetof(S, name) && sizeof(type) % 8 == 0               \
        ? sizeof(type)                                                         \
        : sizeof(S) + 1)
#define MLC_END(S) , #S " has gaps");
#include "mlc/RuntimeABI.def"

/// The program of an executable. The compiler emits it beside each program, as
/// a weak symbol: where several programs are linked into one executable, whose
/// `main` is not the runtime's, they are known by mlc_program_NAME.
extern const MlcProgram *const mlc_program;

/// Where all workers of a call wait for one another: returns when all have
/// entered; what any of them wrote before is then visible to all. Called by
/// generated code, defined by the runtime. `barrier` is MlcCall's.
void mlc_barrier(void *barrier, int64_t worker);

/// Tells that a worker has ended a region, whose number it gives. Called by
/// MlcEntryPoint's `profiled`, defined by the runtime. `profile` is MlcCall's.
void mlc_profile(void *profile, int64_t worker, int64_t region);

#undef MLC_STATIC_ASSERT
#ifdef __cplusplus
}
#endif

#endif // MLC_RUNTIMEABI_H
