#pragma once

#include <string>

#include "gril/models/sequence_model.h"

namespace gril::testing {

/// The model of the TOML block below the heading "## name" of a document, such as
/// "docs/gated_rnn_variants.md". Errors: std::runtime_error when there is no such heading.
SequenceModel documented_model(const std::string& page, const std::string& name);

}  // namespace gril::testing
