"""Finds the policy that answers a client's customers, and keeps what was calibrated."""

from __future__ import annotations

from assist.domain.calibration import Calibration, ClientPolicy, policy_for
from assist.domain.policy import AnswerPolicy
from assist.ports import Clock
from assist.ports.calibration import CalibrationStore
from knowledge_base.models import ClientId


class PolicyService:
    """The policy of each client: the default with the client's calibrated threshold, if any.

    Which calibration is in force is looked up each time, by one indexed query, so that a new one
    counts at once in every process.
    """

    def __init__(self, store: CalibrationStore, default: AnswerPolicy, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.default = default

    def find(self, client_id: ClientId) -> ClientPolicy:
        """Return the policy in force."""
        return policy_for(self.default, self._store.find_calibration(client_id))

    def adopt(self, calibration: Calibration) -> ClientPolicy:
        """Put a calibration in force."""
        self._store.add_calibration(calibration)
        return self.find(calibration.client_id)

    def reset(self, client_id: ClientId) -> bool:
        """Go back to the default; say whether a calibration was in force."""
        return self._store.withdraw_calibrations(client_id, self._clock())
