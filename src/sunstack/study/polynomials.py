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
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

MOST_TERMS = 500
HIGHEST_DEGREE = 8
FEWEST_ROWS_PER_TERM = 2
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
        self.whole = [(within, self._factor(within)) for within in self._within()]

    def _within(self) -> Iterator[Degrees]:
        """Terms up to each degree, as long as there are rows enough."""
        for highest in range(int(self.totals.max()) + 1):
            within = np.flatnonzero(self.totals <= highest)
            if FEWEST_ROWS_PER_TERM * len(within) <= len(self.terms):
                yield within

    def _factor(self, picked: Degrees) -> Any:
        return cho_factor(self.squares[np.ix_(picked, picked)])

    def formula(self, fitted: Columns, chosen: Columns, *, size: float) -> tuple[Degrees, Columns]:
        """Places of the fewest terms that do as well as any, and their coefficients.

        Args:
            fitted: the quantity in the rows to fit by.
            chosen: likewise, to choose by.
            size: what its errors are measured by.
        """
        products = self.terms.T @ fitted
        errors = [
            (ranked, self._errors(ranked, found, chosen))
            for ranked, found in self._ranked(products)
        ]
        least = min(float(found.min()) for _, found in errors)
        enough = max(AS_GOOD * least, UNSEEN * size)
        good = [
            ranked[: int(np.argmax(found <= enough)) + 1]
            for ranked, found in errors
            if found.min() <= enough
        ]
        picked = np.sort(min(good, key=len))
        return picked, np.asarray(cho_solve(self._factor(picked), products[picked]))

    def _ranked(self, products: Columns) -> Iterator[tuple[Degrees, Columns]]:
        """For each degree its terms, those with the largest coefficients first, and these."""
        for within, factor in self.whole:
            found = np.asarray(cho_solve(factor, products[within]))
            order = np.argsort(-np.abs(found), kind="stable")
            yield within[order], found[order]

    def _errors(self, ranked: Degrees, coefficients: Columns, chosen: Columns) -> Columns:
        """Root of the mean square, with the first term alone, the first two, ... all."""
        told = np.cumsum(self.choosing[:, ranked] * coefficients, axis=1)
        return np.asarray(np.sqrt(((told - chosen[:, None]) ** 2).mean(axis=0)))
