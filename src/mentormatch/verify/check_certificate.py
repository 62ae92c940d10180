#!/usr/bin/env python3
"""Check a certificate of mentormatch. Stands alone: Python's standard library only, nothing of the package.

    python check_certificate.py CERTIFICATE.json

It reads the rules as rows of whole numbers, the matching, the goals and the prices, and finds out from them alone

* whether the matching keeps every row and uses no closed pair;
* whether each goal has the value that is claimed;
* whether a pair blocks, by looking at every one;
* whether the prices prove that no matching does better (linear programming duality, level by level), or, where there is
  no matching, that none exists (Farkas).

What rests on a search instead of a proof is listed as such. Exit code 0: everything that can be checked is true; 1: a
claim is false or not proven; 2: the file is no certificate.
"""

import json
import sys

FORMAT = "mentormatch-certificate/1"


class Broken(Exception):
    """A claim of the certificate is not true."""


def check(certificate):
    """Return what was checked and what rests on a search, two lists of sentences; raise `Broken` for a false claim."""
    market, rows, stages = certificate["market"], certificate["rows"], certificate["stages"]
    closed = set(certificate["closed"])
    is_open = [pair not in closed for pair in range(len(market["student"]))]
    _well_formed(market, rows, stages, certificate["closed"])
    checked, unchecked = [], list(certificate["unchecked"])
    if certificate["status"] == "infeasible":
        prices = certificate["infeasible_prices"]
        if prices is None:
            return checked, [*unchecked, "no matching exists: proven by search alone"]
        face = _whole_face(rows, [], [], is_open)
        bound, _ = _bound(rows, [], prices, [], face, [0] * len(is_open), [])
        if bound <= 0:
            raise Broken(f"the prices do not show that no matching exists (they bound 0 by {bound})")
        checked.append(f"no matching keeps all rows: the prices miss {bound}")
        return checked, unchecked
    if certificate["status"] == "unknown":
        return checked, [*unchecked, "whether there is a matching: none was found, and none was excluded"]
    matching = certificate["matching"]
    _feasible(rows, is_open, matching)
    checked.append(f"the matching of {len(matching)} pairs keeps all {sum(len(r['lower']) for r in rows)} rows")
    _values(stages, matching, certificate["values"])
    checked.append(f"the {len(stages)} goals have the values that are claimed")
    for stable in certificate["stable"]:
        found = blocking_pairs(market, matching, stable)
        if found:
            raise Broken(f"{len(found)} pairs block, the first is pair {found[0]}")
        checked.append(f"none of {len(stable)} pairs blocks the matching")
    found = blocking_pairs(market, matching, [p for p in range(len(is_open)) if is_open[p]])
    if len(found) != certificate["blocking_pairs"]:
        raise Broken(f"{len(found)} pairs block, {certificate['blocking_pairs']} are claimed")
    checked.append(f"{len(found)} pairs block, as claimed")
    if certificate["levels"] is not None:
        _optimal(rows, stages, certificate["levels"], is_open, matching)
        checked.append("no matching that keeps the rows has better values: shown by the prices")
    elif certificate["status"] == "optimal" and stages:
        unchecked.append("no matching has better values: proven by search alone")
    return checked, unchecked


# -- the file ----------------------------------------------------------------------------------------------------


def _well_formed(market, rows, stages, closed):
    num_pairs = len(market["student"])
    for name in ("mentor", "student_rank", "mentor_rank"):
        _whole_numbers(market[name], num_pairs, name)
    for ends, quota in (("student", "student_quota"), ("mentor", "mentor_upper")):
        _whole_numbers(market[ends], num_pairs, ends)
        if any(not 0 <= end < len(market[quota]) for end in market[ends]):
            raise Broken(f"'{ends}' names somebody who is not there")
    if len(set(zip(market["student"], market["mentor"]))) != num_pairs:
        raise Broken("a pair stands twice")
    if any(not 0 <= pair < num_pairs for pair in closed):
        raise Broken("a closed pair is not there")
    for block in rows:
        _well_formed_rows(block, num_pairs)
        _whole_numbers(block["lower"], len(block["start"]) - 1, "lower")
        _whole_numbers(block["upper"], len(block["start"]) - 1, "upper")
        if block["coeffs"] is not None:
            _whole_numbers(block["coeffs"], len(block["pairs"]), "coeffs")
    for stage in stages:
        for term in stage["terms"]:
            _well_formed_term(term, num_pairs, stage["name"])


def _well_formed_term(term, num_pairs, name):
    if term["kind"] != "convex":
        _whole_numbers(term["cost"], num_pairs, "cost")
        return
    _well_formed_rows(term, num_pairs)
    _whole_numbers(term["slopes"], len(term["pairs"]), "slopes")
    for low, high in zip(term["start"], term["start"][1:]):
        if any(a > b for a, b in zip(term["slopes"][low:high], term["slopes"][low + 1 : high])):
            raise Broken(f"the cost of the goal {name} is not convex")


def _well_formed_rows(block, num_pairs):
    start, pairs = block["start"], block["pairs"]
    if not start or start[0] != 0 or start[-1] != len(pairs) or any(a > b for a, b in zip(start, start[1:])):
        raise Broken("the starts of some rows make no sense")
    if any(type(pair) is not int or not 0 <= pair < num_pairs for pair in pairs):
        raise Broken("a row names a pair that is not there")
    if any(len(set(pairs[low:high])) != high - low for low, high in zip(start, start[1:])):
        raise Broken("a row names a pair twice")


def _whole_numbers(values, size, name):
    if len(values) != size or any(type(value) is not int for value in values):
        raise Broken(f"'{name}' must hold {size} whole numbers")


# -- feasibility and values ----------------------------------------------------------------------------------------


def _feasible(rows, is_open, matching):
    if len(set(matching)) != len(matching) or any(not 0 <= pair < len(is_open) for pair in matching):
        raise Broken("the matching holds a pair twice or one that is not there")
    if any(not is_open[pair] for pair in matching):
        raise Broken("the matching holds a closed pair")
    chosen = set(matching)
    for block in rows:
        for number, activity in enumerate(_activities(block, chosen)):
            if not block["lower"][number] <= activity <= block["upper"][number]:
                raise Broken(f"a row of the rule {block['rule']} is broken: row {number} has {activity}")


def _activities(block, chosen):
    weights = block.get("coeffs")
    for low, high in zip(block["start"], block["start"][1:]):
        yield sum(1 if weights is None else weights[at] for at in range(low, high) if block["pairs"][at] in chosen)


def _values(stages, matching, values):
    if len(values) != len(stages):
        raise Broken("there is not one value for each goal")
    chosen = set(matching)
    for stage, value in zip(stages, values):
        cost = sum(_cost(term, chosen) for term in stage["terms"])
        if value != (-cost if stage["maximise"] else cost):
            raise Broken(f"the goal {stage['name']} is said to be {value} and is not")


def _cost(term, chosen):
    if term["kind"] == "linear":
        return sum(term["cost"][pair] for pair in chosen)
    if term["kind"] == "bottleneck":
        return max((term["cost"][pair] for pair in chosen), default=0)
    total = term["offset"]
    for low, activity in zip(term["start"], _activities(term, chosen)):
        total += sum(term["slopes"][low : low + activity])
    return total


def blocking_pairs(market, matching, pairs):
    """Return the choice pairs that block: both would rather be together, ties count as content."""
    student, mentor, wish, liking = (market[n] for n in ("student", "mentor", "student_rank", "mentor_rank"))
    nothing, unlisted = float("inf"), 2**40
    has, holds = {}, {}
    for pair in matching:
        has.setdefault(student[pair], []).append(wish[pair] or unlisted)
        holds.setdefault(mentor[pair], []).append(liking[pair])
    chosen, found = set(matching), []
    for pair in pairs:
        if pair in chosen or not wish[pair]:
            continue
        s, m = student[pair], mentor[pair]
        quota, seats = market["student_quota"][s], market["mentor_upper"][m]
        mine, theirs = has.get(s, []), holds.get(m, [])
        to_beat = nothing if len(mine) < quota else max(mine, default=0)
        limit = nothing if len(theirs) < seats else max(theirs, default=0)
        if quota and seats and wish[pair] < to_beat and liking[pair] < limit:
            found.append(pair)
    return found


# -- optimality by prices ------------------------------------------------------------------------------------------


def _optimal(rows, stages, levels, is_open, matching):
    """Check level after level; what has a price that is not zero is fixed for all later levels."""
    if [stage for level in levels for stage in level["stages"]] != list(range(len(stages))):
        raise Broken("the prices do not cover all goals in order")
    terms = [term for stage in stages for term in stage["terms"] if term["kind"] == "convex"]
    reaches = [_reach(term, rows, is_open) for term in terms]
    face = _whole_face(rows, terms, reaches, is_open)
    for level in levels:
        names = ", ".join(stages[stage]["name"] for stage in level["stages"])
        _right_sizes(level, rows, terms)
        worst = [t for s in level["stages"] for t in stages[s]["terms"] if t["kind"] == "bottleneck"]
        if worst:
            if len(level["stages"]) > 1 or len(stages[level["stages"][0]]["terms"]) > 1:
                raise Broken(f"{names}: a bottleneck stands alone")
            _bottleneck(rows, terms, level, face, matching, worst[0], names)
            continue
        _lexicographic(stages, level, rows, reaches, is_open, names)
        cost, slopes = _weighted(stages, level, terms, len(is_open))
        bound, left = _bound(rows, terms, level["prices"], level["convex_prices"], face, cost, slopes)
        value = sum(cost[pair] for pair in matching)
        chosen = set(matching)
        for term, slope in zip(terms, slopes):
            for low, activity in zip(term["start"], _activities(term, chosen)):
                value += sum(slope[low : low + activity])
        if bound != value:
            raise Broken(f"{names}: the prices prove {bound}, the matching has {value}")
        face.update(left)


def _right_sizes(level, rows, terms):
    if [len(prices) for prices in level["prices"]] != [len(block["lower"]) for block in rows]:
        raise Broken("there is not one price for each row")
    if [len(prices) for prices in level["convex_prices"]] != [len(term["start"]) - 1 for term in terms]:
        raise Broken("there is not one price for each row of a convex cost")
    if len(level["weights"]) != len(level["stages"]):
        raise Broken("there is not one weight for each goal")


def _whole_face(rows, terms, reaches, is_open):
    """Return all that is left to choose before the first level: bounds of pairs, of rows, and of convex activities."""
    opened = {pair for pair, open_ in enumerate(is_open) if open_}
    row_bounds = []
    for block in rows:
        if _has_units(block):
            most = list(_activities({**block, "coeffs": None}, opened))
            row_bounds.append([[low, min(high, size)] for low, high, size in zip(block["lower"], block["upper"], most)])
        else:
            row_bounds.append([[low, high] for low, high in zip(block["lower"], block["upper"])])
    return {
        "pairs": [[0, int(open_)] for open_ in is_open],
        "rows": row_bounds,
        "convex": [[[0, most] for most in reach] for reach in reaches],
    }


def _has_units(block):
    return block.get("coeffs") is None or all(weight == 1 for weight in block["coeffs"])


def _bound(rows, terms, prices, convex_prices, face, cost, slopes):
    """Return what every matching on a face costs at least, by the prices, and the face on which that is reached."""
    reduced, total = list(cost), 0
    left = {"rows": [], "convex": [], "pairs": []}
    for block, price, bounds in zip(rows, prices, face["rows"]):
        weights, kept = block["coeffs"], []
        for number, y in enumerate(price):
            low, high = bounds[number]
            if y:
                for at in range(block["start"][number], block["start"][number + 1]):
                    reduced[block["pairs"][at]] -= y if weights is None else y * weights[at]
                total += y * (low if y > 0 else high)
            kept.append([high if y < 0 else low, low if y > 0 else high])
        left["rows"].append(kept)
    for term, slope, price, bounds in zip(terms, slopes, convex_prices, face["convex"]):
        kept = []
        for number, y in enumerate(price):
            first, end = term["start"][number], term["start"][number + 1]
            low, high = bounds[number]
            marginal = [slope[at] + y for at in range(first, min(end, first + high))]
            for at in range(first, end):
                reduced[term["pairs"][at]] -= y
            lowest = max(low, sum(1 for value in marginal if value < 0))
            total += sum(marginal[:lowest])
            kept.append([lowest, max(low, sum(1 for value in marginal if value <= 0))])
        left["convex"].append(kept)
    for value, (low, high) in zip(reduced, face["pairs"]):
        total += value * (low if value > 0 else high)
        left["pairs"].append([high if value < 0 else low, low if value > 0 else high])
    return total, left


def _bottleneck(rows, terms, level, face, matching, term, names):
    """Check that some pair at the worst level of the matching is needed; then close what lies above it."""
    worst = max((term["cost"][pair] for pair in matching), default=0)
    for pair, bounds in enumerate(face["pairs"]):
        if term["cost"][pair] > worst:
            bounds[1] = 0
            if bounds[0]:
                raise Broken(f"{names}: a pair of a higher level was fixed before")
    if worst > 0:
        cost = [int(height >= worst) for height in term["cost"]]
        nothing = [[0] * len(one["pairs"]) for one in terms]
        bound, _ = _bound(rows, terms, level["prices"], level["convex_prices"], face, cost, nothing)
        if bound < 1:
            raise Broken(f"{names}: the prices do not show that this level is needed")


def _weighted(stages, level, terms, num_pairs):
    cost, slopes, number = [0] * num_pairs, [[0] * len(term["pairs"]) for term in terms], -1
    for position, stage in enumerate(stages):
        weight = level["weights"][level["stages"].index(position)] if position in level["stages"] else 0
        for term in stage["terms"]:
            if term["kind"] == "convex":
                number += 1
            if not weight:
                continue
            if term["kind"] == "linear":
                for pair, value in enumerate(term["cost"]):
                    cost[pair] += weight * value
            elif term["kind"] == "convex":
                slopes[number] = [weight * value for value in term["slopes"]]
    return cost, slopes


def _lexicographic(stages, level, rows, reaches, is_open, names):
    """Check that each weight exceeds what all later goals of the level can add up to."""
    number, ranges = 0, []
    most = _most_pairs(rows, is_open)
    for stage in stages:
        total = 0
        for term in stage["terms"]:
            if term["kind"] == "linear":
                there = [value for value, open_ in zip(term["cost"], is_open) if open_]
                total += most * (max(0, *there, 0) - min(0, *there, 0))
            elif term["kind"] == "convex":
                for low, high, reach in zip(term["start"], term["start"][1:], reaches[number]):
                    total += sum(abs(value) for value in term["slopes"][low : min(high, low + reach)])
                number += 1
        ranges.append(total)
    later = 0
    for stage, weight in zip(reversed(level["stages"]), reversed(level["weights"])):
        if weight <= later:
            raise Broken(f"{names}: the weights do not put earlier goals first")
        later += weight * ranges[stage]


def _most_pairs(rows, is_open):
    """Return a bound on the size of a matching: what some block of disjoint rows around all open pairs lets through."""
    opened = {pair for pair, open_ in enumerate(is_open) if open_}
    most = len(opened)
    for block in rows:
        inside = [pair for pair in block["pairs"] if pair in opened]
        if _has_units(block) and len(inside) == len(opened) == len(set(inside)):
            most = min(most, sum(map(min, block["upper"], _activities({**block, "coeffs": None}, opened))))
    return most


def _reach(term, rows, is_open):
    """Return a bound on the activity of each row of a convex cost."""
    spans = list(zip(term["start"], term["start"][1:]))
    members = [[pair for pair in term["pairs"][low:high] if is_open[pair]] for low, high in spans]
    most = [len(pairs) for pairs in members]
    for block in rows:
        if not _has_units(block) or len(set(block["pairs"])) != len(block["pairs"]):
            continue
        row_of = {}
        for number, (low, high) in enumerate(zip(block["start"], block["start"][1:])):
            row_of.update(dict.fromkeys(block["pairs"][low:high], number))
        if any(pair not in row_of for pairs in members for pair in pairs):
            continue
        for number, pairs in enumerate(members):
            around = {row_of[pair] for pair in pairs}
            most[number] = min(most[number], sum(max(block["upper"][row], 0) for row in around))
    return most


def main(arguments):
    """Check the file that the command line names; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python check_certificate.py CERTIFICATE.json\n")
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            certificate = json.load(file)
        if certificate["format"] != FORMAT:
            raise ValueError(f"the format is {certificate['format']}")
        checked, unchecked = check(certificate)
    except Broken as error:
        sys.stdout.write(f"NOT PROVEN: {error}\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        sys.stderr.write(f"no certificate: {type(error).__name__}: {error}\n")
        return 2
    if certificate.get("edition") == "staff":
        sys.stdout.write("of the staff edition: it tells forms, vetoes and care, and is not to be posted\n")
    for line in checked:
        sys.stdout.write(f"proven: {line}\n")
    for line in unchecked:
        sys.stdout.write(f"not checked here: {line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
