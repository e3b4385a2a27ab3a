#pragma once

#include "gril/constructions/exact_model.h"
#include "gril/constructions/memory_query_form.h"

namespace gril {

/// Weights with which a GatedLinearRnn computes linear attention exactly. Source: Gated recurrent
/// neural networks discover attention (arXiv 2309.01775); gated_rnn_attention.md 2.1. A form of N
/// memory neurons, Q queries and G gates (memory_query_form.h) becomes n = N + Q neurons:
///
///     neuron n      holds memory n:  input_map row (left_n, 0), input_gate row (right_n, 0),
///                                    eigenvalue λ
///     neuron N + j  holds query j:   input_map row (queries_j, 0), input_gate row (0, 1),
///                                    eigenvalue 0
///     gate g        output_gate row selects its memory neuron, output_map row its query neuron
///     readout       as in the form
///
/// returns  the layer, n(2d + 3) + 2Gn + outputs·G parameters.
/// errors   InvalidArgument "[linear_attention] …" for a form that rotates.
ExactLayer linear_attention_as_gated_rnn(const MemoryQueryForm& form);

}  // namespace gril
