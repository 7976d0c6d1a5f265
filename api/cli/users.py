"""`assist user`: the people of the BPO who sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.session import existing_client, open_container

if TYPE_CHECKING:
    from assist.bootstrap import Container
    from assist.domain.people import User

app = typer.Typer(help="The people of the BPO who sign in.", no_args_is_help=True)

_Email = Annotated[str, typer.Argument(help="E-mail address of the user.")]
_Generate = Annotated[
    bool, typer.Option("--generate", help="Make up a password and print it, instead of asking.")
]


@app.command("add")
def add(
    email: _Email,
    name: Annotated[str, typer.Option(help="Name that customers see.")],
    role: Annotated[
        Literal["agent", "trainer", "lead", "admin"],
        typer.Option(help="An admin serves every client and may change users."),
    ],
    client: Annotated[
        list[str] | None, typer.Option(help="Id of a client whom the user serves; repeat it.")
    ] = None,
    skill: Annotated[
        list[str] | None, typer.Option(help="What the user is good at; repeat it.")
    ] = None,
    capacity: Annotated[
        int | None, typer.Option(help="Conversations that the user takes at the same time.")
    ] = None,
    generate: _Generate = False,
) -> None:
    """Add a user."""
    from assist.domain.people import DEFAULT_CAPACITY, Role
    from assist.services.people import NewUser

    with open_container() as container:
        clients = [existing_client(container, name) for name in client or ()]
        most = DEFAULT_CAPACITY if capacity is None else capacity
        new = NewUser(email, name, Role(role), clients, skill or (), most)
        given = _new_password(generate=generate)
        user = container.people.add(new, given)
    if generate:
        typer.echo(given)
    typer.echo(f"added {user.email} ({user.role})", err=True)


@app.command("list")
def list_all() -> None:
    """List all users by e-mail address."""
    with open_container() as container:
        for user in container.people.list_all():
            typer.echo(_line(user))


@app.command("password")
def password(email: _Email, generate: _Generate = False) -> None:
    """Replace a user's password; all their sessions end."""
    from assist.services.people import UserChange

    with open_container() as container:
        user = container.people.get_by_email(email)
        given = _new_password(generate=generate)
        container.people.change(user.id, UserChange(), password=given)
    if generate:
        typer.echo(given)
    typer.echo(f"changed the password of {user.email}", err=True)


@app.command("disable")
def disable(email: _Email) -> None:
    """Let a user sign in no more; all their sessions end at once."""
    with open_container() as container:
        _set_disabled(container, email, disabled=True)
    typer.echo(f"disabled {email}")


@app.command("enable")
def enable(email: _Email) -> None:
    """Let a disabled user sign in again."""
    with open_container() as container:
        _set_disabled(container, email, disabled=False)
    typer.echo(f"enabled {email}")


def _set_disabled(container: Container, email: str, *, disabled: bool) -> None:
    from assist.services.people import UserChange

    user = container.people.get_by_email(email)
    container.people.change(user.id, UserChange(disabled=disabled))


def _new_password(*, generate: bool) -> str:
    """Make a password up, or ask for one without showing it."""
    from assist.domain.people import new_password

    if generate:
        return new_password()
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _line(user: User) -> str:
    from assist.domain.people import Role

    clients = "every client" if user.role is Role.ADMIN else ", ".join(sorted(user.client_ids))
    state = "active" if user.is_active else "disabled"
    return f"{user.email:<32}{user.role:<9}{state:<10}{user.name:<20}{clients}"
