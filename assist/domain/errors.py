"""The assistant's errors; their messages say what to do."""


class AssistError(Exception):
    """A request that cannot be met."""


class ClientNotFoundError(AssistError):
    """There is no client of that name."""


class ClientExistsError(AssistError):
    """There is a client of that name already."""


class InvalidClientError(AssistError):
    """A client's id or profile is not valid."""


class SettingsError(AssistError):
    """The installation's settings contradict each other or name what is not there."""


class HomeInUseError(AssistError):
    """Another process owns the embedded stores."""


class ConversationNotFoundError(AssistError):
    """There is no conversation of that id for the caller."""


class ConversationStateError(AssistError):
    """The conversation is in a state that does not allow the request."""


class KeyReusedError(AssistError):
    """An idempotency key came again with another request."""
