"""Which few products of Chebyshev's polynomials run through given rows?

    f = Σ_k c_k Π_j T_{d_kj}(t_j),      -1 <= t_j <= 1,

by least squares. Over rows whose t have the arcsine's density the products are nearly orthogonal:
the normal equations are well-conditioned, and a coefficient is what its term contributes. Highest
degree and number of terms (those with the largest coefficients) are the fewest that do as well as
any on rows kept for that choice.

Leaves out: products beyond a total degree; what kinks or jumps is met by none of these well.
Reference: Trefethen, Approximation Theory and Approximation Practice (2013), ch. 3-4; Cohen &
Migliorati, SMAI J. Comput. Math. 3 (2017) 181; Blatman & Sudret, J. Comput. Phys. 230 (2011) 2345.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular

MOST_TERMS = 500
HIGHEST_DEGREE = 8
FEWEST_ROWS_PER_TERM = 2
TERM_SHARES = (0.02, 0.03, 0.05, 0.08, 0.12, 0.18, 0.25, 0.35, 0.5, 0.7, 1.0)
"""Of all terms of a degree, the numbers of them that are tried."""
AS_GOOD = 1.1
"""A formula of fewer terms is taken if its error is no more than this times the least."""
UNSEEN = 1e-5
"""No reader sees a smaller error."""

Columns = NDArray[np.float64]
Degrees = NDArray[np.int_]


def highest_degree(count: int) -> int:
    """Highest degree in so many places that keeps to `MOST_TERMS`."""
    degrees = range(1, HIGHEST_DEGREE + 1)
    return max(one for one in degrees if one == 1 or math.comb(count + one, count) <= MOST_TERMS)


def degrees_of(count: int) -> Degrees:
    """Degrees of every term in each place, shape (terms, places), the lowest in total first."""
    found = _degrees(count, highest_degree(count))
    return np.array(sorted(found, key=lambda one: (sum(one), one)))


def _degrees(count: int, most: int) -> Iterator[tuple[int, ...]]:
    if count == 0:
        yield ()
        return
    for own in range(most + 1):
        for others in _degrees(count - 1, most - own):
            yield (own, *others)


def terms_of(places: Columns, degrees: Degrees) -> Columns:
    """Products of Chebyshev's polynomials, shape (rows, terms)."""
    found = np.ones((len(places), len(degrees)))
    for number in range(places.shape[1]):
        place = places[:, number]
        powers = [np.ones(len(places)), place]
        while len(powers) <= degrees.max():
            powers.append(2.0 * place * powers[-1] - powers[-2])
        found *= np.stack(powers, axis=1)[:, degrees[:, number]]
    return found


class Fit:
    """Formulas for many quantities over the same rows."""

    def __init__(self, *, degrees: Degrees, fitting: Columns, choosing: Columns) -> None:
        """Prepare for rows by their places: those to fit by, and those to choose by."""
        self.totals = degrees.sum(axis=1)
        self.terms, self.choosing = terms_of(fitting, degrees), terms_of(choosing, degrees)
        self.squares = self.terms.T @ self.terms
        self.whole = [
            (within, cho_factor(self.squares[np.ix_(within, within)])) for within in self._within()
        ]

    def _within(self) -> Iterator[Degrees]:
        """Terms up to each degree, as long as there are rows enough."""
        for highest in range(int(self.totals.max()) + 1):
            within = np.flatnonzero(self.totals <= highest)
            if FEWEST_ROWS_PER_TERM * len(within) <= len(self.terms):
                yield within

    def formula(self, fitted: Columns, chosen: Columns, *, size: float) -> tuple[Degrees, Columns]:
        """Places of the fewest terms that do as well as any, and their coefficients.

        Args:
            fitted: the quantity in the rows to fit by.
            chosen: likewise, to choose by.
            size: what its errors are measured by.
        """
        tried = []
        for picked, coefficients in self._candidates(self.terms.T @ fitted):
            off = self.choosing[:, picked] @ coefficients - chosen
            tried.append((float(np.sqrt((off**2).mean())), picked, coefficients))
        enough = max(AS_GOOD * min(error for error, _, _ in tried), UNSEEN * size)
        good = [(picked, found) for error, picked, found in tried if error <= enough]
        picked, found = min(good, key=lambda one: len(one[0]))
        order = np.argsort(picked)
        return picked[order], found[order]

    def _candidates(self, products: Columns) -> Iterator[tuple[Degrees, Columns]]:
        """For each degree, the terms with the largest coefficients, few to all."""
        for within, factor in self.whole:
            whole = np.asarray(cho_solve(factor, products[within]))
            ranked = within[np.argsort(-np.abs(whole), kind="stable")]
            # The factor of the first so many terms is the first rows of that of all.
            lower = cholesky(self.squares[np.ix_(ranked, ranked)], lower=True)
            halfway = solve_triangular(lower, products[ranked], lower=True)
            for count in sorted({math.ceil(share * len(within)) for share in TERM_SHARES}):
                first = slice(0, count)
                found = solve_triangular(lower[first, first].T, halfway[first])
                yield ranked[first], np.asarray(found)
