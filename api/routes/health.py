"""Whether the process is up, and whether it can serve."""

import logging
from collections.abc import Callable

from fastapi import APIRouter, Response
from starlette.requests import Request

from api.auth import ContainerDep
from api.readiness import clients_of_other_models
from api.schemas.health import CheckOut, HealthOut, ReadinessOut
from assist.bootstrap import Container

_log = logging.getLogger(__name__)

router = APIRouter(tags=["Health"])


class _NotReadyError(Exception):
    """Says in words for everybody what is not ready."""


@router.get("/healthz")
async def get_health() -> HealthOut:
    """Say that the process answers; looks at nothing else."""
    return HealthOut()


@router.get("/readyz", responses={503: {"model": ReadinessOut, "description": "Not ready"}})
def get_readiness(container: ContainerDep, request: Request, response: Response) -> ReadinessOut:
    """Try every part that an answer needs; 503 when one fails."""
    checks = {
        name: _check(name, probe)
        for name, probe in _probes(container, request.app.state.check_worker).items()
    }
    is_ready = all(check.ok for check in checks.values())
    response.status_code = 200 if is_ready else 503
    return ReadinessOut(ready=is_ready, checks=checks)


def _probes(
    container: Container, check_worker: Callable[[], object]
) -> dict[str, Callable[[], object]]:
    return {
        "database": lambda: container.keys.find_active(""),
        "stores": lambda: container.knowledge_base,
        "model": lambda: container.knowledge_base.embedder.embed(["ready"]),
        "worker": check_worker,
        "knowledge": lambda: _check_knowledge(container),
    }


def _check(name: str, probe: Callable[[], object]) -> CheckOut:
    """Run a probe; the log has the details, the public answer has none."""
    try:
        probe()
    except _NotReadyError as error:
        return CheckOut(ok=False, reason=str(error))
    except Exception:  # noqa: BLE001 - whatever fails makes the part not ready
        _log.exception("the %s is not ready", name)
        return CheckOut(ok=False, reason=f"the {name} cannot be used; the log says why")
    return CheckOut(ok=True)


def _check_knowledge(container: Container) -> None:
    """Name the clients whose questions are refused after a change of the embedding model."""
    clients = clients_of_other_models(container, container.knowledge_base.embedder.name)
    if clients:
        reasons = (f"{each}: embedded with another model, ingest it again" for each in clients)
        raise _NotReadyError("; ".join(reasons))
