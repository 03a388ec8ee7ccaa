"""What does a payload serve or train, at what power?"""

from .accelerator import Accelerator
from .architecture import LanguageModel
from .batching import (
    Capacity,
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
from .draw import Law, Work, measured
from .parameters import (
    active_parameter_count,
    attention_parameter_count,
    expert_parameter_count,
    parameter_count,
    table_parameter_count,
    weight_byte,
)
from .passes import passes
from .precision import PRECISIONS, Precision
from .roofline import Calibration, Machine, forward
from .serving import Bounds, Service, serve
from .tokens import (
    decode_flop,
    key_value_count,
    prefill_flop,
    sequence_flop,
    token_key_value_count,
)
from .work import Layout
from .work import sequence_byte as chip_sequence_byte
from .work import weight_byte as chip_weight_byte

__all__ = [
    "PRECISIONS",
    "Accelerator",
    "Bounds",
    "Calibration",
    "Capacity",
    "LanguageModel",
    "Law",
    "Layout",
    "Machine",
    "Passes",
    "Precision",
    "Replica",
    "Requests",
    "Service",
    "Smallest",
    "Work",
    "active_parameter_count",
    "attention_parameter_count",
    "capacity",
    "chip_sequence_byte",
    "chip_weight_byte",
    "decode_flop",
    "expert_parameter_count",
    "forward",
    "held_passes",
    "key_value_count",
    "key_value_room_byte",
    "measured",
    "parameter_count",
    "passes",
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
