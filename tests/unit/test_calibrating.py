from math import comb
from random import Random

import pytest

from assist.domain.calibration import Budget, ProbabilityMap
from assist.domain.errors import CalibrationError
from eval.bounds import least_cases, upper_bound
from eval.calibrating import calibrate, fit_map, needed_cases, risk_curve, split
from eval.cases import CaseKind
from eval.outcomes import Outcome

BUDGET = Budget(max_wrong=0.05, confidence=0.9)


def chance_of_right(confidence: float) -> float:
    """The truth of the simulated client: overconfident, and never faultless."""
    return float(0.97 * confidence**0.5)


def true_wrong_rate(threshold: float, answered: float = 0.8) -> float:
    """The share of all questions answered wrongly; confidences are uniform among answered ones."""
    right = 0.97 * (1 - threshold**1.5) / 1.5
    return float(answered * (1 - threshold - right))


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a simulation


def draw(random: Random, count: int, answered: float = 0.8) -> list[Outcome]:
    outcomes = []
    for number in range(count):
        confidence = random.random()
        is_right = random.random() < chance_of_right(confidence)
        is_answered = random.random() < answered
        kind = CaseKind.ANSWERABLE if random.random() < 0.7 else CaseKind.NEAR_MISS
        given = (confidence, is_right) if is_answered else (None, False)
        outcomes.append(Outcome(f"{number}", kind, *given))
    return outcomes


def faultless(count: int) -> list[Outcome]:
    return [Outcome(f"{number}", CaseKind.ANSWERABLE, 0.9, True) for number in range(count)]


def test_the_true_wrong_rate_is_rarely_above_the_budget() -> None:
    random = seeded(7)
    draws = 300
    broken = 0
    answering = 0
    for _ in range(draws):
        found = calibrate(draw(random, 400), BUDGET)
        broken += true_wrong_rate(found.chosen.threshold) > BUDGET.max_wrong
        answering += found.chosen.answered > 30
    # 10 % are allowed to break it; three standard errors above that would be 15 %.
    assert broken / draws <= 0.15
    assert broken
    assert answering == draws


def test_a_bound_that_ignored_the_sample_size_would_break_the_budget() -> None:
    random = seeded(7)
    broken = 0
    for _ in range(100):
        outcomes = draw(random, 400)
        points = risk_curve(outcomes, BUDGET.confidence)
        naive = [point for point in points if point.wrong / 400 <= BUDGET.max_wrong][-1]
        broken += true_wrong_rate(naive.threshold) > BUDGET.max_wrong
    assert broken > 25


@pytest.mark.parametrize(("count", "total"), [(0, 149), (3, 200), (40, 90)])
def test_at_the_bound_so_few_faults_have_the_chance_that_is_left(count: int, total: int) -> None:
    bound = upper_bound(count, total, 0.95)
    chance = sum(
        comb(total, faults) * bound**faults * (1 - bound) ** (total - faults)
        for faults in range(count + 1)
    )
    assert chance == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize("total", [0, 5])
def test_nothing_is_shown_by_faults_alone(total: int) -> None:
    assert upper_bound(total, total, 0.95) == 1


def test_so_many_cases_are_needed_and_no_fewer() -> None:
    assert least_cases(0.02, 0.95) == 149
    budget = Budget(0.02, 0.95)
    needed = needed_cases(budget)
    assert needed == 198

    assert calibrate(faultless(needed), budget).chosen.wrong_bound <= 0.02
    with pytest.raises(CalibrationError, match=r"197 labelled cases are too few.*at least 198"):
        calibrate(faultless(needed - 1), budget)


def test_too_few_cases_say_what_they_can_show() -> None:
    with pytest.raises(CalibrationError, match=r"--max-wrong 0\.0\d\d") as refused:
        calibrate(faultless(100), Budget(0.02, 0.95))

    offered = float(str(refused.value).rsplit(" ", 1)[1])
    assert calibrate(faultless(100), Budget(offered, 0.95)).chosen.answered


def test_no_cases_are_refused() -> None:
    with pytest.raises(CalibrationError, match="0 labelled cases"):
        calibrate([], Budget(0.02, 0.95))


def test_when_the_surest_answers_are_wrong_the_best_reachable_rate_is_named() -> None:
    bad = [Outcome(f"b{n}", CaseKind.NEAR_MISS, 0.99) for n in range(40)]
    good = [Outcome(f"g{n}", CaseKind.ANSWERABLE, 0.5, True) for n in range(200)]

    with pytest.raises(CalibrationError, match=r"best that can be kept is --max-wrong") as refused:
        calibrate(bad + good, BUDGET)

    offered = float(str(refused.value).split("--max-wrong ")[1].split(",")[0])
    assert calibrate(bad + good, Budget(offered, 0.9)).chosen.right


def test_a_client_without_right_answers_is_told_to_look_at_the_knowledge() -> None:
    with pytest.raises(CalibrationError, match="look at the knowledge"):
        calibrate([Outcome(f"{n}", CaseKind.ANSWERABLE, 0.5) for n in range(240)], BUDGET)


def test_the_threshold_separates_what_is_kept_from_what_is_wrong() -> None:
    right = [Outcome(f"r{n}", CaseKind.ANSWERABLE, 0.6 + n / 1000, True) for n in range(200)]
    wrong = [Outcome(f"w{n}", CaseKind.NEAR_MISS, 0.55) for n in range(100)]

    found = calibrate(right + wrong, Budget(0.02, 0.95))

    assert 0.55 < found.chosen.threshold <= 0.61
    assert found.chosen.wrong == 0
    assert found.chosen.right == found.counts.answerable


def test_the_split_is_the_same_each_time_and_holds_every_kind_in_its_share() -> None:
    outcomes = draw(seeded(1), 400)
    fit, certify = split(outcomes)

    assert split(outcomes[::-1]) == (fit, certify)
    assert len(fit) == 100
    assert not {each.case_id for each in fit} & {each.case_id for each in certify}
    near = sum(each.kind is CaseKind.NEAR_MISS for each in outcomes)
    assert sum(each.kind is CaseKind.NEAR_MISS for each in fit) == pytest.approx(near / 4, abs=1)


def test_the_curve_goes_from_answering_nothing_to_answering_everything() -> None:
    outcomes = draw(seeded(2), 200)
    curve = list(risk_curve(outcomes, 0.95))

    assert (curve[0].answered, curve[-1].threshold) == (0, 0.0)
    assert curve[-1].answered == sum(each.confidence is not None for each in outcomes)
    for point in curve:
        assert point.answered == sum(each.is_answered(point.threshold) for each in outcomes)
    bounds = [point.wrong_bound for point in curve]
    assert bounds == sorted(bounds)


def test_the_map_learns_how_often_answers_are_right() -> None:
    fitted = fit_map(draw(seeded(3), 20_000))

    for confidence in (0.2, 0.5, 0.8):
        assert fitted.calibrated(confidence) == pytest.approx(chance_of_right(confidence), abs=0.06)


def test_the_map_keeps_the_order_of_confidences() -> None:
    fitted = fit_map(draw(seeded(4), 300))
    steps = [fitted.calibrated(step / 100) for step in range(101)]

    assert steps == sorted(steps)
    assert all(0 < chance < 1 for chance in steps)


@pytest.mark.parametrize("is_right", [True, False])
def test_nothing_is_mapped_without_both_right_and_wrong_answers(is_right: bool) -> None:
    outcomes = [Outcome(f"{n}", CaseKind.ANSWERABLE, n / 50, is_right) for n in range(50)]
    assert fit_map(outcomes) == ProbabilityMap()


def test_a_fit_that_calls_surer_answers_worse_changes_nothing() -> None:
    outcomes = [Outcome(f"{n}", CaseKind.ANSWERABLE, n / 50, n < 25) for n in range(50)]
    assert fit_map(outcomes) == ProbabilityMap()


def test_the_map_that_changes_nothing_gives_the_confidence_back() -> None:
    assert ProbabilityMap().calibrated(0.3) == pytest.approx(0.3)
