# Headers, libraries, the program and the CMake package.
