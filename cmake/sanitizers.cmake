# GRIL_SANITIZE=address;undefined builds everything with these sanitizers.
if(GRIL_SANITIZE)
  # An allocation that is too large fails as it does without sanitizers, instead of ending the test.
  set(GRIL_SANITIZER_ENVIRONMENT "ASAN_OPTIONS=allocator_may_return_null=1")
  string(REPLACE ";" "," GRIL_SANITIZER_LIST "${GRIL_SANITIZE}")
  # Instrumented by GCC 12, moves of std::function and c10::optional look uninitialised.
  add_compile_options(-fsanitize=${GRIL_SANITIZER_LIST} -fno-omit-frame-pointer
                      -fno-sanitize-recover=undefined -fno-sanitize=vptr -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=${GRIL_SANITIZER_LIST})
endif()
