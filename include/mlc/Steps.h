//===- Steps.h - How passes know a step's arguments -----------------------===//
//
// Part of the mlc project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MLC_STEPS_H
#define MLC_STEPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringRef.h"

/// The functions that the stage autodiff makes and the roles of their arguments
/// and results. Each argument carries its role as the attribute `mlc.role`
/// (RoleAttr of dialects/Mlc) through all stages, so that passes add and
/// replace arguments without counting them. StepRoles.def says where each is
/// passed from.
namespace mlc::steps {

inline constexpr llvm::StringLiteral kTrain = "train_step";
inline constexpr llvm::StringLiteral kEvaluate = "evaluate_step";
inline constexpr llvm::StringLiteral kPredict = "predict_step";
inline constexpr llvm::StringLiteral kExplain = "explain_step";

/// The steps that a program can have, and their names as entry points.
inline constexpr std::pair<llvm::StringLiteral, llvm::StringLiteral>
    kEntryPoints[] = {{kTrain, "train"},
                      {kEvaluate, "evaluate"},
                      {kPredict, "predict"},
                      {kExplain, "explain"}};

/// The attribute's name.
inline constexpr llvm::StringLiteral kRole = "mlc.role";

/// The text of each role of StepRoles.def: kRows is "rows".
#define MLC_ROLE(Name, text, reader, source, word, form, advance)              \
  inline constexpr llvm::StringLiteral k##Name = text;
#include "mlc/StepRoles.def"

// Roles that stay inside the compiler.

/// A result between `mlc-gradients` and `mlc-optimizer`: one a parameter, in
/// the parameters' order.
inline constexpr llvm::StringLiteral kGradient = "gradient";
/// Bytes of a thread block's shared memory (`mlc-chip-memory`).
inline constexpr llvm::StringLiteral kSharedMemory = "shared";

/// On a product inside a forall: the library computes it (`mlc-tile-shards`).
inline constexpr llvm::StringLiteral kLibrary = "mlc.library";

/// On a function: the numbers of its ShardRule, where that is not a CPU's.
inline constexpr llvm::StringLiteral kShardRule = "mlc.shard_rule";

/// On a forall, a ShardsAttr: the shards among which its iterations are
/// distributed (`mlc-tile-shards`).
inline constexpr llvm::StringLiteral kShards = "mlc.shards";

/// On a loop: it adds partial sums of all shards to what one worker makes, and
/// is not to be fused with that.
inline constexpr llvm::StringLiteral kTree = "mlc.tree";

/// The function of include/mlc/RuntimeABI.h that workers meet in.
inline constexpr llvm::StringLiteral kBarrierFunction = "mlc_barrier";

/// The training step that tells where its time goes (`mlc-profile-step`), and
/// what it calls.
inline constexpr llvm::StringLiteral kProfiledTrain = "profiled_train_step";
inline constexpr llvm::StringLiteral kProfileFunction = "mlc_profile";

/// On the training step, from linalg on where it is to be profiled: the work of
/// its computations (`mlc-note-work`). After `mlc-profile-step`, on the
/// profiled one: that of its regions.
inline constexpr llvm::StringLiteral kWork = "mlc.work";

/// On a step, from linalg on: the products that it computes, always, for each
/// row of the batch and for each non-zero (`mlc-count-multiplications`).
inline constexpr llvm::StringLiteral kMultiplications = "mlc.multiplications";

/// On a function: the most rows that a batch has.
inline constexpr llvm::StringLiteral kBatch = "mlc.batch";

/// On a function: the most that its argument `length` can be.
inline constexpr llvm::StringLiteral kMostLength = "mlc.length";

/// On a function: each worker runs whole steps of its own, so that nothing in
/// a step is split or waited for (evaluation, prediction).
inline constexpr llvm::StringLiteral kIndependent = "mlc.independent";

/// On the step of explanation: its gradients are means over all of a path, in
/// closed form.
inline constexpr llvm::StringLiteral kPaths = "mlc.paths";

/// On an op outside of foralls: worker 0, the leader, alone runs it.
inline constexpr llvm::StringLiteral kLeader = "mlc.leader";

/// On a loop over a worker's iterations of a forall: there is one or none.
inline constexpr llvm::StringLiteral kAtMostOne = "mlc.at_most_one";

/// On a function, after `mlc-plan-workspace`: bytes that workers share, of each
/// worker, of each worker for each non-zero.
inline constexpr llvm::StringLiteral kWorkspaceBytes = "mlc.workspace";

/// The role of a step's argument; empty where it has none.
llvm::StringRef roleOf(mlir::BlockArgument argument);

/// The role of a step's result; empty where it has none.
llvm::StringRef resultRole(mlir::func::FuncOp step, unsigned result);

/// The attributes of an argument or a result that has a role.
mlir::DictionaryAttr roleAttributes(mlir::MLIRContext *context,
                                    llvm::StringRef role);

/// The argument of a role, the first of several; null where there is none.
mlir::BlockArgument findArgument(mlir::func::FuncOp step, llvm::StringRef role);

/// All arguments of a role, in order.
llvm::SmallVector<mlir::BlockArgument> findArguments(mlir::func::FuncOp step,
                                                     llvm::StringRef role);

/// What a step keeps beside a parameter from one step to the next.
struct State {
  llvm::StringRef parameter, name; ///< "layer1.weight", "exp_avg".
};

/// The states of a training step, in the order of its arguments. Fails, with an
/// error, where an argument of the role `state` lacks a name.
mlir::FailureOr<llvm::SmallVector<State>> statesOf(mlir::func::FuncOp step);

/// Adds an argument of the role `state` at the end.
mlir::BlockArgument addState(mlir::func::FuncOp step, mlir::Type type,
                             llvm::StringRef parameter, llvm::StringRef name,
                             mlir::Location location);

/// The roles of a step's results; empty where a result has none.
llvm::SmallVector<llvm::StringRef> resultRoles(mlir::func::FuncOp step);

/// Makes the step's results those that its end returns, each in its role.
void setResults(mlir::func::FuncOp step, llvm::ArrayRef<llvm::StringRef> roles);

/// Adds an argument at the end.
mlir::BlockArgument addArgument(mlir::func::FuncOp step, mlir::Type type,
                                llvm::StringRef role);
/// At `location`, where that is not the step's.
mlir::BlockArgument addArgument(mlir::func::FuncOp step, mlir::Type type,
                                llvm::StringRef role, mlir::Location location);

} // namespace mlc::steps

#endif // MLC_STEPS_H
