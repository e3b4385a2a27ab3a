"""The expected values of tests/base/seed_test.cpp: python3 tests/golden/child_seed.py"""

BITS = 2**64 - 1


def mix(value):
    value = (value + 0x9E3779B97F4A7C15) & BITS
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & BITS
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & BITS
    return value ^ (value >> 31)


def fnv1a(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & BITS
    return value


def child_seed(seed, name, index=0):
    return mix(mix(mix(seed) ^ fnv1a(name)) ^ index)


# Published values: SplitMix64 started at 0 gives this first; FNV-1a of "a" is the second.
assert mix(0) == 0xE220A8397B1DCDAF
assert fnv1a("a") == 0xAF63DC4C8601EC8C

for arguments in [(0, ""), (1, "parameters"), (1, "training batch", 2), (BITS, "evaluation tasks", BITS)]:
    print(arguments, f"0x{child_seed(*arguments):016x}")
