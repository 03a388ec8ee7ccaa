"""What does a scenario come to, once its gaps are filled, its parts sized and its units made SI?

`values`: where each number comes from; `planes`: groups to orbital planes; `epochs`: days
simulated; `design`: Specs and sizes; `rebuilding`: the same moved by a study; `caveats`: what the
figures do not say by themselves.
"""

from .consistency import check_whole_lives as check_whole_lives
from .design import Resolved as Resolved
from .design import atmosphere as atmosphere
from .design import groups_of as groups_of
from .design import resized as resized
from .design import resolve as resolve
from .rebuilding import agreeing as agreeing
from .rebuilding import check_movable as check_movable
from .rebuilding import rebuilt as rebuilt
from .rebuilding import unmovable as unmovable
from .values import Origin as Origin
