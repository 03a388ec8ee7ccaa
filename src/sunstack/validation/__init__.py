"""Does the physics give the figures that others have published?

`cases` reads the published figures, `run` computes each through the functions the program runs on,
`markdown` writes the comparison down. A figure others got wrong stands too, as one to contradict.
"""

from . import company as company
from .cases import Case as Case
from .cases import cases as cases
from .cases import folder as folder
from .checking import Result as Result
from .checking import compare as compare
from .checking import run as run
from .page import markdown as markdown
