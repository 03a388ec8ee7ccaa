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
from .precision import PRECISIONS, Precision
from .roofline import Calibration, Layout, Machine, forward, kept_byte
from .serving import Bounds, Service, serve
from .tokens import (
    decode_flop,
    key_value_count,
    prefill_flop,
    sequence_flop,
    token_key_value_count,
)
from .work import passes

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
    "decode_flop",
    "expert_parameter_count",
    "forward",
    "held_passes",
    "kept_byte",
    "key_value_room_byte",
    "key_value_count",
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
