#!/bin/sh
# From a fresh Debian 12 (root or sudo) to a trained, explained and streaming network:
# installs packages, builds, trains a GRIL on in-context regression, shows that it does gradient
# descent, streams a real table and writes a report. A second run reuses what is there.
#     ./quickstart.sh
# GRIL_SKIP_PACKAGES=1 installs nothing.
set -eu
cd "$(dirname "$0")"

experiment=experiments/learning_in_the_recurrent_state/one_step_regression/experiment.toml
run=runs/quickstart

say() {
  printf '\n== %s\n' "$*"
}

[ -n "${GRIL_SKIP_PACKAGES-}" ] || tools/install_packages.sh build

say "Build"
tools/build.sh program gril
gril=build/gril

say "A prompt: examples (x, y) and a question, as the network sees it"
$gril sample $experiment

say "Weights written by hand: exactly one step of gradient descent"
mkdir -p runs
$gril construct gradient-descent --layout interleaved --inputs 10 --outputs 10 --examples 10 \
  --force -o runs/descent.safetensors

say "A network of the same form, trained from random weights"
if [ -e $run ]; then
  $gril train $experiment --out $run --resume
else
  $gril train $experiment --out $run
fi

say "What did it learn? Beside tuned gradient descent on the same prompts"
$gril analyze $run
$gril report $run

say "A live table: hourly bicycle rentals, each predicted before it is shown"
$gril construct gradient-descent --inputs 10 --outputs 1 --layout windowed --examples 1000 \
  --decay 0.999 --learning-rate 0.2 --force -o runs/stream.safetensors >/dev/null
$gril stream runs/stream.safetensors data/bike_sharing/hourly.csv --target cnt \
  --output runs/predicted.csv --force

say "Done"
echo "program      $(pwd)/$gril"
echo "report       $(pwd)/$run/report.html"
echo "predictions  $(pwd)/runs/predicted.csv"
