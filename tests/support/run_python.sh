#!/bin/sh
# run_python.sh PYTHON SCRIPT ...: runs a test script with $GRIL_TEST_PYTHON, or PYTHON where that
# is not set; prints "skipped: ..." where there is no such program.
python="${GRIL_TEST_PYTHON:-$1}"
shift
command -v "$python" > /dev/null || { echo "skipped: no program $python"; exit 0; }
exec "$python" "$@"
