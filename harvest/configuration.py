"""Our own settings: environment variables, and Scrapy settings of the same name (design section 4)."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from harvest.errors import UsageError

MEBIBYTE = 1024 * 1024
_URL = r"^https?://[^\s/]+"


def _state_folder() -> Path:
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "harvest"


def project_folder() -> Path:
    """The checkout one stands in (the nearest folder upwards with a scrapy.cfg), else the current folder."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "scrapy.cfg").is_file()), here)


OwnPath = Annotated[Path, AfterValidator(Path.expanduser)]


class Configuration(BaseSettings):
    """Every setting of Harvest's own; the field's alias is the name of the variable."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=False, env_ignore_empty=True)

    data_dir: Path = Field(Path("data"), alias="HARVEST_DATA_DIR")
    """Topics, ledgers, archive; a relative path starts at the checkout."""
    state_dir: OwnPath = Field(default_factory=_state_folder, alias="HARVEST_STATE_DIR")
    """Keys and kept heads; never below the data folder."""
    contact: str = Field("", alias="HARVEST_CONTACT")
    """E-mail address that providers may write to."""
    replay: Path | None = Field(None, alias="HARVEST_REPLAY")
    """A WARC file or folder: answer only from it, never touch the network."""
    origin: str = Field("harvest.invalid", alias="HARVEST_ORIGIN", pattern=r"^[^\s+/][^\s+]*$")
    """What ledgers are named after: the origin of a ledger is this, a slash and the topic's slug."""
    mode: Literal["auto", "production", "test"] = Field("auto", alias="HARVEST_MODE")
    """`test` ledgers are marked synthetic; a production ledger refuses synthetic answers.

    `auto`: a new ledger is a test ledger if a base URL points to this machine or a synthetic recording is replayed.
    """
    ncbi_api_key: SecretStr | None = Field(None, alias="NCBI_API_KEY")
    eutils_url: str = Field("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", alias="HARVEST_EUTILS_URL", pattern=_URL)
    off_peak: Literal["advise", "wait"] = Field("advise", alias="HARVEST_OFF_PEAK")
    """What a large job does in NCBI's busy hours: say so and go on, or wait until they are over."""
    europepmc_url: str = Field(
        "https://www.ebi.ac.uk/europepmc/webservices/rest/", alias="HARVEST_EUROPEPMC_URL", pattern=_URL
    )
    ctgov_url: str = Field("https://clinicaltrials.gov/api/v2/", alias="HARVEST_CTGOV_URL", pattern=_URL)
    crossref_url: str = Field("https://api.crossref.org/", alias="HARVEST_CROSSREF_URL", pattern=_URL)
    openalex_url: str = Field("https://api.openalex.org/", alias="HARVEST_OPENALEX_URL", pattern=_URL)
    openalex_api_key: SecretStr | None = Field(None, alias="OPENALEX_API_KEY")
    reddit_url: str = Field("https://www.reddit.com/", alias="HARVEST_REDDIT_URL", pattern=_URL)
    """Where Reddit gives out tokens; permalinks begin with the real one, whatever this is."""
    reddit_oauth_url: str = Field("https://oauth.reddit.com/", alias="HARVEST_REDDIT_OAUTH_URL", pattern=_URL)
    praw_client_id: SecretStr | None = Field(None, alias="praw_client_id")
    """PRAW's own variables, from the environment alone: no praw.ini is read."""
    praw_client_secret: SecretStr | None = Field(None, alias="praw_client_secret")
    praw_username: SecretStr | None = Field(None, alias="praw_username")
    praw_password: SecretStr | None = Field(None, alias="praw_password")
    praw_refresh_token: SecretStr | None = Field(None, alias="praw_refresh_token")
    praw_user_agent: str = Field("", alias="praw_user_agent")
    """`<platform>:<app id>:<version> (by /u/<name>)`, as Reddit wants it."""
    retraction_watch: OwnPath | None = Field(None, alias="HARVEST_RETRACTION_WATCH")
    """The Retraction Watch data, CSV, as Crossref gives it out."""
    refresh_days: int = Field(30, alias="HARVEST_REFRESH_DAYS", ge=0)
    """Every source is fetched again and compared when the last such look is this old; 0: never."""
    tsa_roots: OwnPath | None = Field(None, alias="HARVEST_TSA_ROOTS")
    """Certificates (PEM) by which time-stamping authorities are trusted."""
    archive_max_bytes: int = Field(256 * MEBIBYTE, alias="HARVEST_ARCHIVE_MAX_BYTES", ge=1024)
    """A WARC file is closed and the next begun at this size."""

    @classmethod
    def load(cls, overrides: Mapping[str, Any] | None = None) -> Self:
        """Read the environment; `overrides` (by variable name) go first.

        Raises:
            UsageError: a value is not of its form.
        """
        given = {name: value for name, value in (overrides or {}).items() if value not in (None, "")}
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors()[0]
            name = first["loc"][0]
            raise UsageError(
                f"setting {name}: {first['msg']}, got {first['input']!r}", hint="change or unset it"
            ) from None

    @classmethod
    def from_scrapy(cls, settings: Mapping[str, Any]) -> Self:
        """The same settings as Scrapy has them, where `-s NAME=VALUE` goes before the environment."""
        return cls.load({name: settings.get(name) for name in cls.names()})

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The variable names, in order."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @property
    def base_urls(self) -> tuple[str, ...]:
        """Of every service; their hosts alone may have addresses that are not public."""
        return tuple(getattr(self, name) for name in type(self).model_fields if name.endswith("_url"))

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be written anywhere."""
        held = (getattr(self, name) for name in type(self).model_fields)
        return tuple(one.get_secret_value() for one in held if isinstance(one, SecretStr))

    @property
    def data(self) -> Path:
        """The data folder as an absolute path."""
        return project_folder() / self.data_dir.expanduser()

    @property
    def topics(self) -> Path:
        """Where topic files lie."""
        return self.data / "topics"

    @property
    def archive(self) -> Path:
        """Where WARC files lie; snapshots name files relative to it."""
        return self.data / "archive"

    def ledger(self, slug: str) -> Path:
        """The ledger of a topic."""
        return self.data / "ledgers" / f"{slug}.jsonl"

    def ledger_origin(self, slug: str) -> str:
        """The origin in the checkpoints of a topic's ledger."""
        return f"{self.origin}/{slug}"
