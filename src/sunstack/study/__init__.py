"""What does an answer rest on? Many evaluations of one design, its numbers moved.

`montecarlo`: how sure is it; `sweep`: how does it run; `sensitivity`: which number decides it;
`breakeven`: where does it turn; `optimise`: how good can the design be; `ladder`: which levers
bring it there, in which order; `compare`: in what do two designs differ; `together`: all that a
run's report says of its prices, from one model.
"""

from .backends import Backend as Backend
from .breakeven import breakeven as breakeven
from .compare import compare as compare
from .condensing import condensed as condensed
from .ladder import ladder as ladder
from .montecarlo import Study as Study
from .montecarlo import montecarlo as montecarlo
from .optimise import best as best
from .optimise import front as front
from .optimise import optimise as optimise
from .program import Level as Level
from .program import program as program
from .sensitivity import sensitivity as sensitivity
from .sweep import sweep as sweep
