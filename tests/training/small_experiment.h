#pragma once

#include "gril/base/json.h"
#include "gril/training/train_config.h"

namespace gril {

/// An experiment that trains in milliseconds: d = m = 2, N = 4, interleaved tokens.
Json small_experiment();

/// The same with "training" keys changed, for example {"steps", 20}.
TrainConfig small_config(const Json& training = Json::object());

}  // namespace gril
