#include "gril/tasks/scale_check.h"

#include "gril/base/check.h"

namespace gril {

void check_scale(double scale, const char* name, const char* where) {
  require(scale >= kLeastScale && scale <= kLargestScale, where, name, " must lie in [",
          kLeastScale, ", ", kLargestScale, "], so that float32 holds the numbers; got ", scale,
          ".");
}

}  // namespace gril
