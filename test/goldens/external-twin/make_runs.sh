#!/bin/sh
# Trains the fixture runs with the command `latentlab` of the checkout that is the first argument. The runs that
# are kept were made at ced7905; they are fixtures of runs of older versions, and are not to be made again.
set -e
cd "$(dirname "$0")"
train() {
  name=$1 data=$2 kind=$3
  shift 3
  labels=$(ls data/$data-train-labels.*) test_labels=$(ls data/$data-test-labels.*)
  node "$checkout/bin/latentlab.js" train --data data/$data-train.$kind --labels "$labels" \
    --test-data data/$data-test.$kind --test-labels "$test_labels" --validation 0 \
    --threads 1 --seed 7 --out "trained/$name" "$@"
  # Neither the place of the data nor the machine belongs to a fixture; the tests put the place in.
  sed -i "s#\"$PWD/data/#\"data/#" "trained/$name/config.json"
  rm -rf "trained/$name/environment.json" "trained/$name/samples" "trained/$name/report.html"
}
checkout=$1
train vae table npy --model vae --batch 30 --hidden 8 --activation tanh --latent 2 --likelihood gaussian:global \
  --free-bits 0.5 --epochs 60 --lr 3e-2
train wae table npy --model wae --batch 30 --hidden 8 --activation tanh --latent 2 --likelihood gaussian:0.3 \
  --lambda 10 --epochs 40 --lr 3e-2
train pca table npy --model pca --batch 30 --latent 3
train ae images idx3-ubyte --model ae --batch 5 --hidden 6 --activation tanh --latent 3 --epochs 50 --lr 4e-3
