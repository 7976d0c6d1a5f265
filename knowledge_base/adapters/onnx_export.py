"""Exports a transformer to ONNX once; run as a program, so that a server never imports torch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

from filelock import FileLock

from knowledge_base.adapters.model_files import ModelFiles, check_default_weights
from knowledge_base.models import KnowledgeBaseError

OPSET = 17


def exported_model(files: ModelFiles, cache: Path) -> Path:
    """Return the folder with `model.onnx` and `tokenizer.json`, exporting at the first call.

    The folder's name comes from the weights' hash and appears only when complete. Takes about
    ten seconds once. Raises `KnowledgeBaseError` with the exporter's last words on failure.
    """
    target = cache / f"{files.key}-onnx{OPSET}"
    if target.is_dir():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{files.key}.lock"):
        if not target.is_dir():
            _export_in_child(files, target)
    return target


def _export_in_child(files: ModelFiles, target: Path) -> None:
    check_default_weights(files)
    with tempfile.TemporaryDirectory(dir=target.parent, ignore_cleanup_errors=True) as scratch:
        command = [sys.executable, "-m", __name__, str(files.folder), scratch]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        done = subprocess.run(  # noqa: S603 - our own module with our own paths
            command, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise KnowledgeBaseError(
                f"could not export the model {files.name!r} to ONNX: {done.stderr.strip()[-600:]}"
            )
        shutil.copy(files.folder / "tokenizer.json", scratch)
        Path(scratch).rename(target)


def _export(source: str, folder: str) -> None:
    import torch
    from transformers import AutoModel

    class TokenVectors(torch.nn.Module):
        """The transformer with plain tensors in and out."""

        def __init__(self) -> None:
            super().__init__()
            self.model = AutoModel.from_pretrained(source, attn_implementation="eager").eval()

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            vectors: torch.Tensor = self.model(ids, attention_mask=mask).last_hidden_state
            return vectors

    sample = torch.ones(2, 8, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_vectors"]
    torch.onnx.export(
        TokenVectors(),
        (sample, sample),
        f"{folder}/model.onnx",
        input_names=names[:2],
        output_names=names[2:],
        dynamic_axes={name: {0: "text", 1: "token"} for name in names},
        opset_version=OPSET,
        dynamo=False,
    )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    _export(sys.argv[1], sys.argv[2])
