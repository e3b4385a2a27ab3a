#include "gril/base/version.h"

#include "gril_commit.h"

namespace gril {

std::string_view version() { return GRIL_VERSION; }

std::string_view commit() { return GRIL_COMMIT; }

std::string_view compiler() { return GRIL_COMPILER; }

}  // namespace gril
