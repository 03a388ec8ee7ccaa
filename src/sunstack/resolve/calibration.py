"""temporary"""

import jax.numpy as jnp

from sunstack.disciplines.compute import Calibration


def calibration(engine: str) -> Calibration:
    n = dict(
        fp16_matrix_efficiency=0.5,
        fp8_matrix_efficiency=0.42,
        fp4_matrix_efficiency=0.30,
        attention_efficiency=0.53,
        memory_efficiency=0.9,
        attention_memory_efficiency=0.8,
        link_efficiency=0.8,
        collective_latency_s=7.4e-6,
        layer_overhead_s=66e-6,
        expert_overhead_s=34e-6,
    )
    return Calibration(**{k: jnp.asarray(v) for k, v in n.items()})
