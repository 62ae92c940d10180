"""Generated schools are the same as market and as workbook; models of preferences have the distribution they claim."""

import pickle
from dataclasses import fields
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import study
from mentormatch.market.market import Market
from mentormatch.school.candidates import market_from_roster
from mentormatch.study.generators import (
    PROFILES,
    Correlated,
    Euclidean,
    Located,
    Mallows,
    MasterList,
    PopularMentors,
    PreferenceModel,
    School,
    SchoolProfile,
    TheoryMarket,
    Uniform,
    WalkZones,
    best_of_many,
    county,
    province,
    school_draw,
)
from mentormatch.study.generators.best_of_many import best_of_normals
from mentormatch.study.generators.models import Owners
from mentormatch.study.generators.school_draw import SchoolDraw
from mentormatch.study.generators.school_market import class_labels

MODELS = (
    Uniform(),
    PopularMentors(sigma=1.5),
    Correlated(weight=0.7),
    Euclidean(),
    Mallows(phi=0.9),
    MasterList(),
    Located(alpha=0.3, beta=0.6),
)
KINDS = [model.kind for model in MODELS]


def same(one: Market, other: Market) -> bool:
    arrays = ("student", "mentor", "student_rank", "mentor_rank", "mentor_upper", "mentor_lower", "student_quota")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)


# -- schools ---------------------------------------------------------------------------------------------------------


CROWDED = PROFILES["junior"].model_copy(
    update={"grades": (7, 8), "smallest_class": 1, "largest_class": 2, "students_per_teacher": 4.0}
)
"""Classes of one or two, so that a few hundred students make hundreds of classes."""


@pytest.mark.parametrize(
    ("profile", "size"),
    [*((PROFILES[stage], size) for stage in PROFILES for size in (1, 8, 230)), (CROWDED, 250), (CROWDED, 700)],
)
def test_a_workbook_compiles_to_the_generated_market(profile: SchoolProfile, size: int, tmp_path: Path) -> None:
    school = School(profile=profile, num_students=size, number=7, base_seed=3)
    path = tmp_path / "school.xlsx"
    school.write_workbook(path, seed=11)
    ours, read = school.market(11), market_from_roster(mm.read_roster(path))
    assert same(ours, read)
    assert (ours.student_ids, ours.mentor_ids) == (read.student_ids, read.mentor_ids)
    for name in ours.pair_attributes:
        assert np.array_equal(ours.pair_attributes[name], read.pair_attributes[name]), name
    for name in read.pair_attributes.keys() - ours.pair_attributes.keys():
        assert not read.pair_attributes[name].any(), name
    for mine, theirs in (
        (ours.student_attributes, read.student_attributes),
        (ours.mentor_attributes, read.mentor_attributes),
    ):
        for name in mine.keys() & theirs.keys():
            both = [[attribute.values(i) for i in range(len(attribute))] for attribute in (mine[name], theirs[name])]
            assert both[0] == both[1], name


@settings(max_examples=60, derandomize=True, deadline=None)
@given(size=st.integers(1, 13_000), largest=st.integers(1, 130), teachers=st.floats(0.5, 30))
def test_ids_are_distinct_and_in_order_at_every_size(size: int, largest: int, teachers: float) -> None:
    profile = CROWDED.model_copy(update={"largest_class": largest})
    class_of, grade, number = school_draw._classes(profile, size)
    nothing = dict.fromkeys((field.name for field in fields(SchoolDraw)), np.zeros(0, np.int64))
    mentors = max(1, round(size / teachers))
    draw = SchoolDraw(
        **nothing  # type: ignore[arg-type]
        | {"profile": profile, "prefix": "", "class_of": class_of, "teaches": np.zeros((1, mentors), bool)}
        | {"grade_of_class": grade, "number_of_class": number}
    )
    for ids in (draw.student_ids(), draw.mentor_ids()):
        assert list(ids) == sorted(set(ids))
    labels = class_labels(draw)
    assert len(set(labels)) == len(labels)


def test_choices_only_are_the_listed_and_current_pairs_of_all() -> None:
    whole, choices = (School(num_students=300, candidates=which).market(4) for which in ("all", "choices"))
    keep = whole.is_choice | whole.pair_flag("current")
    assert choices.num_pairs == keep.sum() < whole.num_pairs / 3
    for name in ("student", "mentor", "student_rank"):
        assert np.array_equal(getattr(choices, name), getattr(whole, name)[keep])
    for name in whole.pair_attributes:
        assert np.array_equal(choices.pair_attributes[name], whole.pair_attributes[name][keep]), name
    # The numbers of the tiers may differ, their order not.
    assert np.array_equal(
        np.unique(choices.mentor_rank, return_inverse=True)[1],
        np.unique(whole.mentor_rank[keep], return_inverse=True)[1],
    )


def test_a_school_has_the_figures_of_its_profile() -> None:
    draw = School(num_students=6_000).draw(1)
    profile = draw.profile
    size = np.bincount(draw.class_of)
    assert size.min() >= profile.smallest_class
    assert size.max() <= profile.largest_class
    assert draw.num_mentors == int(np.ceil(6_000 / profile.students_per_teacher))
    assert abs(draw.has_form.mean() - 0.95) < 0.02
    assert abs((draw.care == 2).mean() - profile.care_key) < 0.01
    assert np.bincount(draw.current[draw.current >= 0]).max() <= profile.seats
    entered = draw.grade_of_class[draw.class_of] == 7
    assert (draw.current[entered] == -1).all()
    assert abs((draw.current[~entered] >= 0).mean() - profile.returning) < 0.02
    returns = (draw.current >= 0) & draw.has_form
    assert abs((draw.choices[:, 0] == draw.current)[returns].mean() - profile.stay) < 0.05
    late = draw.care > 0
    assert np.median(draw.arrival[late]) > 1.5 * np.median(draw.arrival[~late])
    assert draw.teaches.any(axis=1).all()
    spoken = (draw.choices >= 0) & (draw.reply != 0)
    assert 0.3 < spoken.sum() / (draw.choices >= 0).sum() < 0.55
    length = (draw.choices[draw.has_form] >= 0).sum(axis=1)
    assert np.allclose(np.bincount(length, minlength=6)[1:] / len(length), profile.list_lengths, atol=0.02)


def test_shares_and_skew_are_those_of_the_profile() -> None:
    draw = School(num_students=9_000).draw(3)
    profile = draw.profile
    assert abs((draw.care == 1).mean() - profile.care_general) < 0.02
    assert abs(draw.boarding.mean() - profile.boarding) < 0.02
    assert abs((draw.avoided >= 0).mean() - profile.avoid) < 0.005
    classes = draw.teaches.sum(axis=0)
    for load, share in profile.teaching_loads:  # a grade has enough classes for the largest load
        assert abs((classes == load).mean() - share) < 0.08
    listed = np.bincount(draw.choices[draw.choices >= 0], minlength=draw.num_mentors)
    spoke = np.bincount(draw.choices[draw.reply != 0], minlength=draw.num_mentors)
    silent = (spoke[listed >= 10] == 0).mean()
    assert abs(silent - profile.silent_mentors) < 0.06
    vetoed = ((draw.reply == -1) & (draw.choices >= 0)).sum()
    asked = listed[spoke > 0].sum()
    assert 0.5 < vetoed / asked / profile.veto < 1.5


@pytest.mark.parametrize("sigma", [0.0, 0.5, 1.0, 1.5])
def test_popularity_skew_is_sigma(sigma: float) -> None:
    """Without own classes and last term the logarithms of first choices spread as those of the popularity."""
    profile = SchoolProfile(
        stage="junior", mean_students=1_000, grades=(7,), popularity_sigma=sigma, own_class_odds=1, avoid=0
    )
    spread = []
    for seed in range(6):
        draw = School(profile=profile, num_students=15_000, name=f"s{seed}").draw(seed)
        first = draw.choices[draw.has_form, 0]
        # Mean and factorial moment of the counts give the coefficient of variation without the noise of counting.
        count = np.bincount(first, minlength=draw.num_mentors)
        spread.append((count * (count - 1)).mean() / count.mean() ** 2)
    # A log-normal has E[w^2] / E[w]^2 = exp(sigma^2).
    assert np.log(np.mean(spread)) == pytest.approx(sigma**2, abs=0.03 + 0.25 * sigma**2)


def test_mentors_of_the_own_class_are_as_likely_as_the_odds_say() -> None:
    profile = SchoolProfile(
        stage="junior", mean_students=1_000, grades=(7,), popularity_sigma=0, own_class_odds=3, avoid=0, missing_forms=0
    )
    draw = School(profile=profile, num_students=8_000).draw(0)
    own = draw.teaches[draw.class_of, draw.choices[:, 0]].mean()
    listed = draw.teaches.sum(axis=1)[draw.class_of]
    expected = (3 * listed / (3 * listed + draw.num_mentors - listed)).mean()
    assert own == pytest.approx(expected, abs=0.015)


def test_a_district_draws_each_school_apart_and_has_the_published_sizes() -> None:
    district = county(seed=5)
    assert (len(district), district.num_students) == (60, 51_000)
    assert sum(school.num_students or 0 for school in district) == 51_000
    assert [school.name for school in district[3:5]] == [district[3].name, district[4].name]
    assert same(district[9].market(), pickle.loads(pickle.dumps(district[9])).market())  # noqa: S301  # our own bytes
    assert not same(district[9].market(), county(seed=6)[9].market())
    assert not same(district[9].market(0), district[9].market(1))
    ids = [school.market().student_ids for school in county(3, num_students=300)]
    assert len(set().union(*ids)) == sum(len(each) for each in ids)
    whole = province(seed=1, num_students=None)
    for stage, mean in (("primary", 777), ("junior", 1034), ("senior", 1850)):
        sizes = [size for size, kind in zip(whole.sizes, whole.stages, strict=True) if kind == stage]
        assert np.mean(sizes) == pytest.approx(mean, rel=0.05)
        assert np.log(sizes).std() == pytest.approx(0.5, abs=0.05)
    assert abs(whole.num_students - 7_700_000) < 200_000
    with pytest.raises(mm.InputError, match="student"):
        county(3, num_students=2)


def test_profiles_that_make_no_sense_are_refused() -> None:
    for change in ({"fewest": 16}, {"grades": (8, 7)}, {"list_lengths": (0.5, 0.4)}, {"smallest_class": 60}):
        with pytest.raises(mm.InputError):
            SchoolProfile(**(PROFILES["junior"].model_dump() | change))
    with pytest.raises(mm.InputError):
        School(num_students=0)


# -- models of preferences -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=KINDS)
@pytest.mark.parametrize(("n", "k", "length"), [(50, 7, 7), (40, 30, 4), (3000, 3000, 3), (1, 1, 1)])
def test_lists_are_distinct_and_drawn_again_the_same(model: PreferenceModel, n: int, k: int, length: int) -> None:
    owners = Owners("student", n, k, (1, 2))
    lists = model.lists(owners, length)
    assert lists.shape == (n, length)
    assert ((lists >= 0) & (lists < k)).all()
    assert all(len(set(row)) == length for row in lists.tolist())
    assert np.array_equal(lists, model.lists(owners, length))
    if n * k > 100:
        assert not np.array_equal(lists, model.lists(Owners("student", n, k, (1, 3)), length))


@pytest.mark.parametrize("model", MODELS, ids=KINDS)
def test_a_theory_market_is_strict_without_ties_and_dense_in_ranks(model: PreferenceModel) -> None:
    market = TheoryMarket(num_students=60, num_mentors=9, seats=5, length=4, students=model, mentors=model).market(3)
    for side, rank, size in (
        (market.student, market.student_rank, 60),
        (market.mentor, market.mentor_rank, 9),
    ):
        for owner in range(size):
            mine = np.sort(rank[side == owner])
            assert mine.tolist() == list(range(1, len(mine) + 1))


def test_tie_density_is_the_share_of_entries_tied_with_the_one_before() -> None:
    market = TheoryMarket(
        num_students=2_000, num_mentors=20, seats=1, length=10, student_ties=0.3, mentor_ties=0.8, group_share=0.25
    ).market(0)
    for side, rank, density in (
        (market.student, market.student_rank, 0.3),
        (market.mentor, market.mentor_rank, 0.8),
    ):
        worst = [int(rank[side == owner].max()) for owner in np.unique(side)]
        entries, owners = len(side), len(worst)
        assert 1 - (sum(worst) - owners) / (entries - owners) == pytest.approx(density, abs=0.02)
    assert market.student_attributes["group"].has("minority").mean() == pytest.approx(0.25, abs=0.04)
    silent = TheoryMarket(num_students=5, num_mentors=2, mentors=None, student_ties=1).market()
    assert (silent.mentor_rank == 1).all()
    assert (silent.student_rank == 1).all()


def distribution(lists: np.ndarray) -> dict[tuple[int, ...], float]:
    found, counts = np.unique(lists, axis=0, return_counts=True)
    return {tuple(row): count / len(lists) for row, count in zip(found.tolist(), counts.tolist(), strict=True)}


def mallows_probabilities(centre: list[int], phi: float) -> dict[tuple[int, ...], float]:
    """Return the definition: phi to the number of pairs that a list orders otherwise than the centre."""
    weight = {}
    for ranking in permutations(centre):
        place = [centre.index(item) for item in ranking]
        discordant = sum(place[a] > place[b] for a in range(len(place)) for b in range(a + 1, len(place)))
        weight[ranking] = phi**discordant
    total = sum(weight.values())
    return {ranking: value / total for ranking, value in weight.items()}


@pytest.mark.parametrize("phi", [0.0, 0.4, 1.0])
def test_mallows_lists_and_orders_have_the_probabilities_of_the_definition(phi: float) -> None:
    n, k = 40_000, 4
    owners = Owners("student", n, k, (9,))
    lists = Mallows(phi=phi).lists(owners, k)
    found = distribution(lists)
    centre = list(max(found, key=lambda ranking: found[ranking]))
    expected = mallows_probabilities(centre, phi)
    assert all(found.get(ranking, 0) == pytest.approx(value, abs=0.012) for ranking, value in expected.items())
    key = Mallows(phi=phi).order(owners, np.repeat(np.arange(n), k), np.tile(np.arange(k), n)).reshape(n, k)
    orders = distribution(np.argsort(key, axis=1))
    assert all(
        orders.get(ranking, 0) == pytest.approx(value, abs=0.012)
        for ranking, value in mallows_probabilities(list(max(orders, key=lambda ranking: orders[ranking])), phi).items()
    )


@pytest.mark.parametrize("k", [6, 400])
def test_popularity_is_plackett_luce_whichever_way_it_is_drawn(k: int) -> None:
    """Six others are drawn from the whole matrix, 400 by first draws: both as the definition says."""
    n, model = 30_000, PopularMentors(sigma=1.0)
    owners = Owners("student", n, k, (4,))
    lists = model.lists(owners, 2)
    weight = np.exp(np.random.default_rng([4, 4, 1]).standard_normal(k))
    share = weight / weight.sum()
    assert np.allclose(np.bincount(lists[:, 0], minlength=k) / n, share, atol=0.012)
    # The second is drawn from those that are left: P(second = b) is the sum over a of p(a) p(b) / (1 - p(a)).
    second = share * ((share / (1 - share)).sum() - share / (1 - share))
    assert np.allclose(np.bincount(lists[:, 1], minlength=k) / n, second, atol=0.012)


def test_nearer_is_better_for_both_sides() -> None:
    model, seed = Euclidean(dimensions=2), (5,)
    students, mentors = Owners("student", 30, 12, seed), Owners("mentor", 12, 30, seed)
    at, to = students.positions(2)
    distance = ((at[:, None, :] - to[None, :, :]) ** 2).sum(axis=2)
    assert np.array_equal(model.lists(students, 5), np.argsort(distance, axis=1)[:, :5])
    pairs = np.argwhere(np.ones((30, 12)))
    assert np.allclose(model.order(mentors, pairs[:, 1], pairs[:, 0]), distance.ravel())


def test_master_lists_and_full_correlation_are_one_order() -> None:
    for model in (MasterList(), Correlated(weight=1.0), Mallows(phi=0.0)):
        owners = Owners("student", 40, 8, (6,))
        lists = model.lists(owners, 8)
        assert (lists == lists[0]).all()
    short = MasterList().lists(owners, 3)
    place = {item: at for at, item in enumerate(MasterList().lists(owners, 8)[0].tolist())}
    assert all(sorted(row, key=place.__getitem__) == row for row in short.tolist())
    assert len({tuple(sorted(row)) for row in short.tolist()}) > 5


# -- school choice, drawn sizes, what is drawn without drawing all ---------------------------------------------------


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.8, 0.97])
def test_the_best_of_many_have_the_distribution_of_the_whole_matrix(weight: float) -> None:
    """Who is listed where: drawn from the tail as often as from all utilities."""
    n, k, length = 20_000, 40, 4
    value = weight * np.random.default_rng(90).standard_normal(k)
    lists = best_of_normals(value, 1 - weight, n, length, np.random.default_rng(91))
    assert all(len(set(row)) == length for row in lists[:500].tolist())
    rng = np.random.default_rng(92)
    full = np.argsort(-(value + (1 - weight) * rng.standard_normal((n, k))), axis=1)[:, :length]
    for place in range(length):
        share = [np.bincount(each[:, place], minlength=k) / n for each in (lists, full)]
        expected = np.maximum((share[0] + share[1]) / 2, 2 / n)
        assert (np.abs(share[0] - share[1]) < 5 * np.sqrt(2 * expected / n)).all()


def test_who_has_too_few_above_the_threshold_draws_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(best_of_many, "_WANTED", -2.0)
    test_the_best_of_many_have_the_distribution_of_the_whole_matrix(0.3)


def test_large_correlated_markets_are_drawn_from_the_tail() -> None:
    owners = Owners("student", 3_000, 2_000, (5,))
    lists = Correlated(weight=0.5).lists(owners, 6)
    common = owners.rng().standard_normal(owners.num_others)
    assert lists.shape == (3_000, 6)
    assert common[lists[:, 0]].mean() > common[lists[:, -1]].mean() > 1
    assert (Correlated(weight=1).lists(owners, 6) == np.argsort(-common)[:6]).all()


def test_pairs_are_missing_and_tied_as_often_as_gent_and_prosser_say() -> None:
    market = TheoryMarket(num_students=300, num_mentors=60, incomplete=0.7, student_ties=0.4, mentor_ties=0.8).market(3)
    assert abs(market.num_pairs / (300 * 60) - 0.3) < 0.02
    for owner, rank, density in (
        (market.student, market.student_rank, 0.4),
        (market.mentor, market.mentor_rank, 0.8),
    ):
        tiers = len(set(zip(owner.tolist(), rank.tolist(), strict=True)))
        entries, owners = market.num_pairs, len(np.unique(owner))
        assert abs((entries - tiers) / (entries - owners) - density) < 0.03


def test_seats_and_lengths_are_drawn_from_the_fewest_to_the_most() -> None:
    market = TheoryMarket(num_students=400, num_mentors=90, seats=(0, 4), length=(2, 6)).market(8)
    assert set(market.mentor_upper.tolist()) == {0, 1, 2, 3, 4}
    length = np.bincount(market.student)
    assert set(length.tolist()) == {2, 3, 4, 5, 6}
    assert abs(length.mean() - 4) < 0.25
    fixed = TheoryMarket(num_students=400, num_mentors=90, seats=(3, 3), length=(5, 5)).market(8)
    assert same(fixed, TheoryMarket(num_students=400, num_mentors=90, seats=3, length=5).market(8))
    for wrong in ({"seats": (3, 2)}, {"seats": (-1, 2)}, {"length": (2, 91)}):
        with pytest.raises(mm.InputError):
            TheoryMarket(num_students=400, num_mentors=90, **wrong)


def test_walk_zones_are_four_classes_with_ties() -> None:
    n, k = 500, 20
    market = TheoryMarket(num_students=n, num_mentors=k, mentors=WalkZones(zones=2, siblings=0.3)).market(4)
    owners = Owners("mentor", k, n, (4,))
    mentors, students = owners.positions(2)
    rank_of_distance = np.argsort(((students[:, None] - mentors[None]) ** 2).sum(axis=2), axis=1)
    zone = np.zeros((n, k), bool)
    np.put_along_axis(zone, rank_of_distance[:, :2], values=True, axis=1)
    best = market.mentor_rank.reshape(n, k)
    for j in range(k):
        # Who walks ranks before who does not; siblings, a few, before both.
        walking, others = best[zone[:, j], j], best[~zone[:, j], j]
        assert np.median(walking) < np.median(others) == others.max() == best[:, j].max()
        assert len(np.unique(best[:, j])) <= 4
    siblings = (best < np.where(zone, np.median(best[zone]), np.median(best[~zone]))).sum()
    assert abs(siblings / n - 0.3) < 0.06


def test_near_mentors_are_wanted_more_the_more_distance_weighs() -> None:
    def distance(beta: float) -> float:
        market = TheoryMarket(num_students=600, num_mentors=40, length=3, students=Located(beta=beta)).market(6)
        students, mentors = Owners("student", 600, 40, (6,)).positions(2)
        return float(np.sqrt(((students[market.student] - mentors[market.mentor]) ** 2).sum(axis=1)).mean())

    assert distance(0.0) > distance(0.5) > distance(1.0)
    agree = [Located(alpha=alpha, beta=0.0).lists(Owners("student", 300, 40, (6,)), 1) for alpha in (1.0, 0.0)]
    assert len(np.unique(agree[0])) == 1 < len(np.unique(agree[1]))


@pytest.mark.parametrize("mentors", [Uniform(), WalkZones(zones=2), MasterList()], ids=lambda model: model.kind)
def test_priorities_at_unlisted_mentors_are_kept(mentors: PreferenceModel) -> None:
    """One order of all students at each mentor, whichever of them listed it."""
    described = TheoryMarket(num_students=40, num_mentors=8, length=3, mentors=mentors, keep_priorities=True)
    market = described.market(2)
    unlisted = market.unlisted
    assert unlisted is not None
    assert market.num_pairs + len(unlisted.student) == 40 * 8
    every = np.zeros((40, 8), np.int64)
    every[market.student, market.mentor] = market.mentor_rank
    every[unlisted.student, unlisted.mentor] = unlisted.mentor_rank
    assert (every > 0).all()
    for j in range(8):
        ranks = np.unique(every[:, j])
        assert ranks.tolist() == list(range(1, len(ranks) + 1))
        assert len(ranks) == (40 if mentors.kind != "walk_zones" else len(ranks))
    assert described.model_copy(update={"keep_priorities": False}).market(2).unlisted is None
    study.run(["top_trading_cycles"], [described], metrics=["placed"])
