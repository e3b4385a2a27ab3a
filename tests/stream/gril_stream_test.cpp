#include "gril/stream/gril_stream.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/stream/model_file.h"

namespace gril::test {
namespace {

class GrilStream : public ::testing::Test {
 protected:
  GrilStream() : file_("model.safetensors") {
    write_safetensors(file_.path(), descent_model(2, 0.5, 1.0));
    EXPECT_EQ(gril_stream_open(file_.path().c_str(), &stream_, nullptr, 0), GRIL_STREAM_DONE);
  }
  ~GrilStream() override { gril_stream_close(stream_); }

  double prediction_of(gril_stream* stream) {
    double prediction = 0.0;
    EXPECT_EQ(gril_stream_predict(stream, x_.data(), &prediction), GRIL_STREAM_DONE);
    return prediction;
  }

  TemporaryFile file_;
  gril_stream* stream_ = nullptr;
  std::array<double, 2> x_ = {1.0, 2.0};
  double y_ = 3.0;
};

TEST_F(GrilStream, PredictsFromObservedExamples) {
  EXPECT_EQ(gril_stream_inputs(stream_), 2U);
  EXPECT_EQ(gril_stream_outputs(stream_), 1U);
  EXPECT_EQ(prediction_of(stream_), 0.0);
  EXPECT_EQ(gril_stream_observe(stream_, x_.data(), &y_), GRIL_STREAM_DONE);
  EXPECT_DOUBLE_EQ(prediction_of(stream_), 0.5 * 3.0 * 5.0);
}

TEST_F(GrilStream, SavesRestoresAndForks) {
  gril_stream_observe(stream_, x_.data(), &y_);
  const double expected = prediction_of(stream_);
  std::vector<char> bytes(gril_stream_state_size(stream_));
  ASSERT_EQ(gril_stream_save(stream_, bytes.data(), bytes.size()), GRIL_STREAM_DONE);
  gril_stream* fork = nullptr;
  ASSERT_EQ(gril_stream_fork(stream_, &fork), GRIL_STREAM_DONE);
  gril_stream_observe(fork, x_.data(), &y_);
  EXPECT_EQ(prediction_of(stream_), expected);
  EXPECT_NE(prediction_of(fork), expected);
  ASSERT_EQ(gril_stream_restore(fork, bytes.data(), bytes.size()), GRIL_STREAM_DONE);
  EXPECT_EQ(prediction_of(fork), expected);
  gril_stream_close(fork);
}

TEST_F(GrilStream, FailuresHaveCodeAndText) {
  EXPECT_EQ(gril_stream_predict(nullptr, x_.data(), &y_), GRIL_STREAM_INVALID_ARGUMENT);
  EXPECT_EQ(gril_stream_predict(stream_, nullptr, &y_), GRIL_STREAM_INVALID_ARGUMENT);
  EXPECT_STREQ(gril_stream_error(stream_),
               "[gril_stream] x must point to numbers; got NULL. Pass an array.");
  std::array<char, 4> few = {};
  EXPECT_EQ(gril_stream_save(stream_, few.data(), few.size()), GRIL_STREAM_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(gril_stream_error(stream_)),
            "[gril_stream] size must be at least " +
                std::to_string(gril_stream_state_size(stream_)) +
                " bytes; got 4. Ask gril_stream_state_size first.");
  EXPECT_EQ(gril_stream_restore(stream_, "abcd", 4), GRIL_STREAM_INVALID_FILE);
  EXPECT_STREQ(gril_stream_error(stream_),
               "[stream_state] a state must start with \"grilstat\" and its header; got 4 bytes of "
               "something else. Give the bytes that save returned.");
  EXPECT_EQ(prediction_of(stream_), 0.0);
  EXPECT_STREQ(gril_stream_error(stream_), "");
}

TEST_F(GrilStream, OpenReportsThroughTheCallersBuffer) {
  std::array<char, 256> error = {};
  gril_stream* none = stream_;
  EXPECT_EQ(gril_stream_open("/no/such/model", &none, error.data(), error.size()),
            GRIL_STREAM_INVALID_ARGUMENT);
  EXPECT_EQ(none, nullptr);
  EXPECT_STREQ(error.data(),
               "[safetensors] /no/such/model: must be a file; got no such file. Check the path.");
  EXPECT_EQ(gril_stream_open("/no/such/model", &none, error.data(), 6),
            GRIL_STREAM_INVALID_ARGUMENT);
  EXPECT_STREQ(error.data(), "[safe");
  EXPECT_EQ(gril_stream_open(nullptr, &none, nullptr, 0), GRIL_STREAM_INVALID_ARGUMENT);
  EXPECT_EQ(gril_stream_open(file_.path().c_str(), nullptr, nullptr, 0),
            GRIL_STREAM_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace gril::test
