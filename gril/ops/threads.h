#pragma once

#include <string>

/// The one place that sets how many threads compute, and says how many there are.
namespace gril {

struct ThreadReport {
  /// Threads libtorch and gril's kernels use for one operation (OpenMP).
  int torch = 1;
  /// Threads of the BLAS behind matrix products; libtorch's number where the BLAS is MKL.
  int blas = 1;
  /// "OpenBLAS 0.3.21 …", "MKL", or the file name of another BLAS; "" when none is loaded.
  std::string blas_name;
  /// The file the BLAS was loaded from; "" when it is inside libtorch.
  std::string blas_path;
};

/// Processors this process may run on: at least 1.
int available_processors();

/// Sets libtorch's, OpenMP's and OpenBLAS's threads. More threads are not always faster: each
/// operation of a small model waits for all of them, so one is best there.
/// threads   1 … available_processors() is sensible; more is allowed.
/// errors    InvalidArgument, "[threads] …", when below 1.
void set_threads(int threads);

ThreadReport thread_report();

}  // namespace gril
