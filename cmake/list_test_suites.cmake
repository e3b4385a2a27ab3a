# Script of add_gril_test: writes LIST_FILE, which tells ctest one entry per suite of PROGRAM.
execute_process(COMMAND "${PROGRAM}" --gtest_list_tests OUTPUT_VARIABLE listing RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "[list_test_suites] ${PROGRAM} --gtest_list_tests failed: ${status}")
endif()
string(REGEX MATCHALL "(^|\n)[A-Za-z_][A-Za-z0-9_/]*\\." suites "${listing}")
if(NOT suites)
  message(FATAL_ERROR "[list_test_suites] ${PROGRAM} holds no tests.")
endif()
set(entries "")
foreach(suite ${suites})
  string(REGEX REPLACE "^\n|\\.$" "" suite "${suite}")
  string(APPEND entries
    "add_test([=[${suite}]=] [=[${PROGRAM}]=] [=[--gtest_filter=${suite}.*]=])\n"
    "set_tests_properties([=[${suite}]=] PROPERTIES LABELS ${LABEL})\n")
endforeach()
file(WRITE "${LIST_FILE}" "${entries}")
