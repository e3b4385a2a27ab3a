#include "gril/models/inner_parameters.h"

namespace gril {

std::vector<std::string> inner_recurrence_parameters(const SequenceLayer& stack,
                                                     const std::string& name) {
  std::vector<std::string> names = stack.recurrence_parameters();
  for (std::string& parameter : names) parameter.insert(0, name + ".");
  return names;
}

}  // namespace gril
