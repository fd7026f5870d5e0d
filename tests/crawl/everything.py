"""The `harvest` command in a made-up network (`trial_web.py`), for who asks all providers at once.

Usage: python -m tests.crawl.everything NETWORK.json ARGUMENT...
"""

import json
import sys
from pathlib import Path

from harvest import settings
from harvest.cli.main import run
from tests.crawl import trial_web


def main() -> None:
    path, *sys.argv[1:] = sys.argv[1:]
    trial_web.NETWORK.update(json.loads(Path(path).read_text(encoding="utf-8")))
    if not settings.HARVEST_REPLAY:  # type: ignore[attr-defined]  # the settings are put into the module by name
        handlers = dict.fromkeys(("http", "https"), f"{trial_web.__name__}.{trial_web.MadeUpNetwork.__name__}")
        settings.DOWNLOAD_HANDLERS |= handlers
    run()


if __name__ == "__main__":
    main()
