# GRIL_SANITIZE=address;undefined builds everything with these sanitizers.
if(GRIL_SANITIZE)
  string(REPLACE ";" "," GRIL_SANITIZER_LIST "${GRIL_SANITIZE}")
  add_compile_options(-fsanitize=${GRIL_SANITIZER_LIST} -fno-omit-frame-pointer
                      -fno-sanitize-recover=undefined -fno-sanitize=vptr)
  add_link_options(-fsanitize=${GRIL_SANITIZER_LIST})
endif()
