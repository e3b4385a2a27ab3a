#pragma once

#include "gril/constructions/exact_model.h"
#include "gril/constructions/memory_query_form.h"

namespace gril {

/// Weights with which a GatedLinearRnn whose output gate reads the token computes linear attention
/// exactly: queries need no neurons. Source: gated_rnn_attention.md 2.5. A form of N memory neurons
/// and G gates (memory_query_form.h) becomes n = N neurons:
///
///     neuron n   holds memory n:  input_map row (left_n, 0), input_gate row (right_n, 0),
///     eigenvalue λ gate g     output_gate row (its row of queries, 0), output_map row selects its
///     memory neuron readout    as in the form
///
/// returns  the layer, N(2d + 3) + G(d + 1) + GN + outputs·G parameters. The basic memory has
///          output_map = I: without these d⁴ constants they are 4d³ + 4d².
/// errors   InvalidArgument "[linear_attention] …" for a form that rotates.
ExactLayer linear_attention_as_side_gated_rnn(const MemoryQueryForm& form);

}  // namespace gril
