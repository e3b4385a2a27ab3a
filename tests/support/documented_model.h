#pragma once

#include <string>

#include "gril/base/json.h"
#include "gril/models/sequence_model.h"

namespace gril::testing {

/// The TOML block below the heading "## name" of a document, such as
/// "docs/gated_rnn_variants.md". Errors: std::runtime_error when there is no such heading.
Json documented_config(const std::string& page, const std::string& name);

/// The model of its section [model].
SequenceModel documented_model(const std::string& page, const std::string& name);

}  // namespace gril::testing
