"""What Python's safetensors package writes, gril reads and writes again, and Python reads the same.

safetensors_interchange.py PROGRAM   PROGRAM is safetensors_copy, which reads one file and writes another.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy
    import safetensors
    from safetensors.numpy import load_file, save_file
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed for {sys.executable}")
    sys.exit(0)


def copy(program, source, target):
    return subprocess.run([program, source, target], capture_output=True, text=True, check=False)


def metadata_of(path):
    with safetensors.safe_open(path, framework="numpy") as file:
        return file.metadata()


def check_copy(program, folder):
    generator = numpy.random.default_rng(1)
    tensors = {
        "layers.0.readout": generator.standard_normal((3, 5)).astype(numpy.float32),
        "double": generator.standard_normal((2, 1, 7)),
        "step": numpy.array(-(2**62), dtype=numpy.int64),
        "bytes": numpy.arange(13, dtype=numpy.uint8),
        "empty": numpy.zeros((0, 4), dtype=numpy.float32),
        'odd name "\u00fc"\n': numpy.array([numpy.inf, -0.0, numpy.nan]),
    }
    metadata = {"gril_format": "1", "text": 'quote " and \u00fc'}
    source, target = folder / "python.safetensors", folder / "gril.safetensors"
    save_file(tensors, source, metadata=metadata)
    result = copy(program, source, target)
    assert result.returncode == 0, result.stderr
    loaded = load_file(target)
    assert loaded.keys() == tensors.keys(), loaded.keys()
    for name, tensor in tensors.items():
        assert loaded[name].dtype == tensor.dtype, name
        assert loaded[name].shape == tensor.shape, name
        assert loaded[name].tobytes() == tensor.tobytes(), name
    assert metadata_of(target) == metadata


def check_refusal(program, folder):
    source, target = folder / "half.safetensors", folder / "none.safetensors"
    save_file({"a": numpy.zeros(3, dtype=numpy.float16)}, source)
    result = copy(program, source, target)
    assert result.returncode == 3, result.returncode
    expected = f'[safetensors] {source}: tensor "a": dtype must be F32, F64, I64 or U8; got "F16".\n'
    assert result.stderr == expected, result.stderr
    assert not target.exists()


def main():
    with tempfile.TemporaryDirectory() as name:
        check_copy(sys.argv[1], Path(name))
        check_refusal(sys.argv[1], Path(name))
    print(f"interchanged with safetensors {safetensors.__version__}")


main()
