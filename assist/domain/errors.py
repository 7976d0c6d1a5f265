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


class ConversationResolvedError(ConversationStateError):
    """The conversation ended while the request was being prepared."""


class AlreadyTakenError(ConversationStateError):
    """Another agent has the conversation."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Taken by {name}." if name else "Somebody else has taken it.")
        self.name = name


class NoContactError(AssistError):
    """The client company named nobody who could be asked."""


class UnknownDispositionError(AssistError):
    """A conversation is to end with an outcome that its client does not have."""


class CapacityError(AssistError):
    """The agent has as many open conversations as they can take."""


class KeyReusedError(AssistError):
    """An idempotency key came again with another request."""


class UserNotFoundError(AssistError):
    """There is no user of that id or e-mail address."""


class UserExistsError(AssistError):
    """There is a user of that e-mail address already."""


class InvalidUserError(AssistError):
    """A user's data or password is not valid."""


class LastAdminError(AssistError):
    """The change would leave the installation without an admin."""


class SignInError(AssistError):
    """E-mail address and password open nothing."""


class ThrottledError(AssistError):
    """Too many attempts; the next one is taken after `retry_after_s` seconds."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class InvalidTargetError(AssistError):
    """An address is not one that the product may call."""


class WebhookNotFoundError(AssistError):
    """The client has no webhook, delivery or connected desk of that id."""


class WebhookStateError(AssistError):
    """The webhook or delivery is in a state that does not allow the request."""


class SuggestionNotFoundError(AssistError):
    """The client has no suggestion of that id."""


class CannedResponseNotFoundError(AssistError):
    """The client has no canned response of that id."""


class CannedTitleTakenError(AssistError):
    """Another canned response of the client has that title."""


class InvalidCannedResponseError(AssistError):
    """A canned response's title, text or tags are not valid."""


class SiteNotFoundError(AssistError):
    """There is no site of that key."""


class InvalidSiteError(AssistError):
    """A site's origins or label are not valid."""


class IdentityError(AssistError):
    """A token does not show who the customer is."""


class OtherCustomerError(AssistError):
    """The conversation belongs to another customer than the token names."""


class RatingError(AssistError):
    """The conversation cannot be rated now."""


class MessageNotFoundError(AssistError):
    """The conversation has no answer of that sequence."""


class CalibrationError(AssistError):
    """Nothing was calibrated; the message says what is missing, with numbers."""
