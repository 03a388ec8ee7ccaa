"""Which physical questions can be asked? One file (or folder) each, pure and traced by JAX."""
