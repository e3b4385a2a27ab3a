#include "gril/stream/gril_stream.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <span>
#include <string>

#include "gril/base/check.h"
#include "gril/stream/in_context_regressor.h"

struct gril_stream {
  gril::stream::InContextRegressor regressor;
  std::size_t state_bytes = 0;
  std::string error;
};

namespace {

struct Outcome {
  int code = GRIL_STREAM_DONE;
  std::string text;
};

// No exception may pass into C.
template <typename Action>
Outcome attempt(const Action& action) {
  try {
    action();
    return {};
  } catch (const gril::InvalidArgument& error) {
    return {GRIL_STREAM_INVALID_ARGUMENT, error.what()};
  } catch (const gril::InvalidFile& error) {
    return {GRIL_STREAM_INVALID_FILE, error.what()};
  } catch (const std::exception& error) {
    return {GRIL_STREAM_FAILURE,
            gril::concatenate("[gril_stream] failed; got ", error.what(), ".")};
  }
}

template <typename Action>
int attempt_on(gril_stream* stream, const Action& action) {
  if (stream == nullptr) return GRIL_STREAM_INVALID_ARGUMENT;
  Outcome outcome = attempt(action);
  stream->error = std::move(outcome.text);
  return outcome.code;
}

void require_pointer(const void* pointer, const char* name) {
  gril::require(pointer != nullptr, "gril_stream", name,
                " must point to numbers; got NULL. Pass an array.");
}

void copy_text(const std::string& text, char* destination, std::size_t size) {
  if (destination == nullptr || size == 0) return;
  const std::size_t length = std::min(text.size(), size - 1);
  std::memcpy(destination, text.data(), length);
  destination[length] = '\0';
}

}  // namespace

int gril_stream_open(const char* path, gril_stream** stream, char* error, size_t error_size) {
  const Outcome outcome = attempt([&] {
    gril::require(stream != nullptr, "gril_stream",
                  "stream must point to a pointer; got NULL. Pass one.");
    *stream = nullptr;
    gril::require(path != nullptr, "gril_stream", "path must be a text; got NULL. Name a file.");
    gril::stream::InContextRegressor regressor{std::filesystem::path(path)};
    const std::size_t state_bytes = regressor.save().size();
    auto opened = std::make_unique<gril_stream>(
        gril_stream{std::move(regressor), state_bytes, std::string()});
    *stream = opened.release();
  });
  copy_text(outcome.text, error, error_size);
  return outcome.code;
}

size_t gril_stream_inputs(const gril_stream* stream) { return stream->regressor.inputs(); }
size_t gril_stream_outputs(const gril_stream* stream) { return stream->regressor.outputs(); }
size_t gril_stream_state_size(const gril_stream* stream) { return stream->state_bytes; }
const char* gril_stream_error(const gril_stream* stream) { return stream->error.c_str(); }

int gril_stream_predict(gril_stream* stream, const double* x, double* prediction) {
  return attempt_on(stream, [&] {
    require_pointer(x, "x");
    require_pointer(prediction, "prediction");
    stream->regressor.predict({x, stream->regressor.inputs()},
                              {prediction, stream->regressor.outputs()});
  });
}

int gril_stream_observe(gril_stream* stream, const double* x, const double* y) {
  return attempt_on(stream, [&] {
    require_pointer(x, "x");
    require_pointer(y, "y");
    stream->regressor.observe({x, stream->regressor.inputs()}, {y, stream->regressor.outputs()});
  });
}

int gril_stream_save(gril_stream* stream, void* bytes, size_t size) {
  return attempt_on(stream, [&] {
    require_pointer(bytes, "bytes");
    gril::require(size >= stream->state_bytes, "gril_stream", "size must be at least ",
                  stream->state_bytes, " bytes; got ", size, ". Ask gril_stream_state_size first.");
    const std::string state = stream->regressor.save();
    std::memcpy(bytes, state.data(), state.size());
  });
}

int gril_stream_restore(gril_stream* stream, const void* bytes, size_t size) {
  return attempt_on(stream, [&] {
    require_pointer(bytes, "bytes");
    stream->regressor.restore({static_cast<const char*>(bytes), size});
  });
}

int gril_stream_fork(gril_stream* stream, gril_stream** fork) {
  return attempt_on(stream, [&] {
    require_pointer(fork, "fork");
    *fork = std::make_unique<gril_stream>(*stream).release();
  });
}

void gril_stream_close(gril_stream* stream) { const std::unique_ptr<gril_stream> closed(stream); }
