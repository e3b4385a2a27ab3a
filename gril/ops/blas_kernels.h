#pragma once

#include <string>

namespace gril {

/// The processor family that the loaded OpenBLAS computes for, for example "Haswell"; "" for
/// another BLAS.
std::string blas_kernels();

/// Makes OpenBLAS use vector instructions on a processor whose name it does not know.
///
/// OpenBLAS takes its kernels by the processor's model number. A release older than the processor
/// falls back to "Prescott", kernels of 2004 with vectors of 16 bytes: matrix products are then
/// several times slower than the processor allows. This asks it to choose again, "SkylakeX" where
/// instruction_sets() says AVX3 and "Haswell" where it says AVX2.
///
/// Does nothing where OPENBLAS_CORETYPE is set (the user's choice), where OpenBLAS knows the
/// processor, and for another BLAS. Otherwise it sets OPENBLAS_CORETYPE, so that programs started
/// later choose alike. Call it before the first matrix product, while one thread runs.
/// returns  whether the kernels were changed
bool choose_blas_kernels();

}  // namespace gril
