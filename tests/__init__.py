"""Tests of the project, and the local stand-ins that they talk to."""
