# One interface target with the warnings every gril target is built with.
add_library(gril_warnings INTERFACE)
target_compile_options(gril_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wunused)
if(GRIL_WARNINGS_AS_ERRORS)
  target_compile_options(gril_warnings INTERFACE -Werror)
endif()
