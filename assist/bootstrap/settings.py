"""The settings of an installation, read once by the program that starts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_PORT = 8300


class Settings(BaseSettings):
    """Every setting is an environment variable with the prefix `ASSIST_`."""

    model_config = SettingsConfigDict(env_prefix="ASSIST_", env_ignore_empty=True, frozen=True)

    home: Path = Field(
        default_factory=lambda: Path.home() / ".bpo-assist",
        description="folder that holds all state of an embedded installation",
    )
    database_url: str = Field(
        default="", description="SQLAlchemy address; empty: SQLite in the home folder"
    )
    model: str = Field(
        default="all-MiniLM-L6-v2", description="embedding model: its name or its folder"
    )
    model_cache: Path = Field(
        default_factory=lambda: Path.home() / ".cache" / "bpo-assist",
        description="folder of exported models; shared by installations",
    )
    threads: Annotated[int, Field(ge=1, le=64)] = Field(
        default=1, description="threads for embedding; more than the free cores is slower than one"
    )
    host: str = Field(default="127.0.0.1", description="address to serve on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=DEFAULT_PORT, description="port to serve on"
    )
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        default=1, description="server processes; the embedded stores allow one"
    )
    upload_bytes: Annotated[int, Field(ge=1)] = Field(
        default=200_000_000, description="most bytes of one upload"
    )
    public_url: str = Field(
        default="", description="address under which others reach this server; empty: host and port"
    )
    smtp_url: str = Field(
        default="",
        repr=False,
        description="mail server, smtp://user:password@host:587; empty: no mail",
    )
    mail_from: str = Field(
        default="bpo-assist@localhost", description="sender's address of mail to client companies"
    )
    allow_private_targets: bool = Field(
        default=False, description="let webhooks call addresses of this network and machine"
    )
    llm_url: str = Field(
        default="",
        description="OpenAI-compatible endpoint for generated answers, such as "
        "https://llm.example/v1; 'scripted' needs none; empty: quoted answers only",
    )
    llm_model: str = Field(default="", description="the language model's name there")
    llm_key: str = Field(default="", repr=False, description="API key of that endpoint")
    llm_deadline_s: Annotated[float, Field(gt=0, le=120)] = Field(
        default=10.0, description="seconds for a generated answer, before it is quoted instead"
    )
    llm_concurrency: Annotated[int, Field(ge=1, le=64)] = Field(
        default=4, description="calls at a time; further answers are quoted"
    )
    llm_json: Literal["schema", "object", "text"] = Field(
        default="schema", description="how the endpoint is asked for JSON"
    )
    llm_temperature: Literal["default"] | Annotated[float, Field(ge=0, le=2)] = Field(
        default=0.0, description="'default' leaves it to the endpoint"
    )
    llm_input_usd: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="price of a million tokens read, for the record of cost"
    )
    llm_output_usd: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="price of a million tokens written"
    )
    log_format: Annotated[Literal["text", "json"], BeforeValidator(str.lower)] = Field(
        default="text", description="how the log on standard error is written"
    )
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(str.lower)
    ] = Field(default="info", description="the least serious entries that are logged")

    @property
    def database(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'assist.db'}"

    @property
    def link_base(self) -> str:
        """The beginning of links that others get, without a slash at its end."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"
