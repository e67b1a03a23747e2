#!/usr/bin/env bash
# Makes a folder that tests and times GPU programs on a machine with a GPU: it
# needs Python there, but neither LLVM nor this repository nor a network.
#   test/device/bundle.sh [--emulate] [FOLDER]    # build/gpu-bundle
#   FOLDER/run.sh                                 # on the machine with the GPU
# With --emulate, the emulated driver and kernels come along, so that
# FOLDER/run.sh --emulate tries the scripts themselves without a GPU.
# With MLC_IMDB_DATA (or ../shared/data/imdb beside the repository) the
# benchmark's data set is IMDB's training set, else the example's sample.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${MLC_BUILD:-$root/build}
mlc=$build/bin/mlc
emulate=no
out=$build/gpu-bundle
for argument; do
  case $argument in
    --emulate) emulate=yes ;;
    -*) echo "bundle: unknown option: $argument" >&2; exit 2 ;;
    *) out=$argument ;;
  esac
done
[ -x "$mlc" ] || { echo "bundle: $mlc: not found; build it first" >&2; exit 1; }

rm -rf "$out"
mkdir -p "$out"/{programs,data,scripts/peers}
# Any x86-64 of the last ten years runs the CPU's side.
options=(--target cpu,cuda --cpu x86-64-v3)
add() { # NAME MODEL OPTIONS...
  local name=$1 model=$2
  shift 2
  "$mlc" compile "$model" "${options[@]}" "$@" -o "$out/programs/$name"
  [ "$emulate" = yes ] || return 0
  "$mlc" compile "$model" --target cuda --emit emulation "$@" \
    -o "$out/programs/$name.o"
  c++ -shared -o "$out/programs/$name.so" "$out/programs/$name.o" \
    "$build/lib/libmlc-fake-cuda.so" '-Wl,-rpath,$ORIGIN/../emulator' -lm
  rm "$out/programs/$name.o"
}
for model in "$root"/examples/*/model*.mlir; do
  example=$(basename "$(dirname "$model")")
  variant=$(basename "$model" .mlir)
  add "$example${variant#model}" "$model"
done
for steps in launches kernel chip; do
  add imdb-mlp-$steps "$root/examples/imdb-mlp/model.mlir" --gpu-steps $steps
done
for model in "$root"/test/Integration/CPU/models/*.mlir; do
  name=$(basename "$model" .mlir)
  # PyTorch drops other elements: drop none, but keep the op.
  sed 's/%s4, 0\.25/%s4, 0.0/' "$model" > "$out/$name.mlir"
  add "$name-recorded" "$out/$name.mlir"
  rm "$out/$name.mlir"
done
# Odd batches.
for name in everything lazy classes logistic; do
  add $name-batch65 "$root/test/Integration/CPU/models/$name.mlir" --batch 65
done
for name in everything lazy; do
  add $name-batch1 "$root/test/Integration/CPU/models/$name.mlir" --batch 1
  add $name-batch65-launches "$root/test/Integration/CPU/models/$name.mlir" \
    --batch 65 --gpu-steps launches
done

# Products by cuBLASLt, with all of their epilogues.
wide=$root/test/Integration/GPU/models/wide.mlir
add wide-cublas-batch65 "$wide" --batch 65 --gemm cublas
for precision in f32 tf32 bf16; do
  add dense-$precision "$root/test/Integration/GPU/models/dense.mlir" --gpu sm_80 \
    --gemm cublas --matmul-precision $precision
done
add dense-generated "$root/test/Integration/GPU/models/dense.mlir" --gpu sm_80 --gemm generated

data=${MLC_IMDB_DATA:-$root/../shared/data/imdb}
if [ -f "$data/train.csv.xz" ]; then
  source=$data/train.csv.xz
else
  source=$root/examples/imdb-mlp/sample/train.csv.xz
fi
"$mlc" data "$source" --max-features 1000 --value binary \
  -o "$out/data/benchmark.safetensors"
cp "$root/test/device/bundle/"*.* "$out/scripts/"
mv "$out/scripts/run.sh" "$out/"
cp "$root/test/Integration/integration.py" "$root/test/Integration/GPU/compare.py" \
  "$root/test/Integration/CPU/recorded.json" "$out/scripts/"
cp "$root"/test/benchmark/peers/{peer,pytorch,jax_scan}.py "$out/scripts/peers/"
rm "$out"/scripts/limit*
# The hand-written yardstick, for the same GPUs.
nvcc=$(command -v nvcc || echo "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc")
if [ -x "$nvcc" ]; then
  targets=()
  for sm in 80 90 100; do
    targets+=(-gencode "arch=compute_$sm,code=[sm_$sm,compute_$sm]")
  done
  "$nvcc" -O3 -std=c++20 "${targets[@]}" "$root/test/device/bundle/limit.cu" \
    -o "$out/limit"
else
  echo "bundle: no nvcc: the yardstick limit.cu is left out" >&2
fi
if [ "$emulate" = yes ]; then
  mkdir "$out/emulator"
  cp "$build"/lib/libmlc-fake-{cuda,cublaslt}.so "$out/emulator/"
fi
# Programs are alike: together they are a tenth of their size.
tar -C "$out" -c --remove-files programs | xz -6 > "$out/programs.tar.xz"
git -C "$root" rev-parse HEAD > "$out/commit" 2>/dev/null || true
most=$((64 * 1024))
size=$(du -sk "$out" | cut -f1)
echo "$out: $size KiB"
[ "$size" -le $most ] || { echo "bundle: larger than 64 MiB" >&2; exit 1; }
