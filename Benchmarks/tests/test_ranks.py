"""The Mann–Whitney test against counting, and against SciPy's exact one."""

import itertools
import unittest

from bench import ranks, sweeps


class RankTests(unittest.TestCase):
    def test_it_is_the_share_of_all_orders(self) -> None:
        for ours, theirs in [(2, 3), (3, 3), (4, 2)]:
            places = range(ours + theirs)
            counts = []
            for mine in itertools.combinations(places, ours):
                others = [place for place in places if place not in mine]
                counts.append(sum(a > b for a in mine for b in others))
            for mine in itertools.combinations(places, ours):
                others = [place for place in places if place not in mine]
                pairs = sum(a > b for a in mine for b in others)
                expected = sum(count <= pairs for count in counts) / len(counts)
                self.assertAlmostEqual(ranks.below(mine, others), expected, places=12)

    def test_it_is_what_scipy_finds(self) -> None:
        ours = [0.1, 0.4, 0.45, 0.7, 1.1, 1.3, 1.9, 2.2, 2.3, 3.5]
        theirs = [0.3, 0.9, 1.2, 2.0, 2.1, 2.4, 2.6, 2.8, 3.1, 3.3, 4.0, 4.4]
        self.assertAlmostEqual(ranks.apart(ours, theirs), 0.05913591052909939, places=12)
        self.assertAlmostEqual(ranks.below(ours, theirs), 0.029567955264549695, places=12)
        self.assertEqual(ranks.apart(ours, ours), 1)

    def test_a_difference_says_who_comes_nearer(self) -> None:
        self.assertEqual(sweeps.alike(.02, [1], [2]), "> .01: yes")
        self.assertEqual(sweeps.alike(.001, [1], [2]), "> .01: no, ours is less")
        self.assertEqual(sweeps.alike(.001, [2], [1]), "> .01: no, ours is **more**")


if __name__ == "__main__":
    unittest.main()
