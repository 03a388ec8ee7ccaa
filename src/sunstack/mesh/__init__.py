"""Which lasers should a fleet carry, and how late is it by any links at all?

`graph`: links of any satellites, as those of a catalogue of elements, searched by SciPy;
`candidates`: patterns of lasers worth a look; `weigh`: how good one is; `search`: the best of them
for a shell. They stand above the disciplines, which are traced by JAX and hold no table whose size
depends on what is in it.
"""
