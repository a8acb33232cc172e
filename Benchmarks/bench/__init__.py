"""Measures gan-runs beside PyTorch and JAX on the same cores; docs/benchmarks.md says how."""
