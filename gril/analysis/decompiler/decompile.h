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
/// The same function gives the same numbers, to 1e-6 and in whatever coordinates it is stored,
/// except for what describes the stored network: the files neurons, pruning and canonical, and the
/// metrics neurons, memory_neurons, forget_neurons, between_neurons, outside_neurons,
/// remembering_neurons, forgetting_neurons, pruned_neurons and pruned_difference. README.md has the
/// reasons.
///
/// file      the model in float64, one gated_linear_rnn layer; its task, if it names one, gives the
///           sequences that influences and differences are measured on, otherwise they are standard
///           normal. Its teacher is request.teacher, that of its task, or the attention it claims
/// returns   summary and files as in README.md; the models "pruned" and, where the function is
///           attention, "rebuilt"
/// errors    before anything is measured: InvalidArgument "[decompile] …" for a teacher of other
///           widths, "[teacher_attention] …" for one of another kind, "[attention_map] …" for a
///           sequence of another width or length. Later those of the stages: a network that answers
///           0 or has no neuron above the threshold, kernels that do not fit in memory
Analysis decompile(const ModelFile& file, const std::string& name, const AnalysisRequest& request,
                   const AnalysisProgress& progress);

}  // namespace gril
