// A running sum that forgets: h_t = 0.5 h_{t-1} + 1, through gril's operator.
// Last line of the output: 1.000 1.500 1.750 1.875
#include <ATen/ATen.h>

#include <cstdio>

#include "gril/gril.h"

int main() {
  const at::Tensor decay = at::full({1}, 0.5);
  const at::Tensor input = at::ones({1, 4, 1});
  const at::Tensor states = gril::linear_scan(decay, input);
  for (int64_t t = 0; t < 4; ++t) {
    std::printf("%.3f%c", states[0][t][0].item<double>(), t < 3 ? ' ' : '\n');
  }
}
