"""Finds clients that cannot be answered although every part of the installation works."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assist.bootstrap import Container
    from knowledge_base.models import ClientId


def clients_of_other_models(container: Container, model: str) -> list[ClientId]:
    """Return the clients whose published knowledge was embedded with another model than this."""
    published = (
        container.publications.find_published(client_id)
        for client_id, _ in container.clients.list_all()
    )
    return [each.client_id for each in published if each and each.embedding_model != model]
