#pragma once

#include <stddef.h>

/* C interface of the streaming runtime: a model that learns in context, as a regressor.
 *
 *     gril_stream* stream = NULL;
 *     char error[256];
 *     if (gril_stream_open("model.safetensors", &stream, error, sizeof error) != GRIL_STREAM_DONE)
 * ... gril_stream_predict(stream, x, &prediction);   one prediction, nothing learnt
 *     gril_stream_observe(stream, x, &y);            one example
 *     gril_stream_close(stream);
 *
 * Every function that can fail returns a gril_stream_code; nothing has changed when it is not
 * GRIL_STREAM_DONE, and gril_stream_error says why. Memory is taken by open, fork, save and restore
 * only; predict and observe allocate nothing. One stream serves one thread at a time; forks may run
 * in different threads. */

#ifdef __cplusplus
extern "C" {
#endif

/* NOLINTBEGIN(modernize-use-using,readability-identifier-naming): C has no using and writes names
 * so. */
typedef struct gril_stream gril_stream;

/* Results; the numbers are the exit codes of the program gril. */
enum gril_stream_code {
  GRIL_STREAM_DONE = 0,
  GRIL_STREAM_FAILURE = 1,          /* out of memory */
  GRIL_STREAM_INVALID_ARGUMENT = 2, /* the caller's mistake */
  GRIL_STREAM_INVALID_FILE = 3      /* a damaged file or state */
};

/* Opens a model file. On failure *stream becomes NULL and the reason is written to error (at most
 * error_size bytes with the closing zero; error may be NULL when error_size is 0). */
int gril_stream_open(const char* path, gril_stream** stream, char* error, size_t error_size);

/* Features of x and of y. */
size_t gril_stream_inputs(const gril_stream* stream);
size_t gril_stream_outputs(const gril_stream* stream);

/* The prediction for x (gril_stream_inputs numbers) from the examples observed so far, written to
 * prediction (gril_stream_outputs numbers). Changes no later prediction. */
int gril_stream_predict(gril_stream* stream, const double* x, double* prediction);

/* Adds the example (x, y). */
int gril_stream_observe(gril_stream* stream, const double* x, const double* y);

/* Bytes of a saved state: the same for the whole life of a model. */
size_t gril_stream_state_size(const gril_stream* stream);

/* Writes the state to bytes, size of them; at least gril_stream_state_size. */
int gril_stream_save(gril_stream* stream, void* bytes, size_t size);

/* Takes a state that was saved from the same model, on this machine or another. */
int gril_stream_restore(gril_stream* stream, const void* bytes, size_t size);

/* A second stream that starts in the state of the first; it is closed on its own. */
int gril_stream_fork(gril_stream* stream, gril_stream** fork);

/* Why the last call on this stream failed; "" when none did. Valid until the next call. */
const char* gril_stream_error(const gril_stream* stream);

/* Gives everything back. NULL is allowed. */
void gril_stream_close(gril_stream* stream);

/* NOLINTEND(modernize-use-using,readability-identifier-naming) */

#ifdef __cplusplus
}
#endif
