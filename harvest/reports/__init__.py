"""What people write: somebody's own story, somebody else's, a question, information, or something to be sold."""

from harvest.reports.genre import is_user_written
from harvest.reports.model import version
from harvest.reports.reader import read
from harvest.reports.report import Kind, Report
from harvest.reports.telling import told
from harvest.reports.use import Use, Used, used

__all__ = ["Kind", "Report", "Use", "Used", "is_user_written", "read", "told", "used", "version"]
