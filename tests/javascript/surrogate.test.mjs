// Does a slider go where it says, are numbers written as people read them, is the first year the first?

import assert from "node:assert/strict";
import {test} from "node:test";
import {
  countsByOnes, extremeValues, firstCheaperYear, percentText, shareOf, significantText, stepOf, surrogateValues,
  valueAt, valueAtStep,
} from "../../src/sunstack/report/page/surrogate.js";

const input = (changes) => ({low: 2, value: 3, high: 6, is_logarithmic: false, is_whole: false, marks: [], ...changes});
const byFactors = input({low: 10, value: 100, high: 1000, is_logarithmic: true});

test("terms are products of Chebyshev's polynomials, summed", () => {
  // At x = 5, t = 0.5 and T2 = -0.5; at 1000, t = 1: 1 + 2 T2 + 4 t = 4, and its exponential.
  const objective = {terms: [0, 1, 2], coefficients: [1, 2, 4], is_logarithmic: false};
  const tree = {inputs: [input(), byFactors], degrees: ["00", "20", "01"], objectives: [objective, {...objective, is_logarithmic: true}]};
  const [plain, exponential] = surrogateValues(tree, [5, 1000]);
  assert.equal(plain, 4);
  assert.equal(exponential, Math.exp(4));
});

test("a slider moves evenly, or by equal factors", () => {
  assert.equal(valueAt(input(), 0.25), 3);
  assert.equal(valueAt(byFactors, 0.5), 100);
  assert.equal(shareOf(byFactors, 100), 0.5);
  assert.equal(valueAt(input(), 0.3333), 3.33);
  for (const one of [input(), byFactors]) {
    assert.deepEqual([valueAt(one, 0), valueAt(one, 1)], [one.low, one.high]);
  }
});

test("what is counted moves by ones, what is counted in thousands by steps", () => {
  const few = input({low: 4, value: 10, high: 40, is_logarithmic: true, is_whole: true});
  assert.ok(countsByOnes(few));
  assert.equal(valueAtStep(few, 11), 11);
  assert.equal(stepOf(few, 11), 11);
  const many = input({low: 1000, value: 5000, high: 10000, is_logarithmic: true, is_whole: true});
  assert.ok(!countsByOnes(many));
  assert.equal(valueAtStep(many, 200), 3160);
});

test("a step with a name has its value to the last digit", () => {
  const named = {...byFactors, value: 123.456, marks: [{value: 857}]};
  assert.equal(valueAtStep(named, stepOf(named, 123.456)), 123.456);
  assert.equal(valueAtStep(named, stepOf(named, 857)), 857);
  assert.notEqual(valueAtStep(named, stepOf(named, 857) + 1), 857);
});

test("the first year in which orbit costs no more is found, or none", () => {
  const series = {years: [2030, 2031, 2032], orbit: [0, 1, 2], ground: [3, 4, 5], ratio: [null, null, null]};
  const found = [9, 5, 3, 4, 4, 4];
  assert.equal(firstCheaperYear(series, found), 2032);
  assert.equal(firstCheaperYear(series, found, 0.8), 2031);
  assert.equal(firstCheaperYear(series, found, 1.4), null);
  // By a formula of its own the ratio is 0.9 in the first year.
  assert.equal(firstCheaperYear({...series, ratio: [6, null, null]}, [...found, 0.9]), 2030);
});

test("the best corner is found where one input's way depends on another's place", () => {
  // y = t1 t2 + 0.1 t1 is least at t1 = 1, t2 = -1.
  const objective = {terms: [0, 1], coefficients: [1, 0.1], is_logarithmic: false};
  const tree = {inputs: [input(), input()], degrees: ["11", "10"], objectives: [objective]};
  assert.deepEqual(extremeValues(tree, [3, 3], ([y]) => y, true), [6, 2]);
  assert.deepEqual(extremeValues(tree, [5, 5], ([y]) => y, false), [6, 6]);
});

test("numbers have the digits that count, and a true minus", () => {
  assert.equal(significantText(0.1, 4), "0.1");
  assert.equal(significantText(12345.6, 4), "12,350");
  assert.equal(significantText(17.28, 3, true), "17.3");
  assert.equal(significantText(0.62, 3, true), "0.620");
  assert.equal(significantText(9.996, 3, true), "10.0");
  assert.equal(significantText(-0.5, 2), "−0.5");
  assert.equal(significantText(0, 3, true), "0");
});

test("errors are told in per cent", () => {
  assert.equal(percentText(0.0004), "under\u00a00.1\u00a0%");
  assert.equal(percentText(0.0093), "0.9\u00a0%");
  assert.equal(percentText(0.123), "12\u00a0%");
});
