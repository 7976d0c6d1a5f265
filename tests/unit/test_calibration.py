from dataclasses import replace

import pytest

from assist.domain.calibration import policy_for, staleness
from assist.domain.policy import AnswerPolicy
from tests.calibration_fakes import CALIBRATION

DEFAULT = AnswerPolicy()
LEAST = CALIBRATION.chosen.threshold


def test_without_a_calibration_the_default_answers_and_nothing_is_promised() -> None:
    found = policy_for(DEFAULT, None)

    assert found.policy == DEFAULT
    assert found.chance(0.5) is None


def test_the_calibrated_threshold_holds_for_verbatim_answers_too() -> None:
    found = policy_for(DEFAULT, CALIBRATION)

    assert (found.policy.answer_threshold, found.policy.verbatim_threshold) == (LEAST, LEAST)
    assert found.policy.name == f"{DEFAULT.name}/11111111"
    assert found.chance(0.5) == CALIBRATION.map.calibrated(0.5)


def test_a_threshold_below_the_default_counts_too() -> None:
    lower = replace(CALIBRATION, chosen=replace(CALIBRATION.chosen, threshold=0.2))
    assert policy_for(DEFAULT, lower).policy.answer_threshold == 0.2


@pytest.mark.parametrize("threshold", [0.2, 0.8])
def test_after_a_change_of_the_policy_the_stricter_threshold_holds(threshold: float) -> None:
    found = replace(CALIBRATION, chosen=replace(CALIBRATION.chosen, threshold=threshold))
    changed = replace(DEFAULT, passages=5)

    expected = max(threshold, changed.answer_threshold)
    assert policy_for(changed, found).policy.answer_threshold == expected


def test_nothing_is_stale_while_all_is_as_it_was_measured() -> None:
    assert list(staleness(CALIBRATION, DEFAULT, 3)) == []


@pytest.mark.parametrize(("version", "named"), [(4, "4 answers now"), (None, "none answers now")])
def test_other_knowledge_makes_it_stale(version: int | None, named: str) -> None:
    [reason] = staleness(CALIBRATION, DEFAULT, version)
    assert named in reason


def test_another_policy_makes_it_stale_but_another_threshold_does_not() -> None:
    [reason] = staleness(CALIBRATION, replace(DEFAULT, name="another"), 3)
    assert "default-2" in reason
    assert list(staleness(CALIBRATION, replace(DEFAULT, answer_threshold=0.7), 3)) == []
