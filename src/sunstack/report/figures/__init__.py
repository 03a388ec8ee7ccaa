"""How do numbers become a figure?

A figure is plain Plotly JSON: a notebook opens it with `plotly.graph_objects.Figure(figure)`, the
page draws it with the script that comes inside Plotly's package. Colours are the light theme's (see
`palette`); dash or pattern and label tell series apart as well.

`lines`: quantities over a common x; `bands`: the same with how sure they are;
`areas`: parts that make up a whole, over x or by period;
`bars`: named things beside each other; `dots`: named things that lie factors apart; `maps`: a
quantity over two axes; `earth`: places and tracks on the Earth; `sunlight`: day and night on it;
`layout`: what all share.
"""

from .areas import column_figure as column_figure
from .areas import stacked_figure as stacked_figure
from .bands import Band as Band
from .bands import band_figure as band_figure
from .bars import FRAME_PX as FRAME_PX
from .bars import LETTER_RATIO as LETTER_RATIO
from .bars import ROW_PX as ROW_PX
from .bars import Bar as Bar
from .bars import bar_figure as bar_figure
from .bars import signed_bar_figure as signed_bar_figure
from .dots import Dots as Dots
from .dots import dot_figure as dot_figure
from .earth import Place as Place
from .earth import Spot as Spot
from .earth import Stop as Stop
from .earth import Track as Track
from .earth import along as along
from .earth import spots_figure as spots_figure
from .earth import tracks_figure as tracks_figure
from .layout import DIGITS as DIGITS
from .layout import FONT as FONT
from .layout import LINES_HEIGHT_PX as LINES_HEIGHT_PX
from .layout import LONGEST_LABEL as LONGEST_LABEL
from .layout import Figure as Figure
from .layout import laid_out as laid_out
from .layout import plain as plain
from .layout import shortened as shortened
from .lines import FAINT as FAINT
from .lines import POINTS_PER_LINE as POINTS_PER_LINE
from .lines import Level as Level
from .lines import Line as Line
from .lines import Point as Point
from .lines import line_figure as line_figure
from .lines import thinned as thinned
from .maps import HEATMAP_HEIGHT_PX as HEATMAP_HEIGHT_PX
from .maps import MARK_LETTERS as MARK_LETTERS
from .maps import Mark as Mark
from .maps import heatmap_figure as heatmap_figure
from .sunlight import Pins as Pins
from .sunlight import sunlight_figure as sunlight_figure
