#pragma once

#include <string>

#include "gril/analysis/analysis.h"

namespace gril {

/// Which attention does a gated linear RNN compute? Reads its function off its weights, whatever
/// the coordinates they stand in: which neurons matter, the kernels of the polynomial, the
/// attention layer that they are nearest to, with its matrices up to the scale that cannot be
/// known, the learning rate where the function is a gradient-descent step. Source: arXiv
/// 2309.01775; gated_rnn_attention.md 2.7, 2.8, 4.1, 4.2, 4.4.
///
/// file      the model in float64, one gated_linear_rnn layer; its task, if it names one, gives the
///           sequences that influences and differences are measured on, otherwise they are standard
///           normal. Its teacher is request.teacher, that of its task, or the attention it claims
/// returns   summary and files as in gril/analysis/README.md; the models "pruned" and, where the
///           function is attention, "rebuilt"
/// errors    InvalidArgument of the stages: a network that answers 0, a teacher of another kind or
///           width, a sequence of another width, kernels that do not fit in memory
Analysis decompile(const ModelFile& file, const std::string& name, const AnalysisRequest& request,
                   const AnalysisProgress& progress);

}  // namespace gril
