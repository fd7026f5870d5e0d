"""The effective Scrapy settings, as a crawl has them, and our own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from harvest import configuration
from harvest.configuration import Configuration
from harvest.crawl import hosts, robots
from harvest.crawl.guard import refuse_unfit
from harvest.crawl.runs import project_settings
from harvest.errors import UsageError

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def effective() -> Settings:
    return project_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNLOAD_VERIFY_CERTIFICATES", True),
        ("TELNETCONSOLE_ENABLED", False),
        ("REMOTE_CONTROL_ENABLED", False),
        ("ROBOTSTXT_OBEY", True),
        ("COOKIES_ENABLED", False),
        ("RETRY_ENABLED", False),
        ("METAREFRESH_ENABLED", False),
        ("DOWNLOAD_MAXSIZE", 10 * 1024 * 1024),
        ("DOWNLOAD_DELAY", 0),
        ("HTTPCACHE_ENABLED", True),
        ("HTTPCACHE_IGNORE_HTTP_CODES", []),
    ],
)
def test_a_crawl_runs_hardened(effective: Settings, name: str, value: object) -> None:
    assert effective[name] == value


def test_every_answer_passes_robots_txt_our_retries_and_our_limiter(effective: Settings) -> None:
    middlewares = effective.getdict("DOWNLOADER_MIDDLEWARES")
    ours = [name.split(".")[-1] for name in sorted(filter(middlewares.get, middlewares), key=middlewares.__getitem__)]
    assert ours == ["RobotsMiddleware", "RetryMiddleware", "PolitenessMiddleware"]
    assert middlewares["scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"] is None


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_request_passes_the_handler_that_knows_public_addresses(effective: Settings, scheme: str) -> None:
    assert effective.getdict("DOWNLOAD_HANDLERS")[scheme] == "harvest.crawl.public.PublicDownloadHandler"


def test_the_pipelines_read_like_a_prisma_flow(effective: Settings) -> None:
    stages = sorted(effective.getdict("ITEM_PIPELINES").items(), key=lambda stage: stage[1])
    assert [name.split(".")[1] for name, _ in stages] == ["identity", "screening", "evidence", "ledger"]


def test_only_the_web_s_own_schemes_are_served(effective: Settings) -> None:
    assert {"file", "ftp", "s3", "data"} <= {
        scheme for scheme, handler in effective.getdict("DOWNLOAD_HANDLERS").items() if handler is None
    }


def test_our_settings_are_scrapy_settings_of_the_same_name(effective: Settings) -> None:
    assert all(name in effective for name in Configuration.names() if name.isupper())  # PRAW's are no settings


def test_an_option_of_scrapy_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_REFRESH_DAYS", "7")
    settings = Settings({"HARVEST_REFRESH_DAYS": "9"})
    assert Configuration.from_scrapy(settings).refresh_days == 9
    assert Configuration.load().refresh_days == 7


def test_a_wrong_value_names_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MODE", "pretend")
    with pytest.raises(UsageError, match="HARVEST_MODE"):
        Configuration.load()


@pytest.mark.parametrize("address", ["nonsense", "ftp://127.0.0.1/", "eutils.ncbi.nlm.nih.gov/entrez/eutils/"])
def test_the_address_of_a_service_is_a_web_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HARVEST_EUTILS_URL", address)
    with pytest.raises(UsageError, match="HARVEST_EUTILS_URL"):
        Configuration.load()


def test_the_key_of_ncbi_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCBI_API_KEY", "secret-of-ncbi")
    assert "secret-of-ncbi" not in repr(Configuration.load())


def test_a_relative_data_folder_starts_at_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scrapy.cfg").touch()
    below = tmp_path / "deep" / "down"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    monkeypatch.delenv("HARVEST_DATA_DIR", raising=False)
    assert configuration.project_folder() == tmp_path
    assert Configuration.load().topics == tmp_path / "data" / "topics"


def test_a_foreign_package_named_spiders_is_said_loudly(tmp_path: Path) -> None:
    (tmp_path / "spiders").mkdir()
    (tmp_path / "spiders" / "__init__.py").touch()
    done = subprocess.run(
        [sys.executable, "-c", "import harvest.settings"], cwd=tmp_path, check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{CHECKOUT}"},
    )  # fmt: skip
    assert done.returncode == 64
    assert "expected package spiders beside harvest" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_project_s_own_settings_are_fit() -> None:
    refuse_unfit(project_settings())


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("DOWNLOADER_MIDDLEWARES", {}, "expected harvest.crawl.robots.RobotsMiddleware before each request"),
        ("DOWNLOAD_HANDLERS", {"http": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"}, "for http"),
        ("DOWNLOAD_HANDLERS", {"file": "scrapy.core.downloader.handlers.file.FileDownloadHandler"}, "for file"),
        ("DOWNLOAD_VERIFY_CERTIFICATES", False, "certificates unchecked"),
    ],
)
def test_an_option_that_opens_another_way_to_the_network_is_refused(name: str, value: Any, complaint: str) -> None:
    settings = project_settings()
    settings.set(name, value, priority="cmdline")
    with pytest.raises(UsageError, match=complaint):
        refuse_unfit(settings)


def test_what_a_request_may_bring_back_is_bounded_by_size_and_time(effective: Settings) -> None:
    assert effective.getint("DOWNLOAD_TIMEOUT") == 60
    assert effective.getint("DOWNLOAD_MAXSIZE") == hosts.LARGEST
    assert effective["REFERRER_POLICY"] == "no-referrer"
    assert robots.AGENT == effective["USER_AGENT"].partition("/")[0] == effective["BOT_NAME"]
