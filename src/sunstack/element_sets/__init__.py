"""How does Sunstack read and write published orbits, and where are those satellites?

    sets = element_sets.load(Path("starlink.txt"))            TLE, or OMM in JSON, CSV, KVN or XML
    found = element_sets.Catalogue(sets).ephemeris(start=noon, time_s=minutes)

`tle` and `omm` read, `writing` writes, `propagation` finds. Everything is in TEME and UTC.
"""

from .propagation import Catalogue as Catalogue
from .propagation import Found as Found
from .reading import load as load
from .reading import loads as loads
from .records import ElementSet as ElementSet
from .records import mean_elements as mean_elements
from .writing import to_csv as to_csv
from .writing import to_czml as to_czml
from .writing import to_json as to_json
from .writing import to_key_value as to_key_value
from .writing import written as written
