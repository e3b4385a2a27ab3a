#include "gril/ops/threads.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <sched.h>

#include <algorithm>
#include <filesystem>

#include "gril/base/check.h"
#include "gril/ops/loaded_function.h"

namespace gril {
namespace {

std::string file_of(const void* address) {
  Dl_info library;
  if (address == nullptr || dladdr(address, &library) == 0) return "";
  return std::filesystem::weakly_canonical(library.dli_fname).string();
}

}  // namespace

int available_processors() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return 1;
  return std::max(1, CPU_COUNT(&allowed));
}

void set_threads(int threads) {
  require(threads >= 1, "threads", "the number of threads must be at least 1; got ", threads, ".");
  at::set_num_threads(threads);
  if (auto* set_blas = loaded_function<void(int)>("openblas_set_num_threads")) set_blas(threads);
}

ThreadReport thread_report() {
  ThreadReport report;
  report.torch = at::get_num_threads();
  if (auto* configuration = loaded_function<char*()>("openblas_get_config")) {
    report.blas_name = configuration();
    report.blas_path = file_of(reinterpret_cast<void*>(configuration));
    auto* blas_threads = loaded_function<int()>("openblas_get_num_threads");
    report.blas = blas_threads == nullptr ? 1 : blas_threads();
  } else if (at::hasMKL()) {
    report.blas_name = "MKL";
    report.blas = report.torch;
  } else {
    report.blas_path = file_of(dlsym(RTLD_DEFAULT, "sgemm_"));
    report.blas_name = std::filesystem::path(report.blas_path).filename().string();
  }
  return report;
}

}  // namespace gril
