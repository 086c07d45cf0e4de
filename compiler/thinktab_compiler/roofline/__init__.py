"""What a decoded token costs on a GPU, on paper: work of each kernel (`work`), devices, and the time (`estimate`).

Nothing here was measured. docs/performance.md has the assumptions.
"""
