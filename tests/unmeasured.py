"""Processes that must not write files of their own, where a test lets them write little or nothing."""

UNMEASURED = {"COVERAGE_PROCESS_CONFIG": "", "COVERAGE_PROCESS_START": ""}
"""Environment in which a child process takes no part in measuring coverage."""
