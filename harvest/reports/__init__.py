"""What people write: somebody's own story, somebody else's, a question, information, or something to be sold."""

from harvest.reports.genre import is_user_written
from harvest.reports.model import version
from harvest.reports.reader import read
from harvest.reports.report import Kind, Report

__all__ = ["Kind", "Report", "is_user_written", "read", "version"]
