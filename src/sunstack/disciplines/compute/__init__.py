"""What does a payload serve or train, at what power?"""

from .accelerator import Accelerator
from .architecture import LanguageModel
from .parameters import (
    active_parameter_count,
    attention_parameter_count,
    expert_parameter_count,
    parameter_count,
    table_parameter_count,
    weight_byte,
)
from .tokens import (
    decode_flop,
    key_value_count,
    prefill_flop,
    sequence_flop,
    token_key_value_count,
)

__all__ = [
    "Accelerator",
    "LanguageModel",
    "active_parameter_count",
    "attention_parameter_count",
    "decode_flop",
    "expert_parameter_count",
    "key_value_count",
    "parameter_count",
    "prefill_flop",
    "sequence_flop",
    "table_parameter_count",
    "token_key_value_count",
    "weight_byte",
]
