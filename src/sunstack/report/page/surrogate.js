// What does the formula say where sliders stand?
//
// Each input is laid out between -1 and 1 within its range, by equal factors where it says so; a term
// is a product of Chebyshev's polynomials, whose degrees are a digit an input; an objective is a sum
// of terms, or the exponential of one. The same sums are in study/surrogate.py.

/** Values of all objectives, in their own units. */
export function surrogateValues({inputs, degrees, objectives}, values) {
  const powers = inputs.map((input, at) => chebyshev(placeWithin(input, values[at])));
  const terms = degrees.map((digits) => powers.reduce((product, of, at) => product * of(Number(digits[at])), 1));
  return objectives.map(({terms: places, coefficients, is_logarithmic: isLogarithmic}) => {
    const told = places.reduce((sum, place, at) => sum + coefficients[at] * terms[place], 0);
    return isLogarithmic ? Math.exp(told) : told;
  });
}

function placeWithin({low, high, is_logarithmic: isLogarithmic}, value) {
  const scale = isLogarithmic ? Math.log : Number;
  return (2 * (scale(value) - scale(low))) / (scale(high) - scale(low)) - 1;
}

function chebyshev(place) {
  const known = [1, place];
  return (degree) => {
    while (known.length <= degree) known.push(2 * place * known.at(-1) - known.at(-2));
    return known[degree];
  };
}

/** Steps of a slider, but of what is counted, up to so many, one for each. */
export const SLIDER_STEPS = 400;

export function countsByOnes({low, high, is_whole: isWhole}) {
  return isWhole && high - low <= SLIDER_STEPS;
}

/** What share of its slider's way a value lies at, and the value there. */
export function shareOf(input, value) {
  const {low, high} = input;
  return isEvenByFactors(input) ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

export function valueAt(input, share) {
  const {low, high, is_whole: isWhole} = input;
  const value = isEvenByFactors(input) ? low * (high / low) ** share : low + (high - low) * share;
  const short = countsByOnes(input) ? value : Number(value.toPrecision(3));
  return Math.min(Math.max(isWhole ? Math.round(short) : short, low), high);
}

/** At a slider's step, a value that has a name if one lies there. */
export function valueAtStep(input, step) {
  if (countsByOnes(input)) return step;
  const named = [input.value, ...input.marks.map(({value}) => value)];
  return named.find((value) => stepOf(input, value) === step) ?? valueAt(input, step / SLIDER_STEPS);
}

export function stepOf(input, value) {
  return countsByOnes(input) ? value : Math.round(shareOf(input, value) * SLIDER_STEPS);
}

function isEvenByFactors(input) {
  return input.is_logarithmic && !countsByOnes(input);
}

/** Orbit over the ground, by its own formula where there is one. */
export function ratioOf({orbit, ground, ratio}, found) {
  return ratio === null ? found[orbit] / found[ground] : found[ratio];
}

/** The first year in which orbit costs no more, were it so many times as dear. */
export function firstCheaperYear({years, orbit, ground, ratio}, found, factor = 1) {
  const at = years.findIndex((_, place) =>
    factor * ratioOf({orbit: orbit[place], ground: ground[place], ratio: ratio[place]}, found) <= 1);
  return at < 0 ? null : years[at];
}

/** Values that make one ratio least or most, each input at that of its ends which does. */
export function extremeValues(surrogate, start, ratioIn, isLeast) {
  const found = [...start];
  // Twice, for what an input does may depend on where those after it stand.
  for (let round = 0; round < 2; round++) {
    surrogate.inputs.forEach(({low, high}, at) => {
      const [atLow, atHigh] = [low, high].map((end) => ratioIn(surrogateValues(surrogate, found.with(at, end))));
      if (atLow !== atHigh) found[at] = atLow < atHigh === isLeast ? low : high;
    });
  }
  return found;
}

/** A number with so many digits that count, idle zeros only where asked for. */
export function significantText(value, digits, keepsZeros = false) {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const places = Math.max(digits - 1 - Math.floor(Math.log10(Math.abs(rounded))), 0);
  return rounded
    .toLocaleString("en", {minimumFractionDigits: keepsZeros ? places : 0, maximumFractionDigits: places})
    .replace("-", "−");
}

export function percentText(fraction) {
  const percent = 100 * fraction;
  if (percent < 0.1) return "under\u00a00.1\u00a0%";
  return `${percent.toFixed(percent < 10 ? 1 : 0)}\u00a0%`;
}
