#pragma once

#include <complex>

#include "gril/ops/linear_scan/linear_scan_cpu_kernel.h"

namespace gril {

/// The complex kernels for machines whose vectors hold one number, where no lane can hold the
/// second half of a pair. One channel after another, in plain C++.
template <typename T>
void complex_scan_by_channel(const LinearScanForward<T>& scan) {
  using Complex = std::complex<T>;
  for (int64_t c = 0; c < scan.width; c += 2) {
    Complex state(scan.initial_state[c], scan.initial_state[c + 1]);
    for (int64_t s = 0; s < scan.length; ++s) {
      const T* decay = scan.decay + s * scan.decay_step + c;
      const T* input = scan.input + s * scan.step + c;
      state = Complex(decay[0], decay[1]) * state + Complex(input[0], input[1]);
      T* output = scan.output + s * scan.step + c;
      output[0] = state.real();
      output[1] = state.imag();
    }
  }
}

template <typename T>
void complex_scan_by_channel(const LinearScanBackward<T>& scan) {
  using Complex = std::complex<T>;
  const auto write = [](T* target, Complex value) {
    target[0] = value.real();
    target[1] = value.imag();
  };
  const bool varying = scan.decay_step != 0;
  for (int64_t c = 0; c < scan.width; c += 2) {
    Complex carried = 0;
    std::complex<double> total = 0;
    for (int64_t s = scan.length - 1; s >= 0; --s) {
      const T* decay = scan.decay + s * scan.decay_step + c;
      const T* gradient = scan.gradient + s * scan.step + c;
      const T* before = c + (s > 0 ? scan.states + (s - 1) * scan.step : scan.initial_state);
      const Complex here = Complex(gradient[0], gradient[1]) + carried;
      const Complex product = std::conj(Complex(before[0], before[1])) * here;
      carried = std::conj(Complex(decay[0], decay[1])) * here;
      write(scan.input_gradient + s * scan.step + c, here);
      if (varying) write(scan.decay_gradient + s * scan.step + c, product);
      total += std::complex<double>(product);
    }
    if (!varying) write(scan.decay_gradient + c, Complex(total));
    write(scan.initial_state_gradient + c, carried);
  }
}

}  // namespace gril
