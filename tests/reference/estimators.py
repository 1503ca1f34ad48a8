"""Every statistic a second time, in plain Python and in another form than the product computes it."""

import math

import numpy as np
from scipy.stats import norm

Z95, Z998 = 1.959963984540054, 3.090232306167813
Results = list[tuple[int, int, float]]
"""n, k and score of each result."""
Pairs = list[tuple[float, float, float]]
"""x, y and weight of each programme."""


def naive_wilson(k: int, n: int) -> tuple[float, float]:
    """In plain Python, in the form of Newcombe 1998 (method 3)."""
    z = Z95
    root = z * math.sqrt(z**2 + 4 * k * (1 - k / n))
    return (2 * k + z**2 - root) / (2 * (n + z**2)), (2 * k + z**2 + root) / (2 * (n + z**2))


def naive_newcombe(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    (k, n), (other_k, other_n) = one, other
    (low, high), (other_low, other_high) = naive_wilson(k, n), naive_wilson(other_k, other_n)
    rate, other_rate = k / n, other_k / other_n
    return (
        rate - other_rate - math.hypot(rate - low, other_high - other_rate),
        rate - other_rate + math.hypot(high - rate, other_rate - other_low),
    )


def naive_quantile(values: list[float], share: float) -> float:
    """Hyndman and Fan's type 7."""
    place = share * (len(values) - 1)
    below = sorted(values)[math.floor(place)]
    above = sorted(values)[math.ceil(place)]
    return below + (place - math.floor(place)) * (above - below)


def naive_dispersion(programmes: list[tuple[int, int]]) -> tuple[float, float]:
    """phi and tau2 of k of n in each programme."""
    theta = sum(k for k, _ in programmes) / sum(n for _, n in programmes)
    errors = [math.sqrt(theta * (1 - theta) / n) for _, n in programmes]
    scores = [(k / n - theta) / error for (k, n), error in zip(programmes, errors, strict=True)]
    least, most = naive_quantile(scores, 0.1), naive_quantile(scores, 0.9)
    phi = sum(min(max(z, least), most) ** 2 for z in scores) / len(programmes)
    weights = [1 / error**2 for error in errors]
    spare = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return phi, max(0, (len(programmes) * phi - (len(programmes) - 1)) / spare)


def naive_trend(results: Results) -> tuple[float, float]:
    """z and p as the correlation of answers and scores, every person by themselves: r * sqrt(N)."""
    people = [(score, answer) for n, k, score in results for answer in [1] * k + [0] * (n - k)]
    mean_score, mean_answer = (sum(values) / len(people) for values in zip(*people, strict=True))
    both = sum((score - mean_score) * (answer - mean_answer) for score, answer in people)
    scores = sum((score - mean_score) ** 2 for score, _ in people)
    answers = sum((answer - mean_answer) ** 2 for _, answer in people)
    z = math.sqrt(len(people)) * both / math.sqrt(scores * answers)
    return z, math.erfc(abs(z) / math.sqrt(2))


def naive_power(n: float, rate: float, other_n: float, other_rate: float, level: float = 0.05) -> float:
    """The chance that the difference is significant, in the direction it has, in the form of Fleiss, Levin and Paik."""
    r = other_n / n
    mean = (rate + r * other_rate) / (r + 1)
    if_none = norm.ppf(1 - level / 2) * math.sqrt((r + 1) * mean * (1 - mean))
    spread = math.sqrt(r * rate * (1 - rate) + other_rate * (1 - other_rate))
    beyond = abs(rate - other_rate) * math.sqrt(n * r) - if_none
    return float(norm.cdf(beyond / spread)) if spread else float(beyond > 0)


def numpy_correlation(pairs: Pairs) -> float:
    x, y, weight = (np.array(column) for column in zip(*pairs, strict=True))
    covariance = np.cov(x, y, aweights=weight)
    return float(covariance[0, 1] / math.sqrt(covariance[0, 0] * covariance[1, 1]))


def naive_correlation(pairs: Pairs) -> tuple[float, float, float]:
    """From NumPy's weighted covariances; the interval in Fisher's own form, with logarithms."""
    r = numpy_correlation(pairs)
    effective = sum(weight for _, _, weight in pairs) ** 2 / sum(weight**2 for _, _, weight in pairs)
    ends = [math.log((1 + r) / (1 - r)) / 2 + side * Z95 / math.sqrt(effective - 3) for side in (-1, 1)]
    low, high = ((math.exp(2 * end) - 1) / (math.exp(2 * end) + 1) for end in ends)
    return r, low, high
