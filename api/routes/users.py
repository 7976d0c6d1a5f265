"""The BPO's users, for admins."""

from fastapi import APIRouter

from api.auth import ContainerDep, JsonBody, Manager
from api.schemas.people import UserIn, UserOut, UserPatchIn, UsersOut
from assist.domain.people import PresenceStatus, UserId

router = APIRouter(prefix="/users", tags=["People"])


@router.get("")
def list_users(_admin: Manager, container: ContainerDep) -> UsersOut:
    """List all users, disabled ones too."""
    present = container.presence.list_statuses()
    users = container.people.list_all()
    offline = PresenceStatus.OFFLINE
    return UsersOut(items=[UserOut.of(user, present.get(user.id, offline)) for user in users])


@router.post("", status_code=201, dependencies=[JsonBody])
def add_user(body: UserIn, _admin: Manager, container: ContainerDep) -> UserOut:
    """Add a user, who may sign in at once."""
    return UserOut.of(container.people.add(body.as_new_user(), body.password))


@router.patch("/{user_id}", dependencies=[JsonBody])
def change_user(
    user_id: str, body: UserPatchIn, _admin: Manager, container: ContainerDep
) -> UserOut:
    """Change what is given; it holds from the user's next request on."""
    user = container.people.change(UserId(user_id), body.as_change(), password=body.password)
    return UserOut.of(user, container.presence.status_of(user.id))
