"""What does a payload serve or train, at what power?

`architecture`, `parameters`, `tokens`: what a language model is and asks; `accelerator`, `draw`:
what a chip can do and draws; `precision`, `work`, `experts`, `roofline`: how long a pass takes;
`passes`, `batching`, `serving`: what a replica serves; `across_satellites`: what lasers carry
between parts.
"""

from .accelerator import Accelerator
from .architecture import LanguageModel
from .batching import (
    Capacity,
    Held,
    Passes,
    Replica,
    Requests,
    Smallest,
    capacity,
    held_passes,
    key_value_room_byte,
    sequence_byte,
    sequence_room_count,
    smallest_replica,
)
from .draw import Law, Timing, measured
from .experts import ExpertKernel
from .parameters import (
    active_parameter_count,
    attention_parameter_count,
    expert_parameter_count,
    parameter_count,
    table_parameter_count,
    weight_byte,
)
from .precision import PRECISIONS, Precision
from .roofline import Calibration, Machine, Pass, forward
from .serving import Admitted, Bounds, Gains, Service, admitted, in_time_fraction, serve
from .tokens import (
    decode_flop,
    key_value_count,
    prefill_flop,
    sequence_flop,
    token_key_value_count,
)
from .work import Layout

__all__ = [
    "PRECISIONS",
    "Accelerator",
    "Admitted",
    "Bounds",
    "Calibration",
    "Capacity",
    "ExpertKernel",
    "Gains",
    "Held",
    "LanguageModel",
    "Law",
    "Layout",
    "Machine",
    "Pass",
    "Passes",
    "Precision",
    "Replica",
    "Requests",
    "Service",
    "Smallest",
    "Timing",
    "active_parameter_count",
    "admitted",
    "attention_parameter_count",
    "capacity",
    "decode_flop",
    "expert_parameter_count",
    "forward",
    "held_passes",
    "in_time_fraction",
    "key_value_count",
    "key_value_room_byte",
    "measured",
    "parameter_count",
    "prefill_flop",
    "sequence_byte",
    "sequence_flop",
    "sequence_room_count",
    "serve",
    "smallest_replica",
    "table_parameter_count",
    "token_key_value_count",
    "weight_byte",
]
