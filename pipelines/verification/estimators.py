"""Every statistic a second time, in plain Python and in another form than the product computes it."""

import math

import numpy as np
from scipy.special import betainc
from scipy.stats import chi2, t

Z95 = 1.959963984540054
Results = list[tuple[float, float, float]]
"""n, k and score of each result."""
Pairs = list[tuple[float, float, float]]
"""x, y and weight of each programme."""


def plain_wilson(k: float, n: float) -> tuple[float, float]:
    """In plain Python, in the form of Newcombe 1998 (method 3)."""
    z = Z95
    root = z * math.sqrt(z**2 + 4 * k * (1 - k / n))
    return (2 * k + z**2 - root) / (2 * (n + z**2)), (2 * k + z**2 + root) / (2 * (n + z**2))


def plain_newcombe(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    (k, n), (other_k, other_n) = one, other
    (low, high), (other_low, other_high) = plain_wilson(k, n), plain_wilson(other_k, other_n)
    rate, other_rate = k / n, other_k / other_n
    return (
        rate - other_rate - math.hypot(rate - low, other_high - other_rate),
        rate - other_rate + math.hypot(high - rate, other_rate - other_low),
    )


def plain_quantile(values: list[float], share: float) -> float:
    """Hyndman and Fan's type 7."""
    place = share * (len(values) - 1)
    below = sorted(values)[math.floor(place)]
    above = sorted(values)[math.ceil(place)]
    return below + (place - math.floor(place)) * (above - below)


def plain_clustered(programmes: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """The variance of the rate of k of n in each programme (with its effective n), and the interval made with it."""
    n, k, count = sum(n for _, n, _ in programmes), sum(k for k, _, _ in programmes), len(programmes)
    rate = k / n
    chance = sum(rate * (1 - rate) / effective * (size / n) ** 2 for _, size, effective in programmes)
    robust = count / (count - 1) * sum((size / n) ** 2 * (each / size - rate) ** 2 for each, size, _ in programmes)
    variance = max(chance, robust * (float(t.ppf(0.975, count - 1)) / Z95) ** 2)
    answers = rate * (1 - rate) / variance
    return variance, *plain_wilson(rate * answers, answers)


def plain_dispersion(programmes: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """phi, tau2 and the largest spread that could be missed, of k of n (with its effective n) in each programme."""
    count = len(programmes)
    theta = sum(k for k, _, _ in programmes) / sum(n for _, n, _ in programmes)
    errors = [math.sqrt(theta * (1 - theta) / effective) for _, _, effective in programmes]
    scores = [(k / n - theta) / error for (k, n, _), error in zip(programmes, errors, strict=True)]
    least, most = plain_quantile(scores, 0.1), plain_quantile(scores, 0.9)
    phi = sum(min(max(z, least), most) ** 2 for z in scores) / count / (0.6787 - 0.55 / count)
    weights = [1 / error**2 for error in errors]
    unit = (sum(weights) - sum(weight**2 for weight in weights) / sum(weights)) / (count - 1)
    lowest = float(chi2.ppf(0.05, 0.69 * count)) / (0.69 * count)
    return phi, max(0, (phi - 1) / unit), math.sqrt(max(0, (phi / lowest - 1) / unit))


def plain_detectable(
    n: float, p: float, variance: float, between: float, each_side: int
) -> tuple[float | None, float | None]:
    """How much more, and how much less, would be found and shown four times in five."""
    more, less = (_detectable_upwards(n, rate, variance, between, each_side) for rate in (p, 1 - p))
    return more, less


def _detectable_upwards(n: float, p: float, variance: float, between: float, each_side: int) -> float | None:
    """The first whole number of points that is enough, all tried in their order."""
    limit, uncertain = p + Z95 * math.sqrt(p * (1 - p) / n + variance + between), 0.8416212335729143**2 * variance
    if limit >= 1:
        return None
    least = math.floor(n * limit) + 1
    others = p * (1 - p) / max(variance, 1e-18)
    while least <= n and plain_newcombe((least, n), (p * others, others))[0] <= 0:
        least += 1
    for size in (points / 100 for points in range(1, 101)):
        beyond = (size - (limit - p)) ** 2 - uncertain
        if size >= limit - p and beyond >= 0 and p + size <= 1:
            withheld = _at_least(math.floor(n - each_side) + 1, n, p + size)
            if _at_least(least, n, limit + math.sqrt(beyond)) - withheld >= 0.8:
                return size
    return None


def _at_least(count: int, n: float, rate: float) -> float:
    """The chance that so many of n people or more say yes."""
    return 0.0 if count > n else float(betainc(count, n - count + 1, rate))


def plain_trend(results: Results) -> tuple[float, float]:
    """z and p as the correlation of answers and scores, people counted by their weight: r * sqrt(N)."""
    people = [(score, answer, count) for n, k, score in results for answer, count in ((1, k), (0, n - k))]
    total = sum(count for _, _, count in people)
    mean_score, mean_answer = (sum(row[side] * row[2] for row in people) / total for side in (0, 1))
    both = sum((score - mean_score) * (answer - mean_answer) * count for score, answer, count in people)
    scores = sum((score - mean_score) ** 2 * count for score, _, count in people)
    answers = sum((answer - mean_answer) ** 2 * count for _, answer, count in people)
    z = math.sqrt(total) * both / math.sqrt(scores * answers)
    return z, math.erfc(abs(z) / math.sqrt(2))


def numpy_correlation(pairs: Pairs) -> float:
    x, y, weight = (np.array(column) for column in zip(*pairs, strict=True))
    covariance = np.cov(x, y, aweights=weight)
    return float(covariance[0, 1] / math.sqrt(covariance[0, 0] * covariance[1, 1]))


def plain_correlation(pairs: Pairs) -> tuple[float, float, float]:
    """From NumPy's weighted covariances; the interval in Fisher's own form, with logarithms."""
    r = numpy_correlation(pairs)
    effective = sum(weight for _, _, weight in pairs) ** 2 / sum(weight**2 for _, _, weight in pairs)
    ends = [math.log((1 + r) / (1 - r)) / 2 + side * Z95 / math.sqrt(effective - 3) for side in (-1, 1)]
    low, high = ((math.exp(2 * end) - 1) / (math.exp(2 * end) + 1) for end in ends)
    return r, low, high


def plain_attenuation(pairs: Pairs, errors: list[tuple[float, float]]) -> float:
    """The root of the product of both reliabilities."""
    weights = np.array([weight for _, _, weight in pairs])
    covariance = np.cov(np.array([pair[:2] for pair in pairs]).T, aweights=weights)
    noise = np.average(np.array(errors), axis=0, weights=weights)
    reliabilities = [max(0.0, 1 - noise[side] / covariance[side, side]) for side in (0, 1)]
    return math.sqrt(reliabilities[0] * reliabilities[1])
