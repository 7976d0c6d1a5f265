"""What `assist doctor` looks at in the opened installation: stores, port, clients and knowledge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from api.cli.calibrating import stale_reasons
from api.cli.checks import Check, Status
from api.readiness import clients_of_other_models
from assist.domain.errors import AssistError
from knowledge_base.models import ClientId, KnowledgeBaseError, KnowledgeVersion

if TYPE_CHECKING:
    from assist.adapters.home_lock import HomeOwner
    from assist.bootstrap import Container


def check_installation(container: Container, *, fix: bool) -> Iterator[Check]:
    """Look at the stores last: until then they may belong to another process."""
    owner = container.home_lock.find_owner()
    yield check_port(container, owner)
    yield from check_clients(container)
    try:
        yield check_stores(container, owner, fix=fix)
    except (AssistError, KnowledgeBaseError) as error:
        yield Check("stores", Status.FAIL, str(error))


def check_port(container: Container, owner: HomeOwner | None) -> Check:
    """Look whether the port is free or is our own server's."""
    from api.listening import bind

    host, port = container.settings.host, container.settings.port
    if owner and owner.url.endswith(f":{port}"):
        return Check("port", Status.OK, f"{owner.url} is this installation's server")
    try:
        bind(host, port).close()
    except AssistError as error:
        return Check("port", Status.FAIL, str(error), "set ASSIST_PORT")
    return Check("port", Status.OK, f"{host} port {port} is free")


def check_clients(container: Container) -> Iterator[Check]:
    """Look whether there are clients and each one has published knowledge."""
    clients = [client_id for client_id, _ in container.clients.list_all()]
    if not clients:
        yield Check("clients", Status.WARN, "none", "`assist client add NAME`, or `assist demo`")
        return
    yield Check("clients", Status.OK, f"{len(clients)}")
    yield check_knowledge(container, clients)
    yield check_budgets(container, clients)


def check_knowledge(container: Container, clients: Sequence[ClientId]) -> Check:
    """Look whether each client has published knowledge that the embedding model can search."""
    from knowledge_base.adapters.model_files import find_model_files

    model = find_model_files(container.settings.model).embedding_model
    foreign = clients_of_other_models(container, model)
    if foreign:
        detail = f"embedded with another model than {model}: {', '.join(foreign)}"
        advice = f"ingest again (assist ingest FOLDER --client {foreign[0]}), or set ASSIST_MODEL"
        return Check("knowledge", Status.FAIL, detail, advice)
    silent = [each for each in clients if not container.publications.find_published(each)]
    if silent:
        advice = f"assist ingest FOLDER --client {silent[0]}"
        return Check("knowledge", Status.WARN, f"none published: {', '.join(silent)}", advice)
    return Check("knowledge", Status.OK, "every client has a published version")


def check_budgets(container: Container, clients: Sequence[ClientId]) -> Check:
    """Look whether what was promised of wrong answers still holds; the default promises nothing."""
    found = {each: container.policies.find(each).calibration for each in clients}
    stale = [each.client_id for each in found.values() if each and stale_reasons(container, each)]
    if stale:
        advice = f"assist calibrate --client {stale[0]} --suite FILE"
        detail = f"knowledge or policy has changed since: {', '.join(stale)}"
        return Check("calibration", Status.WARN, detail, advice)
    without = [client_id for client_id, each in found.items() if each is None]
    if without:
        detail = f"default threshold, not calibrated: {', '.join(without)}"
        return Check("calibration", Status.OK, detail)
    return Check("calibration", Status.OK, "every client's wrong-answer budget is measured")


def check_stores(container: Container, owner: HomeOwner | None, *, fix: bool) -> Check:
    """Look whether the indexes of every published version are complete; `fix` rebuilds them."""
    if owner:
        detail = f"in use by process {owner.pid} ({owner.command})"
        return Check("stores", Status.OK if owner.url else Status.WARN, detail)
    versions = _published(container)
    if not versions:
        return Check("stores", Status.OK, "nothing is published yet")
    faults = _faults(container, versions)
    if faults and fix:
        for version in versions:
            container.knowledge_base.publisher.repair(version)
        faults = _faults(container, versions)
    if faults:
        advice = "`assist doctor --fix` rebuilds missing indexes"
        return Check("stores", Status.FAIL, "; ".join(faults), advice)
    return Check("stores", Status.OK, f"indexes of {len(versions)} published versions are complete")


def _published(container: Container) -> list[KnowledgeVersion]:
    found = (
        container.publications.find_published(client_id)
        for client_id, _ in container.clients.list_all()
    )
    return [version for version in found if version]


def _faults(container: Container, versions: list[KnowledgeVersion]) -> list[str]:
    """Name the clients whose indexes miss something; the model is not needed for that."""
    from knowledge_base.adapters.bm25_index import Bm25Index
    from knowledge_base.adapters.chroma_index import EmbeddedChromaIndex

    home = container.settings.home
    container.home_lock.acquire()
    vectors, lexical = EmbeddedChromaIndex(home / "chroma"), Bm25Index(home / "lexical")
    faults = []
    for version in versions:
        counted = sum(vectors.count(name) for name in version.indexes.values())
        if counted != version.passages:
            faults.append(f"{version.client_id}: {counted} vectors for {version.passages} passages")
        if not all(lexical.exists(name) for name in version.indexes.values()):
            faults.append(f"{version.client_id}: no lexical index")
    return faults
