//===- RuntimeABI.h - What programs and the runtime share -------*- C -*-===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The only thing that generated code and the runtime both know. Plain C.
//
// The compiler (lib/Lowering/CPU, lib/Emit) emits one constant `mlc_program`
// of type MlcProgram and its entry points; the runtime (runtime/) reads the
// constant, owns all memory, files and threads, and calls the entry points
// with an MlcCall. A change here obliges both sides and MLC_ABI_VERSION.
//
//===----------------------------------------------------------------------===//

#ifndef MLC_RUNTIMEABI_H
#define MLC_RUNTIMEABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Raised whenever a structure or the meaning of a field below changes.
#define MLC_ABI_VERSION 6

/// How a parameter's first value is made; `value` is MlcParameter's.
typedef enum MlcInitializer {
  MLC_INIT_ZEROS = 0,
  /// Every element is `value`.
  MLC_INIT_CONSTANT = 1,
  /// Uniform in [-value, value).
  MLC_INIT_UNIFORM = 2,
  /// Uniform in +-1/sqrt(fan_in), fan_in = shape[0] (torch.nn.Linear).
  MLC_INIT_UNIFORM_FAN_IN = 3,
  /// Normal with mean 0 and standard deviation `value`.
  MLC_INIT_NORMAL = 4,
} MlcInitializer;

/// A trained tensor: f32, row-major, at most two dimensions.
typedef struct MlcParameter {
  const char *name;    ///< As in the model and in the weights file.
  int64_t rank;        ///< 1 or 2.
  int64_t shape[2];    ///< shape[1] is 1 where rank is 1.
  int64_t initializer; ///< An MlcInitializer.
  double value;        ///< See MlcInitializer.
} MlcParameter;

/// An optimiser's state: f32, of its parameter's shape, zero at first.
typedef struct MlcState {
  const char *name;  ///< PARAMETER.NAME, e.g. "layer1.weight.exp_avg".
  int64_t parameter; ///< Index of its parameter.
} MlcState;

typedef enum MlcInputKind {
  MLC_INPUT_DENSE = 0, ///< `features` f32 [rows, width].
  MLC_INPUT_CSR = 1,   ///< `indptr`, `indices`, `values`.
} MlcInputKind;

/// CSR data of at most this many columns has u16 indices, wider data i32.
#define MLC_U16_WIDTH 65536

typedef enum MlcLabelKind {
  MLC_LABEL_REAL = 0,   ///< f32 [rows, outputs] (targets of mse).
  MLC_LABEL_BINARY = 1, ///< f32 [rows, outputs], each in [0, 1] (bce).
  MLC_LABEL_CLASS = 2,  ///< i32 [rows], each in [0, outputs) (cross_entropy).
} MlcLabelKind;

/// One call of an entry point: every field is 8 bytes wide, so that generated
/// code addresses field i at byte 8 * i (see MlcCallField).
///
/// Rows of the data set take part in the order of `rows`; step s of this call
/// uses rows [s * batch, min((s + 1) * batch, row_count)). In `train`, all
/// workers take part in every step; in `evaluate` and `predict`, each takes
/// steps of its own. All workers of a call pass equal fields except `worker`.
/// The runtime calls on threads that flush denormal numbers to zero.
typedef struct MlcCall {
  const int32_t *rows;   ///< [row_count] row numbers in the data set.
  int64_t row_count;     ///< Rows of this call; the last batch may be smaller.
  const int64_t *indptr; ///< CSR: [data rows + 1].
  const void *indices;   ///< CSR: column of each non-zero; see MLC_U16_WIDTH.
  const float *values;   ///< CSR: value of each non-zero; null: all are 1.
  const float *features; ///< Dense: [data rows, width].
  const void *labels;    ///< By MlcLabelKind; unused by `predict`.
  float *const *parameters; ///< One pointer a parameter, 64-byte aligned.
  float *const *states;     ///< One pointer a state; used by `train` only.
  void *workspace;      ///< workspace bytes (see MlcProgram), 64-byte aligned.
  float *losses;        ///< train, evaluate: [steps] mean loss of each batch.
  float *outputs;       ///< predict, evaluate: [row_count, outputs].
  double learning_rate; ///< train.
  int64_t step;         ///< train: optimiser steps done before this call.
  int64_t
      position; ///< train: examples trained on before this call (all epochs).
  int64_t seed; ///< train: key of dropout's random numbers.
  int64_t nonzero_capacity; ///< CSR: at least the non-zeros of any one batch.
  int64_t worker;           ///< 0 <= worker < workers.
  int64_t workers;          ///< At least 1.
  void *exchange;           ///< Passed back to mlc_exchange.
  void *profile;            ///< Passed back to mlc_profile.
} MlcCall;

/// Field numbers of MlcCall (byte offset / 8).
typedef enum MlcCallField {
  MLC_CALL_ROWS = 0,
  MLC_CALL_ROW_COUNT,
  MLC_CALL_INDPTR,
  MLC_CALL_INDICES,
  MLC_CALL_VALUES,
  MLC_CALL_FEATURES,
  MLC_CALL_LABELS,
  MLC_CALL_PARAMETERS,
  MLC_CALL_STATES,
  MLC_CALL_WORKSPACE,
  MLC_CALL_LOSSES,
  MLC_CALL_OUTPUTS,
  MLC_CALL_LEARNING_RATE,
  MLC_CALL_STEP,
  MLC_CALL_POSITION,
  MLC_CALL_SEED,
  MLC_CALL_NONZERO_CAPACITY,
  MLC_CALL_WORKER,
  MLC_CALL_WORKERS,
  MLC_CALL_EXCHANGE,
  MLC_CALL_PROFILE,
} MlcCallField;

typedef void (*MlcEntryPoint)(const MlcCall *call);

/// Bytes of workspace that an entry point needs: what the workers share, and
/// then a piece for each worker, each piece a multiple of 64:
/// shared + workers * align64(own + own_per_nonzero * nonzero_capacity).
typedef struct MlcWorkspace {
  int64_t shared; ///< A multiple of 64.
  int64_t own;
  int64_t own_per_nonzero;
} MlcWorkspace;

/// A part of a training step whose time `train --profile` tells, and its work
/// in one step: `x` + `x_per_row` * rows + `x_per_nonzero` * non-zeros.
typedef struct MlcRegion {
  const char *name; ///< The ops of the model that it computes.
  /// f32 operations: each sum, product, quotient, root or function is one.
  double operations, operations_per_row, operations_per_nonzero;
  /// Read and written by these ops, were nothing kept in registers or cache
  /// from one to another.
  double bytes, bytes_per_row, bytes_per_nonzero;
} MlcRegion;

/// What a GPU's kernel gets: the address of 8-byte slots in the device's memory
/// and a number (i64). The slots are MlcCall's fields, with pointers into the
/// device's memory, and then these. A kernel works on the batch that is
/// `number` batches after the MLC_SLOT_DONE that were done before.
typedef enum MlcDeviceSlot {
  MLC_SLOT_DONE = MLC_CALL_PROFILE + 1, ///< Batches of this call done before.
  /// Where blocks of MlcDevice's `steps` and `chip` count themselves: 0 at
  /// their launch.
  MLC_SLOT_BARRIER,
  /// evaluate: 4 bytes for each batch, the sum over its rows of what is right:
  /// i32, columns with the right sign (binary) or rows whose first largest
  /// output is the label (class); f32, squared errors of all columns (real).
  MLC_SLOT_SCORES,
  /// The first parameter's pointer; after all of them come the states'.
  MLC_SLOT_PARAMETERS,
} MlcDeviceSlot;

/// Of a batch's score.
#define MLC_SCORE_BYTES 4

/// What MlcDevice's `order` gets instead, and an epoch's number: it fills
/// `result` with the rows of this epoch, in the order that the runtime's keyed
/// bijection says (runtime/Program/Random.h, Permutation).
typedef enum MlcOrderSlot {
  MLC_ORDER_ROWS = 0, ///< i32 [count]: the rows of all epochs.
  MLC_ORDER_COUNT,    ///< At least 1.
  MLC_ORDER_RESULT,   ///< i32 [count].
  MLC_ORDER_SEED,
  MLC_ORDER_PURPOSE,
  MLC_ORDER_LEFT_BITS, ///< Of a place's number, and those to their right.
  MLC_ORDER_RIGHT_BITS,
  MLC_ORDER_ROUNDS,
  MLC_ORDER_SLOTS
} MlcOrderSlot;

/// What a library may round the operands of an f32 product to; sums are f32.
typedef enum MlcPrecision {
  MLC_PRECISION_F32 = 0,
  MLC_PRECISION_TF32 = 1,
  MLC_PRECISION_BF16 = 2,
} MlcPrecision;

/// Where an operand of a product begins.
typedef struct MlcOperand {
  int64_t slot; ///< That has an address, or MLC_NO_OPERAND.
  int64_t
      offset; ///< Bytes from there; in `outputs`, from the batch's first row.
} MlcOperand;

#define MLC_NO_OPERAND (-1)

/// Bits of MlcProduct's flags.
typedef enum MlcProductFlag {
  MLC_PRODUCT_TRANSPOSE_LEFT = 1,
  MLC_PRODUCT_TRANSPOSE_RIGHT = 2,
  MLC_PRODUCT_RELU = 4,
} MlcProductFlag;

/// A product of f32 matrices, row-major and without gaps, that a library
/// computes (dialects/Blas): result = left * right, [rows, columns], with
/// `terms` in each sum. A size of 0 is the batch's rows.
typedef struct MlcProduct {
  int64_t rows, columns, terms;
  int64_t flags;     ///< Of MlcProductFlag.
  MlcOperand left;   ///< [rows, terms], or transposed.
  MlcOperand right;  ///< [terms, columns], or transposed.
  MlcOperand result; ///< Not read.
  MlcOperand bias;   ///< [columns]: added to each row.
  /// Bits of the result's elements, each row filled up to a multiple of 128:
  /// with MLC_PRODUCT_RELU written, 1 where it is positive; else read, and the
  /// result is 0 where they are.
  MlcOperand mask;
  MlcOperand sums; ///< [columns]: the sums of right's columns; not with bias.
} MlcProduct;

/// A launch, always with the same sizes: of a kernel or, where it is not null,
/// of a product.
typedef struct MlcKernel {
  const char *name;
  int64_t blocks;
  int64_t threads; ///< Of a block.
  const MlcProduct *product;
} MlcKernel;

/// The kernels of a step, one after another.
typedef struct MlcLaunches {
  int64_t count;
  const MlcKernel *kernels;
} MlcLaunches;

/// The code of all kernels for one kind of GPU.
typedef struct MlcDeviceImage {
  int64_t architecture; ///< 90 for sm_90: the least that it runs on.
  int64_t is_binary;    ///< 0: PTX, for later ones too. 1: for this one only.
  const void *code;
  int64_t size; ///< Bytes. PTX ends with a zero byte, which counts.
} MlcDeviceImage;

/// What a program can do on a GPU.
typedef struct MlcDevice {
  const char *target; ///< e.g. "cuda sm_80,sm_90", as `info` prints it.
  int64_t image_count;
  const MlcDeviceImage *images;
  int64_t workspace; ///< Bytes, for all steps.
  MlcLaunches train, evaluate, predict;
  /// Runs as many training steps as its number says, as `train` does one by
  /// one. All its blocks run at the same time (a cooperative launch): `blocks`
  /// is the most that have something to do, fewer will do as well. The name is
  /// null where there is no such kernel.
  MlcKernel steps;
  /// The same, but each block keeps its shards of parameters and states in
  /// shared memory for the whole launch. Its bits are the same for any number
  /// of blocks, but others than those of `train`. `chip_shared`[n - 1] is the
  /// bytes of shared memory that a block needs where n of `blocks` run; they
  /// grow as n falls.
  MlcKernel chip;
  const int64_t *chip_shared;
  MlcKernel order;   ///< See MlcOrderSlot.
  int64_t precision; ///< An MlcPrecision, of all products.
  /// The same without products, for machines without the library; null where
  /// this has none.
  const struct MlcDevice *generated;
} MlcDevice;

/// Everything the runtime knows of a compiled program.
typedef struct MlcProgram {
  int64_t abi_version; ///< MLC_ABI_VERSION of the compiler.
  const char *name;
  const char *compiler;  ///< e.g. "mlc 0.1.0".
  const char *target;    ///< e.g. "x86_64-pc-linux-gnu icelake-server".
  const char *features;  ///< CPU features needed, LLVM's names, "avx2,fma,...".
  const char *optimizer; ///< As printed in the model, for people.
  int64_t model_hash;    ///< XXH3-64 of the verified model's text.
  int64_t parameter_count;
  const MlcParameter *parameters;
  int64_t state_count;
  const MlcState *states;
  int64_t input_kind;     ///< An MlcInputKind.
  int64_t input_width;    ///< Features of the model's input.
  int64_t label_kind;     ///< An MlcLabelKind.
  int64_t outputs;        ///< Columns of the prediction.
  int64_t batch;          ///< Rows of a training step.
  int64_t epochs;         ///< Default of --epochs.
  double learning_rate;   ///< Default of --learning-rate.
  MlcWorkspace workspace; ///< The largest need of the entry points.
  /// Null in a program for GPUs alone, as the other two.
  MlcEntryPoint train;    ///< Updates parameters and states in place.
  MlcEntryPoint evaluate; ///< Writes outputs and losses; no dropout.
  MlcEntryPoint predict;  ///< Writes outputs; no dropout.
  /// `train` with calls of mlc_profile; null where the program was not compiled
  /// with it.
  MlcEntryPoint train_profiled;
  int64_t region_count;
  const MlcRegion *regions;
  const MlcDevice *device; ///< Null in a program for CPUs alone.
} MlcProgram;

/// Emitted by the compiler.
extern const MlcProgram mlc_program;

/// The one door through which workers meet; called by generated code, defined
/// by the runtime. Returns when all workers of the call have entered; what any
/// of them wrote before is then visible to all. `exchange` is MlcCall's.
void mlc_exchange(void *exchange, int64_t worker);

/// Called by `train_profiled` where a worker has ended a region, whose number
/// it gives; defined by the runtime. `profile` is MlcCall's.
void mlc_profile(void *profile, int64_t worker, int64_t region);

#ifdef __cplusplus
}
#endif

#endif // MLC_RUNTIMEABI_H
