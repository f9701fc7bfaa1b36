# SPDX-License-Identifier: GPL-2.0-only
"""Means, intervals and tests against figures worked out by hand or printed in books."""

import math
import unittest
from decimal import Decimal

import numpy

from launcher.compare import estimates


class Estimates(unittest.TestCase):
    """One metric over seeds."""

    def test_five_values_by_hand(self):
        # 1 2 3 4 5: mean 3, variance 10 / 4, and t(0.975; 4) = 2.776 of any table.
        found = estimates.estimate([1, 2, 3, 4, 5])
        self.assertEqual((found.n, found.mean, found.median, found.note), (5, 3, 3, ""))
        self.assertAlmostEqual(found.sd, math.sqrt(2.5), 12)
        self.assertAlmostEqual(found.half, 2.776445105 * math.sqrt(2.5 / 5), 8)
        # The 99th percentile between the 4th and 5th value: 4 + 0.96.
        self.assertAlmostEqual(found.p99, 4.96, 12)

    def test_two_values_by_hand(self):
        # t(0.975; 1) = 12.706; sd of 0 and 2 is sqrt(2), so the half-width is t.
        found = estimates.estimate([0, 2])
        self.assertAlmostEqual(found.half, 12.7062047, 6)

    def test_no_variance_has_no_interval(self):
        found = estimates.estimate([Decimal("0.1")] * 3)
        self.assertEqual((found.n, found.mean, found.sd, found.half), (3, 0.1, 0.0, None))
        self.assertEqual(found.note, "no variance over the seeds: no interval")

    def test_one_value_and_none(self):
        self.assertEqual((estimates.estimate([7]).mean, estimates.estimate([7]).half), (7, None))
        self.assertEqual(estimates.estimate([7]).note, "a single value: no interval")
        none = estimates.estimate([])
        self.assertEqual((none.n, none.mean, none.median, none.note), (0, None, None, "no value"))

    def test_the_interval_covers_as_often_as_it_should(self):
        # Covered in 95 % of N samples; 4 standard deviations of that count are +-1.95 % at N = 2000.
        count = 2000
        generator = numpy.random.default_rng(20260101)
        for size in (5, 10):
            covered = 0
            for sample in generator.normal(3.0, 2.0, (count, size)):
                found = estimates.estimate(list(sample))
                covered += abs(found.mean - 3.0) <= found.half
            bound = 4 * math.sqrt(count * 0.95 * 0.05)
            self.assertLess(abs(covered - 0.95 * count), bound, f"n = {size}: {covered}")


class Differences(unittest.TestCase):
    """Two schemes over the same seeds."""

    def pairs(self, one, other):
        return estimates.difference([(Decimal(str(a)), Decimal(str(b)))
                                     for a, b in zip(one, other)])

    def test_paired_by_hand(self):
        # Differences 1 2 3: mean 2, sd 1, t = 2 sqrt(3) with 2 degrees of freedom. For two of them
        # the distribution is closed: p = 1 - t / sqrt(2 + t^2).
        found = self.pairs([11, 22, 33], [10, 20, 30])
        statistic = 2 * math.sqrt(3)
        self.assertEqual((found.n, found.mean), (3, 2))
        self.assertAlmostEqual(found.p, 1 - statistic / math.sqrt(2 + statistic**2), 12)
        self.assertAlmostEqual(found.half, 4.30265273 / math.sqrt(3), 8)

    def test_pairing_takes_the_seeds_own_variance_out(self):
        # Seeds differ by thousands, schemes by 1 +- 0.1.
        base = [1000, 5000, 9000, 2000]
        found = self.pairs([b + d for b, d in zip(base, (1.1, 0.9, 1.0, 1.0))], base)
        self.assertAlmostEqual(found.mean, 1.0, 12)
        self.assertLess(found.half, 0.14)
        self.assertLess(found.p, 0.001)

    def test_a_constant_difference_is_never_significant(self):
        # In binary 0.3 - 0.2, 1.1 - 1.0 and 7.4 - 7.3 are three numbers; in decimal they are one.
        found = self.pairs([0.3, 1.1, 7.4], [0.2, 1.0, 7.3])
        self.assertEqual((found.n, found.mean, found.half, found.p), (3, 0.1, None, None))
        estimates.correct([found])
        self.assertFalse(found.significant)
        self.assertEqual(found.note, estimates.NO_VARIANCE)

    def test_too_few_pairs(self):
        self.assertEqual(self.pairs([], []).note, estimates.NO_VALUE)
        self.assertEqual(self.pairs([2], [1]).note, estimates.ONE_VALUE)
        self.assertIsNone(self.pairs([2], [1]).p)

    def test_an_interval_touches_zero_where_p_is_the_level(self):
        # Scale differences so that mean = half-width: then p must be 0.05.
        spread = numpy.array([-1.0, 0.5, 0.5, 1.5, -1.5])
        half = estimates.estimate(list(spread)).half
        found = self.pairs(spread + half, [0] * 5)
        self.assertAlmostEqual(found.p, 0.05, 9)


class Holm(unittest.TestCase):
    """The correction."""

    def test_worked_example(self):
        # 0.01 * 4, 0.005 * ... sorted 0.005 0.01 0.03 0.04: times 4 3 2 1 = 0.02 0.03 0.06 0.04,
        # and the last may not be below the one before it.
        self.assertEqual([round(p, 12) for p in estimates.holm([0.01, 0.04, 0.03, 0.005])],
                         [0.03, 0.06, 0.06, 0.02])

    def test_never_above_one_and_nothing_to_correct(self):
        self.assertEqual(estimates.holm([0.6, 0.9]), [1.0, 1.0])
        self.assertEqual(estimates.holm([0.03]), [0.03])
        self.assertEqual(estimates.holm([]), [])

    def test_differences_without_a_test_are_no_members_of_the_family(self):
        tested = estimates.Difference(3, mean=1.0, half=0.5, p=0.04)
        constant = estimates.Difference(3, mean=1.0, note=estimates.NO_VARIANCE)
        estimates.correct([constant, tested, constant])
        self.assertEqual((tested.p_holm, constant.p_holm), (0.04, None))
        self.assertTrue(tested.significant)

    def test_family_error_stays_below_the_level(self):
        # 20 true null hypotheses: some difference is called significant in at most 5 % of tables.
        generator = numpy.random.default_rng(7)
        tables = 300
        wrong = 0
        for _ in range(tables):
            found = [estimates.difference([(Decimal(repr(a)), Decimal(0)) for a in row])
                     for row in generator.normal(0, 1, (20, 6)).tolist()]
            estimates.correct(found)
            wrong += any(one.significant for one in found)
        self.assertLess(wrong, tables * 0.05 + 4 * math.sqrt(tables * 0.05 * 0.95))


if __name__ == "__main__":
    unittest.main()
