#include "gril/models/checkpoint.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "gril/base/error.h"
#include "gril/base/file.h"
#include "gril/base/safetensors.h"
#include "gril/models/stored_tensors.h"
#include "tests/support/error_text.h"
#include "tests/support/sequence_layer_suite.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tensor_compare.h"

namespace gril {
namespace {

const char* const kConfig = R"({"layers": [
    {"kind": "gril", "input_size": 3, "output_size": 2, "window": 2, "decay": "fixed",
     "fixed_decay": 0.9},
    {"kind": "gated_linear_rnn", "input_size": 2, "output_size": 2, "state_size": 4,
     "gate_size": 3}]})";

class Checkpoint : public ::testing::Test {
 protected:
  void save(torch::Dtype dtype) {
    model_ = std::make_shared<SequenceModel>(Json::parse(kConfig), "test");
    model_->to(dtype);
    model_->initialize(11);
    save_model(path_, {model_, claim_, nullptr});
  }

  /// The message of load_model after `change` was made to a good file, without its path.
  std::string refusal(const std::function<void(SafetensorsFile&)>& change) {
    save(at::kDouble);
    SafetensorsFile file = read_safetensors(path_);
    change(file);
    write_safetensors(path_, file);
    std::string text = error_text<InvalidFile>([&] { load_model(path_); });
    for (auto at = text.find(path_.string()); at != std::string::npos;
         at = text.find(path_.string())) {
      text.replace(at, path_.string().size(), "FILE");
    }
    return text;
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "model.safetensors";
  std::shared_ptr<SequenceModel> model_;
  Json claim_ = {{"algorithm", "none"}, {"learning_rate", 0.1}};
};

TEST_F(Checkpoint, RoundTripKeepsEveryBitAndTheDtype) {
  for (const auto dtype : {at::kFloat, at::kDouble}) {
    save(dtype);
    const ModelFile loaded = load_model(path_);
    EXPECT_EQ(loaded.claim, claim_);
    EXPECT_TRUE(loaded.task.is_null());
    EXPECT_EQ(loaded.model->config(), model_->config());
    const auto expected = model_->named_parameters();
    for (const auto& item : loaded.model->named_parameters()) {
      EXPECT_TRUE(testing::has_same_bits(item.key(), item.value(), expected[item.key()]));
      EXPECT_TRUE(item.value().requires_grad());
    }
    const at::Tensor input = testing::random_normal({2, 5, 3}, 1).to(dtype);
    EXPECT_TRUE(testing::has_same_bits("output", loaded.model->forward(input, {}).output,
                                       model_->forward(input, {}).output));
  }
}

TEST_F(Checkpoint, SavingWhatWasLoadedGivesTheSameFile) {
  save(at::kFloat);
  const std::string bytes = read_file(path_, "test");
  save_model(path_, load_model(path_));
  EXPECT_EQ(read_file(path_, "test"), bytes);
}

TEST_F(Checkpoint, ComplexTensorsKeepTheirParts) {
  const at::Tensor parts = testing::random_normal({3, 2, 2}, 4);
  const at::Tensor tensor = at::view_as_complex(parts);
  const StoredTensor stored = store_tensor(tensor);
  EXPECT_EQ(stored.shape, (std::vector<int64_t>{3, 2, 2}));
  at::Tensor loaded = at::zeros_like(tensor);
  load_tensor(stored, loaded);
  EXPECT_TRUE(at::equal(loaded, tensor));
}

TEST_F(Checkpoint, DamagedFilesAreRefused) {
  EXPECT_EQ(refusal([](auto& file) { file.tensors.erase("layers.0.readout"); }),
            "[checkpoint] FILE: tensor layers.0.readout is missing; its configuration needs it.");
  EXPECT_EQ(refusal([](auto& file) { file.tensors["extra"] = file.tensors["layers.0.decay"]; }),
            "[checkpoint] FILE: tensor extra belongs to no layer of gril_model.");
  EXPECT_EQ(refusal([](auto& file) {
              file.tensors["layers.0.readout"].shape = {3, 2};
            }),
            "[checkpoint] FILE: tensor layers.0.readout must have shape (2, 3); got (3, 2).");
  EXPECT_EQ(refusal([](auto& file) {
              auto& tensor = file.tensors["layers.1.readout"];
              tensor.type = ElementType::kFloat32;
              tensor.bytes.resize(tensor.bytes.size() / 2);
            }),
            "[checkpoint] FILE: tensor layers.1.readout must have the dtype of the others, F64; "
            "got F32.");
}

TEST_F(Checkpoint, WrongMetadataIsRefused) {
  EXPECT_EQ(refusal([](auto& file) { file.metadata.clear(); }),
            "[checkpoint] FILE: metadata must hold gril_format; got none. This is not a model of "
            "gril.");
  EXPECT_EQ(refusal([](auto& file) { file.metadata["gril_format"] = "2"; }),
            "[checkpoint] FILE: format must be 1; got \"2\". Another version of gril wrote this "
            "file.");
  EXPECT_EQ(refusal([](auto& file) { file.metadata.erase("gril_model"); }),
            "[checkpoint] FILE: metadata must hold the configuration gril_model; got none.");
  EXPECT_EQ(refusal([](auto& file) { file.metadata["gril_claim"] = "{"; }),
            "[checkpoint] FILE: metadata gril_claim must be JSON; got an error at byte 2.");
  EXPECT_EQ(refusal([](auto& file) { file.metadata["gril_model"] = R"({"layers": []})"; }),
            "[checkpoint] FILE: gril_model: [model] FILE: layers must list at least one layer; got "
            "none.");
}

TEST_F(Checkpoint, AConfigurationThatAsksForAbsurdMemoryIsRefused) {
  EXPECT_EQ(
      refusal([](auto& file) {
        file.metadata["gril_model"] =
            R"({"layers": [{"kind": "linear_attention", "input_size": 1000000000}]})";
      }),
      "[checkpoint] FILE: gril_model: [parameters] a parameter may have as many numbers as are "
      "left, 1048772; got the shape [1000000000, 1000000000].");
  EXPECT_NE(refusal([](auto& file) {
              file.metadata["gril_model"] =
                  R"({"layers": [{"kind": "linear", "input_size": 6000, "output_size": 6000}]})";
            }).find("got the shape [6000, 6000]"),
            std::string::npos);
}

TEST_F(Checkpoint, AConfigurationNestedTooDeeplyIsRefused) {
  std::string stack = R"({"kind": "linear", "input_size": 1, "output_size": 1})";
  for (int i = 0; i < 5000; ++i) {
    stack = R"({"kind": "residual", "layers": [)" + stack + "]}";
  }
  EXPECT_EQ(
      refusal([&](auto& file) { file.metadata["gril_model"] = R"({"layers": [)" + stack + "]}"; }),
      "[checkpoint] FILE: metadata gril_model may be nested 100 levels deep; got more.");
}

}  // namespace
}  // namespace gril
