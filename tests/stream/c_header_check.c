/* Compiled as C99: the header must be usable without C++. */
#include "gril/stream/gril_stream.h"

int predict_one_row(const char* path, const double* x, const double* y, double* prediction) {
  gril_stream* stream = NULL;
  int code = gril_stream_open(path, &stream, NULL, 0);
  if (code == GRIL_STREAM_DONE) code = gril_stream_predict(stream, x, prediction);
  if (code == GRIL_STREAM_DONE) code = gril_stream_observe(stream, x, y);
  gril_stream_close(stream);
  return code;
}
