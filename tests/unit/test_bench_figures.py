import numpy as np
import pytest

from eval.bench_table import Row
from eval.ranking import distinct, ndcg, recall_at, reciprocal_rank
from eval.resampling import auroc, calibration_error, coverage_at, difference, estimate

RANKED = ("a", "b", "c", "d")


def test_recall_is_the_share_of_gold_articles_found() -> None:
    assert recall_at(RANKED, ("b", "x"), 2) == 0.5
    assert recall_at(RANKED, ("b",), 1) == 0


def test_the_first_gold_article_decides_the_reciprocal_rank() -> None:
    assert reciprocal_rank(RANKED, ("d", "b"), 10) == 0.5
    assert reciprocal_rank(RANKED, ("d",), 3) == 0


def test_ndcg_is_one_only_for_the_best_order() -> None:
    assert ndcg(RANKED, ("a", "b"), 10) == pytest.approx(1)
    assert ndcg(RANKED, ("b",), 10) == pytest.approx(1 / np.log2(3))
    assert ndcg(RANKED, ("x",), 10) == 0


def test_an_article_ranks_where_its_best_passage_does() -> None:
    assert distinct(["b", "a", "b", "c", "a"]) == ("b", "a", "c")


def test_auroc_counts_pairs_in_the_right_order_and_ties_half() -> None:
    scores = np.array([0.9, 0.5, 0.5, 0.1])
    assert auroc(scores, np.array([True, True, False, False])) == pytest.approx(3.5 / 4)


def test_auroc_says_nothing_of_one_sort_alone() -> None:
    assert np.isnan(auroc(np.array([0.1, 0.2]), np.array([True, True])))


def test_the_calibration_error_is_the_mean_gap_between_chance_and_share() -> None:
    chances = np.array([0.95, 0.95, 0.15, 0.15])
    assert calibration_error(chances, np.array([True, True, False, False])) == pytest.approx(0.1)
    assert calibration_error(np.array([1.0]), np.array([True])) == 0


def test_coverage_counts_right_answers_until_too_many_are_wrong() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.6, -1.0])
    is_right = np.array([True, False, True, False, False])

    assert coverage_at(scores, is_right, 4, wrong=0.0) == 0.25
    assert coverage_at(scores, is_right, 4, wrong=0.2) == 0.5


def test_answers_of_the_same_confidence_are_given_together_or_not_at_all() -> None:
    scores, is_right = np.array([0.5, 0.5]), np.array([True, False])
    assert coverage_at(scores, is_right, 1, wrong=0.0) == 0


def test_what_is_never_answered_is_never_wrong() -> None:
    assert coverage_at(np.array([-1.0, 0.4]), np.array([False, True]), 1, wrong=0.0) == 1


def test_an_estimate_is_the_same_each_time_and_holds_its_value() -> None:
    values = np.random.default_rng(1).random(200)
    found = estimate(lambda places: float(values[places].mean()), 200)

    assert found == estimate(lambda places: float(values[places].mean()), 200)
    assert found.low < found.value < found.high
    # The normal interval of a mean of 200 uniform values is 0.04 to each side.
    assert found.high - found.low == pytest.approx(0.08, abs=0.015)


def test_a_paired_difference_is_surer_than_its_parts() -> None:
    values = np.random.default_rng(1).random(200)
    better = difference(
        lambda places: float(values[places].mean() + 0.1),
        lambda places: float(values[places].mean()),
    )

    found = estimate(better, 200)
    assert (found.low, found.high) == pytest.approx((0.1, 0.1))


def test_a_row_shows_product_plain_and_gain() -> None:
    row = str(Row("set", "recall@1", 20, lambda _: 0.75, lambda _: 0.5))
    shown = " ".join(row.split())
    assert shown == "set recall@1 20 0.750 [0.750, 0.750] 0.500 +0.250 [+0.250, +0.250]"


def test_a_figure_without_cases_shows_nothing() -> None:
    assert str(Row("set", "AUROC", 2, lambda _: float("nan"))).split()[-3:] == ["-", "-", "-"]
