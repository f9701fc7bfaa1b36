# SPDX-License-Identifier: GPL-2.0-only
"""Means and differences over seeds, with Student's t and Holm's correction."""

import dataclasses
import math
from decimal import Decimal

import numpy
from scipy import stats

LEVEL = 0.95
ALPHA = 0.05

NO_VARIANCE = "no variance over the seeds: no interval"
ONE_VALUE = "a single value: no interval"
NO_VALUE = "no value"


@dataclasses.dataclass
class Estimate:
    """What the values of one metric over seeds say. None: there is no such figure."""

    n: int
    mean: float = None
    sd: float = None
    half: float = None  # half-width of the 95 % interval of the mean
    median: float = None
    p99: float = None
    note: str = ""


@dataclasses.dataclass
class Difference:
    """What paired differences over the same seeds say; p is of Student's paired t test."""

    n: int
    mean: float = None
    half: float = None
    p: float = None
    p_holm: float = None
    note: str = ""

    @property
    def significant(self):
        """Whether the corrected p is below 5 %; never without variance."""
        return self.p_holm is not None and self.p_holm < ALPHA


def half_width(sd, n):
    """Half-width of the interval of a mean of n values with standard deviation sd."""
    return float(stats.t.ppf((1 + LEVEL) / 2, n - 1)) * sd / math.sqrt(n)




def estimate(values):
    """Estimates from the values, as Decimal or float, of the seeds that have one."""
    n = len(values)
    if n == 0:
        return Estimate(0, note=NO_VALUE)
    numbers = numpy.array([float(value) for value in values])
    result = Estimate(n, mean=float(numbers.mean()), median=float(numpy.median(numbers)),
                      p99=float(numpy.percentile(numbers, 99)))
    if n == 1:
        result.note = ONE_VALUE
    elif min(values) == max(values):
        result.mean = result.median = result.p99 = float(values[0])
        result.sd = 0.0
        result.note = NO_VARIANCE
    else:
        result.sd = float(numbers.std(ddof=1))
        result.half = half_width(result.sd, n)
    return result


def difference(pairs):
    """Estimates one - other from pairs of values of the same seed.

    Values are Decimal: a difference that is the same for all seeds must come out as exactly that,
    or rounding would look like a tiny variance and everything like a significant difference."""
    values = [Decimal(one) - Decimal(other) for one, other in pairs]
    n = len(values)
    if n < 2:
        return Difference(n, mean=float(values[0]) if values else None,
                          note=ONE_VALUE if values else NO_VALUE)
    if min(values) == max(values):
        return Difference(n, mean=float(values[0]), note=NO_VARIANCE)
    numbers = numpy.array([float(value) for value in values])
    sd = float(numbers.std(ddof=1))
    mean = float(numbers.mean())
    statistic = mean / (sd / math.sqrt(n))
    return Difference(n, mean=mean, half=half_width(sd, n),
                      p=float(2 * stats.t.sf(abs(statistic), n - 1)))


def holm(p_values):
    """Holm's step-down correction: the corrected values, in the order of the given ones.

    S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6 (1979): the i-th smallest of m is multiplied by m - i + 1, and none becomes smaller
    than one before it."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    corrected = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = largest
    return corrected


def correct(differences):
    """Fills in p_holm of all differences that have a p; they are one family."""
    tested = [one for one in differences if one.p is not None]
    for one, corrected in zip(tested, holm([one.p for one in tested])):
        one.p_holm = corrected
